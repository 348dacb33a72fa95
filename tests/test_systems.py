"""The five systems of the seeds from records to scores and settlements, against plain loops, on every engine."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import alliance_outcomes as ao
from alliance_outcomes.measured import COLUMNS
from alliance_outcomes.numbers import to_text
from alliance_outcomes.sources.records import ENGINES
from tests.by_hand import nine
from tests.by_hand_systems import Values, lahitori, omatori, rantakyla, workshop
from tests.running import alliance
from tests.test_schemas import holds
from tests.test_seeds import NOTHING, SCORECARDS
from tests.tree import ROOT

pytestmark = pytest.mark.untraced


def tesoma(folder: Path) -> Values:
    """Tesoma's nine in each year; the schools of an even year are those of the year before."""
    found: Values = {}
    for year in ("2021", "2022", "2023"):
        values = nine(folder, year, facts(folder, "2020") if year == "2021" else None)
        found |= {(year, "", name): value for name, value in values.items()}
    return found


def facts(folder: Path, year: str) -> tuple[Fraction, Fraction]:
    """The costs per client of a year before the records, as facts.csv gives them."""
    rows = csv.DictReader((folder / "facts.csv").read_text("utf-8").splitlines())
    values = {row["indicator"]: Fraction(row["value"]) for row in rows if row["period"] == year and not row["party"]}
    return values["own_cost"], values["city_cost"]


BY_HAND: dict[str, Callable[[Path], Values]] = {
    "tesoma": tesoma,
    "tesoma-workshop": workshop,
    "lahitori": lahitori,
    "omatori": omatori,
    "rantakyla": rantakyla,
}


def contract(name: str) -> Path:
    """The contract of a system."""
    return ROOT / "contracts" / f"{name}.yaml"


def records(name: str) -> Path:
    """The example records of a system."""
    return ROOT / "examples" / name / "records"


def scored(name: str, folder: Path) -> Values:
    """The values that ``score`` shows, by period, payee and indicator."""
    run = alliance("score", contract(name), folder, "-f", "csv")
    assert run.code == 0, run.err
    rows = [row for row in csv.DictReader(run.out.splitlines()) if row["level"] == "indicator" and row["value"]]
    return {(row["period"], row["payee"], row["id"]): Fraction(row["value"]) for row in rows}


@pytest.mark.parametrize("name", BY_HAND)
def test_scores_of_records_are_those_of_a_plain_loop(name: str) -> None:
    """``score contracts/NAME.yaml examples/NAME/records`` comes to what a loop by hand comes to, exactly."""
    assert scored(name, records(name)) == BY_HAND[name](records(name))


@pytest.mark.parametrize("name", ["tesoma-workshop", "lahitori", "omatori", "rantakyla"])
def test_the_committed_records_are_the_generators(name: str) -> None:
    """Each example's records are what its generator writes, and small."""
    module: Any = import_module(f"examples.{name}.generate")
    there = {file.stem for file in records(name).glob("*.csv")} - {"facts"}
    made = {table: [header, *rows] for table, header, rows in module.records()}
    assert made.keys() == there
    for table, rows in made.items():
        with (records(name) / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file)) == rows
    assert sum(file.stat().st_size for file in records(name).iterdir()) < 300_000


@pytest.mark.parametrize("name", ["tesoma-workshop", "lahitori", "omatori", "rantakyla"])
def test_dirty_records_are_read_alike(name: str, tmp_path: Path) -> None:
    """With dirty rows every engine still counts the same, and says why rows are left out."""
    module: Any = import_module(f"examples.{name}.generate")
    writing: Any = import_module("examples.writing")
    writing.write(tmp_path, module.records(dirty=True))
    periods = [
        word
        for label in sorted({period for period, _, _ in BY_HAND[name](records(name))} - {"2019H2"})[:1]
        for word in ("--period", label)
    ]
    runs = {
        alliance("measure", contract(name), tmp_path, *periods, "--engine", engine, "-f", "json").out
        for engine in ENGINES
    }
    assert len(runs) == 1
    assert any(each["excluded"] for each in json.loads(runs.pop())["results"])


@pytest.mark.parametrize("name", SCORECARDS)
def test_a_scorecard_of_records_says_that_it_pays_nothing(name: str) -> None:
    """``score`` and ``settle`` of a folder end with the sentence, in every language."""
    period = {"omatori": "2019H1", "lahitori": "2025Q1", "rantakyla": "2020Q1"}[name]
    for language, sentence in NOTHING.items():
        run = alliance("score", contract(name), records(name), "--period", period, "--lang", language)
        assert run.out.endswith(sentence + "\n")
    assert NOTHING["en"] in alliance("settle", contract(name), records(name), "--period", period).out


@pytest.mark.parametrize(
    ("name", "period"), [("tesoma", "2022"), ("tesoma", "2023"), ("tesoma-workshop", "2020"), ("lahitori", "2025Q2")]
)
def test_settling_a_folder_is_measuring_it_and_settling_that(name: str, period: str, tmp_path: Path) -> None:
    """``settle`` on a folder gives the bytes that ``measure -o measured.csv`` and ``settle`` give, on every engine."""
    labels = [
        each["period"]
        for each in json.loads(
            alliance("measure", contract(name), records(name), "--period", period, "-f", "json").out
        )["rows"]
    ]
    asked = {"2022": ("2021", "2022"), "2023": ("2022", "2023"), "2020": ("2019", "2020")}.get(
        period, tuple(sorted(set(labels)))
    )
    measured = tmp_path / "measured.csv"
    run = alliance(
        "measure",
        contract(name),
        records(name),
        *(word for each in asked for word in ("--period", each)),
        "-o",
        measured,
    )
    assert run.code == 0, run.err
    of_file = alliance("settle", contract(name), measured, "--period", period, "-f", "json")
    assert of_file.code == 0, of_file.err
    for engine in ["polars"] if name == "tesoma" else ENGINES:  # Tesoma on every engine: tests/test_measure.py
        of_folder = alliance(
            "settle", contract(name), records(name), "--period", period, "-f", "json", "--engine", engine
        )
        assert of_folder.out == of_file.out


def test_a_survey_of_an_earlier_year_is_shown_as_stale() -> None:
    """The schools of 2022 are those of 2021, and every output says that they are old; 2023 has its own."""
    run = alliance("score", contract("tesoma"), records("tesoma"), "-f", "json")
    status = {(row["period"], row["id"]): row["status"] for row in json.loads(run.out)["scores"]}
    assert [status[year, "primary_school_wellbeing"] for year in ("2021", "2022", "2023")] == [
        "final",
        "stale",
        "final",
    ]
    settled = json.loads(
        alliance("settle", contract("tesoma"), records("tesoma"), "--period", "2022", "-f", "json").out
    )
    shown = {each["id"]: each["status"] for each in settled["payees"][0]["indicators"]}
    assert shown["lower_secondary_wellbeing"] == "stale"
    assert "stale" in alliance("settle", contract("tesoma"), records("tesoma"), "--period", "2022").out


def test_provisional_records_are_shown_as_provisional() -> None:
    """Records that are still coming in mark every value that rests on them."""
    run = alliance("score", contract("rantakyla"), records("rantakyla"), "--provisional", "-f", "json")
    rows = [row for row in json.loads(run.out)["scores"] if row["level"] == "indicator" and row["value"]]
    assert {row["status"] for row in rows} == {"provisional"}


def test_a_folder_is_explained_down_to_what_was_measured() -> None:
    """An explanation of a score ends at the measured row, with its numerator and denominator."""
    run = alliance(
        "explain", contract("rantakyla"), records("rantakyla"), "concern_reaction_in_time", "--period", "2020Q1"
    )
    assert run.code == 0, run.err
    assert "measured from concerns" in run.out


def test_a_notebook_reads_a_folder() -> None:
    """``ao.read_data`` takes a folder: what it gives settles to the cents of the command line."""
    agreed = ao.load_contract(contract("tesoma"))
    frame = ao.read_data(records("tesoma"), agreed)
    assert list(frame.columns) == list(COLUMNS)
    command = json.loads(
        alliance("settle", contract("tesoma"), records("tesoma"), "--period", "2023", "-f", "json").out
    )
    assert to_text(ao.settle(agreed, frame, "2023").total) == to_text(Fraction(command["payees"][0]["total"]))


def test_measured_json_keeps_to_its_schema() -> None:
    """``measure -f json`` of every system keeps to the committed schema."""
    asked = {
        "tesoma": "2023",
        "tesoma-workshop": "2020",
        "lahitori": "2025Q1",
        "omatori": "2019H1",
        "rantakyla": "2020Q1",
    }
    for name, period in asked.items():
        run = alliance("measure", contract(name), records(name), "--period", period, "-f", "json")
        holds("measured", json.loads(run.out))


def test_what_both_give_is_refused(tmp_path: Path) -> None:
    """A row of facts.csv that the records give too would leave open which of the two holds (AO550)."""
    for file in records("omatori").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "facts.csv").open("a", encoding="utf-8") as file_:
        file_.write("2019H1,open_events,146,final,told\n")
    for command in ("score", "measure"):
        more = ("--period", "2019H1") if command == "measure" else ()
        run = alliance(command, contract("omatori"), tmp_path, *more)
        assert (run.code, "facts.csv:6:" in run.err, "AO550" in run.err) == (1, True, True), run.err


def test_a_table_that_facts_stand_in_for_may_be_missing(tmp_path: Path) -> None:
    """A survey of which only the totals are there needs no table; without either the folder is refused (AO001)."""
    for file in records("tesoma").iterdir():
        if file.name != "partner_answers.csv":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    assert "AO001" in alliance("settle", contract("tesoma"), tmp_path, "--period", "2023").err
    with (tmp_path / "facts.csv").open("a", encoding="utf-8") as facts_:
        facts_.write(",2023,partner_satisfaction,4.2,final,a survey of others\n")
    run = alliance("settle", contract("tesoma"), tmp_path, "--period", "2023")
    assert "n of partner_satisfaction for 2023 is missing" in run.err  # the value is there, and read
