"""Scores as a table for the terminal, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from typing import Any

from ..contract.model import Contract
from ..numbers import to_text
from ..scores import ScoreRow
from .csv import table_as_csv
from .json import FORMAT, number
from .text import WIDTH, WORDS, named, shown_value, status_word


def scores_as_data(contract: Contract, rows: Iterable[ScoreRow]) -> dict[str, Any]:
    """``{"format": 1, "contract", "scores": [{period, payee, level, id, value, score, weight, goal, status}]}``."""
    return {
        "format": FORMAT,
        "contract": contract.contract,
        "scores": [
            {
                key: number(value) if isinstance(value, Fraction) else (value or None)
                for key, value in row._asdict().items()
            }
            for row in rows
        ],
    }


def write_scores_csv(rows: Iterable[ScoreRow], dialect: str = "plain") -> str:
    """One row a score; exact numbers as decimals or p/q."""
    cells = [[to_text(v) if isinstance(v, Fraction) else v or "" for v in row] for row in rows]
    return table_as_csv(ScoreRow._fields, cells, dialect)


def write_scores(contract: Contract, rows: Iterable[ScoreRow], language: str = "en") -> str:
    """A block for each payee and period, of at most 80 columns."""
    words = WORDS[language]
    out: list[str] = []
    for (period, payee), group in groupby(rows, key=lambda row: (row.period, row.payee)):
        whose = f", {payee}" if payee else ""
        out.append(f"{named(contract.title, language, contract.contract)[:60]}, {period}{whose}")
        out.append("-" * WIDTH)
        out += [*(_line(contract, row, language) for row in group), ""]
    if contract.kind == "scorecard":
        out.append(words["nothing"])
    return "\n".join(out).rstrip() + "\n"


def _line(contract: Contract, row: ScoreRow, language: str) -> str:
    if row.level == "contract":
        title = WORDS[language]["score"]
    elif row.level == "area":
        title = named(contract.result_areas[row.id].title, language, row.id)
    else:
        title = "  " + named(contract.indicators[row.id].title, language, row.id)
    unit = (contract.indicators[row.id].unit or "") if row.level == "indicator" else ""
    value = shown_value(row.value, unit, language) if row.level == "indicator" else ""
    goal = f"({shown_value(row.goal, unit, language)})" if row.goal is not None else ""
    score = shown_value(row.score, "", language) if row.score is not None else ""
    return f"{title[:40]:42}{value:>12}{goal:>10}{score:>10} {status_word(row.status, language)}".rstrip()
