"""Wide files, a row a payee and a column a value, to measured rows that keep the place of each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ..contract.columns import PARTS, Column, Columns
from ..measured import (
    MISSING,
    Measured,
    Row,
    clean,
    composed,
    decimal_comma_in,
    displayed_unit,
    grouping,
    is_grouped,
    point_may_group,
)
from ..numbers import parse_number, to_text
from ..problems import DataError, Place, Problem, did_you_mean
from .table import Table

_FACTORS = {"percent": Fraction(1, 100), "thousands": Fraction(1000), "millions": Fraction(1_000_000)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as a mapping reads it: its text (blank where it is missing), and where it stands."""

    text: str
    place: Place


class Wide:
    """A table read by a mapping. Raises DataError for a column that is not there or stands twice (AO515, AO501)."""

    def __init__(self, table: Table, columns: Columns, place_of: Mapping[tuple[str, ...], Place | None]) -> None:
        self.table, self.columns = table, columns
        self.index = {name: at for at, name in enumerate(table.header)}
        self.problems: list[Problem] = [*_twice(table), *_uneven(table)]
        for path, spec in stated(columns):
            self.check(spec, place_of.get(path))
        self.raise_problems()
        self.comma = table.may_have_comma and decimal_comma_in(c for _, cells in table.records for c in cells)
        self.groups = table.may_have_comma and point_may_group(self._texts(), self.comma)

    def raise_problems(self) -> None:
        """Refuse what was found wrong so far."""
        if self.problems:
            raise DataError(self.problems)

    def check(self, spec: Column, place: Place | None) -> None:
        """Refuse a column that the file has not (AO515)."""
        if spec.column is not None and spec.column not in self.index:
            sentence = f"{self.table.file} has no column {spec.column!r}."
            hint = did_you_mean(spec.column, self.index) or "The first row of the file names its columns."
            self.problems.append(Problem("AO515", sentence, hint, place))

    def _texts(self) -> Iterator[str]:
        """The texts in columns of numbers: a chapter 1.2 or a day 31.12 elsewhere shows no decimal mark."""
        numbers = {spec.column for path, spec in stated(self.columns) if path[0] in ("values", "published")}
        columns = [at for name, at in self.index.items() if name in numbers]
        for row, cells in self.table.records:
            yield from (cells[at] for at in columns if not self.table.cells.is_number(row, at))

    # -- cells ------------------------------------------------------------------------------------------------

    def cell(self, spec: Column, row: Place, cells: list[str], starts: list[int], period: str = "") -> Cell:
        """The text that a mapping reads in a row of a period: codes replaced, what means missing left blank, units as written."""
        if spec.column is None:
            return Cell(str(spec.constant), row)
        at = self.index[spec.column]
        text = composed(cells[at].strip())
        place = self.table.cells.cell(row, starts, at)
        if text in MISSING or text in self.columns.missing or text in spec.missing:
            return Cell("", place)
        unit = spec.unit_in(period)
        if unit is None:
            sentence = f"Column {spec.column} states no unit for {period or 'this row'}."
            self.problems.append(Problem("AO541", sentence, "Add the period under unit: in the mapping.", place))
        doubtful = period and self.groups and is_grouped(text)  # ids are read without a period
        if doubtful and text not in spec.codes and not self.table.cells.is_number(row, at):
            self.problems.append(grouping(f"Column {spec.column}", text, place))
        return Cell(self._in_unit(spec.codes.get(text, text), unit or ""), place)

    def _in_unit(self, text: str, unit: str) -> str:
        if unit == "percent":
            return text if text.endswith("%") else f"{text} %"
        if unit in _FACTORS:
            try:
                return to_text(parse_number(text.replace(",", ".") if self.comma else text) * _FACTORS[unit])
            except ValueError:
                return text  # refused with its place where it is read as a number
        return text

    def ids(self, row: Place, cells: list[str], starts: list[int]) -> tuple[str, str, str] | None:
        """The payee, party and period of a row; None, and a problem, where one of them is not clean (AO502)."""
        found = []
        for name, spec in (
            ("payee", self.columns.payee),
            ("party", self.columns.party),
            ("period", self.columns.period),
        ):
            cell = Cell("", row) if spec is None else self.cell(spec, row, cells, starts)
            raw = cells[self.index[spec.column]] if spec and spec.column else cell.text
            try:
                clean(raw)
                found.append(clean(cell.text))
            except ValueError as error:
                self._wrong(f"The {name} in column {spec.column if spec else ''} is not clean: {error}.", cell.place)
                return None
            if not cell.text and spec is not None and name != "party":
                self._wrong(f"Column {spec.column} names no {name} in this row.", cell.place)
                return None
        return found[0], found[1], found[2]

    def _wrong(self, sentence: str, place: Place) -> None:
        self.problems.append(Problem("AO502", sentence, "Mend the cell.", place))

    def rows(self) -> Iterator[tuple[Place, list[str], list[int], tuple[str, str, str]]]:
        """Every row: its place, its cells, where they begin, and whose it is."""
        for row, cells in self.table.records:
            starts = self.table.cells.starts(row)
            if ids := self.ids(row, cells, starts):
                yield row, cells, starts, ids

    # -- measured rows ----------------------------------------------------------------------------------------

    def measured(self) -> Measured:
        """The rows that the mapping makes of the file; a row's ``source`` is the column it was read from."""
        entries = list(_entries(self.columns))
        found: list[Row] = []
        for row, cells, starts, (payee, party, period) in self.rows():
            for id_, main, parts in entries:
                read = {name: self.cell(spec, row, cells, starts, period) for name, spec in parts.items()}
                texts = {name: cell.text for name, cell in read.items()}
                source = parts[main].column or ""
                found.append(Row(payee, party, period, id_, **texts, source=source, place=read[main].place))
        self.raise_problems()
        said = (self.table.said(self.comma),)
        return Measured(tuple(found), self.table.file, self.comma, said, self._locate, precision=self._precision())

    def column(self, spec: Column, period: str) -> dict[str, tuple[Fraction, Place | None]]:
        """By payee: the number that a column holds in ``period``, where it holds one (AO509, AO503)."""
        found: dict[str, tuple[Fraction, Place | None]] = {}
        for row, cells, starts, (payee, _, label) in self.rows():
            if label != period:
                continue
            cell = self.cell(spec, row, cells, starts, period)
            if not cell.text:
                continue
            try:
                number = parse_number(cell.text.replace(",", ".") if self.comma else cell.text)
            except ValueError as error:
                sentence, _, instead = str(error).partition("; ")
                hint = f"{instead[:1].upper()}{instead[1:]}; or say what it stands for with codes: or missing:."
                self.problems.append(Problem("AO509", f"Column {spec.column}: {sentence}.", hint, cell.place))
                continue
            if payee in found:
                sentence = f"{payee or 'The alliance'} has two rows for {period}."
                self.problems.append(Problem("AO503", sentence, "Keep one.", cell.place, found[payee][1]))
            found[payee] = number, cell.place
        self.raise_problems()
        return found

    def payees(self, period: str) -> dict[str, Place]:
        """The payees that have a row for ``period``, each with its place."""
        found = {payee: row for row, _, _, (payee, _, label) in self.rows() if label == period}
        self.raise_problems()
        return found

    def _locate(self, place: Place, part: str) -> Place:
        """The place of another cell of the same entry, with its line to show."""
        starts = self.table.cells.starts(place)
        if not starts or place.column - 1 not in starts[:-1]:
            return place
        main = self.table.header[starts.index(place.column - 1)]
        others: dict[str, Column | None] = dict(
            next((parts for _, first, parts in _entries(self.columns) if parts[first].column == main), {})
        )
        others |= {"period": self.columns.period, "party": self.columns.party, "payee": self.columns.payee}
        spec = others.get(part)
        at = self.index[spec.column] if spec and spec.column else starts.index(place.column - 1)
        return replace(self.table.cells.cell(place, starts, at), excerpt=self.table.cells.line(place))

    def _precision(self) -> dict[str, Fraction]:
        """By id: the unit of the last digit of its value, as declared, else as the column shows; 0 where exact."""
        return {id_: self.precision(parts[main]) for id_, main, parts in _entries(self.columns) if main == "value"}

    def precision(self, spec: Column) -> Fraction:
        """The unit of the last digit that a column holds, in the unit its values are read in."""
        if spec.column is None:
            return Fraction(0)
        at = self.index[spec.column]
        texts = [text for _, cells in self.table.records if (text := cells[at].strip())]
        percent = any(text.endswith("%") for text in texts)
        units = [_FACTORS["percent"] if percent else _FACTORS.get(unit, Fraction(1)) for unit in spec.unit.values()]
        factor = max(units)  # where units differ, what is coarsest holds for all
        return factor * (displayed_unit(texts) if spec.precision is None else Fraction(spec.precision))


def stated(columns: Columns) -> Iterator[tuple[tuple[str, ...], Column]]:
    """Every column that a mapping states, by its path."""
    for name in ("payee", "party", "period"):
        spec = getattr(columns, name)
        if spec is not None:
            yield (name,), spec
    for id_, parts in columns.values.items():
        yield from ((("values", id_, part), spec) for part, spec in parts.items())
    yield from ((("published", name), spec) for name, spec in columns.published.items())


def _entries(columns: Columns) -> Iterator[tuple[str, str, Mapping[str, Column]]]:
    """The rows that a line of the file becomes: the id, the part that is its place, and the parts with their columns."""
    for id_, parts in columns.values.items():
        own = {name: spec for name, spec in parts.items() if name in PARTS}
        if own:
            yield id_, next(name for name in PARTS if name in own), own
        yield from ((f"{id_}.{name}", "value", {"value": spec}) for name, spec in parts.items() if name not in PARTS)


def ids_of(columns: Columns) -> Iterable[tuple[str, str]]:
    """Every id that a mapping gives values for, with the entry that says so."""
    for id_, _, _ in _entries(columns):
        yield id_, id_.partition(".")[0]


def _twice(table: Table) -> list[Problem]:
    counts = Counter(table.header)
    return [
        Problem("AO501", f"Two columns are called {name!r}.", "Keep one.", Place(table.file))
        for name, count in counts.items()
        if count > 1
    ]


def _uneven(table: Table) -> list[Problem]:
    wanted = len(table.header)
    return [
        Problem(
            "AO502",
            f"The row has {len(cells)} fields, the header {wanted}.",
            "A comma inside a number or text needs quotes, or use semicolons.",
            place,
        )
        for place, cells in table.records
        if len(cells) != wanted
    ]
