"""CSV in the dialects users meet: commas or semicolons, points or decimal commas, UTF-8 or cp1252."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path, PurePath

from ..measured import COLUMNS, Measured, Row, decimal_comma_in, header_problems, tidy_rows
from ..problems import DataError, Place, Problem, UsageError

LARGEST_BYTES = 512 * 1024 * 1024


def read_csv(path: str | Path) -> Measured:
    """The measured data of a tidy CSV file. Raises DataError with every fault (AO50x), UsageError for a missing file."""
    return parse_csv(read_data_file(path), str(path))


def read_data_file(path: str | Path) -> bytes:
    """The bytes of a regular file of data. Raises UsageError where it is missing (AO001), DataError (AO500)."""
    file = Path(path)
    if not file.exists():
        raise UsageError(Problem("AO001", f"There is no file {file}.", "Check the name and the folder."))
    if not file.is_file():
        raise DataError(Problem("AO500", f"{file} is not a regular file.", "Name a CSV file.", Place(str(file))))
    if file.stat().st_size > LARGEST_BYTES:
        raise DataError(Problem("AO500", f"{file} is larger than 512 MB.", "Split it by period.", Place(str(file))))
    return file.read_bytes()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as its file holds it: text cells by row, each row with the place it stands in."""

    file: str
    header: list[str]
    records: list[tuple[Place, list[str]]]
    delimiter: str
    encoding: str
    cells: Cells

    def said(self, decimal_comma: bool) -> str:
        """What was found out about the file."""
        shown = {",": "commas", ";": "semicolons", "\t": "tabs"}[self.delimiter]
        return f"{self.encoding}, fields by {shown}, decimal {'comma' if decimal_comma else 'point'}"


def parse_sheet(data: bytes, file: str, known: Collection[str], least: int, wanted: str) -> Sheet:
    """The table in ``data``, its fields split by the mark that finds most of the ``known`` names in the header.

    Raises DataError (AO501, naming what is ``wanted``) where fewer than ``least`` are found.
    """
    text, encoding = _decode(data, file)
    delimiter = _delimiter(text, file, known, least, wanted)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(table, [])]
        records: list[tuple[Place, list[str]]] = []
        while (cells := next(table, None)) is not None:
            if cells:
                records.append((Place(file, table.line_num), cells))
    except csv.Error as error:
        raise DataError(
            Problem("AO502", f"The row is not CSV: {error}.", "Check the quotes.", Place(file, table.line_num))
        ) from None
    return Sheet(file, header, records, delimiter, encoding, Cells(text, delimiter, header))


def parse_csv(data: bytes, file: str) -> Measured:
    """The measured data of ``data``; see read_csv. ``assumed`` of the result says what was guessed."""
    wanted = f"Begin with {','.join(COLUMNS)}, or say which column is what in {PurePath(file).stem}.columns.yaml."
    sheet = parse_sheet(data, file, COLUMNS, 2, wanted)
    problems = header_problems(sheet.header, sheet.cells.row(Place(file)))
    if problems:
        raise DataError(problems)
    rows: list[Row] = []
    for found in tidy_rows(sheet.header, sheet.records):
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(replace(found, place=sheet.cells.row(found.place)))
    if problems:
        raise DataError(problems)
    comma = sheet.delimiter != "," and decimal_comma_in(
        cell for row in rows for cell in (row.value, row.numerator, row.denominator, row.n)
    )
    return Measured(tuple(rows), file, comma, (sheet.said(comma),), sheet.cells)


class Cells:
    """Where the cells of a text stand. Aggregated rows are about no person, so their lines may be shown."""

    def __init__(self, text: str, delimiter: str, header: list[str]) -> None:
        self.text, self.delimiter, self.header = text, delimiter, header

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text; split only where a place is asked for, since a row without a fault needs none."""
        return re.split(r"\r\n|\r|\n", self.text)

    def row(self, place: Place | None) -> Place:
        """The place of a row, with its line to show."""
        assert place is not None  # every row of a text has one
        line = self.lines[place.line - 1]
        return replace(place, width=max(1, len(line)), excerpt=line)

    def __call__(self, row: Place, column: str) -> Place:
        line = self.lines[row.line - 1]
        spans = self.spans(line)
        if len(spans) != len(self.header):  # a cell that goes over several lines
            return row
        if column not in self.header:
            return self.row(row)
        start, end = spans[self.header.index(column)]
        return replace(row, column=start + 1, width=max(1, end - start), excerpt=line)

    def spans(self, line: str) -> list[tuple[int, int]]:
        """Where each cell of a line begins and ends; a delimiter inside quotes is part of the cell."""
        quoted, edges = False, [-1]
        for at, letter in enumerate(line):
            quoted ^= letter == '"'
            if letter == self.delimiter and not quoted:
                edges.append(at)
        return [(before + 1, end) for before, end in pairwise([*edges, len(line)])]


def _decode(data: bytes, file: str) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4096]:
        raise DataError(Problem("AO500", "The file is UTF-16 or not text.", "Save it as CSV UTF-8.", Place(file)))
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        try:
            return data.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            line = data[: error.start].count(b"\n") + 1
            raise DataError(
                Problem(
                    "AO500",
                    "The file is neither UTF-8 nor cp1252.",
                    "Save it as CSV UTF-8.",
                    Place(file, line),
                )
            ) from None


def _delimiter(text: str, file: str, known: Collection[str], least: int, wanted: str) -> str:
    """The delimiter that splits the header into known columns."""
    header = text.partition("\n")[0].strip("\r")
    scores = {mark: sum(name.strip().strip('"') in known for name in header.split(mark)) for mark in (",", ";", "\t")}
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best] < least:
        raise DataError(
            Problem(
                "AO501",
                "The first row does not name the columns of measured data.",
                wanted,
                Place(file),
            )
        )
    return best
