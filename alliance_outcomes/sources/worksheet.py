"""What a worksheet's XML says and values do not: formulas, errors, hidden and merged cells, and how numbers are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..problems import Place, Problem
from .archive import broken, parse
from .table import plain, too_large

LAST_ROW, LAST_COLUMN, MOST_AREA, MOST_TOLD = 1_048_576, 16_384, 10_000_000, 20
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_TRUE = ("1", "true")
_LONGEST_NUMBER, _KEPT_DIGITS = 400, 15
_NUMBER = re.compile(r"-?\d+(\.\d*)?([eE][-+]?\d{1,4})?", re.ASCII)
Spot = tuple[int, int]
Box = tuple[Spot, Spot]


@dataclass(slots=True)
class Worksheet:
    """A sheet: its name, its numbers as they are written by row and column (from 1), the box that its cells fill, and its faults."""

    name: str
    file: str
    numbers: dict[Spot, str] = field(default_factory=dict)
    box: Box | None = None
    problems: list[Problem] = field(default_factory=list)

    def address(self, row: int, column: int) -> str:
        """What a cell is called: ``Sheet1!C7``."""
        return f"{self.name}!{letters(column)}{row}"

    def place(self, row: int, column: int = 1) -> Place:
        """The place of a cell."""
        return Place(self.file, row, address=self.address(row, column))


def letters(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def spot(reference: str, file: str) -> Spot:
    """The row and column of an address such as C7 or $C$7. Raises DataError (AO533) for one that no sheet has."""
    match = _ADDRESS.fullmatch(reference.replace("$", ""))
    column = 0
    for letter in match[1] if match else "":
        column = column * 26 + ord(letter) - ord("A") + 1
    if match is None or not column <= LAST_COLUMN or not int(match[2]) <= LAST_ROW:
        raise broken(file, "a cell of it has no address")
    return int(match[2]), column


def number_text(written: str) -> str:
    """A number of a workbook as it was typed. Whole numbers are as they stand.

    Spreadsheets keep 15 digits and write 17: 0.72499999999999998 stands for the 0.725 that was typed. So of more than 15
    digits the shortest number is meant that is the same double.
    """
    if len(written) > _LONGEST_NUMBER or not _NUMBER.fullmatch(written):
        return written
    if re.fullmatch(r"-?\d+", written):
        return f"{'-' * written.startswith('-')}{written.lstrip('-').lstrip('0') or '0'}"
    digits = Decimal(written).as_tuple().digits
    return plain(repr(float(written)) if len(digits) > _KEPT_DIGITS else written)


class _Scan:
    """Reads one sheet element by element."""

    def __init__(self, sheet: Worksheet, percent: set[int]) -> None:
        self.sheet, self.percent = sheet, percent
        self.row = self.column = 0
        self.last: Spot = (0, 0)
        self.kind, self.style, self.value, self.filled, self.formula = "", 0, "", False, False
        self.row_hidden, self.within = False, ""
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match name:
            case "col" if attributes.get("hidden") in _TRUE or attributes.get("width") == "0":
                self.hidden_columns.append((_whole(attributes.get("min")), _whole(attributes.get("max"))))
            case "row":
                self.row, self.column = _whole(attributes.get("r"), self.row + 1), 0
                if self.row > LAST_ROW:
                    raise broken(self.sheet.file, "a row of it has no number")
                self.row_hidden = attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"
            case "c":
                reference = attributes.get("r")
                self.row, self.column = (
                    spot(reference, self.sheet.file) if reference else (max(1, self.row), self.column + 1)
                )
                if (self.row, self.column) <= self.last:
                    raise broken(
                        self.sheet.file,
                        f"{self.sheet.address(self.row, self.column)} stands in it twice, or out of order",
                    )
                self.last = self.row, self.column
                self.kind, self.style = attributes.get("t", "n"), _whole(attributes.get("s"))
                self.value, self.filled, self.formula = "", False, False
            case "f":
                self.formula = True
            case "v" | "t":
                self.within = name
            case "mergeCell":
                self.merged.append(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        """Letters inside an element."""
        if self.within:
            self.filled = True
            if self.within == "v" and self.kind == "n":
                self.value += text

    def end(self, name: str) -> None:
        """An element ends."""
        if name in ("v", "t"):
            self.within = ""
        elif name == "c" and (self.filled or self.formula):
            self.cell()

    def cell(self) -> None:
        """A cell with something in it."""
        sheet, here = self.sheet, (self.row, self.column)
        (top, left), (bottom, right) = sheet.box or (here, here)
        sheet.box = (min(top, self.row), min(left, self.column)), (max(bottom, self.row), max(right, self.column))
        (top, left), (bottom, right) = sheet.box
        if (bottom - top + 1) * (right - left + 1) > MOST_AREA:
            raise too_large(sheet.file, f"cells so far apart that they span more than {MOST_AREA} of them")
        if self.formula:
            self.wrong(here, "holds a formula, whose value nobody checked", "Paste the value in its place.")
        elif self.kind == "e":
            self.wrong(here, "holds an error", "Mend it, or leave the cell blank.")
        elif self.kind == "n":
            text = number_text(self.value.strip())
            if not _NUMBER.fullmatch(text):
                raise broken(sheet.file, f"{sheet.address(*here)} holds a number that is none")
            sheet.numbers[here] = f"{_hundredfold(text)} %" if self.style in self.percent else text
        if self.row_hidden or any(low <= self.column <= high for low, high in self.hidden_columns):
            what = "row" if self.row_hidden else "column"
            self.wrong(here, f"stands in a hidden {what}", f"Show the {what}, or take it out.")

    def wrong(self, here: Spot, what: str, instead: str) -> None:
        """Tell a fault of a cell, the first ones of many."""
        if len(self.sheet.problems) < MOST_TOLD:
            sentence = f"The cell {self.sheet.address(*here)} {what}."
            self.sheet.problems.append(Problem("AO531", sentence, instead, self.sheet.place(*here)))

    def check_merged(self) -> None:
        """Tell merged cells that reach into the box of cells with something in them."""
        if self.sheet.box is None:
            return
        (top, left), (bottom, right) = self.sheet.box
        for reference in self.merged:
            first, _, last = reference.partition(":")
            (upper, west), (lower, east) = spot(first, self.sheet.file), spot(last or first, self.sheet.file)
            if upper <= bottom and lower >= top and west <= right and east >= left:
                self.wrong((upper, west), f"is merged ({reference})", "Split it, and fill each cell in.")


def scan(data: bytes, name: str, file: str, percent: set[int]) -> Worksheet:
    """A worksheet from its XML; ``percent`` holds the styles that show percentages.

    Its ``problems`` are what may not stand in measured data (AO531). Raises DataError (AO532, AO533).
    """
    sheet = Worksheet(name, file)
    reading = _Scan(sheet, percent)
    parse(data, file, reading.start, reading.end, reading.text)
    reading.check_merged()
    return sheet


def percent_styles(data: bytes, file: str) -> set[int]:
    """The styles of a workbook whose number format shows percentages."""
    formats, styles, inside = {9, 10}, list[int](), False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt" and "%" in _shown(attributes.get("formatCode", "")):
            formats.add(_whole(attributes.get("numFmtId")))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            styles.append(_whole(attributes.get("numFmtId")))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    parse(data, file, start, end)
    return {number for number, each in enumerate(styles) if each in formats}


def _shown(code: str) -> str:
    """A number format without its literal text."""
    return re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code)


def _hundredfold(text: str) -> str:
    return plain(f"{text}e2")


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else otherwise


def sheets(data: bytes, relations: bytes, file: str) -> Iterator[tuple[str, str, bool]]:
    """The sheets of a workbook: the name of each, its part, and whether it is hidden."""
    targets: dict[str, str] = {}
    found: list[tuple[str, str, bool]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.removeprefix("/") if target[:1] == "/" else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            known = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            found.append((attributes.get("name", ""), targets.get(known, ""), hidden))

    parse(relations, file, relation)
    parse(data, file, sheet)
    yield from found
