"""Settle a contract: bind measured data to the calculation's inputs, read its formulas exactly, write the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from .calculation.binding import Bound, bind, check_unread
from .calculation.compile import compile_contract
from .calculation.fitting import unfitting_rows
from .calculation.form import Calculation
from .calculation.result import AreaResult, IndicatorResult, PayeeResult, read_stage, read_steps, result_of
from .contract.coverage import Assumption, assumptions
from .contract.model import Contract
from .formula.exact import Value, exact
from .formula.nodes import Across
from .measured import Measured, composed
from .problems import DataError, Problem, UsageError, did_you_mean

__all__ = [
    "AreaResult",
    "IndicatorResult",
    "PayeeSettlement",
    "Settled",
    "Settlement",
    "bind_payees",
    "choose_payees",
    "choose_period",
    "read_stage",
    "settle",
    "settle_bound",
    "settle_calculation",
    "settle_payee",
    "settle_values",
]

Settled = Mapping[tuple[str, str, str], Fraction]


@dataclass(frozen=True, slots=True)
class PayeeSettlement(PayeeResult):
    """What one payee's period comes to, with the rows its inputs were measured in."""

    bound: Bound


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

    @property
    def stated(self) -> dict[tuple[str, str, str], Fraction]:
        """What later settlements may read of this one, by (payee, period, name): clauses' amounts and carried balances."""
        found: dict[tuple[str, str, str], Fraction] = {}
        for payee in self.payees:
            about = payee.payee, self.calculation.period
            for line in payee.lines:
                found[*about, line.clause] = found.get((*about, line.clause), Fraction(0)) + line.amount
            found |= {(*about, name): amount for name, amount in payee.carried.items()}
        return found

    def one(self, payee: str | None) -> PayeeSettlement:
        """The payee asked for, or the only one. Raises UsageError (AO023, AO021) where it is not there or not the only one."""
        if payee is None:
            return self.only()
        for each in self.payees:
            if each.payee == payee:
                return each
        hint = did_you_mean(payee, [each.payee for each in self.payees])
        raise UsageError(Problem("AO023", f"The settlement has no payee {payee}.", hint))

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
    from .contract.periods import settled_periods

    held = set(measured.periods())
    there = [period.label for period in settled_periods(contract) if period.label in held]
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

    ``payees`` narrows it; ``settled`` gives what earlier settlements state (``Settlement.stated``) where a clause
    or formula reads it. Raises DataError with every fault of the data (AO5xx), ContractError for a faulty contract.
    """
    return settle_calculation(contract, compile_contract(contract, period), measured, payees, settled)


def choose_payees(measured: Measured, period: str, asked: Iterable[str] | None) -> tuple[list[str], list[str]]:
    """The payees the data has in ``period``, and those of them to settle: the ones asked for, or all (AO023)."""
    there = measured.payees(period)
    chosen = there or [""] if asked is None else sorted({composed(each) for each in asked})
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
    return settle_bound(contract, calculation, *bind_payees(contract, calculation, measured, payees, settled))


def bind_payees(
    contract: Contract,
    calculation: Calculation,
    measured: Measured,
    payees: Iterable[str] | None = None,
    settled: Settled | None = None,
) -> tuple[list[Bound], list[str]]:
    """The inputs of every payee that a settlement reads, and which payees it settles; see settle.

    Where a step reads across payees these are all there are, whoever was asked for.
    """
    period = calculation.period
    problems = [*unfitting_rows(contract, measured), *check_unread(contract, calculation, measured)]
    there, chosen = choose_payees(measured, period, payees)
    everyone = there if any(isinstance(step.formula, Across) for step in calculation.steps) and there else chosen
    bound = [bind(calculation, measured, payee, settled or {}, problems) for payee in everyone]
    if problems:
        raise DataError(problems)
    return bound, chosen


def settle_bound(
    contract: Contract, calculation: Calculation, bound: Sequence[Bound], chosen: Iterable[str]
) -> Settlement:
    """The settlement of the ``chosen`` payees from the inputs of all that it reads; see bind_payees."""
    wanted = set(chosen)
    values = read_steps(calculation, bound)
    return Settlement(
        contract,
        calculation,
        tuple(
            settle_payee(calculation, found, each)
            for found, each in zip(values, bound, strict=True)
            if each.payee in wanted
        ),
        tuple(assumptions(contract)),
    )


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
    due = result_of(calculation, values, bound)
    return PayeeSettlement(**{each.name: getattr(due, each.name) for each in fields(due)}, bound=bound)
