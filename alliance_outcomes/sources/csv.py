"""CSV in the dialects users meet: commas or semicolons, points or decimal commas, UTF-8 or cp1252."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ..measured import COLUMNS, Measured, Row, decimal_comma_in, header_problems, tidy_rows
from ..problems import DataError, Place, Problem, UsageError

LARGEST_BYTES = 512 * 1024 * 1024


def read_csv(path: str | Path) -> Measured:
    """The measured data of a tidy CSV file. Raises DataError with every fault (AO50x), UsageError for a missing file."""
    file = Path(path)
    if not file.exists():
        raise UsageError(Problem("AO001", f"There is no file {file}.", "Check the name and the folder."))
    if not file.is_file():
        raise DataError(Problem("AO500", f"{file} is not a regular file.", "Name a CSV file.", Place(str(file))))
    if file.stat().st_size > LARGEST_BYTES:
        raise DataError(Problem("AO500", f"{file} is larger than 512 MB.", "Split it by period.", Place(str(file))))
    return parse_csv(file.read_bytes(), str(path))


def parse_csv(data: bytes, file: str) -> Measured:
    """The measured data of ``data``; see read_csv. ``assumed`` of the result says what was guessed."""
    text, encoding = _decode(data, file)
    delimiter = _delimiter(text, file)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(table, [])]
        records = []
        while (cells := next(table, None)) is not None:
            if cells:
                records.append((Place(file, table.line_num), cells))
    except csv.Error as error:
        raise DataError(
            Problem("AO502", f"The row is not CSV: {error}.", "Check the quotes.", Place(file, table.line_num))
        ) from None
    problems = header_problems(header, Place(file))
    if problems:
        raise DataError(problems)
    rows: list[Row] = []
    for found in tidy_rows(header, records):
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(found)
    if problems:
        raise DataError(problems)
    comma = delimiter != "," and decimal_comma_in(
        cell for row in rows for cell in (row.value, row.numerator, row.denominator, row.n)
    )
    shown = {",": "commas", ";": "semicolons", "\t": "tabs"}[delimiter]
    assumed = f"{encoding}, fields by {shown}, decimal {'comma' if comma else 'point'}"
    return Measured(tuple(rows), file, comma, (assumed,), _Cells(text, delimiter, header))


class _Cells:
    """Where the cells of a text stand. Aggregated rows are about no person, so their lines may be shown."""

    def __init__(self, text: str, delimiter: str, header: list[str]) -> None:
        self.text, self.delimiter, self.header = text, delimiter, header

    def __call__(self, row: Place, column: str) -> Place:
        line = re.split(r"\r\n|\r|\n", self.text, maxsplit=row.line)[row.line - 1]
        spans = self._spans(line)
        if len(spans) != len(self.header):  # a cell that goes over several lines
            return row
        start, end = spans[self.header.index(column)] if column in self.header else (0, len(line))
        return replace(row, column=start + 1, width=max(1, end - start), excerpt=line)

    def _spans(self, line: str) -> list[tuple[int, int]]:
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


def _delimiter(text: str, file: str) -> str:
    """The delimiter that splits the header into known columns."""
    header = text.partition("\n")[0].strip("\r")
    scores = {mark: sum(name.strip().strip('"') in COLUMNS for name in header.split(mark)) for mark in (",", ";", "\t")}
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best] < 2:
        raise DataError(
            Problem(
                "AO501",
                "The first row does not name the columns of measured data.",
                f"Begin with {','.join(COLUMNS)}.",
                Place(file),
            )
        )
    return best
