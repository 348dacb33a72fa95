"""Records (one row a person, visit, answer or invoice) as frames: CSV files of a folder, opened by an engine.

What goes wrong is told by the file and the row, never by a cell: records are about persons.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from operator import and_
from pathlib import Path
from typing import Any

from ..problems import DataError, Place, Problem, UsageError, did_you_mean

_INSTALL = "pip install 'alliance-outcomes[scale]'"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file of records: its columns, how its fields are split, and whether it has rows without anything in them."""

    file: Path
    columns: tuple[str, ...]
    delimiter: str
    blank_rows: bool = False

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers may be written 12,5: where the comma splits no fields."""
        return self.delimiter != ","


def check_engine(engine: str) -> None:
    """Raises UsageError (AO032) with the command that installs what the engine needs, where it is missing."""
    missing = [name for name in ("narwhals", engine) if find_spec(name) is None]
    if missing:
        sentence = f"Measuring on {engine} needs {' and '.join(missing)}."
        raise UsageError(Problem("AO032", sentence, f"Run {_INSTALL}."))


def sheet_of(folder: Path, table: str) -> Sheet:
    """The file of ``table`` in ``folder``, checked row by row: every row has as many fields as the header.

    Raises UsageError (AO001) for a missing file, DataError (AO500, AO501, AO502) for what is no table.
    """
    file = folder / f"{table}.csv"
    if not folder.is_dir():
        raise UsageError(Problem("AO001", f"There is no folder {folder}.", "Name the folder of the records."))
    if not file.is_file():
        known = [each.stem for each in folder.glob("*.csv")]
        hint = did_you_mean(table, known) or "Check the folder."
        raise UsageError(Problem("AO001", f"There is no file {file}.", hint))
    try:
        return _checked(file)
    except UnicodeDecodeError:
        raise DataError(Problem("AO500", "The file is not UTF-8.", "Save it as CSV UTF-8.", Place(str(file)))) from None


def _checked(file: Path) -> Sheet:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        delimiter = max(",;\t", key=first.count)
        lines.seek(0)
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            header = [name.strip() for name in next(rows, [])]
            blank_rows = False
            for row in rows:
                blank_rows = blank_rows or not any(row)
                if row and len(row) != len(header):
                    sentence = f"The row has {len(row)} fields, the header {len(header)}."
                    place = Place(str(file), rows.line_num)
                    raise DataError(Problem("AO502", sentence, "Check the marks between the fields.", place))
        except csv.Error:
            place = Place(str(file), rows.line_num)
            raise DataError(Problem("AO502", "The row is not CSV.", "Check the quotes.", place)) from None
    if not any(header) or len(set(header)) != len(header):
        hint = "Give each column a name of its own in the first row."
        raise DataError(Problem("AO501", "The first row does not name the columns.", hint, Place(str(file))))
    return Sheet(file, tuple(header), delimiter, blank_rows)


def check_columns(sheet: Sheet, wanted: Iterable[str]) -> None:
    """Raises DataError (AO520) for columns that a definition reads and the file has not."""
    missing = sorted(set(wanted) - set(sheet.columns))
    if missing:
        raise DataError(
            Problem(
                "AO520",
                f"The column {name} is missing.",
                # What stands in the first row may be a person's record, so it is not shown.
                "The definition reads it; the first row of the file names the columns.",
                Place(str(sheet.file)),
            )
            for name in missing
        )


@contextmanager
def opened(sheet: Sheet, engine: str, columns: Iterable[str]) -> Iterator[Any]:
    """The ``columns`` of a file as a narwhals frame of text, by an engine (polars, duckdb or pandas).

    Raises DataError (AO521) where the engine fails, without what it says: that may quote a cell.
    """
    import narwhals as nw

    wanted = sorted(columns)
    open_, errors = ENGINES[engine]()
    try:
        with open_(sheet, list(sheet.columns) if sheet.blank_rows else wanted) as frame:
            rows: Any = nw.from_native(frame)
            if sheet.blank_rows:  # engines differ in what they make of a blank line
                blank = reduce(and_, [nw.col(name).fill_null("") == "" for name in sheet.columns])
                rows = rows.filter(~blank).select(wanted)
            yield rows
    except errors:
        sentence = f"{engine} cannot read the records."
        raise DataError(Problem("AO521", sentence, "Try another --engine.", Place(str(sheet.file)))) from None


Opener = tuple[Callable[[Sheet, list[str]], Any], tuple[type[BaseException], ...]]


def _polars() -> Opener:
    import polars as pl

    @contextmanager
    def open_(sheet: Sheet, columns: list[str]) -> Iterator[Any]:
        frame = pl.scan_csv(sheet.file, separator=sheet.delimiter, infer_schema=False, new_columns=list(sheet.columns))
        yield frame.select(columns)

    return open_, (pl.exceptions.PolarsError,)


def _duckdb() -> Opener:
    import duckdb

    @contextmanager
    def open_(sheet: Sheet, columns: list[str]) -> Iterator[Any]:
        with duckdb.connect() as connection:
            rows = connection.read_csv(
                str(sheet.file), header=False, skiprows=1, sep=sheet.delimiter, quotechar='"', escapechar='"',
                names=list(sheet.columns), all_varchar=True,
            )  # fmt: skip
            yield rows.select(*[duckdb.ColumnExpression(name) for name in columns])

    return open_, (duckdb.Error,)


def _pandas() -> Opener:
    import pandas as pd

    @contextmanager
    def open_(sheet: Sheet, columns: list[str]) -> Iterator[Any]:
        yield pd.read_csv(
            sheet.file, sep=sheet.delimiter, dtype=str, keep_default_na=False, encoding="utf-8-sig",
            header=0, names=list(sheet.columns), usecols=columns,
        )  # fmt: skip

    return open_, (pd.errors.ParserError, pd.errors.DataError)


ENGINES: dict[str, Callable[[], Opener]] = {"polars": _polars, "duckdb": _duckdb, "pandas": _pandas}
"""Engines by name; each is imported when it is asked for."""
