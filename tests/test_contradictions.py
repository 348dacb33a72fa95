"""What contradicts itself in a contract, or is no value of its kind, word for word: each fault by itself in a contract that is right."""

from __future__ import annotations

import pytest

from tests.faulty import CONTRACT, spoiled
from tests.test_refusals import refused

SPLIT = "splits: {all: {shares: [{from: 2020-01-01, firm: 100 %}]}}"
FIRM = "{firm: {role: provider, title: Firm}}"
PLAN = "plan: {unit: share, weight: 7.5 %, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  cost: {", "  score: {unit: EUR}\n  cost: {", "AO202 score has a meaning of its own in formulas. Choose another name."),
        ("  cost: {", "  pool: {unit: EUR}\n  cost: {", "AO202 pool names two things. Choose another name for one."),
        ("  cost: {", "  a-b: {unit: EUR}\n  cost: {", "AO107 a-b is read as a subtraction in formulas. Write a_b."),
        ("to: 2021-12-31", "to: 2019-12-31", "AO203 The contract ends before it begins. Write a later day."),
        ("to: 2021-12-31", "to: 2121-12-31", "AO203 The contract runs for more than a hundred years."),
        ("weights: sum to 100 %\n", "", "AO102 weights is missing. Add weights: sum to 100 %."),
        ("to 0.01}", "to 0.01, limits: half_even to 0.01}", "AO217 A limit rounded half_even could be passed. Write toward_zero to 0.01."),
        ("to 0.01}", "to 0.01, limits: toward_zero to 0.001}", "AO217 Limits are finer than lines, so a line held to one could not be written."),
        ("weight: 85 %", "weight: 80 %", "AO207 The weights of care sum to 95 %, but the area's weight is 100 %. Write 12.5 % here, or change another, so that they agree exactly."),
        ("    weight: 100 %\n    ind", "    weight: 90 %\n    ind", "AO207 The weights of the areas sum to 90 %, not to 100 %. Change a weight so that they sum exactly."),
        ("weight: 85 %, ", "", "AO102 weight of visits is missing. Add weight: ..."),
        (SPLIT, SPLIT.replace("firm: 100 %}]", "firm: 100 %}, {from: 2020-01-01, firm: 1}]"), "AO209 The entry from 2020-01-01 does not come after the one before. Order entries by day."),
        (FIRM, "{firm: {role: provider, title: Firm, to: 2020-12-31, succeeded_by: frim}}", "AO210 frim is not a party of the contract."),
        (FIRM, "{firm: {role: provider, title: Firm, from: 2021-01-01, to: 2020-06-30}}", "AO203 firm leaves before it comes. Check the days."),
        (FIRM, "{firm: {role: provider, title: Firm}, payee: {role: provider, title: P}}", "AO202 payee cannot be a party's name. Choose another."),
        ("    weight: 100 %\n    ind", "    weight: 100 %\n    minimum_indicators: 4\n    ind", "AO213 More indicators are required than there are. Lower the minimum."),
        ("settlement:\n", f"  more:\n    weight: 0 %\n    indicators:\n      {PLAN.replace('7.5 %', '0')}\nsettlement:\n", "AO202 plan stands in two areas. Keep one, or name the second differently with definition:."),
        (PLAN, PLAN.replace("unit: share", "unit: share, inputs: {n: {unit: share}}"), "AO202 n of plan has a meaning of its own. Choose another name."),
        ("zero_at: 0, full_at: 90", "zero_at: [0], full_at: 90", "AO105 A number is needed here. Write it as 7.5, 7.5 %, 16 993 210 or 1/3."),
        ("zero_at: 0, full_at: 90", "zero_at: {}, full_at: 90", "AO110 No value is given. Write a number, or {2019: 40 %}."),
        ("title: Firm", "title: Firm, business_id: [1]", "AO104 A text is needed here. Write one value."),
        ("half_away_from_zero to 0.01", "up to 0.01", "AO109 up to 0.01 does not say how to round. Write half_away_from_zero to 0.01."),
        ("half_away_from_zero to 0.01", "half_away_from_zero to 0", "AO109 half_away_from_zero to 0 does not say how to round."),
        ("from: 2020-01-01, to", "from: 2020-02-30, to", "AO106 2020-02-30 is not a day of the calendar. Write it as 2019-01-31."),
        ("[[0, 0 %], [100, 100 %]]", "[[0, 0 %], [0, 100 %]]", "AO111 The points do not go steadily one way. Order them by their first number and give each once."),
        ("[[0, 0 %], [100, 100 %]]", "[0, 0 %]", "AO111 Pairs [x, y] are needed here. Write [[-3 %, 100], [0 %, 0]]."),
        ("pool: pool\n", "pool: [pool]\n", "AO301 A formula is a text. Write it on one line, in quotes where it holds a comma."),
    ],
)  # fmt: skip
def test_a_contradiction_is_told(old: str, new: str, said: str) -> None:
    """The sentence names what is wrong, and says what to write."""
    assert not refused(CONTRACT)
    found = refused(spoiled(old, new))
    assert any(said in each for each in found), "\n".join(found)
