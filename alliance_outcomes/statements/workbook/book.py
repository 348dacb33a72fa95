"""A workbook of one payee's settlement: its sheets in their order, under their names in the language."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

from ...settlement import Settlement
from ..legible import legible
from ..telling import statement
from ..words import WORDS
from .live import Sheets, live
from .page import Page, Styles
from .reading_sheets import assumptions, indicators, parties, provenance, summary
from .telling import Telling
from .working_sheets import calculation, inputs, ledger

SHEETS: dict[str, Callable[[Page, Telling], None]] = {
    "summary": summary,
    "indicators": indicators,
    "calculation": calculation,
    "ledger": ledger,
    "parties": parties,
    "inputs": inputs,
    "assumptions": assumptions,
    "provenance": provenance,
}
_LONGEST_NAME = 31


def write_workbook(settlement: Settlement, language: str = "en", evidence: str = "") -> bytes:
    """The workbook of the one payee of a settlement, byte for byte the same each time; ``evidence`` as in JSON.

    Raises UsageError where there are several payees (AO021), or where a formula fits no cell (AO070).
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it comes without types

    payee, words = settlement.only(), WORDS[language]
    names = {name: words[name][:_LONGEST_NAME] for name in SHEETS}
    alone = settlement.calculation.for_one_payee()
    shown = statement(settlement, payee, language)
    sheets = Sheets(names["inputs"], names["calculation"], names["ledger"])
    telling = Telling(settlement, payee, shown, live(alone, payee, sheets), words, names, evidence)
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The day the period ends stands for the time of writing, so that equal settlements give equal bytes.
    created = datetime(shown.last.year, shown.last.month, shown.last.day)
    book.set_properties({"title": legible(shown.title), "subject": legible(telling.heading), "created": created})
    styles = Styles(book, shown.places)
    footer = f"&L{_footer(telling.heading)}&C&A&R{words['page']} &P {words['of']} &N"
    for name, fill in SHEETS.items():
        page = Page(book.add_worksheet(names[name]), styles, _title(name, telling), footer)
        fill(page, telling)
        page.close()
    book.close()
    return out.getvalue()


def _title(name: str, telling: Telling) -> str:
    return telling.statement.title if name == "summary" else f"{telling.names[name]}: {telling.heading}"


def _footer(text: str) -> str:
    """A footer's text: an ampersand would be a code."""
    return text.replace("&", "&&")[:100]
