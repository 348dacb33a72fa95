"""Reconcile a settlement with amounts that were published or paid: exact, within the inputs' rounding, or missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .calculation.compile import compile_contract
from .calculation.form import Calculation
from .contract.model import Contract
from .formula.exact import Reader, Undefined, Value, exact
from .formula.nodes import Across, Arithmetic, Name, Node, Number, Round
from .formula.steps import Input, Step
from .measured import Measured, displayed_unit
from .numbers import round_to
from .problems import DataError, Place, Problem, UsageError, did_you_mean
from .settlement import PayeeSettlement, settle_calculation

TOTAL = "total"
HALF = Fraction(1, 2)
MOST_PASSES, MOST_HALVINGS = 6, 64


@dataclass(frozen=True, slots=True)
class Published:
    """What was published under ``column`` for ``name``: by payee, each with its place; rounded to ``unit`` (0: exact).

    ``listed`` holds every payee that has a row there, where it is another file than the data: each needs one.
    """

    name: str
    column: str
    unit: Fraction
    amounts: Mapping[str, tuple[Fraction, Place | None]]
    listed: Mapping[str, Place] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One payee's value beside what was published; ``verdict`` is exact, within or missed."""

    payee: str
    name: str
    ours: Fraction | None
    published: Fraction
    verdict: str
    place: Place | None

    @property
    def difference(self) -> Fraction:
        """Ours less the published; the whole of it, negative, where there is nothing of ours."""
        return (self.ours or Fraction(0)) - self.published


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every comparison of one published column, in the order of payees."""

    name: str
    column: str
    compared: tuple[Compared, ...]

    def count(self, verdict: str) -> int:
        """How many came out so."""
        return sum(each.verdict == verdict for each in self.compared)

    @property
    def misses(self) -> list[Compared]:
        """Those that were missed, the largest difference first."""
        missed = [each for each in self.compared if each.verdict == "missed"]
        return sorted(missed, key=lambda each: (-abs(each.difference), each.payee))


def by_payee(found: Iterable[Reconciliation]) -> dict[str, str]:
    """One verdict for each payee over all columns: missed where any is, else within where any is, else exact."""
    worst = ("exact", "within", "missed")
    verdicts: dict[str, str] = {}
    for each in (each for one in found for each in one.compared):
        verdicts[each.payee] = max(verdicts.get(each.payee, "exact"), each.verdict, key=worst.index)
    return verdicts


def reconcile(
    contract: Contract, measured: Measured, period: str, published: Sequence[Published]
) -> list[Reconciliation]:
    """Settle ``period`` as far as the published names need it, and sort every payee with a published value.

    A value is exact where it is the published one after the contract's rounding (a score, area or figure: rounded to
    the digits published). It is within where inputs that round to the measured ones give the published value.
    Raises as settle does, UsageError (AO024) for a name that the settlement has not, and DataError (AO540) for a payee
    that one side has and the other has not: it would be passed over in silence.
    """
    whole = with_total(compile_contract(contract, period))
    targets = {each.name: target_of(whole, each.name) for each in published}
    calculation = whole.reading(set(targets.values()))
    settlement = settle_calculation(contract, calculation, measured)
    if problems := list(_unmatched([payee.payee for payee in settlement.payees], published)):
        raise DataError(problems)
    units = _units(calculation, measured)
    found = []
    for each in published:
        near = Near(calculation, targets[each.name], units)
        compared = tuple(
            _compare(each, near, payee, *each.amounts[payee.payee])
            for payee in settlement.payees
            if payee.payee in each.amounts
        )
        found.append(Reconciliation(each.name, each.column, compared))
    return found


def _unmatched(settled: Sequence[str], published: Iterable[Published]) -> Iterator[Problem]:
    """Payees of one side only: published and not settled, or settled and without a row in the file of what was published."""
    for each in published:
        there = each.listed if each.listed is not None else {payee: at for payee, (_, at) in each.amounts.items()}
        for payee, place in there.items():
            if payee not in settled:
                sentence = f"{payee or 'A row without a payee'} stands in column {each.column}, and is not settled."
                hint = did_you_mean(payee, settled) or "Take the row out, or add the payee's data."
                yield Problem("AO540", sentence, hint, place)
        for payee in settled if each.listed is not None else ():
            if payee not in there:
                sentence = f"{payee or 'The alliance'} is settled, and has no row beside column {each.column}."
                hint = did_you_mean(payee, there) or "Add its row; leave the cell blank where nothing was published."
                yield Problem("AO540", sentence, hint)


def with_total(calculation: Calculation) -> Calculation:
    """The calculation with one more step, ``total``: the sum of all lines, where no other formula is called so."""
    taken = {*(step.name for step in calculation.steps), *(given.name for given in calculation.inputs)}
    if TOTAL in taken or not calculation.entries:
        return calculation
    total: Node = Number(Fraction(0))
    for entry in calculation.entries:
        total = Arithmetic("+", total, Name(entry.amount))
    return replace(calculation, steps=(*calculation.steps, Step(TOTAL, total, "line", calculation.currency)))


def target_of(calculation: Calculation, name: str) -> str:
    """The step or input that a published name means: ``x.score`` is an indicator's score as it counts (AO024)."""
    scores = {f"{form.id}.score": form.score for form in calculation.indicators if form.score}
    known = {**{step.name: step.name for step in calculation.steps}, **scores}
    known |= {given.name: given.name for given in calculation.inputs}
    if name not in known:
        hint = did_you_mean(name, known)
        raise UsageError(Problem("AO024", f"Nothing in the settlement is called {name}.", hint))
    return known[name]


def _units(calculation: Calculation, measured: Measured) -> dict[str, Fraction]:
    """By input: the unit of the last digit that its values are given in; left out where they are exact."""
    shown: dict[str, list[str]] = {}
    for row in measured.rows:
        if row.indicator not in measured.precision and row.value:
            shown.setdefault(row.indicator, []).append(row.value)
    found = {}
    for given in calculation.inputs:
        if given.part != "value" or given.unit in ("count", "flag"):
            continue
        if given.id in measured.precision:
            unit = measured.precision[given.id]
        else:
            texts = shown.get(given.id, [])
            unit = displayed_unit(texts) / (100 if any(text.endswith("%") for text in texts) else 1)
        if unit:
            found[given.name] = unit
    return found


def _compare(
    published: Published, near: Near, payee: PayeeSettlement, amount: Fraction, place: Place | None
) -> Compared:
    value = payee.values[near.target]
    ours = None if value is None or isinstance(value, str) else Fraction(value)
    verdict = "missed"
    if ours is not None:
        agrees = Agreement(published, near, amount)
        verdict = (
            "exact" if agrees(ours, strict=True) else "within" if near.reaches(payee, amount, agrees) else "missed"
        )
    return Compared(payee.payee, published.name, ours, amount, verdict, place)


class Agreement:
    """Whether a value is the published one: a line as it was written, anything else at the digits published."""

    def __init__(self, published: Published, near: Near, amount: Fraction) -> None:
        self.amount, self.unit, self.written = amount, published.unit, near.written

    def __call__(self, ours: Fraction, strict: bool = False) -> bool:
        if ours == self.amount:
            return True
        if not self.unit or (strict and self.written):
            return False
        if strict:
            return round_to(ours, "half_away_from_zero", self.unit) == self.amount
        return abs(ours - self.amount) <= self.unit * HALF


class Near:
    """What ``target`` can come to for inputs that round to the measured ones.

    Corners are found by the sign of each slope, through the exact reader, one input after the other until none moves
    the result further; values taken over all payees stay as they are.
    """

    def __init__(self, calculation: Calculation, target: str, units: Mapping[str, Fraction]) -> None:
        part = calculation.reading({target})
        self.target = target
        self.inputs = [given for given in part.inputs if given.name in units]
        self.units = units
        steps = [step for step in part.steps if not isinstance(step.formula, Across)]
        self.readers = [(step.name, exact(step.formula)) for step in steps]
        self.smooth = [(step.name, exact(_unrounded(step))) for step in steps]
        role = next((step.role for step in part.steps if step.name == target), "")
        self.written = role == "line"

    def reaches(self, payee: PayeeSettlement, amount: Fraction, agrees: Callable[[Fraction], bool]) -> bool:
        """Whether some inputs that round to the measured ones give ``amount``: a witness is looked for, and read."""
        ours = payee.values[self.target]
        if ours is None or isinstance(ours, str):
            return False
        if agrees(Fraction(ours)):
            return True
        ranges = self._ranges(payee)
        corner = self._corner(payee, ranges, 1 if amount > Fraction(ours) else -1)
        start = {name: middle for name, (_, middle, _) in ranges.items()}
        return self._between(payee, start, corner, amount, agrees)

    def _ranges(self, payee: PayeeSettlement) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
        """By input that has a number: the least, the measured and the most it can have been before it was rounded."""
        found = {}
        for given in self.inputs:
            value = payee.bound.values[given.name]
            row = payee.bound.rows.get(given.name)
            if isinstance(value, Fraction) and row is not None and not row.numerator:
                half = self.units[given.name] * HALF
                found[given.name] = (_clipped(given, value - half), value, _clipped(given, value + half))
        return found

    def _corner(
        self, payee: PayeeSettlement, ranges: Mapping[str, tuple[Fraction, Fraction, Fraction]], way: int
    ) -> dict[str, Fraction]:
        """The inputs at which the target is highest (``way`` 1) or lowest (-1), each at an end of its range."""
        measured = {name: middle for name, (_, middle, _) in ranges.items()}
        signed = {name: self._end(payee, measured, name, ends, way) for name, ends in ranges.items()}
        found = [self._climbed(payee, start, ranges, way) for start in (signed, measured)]
        return max(found, key=lambda at: self._height(payee, at, way))

    def _height(self, payee: PayeeSettlement, at: Mapping[str, Fraction], way: int) -> tuple[bool, Fraction]:
        value = self._read(payee, at, self.smooth)
        return value is not None, (value or Fraction(0)) * way

    def _end(
        self, payee: PayeeSettlement, at: Mapping[str, Fraction], name: str, ends: Sequence[Fraction], way: int
    ) -> Fraction:
        """The end of one input's range towards which the target rises: by the slope between its ends."""
        low, high = (self._height(payee, {**at, name: end}, way) for end in (ends[0], ends[-1]))
        return at[name] if low == high else ends[-1] if high > low else ends[0]

    def _climbed(
        self,
        payee: PayeeSettlement,
        start: Mapping[str, Fraction],
        ranges: Mapping[str, tuple[Fraction, Fraction, Fraction]],
        way: int,
    ) -> dict[str, Fraction]:
        """Move one input after the other to the end that helps, until none does."""
        at = dict(start)
        best = self._read(payee, at, self.smooth)
        for _ in range(MOST_PASSES):
            moved = False
            for name, ends in ranges.items():
                for end in ends:
                    value = self._read(payee, {**at, name: end}, self.smooth)
                    if value is not None and (best is None or (value - best) * way > 0):
                        at[name], best, moved = end, value, True
            if not moved:
                break
        return at

    def _between(
        self,
        payee: PayeeSettlement,
        start: Mapping[str, Fraction],
        corner: Mapping[str, Fraction],
        amount: Fraction,
        agrees: Callable[[Fraction], bool],
    ) -> bool:
        """Halve the way from the measured inputs to the corner until a point on it gives ``amount``."""
        low, high = Fraction(0), Fraction(1)
        end = self._read(payee, corner, self.readers)
        begin = self._read(payee, start, self.readers)
        if end is None or begin is None:
            return False
        if agrees(end):
            return True
        if (amount > end) if end > begin else (amount < end):
            return False
        for _ in range(MOST_HALVINGS):
            middle = (low + high) / 2
            point = {name: value + (corner[name] - value) * middle for name, value in start.items()}
            value = self._read(payee, point, self.readers)
            if value is None:
                return False
            if agrees(value):
                return True
            if (value < amount) == (end > begin):
                low = middle
            else:
                high = middle
        return False

    def _read(
        self, payee: PayeeSettlement, inputs: Mapping[str, Fraction], readers: Sequence[tuple[str, Reader]]
    ) -> Fraction | None:
        values: dict[str, Value] = {**payee.values, **inputs}
        try:
            for name, reader in readers:
                values[name] = reader(values)
        except Undefined:
            return None
        value = values[self.target]
        return None if value is None or isinstance(value, str) else Fraction(value)


def _clipped(given: Input, value: Fraction) -> Fraction:
    """``value`` kept in the range that the contract states for the input."""
    value = value if given.least is None else max(value, given.least)
    return value if given.most is None else min(value, given.most)


def _unrounded(step: Step) -> Node:
    """A line before it is rounded, so that the least slope shows."""
    return step.formula.of if step.role == "line" and isinstance(step.formula, Round) else step.formula
