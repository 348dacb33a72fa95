"""Back-test: what a contract would have paid over past periods and over all payees, clause by clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..calculation.compile import compile_contract
from ..calculation.form import Calculation
from ..contract.model import Contract
from ..contract.periods import apart, earlier, is_label, periods_of, settled_periods
from ..measured import Measured
from ..problems import DataError, Problem, UsageError
from ..settlement import Settled, Settlement, settle_calculation

_FIRST = 3
"""Of how many problems a period that cannot be settled is told, where none can."""


@dataclass(frozen=True, slots=True)
class ClauseTotal:
    """A clause over all payees of a period: its amount, and how many payees it paid (paid) or cost (charged)."""

    clause: str
    amount: Fraction
    paid: int
    charged: int


@dataclass(frozen=True, slots=True)
class Tested:
    """A period settled by the terms of ``terms``; where its data does not suffice, the problems instead.

    ``left_out`` are parties of the period's data that those terms do not know, and pay nothing.
    """

    period: str
    terms: str
    settlement: Settlement | None
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def clauses(self) -> list[ClauseTotal]:
        """Each clause over all payees, in the order of the contract."""
        if self.settlement is None:
            return []
        found = []
        for clause in dict.fromkeys(entry.clause for entry in self.settlement.calculation.entries):
            amounts = [
                sum((line.amount for line in payee.lines if line.clause == clause), Fraction(0))
                for payee in self.settlement.payees
            ]
            paid, charged = sum(each > 0 for each in amounts), sum(each < 0 for each in amounts)
            found.append(ClauseTotal(clause, sum(amounts, Fraction(0)), paid, charged))
        return found


def backtest(
    contract: Contract, measured: Measured, periods: Iterable[str] | None = None, terms: str | None = None
) -> list[Tested]:
    """Each of ``periods``, or each period that the data holds, settled for all its payees, from the earliest on.

    A period of the contract is settled by its own terms; any period, also one before the contract, by those of ``terms``
    where that is named. A period reads of earlier ones what was tested before it; by the terms of another, nothing came
    before the first. Raises UsageError for a period that is none of the contract's (AO020), or where none can be tested (AO022),
    and DataError where not one can be settled (AO524), with what stands in the way of each.
    """
    within = [each.label for each in periods_of(contract.periods)]
    for label in [terms] if terms else []:
        if label not in within:
            raise UsageError(Problem("AO020", f"{label} is not a period of the contract.", "Name one that is."))
    own = {each.label for each in settled_periods(contract)}
    chosen = list(periods) if periods is not None else [each for each in measured.periods() if terms or each in own]
    for label in chosen:
        if not is_label(contract.periods, label) or (terms is None and label not in within):
            instead = "Name one that is, or say by whose terms it is settled: --terms PERIOD."
            raise UsageError(Problem("AO020", f"{label} is not a period of the contract.", instead))
    if not chosen:
        raise UsageError(Problem("AO022", "The data holds no period of the contract.", "Name one with --period."))
    chosen = sorted(set(chosen), key=lambda label: apart(contract.periods, chosen[0], label))
    tested: list[Tested] = []
    stated: dict[tuple[str, str, str], Fraction] = {}
    for label in chosen:
        tested.append(_tested(contract, measured, label, terms or label, stated))
        if (settlement := tested[-1].settlement) is not None:
            stated |= settlement.stated
    if all(each.settlement is None for each in tested):
        raise DataError(_none_settled(tested))
    return tested


def _none_settled(tested: Sequence[Tested]) -> Iterator[Problem]:
    """That no period could be settled, and then what stands in the way of each, the first few."""
    labels = ", ".join(each.period for each in tested)
    hint = (
        f"What each of them lacks first stands below; alliance settle with --period {tested[0].period} tells all of it."
    )
    yield Problem("AO524", f"No period could be settled: {labels}.", hint)
    yield from dict.fromkeys(problem for each in tested for problem in each.problems[:_FIRST])


def _tested(contract: Contract, measured: Measured, period: str, terms: str, stated: Settled) -> Tested:
    calculation = _moved(contract, compile_contract(contract, terms), period)
    known = {each.party for each in calculation.inputs}
    if period != terms:
        payees = measured.payees(period) or [""]
        read = [each for each in calculation.inputs if each.part == "settled"]
        nothing = {(payee, each.period, each.id): Fraction(0) for each in read for payee in payees}
        stated = nothing | dict(stated)
    left_out = tuple(sorted({row.party for row in measured.rows if row.period == period} - known - {""}))
    try:
        return Tested(period, terms, settle_calculation(contract, calculation, measured, None, stated), (), left_out)
    except DataError as error:
        return Tested(period, terms, None, tuple(error.problems), left_out)


def _moved(contract: Contract, calculation: Calculation, period: str) -> Calculation:
    """The calculation of one period, reading the data of another: every earlier period it reads moves along."""
    back = -apart(contract.periods, calculation.period, period)
    if not back:
        return calculation
    inputs = tuple(replace(each, period=earlier(contract.periods, each.period, back)) for each in calculation.inputs)
    return replace(calculation, period=period, inputs=inputs)
