"""Gaps: what each indicator earns now, what the next unit is worth, and how many it takes to the next step, goal and full score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from ..calculation.form import IndicatorForm
from ..calculation.result import IndicatorResult
from ..contract.outcomes import Indicator
from ..formula.steps import Input
from ..measured import Row, count_behind
from ..numbers import parse_number
from ..settlement import PayeeSettlement, Settlement
from .moving import Moving, set_free


@dataclass(frozen=True, slots=True)
class Reach:
    """A level that can be reached, and the euros more in the total when it is: exact to the cent.

    ``kind`` is unit (one person, answer or unit more), step (the score jumps), goal, or full (the highest score).
    ``count`` is how many persons or answers more it takes, where the data counts them; ``value`` is then what is measured.
    """

    kind: str
    level: Fraction
    count: int | None
    value: Fraction
    score: Fraction | None
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Cliff:
    """A level at which the total jumps by ``amount`` (before lines are rounded) as the indicator gets better past it.

    ``ahead`` tells whether it is still to come; ``exact`` whether the level is the very place, or that to a 2^40th.
    """

    level: Fraction
    amount: Fraction
    ahead: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """One indicator: where it stands, and what there is to gain and to lose.

    ``points`` is what it adds to the contract's score, ``earns`` the euros less there would be at the worst value it can
    have; ``slope`` the euros of one unit better, exact and before rounding, valid up to the next kink. They are None where
    the indicator was not scored. ``per_person`` is what one person or answer moves its value.
    """

    id: str
    unit: str
    better: int
    result: IndicatorResult
    points: Fraction | None = None
    earns: Fraction | None = None
    slope: Fraction | None = None
    per_person: Fraction | None = None
    of: Fraction | None = None
    reaches: tuple[Reach, ...] = ()
    cliffs: tuple[Cliff, ...] = ()


def gaps(settlement: Settlement, payee: PayeeSettlement) -> list[Gap]:
    """A gap for each scored indicator of ``payee``, in the order of the contract."""
    forms = {form.id: form for form in settlement.calculation.indicators if form.score}
    found = []
    for area in settlement.contract.result_areas.values():
        for name, indicator in area.indicators.items():
            if name in forms:
                found.append(_gap(settlement, payee, forms[name], indicator))
    return found


def _gap(settlement: Settlement, payee: PayeeSettlement, form: IndicatorForm, indicator: Indicator) -> Gap:
    result = next(each for each in payee.indicators if each.id == form.id)
    if result.value is None or result.score is None:
        return Gap(form.id, form.unit, _better(indicator, None, form), result)
    moving = set_free(settlement, payee, form.value)
    better = _better(indicator, moving, form)
    per_person, of = _counted(form, _own_row(settlement, moving, form))
    walk = _Walk(moving, form, result.value, payee.total, better, per_person, of)
    beside = moving.beside(result.value, better)
    lowest = moving.at(walk.worst())
    return Gap(
        form.id,
        form.unit,
        better,
        result,
        _points(settlement, payee, form),
        payee.total - lowest.total if lowest is not None else None,
        beside.total.slope if beside is not None else None,
        per_person,
        of,
        tuple(walk.reaches(indicator)),
        tuple(walk.cliffs()),
    )


def _points(settlement: Settlement, payee: PayeeSettlement, form: IndicatorForm) -> Fraction | None:
    """What it adds to the contract's score: that score less what it would be if this indicator's were 0."""
    if payee.score is None:
        return None
    there = set_free(settlement, payee, form.score).beside(Fraction(0), 0)
    without = there.around[settlement.calculation.score].value if there is not None else None
    return payee.score - Fraction(without) if without is not None else None


def kept(settlement: Settlement) -> tuple[Input, ...]:
    """The results over all payees that a payee's settlement reads: here they stay as they were, whatever is reached."""
    return tuple(given for given in settlement.calculation.for_one_payee().inputs if given.part == "frozen")


def _better(indicator: Indicator, moving: Moving | None, form: IndicatorForm) -> int:
    """1 where a higher value is better, -1 where a lower one is: as the contract says, else as the score rises."""
    if indicator.direction is not None or moving is None:
        return -1 if indicator.direction == "lower" else 1
    ends = []
    for direction in (-1, 1):
        start = Fraction(moving.inputs[moving.name] or 0)
        there = moving.beside([start, *moving.all_the_way(start, direction)[0]][-1], -direction)
        ends.append(there.around[form.score].number if there else Fraction(0))
    return -1 if ends[0] > ends[1] else 1


def _own_row(settlement: Settlement, moving: Moving, form: IndicatorForm) -> Row | None:
    """The row of this period that the indicator's value was measured in."""
    for given in settlement.calculation.inputs:
        if (given.id, given.period, given.part) == (form.id, settlement.calculation.period, "value"):
            return moving.bound.rows.get(given.name)
    return None


def _counted(form: IndicatorForm, row: Row | None) -> tuple[Fraction | None, Fraction | None]:
    """What one person or answer moves the value, and out of how many, where the data counts them (and they are of this year).

    A person more in the numerator moves a share by 1 over the denominator. An answer changes a net promoter score by 100 over
    their number: a passive one that becomes a promoter, or a detractor that becomes passive.
    """
    if row is None:
        return None, None
    if row.numerator and row.denominator:
        below = parse_number(row.denominator.replace(",", "."))
        return 1 / below, below
    if form.unit.startswith("NPS") and (answers := count_behind(row, "n")) is not None:
        return (100 / answers, answers) if answers else (None, None)
    return None, None


@dataclass(frozen=True, slots=True)
class _Walk:
    """From where an indicator stands to where it could go."""

    moving: Moving
    form: IndicatorForm
    value: Fraction
    total: Fraction
    better: int
    per_person: Fraction | None
    of: Fraction | None

    def worst(self) -> Fraction:
        """The worst value it can have: the end of its range, or where its score changes no more."""
        return [self.value, *self.moving.all_the_way(self.value, -self.better)[0]][-1]

    def reaches(self, indicator: Indicator) -> Iterator[Reach]:
        """One more, the next step of the score, the goal and the full score, where they are ahead and can be had."""
        unit = self.per_person or (Fraction(1, 100) if self.form.unit.startswith("share") else Fraction(1))
        yield from self._reach("unit", self.value + self.better * unit)
        step, full = self._step(), self._full()
        if step is not None:
            yield from self._reach("step", *step)
        goal = indicator.goal.value if indicator.goal else None
        if goal is not None and (goal - self.value) * self.better > 0:
            yield from self._reach("goal", Fraction(goal))
        if full is not None:
            yield from self._reach("full", *full)

    def _step(self) -> tuple[Fraction, bool] | None:
        """Where the score next jumps to more than it is now; True where only what lies beyond counts."""
        now, above = self._score(self.value, 0), self._score(self.value, 1)
        if now is not None and above is not None and above > now and self.value != self._end(True):
            return self.value, True
        for place, _ in self.moving.places(self.value, self.better):
            before, at, beyond = (self._score(place, side) for side in (-1, 0, 1))
            if now is None or before is None or at is None or beyond is None:
                continue
            if max(at, beyond) > max(before, now):
                return place, at <= max(before, now)
        return None

    def _full(self) -> tuple[Fraction, bool] | None:
        """Where the score is first at its highest; True where only what lies beyond counts."""
        full, highest = None, self._score(self.value, 0)
        places, coarse = self.moving.all_the_way(self.value, self.better)
        for place in (self.value, *places):
            for score, open_ in ((self._score(place, 0), False), (self._score(place, 1), True)):
                if score is not None and (highest is None or score > highest) and place != self._end(open_):
                    full, highest = (place, open_), score
        if full is None or highest is None or not coarse:
            return full
        first = self._first(full[0], highest)
        # Without a count no level just beyond an edge can be named; one that is at its highest itself can.
        return full if first[1] and self.per_person is None else first

    def _first(self, full: Fraction, highest: Fraction) -> tuple[Fraction, bool]:
        """The first place before ``full`` from which on the score is at its highest, step by small step."""
        found = full, self._score(full, 0) != highest
        for place, _ in self.moving.places(full, -self.better):
            if (place - self.value) * self.better < 0 or self._score(place, 1) != highest:
                break
            found = place, self._score(place, 0) != highest
            if found[1]:
                break
        return found

    def _end(self, open_: bool) -> Fraction | None:
        """The end of the range, beyond which nothing is."""
        if not open_:
            return None
        return self.moving.most if self.better > 0 else self.moving.least

    def _score(self, place: Fraction, side: int) -> Fraction | None:
        """The score at a place (0), just before it (-1) or just beyond it (1)."""
        beside = self.moving.beside(place, self.better * side)
        if beside is None or beside.around[self.form.score].value is None:
            return None
        return beside.around[self.form.score].number

    def _reach(self, kind: str, level: Fraction, beyond: bool = False) -> Iterator[Reach]:
        """The reach of ``level``, or nothing where it cannot be had: beyond its range, or by no whole number of people."""
        count, value = None, level
        if self.per_person:
            people = abs(level - self.value) / self.per_person
            count = floor(people) + 1 if beyond else ceil(people)
            value = self.value + self.better * count * self.per_person
        elif beyond:
            return
        least, most = self.moving.least, self.moving.most
        if (least is not None and value < least) or (most is not None and value > most):
            return
        there = self.moving.at(value)
        if there is not None:
            score = next(each for each in there.indicators if each.id == self.form.id).score
            yield Reach(kind, level, count, value, score, there.total - self.total)

    def cliffs(self) -> Iterator[Cliff]:
        """The next place on each side where the total jumps, and where it stands if that is one."""
        for side in (-1, 1):
            here = [(self.value, True)] if side > 0 else []
            for place, exact in [*here, *self.moving.places(self.value, self.better * side)]:
                worse, at, better = (self.moving.beside(place, self.better * beside) for beside in (-1, 0, 1))
                if worse is None or at is None or better is None or place in (self.moving.least, self.moving.most):
                    continue
                if jump := better.total.number - worse.total.number:
                    ahead = side > 0 and (place != self.value or at.total.number != better.total.number)
                    yield Cliff(place, jump, ahead, exact)
                    break
