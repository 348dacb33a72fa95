"""``.xlsx``: the one sheet of a workbook; values only, and nothing that a person at the screen could not see."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ...measured import composed
from ...problems import DataError, Place, Problem
from ..archive import MOST_ELEMENTS, Start, broken, packed, parse, unpack
from ..extras import need
from ..table import Counted, GridCells, Table, as_text
from ..worksheet import Worksheet, percent_styles, scan, sheets

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def read(path: Path, known: Collection[str]) -> Table:
    """The table in the sheet of a workbook that holds anything; its header is the first row that does.

    Numbers are exactly as they were typed, a cell shown as 72,5 % is 72.5 %, days are written 2023-01-31. Raises
    DataError for formulas, errors, hidden and merged cells (AO531), several sheets (AO534), and see unpack; UsageError
    where the extra is missing (AO050).
    """
    need("python_calamine", "excel", "Reading Excel")
    parts = unpack(path)
    sheet = _sheet(parts, str(path))
    rows = list(_filled(_rows(parts, sheet), sheet))
    if not rows:
        raise broken(str(path), "its sheet is empty")
    (_, left), _ = sheet.box or ((0, 1), (0, 0))
    number, names = rows[0]
    while names and not names[-1]:
        names.pop()
    records = [(sheet.place(row, left), _as_wide(cells, len(names))) for row, cells in rows[1:]]
    return Table(
        sheet.file,
        sheet.place(number, left),
        names,
        records,
        SheetCells(names, sheet, left, records, number),
        "Excel",
        {"sheet": sheet.name},
    )


class SheetCells(GridCells):
    """Cells of a sheet, called as the spreadsheet calls them."""

    def __init__(
        self, header: list[str], sheet: Worksheet, left: int, records: list[tuple[Place, list[str]]], number: int
    ) -> None:
        super().__init__(header, sheet.place(number, left), records)
        self.sheet, self.left = sheet, left

    def is_number(self, row: Place, at: int) -> bool:
        return (row.line, self.left + at) in self.sheet.numbers

    def address(self, row: Place, at: int) -> str:
        return self.sheet.address(row.line, self.left + at)


def _sheet(parts: dict[str, bytes], file: str) -> Worksheet:
    """The one sheet that holds anything, its XML read. Raises DataError (AO531, AO533, AO534)."""
    if _BOOK not in parts or _RELATIONS not in parts:
        raise broken(file, "it lists no sheets")
    styles = next((data for name, data in parts.items() if name.lower() == "xl/styles.xml"), None)
    percent = percent_styles(styles, file) if styles else set()
    for name, data in parts.items():
        if name.lower() == "xl/sharedstrings.xml":
            parse(data, file, _check_count(file))
    found: list[Worksheet] = []
    for name, part, hidden in sheets(parts[_BOOK], parts[_RELATIONS], file):
        sheet = scan(parts[part], name, file, percent) if part in parts else Worksheet(name, file)
        if hidden:
            sentence = f"The sheet {name} is hidden."
            sheet.problems.insert(0, Problem("AO531", sentence, "Show it, or take it out.", sheet.place(1)))
        if sheet.box is not None or hidden:
            found.append(sheet)
    if problems := [each for sheet in found for each in sheet.problems]:
        raise DataError(problems)
    if len(found) != 1:
        named = ", ".join(sheet.name for sheet in found) or "none"
        sentence = f"One sheet with data is needed, and {file} has {len(found)}: {named}."
        raise DataError(Problem("AO534", sentence, "Save the one that is meant in a file of its own.", Place(file)))
    return found[0]


def _check_count(file: str) -> Start:
    """Refuses more texts than any sheet has cells: the library makes room for as many as the list says that it has."""

    def opened(name: str, attributes: dict[str, str]) -> None:
        stated = attributes.get("uniqueCount", "") if name == "sst" else ""
        if len(stated) >= len(str(MOST_ELEMENTS)):  # ten million and more
            raise broken(file, "the number of its texts is none that a sheet can have")

    return opened


def _rows(parts: dict[str, bytes], sheet: Worksheet) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet by their number: texts and days as the library reads them, numbers as they are written."""
    from python_calamine import CalamineError, load_workbook

    try:
        with load_workbook(packed(parts)) as book:
            values = book.get_sheet_by_name(sheet.name)
            top, left = values.start or (0, 0)
            rows = values.to_python()
    except CalamineError:
        raise broken(sheet.file, "a sheet of it cannot be read") from None
    for row, cells in enumerate(rows, top + 1):
        yield (
            row,
            [
                composed(
                    sheet.numbers.get((row, column), "")
                    if isinstance(value, float | int) and not isinstance(value, bool)
                    else as_text(value)
                )
                for column, value in enumerate(cells, left + 1)
            ],
        )


def _filled(rows: Iterator[tuple[int, list[str]]], sheet: Worksheet) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them; their cells are counted."""
    counted = Counted(sheet.file)
    for number, cells in rows:
        if any(cells):
            counted.add(cells)
            yield number, cells


def _as_wide(cells: list[str], width: int) -> list[str]:
    """A row as long as the header; longer where a cell stands beside it, so that it is refused."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells
