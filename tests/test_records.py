"""Records of every kind of file, typed or text, for one payee or many: the same figures on every engine."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import narwhals as nw
import polars as pl
import pytest

from alliance_outcomes.contract.periods import Period
from alliance_outcomes.formula.parse import parse
from alliance_outcomes.measures.passes import Table
from alliance_outcomes.measures.query import Counted, Query, Question, Sums
from alliance_outcomes.measures.tally import count_all, values_of
from alliance_outcomes.problems import DataError
from alliance_outcomes.sources.records import ENGINES, opened, sheet_of
from examples.tesoma.generate import records

pytestmark = pytest.mark.untraced

YEARS = {year: Period(str(year), date(year, 1, 1), date(year, 12, 31)) for year in (2022, 2023)}
QUERIES = {
    "share of rows": Query("t", period="year", population=parse("age >= 18"), holds=parse("x < 5")),
    "share of persons": Query(
        "t", "person", "year", population=parse("age >= 18"), holds=parse("x < 5"), overlap="all"
    ),
    "excluded": Query("t", "person", "year", holds=parse("x < 5"), exclusions=(("gone", parse("site == 'B'")),)),
    "sum": Query("t", "person", "year", of=parse("x * 3"), cap=Fraction(20)),
    "excluded sum": Query("t", "person", "year", of=parse("x"), exclusions=(("gone", parse("site == 'B'")),)),
    "sum by day": Query("t", day="day", of=parse("x - 1"), least=Fraction(0), most=Fraction(7)),
    "highest": Query("t", "person", day="day", of=parse("x"), gather="highest", most=Fraction(8)),
    "change": Query("t", "person", day="day", of=parse("x"), by="day", better="lower"),
    "keyed": Query("t", "person", "year", key="number", of=parse("x")),
    "keyed rows": Query("t", day="day", key="number"),
    "values": Query("t", "person", "year", of=parse("x"), ordered=True),
    "values of rows": Query("t", period="year", of=parse("x"), ordered=True, least=Fraction(2)),
    "text of a number": Query("t", period="year", holds=parse("age == '40'")),
}
QUESTIONS = [Question(query, period) for query in QUERIES.values() for period in YEARS.values()]


def rows(seed: int, count: int = 400) -> list[dict[str, Any]]:
    """Rows with gaps, repeats and contradictions; floats of four decimals at the most."""
    random = Random(seed)
    found = []
    for number in range(count):
        day = date(random.choice((2021, 2022, 2023)), 1, 1) + timedelta(random.randrange(365))
        row = {
            "number": number,
            "year": day.year,
            "day": day,
            "person": random.randrange(count // 3),
            "age": random.randrange(90),
            "x": random.choice((0.1, 2.5, 4.9999, 5.0, 7.3, 9.0)),
            "site": random.choice("ABC"),
        }
        for name in row:
            if name != "number" and random.random() < 0.03:
                row[name] = None
        found += [row] * random.choice((1, 1, 1, 2))
        if random.random() < 0.05:
            found.append(row | {"x": 1.0, "site": "A"})
    return found


def write_parquet(file: Path, found: list[dict[str, Any]]) -> None:
    """The rows with their types."""
    types = {"age": pl.Int16, "year": pl.Int32, "x": pl.Float64}
    pl.DataFrame(found, infer_schema_length=None).cast(types).write_parquet(file, row_group_size=100)  # type: ignore[arg-type]  # a mapping of columns to types


def write_csv(file: Path, found: list[dict[str, Any]]) -> None:
    """The rows as text."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


def counts(folder: Path, engine: str, by: str = "", questions: list[Question] = QUESTIONS) -> dict[str, list[Counted]]:
    """What the questions come to over the table ``t`` of a folder."""
    sheet = sheet_of(folder, "t")
    with opened(sheet, engine, sheet.columns) as frame:
        return count_all(questions, Table(frame, sheet.decimal_comma, sheet.by_parts), by)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[Counted]:
    """What each question comes to when it is the only one, of text."""
    folder = tmp_path_factory.mktemp("alone")
    write_csv(folder / "t.csv", rows(1))
    return [counts(folder, "polars", questions=[each])[""][0] for each in QUESTIONS]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["csv", "parquet", "folder"])
def test_one_pass_comes_to_what_one_question_does(kind: str, engine: str, alone: list[Counted], tmp_path: Path) -> None:
    """All questions at once, of typed or text columns, on any engine: as each alone on the text."""
    assert all(each.counted.n > 20 for each in alone)
    if kind == "csv":
        write_csv(tmp_path / "t.csv", rows(1))
    elif kind == "parquet":
        write_parquet(tmp_path / "t.parquet", rows(1))
    else:
        (tmp_path / "t.parquet").mkdir()
        write_parquet(tmp_path / "t.parquet" / "a.parquet", rows(1)[:150])
        write_parquet(tmp_path / "t.parquet" / "b.parquet", rows(1)[150:])
    assert counts(tmp_path, engine)[""] == alone


WITHOUT_KEY = [each for each in QUESTIONS if not each.query.key]  # whose contradictions may stand under another value


@pytest.fixture(scope="module", params=[(by, write) for by in ("site", "age") for write in (write_csv, write_parquet)])
def divided(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, dict[str, list[Counted]]]:
    """A table, a column of it, and what a table of the rows of each value comes to; rows without a value are a group too."""
    by, write = request.param
    name = f"t.{write.__name__.removeprefix('write_')}"
    found = [row | {"age": None if row["age"] is None else row["age"] % 3 + 40} for row in rows(2)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        groups.setdefault("" if row[by] is None else str(row[by]), []).append(row)
    parts = {}
    folder = tmp_path_factory.mktemp("divided")
    for value in sorted(groups):
        write(folder / name, groups[value])
        parts[value] = counts(folder, "polars", questions=WITHOUT_KEY)[""]
    write(folder / name, found)
    return folder, by, parts


@pytest.mark.parametrize("engine", ENGINES)
def test_a_payee_counts_as_if_the_table_held_its_rows_only(
    engine: str, divided: tuple[Path, str, dict[str, list[Counted]]]
) -> None:
    """Counted by a column, each value has the counts of a table of its rows, in the order of the values."""
    folder, by, parts = divided
    every = counts(folder, engine, by, WITHOUT_KEY)
    assert (list(every), every) == (list(parts), parts)


@pytest.mark.parametrize("engine", ENGINES)
def test_eight_runs_give_one_result(engine: str, tmp_path: Path) -> None:
    """However threads share the work, the counts and sums are the same."""
    write_parquet(tmp_path / "t.parquet", rows(3, 2000))
    first = counts(tmp_path, engine, "site", QUESTIONS[::4])
    assert all(counts(tmp_path, engine, "site", QUESTIONS[::4]) == first for _ in range(7))


TYPED: dict[str, tuple[list[object], Any, Mapping[str, int]]] = {
    "decimals": ([Decimal("1.25"), Decimal("2.5"), None], pl.Decimal(10, 2), {"no_value": 1}),
    "short floats": ([1.25, 2.5, float("nan")], pl.Float32, {"unreadable": 1}),
    "long floats": ([1.25, 2.5, 0.123456789, float("inf"), float("nan"), 1e7], pl.Float64, {"unreadable": 4}),
    "floats with a last bit of their own": ([1.25, 0.1 + 0.2 + 2.2], pl.Float64, {}),
    "whole numbers": ([5, -10, 10_000_000, None], pl.Int64, {"unreadable": 1, "no_value": 1}),
    "small whole numbers": ([5, 200], pl.UInt8, {}),
    "text": (["1.25", " 2.5 ", "..", "x"], pl.String, {"no_value": 1, "unreadable": 1}),
    "categories": (["1.25", "2.5"], pl.Categorical, {}),
}


SUM_OF_ROWS = [Question(Query("t", period="year", of=parse("x")), YEARS[2023])]


def write_typed(file: Path, name: str) -> None:
    """A column of the type, all of one year."""
    cells, dtype, _ = TYPED[name]
    pl.DataFrame({"year": [2023] * len(cells), "x": pl.Series(cells, dtype=dtype)}).write_parquet(file)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", TYPED)
def test_a_typed_column_is_the_number_it_says(name: str, engine: str, tmp_path: Path) -> None:
    """Each type of number is read exactly; what no text of seven and four digits could say is unreadable."""
    write_typed(tmp_path / "t.parquet", name)
    (found,) = counts(tmp_path, engine, questions=SUM_OF_ROWS)[""]
    cells, _, excluded = TYPED[name]
    assert {name: sums.n for name, sums in found.excluded.items()} == excluded
    kept = [Fraction(str(round(float(str(each)), 4))) for each in cells if each is not None and readable(each)]
    assert (found.counted.n, found.counted.total) == (len(kept), sum(kept))


def readable(cell: object) -> bool:
    """Whether a cell has at most seven digits before the point and four after it."""
    try:
        value = float(str(cell))
    except ValueError:
        return False
    return abs(value) < 1e7 and abs(value * 10_000 - round(value * 10_000)) < 1e-6


@pytest.mark.parametrize("engine", ENGINES)
def test_moments_and_truths_of_parquet(engine: str, tmp_path: Path) -> None:
    """Moments lie in the period of their day to its last second; a truth is the word true or false."""
    moments = [datetime(2023, 1, 1), datetime(2023, 12, 31, 23, 59, 59), datetime(2024, 1, 1), None]
    ends = [datetime(2023, 1, 3, 23), datetime(2024, 1, 4), datetime(2024, 1, 1), None]
    frame = pl.DataFrame({"at": moments, "end": ends, "done": [True, False, True, True]})
    frame.write_parquet(tmp_path / "t.parquet")
    asked = [
        Query("t", day="at", holds=parse("done == 'true'")),
        Query("t", day="at", start="at", end="end", seconds=72 * 3600),
    ]
    done, within = counts(tmp_path, engine, questions=[Question(query, YEARS[2023]) for query in asked])[""]
    assert (done.counted, within.counted) == (Sums(2, 1), Sums(2, 1))
    assert done.excluded == within.excluded == {"no_period": Sums(1)}


def test_moments_of_a_time_zone_are_refused(tmp_path: Path) -> None:
    """The day of a moment depends on the zone: whoever writes the records decides, not the reader (AO561)."""
    moments = pl.Series([datetime(2023, 1, 1)]).dt.replace_time_zone("UTC")
    pl.DataFrame({"at": moments}).write_parquet(tmp_path / "t.parquet")
    for engine in ENGINES:
        with pytest.raises(DataError, match=r"t.parquet.* AO561 The column at holds moments of a time zone"):
            counts(tmp_path, engine, questions=[Question(Query("t", day="at"), YEARS[2023])])


def test_a_table_in_two_files_is_refused(tmp_path: Path) -> None:
    """Which of two files is meant is not guessed (AO560)."""
    write_csv(tmp_path / "t.csv", rows(1))
    write_parquet(tmp_path / "t.parquet", rows(1))
    with pytest.raises(DataError, match=r"AO560 t stands in t.csv and in t.parquet"):
        sheet_of(tmp_path, "t")


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    """A file that only ends like Parquet is told as such (AO533)."""
    (tmp_path / "t.parquet").write_text("year,x\n", "utf-8")
    with pytest.raises(DataError, match="AO533"):
        sheet_of(tmp_path, "t")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault", ["1,2,3", "1", '1,"2"x', '1,"2'])
def test_a_ragged_row_is_told_by_its_number(fault: str, engine: str, tmp_path: Path) -> None:
    """A row with a field more or less, or quotes that do not fit, is refused with its row, after ten thousand right ones."""
    right = "".join(f"2023,{n}\n" for n in range(10_000))
    (tmp_path / "t.csv").write_text(f"year,x\n{right}{fault}\n", "utf-8")
    with pytest.raises(DataError, match=r"t\.csv:10002:1: AO502"):
        counts(tmp_path, engine, questions=SUM_OF_ROWS)


def test_without_duckdb_rows_are_checked_one_by_one(tmp_path: Path) -> None:
    """Polars alone gives the same, and refuses the same."""
    write_csv(tmp_path / "t.csv", rows(1))
    whole = counts(tmp_path, "polars")
    with patch("alliance_outcomes.sources.records.find_spec", lambda name: None if name == "duckdb" else name):
        assert counts(tmp_path, "polars") == whole
        (tmp_path / "t.csv").write_text("year,x\n2023\n", "utf-8")
        with pytest.raises(DataError, match=r"t\.csv:2:1: AO502"):
            counts(tmp_path, "polars")


def test_duckdb_reads_a_text_file_once(tmp_path: Path) -> None:
    """What DuckDB refuses by itself is not looked at before."""
    write_csv(tmp_path / "t.csv", rows(1))
    with patch("alliance_outcomes.sources.records._check", side_effect=AssertionError):
        assert counts(tmp_path, "duckdb")[""][0].counted.n


@pytest.mark.parametrize("engine", ENGINES)
def test_the_values_of_a_column(engine: str, tmp_path: Path) -> None:
    """Different values in order, of moments the days; a missing one is empty."""
    write_csv(tmp_path / "t.csv", rows(1))
    text = {name: value_list(tmp_path, engine, name) for name in ("site", "day")}
    (tmp_path / "t.csv").unlink()
    write_parquet(tmp_path / "t.parquet", rows(1))
    assert {name: value_list(tmp_path, engine, name) for name in ("site", "day")} == text
    assert text["site"] == ["", "A", "B", "C"]
    assert text["day"][1][:5] == "2021-"


def value_list(folder: Path, engine: str, column: str) -> list[str]:
    """The values of a column of the table ``t``."""
    sheet = sheet_of(folder, "t")
    with opened(sheet, engine, [column]) as frame:
        return values_of(Table(frame), column, column == "day")


def test_sums_are_exact_beyond_64_bits() -> None:
    """The sum of large squares is the one that Python's whole numbers come to."""
    cells = [9_999_999.9999, -9_999_999.9999, 123_456.789] * 50
    frame = nw.from_native(pl.LazyFrame({"year": ["2023"] * len(cells), "x": [f"{each:.4f}" for each in cells]}))
    (found,) = count_all([Question(Query("t", period="year", of=parse("x")), YEARS[2023])], Table(frame))[""]
    exact = [Fraction(f"{each:.4f}") for each in cells]
    assert (found.counted.total, found.counted.squares) == (sum(exact), sum(each**2 for each in exact))


def test_the_generated_tables_are_read_from_excel(tmp_path: Path) -> None:
    """A workbook of records gives what its CSV gives."""
    name, header, found = next(iter(records(500, 9)))
    assert name == "diagnoses"
    query = Query("t", "person", "year", population=parse("age >= 18"), holds=parse("ldl < 2.6"))
    write_csv(tmp_path / "t.csv", [dict(zip(header, row, strict=True)) for row in found])
    text = counts(tmp_path, "polars", questions=[Question(query, YEARS[2023])])
    (tmp_path / "t.csv").unlink()
    pl.DataFrame(found, schema=header, orient="row").write_excel(tmp_path / "t.xlsx")
    for engine in ENGINES:
        assert counts(tmp_path, engine, questions=[Question(query, YEARS[2023])]) == text
