"""Scores of every period the data holds: values, scores, weights, goals and statuses, without the payments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from .calculation.compile import compile_contract
from .contract.model import Contract
from .contract.periods import settled_periods
from .measured import Measured
from .problems import Problem, UsageError
from .settlement import PayeeSettlement, settle_calculation


class ScoreRow(NamedTuple):
    """One score: of an indicator, an area or the whole contract (level), for a payee and period."""

    period: str
    payee: str
    level: str
    id: str
    value: Fraction | None
    score: Fraction | None
    weight: Fraction | None
    goal: Fraction | None
    status: str


def score_rows(contract: Contract, measured: Measured, periods: Iterable[str] | None = None) -> list[ScoreRow]:
    """The scores of ``periods``, or of every period of the contract that the data holds (AO022 where none).

    Raises DataError with every fault of the data that scores depend on; facts that only payments read may be missing.
    """
    labels = [period.label for period in settled_periods(contract)]
    held = set(measured.periods())
    chosen = list(periods) if periods is not None else [label for label in labels if label in held]
    if not chosen:
        what = f"The data holds no period of {contract.contract}."
        raise UsageError(Problem("AO022", what, f"Its periods run from {labels[0]} to {labels[-1]}."))
    found: list[ScoreRow] = []
    for label in chosen:
        calculation = compile_contract(contract, label).scoring_only()
        for payee in settle_calculation(contract, calculation, measured).payees:
            found += _rows(contract, label, payee)
    return found


def _rows(contract: Contract, period: str, payee: PayeeSettlement) -> Iterator[ScoreRow]:
    areas = {each.id: each for each in payee.areas}
    for area_id, area in contract.result_areas.items():
        if area_id in areas:
            result = areas[area_id]
            yield ScoreRow(period, payee.payee, "area", area_id, None, result.score, result.weight, None, "")
        for each in payee.indicators:
            if each.id in area.indicators:
                goal = area.indicators[each.id].goal
                number = goal.value if goal else None
                yield ScoreRow(
                    period, payee.payee, "indicator", each.id, each.value, each.score, each.weight, number, each.status
                )
    if payee.score is not None:
        yield ScoreRow(period, payee.payee, "contract", contract.contract, None, payee.score, None, None, "")
