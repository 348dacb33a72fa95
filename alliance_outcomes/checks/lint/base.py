"""What checks are given and what they find: a contract with its calculations, and places in it by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from ...calculation.form import Calculation
from ...contract.located import Listing, Table, child
from ...contract.model import Contract
from ...contract.parts import Dated, Formula, Part, to_number
from ...formula.nodes import Curve, names, walk
from ...formula.ranges import Ranges
from ...formula.steps import Step
from ...numbers import to_text
from ...problems import Place, Problem

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, at a path of the contract (its key, with ``key``), or at ``place`` where that is nearer."""

    code: str
    path: Path
    sentence: str
    instead: str
    severity: Literal["error", "warning"] = "warning"
    key: bool = False
    place: Place | None = None
    other: Path | None = None


@dataclass(frozen=True)
class Linted:
    """A contract that compiles, as checks see it. ``calculations`` are its periods that can differ."""

    contract: Contract
    calculations: tuple[Calculation, ...]

    @cached_property
    def ranges(self) -> tuple[Ranges, ...]:
        """What every formula can be, for each of the calculations."""
        return tuple(Ranges(each.inputs, each.steps) for each in self.calculations)

    @cached_property
    def curves(self) -> tuple[tuple[Calculation, Ranges, Step, Curve], ...]:
        """Every curve, with its period, what is known there, and the formula it stands in."""
        return tuple(
            (calculation, ranges, step, node)
            for calculation, ranges in zip(self.calculations, self.ranges, strict=True)
            for step in calculation.steps
            for node in walk(step.formula)
            if isinstance(node, Curve)
        )

    @cached_property
    def used(self) -> frozenset[str]:
        """Every name that a formula reads or a key refers to."""
        return frozenset(_words(self.contract))

    def problem(self, finding: Finding) -> Problem:
        """A finding at its place."""
        place = finding.place or self.contract.place(*finding.path, key=finding.key)
        other = self.contract.place(*finding.other, key=True) if finding.other else None
        return Problem(finding.code, finding.sentence, finding.instead, place, other, finding.severity)

    def intended(self, finding: Finding) -> bool:
        """Whether a part that the finding lies in says ``intended``; the contract's own is for findings on the whole."""
        here: object = self.contract.document.root
        if not finding.path:
            return isinstance(here, Table) and "intended" in here
        for step in finding.path:
            here = child(here, step)
            if isinstance(here, Table) and "intended" in here:
                return True
        return False

    def written(self, path: Path) -> object:
        """What was written at ``path``, or above it."""
        here: object = self.contract.document.root
        for step in path:
            here = child(here, step)
        return here

    def path_of(self, name: str) -> Path:
        """Where the formula or input called ``name`` is written: the part of the contract that its name begins with."""
        own = name.partition("[")[0].partition("@")[0]
        own, _, below = own.partition(".")
        for area_id, area in self.contract.result_areas.items():
            if own in area.indicators:
                last = () if not below or below in area.indicators[own].inputs else ("score",)
                return ("result_areas", area_id, "indicators", own, *last)
        for section in ("facts", "amounts", "figures", "tables", "result_areas"):
            if own in getattr(self.contract, section):
                return (section, own)
        clauses = list(self.contract.settlement)
        return ("settlement", clauses.index(own), own) if own in clauses else ()

    def row_at(self, path: Path, x: Fraction) -> Path:
        """The path of the first row below ``path`` that begins with the number ``x``, else ``path``."""
        return next(_rows_at(self.written(path), path, x), path)

    def in_every_period(
        self, found: Callable[[Calculation, Ranges], Mapping[Path | str, Finding]]
    ) -> Iterator[Finding]:
        """The findings that every period has, by their keys."""
        each = [found(*pair) for pair in zip(self.calculations, self.ranges, strict=True)]
        for key in each[0] if each else ():
            if all(key in one for one in each):
                yield each[0][key]


def shown(value: Fraction, percent: bool = False) -> str:
    """A number as contracts write it."""
    return f"{to_text(value * 100)} %" if percent else to_text(value)


def read_by(calculation: Calculation, wanted: set[str]) -> dict[str, Step]:
    """The steps that the formulas called ``wanted`` depend on, themselves among them; ``wanted`` grows by what they read."""
    found: dict[str, Step] = {}
    for step in reversed(calculation.steps):
        if step.name in wanted:
            found[step.name] = step
            wanted.update(names(step.formula))
    return found


def _rows_at(here: object, path: Path, x: Fraction) -> Iterator[Path]:
    if isinstance(here, Table):
        for key, below in here.items():
            yield from _rows_at(below, (*path, key), x)
    elif isinstance(here, Listing):
        if here and isinstance(here[0], str):
            with suppress(ValueError):
                if to_number(here[0]) == x:
                    yield path
        for index, below in enumerate(here):
            if isinstance(below, Listing | Table):
                yield from _rows_at(below, (*path, index), x)


def _words(part: object) -> Iterator[str]:
    """The words in a part of a contract that may be names: of its formulas, and its values but not its keys."""
    if isinstance(part, Formula):
        for name in names(part.node):
            yield from (name, name.partition(".")[0])
    elif isinstance(part, Dated):
        yield part.name
    elif isinstance(part, str):
        yield part
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            yield from _words(getattr(part, name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from _words(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _words(value)
