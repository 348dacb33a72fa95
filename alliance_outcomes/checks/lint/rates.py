"""Rates: a side of a gain share by which more is shared than there is (AO619)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from ...calculation.form import Calculation
from ...contract.parts import Formula
from ...formula.nodes import Name, Node, names
from ...formula.ranges import Ranges
from ...payments.gain_share import GainShare
from .base import Finding, Linted, Path, shown

_OF = {"gain": "a saving", "pain": "an overrun"}


def findings(linted: Linted) -> Iterator[Finding]:
    """Rates above 100 %, as written or as amounts and figures give them, and the bands that say one."""
    for clause_id, clause in linted.contract.settlement.items():
        if not isinstance(clause, GainShare):
            continue
        path = linted.path_of(clause_id)
        for key, side in (("gain", clause.gain), ("pain", clause.pain)):
            if side is not None and side.rate is not None:
                yield from _above(linted, side.rate, (*path, key, "rate"), f"{clause_id} shares", _OF[key])
        for index, (_, share) in enumerate(clause.bands or ()):
            if share > 1:
                yield _finding(
                    (*path, "bands", index), f"{clause_id} shares {_percent(share)} of what lies in this band"
                )


def _above(linted: Linted, rate: Formula, path: Path, says: str, of: str) -> Iterator[Finding]:
    """The first period in which a rate is, or can be, above 100 %."""
    written = rate.node
    for calculation, ranges in zip(linted.calculations, linted.ranges, strict=True):
        found = ranges.number_of(written)
        least, most = found.least, _reached(calculation, ranges, written)
        other = linted.path_of(written.id) or None if isinstance(written, Name) else None
        if isinstance(least, Fraction) and least > 1:
            yield _finding(path, f"{says} {_percent(least)} of {of} in {calculation.period}", other)
            return
        if most is not None and most > 1:
            yield _finding(path, f"{says} up to {_percent(most)} of {of} in {calculation.period}", other)
            return


def _reached(calculation: Calculation, ranges: Ranges, node: Node) -> Fraction | None:
    """The most that a formula comes to, where that is certain to be reached: where it reads no input twice."""
    steps = {step.name: step.formula for step in calculation.steps}
    most = ranges.number_of(node).most
    once = all(times == 1 for times in Counter(_inputs(node, steps)).values())
    return most if once and isinstance(most, Fraction) else None


def _inputs(node: Node, steps: Mapping[str, Node]) -> Iterator[str]:
    """The inputs that a formula reads, as often as it reads them."""
    for name in names(node):
        yield from _inputs(steps[name], steps) if name in steps else (name,)


def _percent(rate: Fraction) -> str:
    return shown(rate, percent=True)


def _finding(path: Path, shares: str, other: Path | None = None) -> Finding:
    instead = "Share 100 % at most, or say intended: and why."
    return Finding("AO619", path, f"{shares}, more than there is.", instead, other=other)
