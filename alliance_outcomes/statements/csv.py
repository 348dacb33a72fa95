"""The settlement's lines as CSV: one row a line, in the plain dialect or the Finnish one."""

from __future__ import annotations

import csv
import io

from ..explain import say
from ..numbers import to_decimal
from ..problems import Problem, UsageError
from ..settle import Settlement
from .json import place_text

COLUMNS = ("contract", "period", "payee", "clause", "party", "amount", "currency", "why", "place")
DIALECTS = ("plain", "fi")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(settlement: Settlement, language: str = "en", dialect: str = "plain") -> str:
    """The lines of a settlement; ``fi`` is what Finnish spreadsheets open: BOM, semicolons, decimal comma."""
    if dialect not in DIALECTS:
        raise UsageError(Problem("AO025", f"{dialect} is not a dialect.", f"Use one of {', '.join(DIALECTS)}."))
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=";" if dialect == "fi" else ",", lineterminator="\r\n" if dialect == "fi" else "\n"
    )
    writer.writerow(COLUMNS)
    calculation = settlement.calculation
    for payee in settlement.payees:
        for line in payee.lines:
            amount = to_decimal(line.amount, calculation.rounding.places if calculation.rounding else 0)
            writer.writerow(
                [
                    *map(
                        as_text,
                        (calculation.contract, calculation.period, payee.payee, line.clause, line.party),
                    ),
                    amount.replace(".", ",") if dialect == "fi" else amount,
                    *map(as_text, (calculation.currency, say(line.why, language), place_text(line.place) or "")),
                ]
            )
    return ("\ufeff" if dialect == "fi" else "") + out.getvalue()


def as_text(text: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
