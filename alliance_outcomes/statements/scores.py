"""Scores as a table for the terminal, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from typing import Any

from ..contract.model import Contract
from ..numbers import to_text
from ..scores import ScoreRow
from .csv import table_as_csv
from .json import FORMAT, number
from .legible import legible_lines
from .text import WIDTH, named, shown_value, status_word, titled
from .words import WORDS


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
    return table_as_csv(ScoreRow._fields, cells, dialect, numbers=("value", "score", "weight", "goal"))


def write_scores(contract: Contract, rows: Iterable[ScoreRow], language: str = "en") -> str:
    """A block for each payee and period, of at most 80 columns."""
    words = WORDS[language]
    out: list[str] = []
    for (period, payee), group in groupby(rows, key=lambda row: (row.period, row.payee)):
        whose = f", {payee}" if payee else ""
        out.append(f"{named(contract.title, language, contract.contract)[:60]}, {period}{whose}")
        out.append("-" * WIDTH)
        area = ""
        for row in group:
            home = _area_of(contract, row)
            if home != area and row.level == "indicator":
                # An area that is not scored has no row of its own, but its name still stands over its indicators.
                out.append(named(contract.result_areas[home].title, language, home))
            area = home
            out += _lines(contract, row, language)
        out.append("")
    if contract.kind == "scorecard":
        out.append(words["nothing"])
    return legible_lines("\n".join(out).rstrip()) + "\n"


def _area_of(contract: Contract, row: ScoreRow) -> str:
    if row.level == "indicator":
        return next(area_id for area_id, area in contract.result_areas.items() if row.id in area.indicators)
    return row.id if row.level == "area" else ""


def _lines(contract: Contract, row: ScoreRow, language: str) -> Iterator[str]:
    title, unit, value, status = WORDS[language]["score"], "", "", row.status
    if row.level == "area":
        title = named(contract.result_areas[row.id].title, language, row.id)
    elif row.level == "indicator":
        indicator = contract.indicators[row.id]
        title, unit = "  " + named(indicator.title, language, row.id), indicator.unit or ""
        value = shown_value(row.value, unit, language)
        status = status if indicator.score or row.value is not None else ""  # the dash says it
    goal = f"({shown_value(row.goal, unit, language)})" if row.goal is not None else ""
    score = shown_value(row.score, "", language) if row.score is not None else ""
    yield from titled(title, 38, f"{value:>12}{goal:>10}{score:>10} {status_word(status, language)}")
