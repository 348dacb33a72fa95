"""From records to indicators: the nine of Tesoma against a plain loop, on every engine, with no person in what comes out."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from alliance_outcomes.contract.definitions import load_definition
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.formula.exact import exact
from alliance_outcomes.formula.frame import columns_of, holds, known_of, number_of
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.measured import COLUMNS
from alliance_outcomes.measures.found import student, wilson
from alliance_outcomes.measures.query import Sums
from alliance_outcomes.measuring import Result, measure, wanted_of
from alliance_outcomes.problems import AllianceError, ContractError, DataError, UsageError
from alliance_outcomes.sources.records import ENGINES
from alliance_outcomes.statements.measuring import write_measured, write_rows_csv
from examples.tesoma.generate import records, write
from tests.by_hand import nine
from tests.running import alliance
from tests.tree import ROOT

TESOMA = ROOT / "contracts" / "tesoma.yaml"
RECORDS = ROOT / "examples" / "tesoma" / "records"
DEFINITIONS = ROOT / "indicators"


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of 5,000 persons with dirty rows."""
    folder = tmp_path_factory.mktemp("dirty")
    write(folder, 5000, 3, dirty=True)
    return folder


def results(folder: Path, period: str = "2023", engine: str = "polars", contract: Path = TESOMA) -> list[Result]:
    """Every indicator of the contract, measured."""
    agreed = load_contract(contract)
    wanted, others = wanted_of(agreed, [contract.resolve().parent.parent / "indicators", DEFINITIONS])
    assert not others
    return list(measure(agreed, wanted, folder, period, engine))


@pytest.mark.untraced
@pytest.mark.parametrize("engine", ENGINES)
def test_the_nine_are_those_of_a_plain_loop(dirty: Path, engine: str) -> None:
    """On 5,000 persons with dirty rows every value is exactly the one that a loop by hand comes to, on each engine."""
    assert {each.id: each.found.value for each in results(dirty, engine=engine)} == nine(dirty)


def test_dirty_rows_are_left_out_by_reason(dirty: Path) -> None:
    """Each reason that the records can give is counted somewhere, and the value with those left out is another."""
    found = results(dirty)
    reasons = {reason for each in found for reason in each.excluded}
    everything = {"no_period", "no_person", "unreadable", "contradictory", "no_value", "out_of_range", "one_assessment"}
    assert reasons == everything | {"moved_away"}
    moved = next(each for each in found if each.id == "chronic_care_plan")
    assert moved.excluded["moved_away"]
    assert moved.found.unadjusted is None  # few of those who moved have a plan, and the difference would tell of them
    agreed = load_contract(TESOMA)
    wanted = [each for each in wanted_of(agreed, [DEFINITIONS])[0] if each.id == "chronic_care_plan"]
    (whole,) = measure(agreed.model_copy(update={"smallest_cell": None}), wanted, dirty, "2023")
    assert whole.found.unadjusted not in (None, whole.found.value)


@pytest.mark.untraced
def test_every_engine_writes_the_same(dirty: Path) -> None:
    """Values, counts, reasons and intervals are the same to the last digit on every engine."""
    written = {write_measured(results(dirty, engine=engine), 11) for engine in ENGINES}
    assert len(written) == 1


@pytest.mark.untraced
def test_eight_runs_give_one_result(dirty: Path) -> None:
    """However threads share the work, the result is one."""
    written = {
        write_measured(each, 11) + write_rows_csv(row for result in each for row in result.rows)
        for each in (results(dirty) for _ in range(8))
    }
    assert len(written) == 1


@pytest.mark.untraced
def test_the_order_of_rows_decides_nothing(dirty: Path, tmp_path: Path) -> None:
    """Shuffled rows give the same results."""
    for name, header, rows in records(5000, 3, dirty=True):
        Random(1).shuffle(rows)
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
        (tmp_path / f"{name}.csv").write_text(out.getvalue(), "utf-8", newline="")
    assert write_measured(results(tmp_path), 11) == write_measured(results(dirty), 11)


@pytest.mark.untraced
def test_finnish_spreadsheets_give_the_same(dirty: Path, tmp_path: Path) -> None:
    """Semicolons, decimal commas and a byte order mark change no value, on any engine."""
    clean, finnish = tmp_path / "clean", tmp_path / "finnish"
    write(clean, 600, 5)
    finnish.mkdir()
    for file in clean.glob("*.csv"):
        text = "\ufeff" + file.read_text("utf-8").replace(",", ";").replace(".", ",").replace("\n", "\r\n")
        (finnish / file.name).write_text(text, "utf-8", newline="")
    for engine in ENGINES:
        assert write_measured(results(finnish, engine=engine), 11) == write_measured(results(clean), 11)


def test_the_committed_records_are_the_generators() -> None:
    """The example's records are what the generator writes, and give all nine."""
    for name, header, rows in records():
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        assert (RECORDS / f"{name}.csv").read_text("utf-8") == out.getvalue()
    found = results(RECORDS)
    assert len(found) == 9
    assert {each.status for each in found} == {"final"}
    assert {each.id: each.found.value for each in found} == nine(RECORDS)


def settled_on(engine: str, measured: Path) -> str:
    """The settlement of what an engine measures, with the ledger's facts beside it, as CSV."""
    run = alliance("measure", TESOMA, RECORDS, "--period", "2023", "--engine", engine, "-o", measured)
    assert (run.code, run.out, run.err) == (0, "", "")
    rows = list(csv.DictReader(measured.read_text("utf-8").splitlines()))
    taken = {(row["period"], row["indicator"]) for row in rows}
    ledger = csv.DictReader((ROOT / "examples" / "tesoma" / "measured.csv").read_text("utf-8").splitlines())
    rows += [row for row in ledger if row["period"] == "2023" and (row["period"], row["indicator"]) not in taken]
    with measured.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    settled = alliance("settle", TESOMA, measured, "--period", "2023", "-f", "csv")
    assert settled.code == 0, settled.err
    return settled.out


@pytest.mark.untraced
def test_measured_records_settle(tmp_path: Path) -> None:
    """What is measured settles, to the same cents on every engine."""
    settlements = {settled_on(engine, tmp_path / "measured.csv") for engine in ENGINES}
    assert len(settlements) == 1
    assert "incentive" in settlements.pop()
    scores = alliance("score", TESOMA, tmp_path / "measured.csv", "--period", "2023")
    assert scores.code == 0
    assert "Score" in scores.out


@pytest.mark.untraced
def test_no_person_leaves_the_measuring(tmp_path: Path) -> None:
    """A planted id stands in no output and no message, whether the measuring succeeds or fails, on any engine."""
    canary = "CANARY-131052-308T"
    write(tmp_path, 600, 5, dirty=True)
    for file in tmp_path.glob("*.csv"):
        lines = file.read_text("utf-8").splitlines()
        file.write_text(
            "\n".join([lines[0], ",".join([canary] * len(lines[0].split(","))), *lines[1:]]) + "\n", "utf-8"
        )
    for engine in ENGINES:
        for more in (["-f", "csv"], ["-f", "table"], ["-o", str(tmp_path / "out.csv")]):
            run = alliance("measure", TESOMA, tmp_path, "--period", "2023", "--engine", engine, *more)
            assert run.code == 0, run.err
            assert canary not in run.out + run.err
        assert canary not in (tmp_path / "out.csv").read_text("utf-8")
    for spoil in (f"{canary},1\n", f'{canary},"{canary}"x,1\n'):
        with (tmp_path / "diagnoses.csv").open("a", encoding="utf-8") as table:
            table.write(spoil)
        run = alliance("measure", TESOMA, tmp_path, "--period", "2023")
        assert run.code == 1
        assert "AO502" in run.err
        assert canary not in run.out + run.err


def test_a_file_without_a_header_shows_no_person(tmp_path: Path) -> None:
    """Where the first row is a person's, not even a hint repeats it."""
    contract, folder = small(tmp_path, visits="2023,131052-308T\n2023,yes\n")
    run = alliance("measure", contract, folder, "--period", "2023")
    assert run.code == 1
    assert "AO520" in run.err
    assert "131052" not in run.err


@pytest.mark.parametrize("engine", ENGINES)
def test_cells_are_read_alike(engine: str, tmp_path: Path) -> None:
    """Spaces of every kind, quotes, blank lines, other digits and long numbers are read alike on every engine."""
    cells = [
        "\u00a07",
        "7\u202f",
        ' "" ',
        "\u0663",
        "1_0",
        "+7",
        "7.",
        ".5",
        "7.00005",
        "10000000",
        "1e1",
        "inf",
        "nan",
        "\t7",
    ]
    rows = "".join(f'2023,"{cell}"\n' for cell in cells)
    definition = "unit: share\nmeasure: {kind: mean, table: visits, period: year, of: x * 3, cap: 20}\n"
    contract, folder = small(tmp_path, definition, f'year,x\n{rows}"2023\n",6\n2023,-5\n\n2023,9999999.9999\n\n')
    (result,) = results(folder, engine=engine, contract=contract)
    assert result.found.value == Fraction(3 * 20 + 18 - 15 + 20, 6)
    assert result.excluded == {"unreadable": 11}


def test_numbers_too_long_to_count_are_refused(tmp_path: Path) -> None:
    """A number whose sum could leave 64 bits is refused, not wrapped."""
    definition = "unit: share\nmeasure: {kind: mean, table: visits, period: year, of: x + 0.000000001}\n"
    contract, folder = small(tmp_path, definition, "year,x\n2023,1\n")
    run = alliance("measure", contract, folder, "--period", "2023")
    assert (run.code, "AO318" in run.err) == (1, True)


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    """On a terminal the indicator just measured is named, and the line is cleared in the end."""
    contract, folder = small(tmp_path)
    terminal = type("Terminal", (io.StringIO,), {"isatty": lambda _: True})
    with patch.object(io, "StringIO", terminal):
        run = alliance("measure", contract, folder, "--period", "2023")
    assert run.err == "\r\x1b[K1/1 visit\r\x1b[K"


def test_few_people_are_not_shown(tmp_path: Path) -> None:
    """Below the contract's smallest cell nothing of an indicator is written; few people left out are not numbered."""
    write(tmp_path, 500, 9)
    lines = (tmp_path / "diagnoses.csv").read_text("utf-8").splitlines()
    (tmp_path / "diagnoses.csv").write_text("\n".join(lines[:20]) + "\n", "utf-8")
    found = {each.id: each for each in results(tmp_path, "2021")}
    assert found["chronic_care_balance"].status == "suppressed"
    (row,) = found["chronic_care_balance"].rows
    assert (row.status, row.value, row.numerator, row.denominator, row.n) == ("suppressed", "", "", "", "")
    assert found["chronic_care_balance"].found.value is None
    assert {each.status for each in results(tmp_path, "2022") if "wellbeing" in each.id} == {"missing"}
    whole = {each.id: each for each in results(RECORDS)}
    assert whole["chronic_care_plan"].excluded == {"moved_away": None}
    assert whole["chronic_care_plan"].found.unadjusted is None
    shown = write_measured(whole.values(), 11)
    assert "left out: fewer than 11, moved away during the year" in shown


# -- the frame reader ---------------------------------------------------------------------------------------------------


class Conditions:
    """Random row conditions over three numbers and two categories."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def number(self, depth: int) -> str:
        """A number of a row."""
        pick = self.random.choice
        if depth == 0 or self.random.random() < 0.3:
            return pick(["a", "b", "c", "0", "1", "2.5", "7", "10 %", "-3"])
        inner = [self.number(depth - 1) for _ in range(2)]
        return pick(
            [
                f"({inner[0]} + {inner[1]})",
                f"({inner[0]} - {inner[1]})",
                f"({inner[0]} * {pick(['2', '0', '1.5', '0.3'])})",
                f"({inner[0]} / {pick(['4', '3', '2'])})",
                f"-({inner[0]})",
                f"min({inner[0]}, {inner[1]})",
                f"max({inner[0]}, {inner[1]})",
                f"abs({inner[0]})",
                f"clamp({inner[0]}, 1, 5)",
                f"coalesce(a, {inner[1]})",
                f"({inner[0]} if {self.truth(0)} else {inner[1]})",
            ]
        )

    def truth(self, depth: int) -> str:
        """A condition."""
        pick = self.random.choice
        if depth <= 0:
            sign = pick(["<", "<=", ">", ">=", "==", "!="])
            same = pick(["==", "!="])
            return pick([f"{self.number(0)} {sign} {self.number(0)}", f'x {same} "A"', 'y == "B"', "missing(a)"])
        inner = [self.truth(depth - 1) for _ in range(3)]
        return pick(
            [
                f"({inner[0]} and {inner[1]})",
                f"({inner[0]} or {inner[1]})",
                f"not ({inner[0]})",
                f"({inner[0]} if {inner[1]} else {inner[2]})",
                f"{self.number(2)} {pick(['<', '<=', '==', '!='])} {self.number(2)}",
            ]
        )


def frames(rows: list[Mapping[str, str]]) -> dict[str, Any]:
    """The rows as prepared frames of each engine that needs no file."""
    columns: dict[str, list[object]] = {name: [row[name] for row in rows] for name in ("x", "y")}
    for name in ("a", "b", "c"):
        columns[known_of(name)] = [row[name] != "" for row in rows]
        columns[number_of(name)] = [int(Fraction(row[name] or "0") * 10_000) for row in rows]
    for name in ("x", "y"):
        columns[known_of(name)] = [row[name] != "" for row in rows]
    return {"polars": nw.from_native(pl.LazyFrame(columns)), "pandas": nw.from_native(pd.DataFrame(columns))}


@pytest.mark.parametrize("seed", range(60))
def test_the_frame_reader_agrees_with_the_exact_one(seed: int) -> None:
    """A row condition holds in a frame exactly where the exact reader says so; with a missing value it does not."""
    random = Random(seed)
    rows: list[Mapping[str, str]] = [
        {
            **{name: random.choice(["", "0", "1", "2.5", "-3", "7", "0.1", "52.9999"]) for name in ("a", "b", "c")},
            **{name: random.choice(["", "A", "B"]) for name in ("x", "y")},
        }
        for _ in range(60)
    ]
    for _ in range(8):
        text = Conditions(random).truth(random.choice((1, 2, 3)))
        if len(text) > 480:
            continue
        node = parse(text)
        read = exact(node)
        wanted = [
            read({k: None if v == "" else v if k in "xy" else Fraction(v) for k, v in row.items()}) is True
            for row in rows
        ]
        for engine, frame in frames(rows).items():
            taken = frame.select(holds(node).alias("holds"), nw.col("x"))
            found = taken.collect() if isinstance(taken, nw.LazyFrame) else taken
            assert found["holds"].to_list() == wanted, (engine, text)


@pytest.mark.parametrize(
    "text",
    ["age * height > 3", "exp(age) > 1", 'age > 1 and age == "A"', "age", "total(age, height) > 1", "age / 0 > 1"],
)
def test_what_no_row_can_hold_is_refused(text: str) -> None:
    """Products of columns, groups and mixed comparisons are refused with their code."""
    node = parse(text)
    with pytest.raises(ContractError, match="AO318"):
        (columns_of(node), holds(node))


def test_numbers_too_long_for_a_row_are_refused() -> None:
    """What could overflow 64 bits is refused, not wrapped."""
    with pytest.raises(ContractError, match="too long"):
        holds(parse("age * 0.000000000001 > 123456789012345"))


# -- intervals ----------------------------------------------------------------------------------------------------------


def test_intervals_are_those_of_the_textbooks() -> None:
    """Wilson for 15 of 20, and Student for 1 to 10: as tables give them."""
    assert wilson(15, 20) == pytest.approx((0.5313, 0.8881), abs=1e-4)
    sums = Sums(10, 0, Fraction(55), Fraction(385))
    assert student(sums) == pytest.approx(
        (5.5 - 2.262157 * math.sqrt(55 / 6 / 10), 5.5 + 2.262157 * math.sqrt(55 / 6 / 10)), abs=1e-4
    )
    assert student(Sums(1, 0, Fraction(3), Fraction(9))) is None
    low, high = student(Sums(2, 0, Fraction(2), Fraction(4))) or (0, 0)
    assert (low, high) == pytest.approx((1 - 12.7062, 1 + 12.7062), abs=1e-3)


# -- definitions and refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(file.stem for file in DEFINITIONS.glob("*.yaml")))
def test_every_definition_reads(name: str) -> None:
    """Each definition that the package carries is right, and what it decides is said in three languages."""
    definition = load_definition(name, [DEFINITIONS])
    if definition.measure:
        assert all({"fi", "sv", "en"} <= set(text) or "" in text for text in definition.measure.decided)


def test_indicators_are_listed_and_shown() -> None:
    """All definitions stand in the list, and one says what is decided."""
    listed = alliance("indicators")
    assert listed.code == 0
    assert {file.stem for file in DEFINITIONS.glob("*.yaml")} == {line.split()[0] for line in listed.out.splitlines()}
    shown = alliance("indicators", "chronic_care_balance", "--lang", "en")
    assert "A patient with both diagnoses counts once." in shown.out
    assert "from records: rate, diagnoses" in shown.out
    assert "assumed: how it is counted" in shown.out


RATE = "unit: share\nmeasure: {kind: rate, table: visits, period: year, numerator: done == 'yes'}\n"


def small(folder: Path, definition: str = RATE, visits: str = "year,done\n2023,yes\n") -> tuple[Path, Path]:
    """A contract with one indicator, its definition, and records for it."""
    for name in ("contracts", "indicators", "records"):
        (folder / name).mkdir()
    contract = folder / "contracts" / "small.yaml"
    contract.write_text(
        "contract: small\nkind: scorecard\nperiods: {length: year, from: 2023-01-01, to: 2023-12-31}\n"
        "scores: {least: 0, most: 100}\nweights: none\nresult_areas: {care: {indicators: {visit: {unit: share, "
        "score: {kind: linear, zero_at: 0, full_at: 1}}}}}\n",
        "utf-8",
    )
    (folder / "indicators" / "visit.yaml").write_text(definition, "utf-8")
    (folder / "records" / "visits.csv").write_text(visits, "utf-8")
    return contract, folder / "records"


REFUSED = {
    "AO102": ("measure: {table: visits, period: year}\n", "year\n2023\n"),
    "AO103": ("measure: {kind: rat, table: visits, period: year}\n", "year\n2023\n"),
    "AO140": ("measure: {kind: mean, table: visits, of: x}\n", "year\n2023\n"),
    "AO318": ("measure: {kind: mean, table: visits, period: year, of: x * y}\n", "year,x,y\n2023,1,1\n"),
    "AO500": (RATE, "year,done\n2023,\udcff\n"),
    "AO501": (RATE, "year,year\n2023,yes\n"),
    "AO502": (RATE, "year,done\n2023,yes,no\n"),
    "AO520": (RATE, "year,don\n2023,yes\n"),
}


def test_a_measure_without_a_kind_is_told_the_kinds_of_measures(tmp_path: Path) -> None:
    """Whatever stands there, the kinds that are offered are those of measures, not of scoring rules."""
    for written in ("rate", "[rate]", "{table: visits}"):
        apart = tmp_path / written[0]
        apart.mkdir()
        contract, folder = small(apart, f"measure: {written}\n")
        run = alliance("measure", contract, folder, "--period", "2023")
        assert (run.code, "AO102 kind is missing here." in run.err) == (1, True)
        assert " | nps | " in run.err


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_has_its_code(code: str, tmp_path: Path) -> None:
    """Wrong definitions and wrong records are refused with a code and a place, and nothing is written."""
    definition, visits = REFUSED[code]
    contract, folder = small(tmp_path, definition)
    (folder / "visits.csv").write_bytes(visits.encode("utf-8", "surrogateescape"))
    run = alliance("measure", contract, folder, "--period", "2023", "-o", tmp_path / "out.csv")
    assert run.code == 1
    assert f": {code} " in run.err
    assert not (tmp_path / "out.csv").exists()


def test_questions_that_cannot_be_answered(tmp_path: Path) -> None:
    """A missing table, folder, period, definition or measure is a wrong question: exit 2."""
    contract, folder = small(tmp_path)
    fine = alliance("measure", contract, folder, "--period", "2023", "--provisional", "-f", "csv")
    assert fine.out.splitlines()[1] == ",,2023,visit,,1,1,1,provisional,measured from visits"
    asked = {
        "AO001": ("measure", contract, tmp_path / "nowhere", "--period", "2023"),
        "AO020": ("measure", contract, folder, "--period", "2024"),
        "AO027": ("measure", contract, folder, "--period", "2023", "-o", tmp_path / "out.pdf"),
        "AO029": ("indicators", "nothing_like_it"),
    }
    for code, arguments in asked.items():
        run = alliance(*arguments)
        assert (run.code, code in run.err) == (2, True), run.err
    (folder / "visits.csv").unlink()
    assert "AO001" in alliance("measure", contract, folder, "--period", "2023").err
    (tmp_path / "indicators" / "visit.yaml").write_text("unit: share\n", "utf-8")
    assert "AO033" in alliance("measure", contract, folder, "--period", "2023").err


def test_a_missing_extra_is_told_with_the_command(tmp_path: Path) -> None:
    """Without the engine's package the exit code is 2, and the message holds the command that installs it (AO032)."""
    contract, folder = small(tmp_path)
    with patch("alliance_outcomes.sources.records.find_spec", lambda name: None if name == "polars" else name):
        run = alliance("measure", contract, folder, "--period", "2023")
    assert run.code == 2
    assert run.err == "AO032 Measuring on polars needs polars.\n  Run pip install 'alliance-outcomes[scale]'.\n"


def test_what_an_engine_says_is_not_repeated(tmp_path: Path) -> None:
    """An engine's own message may quote a cell: it is replaced by a code (AO521)."""
    contract, folder = small(tmp_path)

    def fails(*_: object, **__: object) -> object:
        raise pl.exceptions.ComputeError("could not parse 131052-308T")

    with patch("polars.scan_csv", fails):
        run = alliance("measure", contract, folder, "--period", "2023")
    assert run.code == 1
    assert "AO521" in run.err
    assert "131052" not in run.err


def test_errors_are_of_the_house() -> None:
    """What measuring raises is what every reading raises."""
    assert issubclass(UsageError, AllianceError)
    assert issubclass(DataError, AllianceError)
