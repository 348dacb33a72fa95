"""Pandas frames in, pandas frames out: measured data, scores, back-tests, and the exact settlement between."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from numbers import Rational
from pathlib import Path
from typing import Any

import pandas as pd

from ..contract.model import Contract
from ..folders import read_given
from ..measured import COLUMNS, NUMBERS, Measured, Row, header_problems, tidy_rows
from ..numbers import to_text
from ..problems import DataError, Place
from ..scenarios.backtest import ClauseTotal
from ..scenarios.backtest import backtest as backtest_exactly
from ..scores import score_rows
from ..settlement import choose_period
from ..settlement import settle as settle_exactly
from ..sources.tidy import read_tidy
from .settled import Settled


def read_data(
    path: str | Path, contract: Contract | None = None, columns: str | Path | None = None, engine: str = "polars"
) -> pd.DataFrame:
    """Measured data as a tidy frame: a row a value, the columns those of measured data, blanks where nothing stands.

    Numbers are floats where a float holds them exactly as written, else fractions. With a contract its ids are
    checked, and a wide file is read by the mapping ``columns``, or the one beside it. Raises DataError with every
    fault of the file.
    """
    where = Path(path)
    if contract is None:
        measured = read_tidy(where)
    else:
        measured = read_given(where, contract, columns=None if columns is None else Path(columns), engine=engine)
    if contract is not None:
        from ..calculation.fitting import unfitting_rows

        if problems := unfitting_rows(contract, measured):
            raise DataError(problems)
    frame = pd.DataFrame([[getattr(row, name) for name in COLUMNS] for row in measured.rows], columns=list(COLUMNS))
    for name in NUMBERS:
        frame[name] = _numbers([_as_written(text, measured) for text in frame[name]])
    return frame


def _as_written(text: str, measured: Measured) -> Fraction | str | None:
    """The number a cell holds; a text (an attribute's code) stays text."""
    try:
        return measured.number(text)
    except ValueError:
        return text


def _numbers(values: list[Fraction | str | None]) -> pd.Series[Any]:
    """Floats where every value survives as one, else objects."""
    if all(value is None or (isinstance(value, Fraction) and _survives(value)) for value in values):
        return pd.Series([math.nan if value is None else float(value) for value in values], dtype="float64")
    return pd.Series(values, dtype="object")


def _survives(value: Fraction) -> bool:
    return Fraction(repr(float(value))) == value


def to_measured(frame: pd.DataFrame) -> Measured:
    """A frame as measured data. Floats mean the shortest decimal that gives them back; NaN and None mean nothing.

    Raises DataError for columns, ids or values that measured data cannot hold; a place is the frame's row.
    """
    header = [str(name) for name in frame.columns]
    problems = header_problems(header, Place("frame"))
    if problems:
        raise DataError(problems)
    records = [
        (Place("frame", number), [_cell(value) for value in row])
        for number, row in enumerate(frame.itertuples(index=False, name=None), 1)
    ]
    rows: list[Row] = []
    for found in tidy_rows(header, records):
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(found)
    if problems:
        raise DataError(problems)
    return Measured(tuple(rows), "frame")


def _cell(value: object) -> str:
    """A cell as text, exactly."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Rational):
        return to_text(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, float) and math.isnan(value):
        return ""
    number = Fraction(repr(float(value))) if isinstance(value, float) and math.isfinite(value) else None
    return to_text(number) if number is not None else str(value)


def score(contract: Contract, data: pd.DataFrame | Measured, period: str | Iterable[str] | None = None) -> pd.DataFrame:
    """Scores as a tidy frame: a row for each indicator, area and the contract, of each payee and period.

    Columns: period, payee, level (indicator, area or contract), id, value, score, weight, goal, status; numbers
    are floats for looking at. ``period`` narrows it; left out, all periods the data holds. Raises as settle does.
    """
    rows = score_rows(contract, _measured(data), _asked(period))
    frame = pd.DataFrame(rows, columns=list(rows[0]._fields if rows else ()))
    for name in ("value", "score", "weight", "goal"):
        frame[name] = pd.Series([math.nan if v is None else float(v) for v in frame[name]], dtype="float64")
    return frame


def _asked(period: str | Iterable[str] | None) -> list[str] | None:
    return None if period is None else [period] if isinstance(period, str) else list(period)


def _measured(data: pd.DataFrame | Measured) -> Measured:
    return data if isinstance(data, Measured) else to_measured(data)


def settle(
    contract: Contract,
    data: pd.DataFrame | Measured,
    period: str | None = None,
    payees: Iterable[str] | None = None,
    earlier: Iterable[Settled] = (),
) -> Settled:
    """The settlement of one period, exact to the contract's rounding; see Settled.

    ``period`` may be left out where the data holds one; ``earlier`` are settlements that this one reads. Raises DataError with every fault of the data,
    ContractError for a faulty contract, UsageError for an unknown period or payee.
    """
    measured = _measured(data)
    chosen = choose_period(contract, measured, period)
    stated = {name: amount for each in earlier for name, amount in each.settlement.stated.items()}
    return Settled(settle_exactly(contract, measured, chosen, payees, stated), measured)


def backtest(
    contract: Contract,
    data: pd.DataFrame | Measured,
    periods: Iterable[str] | None = None,
    terms: str | None = None,
) -> pd.DataFrame:
    """What each clause would have paid in the periods of the data, over all payees: a row a period and clause.

    Columns: period, terms, clause, amount (Fraction), paid, charged (how many payees), problem. A period whose data does
    not suffice has one row, with the first problem. Raises UsageError as scenarios.backtest does.
    """
    rows: list[tuple[object, ...]] = []
    for each in backtest_exactly(contract, _measured(data), periods, terms):
        rows += [(each.period, each.terms, *clause, "") for clause in map(_clause, each.clauses)]
        rows += [(each.period, each.terms, "", None, 0, 0, str(problem)) for problem in each.problems[:1]]
    return pd.DataFrame(rows, columns=["period", "terms", "clause", "amount", "paid", "charged", "problem"])


def _clause(total: ClauseTotal) -> tuple[str, Fraction, int, int]:
    return total.clause, total.amount, total.paid, total.charged
