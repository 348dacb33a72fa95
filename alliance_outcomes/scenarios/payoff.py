"""The payoff curve: the total against one value that was measured, exact wherever a rule, gate, band or cap bends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..formula.exact import Value
from ..formula.near import Near
from ..formula.steps import Input
from ..problems import Problem, UsageError, did_you_mean
from ..settlement import Settlement
from .moving import Beside, Moving, set_free

_BETWEEN = 16  # points that draw a stretch which is no straight line


@dataclass(frozen=True, slots=True)
class Point:
    """A value and the total there, exact and before lines are rounded."""

    value: Fraction
    total: Fraction


@dataclass(frozen=True, slots=True)
class Payoff:
    """The total over the range of ``given``. Each stretch is a line through its points; between stretches the total jumps.

    ``here`` is what was measured, None where nothing was.
    """

    given: Input
    stretches: tuple[tuple[Point, ...], ...]
    here: Point | None

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, from left to right; at a jump two have the same value."""
        return tuple(point for stretch in self.stretches for point in stretch)


def payoff(settlement: Settlement, name: str, payee: str | None = None) -> Payoff:
    """The payoff curve of one payee over ``name``, the name of a measured input; results over all payees stay as they were.

    It runs over the range that the contract states, else from 0 to twice what was measured. Raises UsageError AO064 for
    a name that is no measured value, AO021 and AO023 for the payee.
    """
    chosen = settlement.one(payee)
    inputs = {given.name: given for given in settlement.calculation.inputs if given.part == "value"}
    if name not in inputs:
        sentence = f"The settlement of {settlement.calculation.period} reads no measured {name}."
        raise UsageError(Problem("AO064", sentence, did_you_mean(name, inputs)))
    moving, measured = set_free(settlement, chosen, name), chosen.values[name]
    low, high = span_of(inputs[name], measured)
    stretches: list[list[Point]] = []
    for piece in _pieces(moving, low, high):
        if stretches and stretches[-1][-1] == piece[0]:
            stretches[-1] += piece[1:]
        else:
            stretches.append(piece)
    found = None if measured is None else moving.beside(Fraction(measured), 0)
    here = Point(Fraction(measured), found.total.number) if found is not None and measured is not None else None
    return Payoff(inputs[name], tuple(map(tuple, stretches)), here)


def span_of(given: Input, value: Value) -> tuple[Fraction, Fraction]:
    """The range over which an input is tried: as the contract states it, else from 0 to about twice the value."""
    at = Fraction(value) if value is not None and not isinstance(value, str) else Fraction(0)
    size = rounded_up(max(2 * abs(at), Fraction(1)))
    low, high = given.least, given.most
    if low is None:
        around = -size if at < 0 else Fraction(0)
        low = around if high is None else min(around, high - size)
    return low, low + size if high is None else high


def rounded_up(value: Fraction) -> Fraction:
    """The least of 1, 2 or 5 times a power of ten that ``value``, above 0, does not pass."""
    power = Fraction(1)
    while power > value:
        power /= 10
    while power * 10 <= value:
        power *= 10
    return next(power * each for each in (1, 2, 5, 10) if power * each >= value)


def _pieces(moving: Moving, low: Fraction, high: Fraction) -> Iterator[list[Point]]:
    """The parts of the curve between its kinks, each from just above where it begins to just below where it ends."""
    kinks = [min(at, high) for at, _ in moving.places(low, 1)]
    for begin, until in pairwise(dict.fromkeys((low, *kinks, high))):
        ends = [begin, *_limits(moving, begin, until), until]
        for start, end in pairwise(ends):
            first, last = moving.beside(start, 1), moving.beside(end, -1)
            # Where a computed value leaves its range nothing can be settled, and nothing is drawn.
            if first is not None and last is not None and moving.at((start + end) / 2) is not None:
                yield _piece(moving, start, end, first, last)


def _limits(moving: Moving, start: Fraction, end: Fraction) -> list[Fraction]:
    """Where, between two kinks, a computed value comes to an end of the range that the contract states for it."""
    found: set[Fraction] = set()
    here = moving.beside(start, 1)
    for within in moving.calculation.within if here is not None else ():
        near = here.around[within.name] if here is not None else None
        for limit in (within.least, within.most):
            if isinstance(near, Near) and isinstance(near.value, Fraction) and near.slope and limit is not None:
                at = start + (limit - near.value) / near.slope
                if start < at < end:
                    found.add(at)
    return sorted(found)


def _piece(moving: Moving, start: Fraction, end: Fraction, first: Beside, last: Beside) -> list[Point]:
    points = [Point(start, first.total.number)]
    if first.kinks.curved:
        for index in range(1, _BETWEEN):
            value = start + (end - start) * index / _BETWEEN
            found = moving.beside(value, 0)
            if found is not None:
                points.append(Point(value, found.total.number))
    return [*points, Point(end, last.total.number)]
