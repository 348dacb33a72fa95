"""What a calculation comes to for each payee: its steps read, its lines written, its balances drawn. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ..formula.across import PoolsDiffer, read_across
from ..formula.exact import Reader, Undefined, Value, exact
from ..formula.nodes import Across
from ..formula.taken import reads
from ..ledger import Balance, Line, NothingToShare, balances, write_lines
from ..numbers import round_to
from ..problems import DataError, Problem
from .form import AreaForm, Calculation, IndicatorForm, outside


class Given(Protocol):
    """One payee's inputs: whose they are, their values, and the names of those that are provisional."""

    @property
    def payee(self) -> str:
        """Whose they are; blank for one alliance."""

    @property
    def values(self) -> Mapping[str, Value]:
        """The value of each input, by name."""

    @property
    def provisional(self) -> frozenset[str]:
        """The names of inputs that may still change."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """One payee's inputs as values alone, without the rows they were measured in."""

    payee: str
    values: Mapping[str, Value]
    provisional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """An indicator in a settlement; status is final, provisional, stale, reweighted, held or too_few."""

    id: str
    value: Fraction | None
    score: Fraction | None
    weight: Fraction | None
    status: str


@dataclass(frozen=True, slots=True)
class AreaResult:
    """A result area in a settlement."""

    id: str
    score: Fraction | None
    weight: Fraction


@dataclass(frozen=True, slots=True)
class PayeeResult:
    """What one payee's period comes to. ``values`` holds every input and named formula, for explanations.

    ``carried`` are the balances that the next settlement reads, by name.
    """

    payee: str
    score: Fraction | None
    areas: tuple[AreaResult, ...]
    indicators: tuple[IndicatorResult, ...]
    lines: tuple[Line, ...]
    balance: Mapping[str, Balance]
    values: Mapping[str, Value]
    carried: Mapping[str, Fraction]

    @property
    def parties(self) -> dict[str, Fraction]:
        """What each party has earned, by id."""
        return {party: each.earned for party, each in self.balance.items()}

    @property
    def total(self) -> Fraction:
        """The sum of all lines."""
        return sum((line.amount for line in self.lines), Fraction(0))


def read_steps(calculation: Calculation, bound: Sequence[Given]) -> list[dict[str, Value]]:
    """Every input and named formula of each payee; at a step across payees each waits until all have come there.

    Raises DataError (AO506, AO517) where one cannot be read.
    """
    payees: list[dict[str, Value]] = [dict(each.values) for each in bound]
    stage: list[tuple[str, Reader]] = []
    for step in calculation.steps:
        if not isinstance(step.formula, Across):
            stage.append((step.name, exact(step.formula)))
            continue
        read_stage(stage, payees, bound)
        stage = []
        try:
            found = read_across(step.formula, payees)
        except PoolsDiffer as error:
            sentence = f"{error} is not the same for all payees, so no one number spends it."
            raise DataError(Problem("AO517", sentence, "Let it be one amount for all.", step.place)) from None
        for values, value in zip(payees, found, strict=True):
            values[step.name] = value
    read_stage(stage, payees, bound)
    return payees


def read_stage(stage: list[tuple[str, Reader]], payees: list[dict[str, Value]], bound: Sequence[Given]) -> None:
    """Add the named formulas of ``stage`` to the values of each payee. Raises DataError (AO506) where one has no value."""
    for values, each in zip(payees, bound, strict=True):
        for name, reader in stage:
            try:
                values[name] = reader(values)
            except Undefined as error:
                whose = f" of {each.payee}" if each.payee else ""
                sentence, instead = f"{name}{whose} {error.why}.", "Check the data it reads, or guard the formula."
                raise DataError(Problem("AO506", sentence, instead, error.node.place)) from None


def result_of(calculation: Calculation, values: Mapping[str, Value], bound: Given) -> PayeeResult:
    """What one payee is due by the values of all its inputs and named formulas (DataError AO505, AO507, AO510, AO513)."""
    _check(calculation, values, bound.payee)
    lines = _lines(calculation, values)
    score = values[calculation.score] if calculation.score else None
    provisional = _provisional(calculation, values, bound)
    return PayeeResult(
        bound.payee,
        _number(score),
        tuple(_area(form, values) for form in calculation.areas),
        tuple(_indicator(form, values, provisional) for form in calculation.indicators),
        tuple(lines),
        balances(lines, _held(calculation, values, lines), _amounts(calculation.paid, values, calculation)),
        values,
        {step.name: Fraction(values[step.name] or 0) for step in calculation.steps if step.role == "carried"},
    )


def _check(calculation: Calculation, values: Mapping[str, Value], payee: str) -> None:
    """Refuse what only the data can show: a value that must be there and is not, a computed one out of range."""
    whose = f" of {payee}" if payee else ""
    problems = [
        Problem(
            "AO505",
            f"{need.id}{whose} for {calculation.period} is missing.",
            "Add a row, or say when_missing.",
            need.place,
        )
        for need in calculation.needs
        if values[need.name] is None and (not need.given or values[need.given] is not None)
    ]
    problems += [
        out for each in calculation.within if (out := outside(each, _number(values[each.name]), whose, each.place))
    ]
    if problems:
        raise DataError(problems)


def _number(value: Value) -> Fraction | None:
    return None if value is None else Fraction(value)


def _lines(calculation: Calculation, values: Mapping[str, Value]) -> list[Line]:
    if calculation.rounding is None:
        return []
    amounts: dict[str, Fraction] = {}
    for entry in calculation.entries:
        amount = _number(values[entry.amount])
        if amount is None:
            raise DataError(
                Problem(
                    "AO513", f"{entry.clause} has no amount.", "Say what is paid where a value is missing.", entry.place
                )
            )
        amounts[entry.amount] = amount
    try:
        return write_lines(calculation.entries, amounts, calculation.rounding)
    except NothingToShare as error:
        sentence = f"{error.entry.clause} changes clauses that paid nothing, so there is no proportion to share it in."
        raise DataError(Problem("AO507", sentence, "Name a split in the clause with to:.", error.entry.place)) from None


def _amounts(names: Mapping[str, str], values: Mapping[str, Value], calculation: Calculation) -> dict[str, Fraction]:
    rounding = calculation.rounding
    found = {party: Fraction(values[name] or 0) for party, name in names.items()}
    return {party: rounding(amount) for party, amount in found.items()} if rounding else {}


def _held(calculation: Calculation, values: Mapping[str, Value], lines: list[Line]) -> dict[str, Fraction]:
    """What is held of each party: what is disputed, and the weight on hold of what the score earned."""
    held = _amounts(calculation.held, values, calculation)
    if calculation.held_weight and calculation.rounding:
        weight = Fraction(values[calculation.held_weight] or 0)
        by_score = {entry.clause for entry in calculation.entries if entry.held}
        earned: dict[str, Fraction] = {}
        for line in lines:
            if line.clause in by_score:
                earned[line.party] = earned.get(line.party, Fraction(0)) + line.amount
        for party, amount in earned.items():
            part = round_to(max(amount, Fraction(0)) * weight, calculation.rounding.how, calculation.rounding.unit)
            held[party] = held.get(party, Fraction(0)) + part
    return held


def _area(form: AreaForm, values: Mapping[str, Value]) -> AreaResult:
    counted = values[form.counted_weight] if form.counted_weight else form.weight
    return AreaResult(form.id, _number(values[form.score]), Fraction(counted or 0))


def _provisional(calculation: Calculation, values: Mapping[str, Value], bound: Given) -> set[str]:
    """The names whose value rests on a provisional row, by the branches that were taken."""
    marked = set(bound.provisional)
    if marked:
        for step in calculation.steps:
            if step.role in ("value", "figure") and any(name in marked for name in reads(step.formula, values)):
                marked.add(step.name)
    return marked


def _indicator(form: IndicatorForm, values: Mapping[str, Value], provisional: set[str]) -> IndicatorResult:
    value, score = _number(values[form.value]), _number(values[form.score]) if form.score else None
    return IndicatorResult(form.id, value, score, form.weight, _status(form, value, score, values, provisional))


def _status(
    form: IndicatorForm,
    value: Fraction | None,
    score: Fraction | None,
    values: Mapping[str, Value],
    provisional: set[str],
) -> str:
    if value is None:
        if form.held:
            return "held"
        return "reweighted" if form.score and score is None else "provisional"
    if form.n and values[form.n] is not None and values[form.n] < form.minimum_n:  # type: ignore[operator]  # a count
        return "too_few"
    if form.age and values[form.age]:
        return "stale"
    return "provisional" if form.value in provisional else "final"
