"""One payee's calculation alone: what came from all payees stands in it as given, and it comes to the same."""

from __future__ import annotations

from random import Random

import pytest

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.loading import build_contract, load_contract, packaged
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.nodes import Across, names
from alliance_outcomes.problems import DataError
from alliance_outcomes.settlement import settle_calculation, settle_values
from tests.faulty import CONTRACT
from tests.payees import Payees

pytestmark = pytest.mark.untraced

OVER_PAYEES = ("hvbp-total", "hvbp-payment", "hac", "mssp", "snf-vbp", "qof", "tesoma")


@pytest.mark.parametrize("name", OVER_PAYEES)
def test_a_payee_alone_comes_to_what_it_came_to_among_all(name: str) -> None:
    """Freezing what is read over all payees changes no value and no line of any of them."""
    contract = load_contract(packaged("contracts") / f"{name}.yaml")
    whole = compile_contract(contract, periods_of(contract.periods)[0].label)
    alone = whole.for_one_payee()
    assert not any(isinstance(step.formula, Across) for step in alone.steps)
    given = {each.name for each in alone.inputs}
    for step in alone.steps:
        assert set(names(step.formula)) <= given, step.name
        given.add(step.name)
    settled = 0
    for seed in range(20):
        drawn = Payees(whole, Random(seed))
        try:
            settlement = settle_calculation(
                contract, whole, drawn.measured(["a", "b", "c", "d", "e"]), settled=drawn.settled
            )
        except DataError:
            continue
        for payee in settlement.payees:
            inputs = {each.name: payee.values[each.name] for each in alone.inputs}
            again = settle_values(alone, inputs, payee.bound)
            assert (again.lines, again.score, again.indicators, again.balance) == (
                payee.lines,
                payee.score,
                payee.indicators,
                payee.balance,
            )
            settled += 1
    assert settled >= 5


def test_what_only_all_payees_needed_goes() -> None:
    """A pool that is spent over all payees: the number that spends it is given to one alone, and what it came from is not."""
    text = CONTRACT.replace(
        "amounts:\n",
        "figures:\n  all: {formula: visits * pool}\n  k: {formula: 'across_factor(all, visits)'}\namounts:\n",
    ).replace("pool: pool\n", "pool: 'coalesce(k, 0) * visits'\n")
    whole = compile_contract(build_contract(parse_document(text.encode(), "care.yaml")), "2020")
    alone = whole.for_one_payee()
    assert {step.name for step in whole.steps} - {step.name for step in alone.steps} == {"all", "k"}
    assert [each.name for each in alone.inputs if each.part == "frozen"] == ["k"]
