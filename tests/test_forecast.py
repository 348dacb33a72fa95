"""Forecasts: parts of a period put together, the rest as uncertain as its counts say, and at the end nothing left to guess."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest

from alliance_outcomes.problems import AllianceError, DataError, UsageError
from alliance_outcomes.scenarios.forecast import Forecast, forecast
from alliance_outcomes.settlement import settle
from alliance_outcomes.simulate.drawing import Settings
from alliance_outcomes.simulate.outcome import Draws
from alliance_outcomes.sources.csv import parse_csv
from alliance_outcomes.statements.simulation import write_forecast
from tests.documents import read_contract
from tests.drawing import Rows, row, to_csv
from tests.running import alliance
from tests.test_schemas import holds
from tests.tree import ROOT

TESOMA = (ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "measured.csv")
ROWS = 40_000
CONTRACT = """
contract: year
status: draft
assumed: an example
currency: EUR
periods: {length: year, from: 2021-01-01, to: 2022-12-31}
rounding: {lines: half_away_from_zero to 0.01, limits: toward_zero to 0.01}
scores: {least: 0, most: 100}
weights: sum to 100 %
parties: {city: {role: commissioner, title: City}, firm: {role: provider, title: Firm}}
splits: {all: {shares: [{from: 2021-01-01, firm: 100 %}]}}
facts:
  spend: {unit: EUR, least: 0, most: 900 000}
  clients: {unit: persons, least: 0, most: 90 000}
result_areas:
  care:
    weight: 100 %
    indicators:
      balance: {unit: share, weight: 100 %, score: {kind: linear, zero_at: 0 %, full_at: 100 %}}
amounts: {pool: {unit: EUR, values: {2021: 100 000}}}
settlement:
  - costs: {kind: formula, amount: spend, to: all}
  - size: {kind: formula, amount: clients * 1 EUR, to: all}
  - bonus: {kind: pool, pool: pool, points: [[0, 0 %], [100, 100 %]], to: all}
""".replace("clients * 1 EUR", "pool * clients / 100 000")
# The first three quarters: 273 of 365 days.
QUARTERS = [
    *(row(f"2021Q{q}", "spend", text) for q, text in ((1, "100"), (2, "200.50"), (3, "245.50"))),
    *(row(f"2021Q{q}", "clients", text) for q, text in ((1, "20000"), (2, "20300"), (3, "20600"))),
    *(row(f"2021Q{q}", "balance", numerator=a, denominator=b) for q, a, b in ((1, "30", "60"), (2, "45", "70"), (3, "45", "70"))),
]  # fmt: skip


def forecasted(
    rows: Rows, through: date | None = None, settings: Settings | None = None, text: str = CONTRACT
) -> Forecast:
    """The forecast of 2021."""
    measured = parse_csv(to_csv(rows).encode(), "data.csv")
    return forecast(read_contract(text), measured, "2021", through, settings or Settings(), Draws(ROWS, 3))


def test_quarters_make_the_year() -> None:
    """Worked by hand: money is added up and goes on by the day, clients are averaged, persons are counted together."""
    found = forecasted(QUARTERS)
    assert (found.through, found.share) == (date(2021, 9, 30), Fraction(273, 365))
    lines = {line.clause: line.amount for line in found.payee.lines}
    assert lines["costs"] == Fraction("730.00")  # 546 in 273 of 365 days
    assert lines["size"] == 20_300
    assert lines["bonus"] == 60_000  # 120 of 200
    assert found.payee.indicators[0].status == "provisional"


def test_the_rest_of_a_share_spreads_as_beta_binomial() -> None:
    """67 are still to come: mean and variance as the beta-binomial distribution has them."""
    found = forecasted(QUARTERS)
    bonus, coming, above, below = found.simulated.clauses[2], 67, 120.5, 80.5
    mean = coming * above / (above + below)
    variance = coming * above * below * (above + below + coming) / ((above + below) ** 2 * (above + below + 1))
    expected, deviation = 100_000 * (120 + mean) / 267, 100_000 * sqrt(variance) / 267
    assert abs(bonus.mean - expected) < 4 * deviation / sqrt(ROWS)
    assert abs(found.simulated.total.deviation - deviation) < 4 * deviation / sqrt(2 * ROWS)


def test_the_rest_of_a_cost_spreads_on_top_of_what_is_spent() -> None:
    """A tenth of what is still to come, and never less than what is spent."""
    share = "balance", ("30", "60")
    rows = [each for each in QUARTERS if each["indicator"] != share[0]]
    rows += [row(f"2021Q{q}", "balance", "50 %") for q in (1, 2, 3)]
    found = forecasted(rows, settings=Settings({"spend": Fraction(1, 10)}))
    assert abs(found.simulated.total.deviation - 18.4) < 4 * 18.4 / sqrt(2 * ROWS)
    assert found.simulated.total.least > 546 + 20_300 + 50_000


def test_at_the_end_of_the_period_nothing_is_left_to_guess() -> None:
    """All four quarters, or all of the year: the settlement, and no spread."""
    last = [
        row("2021Q4", "spend", "54"),
        row("2021Q4", "clients", "20300"),
        row("2021Q4", "balance", numerator="0", denominator="50"),
    ]
    found = forecasted([*QUARTERS, *last])
    assert found.share == 1
    assert found.simulated.drawn == ()
    whole = [
        row("2021", "spend", "600"),
        row("2021", "clients", "20300"),
        row("2021", "balance", numerator="120", denominator="250"),
    ]
    measured = parse_csv(to_csv(whole).encode(), "data.csv")
    assert found.payee.total == settle(read_contract(CONTRACT), measured, "2021").total


def test_a_year_that_is_known_is_told_all_the_same() -> None:
    """With nothing to come no spread matters, what is measured anew included; the amounts stand there, in each language."""
    text = CONTRACT.replace("spend: {unit: EUR,", "spend: {unit: EUR, over_time: last,")
    rows = [row("2021", "spend", "600"), row("2021", "clients", "20300"), row("2021", "balance", "60 %")]
    found = forecasted(rows, date(2021, 12, 31), Settings({"spend": Fraction(1, 10)}), text)
    assert found.simulated.drawn == ()
    assert found.simulated.total.least == found.simulated.total.most == found.payee.total
    for language, known in (("en", "The whole period is known"), ("fi", "Koko kausi on"), ("sv", "Hela perioden är")):
        told = write_forecast(found, language)
        assert known in told
        assert "80{}900".format({"en": ","}.get(language, "\xa0")) in told


def test_a_setting_of_a_forecast_that_would_do_nothing_is_refused() -> None:
    """A misspelt name, a spread of what is counted, and a day that is not the last one of the parts."""
    for settings, code in (
        (Settings({"spent": Fraction(1, 10)}), "AO077"),
        (Settings({"balance": Fraction(1, 10)}), "AO661"),
        (Settings({"spend": Fraction(-1, 10)}), "AO660"),
    ):
        with pytest.raises(UsageError, match=code):
            forecasted(QUARTERS, settings=settings)
    with pytest.raises(UsageError, match="AO081"):
        forecasted(QUARTERS, date(2021, 10, 31))
    assert forecasted(QUARTERS, date(2021, 9, 30)).share == Fraction(273, 365)


def test_what_is_given_of_the_whole_period_beside_parts_is_not_left_out_in_silence() -> None:
    """A figure of the year among quarters of others (AO519); given of both, its quarters hold."""
    beside = [each for each in QUARTERS if each["indicator"] != "clients"]
    with pytest.raises(DataError, match="AO519 clients is given for 2021 as a whole"):
        forecasted([*beside, row("2021", "clients", "20300")])
    assert forecasted([*QUARTERS, row("2021", "clients", "90000")]).payee.total == forecasted(QUARTERS).payee.total


def test_a_sum_that_would_leave_its_range_is_told_as_that() -> None:
    """800,000 in half of a year of at most 900,000 (AO522); what lies outside by itself is a fault of the data (AO510)."""
    rest = [row("2021", "clients", "20300"), row("2021", "balance", "60 %")]
    for spend, code in (("800000", "AO522 spend would come to 1613259.67 by the end of 2021"), ("900001", "AO510")):
        with pytest.raises(DataError, match=code):
            forecasted([row("2021", "spend", spend), *rest], date(2021, 6, 30))


def test_what_is_measured_anew_at_the_end() -> None:
    """A share of the same persons, measured again: over_time: last says so, and it is as uncertain as on the first day."""
    text = CONTRACT.replace("balance: {unit: share,", "balance: {unit: share, over_time: last,")
    rows = [
        row("2021", "spend", "600"),
        row("2021", "clients", "20300"),
        row("2021", "balance", numerator="120", denominator="200"),
    ]
    early, late = (forecasted(rows, through, text=text) for through in (date(2021, 2, 28), date(2021, 12, 30)))
    assert (
        early.simulated.drawn[0].spread.about
        == late.simulated.drawn[0].spread.about
        == ("to_come", "0.6", "200", "200")
    )


@pytest.mark.parametrize(
    ("rows", "through", "code"),
    [
        (QUARTERS[:1], None, "AO519"),
        ([each for each in QUARTERS if each["period"] != "2021Q2"], None, "AO519"),
        ([*QUARTERS, row("2021-01", "spend", "1")], None, "AO519"),
        ([row("2021", "spend", "600")], None, "AO081"),
        ([row("2021", "spend", "600")], date(2022, 1, 1), "AO081"),
        ([row("2021", "spend", "")], date(2021, 6, 30), "AO519"),
        ([row("2021", "spend", "much")], date(2021, 6, 30), "AO509"),
    ],
    ids=["one fact only", "a gap", "two lengths", "no day", "another year", "blank", "no number"],
)  # fmt: skip
def test_parts_that_do_not_make_a_period(rows: Rows, through: date | None, code: str) -> None:
    """Refused, with what to give instead."""
    if code == "AO519" and rows == QUARTERS[:1]:
        rows = [*rows, row("2021Q2", "clients", "20000")]
    with pytest.raises(AllianceError, match=code) as error:
        forecasted(rows, through)
    assert isinstance(error.value, UsageError if code == "AO081" else DataError)


def test_a_forecast_keeps_to_its_schema(tmp_path: Path) -> None:
    """As ``forecast -f json`` writes it."""
    run = alliance("forecast", *TESOMA, "--period", "2023", "--through", "2023-09-30", "--n", "2000", "-f", "json")
    holds("forecast", json.loads(run.out))
    assert alliance("forecast", *TESOMA, "--period", "2023", "--through", "soon").code == 2


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_forecast_fits_a_terminal(language: str) -> None:
    """80 columns in each language."""
    run = alliance(
        "forecast", *TESOMA, "--period", "2023", "--through", "2023-09-30", "--n", "2000", "--lang", language
    )
    assert run.code == 0
    assert max(map(len, run.out.splitlines())) <= 80
