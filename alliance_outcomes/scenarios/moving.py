"""One payee's settlement with one value set free: what it comes to anywhere, just beside anywhere, and where that kinks."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..calculation.binding import Bound
from ..calculation.form import Calculation
from ..formula.exact import Undefined, Value
from ..formula.near import Around, Kinks, Near, near, unrounded
from ..formula.nodes import names
from ..formula.steps import Input, Step
from ..problems import DataError
from ..settlement import PayeeSettlement, Settlement, settle_values

_MOST_KINKS = 200
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Beside:
    """What a settlement tends to just beside a setting: the ``total`` before lines are rounded, and every step."""

    total: Near
    around: Around
    kinks: Kinks


@dataclass(frozen=True, slots=True)
class Moving:
    """A payee's settlement in which ``name`` is free; ``least`` and ``most`` bound it, where the contract does.

    ``moved`` are the steps that the value reaches and ``still`` those that it does not, with amounts as they are before
    lines are rounded. What was read once is kept, since one walk after the other passes the same places.
    """

    calculation: Calculation
    still: tuple[Step, ...]
    moved: tuple[Step, ...]
    inputs: Mapping[str, Value]
    bound: Bound
    name: str
    least: Fraction | None
    most: Fraction | None
    _read: dict[tuple[Fraction, int, bool], Beside | None] = field(default_factory=dict, init=False, repr=False)
    _around: dict[bool, dict[str, Near]] = field(default_factory=dict, init=False, repr=False)

    def at(self, value: Fraction) -> PayeeSettlement | None:
        """The settlement with ``value``, exact to the cent; None where the contract cannot be settled with it."""
        try:
            return settle_values(self.calculation, {**self.inputs, self.name: value}, self.bound)
        except DataError:
            return None

    def beside(self, value: Fraction, direction: int, coarse: bool = False) -> Beside | None:
        """What it tends to just above ``value`` (direction 1), just below it (-1), or is there (0); None where it divides by zero.

        Slopes are per unit of the value, in that direction. ``coarse`` leaves out what is rounded on the way.
        """
        asked = value, direction, coarse
        if asked not in self._read:
            try:
                self._read[asked] = self._beside(*asked)
            except Undefined:
                self._read[asked] = None
        return self._read[asked]

    def _beside(self, value: Fraction, direction: int, coarse: bool) -> Beside:
        """The same, read anew. Raises Undefined."""
        still = self._unmoved(coarse)
        around = {**still, self.name: Near(value, Fraction(direction))}
        kinks = Kinks(coarse)
        for step in self.moved:
            around[step.name] = near(step.formula, around, kinks)
        found = [around[entry.amount] for entry in self.calculation.entries]
        total = Near(
            sum((each.number for each in found), Fraction(0)), sum((each.slope for each in found), Fraction(0))
        )
        return Beside(total, ChainMap({step.name: around[step.name] for step in self.moved}, still), kinks)

    def _unmoved(self, coarse: bool) -> dict[str, Near]:
        """The inputs, and the steps that the value does not reach. Raises Undefined."""
        if coarse not in self._around:
            around = {name: Near(each) for name, each in self.inputs.items()}
            for step in self.still:
                around[step.name] = near(step.formula, around, Kinks(coarse))
            self._around[coarse] = around
        return self._around[coarse]

    def places(self, start: Fraction, direction: int, coarse: bool = False) -> Iterator[tuple[Fraction, bool]]:
        """Where the settlement kinks from ``start`` on, then the end of the range; True where that is exact.

        A kink of something that does not move in proportion is narrowed down to a 2^40th of the way, and not exact.
        At most 200 are told; with ``coarse`` none of those where something is rounded another way.
        """
        end = self.most if direction > 0 else self.least
        for _ in range(_MOST_KINKS):
            if start == end:
                return
            here = self.beside(start, direction, coarse)
            if here is None:
                return
            until = None if here.kinks.until is None else start + direction * here.kinks.until
            after = end if until is None else until if end is None else min(until, end, key=lambda x: abs(x - start))
            if after is None:
                return
            certain = True
            if here.kinks.curved and (nearer := self._narrowed(start, after, direction, here.kinks)) is not None:
                after, certain = nearer, False
            yield after, certain
            start = after

    def all_the_way(self, start: Fraction, direction: int) -> tuple[list[Fraction], bool]:
        """Every place from ``start`` to the end, and whether they are coarse because the small steps are too many."""
        fine = [place for place, _ in self.places(start, direction)]
        if len(fine) < _MOST_KINKS:
            return fine, False
        return [place for place, _ in self.places(start, direction, coarse=True)], True

    def _narrowed(self, start: Fraction, end: Fraction, direction: int, kinks: Kinks) -> Fraction | None:
        """About where other branches are first taken between ``start`` and ``end``; None where that is nowhere."""
        last = self.beside(end, -direction, kinks.coarse)
        if last is None or last.kinks.took == kinks.took:
            return None
        low, high = start, end
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            found = self.beside(middle, direction, kinks.coarse)
            low, high = (middle, high) if found is not None and found.kinks.took == kinks.took else (low, middle)
        return high


def set_free(settlement: Settlement, payee: PayeeSettlement, name: str) -> Moving:
    """The settlement of ``payee`` with the value of ``name``, an input or a named formula, set free."""
    alone = settlement.calculation.for_one_payee()
    step = next((each for each in alone.steps if each.name == name), None)
    if step is not None:
        given = Input(name, name, alone.period, unit=step.unit, required=False, place=step.place)
        # Its range is stated where it is computed, or with the measured value that it carries on.
        ranges = [(each.least, each.most) for each in alone.within if each.name == name]
        ranges += [(each.least, each.most) for each in alone.inputs if each.id == name and each.part == "value"]
        if ranges:
            given = replace(given, least=ranges[0][0], most=ranges[0][1])
        steps = tuple(each for each in alone.steps if each is not step)
        alone = replace(alone, inputs=(*alone.inputs, given), steps=steps)
    given = next(each for each in alone.inputs if each.name == name)
    unit = alone.rounding.unit if alone.rounding else Fraction(0)
    still: list[Step] = []
    moved: list[Step] = []
    reached = {name}
    for each in alone.steps:
        formula = unrounded(each.formula, unit) if each.role in ("clause", "line") else each.formula
        exact = replace(each, formula=formula)
        if reached.isdisjoint(names(formula)):
            still.append(exact)
        else:
            moved.append(exact)
            reached.add(each.name)
    inputs = {each.name: payee.values[each.name] for each in alone.inputs}
    return Moving(alone, tuple(still), tuple(moved), inputs, payee.bound, name, given.least, given.most)
