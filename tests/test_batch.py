"""Batches: what thousands of payees come to at once is what settle() says of each, always.

Its result is the exact reader's, always: on rows full of ties, with missing values, with faults.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_outcomes.batch import Batch, BatchSettlement, bind_columns, inputs_of, settle_batch
from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.loading import build_contract, load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.contract.reading import parse_document, read_document
from alliance_outcomes.measured import Measured, Row
from alliance_outcomes.problems import DataError, UsageError
from alliance_outcomes.settlement import Settlement, choose_period, settle
from alliance_outcomes.sources.csv import read_csv
from alliance_outcomes.sources.mapping import read_wide
from tests.conftest import EXAMPLES
from tests.payees import Payees
from tests.test_cases import FILES, Case, read_case
from tests.test_published import FOLDER, needs_files
from tests.tree import ROOT

CONTRACTS = sorted((ROOT / "contracts").glob("*.yaml"))
SEEDS = st.integers(0, 2**40)


def same(batch: BatchSettlement, settlement: Settlement) -> None:
    """Every amount, total and score of a batch is that of the settlement."""
    assert batch.payees == tuple(payee.payee for payee in settlement.payees)
    for row, payee in enumerate(settlement.payees):
        by_clause: dict[str, Fraction] = {}
        for line in payee.lines:
            by_clause[line.clause] = by_clause.get(line.clause, Fraction(0)) + line.amount
        assert {clause: batch.amount(clause, row) for clause in batch.amounts} == by_clause
        assert int(batch.total[row]) * batch.unit == payee.total
        scores = {each.id: each.score for each in payee.indicators if each.id in batch.scores}
        scores |= {each.id: each.score for each in payee.areas}
        if "score" in batch.scores:
            scores["score"] = payee.score
        assert scores.keys() == batch.scores.keys()
        for id_, score in scores.items():
            near(float(batch.scores[id_][row]), score)


def near(found: float, exact: Fraction | None) -> None:
    """A float score is that of the exact reader, to its precision."""
    assert math.isnan(found) == (exact is None)
    assert exact is None or math.isclose(found, exact, rel_tol=1e-9, abs_tol=1e-9)


def compare(
    contract: Contract, measured: Measured, period: str, settled: Mapping[tuple[str, str, str], Fraction]
) -> int:
    """Settle both ways; both give the same, or both refuse. How many rows were left undecided, -1 where refused."""
    settlement: Settlement | None = None
    refusal: list[str] = []
    try:
        settlement = settle(contract, measured, period, settled=settled)
    except DataError as refused:
        refusal = [str(problem) for problem in refused.problems]
    if settlement is None:
        with pytest.raises(DataError) as also:
            settle_batch(contract, measured, period, settled=settled)
        assert refusal == [str(problem) for problem in also.value.problems][: len(refusal)]
        return -1
    batch = settle_batch(contract, measured, period, settled=settled)
    same(batch, settlement)
    return batch.undecided


def cases() -> list[tuple[str, Case]]:
    """The worked cases that are not refused while the contract is read."""
    return [(file.stem, read_case(read_document(file, ROOT))) for file in FILES]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in cases()])
def test_every_worked_case_comes_out_the_same(case: Case) -> None:
    """Each case of tests/cases, and random payees of its contract on its levels, with and without faults."""
    contract = case.contract()
    compare(contract, case.measured(), case.period, case.settled())
    calculation = compile_contract(contract, case.period)
    for seed, faults in ((1, 0.0), (2, 0.0), (3, 0.02)):
        payees = Payees(calculation, Random(seed), faults)
        measured = payees.measured([f"p{number}" for number in range(30)])
        compare(contract, measured, case.period, payees.settled)


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in CONTRACTS])
def test_every_contract_settles_many_payees(file: Path) -> None:
    """Random payees of every contract that ships, in its last period."""
    contract = load_contract(file)
    period = periods_of(contract.periods)[-1].label
    calculation = compile_contract(contract, period)
    for seed in range(2):
        payees = Payees(calculation, Random(seed))
        compare(contract, payees.measured([f"p{number:03}" for number in range(50)]), period, payees.settled)


TIES = """
contract: ties
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
scores: {least: -100, most: 100}
weights: sum to 100 %
payees: {attributes: {track: [A, B, C]}}
parties:
  city: {role: commissioner, title: City}
  abc: {role: provider, title: Abc}
  zeta: {role: provider, title: Zeta}
splits:
  both: {shares: [{from: 2020-01-01, abc: 1/3, zeta: 2/3}]}
facts:
  cost: {unit: EUR, least: 0, most: 1 000 000}
  extra: {unit: EUR, least: -1000, most: 1000, when_missing: none}
amounts:
  target: {unit: EUR, values: {2020: 1000.05}}
  pool: {unit: EUR, by: track, values: {A: 333.33, B: 0.05}, otherwise: 10}
figures:
  saving: {unit: EUR, formula: target - cost}
  ratio: {unit: share, formula: cost / target}
result_areas:
  health:
    weight: 60 %
    minimum_indicators: 1
    indicators:
      rate: {unit: share, weight: 20 %, minimum_n: 30, when_small: reweight in area, when_missing: {carry: value, periods: 1, then: reweight in contract}, score: {kind: linear, zero_at: 40 %, full_at: 80 %}}
      index: {unit: points, range: [-100, 100], weight: 20 %, when_missing: hold, score: {kind: steps, steps: [[0, 10], [10, 50], [33.3, 100]], below: -100, on_edge: step_below}}
      days: {unit: days, range: [0, 365], weight: 20 %, when_missing: {score: 40}, score: {kind: piecewise, points: [[7, 100], [14, 40], [30, -100]]}}
  trust:
    weight: 40 %
    indicators:
      nps: {unit: points, range: [-100, 100], weight: 40 %, inputs: {baseline: {unit: points, least: -100, most: 100, when_missing: none}}, score: {kind: better_of, worth: 10, achievement: {zero_below: 20, full_at: 60, points: "floor(9 * progress + 1)"}, improvement: {from: baseline, full_at: 60, points: "floor(10 * progress) - 0.5", most: 9}}}
settlement:
  - costs: {kind: reimbursable, amount: cost, to: both}
  - bonus: {kind: pool, pool: pool, points: [[-100, -25 %], [0, 0 %], [100, 100 %]], to: both}
  - sharing: {kind: gain_share, target: target, actual: cost, deadband: {width: 2 % of target, shares: from_first}, gain: {rate: 50 %, when: score >= 40, to: both}, pain: {rate: 30 %, most: 200.005, to: both}}
  - quality: {kind: modifier, of: sharing, gain: [[40, 80 %], [70, 100 %], [100, 110 %]]}
  - limit: {kind: cap, of: [bonus, sharing, quality], most: 10 % of target, least: -100.005}
  - more: {kind: formula, amount: "coalesce(extra, 0.005) / 2 + round(target / 7, 1) * floor(ratio * 3)", to: both}
"""


def ties() -> Contract:
    """A contract with every kind of edge."""
    return build_contract(parse_document(TIES.encode(), "ties.yaml"))


@pytest.mark.untraced
@given(SEEDS)
def test_rows_full_of_ties_come_out_the_same(seed: int) -> None:
    """Values on gates, caps, steps, half-cents; missing, carried, too few, on hold; now and then a fault."""
    contract = ties()
    calculation = compile_contract(contract, "2022")
    payees = Payees(calculation, Random(seed), faults=0.002 if seed % 3 == 0 else 0.0)
    compare(contract, payees.measured([f"p{number}" for number in range(60)]), "2022", {})


def test_tesoma_comes_out_the_same() -> None:
    """The invented years of Tesoma, each as one payee."""
    contract = load_contract(ROOT / "contracts" / "tesoma.yaml")
    measured = read_csv(ROOT / "examples" / "tesoma" / "measured.csv")
    for period in periods_of(contract.periods):
        if period.label in measured.periods() and period.label >= "2019":
            compare(contract, measured, period.label, {})


def large(payees: int, indicators: int) -> tuple[Contract, Measured]:
    """A contract the size of the QOF: numerators over denominators, thresholds, points at a price, the list."""
    areas = [
        f"  area{area}:\n    indicators:\n"
        + "".join(
            f"      i{number}: {{unit: share, weight: {1 + number % 17}, when_missing: {{score: 0}}, "
            f"score: {{kind: linear, zero_at: {30 + number % 20} %, full_at: {70 + number % 25} %}}}}\n"
            for number in range(area, indicators, 7)
        )
        for area in range(7)
    ]
    total = sum(1 + number % 17 for number in range(indicators))
    text = (
        "contract: large\ncurrency: GBP\nperiods: {length: year, from: 2022-01-01, to: 2022-12-31}\n"
        "rounding: {lines: half_away_from_zero to 0.01}\nscores: {least: 0, most: 100}\n"
        f"weights: sum to {total}\nfacts: {{list: {{unit: persons, least: 0}}}}\n"
        "amounts: {price: {unit: GBP, values: {2022: 201.16}}, average: {unit: persons, values: {2022: 9 103}}}\n"
        "result_areas:\n" + "".join(areas) + "settlement:\n"
        "  - quality: {kind: price_per_point, points: score, price: price, list_size: list, average_list: average, to: payee}\n"
    )
    chance = Random(5)
    rows = []
    for payee in range(payees):
        name = f"p{payee:05}"
        rows.append(Row(name, "", "2022", "list", str(chance.randint(800, 30_000))))
        for number in range(indicators):
            if chance.random() < 0.97:
                below = chance.randint(5, 900)
                above = min(below, round(below * chance.uniform(0.3, 1.0)))
                rows.append(Row(name, "", "2022", f"i{number}", numerator=str(above), denominator=str(below)))
    return build_contract(parse_document(text.encode(), "large.yaml")), Measured(tuple(rows), "large.csv")


def test_a_contract_of_seventy_indicators() -> None:
    """Every payee equals settle(), and the exact reader had next to nothing to do; all 6,500 where examples are asked for."""
    contract, measured = large(6_500 if EXAMPLES else 650, 70)
    undecided = compare(contract, measured, "2022", {})
    assert 0 <= undecided <= 3


def test_only_the_payees_asked_for() -> None:
    """A batch can be narrowed; an unknown payee is refused as settle() refuses it."""
    contract = ties()
    payees = Payees(compile_contract(contract, "2021"), Random(3))
    measured = payees.measured(["a", "b", "c"])
    same(settle_batch(contract, measured, "2021", ["c", "a"]), settle(contract, measured, "2021", ["c", "a"]))
    with pytest.raises(UsageError, match="AO023"):
        settle_batch(contract, measured, "2021", ["d"])


def test_faults_of_all_payees_are_told_at_once() -> None:
    """Every payee whose data is wrong is named, with its row."""
    contract = ties()
    rows = Payees(compile_contract(contract, "2021"), Random(3)).measured(["a", "b", "c"]).rows
    without = tuple(row for row in rows if row.indicator != "cost" or row.payee == "b")
    with pytest.raises(DataError) as error:
        settle_batch(contract, Measured(without), "2021")
    assert [problem.code for problem in error.value.problems] == ["AO505", "AO505"]
    assert all(payee in str(problem) for payee, problem in zip("ac", error.value.problems, strict=True))


def test_an_amount_too_large_for_columns_is_refused() -> None:
    """Nothing wraps: an amount of 2^53 units or more is refused at its clause (AO523)."""
    text = """
contract: large
currency: EUR
periods: {length: year, from: 2022-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01}
facts: {cost: {unit: EUR}}
settlement: [{costs: {kind: formula, amount: cost * 1000, to: payee}}]
"""
    contract = build_contract(parse_document(text.encode(), "large.yaml"))
    with pytest.raises(DataError, match=r"^large.yaml:7:15: AO523 costs of a comes to 2\^53 units"):
        settle_batch(contract, Measured((Row("a", "", "2022", "cost", "999999999999.99"),)), "2022")
    batch = settle_batch(contract, Measured((Row("a", "", "2022", "cost", "-9999999.995"),)), "2022")
    assert batch.total.tolist() == [-999999999500]


def test_plans_are_kept() -> None:
    """A batch serves many sets of payees, each with inputs of its own kind."""
    contract = ties()
    calculation = compile_contract(contract, "2022")
    batch = Batch(calculation)
    for seed in range(3):
        names = [f"p{number}" for number in range(10)]
        measured = Payees(calculation, Random(seed)).measured(names)
        found = batch.settle(bind_columns(calculation, measured, names, {}))
        same(found, settle(contract, measured, "2022"))
    assert np.array_equal(found.total, batch.settle(bind_columns(calculation, measured, names, {})).total)


def test_what_floats_cannot_decide_goes_to_the_exact_reader() -> None:
    """A power of e exactly on a whole number: only its row is undecided, and comes out right."""
    text = """
contract: undecided
currency: EUR
periods: {length: year, from: 2022-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01}
facts: {x: {unit: points, least: -10, most: 10}, cost: {unit: EUR}}
settlement: [{fee: {kind: formula, amount: floor(exp(x)) * cost, to: payee}}]
"""
    contract = build_contract(parse_document(text.encode(), "undecided.yaml"))
    rows = [Row(f"p{n}", "", "2022", "x", str(n - 3)) for n in range(7)]
    rows += [Row(f"p{n}", "", "2022", "cost", "1.005") for n in range(7)]
    assert compare(contract, Measured(tuple(rows)), "2022", {}) == 1


def test_a_division_by_zero_is_refused_as_settle_refuses_it() -> None:
    """Guarded, it hurts nobody; taken, the payee is named."""
    text = """
contract: divides
currency: EUR
periods: {length: year, from: 2022-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01}
facts: {x: {unit: points}, y: {unit: points}, cost: {unit: EUR}}
figures: {guarded: {unit: points, formula: 3 if y == 0 else x / y}, bare: {unit: points, formula: x / (y - 1)}}
settlement: [{fee: {kind: formula, amount: cost * guarded, to: payee}}]
"""
    contract = build_contract(parse_document(text.encode(), "divides.yaml"))

    def measured(*values: str) -> Measured:
        rows = [
            Row(f"p{n}", "", "2022", id_, value)
            for n, value in enumerate(values)
            for id_, value in (("x", "1"), ("y", value), ("cost", "0.05"))
        ]
        return Measured(tuple(rows))

    assert compare(contract, measured("0", "2", "-3", "0"), "2022", {}) == 0
    assert compare(contract, measured("0", "1", "-3", "1"), "2022", {}) == -1
    with pytest.raises(DataError) as error:
        settle_batch(contract, measured("0", "1", "-3", "1"), "2022")
    assert [problem.code for problem in error.value.problems] == ["AO506", "AO506"]


def test_a_wide_frame_settles_as_its_rows_do() -> None:
    """An array an input (floats, whole numbers, fractions, codes): the same as the measured rows they came from."""
    contract = ties()
    calculation = compile_contract(contract, "2022")
    names = [f"p{number}" for number in range(40)]
    measured = Payees(calculation, Random(9)).measured(names)
    bound = bind_columns(calculation, measured, sorted(names), {})
    rows = [bound.values(row) for row in range(len(names))]
    frame = pd.DataFrame({name: [values[name] for values in rows] for name in bound.columns}, dtype=object)
    frame["cost"] = frame["cost"].astype("float64")
    frame["track"] = frame["track"].astype(str)
    found = Batch(calculation).settle(inputs_of(calculation, bound.payees, frame))  # type: ignore[arg-type]  # as good as a mapping
    same(found, settle(contract, measured, "2022"))


def test_what_is_wrong_in_arrays_is_told_with_its_row() -> None:
    """A missing value, an unknown code, a value out of range, a broken count, a text: each with its row."""
    calculation = compile_contract(ties(), "2022")
    given = {each.name: each for each in calculation.inputs}
    arrays: dict[str, Any] = {
        "cost": [1.0, math.nan, 2_000_000.0, math.inf],
        "track": ["A", "D", "B", "C"],
        "rate.n.now": np.array([30.0, 30.5, -1.0, 31.0]),
        "days": [7, None, "x", Fraction(1, 3)],
        "nps": [1, 2, 3, math.inf],
    }
    assert arrays.keys() <= given.keys()
    with pytest.raises(DataError) as error:
        inputs_of(calculation, ["a", "b", "c", "d"], arrays)
    told = sorted((problem.code, problem.place.line if problem.place else 0) for problem in error.value.problems)
    codes = ["AO505", "AO508", "AO509", "AO509", "AO509", "AO510", "AO510", "AO510"]
    assert told == list(zip(codes, [2, 2, 3, 4, 4, 2, 3, 3], strict=True))
    with pytest.raises(DataError, match="one value for each"):
        inputs_of(calculation, ["a"], arrays)


SHARED = """
contract: shared
currency: EUR
periods: {length: year, from: 2020-01-01, to: 2020-12-31}
rounding: {lines: half_away_from_zero to 0.01}
facts: {points: {unit: points, least: 0}, limit: {unit: EUR, least: 0}, pool: {unit: EUR, least: 0}}
figures:
  factor: {formula: "across_factor(pool, points, limit)"}
  worth: {formula: points / limit * pool / pool}
settlement:
  - share: {kind: formula, amount: "min(coalesce(factor, 0) * points, limit)", to: payee}
"""


@pytest.mark.parametrize(
    ("pools", "points", "limits", "refused"),
    [
        (["900"] * 3, ["10", "20", "30"], ["1000", "1000", "300"], ""),
        (["0.05"] * 3, ["1", "1", "1"], ["1", "1", "0.01"], ""),
        (["900", "900", "901"], ["10", "20", "30"], ["1000", "1000", "300"], "AO517"),
        (["900"] * 3, ["10", "20", "30"], ["1000", "0", "300"], "AO506"),
    ],
)
def test_what_is_computed_over_all_payees(pools: list[str], points: list[str], limits: list[str], refused: str) -> None:
    """A number over all payees is exact, also where only some are asked for, and refuses what settle() refuses."""
    contract = build_contract(parse_document(SHARED.encode(), "shared.yaml"))
    rows = [
        Row(f"p{n}", "", "2020", name, cells[n])
        for n in range(3)
        for name, cells in (("pool", pools), ("points", points), ("limit", limits))
    ]
    measured = Measured(tuple(rows))
    assert (compare(contract, measured, "2020", {}) == -1) == bool(refused)
    if refused:
        with pytest.raises(DataError, match=refused):
            settle_batch(contract, measured, "2020", ["p0"])
    else:
        same(settle_batch(contract, measured, "2020", ["p0"]), settle(contract, measured, "2020", ["p0"]))


def test_a_scorecard_has_no_step_wrong() -> None:
    """Nothing is paid, so nothing is rounded: a score that could stand on either side of a step is still made certain."""
    text = """
contract: steps
kind: scorecard
periods: {length: year, from: 2022-01-01, to: 2022-12-31}
scores: {least: 0, most: 100}
weights: none
result_areas:
  all:
    indicators:
      x: {unit: points, range: [-10, 10], score: {kind: formula, formula: "50 if round(exp(value), 20) * 3 <= 3 else 100"}}
"""
    contract = build_contract(parse_document(text.encode(), "steps.yaml"))
    rows = tuple(Row(f"p{n}", "", "2022", "x", str(n - 3)) for n in range(7))
    assert compare(contract, Measured(rows), "2022", {}) == 1


PUBLISHED = [("mssp", "mssp_2024"), ("hvbp", "hvbp_fy2024"), ("hac", "hac_fy2024"), ("snf-vbp", "snfvbp_fy2025")]


@needs_files
@pytest.mark.parametrize(("name", "file"), PUBLISHED, ids=str)
def test_published_programmes_come_out_the_same(name: str, file: str) -> None:
    """Every payee of real programmes, and none of them was left to the exact reader."""
    contract_file = ROOT / "contracts" / f"{name}.yaml"
    contract = load_contract(contract_file)
    wide = read_wide(Path(FOLDER) / f"{file}.csv", contract, contract_file)
    assert wide is not None
    measured = wide.measured()
    assert compare(contract, measured, choose_period(contract, measured, None), {}) == 0
