"""Numbers, conditions and a payee's attributes: a name stands only where what it stands for can be used (AO303)."""

from __future__ import annotations

import pytest

from alliance_outcomes.batch import settle_batch
from alliance_outcomes.checks.proofs.proving import prove
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from tests.test_batch import same
from tests.test_refusals import TWO_PAYEES, WITH_LIMITS, built, refused

NAMED = WITH_LIMITS.replace(
    "amounts:\n",
    "payees: {attributes: {track: [A, B]}}\n"
    "figures: {late: {formula: plan > 50 %}, rate: {formula: plan * 2}, own: {per: party, formula: cost > 5}}\n"
    "amounts:\n",
)
DATA = TWO_PAYEES + "north,,2020,track,A\nsouth,,2020,track,B\n"
LATE = "AO303 late is a condition, and a number is needed here. Write 1 if condition else 0, with the condition that late stands for."
TRACK = 'AO303 track is an attribute of a payee, and a number is needed here. Write 1 if track == "code" else 0, or an amount that goes by: track.'
WRITTEN_OUT = "Compare it with something, such as x > 0. Where late is itself a condition, write that out."
POOL = "      pool: pool\n"
COSTS = "amount: cost, to: each}\n"
LINEAR = "{kind: linear, zero_at: 0, full_at: 90}"


def changed(old: str, new: str) -> str:
    """The contract with named conditions, one text in it replaced."""
    assert NAMED.count(old) == 1, old
    return NAMED.replace(old, new)


@pytest.mark.parametrize(
    "formula",
    [
        "pool * (late + 1)",
        "pool * late",
        "pool * -late",
        "pool if late > 0 else 0",
        "pool * (late if plan > 1 else 2)",
        "pool * max(late, 0)",
        "pool * round(late, 2)",
        "pool * count(late, plan)",
        "pool * coalesce(late, 0)",
        "pool if missing(late) else 0",
        "pool * across_count(late)",
        "pool if late == 'A' else 0",
    ],
)
def test_a_figure_that_is_a_condition_is_no_number(formula: str) -> None:
    """Wherever a formula reads a number, at the place of the name."""
    (said,) = refused(changed(POOL, f"      pool: {formula}\n"))
    line = NAMED[: NAMED.index(POOL)].count("\n") + 1
    assert said == f"care.yaml:{line}:{len('      pool: ') + formula.index('late') + 1}: {LATE}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rate: {formula: plan * 2}", "rate: {formula: late}", LATE),
        ("rate: {formula: plan * 2}", "rate: {formula: over_parties(own)}", LATE.replace("late", "own")),
        ("rate: {formula: plan * 2}", "rate: {per: party, formula: own + 1}", LATE.replace("late", "own")),
        ("visits: {unit: count, ", "visits: {unit: count, value: late, ", LATE),
        (LINEAR, "{kind: formula, formula: value * late}", LATE),
        (LINEAR, f"{{kind: gate, when: late > 0, score: {LINEAR}}}", LATE),
        (COSTS, "amount: cost * late, to: each}\n", LATE),
        (COSTS, "amount: cost, when: late > 0, to: each}\n", LATE),
        (COSTS, COSTS + "  - limit: {kind: cap, of: [costs], most: pool * late}\n", LATE),
        (COSTS, COSTS + "  - m: {kind: modifier, of: costs, by: late, gain: [[0, 1], [1, 2]]}\n", LATE),
        ("settlement:\n", "budget: pool * late\nsettlement:\n", LATE),
        ("amounts:\n", "tables: {t: {kind: stepped, from: late, outside: none, rows: [[0, 1]]}}\namounts:\n", LATE),
        ("amounts:\n", "tables: {t: {kind: stepped, from: track, outside: none, rows: [[0, 1]]}}\namounts:\n", TRACK),
        (POOL, "      pool: pool * track\n", TRACK),
        (POOL, "      pool: pool if track > 1 else 0\n", TRACK),
        (POOL, "      pool: pool * across_count(plan, track)\n", TRACK),
        (POOL, "      pool: pool if plan == 'A' else 0\n", "AO303 plan is a number, and a payee's attribute is needed here. Compare it with a number, such as plan > 0."),
        (POOL, "      pool: pool if late else 0\n", "AO303 A number cannot be used as a condition around 'if'. " + WRITTEN_OUT),
        (POOL, "      pool: pool if plan > 0 and late else 0\n", "AO303 A number cannot be used as a condition around 'and'. " + WRITTEN_OUT),
        (COSTS, "amount: cost, when: late, to: each}\n", "AO303 A number stands where a condition is needed. " + WRITTEN_OUT),
        (LINEAR, f"{{kind: gate, when: late, score: {LINEAR}}}", "AO303 A number stands where a condition is needed. " + WRITTEN_OUT),
    ],
)  # fmt: skip
def test_a_name_of_another_kind_is_refused(old: str, new: str, said: str) -> None:
    """In figures, values, scores, clauses, limits, tables and the budget, with what to write instead."""
    assert not refused(NAMED)
    assert said in " ".join(refused(changed(old, new)))


@pytest.mark.parametrize(
    ("formula", "north", "south"),
    [
        ("pool * across_count(plan, late) / 4", 100_000, 100_000),
        ("pool * across_count(plan, rate) / 4", 200_000, 200_000),
        ("pool / 2 if track == 'A' else 0", 200_000, 0),
        ("pool if missing(track) else 0", 0, 0),
    ],
)
def test_where_its_kind_is_meant_a_name_can_be_used(formula: str, north: int, south: int) -> None:
    """A condition, or a number, names a population; an attribute is compared with a text: settled, in a batch, and proved."""
    contract = built(
        changed(POOL, "      pool: pot\n").replace("figures: {", f'figures: {{pot: {{formula: "{formula}"}}, ')
    )
    data = parse_csv(DATA.replace("south,,2020,plan,60 %", "south,,2020,plan,40 %").encode(), "data.csv")
    settlement = settle(contract, data, "2020")
    assert [payee.values["pot"] for payee in settlement.payees] == [north, south]
    same(settle_batch(contract, data, "2020"), settlement)
    assert prove(contract, ["2020"])
