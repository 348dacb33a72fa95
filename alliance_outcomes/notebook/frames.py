"""The notebook way in: pandas frames in, pandas frames out, the exact settlement between."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from fractions import Fraction
from html import escape
from numbers import Rational
from pathlib import Path
from typing import Any

import pandas as pd

from .contract.model import Contract
from .explain import Explained, explain
from .folders import read_given
from .formula.text import show_number
from .measured import COLUMNS, NUMBERS, Measured, Row, header_problems, tidy_rows
from .numbers import round_to, to_text
from .problems import DataError, Place
from .scenarios.payoff import Payoff, payoff
from .scenarios.whatif import WhatIf, as_setting, what_if
from .scores import score_rows
from .settlement import Settlement, choose_period
from .settlement import settle as settle_exactly
from .sources.tidy import read_tidy
from .statements import charts
from .statements.pictures import payoff_chart
from .statements.text import named, write_explanation, write_text


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
        from .calculation.fitting import unfitting_rows

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
    contract: Contract, data: pd.DataFrame | Measured, period: str | None = None, payees: Iterable[str] | None = None
) -> Settled:
    """The settlement of one period, exact to the contract's rounding; see Settled.

    ``period`` may be left out where the data holds one. Raises DataError with every fault of the data,
    ContractError for a faulty contract, UsageError for an unknown period or payee.
    """
    measured = _measured(data)
    chosen = choose_period(contract, measured, period)
    return Settled(settle_exactly(contract, measured, chosen, payees))


class Settled:
    """A settlement to look at: ``total`` and ``lines`` for reading on, ``explain`` for asking why."""

    def __init__(self, settlement: Settlement) -> None:
        self.settlement = settlement

    @property
    def total(self) -> Fraction:
        """The sum of all lines, exact."""
        return self.settlement.total

    @property
    def lines(self) -> pd.DataFrame:
        """The ledger: a row a line; columns payee, clause, party, amount (Fraction, in the contract's currency)."""
        rows = [
            (payee.payee, line.clause, line.party, line.amount)
            for payee in self.settlement.payees
            for line in payee.lines
        ]
        return pd.DataFrame(rows, columns=["payee", "clause", "party", "amount"])

    def explain(self, name: str, language: str = "en", payee: str | None = None) -> Explanation:
        """Why ``name`` came out as it did: words, numbers, results, down to the rows of the data."""
        return Explanation(explain(self.settlement, name, language, payee), language)

    def what_if(
        self, settings: Mapping[str, object] | None = None, *, payee: str | None = None, **named_settings: object
    ) -> WhatIf:
        """The settlement of one payee with inputs set anew: ``what_if(client_nps=45).delta``; see WhatIf.

        A number is what the input becomes; a text is read as after ``NAME=`` (``"-2%"`` of what was measured, ``"+5"``); None
        takes the value away. Names that Python cannot spell stand in ``settings``. Raises as scenarios.whatif does.
        """
        both = {**(settings or {}), **named_settings}
        return what_if(self.settlement, [as_setting(name, value) for name, value in both.items()], payee)

    def payoff(self, name: str, payee: str | None = None) -> PayoffCurve:
        """The total against one measured value, exact at every corner; see PayoffCurve. Raises as scenarios.payoff does."""
        return PayoffCurve(payoff(self.settlement, name, payee), self.settlement.calculation.currency)

    def __repr__(self) -> str:
        return write_text(self.settlement)

    def _repr_html_(self) -> str:
        return _settlement_html(self.settlement)


class PayoffCurve:
    """A payoff curve to look at: ``points`` as a frame, an SVG in a notebook, ``altair()`` for a chart of one's own."""

    def __init__(self, curve: Payoff, currency: str) -> None:
        self.curve, self.currency = curve, currency

    @property
    def points(self) -> pd.DataFrame:
        """The corners: columns stretch, value, total (Fractions, before lines are rounded)."""
        rows = [(at, *astuple(point)) for at, stretch in enumerate(self.curve.stretches) for point in stretch]
        return pd.DataFrame(rows, columns=["stretch", "value", "total"])

    def altair(self) -> Any:
        """The curve as an Altair chart (the extra ``notebook``); floats, for looking at."""
        import altair

        frame = self.points.astype({"value": "float64", "total": "float64"})
        x = altair.X("value:Q", title=f"{self.curve.given.name} ({self.curve.given.unit})")
        y = altair.Y("total:Q", title=self.currency, scale=altair.Scale(zero=False))
        return altair.Chart(frame).mark_line(point=True).encode(x=x, y=y, detail="stretch:N")

    def _repr_html_(self) -> str:
        def amount(total: Fraction) -> str:
            return f"{show_number(round_to(total, 'half_away_from_zero', Fraction(1, 100)), 'en', 2)} {self.currency}"

        return f"<style>{charts.STYLE}</style>{payoff_chart(self.curve, self.curve.given.name, amount)}"


class Explanation:
    """An explanation to look at: text in a terminal, a table in a notebook."""

    def __init__(self, steps: list[Explained], language: str = "en") -> None:
        self.steps, self.language = steps, language

    def __repr__(self) -> str:
        return write_explanation(self.steps, self.language)

    def _repr_html_(self) -> str:
        head = ("name", "formula", "numbers", "result", "place")
        rows = [
            (
                each.name,
                each.words or each.says,
                each.numbers,
                f"{each.result} {each.unit}".strip(),
                str(each.place or ""),
            )
            for each in self.steps
        ]
        return _table(head, rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _settlement_html(settlement: Settlement) -> str:
    contract, calculation = settlement.contract, settlement.calculation
    title = f"{named(contract.title, 'en', contract.contract)}, {calculation.period}"
    rows = [
        (payee.payee, line.clause, line.party, f"{float(line.amount):,.2f}")
        for payee in settlement.payees
        for line in payee.lines
    ]
    rows.append(("", "total", "", f"{float(settlement.total):,.2f}"))
    assumed = "".join(
        f"<li>{escape('.'.join(map(str, each.path)) or contract.contract)}: {escape(each.reason)}</li>"
        for each in settlement.assumed
    )
    table = _table(("payee", "clause", "party", calculation.currency or "amount"), rows)
    return f"<h3>{escape(title)}</h3>{table}" + (f"<p>Assumed:</p><ul>{assumed}</ul>" if assumed else "")
