"""Tables as CSV, in the plain dialect or the Finnish one; a settlement has one row a line. No text is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence

from ..explain import say
from ..measured import guarded
from ..numbers import to_decimal
from ..problems import Problem, UsageError
from ..settlement import Settlement
from .json import place_text

COLUMNS = ("contract", "period", "payee", "clause", "party", "amount", "currency", "why", "place")
DIALECTS = ("plain", "fi")
_NUMBER = re.compile(r"-?\d+(\.\d+|/\d+)?")


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
    return table_as_csv(COLUMNS, rows, dialect, numbers=("amount",))


def table_as_csv(
    header: Sequence[str], rows: Iterable[Sequence[str]], dialect: str = "plain", *, numbers: Collection[str]
) -> str:
    """A table as CSV; ``fi`` is what Finnish spreadsheets open: BOM, semicolons, decimal comma (AO025).

    The columns ``numbers`` hold numbers. In all others, and where there is no number, a text stands that no spreadsheet
    takes for a formula; see measured.guarded.
    """
    if dialect not in DIALECTS:
        raise UsageError(Problem("AO025", f"{dialect} is not a dialect.", f"Use one of {', '.join(DIALECTS)}."))
    finnish = dialect == "fi"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if finnish else ",", lineterminator="\r\n" if finnish else "\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            [_cell(text, finnish) if name in numbers else guarded(text) for name, text in zip(header, row, strict=True)]
        )
    return ("\ufeff" if finnish else "") + out.getvalue()


def _cell(text: str, finnish: bool) -> str:
    if _NUMBER.fullmatch(text):
        return text.replace(".", ",") if finnish else text
    return guarded(text)
