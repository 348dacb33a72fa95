"""Ranges and checks over drawn contracts: what is said cannot happen does not, and checks never fail themselves."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings

from alliance_outcomes.calculation.compile import compile_periods
from alliance_outcomes.checks.lint import lint
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.ranges import Range, Ranges
from tests.drawing import Case, to_csv, to_yaml
from tests.settling import settled
from tests.strategies import cases, scorecards

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
drawn = settings(suppress_health_check=SLOW, max_examples=max(1, settings().max_examples // 3))


@drawn
@given(cases())
def test_every_settled_value_lies_in_its_range(case: Case) -> None:
    """The range of each named formula, from the declared ranges alone, holds what any data gives."""
    settlement = settled(to_yaml(case.contract), to_csv(case.rows), case.period)
    ranges = Ranges(settlement.calculation.inputs, settlement.calculation.steps)
    for payee in settlement.payees:
        for name, value in payee.values.items():
            known = ranges.known.get(name)
            if isinstance(value, Fraction | int) and not isinstance(value, bool):
                assert isinstance(known, Range), name
                assert known.least <= value <= known.most, name


@drawn
@given(cases())
def test_a_limit_that_cannot_bind_does_not(case: Case) -> None:
    """Where lint says that a cap or clause does nothing, its lines are 0 (AO611, AO612)."""
    text = to_yaml(case.contract)
    contract = build_contract(parse_document(text.encode(), "drawn.yaml"))
    idle = {each.sentence.split()[0] for each in lint(contract, compile_periods(contract)[0]) if each.code == "AO612"}
    payees = settled(text, to_csv(case.rows), case.period).payees
    assert not any(line.amount for payee in payees for line in payee.lines if line.clause in idle)


@drawn
@given(scorecards())
def test_scorecards_are_checked_too(case: Case) -> None:
    """No check needs a settlement."""
    contract = build_contract(parse_document(to_yaml(case.contract).encode(), "drawn.yaml"))
    assert all(each.code.startswith("AO6") for each in lint(contract, compile_periods(contract)[0]))
