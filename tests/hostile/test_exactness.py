"""Every row of "Exactness" in the list of bad inputs: what floats get wrong, in a settlement, and how often floats do.

Each test computes the same in floats, the way a spreadsheet or a script would, and holds that they do go wrong there:
a case that floats get right too would show nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from alliance_outcomes.settlement import PayeeSettlement
from tests.settling import settled

FRAME = """\
contract: exact
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
"""
Facts = Mapping[str, Any]


def paid(contract: str, payees: Iterable[Facts]) -> list[PayeeSettlement]:
    """The settlements of many payees, each with its own facts, in their order."""
    lines = [f"p{at:05},2020,{name},{value}" for at, facts in enumerate(payees) for name, value in facts.items()]
    return list(settled(FRAME + contract, "\n".join(["payee,period,indicator,value", *lines, ""]), "2020").payees)


def gated(names: str, test: str) -> str:
    """A contract that pays 1 where a condition on some facts holds."""
    facts = ", ".join(f"{name}: {{unit: count, least: 0}}" for name in names)
    return (
        f"facts: {{{facts}}}\namounts: {{one: {{unit: EUR, values: {{2020: 1}}}}}}\n"
        f"settlement:\n  - met: {{kind: formula, amount: one, when: {test}, to: payee}}\n"
    )


TENTHS = [(b, t) for t in range(1, 100) for b in range(10, 1001, 7) if b * t % 10 == 0]
HUNDREDTHS = [(d, t) for t in range(1, 100) for d in range(1, 201) if d * t % 100 == 0]


@pytest.mark.parametrize(
    ("test", "floats", "met", "least"),
    [
        (
            "n / d * 100 >= t",
            lambda n, d, t: n / d * 100 >= t,
            [{"n": t * d // 100, "d": d, "t": t} for d, t in HUNDREDTHS],
            0.005,
        ),
        (
            "1 - n / d >= t / 100",
            lambda n, d, t: 1 - n / d >= t / 100,
            [{"n": d - t * d // 100, "d": d, "t": t} for d, t in HUNDREDTHS],
            0.1,
        ),
        (
            "(b - v) / b >= t / 100",
            lambda v, b, t: (b - v) / b >= t / 100,
            [{"v": b * (100 - t) / 100, "b": b, "t": t} for b, t in TENTHS],
            0.1,
        ),
    ],
)
def test_a_target_that_is_met_exactly_is_met(
    test: str, floats: Callable[..., bool], met: list[Facts], least: float
) -> None:
    """`n/d*100 >= T`, `1 - n/d`, `(b-v)/b` miss a target that is met exactly in 1 %, 16 % and 21 % of cases in floats."""
    assert all(payee.total == 1 for payee in paid(gated("".join(met[0]), test), met))
    assert sum(not floats(**facts) for facts in met) > least * len(met)


SCORED = """\
scores: {{least: 0, most: 100}}
weights: sum to 100 %
amounts: {{bonus: {{unit: EUR, values: {{2020: 1}}}}}}
result_areas:
  care:
    weight: 100 %
    indicators:
{indicators}
settlement:
  - bonus_paid: {{kind: formula, amount: bonus, when: score >= 60, to: payee}}
"""
WEIGHTS = {"a": 5, "b": 15, "c": 35, "d": 45}


def scored(order: Iterable[str]) -> str:
    """A contract whose score is the weighted mean of four values, with a gate at 60."""
    rule = "range: [0, 100], score: {kind: linear, zero_at: 0, full_at: 100}"
    indicators = [f"      {name}: {{unit: points, weight: {WEIGHTS[name]} %, {rule}}}" for name in order]
    return SCORED.format(indicators="\n".join(indicators))


def in_floats(values: Facts, order: Iterable[str]) -> float:
    """The weighted mean as a script adds it up."""
    total = 0.0
    for name in order:
        total += WEIGHTS[name] / 100 * float(str(values[name]))
    return total


AT_60 = [
    {"a": a, "b": b, "c": c, "d": (6000 - 5 * a - 15 * b - 35 * c) // 45}
    for a in range(1, 100, 9)
    for b in range(1, 100, 7)
    for c in range(1, 100, 5)
    if (6000 - 5 * a - 15 * b - 35 * c) % 45 == 0 and 0 <= 6000 - 5 * a - 15 * b - 35 * c <= 4500
]


def test_a_weighted_score_exactly_at_a_gate_passes_it() -> None:
    """A weighted score exactly at a gate misses it in 9 % of cases in floats."""
    payees = paid(scored("abcd"), AT_60)
    assert len(payees) > 100
    assert {(payee.score, payee.total) for payee in payees} == {(Fraction(60), Fraction(1))}
    assert any(in_floats(values, "abcd") < 60 for values in AT_60)


def test_the_order_of_indicators_changes_no_score() -> None:
    """Reordering indicators changes a float score in 37 % of cases."""
    values = [{"a": a / 10, "b": 33.3, "c": 71.7, "d": 12.9} for a in range(1, 60)]
    orders = ["".join(order) for order in permutations("abcd")][::5]
    assert len({tuple(payee.score for payee in paid(scored(order), values)) for order in orders}) == 1
    assert any(len({in_floats(each, order) for order in orders}) > 1 for each in values)


def test_half_a_cent_is_rounded_as_written() -> None:
    """`round(x, 2)` gives a wrong cent in 0.5 % of payments."""
    contract = (
        "facts: {cost: {unit: EUR, least: 0}}\n"
        'settlement:\n  - part: {kind: formula, amount: "12.5 % of cost", to: payee}\n'
    )
    costs = [{"cost": f"{cents // 100}.{cents % 100:02}"} for cents in range(4, 4000, 8)]
    payees = paid(contract, costs)
    for facts, payee in zip(costs, payees, strict=True):
        exact = Fraction(facts["cost"]) / 8 * 100
        assert (exact % 1, payee.total * 100) == (Fraction(1, 2), exact + Fraction(1, 2))
    wrong = [
        round(0.125 * float(facts["cost"]), 2) != float(payee.total) for facts, payee in zip(costs, payees, strict=True)
    ]
    assert any(wrong)


def test_parties_sum_to_the_total() -> None:
    """Parties rounded one by one miss the total in 26 % of cases; each part is within a cent of its exact share."""
    shares = {"east": Fraction(1, 3), "north": Fraction(5, 12), "west": Fraction(1, 4)}
    contract = (
        "parties: {east: {role: provider, title: E}, north: {role: provider, title: N}, west: {role: provider, title: W}}\n"
        f"splits: {{all: {{shares: [{{from: 2020-01-01, {', '.join(f'{name}: {part}' for name, part in shares.items())}}}]}}}}\n"
        "facts: {cost: {unit: EUR, least: 0}}\n"
        "settlement:\n  - part: {kind: formula, amount: cost, to: all}\n"
    )
    payees = paid(contract, ({"cost": f"{cents // 100}.{cents % 100:02}"} for cents in range(1, 300)))
    missed = 0
    for cents, payee in enumerate(payees, 1):
        total = Fraction(cents, 100)
        assert sum(payee.parties.values()) == payee.total == total
        assert all(abs(payee.parties.get(name, 0) - share * total) < Fraction(1, 100) for name, share in shares.items())
        missed += sum(round(float(share * total), 2) for share in shares.values()) != float(total)
    assert missed > 0.1 * len(payees)


def test_a_comparison_comes_before_rounding() -> None:
    """A value that rounds to its target does not meet it, and one a hair above does."""
    values = ["79.9999", "79.999999999999", "80", "80.000000000001"]
    payees = paid(gated("v", "v >= 80"), ({"v": value} for value in values))
    assert [payee.total for payee in payees] == [0, 0, 1, 1]
