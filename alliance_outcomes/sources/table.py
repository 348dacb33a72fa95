"""A table as its file holds it, whatever kind of file that is: a header, rows of text cells, and where each stands."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from uuid import UUID

from ..measured import composed
from ..problems import DataError, Place, Problem

MOST_CELLS, MOST_LETTERS = 20_000_000, 256 * 1024 * 1024
_MIDNIGHT, _LONGEST_PLAIN = time(0), 28
_MARK = re.compile(r"\d[.,]\d").search


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of text cells, each row with its place.

    ``kind`` and ``traits`` say what was found out about the file: its encoding, its delimiter, its sheet. Where no mark
    between the fields can be mistaken for it, ``may_have_comma``: numbers may be written 12,5, and a point may group the digits of
    a number that is written as text.
    """

    file: str
    header_at: Place
    header: list[str]
    records: list[tuple[Place, list[str]]]
    cells: Cells
    kind: str
    traits: Mapping[str, str] = field(default_factory=dict)
    may_have_comma: bool = True

    def said(self, decimal_comma: bool) -> str:
        """What was found out about the file, in one line."""
        traits = [f"{name} {value}" for name, value in self.traits.items()]
        return ", ".join([self.kind, *traits, f"decimal {'comma' if decimal_comma else 'point'}"])


class Cells(ABC):
    """Where the cells of a table stand. Aggregated rows are about no person, so their lines may be shown."""

    header: list[str]

    def is_number(self, row: Place, at: int) -> bool:
        """Whether the file itself says that the cell number ``at`` of a row is a number, so that no mark in it is in doubt."""
        return False

    @abstractmethod
    def line(self, row: Place) -> str:
        """The row as one line of text."""

    @abstractmethod
    def starts(self, row: Place) -> list[int]:
        """Where each cell begins in that line and, last, where the line ends and one more; empty where it is not known."""

    def cell(self, row: Place, starts: list[int], at: int) -> Place:
        """The place of the cell number ``at`` of a row whose cells begin at ``starts``."""
        if not starts:
            return row
        return Place(row.file, row.line, starts[at] + 1, max(1, starts[at + 1] - starts[at] - 1))

    def row(self, place: Place | None) -> Place:
        """The place of a row, with its line to show."""
        assert place is not None  # every row of a table has one
        line = self.line(place)
        return replace(place, width=max(1, len(line)), excerpt=line)

    def __call__(self, row: Place, column: str) -> Place:
        """The place of a row's cell in a column, with its line to show."""
        starts = self.starts(row)
        if not starts:
            return row
        if column not in self.header:
            return self.row(row)
        return replace(self.cell(row, starts, self.header.index(column)), excerpt=self.line(row))


class GridCells(Cells):
    """Cells of a file that is no text: a row is shown with semicolons between its cells."""

    def __init__(
        self,
        header: list[str],
        header_at: Place,
        records: list[tuple[Place, list[str]]],
        texts: Container[tuple[int, int]] = (),
    ) -> None:
        self.header, self.records, self.texts = header, [(header_at, header), *records], texts

    def is_number(self, row: Place, at: int) -> bool:
        """Whether the cell has another type than text: ``texts`` holds the row and number of those whose text has a mark."""
        return (row.line, at) not in self.texts

    @cached_property
    def by_line(self) -> dict[int, list[str]]:
        """The cells by the number of their row; made only where a place is asked for."""
        return {place.line: cells for place, cells in self.records}

    def line(self, row: Place) -> str:
        return ";".join(self.by_line[row.line])

    def starts(self, row: Place) -> list[int]:
        return list(accumulate((len(cell) + 1 for cell in self.by_line[row.line]), initial=0))

    def cell(self, row: Place, starts: list[int], at: int) -> Place:
        return replace(super().cell(row, starts, at), address=self.address(row, at))

    def address(self, row: Place, at: int) -> str:
        """What a cell is called."""
        return f"{row.address}, {self.header[at]}" if at < len(self.header) else row.address


class Counted:
    """Counts cells and letters while a file is read, so that a small file cannot fill the memory (AO532)."""

    def __init__(self, file: str) -> None:
        self.file, self.cells, self.letters = file, 0, 0

    def add(self, cells: Sequence[str]) -> None:
        """Count a row. Raises DataError (AO532) where it is one too many."""
        self.cells += len(cells)
        self.letters += sum(map(len, cells))
        if self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            raise too_large(self.file, f"more than {MOST_CELLS} cells or {MOST_LETTERS // 1024**2} MB of text")


def too_large(file: str, what: str) -> DataError:
    """The refusal of a file that is larger than it says, or than anything measured is."""
    return DataError(Problem("AO532", f"{file} holds {what}.", "Split it by period.", Place(file)))


def grid(
    file: str, kind: str, traits: Mapping[str, str], names: Iterable[object], rows: Iterable[Sequence[object]]
) -> Table:
    """A table of values with named columns, as a data frame or a database gives them (AO532, AO539)."""
    header = [composed(str(name).strip()) for name in names]
    header_at, counted, records = Place(file, 0, address="columns"), Counted(file), list[tuple[Place, list[str]]]()
    texts = set[tuple[int, int]]()
    for number, values in enumerate(rows, 1):
        place = Place(file, number, address=f"row {number}")
        cells = list(_texts(values, header, place))
        counted.add(cells)
        records.append((place, cells))
        texts.update((number, at) for at, value in enumerate(values) if isinstance(value, str) and _MARK(value))
    return Table(file, header_at, header, records, GridCells(header, header_at, records, texts), kind, traits)


def _texts(values: Sequence[object], header: list[str], place: Place) -> Iterator[str]:
    for name, value in zip(header, values, strict=True):
        try:
            yield as_text(value)
        except ValueError as error:
            where = replace(place, address=f"{place.address}, {name}")
            raise DataError(Problem("AO539", f"{error}.", "Give text, numbers and days.", where)) from None


def as_text(value: object) -> str:
    """A value as text that keeps all of it: whole numbers and decimals exactly, floats as the shortest text that is them.

    Nothing is a blank. Raises ValueError for what is neither text, number, flag nor time.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return plain(repr(value))
        case Decimal():
            return plain(str(value))
        case datetime():
            return (value.date() if value.time() == _MIDNIGHT and not value.tzinfo else value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta() | UUID():
            return str(value)
    raise ValueError(f"A value of the kind {type(value).__name__} is no text, number or day")


def plain(written: str) -> str:
    """A decimal number without exponent and without zeros that say nothing: ``1e-05`` is 0.00001.

    What is no such number, or would take more than 28 digits, is left as it is, and refused where a number is read.
    """
    found = re.fullmatch(r"(-?)(\d+)(?:\.(\d*))?(?:[eE]([-+]?\d{1,4}))?", written, re.ASCII)
    if found is None:
        return written
    sign, whole, decimals, exponent = found.groups()
    digits = whole + (decimals or "")
    point = len(whole) + int(exponent or 0)
    if max(point, len(digits)) - min(point, 0) > _LONGEST_PLAIN:
        return written
    digits, point = "0" * -min(point, 0) + digits, max(point, 0)
    digits += "0" * (point - len(digits))
    rest = digits[point:].rstrip("0")
    return f"{sign}{digits[:point].lstrip('0') or '0'}{'.' if rest else ''}{rest}"
