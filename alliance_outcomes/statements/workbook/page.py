"""A sheet of a workbook: where text is always text, and a formula never stands without the exact value it has as settled."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from textwrap import wrap
from typing import Any

from ...formula.exact import Value
from ...problems import Problem, UsageError
from ..legible import legible
from .live import TOP
from .shares import Formula

_LONGEST_FORMULA, _LONGEST_TEXT = 8192, 32_767
_TITLE_HEIGHT, _LINE_HEIGHT, _FILL = (
    24,
    14.5,
    1.15,
)  # points a line of text; how many letters fill a column's width, to its nominal ones
_STYLES: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "indent": 1, "align": "left"},
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3864"},
    "note": {"italic": True, "font_color": "#595959"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "bg_color": "#D9E2F3",
        "bottom": 1,
        "valign": "bottom",
        "indent": 1,
        "align": "left",
    },
    "over": {"bold": True, "text_wrap": True, "bg_color": "#D9E2F3", "bottom": 1, "valign": "bottom", "align": "right"},
    "strong": {"bold": True, "text_wrap": True, "indent": 1, "align": "left"},
    "area": {"bold": True, "text_wrap": True, "top": 1, "bg_color": "#F2F2F2", "indent": 1, "align": "left"},
    "yellow": {"bg_color": "#FFF2CC", "border": 1, "border_color": "#BF9000"},
    "frozen": {"bg_color": "#E7E6E6", "border": 1, "border_color": "#7F7F7F"},
    "total": {"bold": True, "top": 1, "indent": 1, "align": "left"},
    "work": {"font_color": "#595959"},
    "plain": {},
}
_NUMBERS = {
    "money": "#,##0.00",
    "whole": "#,##0",
    "share": "0.00##%",
    "number": "#,##0.00####",
    "exact": "0.##########",
}


class Styles:
    """The formats of a workbook, each made once: a style by name, and how its numbers are written."""

    def __init__(self, book: Any, places: int) -> None:
        self.book, self.made = book, dict[tuple[str, str], Any]()
        self.numbers = {**_NUMBERS, "money": f"#,##0.{'0' * places}" if places else "#,##0"}

    def get(self, style: str, number: str = "") -> Any:
        """A style; ``number`` is one of money, whole, share, number, exact, or text for a cell typed into as text."""
        if (style, number) not in self.made:
            # Text stands off the number before it; a number stands at the edge of its column.
            shown = {"num_format": "@" if number == "text" else self.numbers[number]} if number else {}
            looks = {"valign": "top", **_STYLES[style], **shown} | (
                {"indent": 0, "align": "right"} if number and number != "text" else {}
            )
            self.made[style, number] = self.book.add_format(looks)
        return self.made[style, number]


class Page:
    """One sheet, written row by row; rows and columns count from 1."""

    def __init__(self, sheet: Any, styles: Styles, title: str, footer: str) -> None:
        self.sheet, self.styles = sheet, styles
        self.widths, self.lines = list[float](), dict[int, int]()
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(legible(footer))
        self.text(1, 1, title, "title", wide=True)
        sheet.set_row(0, _TITLE_HEIGHT)

    def columns(self, widths: Sequence[float]) -> None:
        """How wide the columns are, in letters."""
        self.widths = list(widths)
        for index, width in enumerate(widths):
            self.sheet.set_column(index, index, width)

    def close(self) -> None:
        """Set the heights of the rows: each is as high as its longest text needs in the width it has."""
        for row, lines in sorted(self.lines.items()):
            self.sheet.set_row(row - 1, _LINE_HEIGHT * lines + 1)

    def heads(self, heads: Sequence[str], numbers: Sequence[int] = ()) -> None:
        """The heads of a table that begins at TOP, kept in sight, on every page; ``numbers`` are columns of numbers."""
        for index, head in enumerate(heads, 1):
            self.text(TOP - 1, index, head, "over" if index in numbers else "head")
        self.sheet.freeze_panes(TOP - 1, 1)
        self.sheet.repeat_rows(TOP - 2)

    def text(self, row: int, column: int, text: str, style: str = "text", wide: bool = False) -> None:
        """Text, whatever it looks like: never a formula, a number or a link. ``wide``: it may run over the next cells."""
        text = legible(text)
        made = self.styles.get("note" if wide and style == "text" else style)
        if not wide and column <= len(self.widths):
            lines = len(wrap(text, max(4, int(self.widths[column - 1] * _FILL))))
            self.lines[row] = max(self.lines.get(row, 1), lines)
        if text:
            self.sheet.write_string(row - 1, column - 1, text[:_LONGEST_TEXT], made)
        else:
            self.sheet.write_blank(row - 1, column - 1, None, made)

    def value(self, row: int, column: int, value: Value | int, number: str = "number", style: str = "plain") -> None:
        """A number or text that does not change; nothing where there is no value."""
        made = self.styles.get(style, "text" if isinstance(value, str) else number)
        if value is None:
            self.sheet.write_blank(row - 1, column - 1, None, made)
        elif isinstance(value, str):
            self.sheet.write_string(row - 1, column - 1, value, made)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row - 1, column - 1, value, made)
        else:
            self.sheet.write_number(row - 1, column - 1, _as_double(value), made)

    def formula(self, row: int, column: int, formula: Formula, number: str = "number", style: str = "plain") -> None:
        """A formula with the value it has as settled. Raises UsageError (AO070) where no cell holds it."""
        if len(formula.text) >= _LONGEST_FORMULA:
            sentence = f"A formula of the settlement has {len(formula.text)} letters; a cell holds {_LONGEST_FORMULA}."
            raise UsageError(Problem("AO070", sentence, "Name parts of it in the contract, under figures."))
        value = formula.value
        cached = "" if value is None else _as_double(value) if isinstance(value, Fraction | int) else value
        cached = value if isinstance(value, bool) else cached
        self.sheet.write_formula(row - 1, column - 1, f"={formula.text}", self.styles.get(style, number), cached)


def _as_double(value: Fraction | int) -> float:
    """A number as a cell holds it. Raises UsageError (AO070) for one that is larger than any cell holds."""
    try:
        return float(value)
    except OverflowError:
        sentence = "A number of the settlement is larger than a cell holds: 1.8 with 308 zeros."
        raise UsageError(Problem("AO070", sentence, "Measure it in a larger unit.")) from None
