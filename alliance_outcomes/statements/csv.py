"""The settlement's lines as CSV: one row a line, in the plain dialect or the Finnish one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from ..explain import say
from ..numbers import to_decimal
from ..problems import Problem, UsageError
from ..settlement import Settlement
from .json import place_text

COLUMNS = ("contract", "period", "payee", "clause", "party", "amount", "currency", "why", "place")
DIALECTS = ("plain", "fi")
_NUMBER = re.compile(r"-?\d+(\.\d+|/\d+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(settlement: Settlement, language: str = "en", dialect: str = "plain") -> str:
    """The lines of a settlement as CSV; see table_as_csv."""
    calculation = settlement.calculation
    places = calculation.rounding.places if calculation.rounding else 0
    start = (calculation.contract, calculation.period)
    rows = [
        [
            *(*start, payee.payee, line.clause, line.party),
            to_decimal(line.amount, places),
            *(calculation.currency, say(line.why, language), place_text(line.place) or ""),
        ]
        for payee in settlement.payees
        for line in payee.lines
    ]
    return table_as_csv(COLUMNS, rows, dialect)


def table_as_csv(header: Sequence[str], rows: Iterable[Sequence[str]], dialect: str = "plain") -> str:
    """A table as CSV; ``fi`` is what Finnish spreadsheets open: BOM, semicolons, decimal comma (AO025)."""
    if dialect not in DIALECTS:
        raise UsageError(Problem("AO025", f"{dialect} is not a dialect.", f"Use one of {', '.join(DIALECTS)}."))
    finnish = dialect == "fi"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if finnish else ",", lineterminator="\r\n" if finnish else "\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(text, finnish) for text in row])
    return ("\ufeff" if finnish else "") + out.getvalue()


def _cell(text: str, finnish: bool) -> str:
    if _NUMBER.fullmatch(text):
        return text.replace(".", ",") if finnish else text
    return as_text(text)


def as_text(text: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
