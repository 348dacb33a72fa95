"""Records come as extracts that name and code their columns in their own way: read by a mapping, they measure the same."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml

from alliance_outcomes.contract.columns import RecordColumn, RecordColumns, RecordTable
from alliance_outcomes.contract.parts import Part
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.contract.validating import validated
from alliance_outcomes.problems import AllianceError
from alliance_outcomes.recorded import FACTS
from alliance_outcomes.sources.engines import ENGINES
from alliance_outcomes.sources.records import opened, sheet_of
from tests.documents import blocks, code_words
from tests.running import alliance
from tests.tree import ROOT

CONTRACT = ROOT / "contracts" / "tesoma.yaml"
PAGE = ROOT / "docs" / "data.md"
RECORDS = ROOT / "examples" / "tesoma" / "records"
CODES = {"yes": "K", "no": "E"}


def tables() -> dict[str, list[dict[str, str]]]:
    """The example records, by table."""
    found = {}
    for file in sorted(set(RECORDS.glob("*.csv")) - {RECORDS / FACTS}):
        with file.open(encoding="utf-8", newline="") as lines:
            found[file.stem] = list(csv.DictReader(lines))
    return found


def measured(folder: Path, engine: str) -> str:
    """What the records of a folder come to, as measured data."""
    run = alliance("measure", CONTRACT, folder, "--period", "2023", "--engine", engine, "-f", "csv")
    assert run.code == 0, run.err
    return run.out


def settled(folder: Path, engine: str) -> str:
    """What the records of a folder pay, with the facts that lie beside them."""
    run = alliance("settle", CONTRACT, folder, "--period", "2023", "--engine", engine, "-f", "json")
    assert run.code == 0, run.err
    return run.out.replace(str(folder), "RECORDS")


@pytest.fixture(scope="module")
def expected() -> tuple[str, str]:
    """What the example records come to as they stand, and what they pay."""
    return measured(RECORDS, "polars"), settled(RECORDS, "polars")


def as_parquet(folder: Path) -> None:
    """Every table with the types that its columns have."""
    for table in tables():
        pl.read_csv(RECORDS / f"{table}.csv", try_parse_dates=True).write_parquet(folder / f"{table}.parquet")


def as_workbooks_and_queries(folder: Path) -> None:
    """Small tables as workbooks, a large one as a query, the others as they stand."""
    for table, rows in tables().items():
        if len(rows) < 200:
            book = openpyxl.Workbook()
            assert book.active is not None
            for line in (list(rows[0]), *(list(row.values()) for row in rows)):
                book.active.append(line)
            book.save(folder / f"{table}.xlsx")
        elif table == "diagnoses":
            with closing(sqlite3.connect(folder / "register.db")) as connection, connection:
                connection.execute(f"CREATE TABLE records({', '.join(rows[0])})")
                marks = ", ".join("?" for _ in rows[0])
                connection.executemany(f"INSERT INTO records VALUES ({marks})", [tuple(row.values()) for row in rows])
            text = "database: sqlite\nfile: register.db\nselect: SELECT * FROM records\n"
            (folder / f"{table}.sql.yaml").write_text(text, "utf-8")
        else:
            (folder / f"{table}.csv").write_bytes((RECORDS / f"{table}.csv").read_bytes())


def finnish(value: str) -> str:
    """A cell as a Finnish register writes it: 1.3.2023, 12,5, K or E."""
    if len(value) == 10 and value[4] == value[7] == "-":
        return f"{int(value[8:])}.{int(value[5:7])}.{value[:4]}"
    if value.replace(".", "", 1).isdigit() and "." in value:
        return value.replace(".", ",")
    return CODES.get(value, value)


def as_extract(folder: Path) -> None:
    """Every table renamed, its columns too, with days, decimal commas and codes as a Finnish register writes them."""
    mapping: dict[str, object] = {}
    for number, (table, rows) in enumerate(tables().items()):
        columns: dict[str, object] = {}
        for name in rows[0]:
            spec: dict[str, object] = {"column": f"Sarake {name}"}
            values = {row[name] for row in rows}
            if values & set(CODES):
                spec["codes"] = {code: word for word, code in CODES.items()}
            if any(finnish(value).count(".") == 2 for value in values):
                spec["days"] = "day.month.year"
            columns[name] = spec
        mapping[table] = {"file": f"poiminta {number}", "columns": columns}
        with (folder / f"poiminta {number}.csv").open("w", encoding="utf-8-sig", newline="") as lines:
            writer = csv.writer(lines, delimiter=";")
            writer.writerow([*(f"Sarake {name}" for name in rows[0]), "Kunta"])
            writer.writerows([*map(finnish, row.values()), "Tampere"] for row in rows)
    (folder / "records.columns.yaml").write_text(yaml.safe_dump({"tables": mapping}, allow_unicode=True), "utf-8")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("write", [as_parquet, as_workbooks_and_queries, as_extract])
def test_every_kind_and_every_extract_measures_the_same(
    write: Callable[[Path], None], engine: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    """Law 6: Tesoma's records from Parquet, workbooks, a query, and a renamed extract, on two engines: the same values, and
    the same cents."""
    write(tmp_path)
    if (RECORDS / FACTS).is_file():
        (tmp_path / FACTS).write_bytes((RECORDS / FACTS).read_bytes())
    assert measured(tmp_path, engine) == expected[0]
    assert settled(tmp_path, engine) == expected[1]


# -- cells ----------------------------------------------------------------------------------------------------------------

HENKILO = "Henkilö"
EXTRACT = f"""\
{HENKILO};Päivä;Hoidossa;Summa;x
 1; 1.3.2023 ;K;12,5;a
2;31.12.2023 9.05;E;-;b
3;2023-03-01;kyllä;..;
4;1.3.2023 14:05:09;;0;K
5;32.13.23;K ;0;K
"""
MAPPING = """\
tables:
  visits:
    file: kaynnit
    columns:
      person: Henkilö
      day: {column: Päivä, days: day.month.year}
      treated: {column: Hoidossa, codes: {K: yes, E: no, kyllä: yes}}
      amount: {column: Summa, missing: ["-", ".."]}
      year: {constant: 2023}
"""


def laid(folder: Path, mapping: str = MAPPING, extract: str = EXTRACT) -> Path:
    """An extract with its mapping."""
    (folder / "kaynnit.csv").write_text(extract, "utf-8")
    (folder / "records.columns.yaml").write_text(mapping, "utf-8")
    return folder


def read(folder: Path, engine: str, *columns: str) -> list[tuple[str, ...]]:
    """Columns of the table visits, as an engine reads them."""
    with opened(sheet_of(folder, "visits"), engine, columns) as frame:
        native = frame.select(*columns).to_native()
        if engine == "duckdb":
            rows = native.fetchall()
        elif engine == "polars":
            rows = native.collect().rows()
        else:
            rows = list(native.itertuples(index=False, name=None))
    return sorted(tuple(cell or "" for cell in row) for row in rows)  # a blank is nothing on some engines


@pytest.mark.parametrize("engine", ENGINES)
def test_cells_of_an_extract(engine: str, tmp_path: Path) -> None:
    """Days are turned, codes replaced, missing left blank; what is neither stays, for the definition to count as unreadable."""
    assert read(laid(tmp_path), engine, "amount", "day", "treated", "year") == [
        ("", "2023-03-01", "yes", "2023"),
        ("", "2023-12-31T09:05", "no", "2023"),
        ("0", "2023-03-01T14:05:09", "", "2023"),
        ("0", "32.13.23", "yes", "2023"),
        ("12,5", "2023-03-01", "yes", "2023"),
    ]
    assert read(tmp_path, engine, "year") == [("2023",)] * 5
    assert read(tmp_path, engine, "x")[0] == ("",)
    assert sheet_of(tmp_path, "visits").columns[:5] == ("person", "day", "treated", "amount", "year")


def test_composed_letters_in_a_header(tmp_path: Path) -> None:
    """A header is the same column however its letters are composed."""
    decomposed = EXTRACT.replace("Päivä", "Pa\u0308iva\u0308").replace(HENKILO, "Henkilo\u0308")
    assert read(laid(tmp_path, extract=decomposed), "polars", "person")[0] == (" 1",)


REFUSED = {
    "an unknown key": (MAPPING.replace("codes", "koodit"), "AO101 koodit is not a key"),
    "a column that is not there": (
        MAPPING.replace("Summa", "Suma"),
        "records.columns.yaml:8:15: AO515 The file of visits",
    ),
    "column and constant": (MAPPING.replace("{constant: 2023}", "{constant: 2023, column: x}"), "AO131"),
    "a way of days that is none": (MAPPING.replace("day.month.year", "us"), "AO103"),
    "a file elsewhere": (MAPPING.replace("file: kaynnit", "file: ../kaynnit"), "AO104 ../kaynnit is not the name"),
    "a file that is not there": (MAPPING.replace("file: kaynnit", "file: kaynit"), "Did you mean kaynnit?"),
    "no tables": ("tables: {}\n", "AO104"),
    "no YAML": ("tables: [\n", "AO003"),
}


@pytest.mark.parametrize(("mapping", "said"), REFUSED.values(), ids=REFUSED)
def test_a_faulty_mapping_is_told(mapping: str, said: str, tmp_path: Path) -> None:
    """With its place; what the file has instead is not shown, since its first row may be a person's."""
    with pytest.raises(AllianceError) as refused:
        read(laid(tmp_path, mapping), "polars", "person")
    assert said in str(refused.value)
    assert HENKILO not in str(refused.value)


def test_the_mapping_on_the_page_is_one() -> None:
    """The example reads, and every key there is stands on the page."""
    (block,) = [each for each in blocks(PAGE) if "extract" in each.words]
    mapping = validated(RecordColumns, parse_document(block.text.encode(), "page").root, [])
    assert mapping
    assert list(mapping.tables) == ["visits"]
    fields = (*RecordColumns.model_fields, *RecordTable.model_fields, *RecordColumn.model_fields)
    keys = set(fields) - set(Part.model_fields)
    assert keys <= code_words(PAGE.read_text("utf-8"))
