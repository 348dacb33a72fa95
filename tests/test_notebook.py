"""The notebook way in: pandas frames in, pandas frames out, and the same cents as the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import alliance_outcomes as ao
from alliance_outcomes.notebook import to_measured
from tests.running import alliance
from tests.tree import ROOT

CONTRACT, DATA = ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv"


@pytest.fixture(name="frame")
def _frame() -> pd.DataFrame:
    return ao.read_data(DATA, ao.load_contract(CONTRACT))


def test_the_frame_settles_as_the_file_does(frame: pd.DataFrame) -> None:
    """Reading into pandas and settling from there gives the lines of the command line, to the cent (law 6)."""
    settlement = ao.settle(ao.load_contract(CONTRACT), frame, period="2023")
    said = json.loads(alliance("settle", CONTRACT, DATA, "--period", "2023", "-f", "json").out)
    (payee,) = said["payees"]
    amounts = [Fraction(line["amount"]) for line in payee["lines"]]
    assert list(settlement.lines["amount"]) == amounts
    assert settlement.total == Fraction(payee["total"])


def test_settle_can_be_called_again(frame: pd.DataFrame) -> None:
    """The name of the function is not taken over by a module of the package once that is imported."""
    contract = ao.load_contract(CONTRACT)
    totals = {ao.settle(contract, frame, period="2022").total for _ in range(2)}
    assert len(totals) == 1


def test_scores_are_tidy(frame: pd.DataFrame) -> None:
    """A row for each indicator, area and the contract of each year; statuses as the settlement has them."""
    scores = ao.score(ao.load_contract(CONTRACT), frame)
    assert list(scores.columns) == ["period", "payee", "level", "id", "value", "score", "weight", "goal", "status"]
    assert set(scores["period"]) == {"2019", "2020", "2021", "2022", "2023"}
    assert len(scores) == 5 * (9 + 5 + 1)
    school = scores[(scores["id"] == "primary_school_wellbeing") & (scores["period"] == "2020")]
    assert list(school["status"]) == ["stale"]


def test_a_float_means_what_it_is_written_as() -> None:
    """0.1 in a frame is one tenth, not the binary number nearest to it; NaN and None are nothing."""
    frame = pd.DataFrame(
        {
            "period": ["2020"] * 6,
            "indicator": list("abcdef"),
            "value": [0.1, np.float64(0.3), np.nan, None, Fraction(1, 3), Decimal("2.50")],
        }
    )
    measured = to_measured(frame)
    assert [measured.number(row.value) for row in measured.rows] == [
        Fraction(1, 10),
        Fraction(3, 10),
        None,
        None,
        Fraction(1, 3),
        Fraction(5, 2),
    ]


@pytest.mark.parametrize("value", [float("inf"), "many", True + 0j], ids=["inf", "text", "complex"])
def test_what_is_no_number_is_refused(value: object) -> None:
    """A value that is no number ends as a coded problem, not as pay."""
    frame = ao.read_data(DATA)
    spoiled = (frame["indicator"] == "client_nps") & (frame["period"] == "2023")
    values = [value if here else old for old, here in zip(frame["value"], spoiled, strict=True)]
    frame["value"] = pd.Series(values, dtype="object")
    with pytest.raises(ao.DataError, match=r"AO5\d\d"):
        ao.settle(ao.load_contract(CONTRACT), frame, period="2023")


def test_an_unknown_column_is_refused(frame: pd.DataFrame) -> None:
    """A column that measured data does not have is told by name."""
    with pytest.raises(ao.DataError, match="AO501 'points' is not a column"):
        ao.score(ao.load_contract(CONTRACT), frame.rename(columns={"value": "points"}))


def test_views_for_notebooks_escape_names(frame: pd.DataFrame) -> None:
    """A settlement and an explanation show themselves as HTML, in which data is text."""
    settlement = ao.settle(ao.load_contract(CONTRACT), frame, period="2023")
    shown = settlement._repr_html_()
    assert shown.count("<tr>") == len(settlement.lines) + 2
    assert "18,493,129.88" in shown
    explanation = settlement.explain("gain_share")
    assert "gain_share = 219,674.83 EUR" in repr(explanation)
    frame["source"] = "<script>alert(1)</script>"
    tricked = ao.settle(ao.load_contract(CONTRACT), frame, period="2023").explain("client_nps")._repr_html_()
    assert "<script>" not in tricked
    assert "&lt;script&gt;" in tricked


def test_only_what_is_listed_is_there() -> None:
    """The package offers its public names and nothing by accident."""
    assert all(hasattr(ao, name) for name in ao.__all__)
    with pytest.raises(AttributeError, match="no attribute 'settel'"):
        _ = ao.settel


def test_a_contract_shows_itself(tmp_path: Path) -> None:
    """Parties, periods, areas with weights and clauses, each with its place; a party named as markup is text."""
    shown = ao.load_contract(CONTRACT)._repr_html_()
    for said in ("Mehiläinen", "City of Tampere", "2019-01-01", "15 %", "linear", "gain_share", "tesoma.yaml:232"):
        assert said in shown
    file = tmp_path / "tricky.yaml"
    file.write_text(
        "contract: tricky\ntitle: <b>bold</b>\nkind: scorecard\nperiods: {length: year, from: 2020-01-01, to: 2020-12-31}\n"
        "parties: {city: {role: commissioner, title: <script>alert(1)</script>}}\n",
        "utf-8",
    )
    tricked = ao.load_contract(file)._repr_html_()
    assert "<script>" not in tricked
    assert "<b>" not in tricked
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in tricked


def test_gaps_are_those_of_the_command(frame: pd.DataFrame) -> None:
    """The levels that alliance gaps lists, with the same euros."""
    found = ao.settle(ao.load_contract(CONTRACT), frame, period="2023").gaps()
    said = json.loads(alliance("gaps", CONTRACT, DATA, "--period", "2023", "-f", "json").out)
    reaches = [(gap["id"], each["kind"], Fraction(each["amount"])) for gap in said["gaps"] for each in gap["reaches"]]
    rows = found[found["to"] != ""]
    assert list(zip(rows["indicator"], rows["to"], rows["amount"], strict=True)) == reaches
    assert reaches


def test_a_simulation_is_that_of_the_command(frame: pd.DataFrame) -> None:
    """The same seed gives the same mean, noise and tornado; its text shows in a notebook, escaped."""
    settlement = ao.settle(ao.load_contract(CONTRACT), frame, period="2023")
    found = settlement.simulate(n=2000, seed=7, spreads={"cost": "2%"})
    asked = ("--period", "2023", "--n", "2000", "--seed", "7", "--spread", "cost=2%")
    said = json.loads(alliance("simulate", CONTRACT, DATA, *asked, "-f", "json").out)
    assert found.found.total.mean == said["total"]["mean"]
    assert found.found.noise is not None
    assert found.found.noise.chance == said["noise"]["chance"]
    assert [swing.id for swing in found.found.tornado] == [swing["id"] for swing in said["tornado"]]
    assert found._repr_html_().startswith("<pre>Simulation 2023")


def test_a_back_test_adds_up(frame: pd.DataFrame) -> None:
    """Each period's clauses sum to its settlement."""
    contract = ao.load_contract(CONTRACT)
    found = ao.backtest(contract, frame)
    for period, rows in found.groupby("period"):
        assert sum(rows["amount"], Fraction(0)) == ao.settle(contract, frame, period=str(period)).total
    assert set(found["period"]) == {"2019", "2020", "2021", "2022", "2023"}


def test_charts_for_notebooks(frame: pd.DataFrame) -> None:
    """Scores, lines, payoff curve and tornado as Altair charts, which hold the settlement's own numbers."""
    settlement = ao.settle(ao.load_contract(CONTRACT), frame, period="2023")

    def rows(chart: Any) -> list[dict[str, Any]]:
        (data,) = chart.to_dict()["datasets"].values()
        return list(data)

    payee = settlement.settlement.only()
    assert [each["score"] for each in rows(settlement.score_chart())] == [
        float(each.score or 0) for each in payee.indicators
    ]
    lines = rows(settlement.line_chart())
    assert [each["amount"] for each in lines[:-1]] == [float(line.amount) for line in payee.lines]
    assert lines[-1] == {"clause": "Total", "start": 0.0, "end": float(payee.total), "amount": float(payee.total)}
    assert len(rows(settlement.payoff("client_nps").altair())) == len(settlement.payoff("client_nps").points)
    simulated = settlement.simulate(n=500)
    assert [each["input"] for each in rows(simulated.altair())] == [swing.id for swing in simulated.found.tornado]


def test_a_chart_without_its_library_says_how_to_install_it(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing extra is a coded problem with the command."""
    settlement = ao.settle(ao.load_contract(CONTRACT), frame, period="2023")
    monkeypatch.setattr("alliance_outcomes.notebook.drawing.find_spec", lambda name: None)
    with pytest.raises(ao.UsageError, match=r"AO069.*pip install 'alliance-outcomes\[notebook\]'"):
        settlement.score_chart()
