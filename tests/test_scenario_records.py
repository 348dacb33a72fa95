"""Scenarios of a folder of records: what they say of the measured data that ``alliance measure`` makes of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.running import alliance
from tests.tree import ROOT

CONTRACT, RECORDS = ROOT / "contracts" / "tesoma.yaml", ROOT / "examples" / "tesoma" / "records"
YEARS = ["--period", "2021", "--period", "2022", "--period", "2023"]
COMMANDS = {
    "gaps": ["gaps", "--period", "2023"],
    "whatif": ["whatif", "--period", "2023", "--set", "client_nps=45", "--set", "cost=-2%"],
    "simulate": ["simulate", "--period", "2023", "-n", "100"],
    "forecast": ["forecast", "--period", "2023", "--through", "2023-12-31", "-n", "100"],
    "accrual": ["accrual", "--period", "2023", "--through", "2023-12-31"],
    "backtest": ["backtest", *YEARS],
    "backtest by the terms of one year": ["backtest", *YEARS[:4], "--terms", "2022"],
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the settlements read, measured."""
    file = tmp_path_factory.mktemp("measured") / "measured.csv"
    assert alliance("measure", CONTRACT, RECORDS, "--period", "2020", *YEARS, "-o", file).code == 0
    return file


@pytest.mark.parametrize(("name", "engine"), [*((name, "polars") for name in COMMANDS), ("gaps", "pandas")])
def test_records_say_what_is_measured_of_them(name: str, engine: str, measured: Path) -> None:
    """The same figures, euros and periods, on the engine that was asked for."""
    command, *options = COMMANDS[name]
    of_records = alliance(command, CONTRACT, RECORDS, *options, "--engine", engine, "-f", "json")
    of_file = alliance(command, CONTRACT, measured, *options, "-f", "json")
    assert (of_records.code, of_file.code) == (0, 0)
    assert _without_places(json.loads(of_records.out)) == _without_places(json.loads(of_file.out))


@pytest.mark.untraced
def test_a_backtest_of_records_settles_the_periods_they_hold() -> None:
    """Named or not: 2020, of which facts.csv gives only costs, is none of them."""
    unnamed = alliance("backtest", CONTRACT, RECORDS, "-f", "json")
    assert unnamed.code == 0
    assert unnamed.out == alliance("backtest", CONTRACT, RECORDS, *YEARS, "-f", "json").out


def test_a_forecast_of_records_reads_none_of_a_later_day(tmp_path: Path) -> None:
    """What stands in the folder after the day changes nothing: the same as with those records taken out."""
    through = ["--period", "2023", "--through", "2023-09-30", "-n", "100", "-f", "json"]
    until = tmp_path / "records"
    until.mkdir()
    for file in RECORDS.glob("*.csv"):
        head, *lines = file.read_text("utf-8").splitlines()
        kept = [line for line in lines if not re.search(r"\b2023-1[0-2]-", line)]
        (until / file.name).write_text("\n".join([head, *kept]) + "\n", "utf-8")
    whole, cut = (alliance("forecast", CONTRACT, data, *through) for data in (RECORDS, until))
    assert (whole.code, cut.code) == (0, 0), whole.err + cut.err
    assert _without_places(json.loads(whole.out)) == _without_places(json.loads(cut.out))
    assert alliance("forecast", CONTRACT, RECORDS, "--period", "2023").err.startswith("AO081 ")


@pytest.mark.parametrize("period", ["2050", "9999", "soon", "2001"])
def test_what_is_no_period_of_the_contract_is_not_simulated(period: str, measured: Path) -> None:
    """Neither of records nor of what is measured of them (AO020)."""
    for data in (RECORDS, measured):
        run = alliance("simulate", CONTRACT, data, "--period", period)
        assert (run.code == 0, run.out, "AO020" in run.err) == (False, "", True), run.err


def _without_places(data: object) -> object:
    """Output without the places that its figures were read at."""
    if isinstance(data, dict):
        return {key: _without_places(value) for key, value in data.items() if key != "place"}
    return [_without_places(each) for each in data] if isinstance(data, list) else data
