"""Limits: a cap or floor that cannot bind, whatever is measured within the declared ranges (AO611)."""

from __future__ import annotations

from collections.abc import Iterator

from ...calculation.form import Calculation
from ...formula.nodes import Extreme, Node, walk
from ...formula.ranges import Range, Ranges
from .base import Finding, Linted, Path, shown

_BINDS_AT = "Lower it, take it out, or mend the ranges of what it limits."


def findings(linted: Linted) -> Iterator[Finding]:
    """Limits that bind in no period."""
    yield from linted.in_every_period(lambda calculation, ranges: _idle(linted, calculation, ranges))


def _idle(linted: Linted, calculation: Calculation, ranges: Ranges) -> dict[Path | str, Finding]:
    found: dict[Path | str, Finding] = {}
    for step in calculation.steps:
        owner, _, what = step.name.partition("[")[0].partition(".")
        path = linted.path_of(step.name)
        match what:
            case "most" if f"{owner}.sum" in ranges.known:
                limited, limit = ranges.number(f"{owner}.sum"), ranges.number(step.name)
                if limited.most <= limit.least:
                    found[(*path, "most")] = cannot_bind((*path, "most"), "cap", limited.most, limit.least)
            case "least" if f"{owner}.sum" in ranges.known:
                limited, limit = ranges.number(f"{owner}.sum"), ranges.number(step.name)
                if limited.least >= limit.most:
                    found[(*path, "least")] = cannot_bind((*path, "least"), "floor", limited.least, limit.most)
            case "gain" | "pain" | "extras" | "demerits" if (parts := _held_to(step.formula, ranges)) is not None:
                limited, limit = parts
                if limited.most <= limit.least:
                    at = (*path, what, "most")
                    found[at] = cannot_bind(at, "limit", limited.most, limit.least)
    return found


def _held_to(formula: Node, ranges: Ranges) -> tuple[Range, Range] | None:
    """What a formula limits and the limit, where it is the least of two."""
    for node in walk(formula):
        if isinstance(node, Extreme) and node.which == "least" and len(node.of) == 2:
            return ranges.number_of(node.of[0]), ranges.number_of(node.of[1])
    return None


def cannot_bind(path: Path, what: str, reached: object, limit: object) -> Finding:
    """A limit that what it limits never reaches."""
    way = "at least" if what == "floor" else "at most"
    sentence = f"This {what} cannot bind: it is {_money(limit)}, and what it limits is {way} {_money(reached)}."
    return Finding("AO611", path, sentence, _BINDS_AT)


def _money(end: object) -> str:
    from fractions import Fraction

    return shown(end) if isinstance(end, Fraction) else "open"
