"""Gaps: the euros promised for so many people more are the euros that come, and slopes and cliffs are what the formulas do."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

from alliance_outcomes.formula.exact import DivisionByZero, Value, exact
from alliance_outcomes.formula.near import Kinks, Near, near
from alliance_outcomes.formula.nodes import Group, Name, Number
from alliance_outcomes.numbers import parse_number
from alliance_outcomes.scenarios.gaps import Gap, gaps
from alliance_outcomes.statements.gaps import write_gaps
from tests.drawing import Case, Rows, row, text, to_csv, to_yaml, writable
from tests.formulas import Drawn, draw
from tests.running import alliance
from tests.settling import settled
from tests.strategies import cases
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
HAIR = Fraction(1, 10**30)


@pytest.mark.parametrize("seed", range(40))
def test_slopes_are_what_a_small_move_does(seed: int) -> None:
    """Up to the next kink a straight formula moves by its slope exactly; a curved one within the square of the move."""
    formulas = draw(seed, rows=6)
    checked = sum(_slopes_hold(formulas, row, direction) for row in range(6) for direction in (-1, 1))
    assert checked


def test_a_mean_of_no_weight_is_no_value() -> None:
    """Where all weights come to nothing there is no mean, and so no slope."""
    mean = Group("mean", (Name("a"),), (Number(Fraction(0)),))
    assert near(mean, {"a": Near(Fraction(3), Fraction(1))}, Kinks()) == Near(None)


def _slopes_hold(formulas: Drawn, row: int, direction: int) -> int:
    values, moved = formulas.rows[row], "cents"
    around = {name: Near(value) for name, value in values.items()}
    around[moved] = Near(values[moved], Fraction(direction))
    kinks = Kinks()
    try:
        for step in formulas.steps:
            around[step.name] = near(step.formula, around, kinks)
    except DivisionByZero:
        return 0
    far = HAIR if kinks.until is None else min(HAIR, kinks.until / 2)
    there: dict[str, Value] = {**values, moved: Fraction(values[moved] or 0) + direction * far}
    for step in formulas.steps:
        there[step.name] = exact(step.formula)(there)
        found, value = around[step.name], there[step.name]
        if value is None or isinstance(value, bool):
            assert found.value is value, step
        elif found.straight:
            assert found.number + far * found.slope == value, step
        else:
            assert abs(found.number + far * found.slope - Fraction(value)) <= 10**26 * far * far, step
    return 1


@pytest.mark.untraced
@given(cases(most_areas=1))
def test_gaps_are_exact(case: Case) -> None:
    """Each indicator moved by the people that a gap names earns the euros that it promised, to the cent."""
    settlement = settled(to_yaml(case.contract), to_csv(case.rows), case.period)
    payee = settlement.only()
    for gap in gaps(settlement, payee):
        for reach in gap.reaches:
            rows = _moved(case, gap, reach.count, reach.value)
            if rows is not None:
                after = settled(to_yaml(case.contract), to_csv(rows), case.period).only()
                assert after.total - payee.total == reach.amount, (gap.id, reach)


def _moved(case: Case, gap: Gap, count: int | None, value: Fraction) -> Rows | None:
    """The rows with one indicator moved by so many people, or to a value; None where no row of this year measures it."""
    rows, found = [], False
    for each in case.rows:
        if (each["indicator"], each["period"]) != (gap.id, case.period) or not (each["value"] or each["numerator"]):
            rows.append(each)
            continue
        found = True
        if count is not None:
            rows.append({**each, "numerator": text(parse_number(each["numerator"]) + gap.better * count)})
        elif writable(value):
            n = each["n"] or each["denominator"]
            rows.append({**each, "value": text(value), "numerator": "", "denominator": "", "n": n})
        else:
            return None
    return rows if found else None


BALANCE = """
contract: balance
status: draft
assumed: an example
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: Firm}}
splits: {all: {shares: [{from: 2020-01-01, firm: 100 %}]}}
result_areas:
  care:
    weight: 100 %
    indicators:
      balance: {unit: share, weight: 50 %, goal: 64 %, score: {kind: linear, zero_at: 50 %, full_at: 75 %}}
      calls: {unit: share, direction: higher, weight: 50 %, score: {kind: steps, on_edge: step_above, steps: [[60 %, 50], [90 %, 100]], below: 0}}
amounts: {pool: {unit: EUR, values: {2020: 100 000}}}
settlement:
  - bonus: {kind: pool, pool: pool, points: [[0, 0 %], [100, 100 %]], to: all}
  - prize: {kind: formula, amount: 20 000 if score >= 60 else 0, to: all}
"""


def reaches(gap: Gap) -> dict[str, tuple[int | None, int]]:
    """By kind: how many it takes, and the whole euros they bring."""
    assert all(each.amount.denominator == 1 for each in gap.reaches)
    return {each.kind: (each.count, int(each.amount)) for each in gap.reaches}


def balance(numerator: str) -> list[Gap]:
    """The gaps of 200 patients, of whom so many are in balance, with three of four calls answered."""
    rows = [
        row("2020", "balance", numerator=numerator, denominator="200"),
        row("2020", "calls", numerator="75", denominator="100"),
    ]
    settlement = settled(BALANCE, to_csv(rows), "2020")
    return gaps(settlement, settlement.only())


def test_what_so_many_patients_more_are_worth() -> None:
    """Worked by hand: 120 of 200 score 40, so the contract scores 45; a patient is 2 points of its score x half the weight."""
    gap = balance("120")[0]
    assert [gap.result.score, gap.points, gap.earns] == [40, 20, 20_000]
    assert gap.slope == 200_000  # of the whole share: 100,000 x 50 % x 1 / 25 %
    # 8 more reach the goal of 64 %. 30 more reach 75 %: a score of 75, the prize with it.
    assert reaches(gap) == {"unit": (1, 1_000), "goal": (8, 8_000), "full": (30, 30_000 + 20_000)}


def test_points_add_up_to_the_score() -> None:
    """Whatever the weights sum to, and where an indicator is left out: each adds its part, and the parts make the score."""
    heard = "heard: {unit: share, weight: 5, when_missing: reweight in area, score: {kind: linear, zero_at: 0 %, full_at: 1}}"
    contract = BALANCE.replace("sum to 100 %", "sum to 20").replace("weight: 100 %", "weight: 20")
    contract = contract.replace("weight: 50 %, goal", "weight: 5, goal").replace("weight: 50 %", "weight: 10")
    contract = contract.replace("      calls:", f"      {heard}\n      calls:")
    rows = [row("2020", "balance", numerator="120", denominator="200"), row("2020", "calls", "75 %")]
    settlement = settled(contract, to_csv(rows), "2020")
    found = {gap.id: gap.points for gap in gaps(settlement, settlement.only())}
    # The area's weight is shared 5 to 10 by the two that are there; they score 40 and 50.
    assert found == {"balance": Fraction(40, 3), "heard": None, "calls": Fraction(100, 3)}
    assert sum(each or 0 for each in found.values()) == settlement.only().score


@pytest.mark.parametrize(("n", "counts"), [("80,0", [1, 30]), ("0", [None, None])])
def test_how_many_answered(n: str, counts: list[int | None]) -> None:
    """80,0 answers are 80 answers; a score of no answers is moved by no answer."""
    rows = f"period;indicator;value;n\n2020;nps;12,5;{n}\n"
    contract = BALANCE[: BALANCE.index("      balance:")] + (
        "      nps: {unit: NPS, range: [-100, 100], weight: 100 %, score: {kind: linear, zero_at: 0, full_at: 50}}\n"
        "amounts:" + BALANCE.partition("amounts:")[2]
    )
    settlement = settled(contract, rows, "2020")
    assert [each.count for each in gaps(settlement, settlement.only())[0].reaches] == counts


def test_what_is_read_over_all_payees_is_told_as_kept(tmp_path: Path) -> None:
    """The euros are those of one payee, all else the same: a mean over all payees stays, in the table and in JSON."""
    contract, data = tmp_path / "contract.yaml", tmp_path / "data.csv"
    mean = "figures: {all_of_them: {formula: across_mean(balance)}}\nsettlement:"
    paid = "pool * all_of_them if score >= 60 else 0"
    contract.write_text(BALANCE.replace("20 000 if score >= 60 else 0", paid).replace("settlement:", mean), "utf-8")
    rows = [
        f"{payee},2020,{id_},{value}\n"
        for payee, value in (("a", "60 %"), ("b", "70 %"))
        for id_ in ("balance", "calls")
    ]
    data.write_text("payee,period,indicator,value\n" + "".join(rows), "utf-8")
    told = alliance("gaps", contract, data, "--payee", "a")
    assert "Kept as it was, since it comes from all payees:" in told.out
    found = json.loads(alliance("gaps", contract, data, "--payee", "a", "-f", "json").out)
    holds("gaps", found)
    assert found["frozen"] == [{"name": "all_of_them", "value": "0.65"}]


def test_a_contract_that_scores_nothing_is_told_so() -> None:
    """Nothing but a heading would look like a fault."""
    contract = BALANCE[: BALANCE.index("result_areas:")] + (
        "facts: {cost: {unit: EUR, least: 0}}\nsettlement:\n  - costs: {kind: formula, amount: cost, to: all}\n"
    )
    settlement = settled(contract.replace("weights: sum to 100 %\n", ""), to_csv([row("2020", "cost", "5")]), "2020")
    assert "No indicator is scored." in write_gaps(settlement, settlement.only(), [])


def test_where_the_cliff_is() -> None:
    """The prize of 20,000 comes where the score is 60: at 67.5 % in balance, ahead; once there it lies behind."""
    ahead = balance("120")[0].cliffs
    assert [(each.level, int(each.amount), each.ahead, each.exact) for each in ahead] == [
        (Fraction(675, 1000), 20_000, True, True)
    ]
    behind = balance("135")[0].cliffs
    assert [(each.level, each.ahead) for each in behind] == [(Fraction(675, 1000), False)]


def test_the_next_step_of_a_staircase() -> None:
    """75 of 100 calls score 50. The next step is at 90: 15 more, worth half the pool and, from 45 to 70 points, the prize."""
    gap = balance("120")[1]
    assert reaches(gap) == {"unit": (1, 0), "step": (15, 25_000 + 20_000), "full": (15, 25_000 + 20_000)}
    assert [(each.level, each.ahead) for each in gap.cliffs] == [
        (Fraction(60, 100), False),
        (Fraction(90, 100), True),
    ]


ONE = (
    BALANCE[: BALANCE.index("      balance:")]
    + """
      x: {ABOUT, weight: 100 %}
amounts: {pool: {unit: EUR, values: {2020: 100 000}}}
settlement:
  - bonus: {kind: pool, pool: pool, points: [[0, 0 %], [100, 100 %]], to: all}
"""
)


def one(about: str, **cells: str) -> Gap:
    """The gap of the only indicator."""
    settlement = settled(ONE.replace("ABOUT", about), to_csv([row("2020", "x", **cells)]), "2020")
    return gaps(settlement, settlement.only())[0]


@pytest.mark.parametrize(
    ("value", "full", "worst"), [("16", "77.961", "20500"), ("77.96", "77.961", "99900"), ("100", None, "100000")]
)
def test_full_score_of_a_score_in_many_small_steps(value: str, full: str | None, worst: str) -> None:
    """A score of one decimal rises in a thousand steps; 99.95 is the first that is rounded to 100, at 99.95 x 78 / 100."""
    formula = '"round(min(max(value, 0), 78) * 100 / 78, 1)"'
    gap = one(f"unit: points, range: [0, 120], score: {{kind: formula, formula: {formula}}}", value=value)
    found = [(each.level, each.score) for each in gap.reaches if each.kind == "full"]
    assert found == ([] if full is None else [(parse_number(full), Fraction(100))])
    assert gap.earns == int(worst)


def test_full_score_of_small_steps_where_lower_is_better() -> None:
    """Only below 0.05 it is rounded to 0: no level is the first, and 0 itself is named."""
    about = 'unit: points, range: [0, 100], direction: lower, score: {kind: formula, formula: "100 - round(value, 1)"}'
    gap = one(about, value="16")
    assert [(each.level, each.score) for each in gap.reaches if each.kind == "full"] == [(Fraction(0), Fraction(100))]


def test_a_step_that_scores_less_than_now_is_none() -> None:
    """From 70 at 10 the score falls to 0 at 20 and jumps to 50 at 30; the next step up is to 100 at 40."""
    steps = "steps: [[20, 0], [30, 50], [40, 100]], below: 70"
    gap = one(
        f"unit: points, direction: higher, score: {{kind: steps, on_edge: step_above, {steps}}}",
        value="10",
    )
    assert [(each.kind, each.level) for each in gap.reaches if each.kind != "unit"] == [
        (kind, Fraction(40)) for kind in ("step", "full")
    ]


def test_who_stands_on_an_edge_has_the_next_step_just_beyond_it() -> None:
    """60 of 100 is not more than 60 %: one more is, and scores 50."""
    steps = "steps: [[60 %, 50], [90 %, 100]], below: 0"
    about = f"unit: share, score: {{kind: steps, on_edge: step_below, {steps}}}"
    gap = one(about, numerator="60", denominator="100")
    assert reaches(gap) == {"unit": (1, 50_000), "step": (1, 50_000), "full": (31, 100_000)}


def test_gaps_keep_to_their_schema(tmp_path: Path) -> None:
    """As ``gaps -f json`` writes them, for the example of five years; the same by the ending of -o."""
    run = alliance("gaps", *TESOMA, "--period", "2023", "-f", "json")
    data = json.loads(run.out)
    holds("gaps", data)
    assert next(each["id"] for each in data["gaps"]) == "primary_school_wellbeing"
    assert alliance("gaps", *TESOMA, "--period", "2023", "-o", tmp_path / "gaps.json").code == 0
    assert (tmp_path / "gaps.json").read_text("utf-8") == run.out


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_gaps_fit_a_terminal(language: str) -> None:
    """80 columns in each language."""
    run = alliance("gaps", *TESOMA, "--period", "2023", "--lang", language)
    assert run.code == 0
    assert max(map(len, run.out.splitlines())) <= 80


def test_an_indicator_that_was_too_small_has_no_gap() -> None:
    """Where nothing was scored there is nothing to say, and nothing is promised."""
    contract = BALANCE.replace("goal: 64 %,", "minimum_n: 500, when_small: reweight in area,")
    rows = [row("2020", "balance", numerator="120", denominator="200"), row("2020", "calls", "75 %")]
    settlement = settled(contract, to_csv(rows), "2020")
    gap = gaps(settlement, settlement.only())[0]
    assert (gap.reaches, gap.cliffs, gap.earns) == ((), (), None)
    assert "\n  value 60 %, not scored, too few\n" in write_gaps(settlement, settlement.only(), [gap], "en") + "\n"
