"""Back-tests: by its own terms a period is what settle says; by those of another, what settle says of its data moved there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.periods import apart, earlier
from alliance_outcomes.measured import Measured
from alliance_outcomes.problems import UsageError
from alliance_outcomes.scenarios.backtest import backtest
from alliance_outcomes.settlement import settle
from alliance_outcomes.sources.mapping import read_measured
from tests.payees import Payees
from tests.running import alliance
from tests.settling import comparable
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")


def tesoma() -> tuple[Contract, Measured]:
    """The example of five years."""
    contract = load_contract(TESOMA[0])
    return contract, read_measured(TESOMA[1], contract, TESOMA[0], None)


def test_by_its_own_terms_a_period_is_its_settlement() -> None:
    """Each of the five years, as settle has it."""
    contract, measured = tesoma()
    tested = backtest(contract, measured)
    assert [each.period for each in tested] == ["2019", "2020", "2021", "2022", "2023"]
    for each in tested:
        assert each.settlement is not None
        assert comparable(each.settlement) == comparable(settle(contract, measured, each.period))
        assert sum(one.amount for one in each.clauses) == each.settlement.total


def test_periods_are_tested_from_the_earliest_on_and_once() -> None:
    """In whatever order they are named, since a later one reads what an earlier one comes to."""
    contract, measured = tesoma()
    tested = backtest(contract, measured, ["2022", "2020", "2022"])
    assert [each.period for each in tested] == ["2020", "2022"]


@pytest.mark.parametrize(("period", "by"), [("2022", 1), ("2020", 3), ("2019", 4)])
def test_by_other_terms_a_period_is_its_data_moved_there(period: str, by: int) -> None:
    """The year's data, and that of the years before it, called so many years later, and settled as 2023."""
    contract, measured = tesoma()
    rows = tuple(
        replace(row, period=str(int(row.period) + by))
        for row in measured.rows
        if int(row.period) + by <= 2023 and row.party != "third_sector"
    )
    moved = settle(contract, replace(measured, rows=rows), "2023")
    (tested,) = backtest(contract, measured, [period], "2023")
    assert tested.settlement is not None
    assert comparable(tested.settlement) == comparable(moved)
    # A party that had left by then is paid nothing by those terms, and that is said.
    assert tested.left_out == (("third_sector",) if period <= "2020" else ())


def test_a_year_without_its_data_is_told_and_stops_no_other() -> None:
    """2018 has two facts only: what it lacks is told, and the other years are settled."""
    contract, measured = tesoma()
    tested = {each.period: each for each in backtest(contract, measured, terms="2023")}
    assert tested["2018"].settlement is None
    assert {problem.code for problem in tested["2018"].problems} == {"AO505"}
    assert tested["2018"].clauses == []
    assert tested["2023"].settlement is not None


def test_where_no_period_can_be_settled_that_is_refused(tmp_path: Path) -> None:
    """Exit 1, with which periods and why, and no file; where one of them can be, the others are told beside it."""
    costs, out = tmp_path / "costs.csv", tmp_path / "tested.json"
    lines = TESOMA[1].read_text("utf-8").splitlines()
    costs.write_text("\n".join([lines[0], *(line for line in lines if ",202" in line and ",cost," in line)]), "utf-8")
    run = alliance("backtest", TESOMA[0], costs, "--period", "2021", "--period", "2022", "-o", out)
    assert (run.code, run.out, out.exists()) == (1, "", False)
    assert run.err.startswith("AO524 No period could be settled: 2021, 2022.\n")
    for period in ("2021", "2022"):
        assert re.search(rf"AO505 chronic_care_plan for {period} is missing", run.err)
        assert run.err.count(f"for {period} ") == 3
    assert alliance("backtest", *TESOMA, "--terms", "2023", "--period", "2018").code == 1
    assert alliance("backtest", *TESOMA, "--terms", "2023", "--period", "2018", "--period", "2019").code == 0


def test_all_payees_of_a_period_are_counted() -> None:
    """Of many payees, how many a clause paid and how many it cost; the amounts sum to the total."""
    contract = load_contract(ROOT / "contracts" / "mssp.yaml")
    label = "2024"
    drawn = Payees(compile_contract(contract, label), Random(5))
    measured = drawn.measured([f"p{number}" for number in range(12)])
    (tested,) = backtest(contract, measured, [label])
    assert tested.settlement is not None
    assert len(tested.settlement.payees) == 12
    for one in tested.clauses:
        amounts = [sum(line.amount for line in p.lines if line.clause == one.clause) for p in tested.settlement.payees]
        assert (one.paid, one.charged) == (sum(a > 0 for a in amounts), sum(a < 0 for a in amounts))
    assert sum(one.amount for one in tested.clauses) == tested.settlement.total


def test_periods_that_are_none() -> None:
    """A period out of the contract needs terms; terms must be the contract's own."""
    contract, measured = tesoma()
    for periods, terms in ((["2018"], None), (["soon"], "2023"), (None, "2050")):
        with pytest.raises(UsageError, match="AO020"):
            backtest(contract, measured, periods, terms)
    with pytest.raises(UsageError, match="AO022"):
        backtest(contract, Measured(()))


@pytest.mark.parametrize(
    ("length", "one", "other", "by"),
    [("year", "2019", "2023", 4), ("quarter", "2019Q4", "2020Q2", 2), ("month", "2020-02", "2019-11", -3), ("half_year", "2018H2", "2019H1", 1)],
)  # fmt: skip
def test_periods_are_counted_apart(length: str, one: str, other: str, by: int) -> None:
    """From one label to another, over the ends of years, also before the contract begins."""
    contract, _ = tesoma()
    rule = contract.periods.model_copy(update={"length": length})
    assert apart(rule, one, other) == by
    assert earlier(rule, other, by) == one
    with pytest.raises(ValueError, match="soon is not a period of the contract"):
        earlier(rule, "soon", 1)


def test_a_back_test_keeps_to_its_schema() -> None:
    """As ``backtest -f json`` writes it, with a year that could not be settled."""
    data = json.loads(alliance("backtest", *TESOMA, "--terms", "2023", "-f", "json").out)
    holds("backtest", data)
    assert [each["period"] for each in data["periods"]] == ["2018", "2019", "2020", "2021", "2022", "2023"]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_back_test_fits_a_terminal(language: str) -> None:
    """80 columns in each language."""
    run = alliance("backtest", *TESOMA, "--terms", "2023", "--lang", language)
    assert run.code == 0
    assert max(map(len, run.out.splitlines())) <= 80
