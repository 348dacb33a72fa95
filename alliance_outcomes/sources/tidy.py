"""Tidy data, a row a measured value, from a table of any kind of file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..measured import (
    COLUMNS,
    NUMBERS,
    Measured,
    Row,
    decimal_comma_in,
    grouping,
    header_problems,
    is_grouped,
    point_may_group,
    tidy_rows,
)
from ..problems import DataError, Problem
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
    """The measured rows of a table whose columns are those of COLUMNS. Raises DataError with every fault (AO501, AO502, AO509)."""
    problems = header_problems(table.header, table.cells.row(table.header_at))
    if problems:
        raise DataError(problems)
    rows: list[Row] = []
    for found in tidy_rows(table.header, table.records):
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(replace(found, place=table.cells.row(found.place)))
    comma = table.may_have_comma and decimal_comma_in(text for _, _, text in _numbers(rows))
    problems += _grouped(table, rows, comma)
    if problems:
        raise DataError(problems)
    return Measured(tuple(rows), table.file, comma, (table.said(comma),), table.cells)


def _grouped(table: Table, rows: Sequence[Row], comma: bool) -> Iterator[Problem]:
    """Numbers in text whose point may group their digits, where no other text shows that it does not (AO509)."""
    if not table.may_have_comma:
        return
    at = {name: table.header.index(name) for name in NUMBERS if name in table.header}
    texts = [
        (row, row.place, name, text)
        for row, name, text in _numbers(rows)
        if "." in text and row.place and not table.cells.is_number(row.place, at[name])
    ]
    if point_may_group((text for *_, text in texts), comma):
        for row, place, name, text in texts:
            if is_grouped(text):
                yield grouping(row.indicator, text, table.cells(place, name))


def _numbers(rows: Sequence[Row]) -> Iterator[tuple[Row, str, str]]:
    """The cells of rows that hold numbers, each with its column."""
    return ((row, name, getattr(row, name)) for row in rows for name in NUMBERS)
