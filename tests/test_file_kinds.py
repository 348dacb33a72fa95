"""Law 6: "Records and pre-aggregated values, CSV and Excel and Parquet and SQL, all engines: the same cents"."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import psycopg
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from alliance_outcomes.sources.kinds import endings
from tests.postgres import Server
from tests.running import alliance
from tests.test_mapping import CONTRACT, MAPPING
from tests.tree import ROOT

Rows = Sequence[Sequence[object]]
TESOMA = ROOT / "contracts" / "tesoma.yaml"
MEASURED = ROOT / "examples" / "tesoma" / "measured.csv"
VARIABLE = "CARE_DATABASE"


def shown(value: object, decimal: str = ".") -> str:
    """A value as text has it; nothing is a blank."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", decimal)
    return str(value)


def quoted(name: str) -> str:
    """A name as SQL quotes it."""
    return f'"{name}"'


# -- the same rows in every kind of file ----------------------------------------------------------------------------------


def as_csv(delimiter: str, decimal: str, encoding: str, ending: str = ".csv", end: str = "\n") -> Callable[..., Path]:
    """A dialect of text."""

    def write(folder: Path, header: Sequence[str], rows: Rows) -> Path:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
        writer.writerow(header)
        writer.writerows([shown(value, decimal) for value in row] for row in rows)
        file = folder / f"measured{ending}"
        file.write_bytes(text.getvalue().encode(encoding))
        return file

    return write


def as_excel(folder: Path, header: Sequence[str], rows: Rows) -> Path:
    """A workbook as openpyxl writes it: numbers typed as numbers, percentages shown as such."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(header))
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value if isinstance(value, date | None) else str(value))
            if isinstance(value, Decimal | int):
                cell.value = value
            elif isinstance(value, str) and value.endswith(" %"):
                cell.value, cell.number_format = float(Decimal(value[:-2]) / 100), "0.00 %"
    book.save(folder / "measured.xlsx")
    return folder / "measured.xlsx"


def as_excel_text(folder: Path, header: Sequence[str], rows: Rows) -> Path:
    """A workbook as XlsxWriter writes it: shared strings, every number typed as text with a decimal comma."""
    book = xlsxwriter.Workbook(str(folder / "measured.xlsx"))
    sheet = book.add_worksheet("Mittarit 2023")
    for number, row in enumerate([header, *rows]):
        for column, value in enumerate(row):
            sheet.write_string(number, column, shown(value, "," if number else "."))
    book.close()
    return folder / "measured.xlsx"


def as_parquet(folder: Path, header: Sequence[str], rows: Rows) -> Path:
    """A frame: columns of whole numbers, decimals and text, or of text where a column mixes them."""
    columns = {}
    for name, values in zip(header, zip(*rows, strict=True), strict=True):
        kinds = {type(value) for value in values if value is not None}
        columns[name] = pl.Series(name, [v if len(kinds) == 1 else shown(v) or None for v in values], strict=True)
    pl.DataFrame(columns).write_parquet(folder / "measured.parquet")
    return folder / "measured.parquet"


def as_sqlite(folder: Path, header: Sequence[str], rows: Rows) -> Path:
    """A table of SQLite, which knows no decimals: they are text."""
    with closing(sqlite3.connect(folder / "care.db")) as connection, connection:
        connection.execute(f"CREATE TABLE measured({', '.join(map(quoted, header))})")
        marks = ", ".join("?" for _ in header)
        texts = [[shown(v) if isinstance(v, Decimal) else v for v in row] for row in rows]
        connection.executemany(f"INSERT INTO measured VALUES ({marks})", texts)
    return query(folder, "database: sqlite\nfile: care.db")


def as_duckdb(folder: Path, header: Sequence[str], rows: Rows) -> Path:
    """A table of DuckDB with columns of the types that the frame has."""
    as_parquet(folder, header, rows)
    with duckdb.connect(str(folder / "care.db")) as connection:
        connection.execute(f"CREATE TABLE measured AS SELECT * FROM '{folder / 'measured.parquet'}'")
    return query(folder, "database: duckdb\nfile: care.db")


def query(folder: Path, what: str) -> Path:
    """A query of all that the table measured holds."""
    (folder / "measured.sql.yaml").write_text(f"{what}\nselect: SELECT * FROM measured\n", "utf-8")
    return folder / "measured.sql.yaml"


KINDS: dict[str, Callable[[Path, Sequence[str], Rows], Path]] = {
    "commas": as_csv(",", ".", "utf-8"),
    "a Finnish spreadsheet": as_csv(";", ",", "utf-8-sig", end="\r\n"),
    "an old Finnish spreadsheet": as_csv(";", ",", "cp1252", end="\r\n"),
    "tabs": as_csv("\t", ",", "utf-8", ".tsv"),
    "a spreadsheet's text": as_csv("\t", ",", "cp1252", ".txt"),
    "Excel": as_excel,
    "Excel, all text": as_excel_text,
    "Parquet": as_parquet,
    "SQLite": as_sqlite,
    "DuckDB": as_duckdb,
}


def on_server(server: Server, folder: Path, header: Sequence[str], rows: Rows) -> Path:
    """A table of PostgreSQL, of columns that hold whole numbers, decimals and text."""
    types = []
    for values in zip(*rows, strict=True):
        kinds = {type(value) for value in values if value is not None}
        types.append({frozenset({int}): "bigint", frozenset({Decimal}): "numeric"}.get(frozenset(kinds), "text"))
    server.run("DROP TABLE IF EXISTS measured")
    columns = [f"{quoted(name)} {kind}" for name, kind in zip(header, types, strict=True)]
    server.run(f"CREATE TABLE measured({', '.join(columns)})")
    texts = [
        tuple(v if v is None or t != "text" else shown(v) for v, t in zip(row, types, strict=True)) for row in rows
    ]
    server.run(f"INSERT INTO measured VALUES ({', '.join('%s' for _ in header)})", *texts)
    return query(folder, f"database: postgresql\nenvironment: {VARIABLE}")


def tidy() -> tuple[list[str], Rows]:
    """The measured data of the Tesoma alliance: numbers as numbers, blanks as nothing."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    numbers = {header.index(name) for name in ("value", "numerator", "denominator", "n")}
    return header, [[Decimal(v) if v and n in numbers else v or None for n, v in enumerate(row)] for row in rows]


def wide() -> tuple[list[str], Rows]:
    """Ninety payees with values on cents and half cents, large whole numbers, percentages, missing ones and umlauts."""
    header = ["Provider", "Name", "Year", "Track", "Cost (1000)", "Saved", "Plans", "Patients", "Plan before"]
    rows = [
        [
            f"{n:03}",
            f"Pöytyä {n}",
            "2020",
            "ENHANCED" if n % 3 else "A",
            Decimal(123456789 * n) / 10**4,
            Decimal(n * n % 1000) / 100 if n % 7 else None,
            n % 41,
            41 + n % 5,
            f"{Decimal(n * 13 % 1000) / 10:f} %" if n % 5 else None,
        ]
        for n in range(90)
    ]
    return header, rows


def settled(contract: Path, data: Path, period: str) -> str:
    """The settlement as JSON, without the names of its files."""
    run = alliance("settle", contract, data, "--period", period, "-f", "json")
    assert (run.code, run.err) == (0, "")
    assert str(data) not in run.out
    return run.out.replace(str(contract), contract.name)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What plain CSV comes to, tidy and wide."""
    folder = tmp_path_factory.mktemp("plain")
    return {
        "tidy": settled(TESOMA, MEASURED, "2023"),
        "wide": settled(laid(folder), as_csv(",", ".", "utf-8")(folder, *wide()), "2020"),
    }


def laid(folder: Path) -> Path:
    """The wide contract, and the mapping of its data beside them."""
    (folder / "measured.columns.yaml").write_text(MAPPING, "utf-8")
    (folder / "wide.yaml").write_text(CONTRACT, "utf-8")
    return folder / "wide.yaml"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_comes_to_the_same_cents(kind: str, expected: dict[str, str], tmp_path: Path) -> None:
    """Tidy and wide, one alliance and many payees: the settlement is the same to the byte."""
    assert settled(TESOMA, KINDS[kind](tmp_path, *tidy()), "2023") == expected["tidy"]
    assert settled(laid(tmp_path), KINDS[kind](other(tmp_path), *wide()), "2020") == expected["wide"]


def other(folder: Path) -> Path:
    """A folder of its own for the wide data, with the mapping in it."""
    inner = folder / "wide"
    inner.mkdir()
    laid(inner)
    return inner


def test_a_server_comes_to_the_same_cents(
    postgres: Server, expected: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL too."""
    monkeypatch.setenv(VARIABLE, postgres.dsn)
    assert settled(TESOMA, on_server(postgres, tmp_path, *tidy()), "2023") == expected["tidy"]
    assert settled(laid(tmp_path), on_server(postgres, other(tmp_path), *wide()), "2020") == expected["wide"]
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE measured")


def test_no_kind_of_file_is_left_out() -> None:
    """Every ending that can be read is held to the same cents above."""
    assert endings() == [".csv", ".parquet", ".sql.yaml", ".tsv", ".txt", ".xlsx"]
