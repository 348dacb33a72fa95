"""Numbers, conditions and a payee's attributes: a name stands only where what it stands for can be used (AO303)."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_outcomes.batch import settle_batch
from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.checks.proofs.proving import prove
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.csv import parse_csv
from tests.running import alliance
from tests.test_batch import same
from tests.test_refusals import TWO_PAYEES, WITH_LIMITS, built, refused

NAMED = WITH_LIMITS.replace(
    "amounts:\n",
    "payees: {attributes: {track: [A, B]}}\n"
    "figures: {late: {formula: plan > 50 %}, rate: {formula: plan * 2}, own: {per: party, formula: cost > 5}}\n"
    "amounts:\n",
)
DATA = TWO_PAYEES + "north,,2020,track,A\nsouth,,2020,track,B\n"
LATE = "AO303 late is a condition, and a number is needed here. Write 1 if late else 0."
TRACK = 'AO303 track is an attribute of a payee, and a number is needed here. Write 1 if track == "code" else 0, or an amount that goes by: track.'
PLAN = "AO303 plan is a number, and a condition is needed here. Compare it with something, such as plan > 0."
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
        (POOL, "      pool: pool if late == 'A' else 0\n", "AO303 late is a condition, and a payee's attribute is needed here. Read it by its name alone: late."),
        (POOL, "      pool: pool if plan else 0\n", PLAN),
        (POOL, "      pool: pool if late and not plan else 0\n", PLAN),
        (POOL, "      pool: pool if track else 0\n", 'AO303 track is an attribute of a payee, and a condition is needed here. Write track == "code".'),
        (COSTS, "amount: cost, when: plan, to: each}\n", PLAN),
        (LINEAR, f"{{kind: gate, when: value, score: {LINEAR}}}", PLAN.replace("plan", "value")),
        ("late: {formula: plan > 50 %}", f"late: {{formula: {' or '.join(['plan > 1'] * 14)}}}, soon: {{formula: not late}}", "AO302 The condition late has more than 40 parts, too many to be read by its name. Name its numbers under figures, and compare these."),
    ],
)  # fmt: skip
def test_a_name_of_another_kind_is_refused(old: str, new: str, said: str) -> None:
    """In figures, values, scores, clauses, limits, tables and the budget, with what to write instead."""
    assert not refused(NAMED)
    assert said in " ".join(refused(changed(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (POOL, "      pool: pool if {} else 0\n"),
        (POOL, "      pool: pool if plan > 0 and not {} or {} else 0\n"),
        (POOL, "      pool: pool if (visits > 3 if {} else plan > 0) else 0\n"),
        (COSTS, "amount: cost, when: {}, to: each}\n"),
        (LINEAR, "{kind: gate, when: {}, score: {kind: linear, zero_at: 0, full_at: 90}}"),
        ("rate: {formula: plan * 2}", "rate: {formula: not {}}"),
        ("rate: {formula: plan * 2}", "rate: {formula: 1 if {} else 2}"),
    ],
)
def test_a_condition_has_a_name_where_a_condition_is_needed(old: str, new: str) -> None:
    """The calculation is the one in which it is written out, so that every reader of formulas says the same."""
    named, written = (
        compile_contract(built(changed(old, new.replace("{}", text))), "2020") for text in ("late", "(plan > 50 %)")
    )
    assert {each.name: each.formula for each in named.steps} == {each.name: each.formula for each in written.steps}


def test_each_party_has_its_own_condition() -> None:
    """Of a condition that is kept per party, that of the party which is paid; without a party it is refused (AO308)."""
    each = compile_contract(built(changed(COSTS, "amount: cost, when: own, to: each}\n")), "2020")
    written = compile_contract(built(changed(COSTS, "amount: cost, when: cost > 5, to: each}\n")), "2020")
    assert [step.formula for step in each.steps] == [step.formula for step in written.steps]
    assert "AO308" in " ".join(refused(changed(POOL, "      pool: pool if own else 0\n")))


@pytest.mark.parametrize(("name", "code"), [("lat", "AO307"), ("circle", "AO309")])
def test_a_name_that_stands_for_nothing_is_told_once(name: str, code: str) -> None:
    """Not also as a number where a condition is needed."""
    circle = changed("rate: {formula: plan * 2}", "rate: {formula: plan}, circle: {formula: not circle}")
    said = refused(circle if name == "circle" else changed(POOL, f"      pool: pool if {name} else 0\n"))
    assert [text.split()[1] for text in said] == [code]


@pytest.mark.parametrize(
    ("measure", "hint"),
    [
        ("kind: rate, numerator: done", "A number stands where a condition is needed."),
        ("kind: rate, numerator: done > 1 and done", "A number cannot be used as a condition around 'and'."),
        ("kind: mean, of: 1 if done else 2", "A number cannot be used as a condition around 'if'."),
        ("kind: mean, of: done > 1", "A condition stands where a number is needed."),
    ],
)
def test_a_column_of_a_row_is_no_condition(measure: str, hint: str, tmp_path: Path) -> None:
    """A definition has no figures that could be conditions."""
    text = f"unit: share\nmeasure: {{table: visits, period: year, {measure}}}\n"
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    assert f"AO303 {hint}" in alliance("indicators", "plan", "--folder", tmp_path).err


@pytest.mark.parametrize(
    ("formula", "north", "south"),
    [
        ("pool * across_count(plan, late) / 4", 100_000, 100_000),
        ("pool * across_count(plan, rate) / 4", 200_000, 200_000),
        ("pool / 2 if track == 'A' else 0", 200_000, 0),
        ("pool if missing(track) else 0", 0, 0),
        ("pool if late and track == 'A' else pool / 4 if not late else 0", 400_000, 100_000),
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
