"""Settle a contract: bind measured data to the calculation's inputs, read its formulas exactly, write the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .calculation.binding import Bound, bind, check_unread, outside
from .calculation.compile import compile_contract
from .calculation.fitting import unfitting_rows
from .calculation.form import AreaForm, Calculation, IndicatorForm
from .contract.coverage import Assumption, assumptions
from .contract.model import Contract
from .formula.across import PoolsDiffer, read_across
from .formula.exact import DivisionByZero, Reader, Value, exact
from .formula.nodes import Across
from .formula.taken import reads
from .ledger import Balance, Line, NothingToShare, balances, write_lines
from .measured import Measured
from .numbers import round_to
from .problems import DataError, Problem, UsageError, did_you_mean

Settled = Mapping[tuple[str, str, str], Fraction]


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
class PayeeSettlement:
    """What one payee's period comes to. ``values`` holds every input and named formula, for explanations."""

    payee: str
    score: Fraction | None
    areas: tuple[AreaResult, ...]
    indicators: tuple[IndicatorResult, ...]
    lines: tuple[Line, ...]
    balance: Mapping[str, Balance]
    values: Mapping[str, Value]
    bound: Bound

    @property
    def parties(self) -> dict[str, Fraction]:
        """What each party has earned, by id."""
        return {party: each.earned for party, each in self.balance.items()}

    @property
    def total(self) -> Fraction:
        """The sum of all lines."""
        return sum((line.amount for line in self.lines), Fraction(0))


@dataclass(frozen=True, slots=True)
class Settlement:
    """The settlement of one period: of one alliance (payee blank), or of many payees in the order of their ids."""

    contract: Contract
    calculation: Calculation
    payees: tuple[PayeeSettlement, ...]
    assumed: tuple[Assumption, ...]

    @property
    def total(self) -> Fraction:
        """The sum over all payees."""
        return sum((payee.total for payee in self.payees), Fraction(0))

    def only(self) -> PayeeSettlement:
        """The one payee. Raises UsageError (AO021) where there are several."""
        if len(self.payees) != 1:
            raise UsageError(
                Problem("AO021", f"The settlement has {len(self.payees)} payees.", "Name one with --payee ID.")
            )
        return self.payees[0]


def choose_period(contract: Contract, measured: Measured, asked: str | None) -> str:
    """The period to settle: the one asked for, or the only one of the contract that the data holds (AO022)."""
    if asked is not None:
        return asked
    from .contract.periods import periods_of

    held = set(measured.periods())
    there = [period.label for period in periods_of(contract.periods) if period.label in held]
    if len(there) == 1:
        return there[0]
    what = f"The data holds {', '.join(there)}" if there else "The data holds no period of the contract"
    raise UsageError(Problem("AO022", f"{what}.", "Name one with --period."))


def settle(
    contract: Contract,
    measured: Measured,
    period: str,
    payees: Iterable[str] | None = None,
    settled: Settled | None = None,
) -> Settlement:
    """The settlement of ``period``, exact to the contract's rounding.

    ``payees`` narrows it; ``settled`` gives earlier settlements' lines by (payee, period, clause) where a formula
    reads them. Raises DataError with every fault of the data (AO5xx), ContractError for a faulty contract.
    """
    return settle_calculation(contract, compile_contract(contract, period), measured, payees, settled)


def choose_payees(measured: Measured, period: str, asked: Iterable[str] | None) -> tuple[list[str], list[str]]:
    """The payees the data has in ``period``, and those of them to settle: the ones asked for, or all (AO023)."""
    there = measured.payees(period)
    chosen = there or [""] if asked is None else sorted(set(asked))
    for payee in chosen if asked is not None else ():
        if payee not in there:
            hint = did_you_mean(payee, there)
            raise UsageError(Problem("AO023", f"The data has no payee {payee} in {period}.", hint))
    return there, chosen


def settle_calculation(
    contract: Contract,
    calculation: Calculation,
    measured: Measured,
    payees: Iterable[str] | None = None,
    settled: Settled | None = None,
) -> Settlement:
    """The settlement of a calculation of ``contract``, whole or a part of it; see settle."""
    period = calculation.period
    problems = [*unfitting_rows(contract, measured), *check_unread(contract, calculation, measured)]
    there, chosen = choose_payees(measured, period, payees)
    everyone = there if any(isinstance(step.formula, Across) for step in calculation.steps) and there else chosen
    bound = [bind(calculation, measured, payee, settled or {}, problems) for payee in everyone]
    if problems:
        raise DataError(problems)
    values = _read_steps(calculation, bound)
    return Settlement(
        contract,
        calculation,
        tuple(
            settle_payee(calculation, found, each)
            for found, each in zip(values, bound, strict=True)
            if everyone is chosen or each.payee in chosen
        ),
        tuple(assumptions(contract)),
    )


def _read_steps(calculation: Calculation, bound: list[Bound]) -> list[dict[str, Value]]:
    """Every input and named formula of each payee; at a step across payees each waits until all have come there."""
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


def read_stage(stage: list[tuple[str, Reader]], payees: list[dict[str, Value]], bound: list[Bound]) -> None:
    """Add the named formulas of ``stage`` to the values of each payee. Raises DataError (AO506) where one divides by zero."""
    for values, each in zip(payees, bound, strict=True):
        for name, reader in stage:
            try:
                values[name] = reader(values)
            except DivisionByZero as error:
                whose = f" of {each.payee}" if each.payee else ""
                sentence, instead = f"{name}{whose} divides by zero.", "Check the data it reads, or guard the division."
                raise DataError(Problem("AO506", sentence, instead, error.node.place)) from None


def settle_values(calculation: Calculation, inputs: Mapping[str, Value], bound: Bound) -> PayeeSettlement:
    """What one payee's period comes to with other ``inputs``, exact as ever; ``bound`` is where they were measured.

    ``calculation`` is one payee's alone (``Calculation.for_one_payee``): what was read across payees is among the inputs.
    Inputs are taken as they are: a caller that changes one sees to its range. Raises DataError like settle_payee.
    """
    values = dict(inputs)
    read_stage([(step.name, exact(step.formula)) for step in calculation.steps], [values], [bound])
    return settle_payee(calculation, values, bound)


def settle_payee(calculation: Calculation, values: dict[str, Value], bound: Bound) -> PayeeSettlement:
    """The settlement of one payee from the values of all its inputs and named formulas (DataError AO505, AO507, AO510, AO513)."""
    _check(calculation, values, bound.payee)
    lines = _lines(calculation, values)
    score = values[calculation.score] if calculation.score else None
    provisional = _provisional(calculation, values, bound)
    return PayeeSettlement(
        bound.payee,
        _number(score),
        tuple(_area(form, values) for form in calculation.areas),
        tuple(_indicator(form, values, provisional) for form in calculation.indicators),
        tuple(lines),
        balances(lines, _held(calculation, values, lines), _amounts(calculation.paid, values, calculation)),
        values,
        bound,
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


def _provisional(calculation: Calculation, values: Mapping[str, Value], bound: Bound) -> set[str]:
    """The names whose value rests on a provisional row, by the branches that were taken."""
    marked = {name for name, row in bound.rows.items() if row.status == "provisional"}
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
