"""Tidy data, a row a measured value, from a table of any kind of file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..measured import COLUMNS, Measured, Row, decimal_comma_in, header_problems, tidy_rows
from ..problems import DataError
from .kinds import read_table, stem_of
from .table import Table


def read_tidy(path: str | Path) -> Measured:
    """The measured data of a tidy file of any kind. Raises DataError with every fault (AO50x), UsageError; see read_table."""
    return tidy(read_tidy_table(Path(path)))


def read_tidy_table(file: Path) -> Table:
    """The table in a tidy file of any kind, its columns not checked yet; see read_table."""
    return read_table(file, COLUMNS, 2, wanted_in(file))


def wanted_in(file: Path) -> str:
    """What the header of a tidy file should say."""
    return f"Begin with {','.join(COLUMNS)}, or say which column is what in {stem_of(file)}.columns.yaml."


def tidy(table: Table) -> Measured:
    """The measured rows of a table whose columns are those of COLUMNS. Raises DataError with every fault (AO501, AO502)."""
    problems = header_problems(table.header, table.cells.row(table.header_at))
    if problems:
        raise DataError(problems)
    rows: list[Row] = []
    for found in tidy_rows(table.header, table.records):
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(replace(found, place=table.cells.row(found.place)))
    if problems:
        raise DataError(problems)
    comma = table.may_have_comma and decimal_comma_in(
        cell for row in rows for cell in (row.value, row.numerator, row.denominator, row.n)
    )
    return Measured(tuple(rows), table.file, comma, (table.said(comma),), table.cells)
