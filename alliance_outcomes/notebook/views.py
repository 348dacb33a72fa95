"""What notebooks show: settlement, explanation, payoff curve and simulation as HTML, in which every text is escaped."""

from __future__ import annotations

from dataclasses import astuple
from fractions import Fraction
from html import escape
from typing import Any

import pandas as pd

from ..contract.view import html_table, unset
from ..explain import Explained
from ..formula.text import show_number
from ..numbers import round_to
from ..scenarios.payoff import Payoff
from ..settlement import PayeeSettlement, Settlement
from ..simulate.outcome import Simulated
from ..statements import charts
from ..statements.pictures import money_chart, payoff_chart, score_chart
from ..statements.simulation import write_simulation
from ..statements.telling import statement
from ..statements.text import named, write_explanation
from . import drawing


def settlement_html(settlement: Settlement) -> str:
    """Every line, the total and what was assumed; of a single payee with its charts."""
    contract, calculation = settlement.contract, settlement.calculation
    title = f"{named(contract.title, 'en', contract.contract)}, {calculation.period}"
    places = calculation.rounding.places if calculation.rounding else 0

    def money(amount: Fraction) -> str:
        return show_number(amount, "en", places)

    rows = [
        (payee.payee, line.clause, line.party, money(line.amount))
        for payee in settlement.payees
        for line in payee.lines
    ]
    rows.append(("", "total", "", money(settlement.total)))
    assumed = "".join(
        f"<li>{escape('.'.join(map(str, each.path)) or contract.contract)}: {escape(each.reason)}</li>"
        for each in settlement.assumed
    )
    table = html_table(("payee", "clause", "party", calculation.currency or "amount"), rows)
    drawn = ""
    if len(settlement.payees) == 1:
        told = statement(settlement, settlement.payees[0])
        drawn = score_chart(
            told, lambda score: show_number(round_to(score, "half_away_from_zero", Fraction(1, 100)), "en")
        )
        drawn += money_chart(told, money)
    style = f"<style>{charts.STYLE}</style>" if drawn else ""
    told_assumed = f"<p>Assumed:</p><ul>{assumed}</ul>" if assumed else ""
    return unset(f"<h3>{escape(title)}</h3>{table}{style}{drawn}{told_assumed}")


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
        """The curve as an Altair chart (the extra ``notebook``); floats, for looking at. Raises UsageError without it (AO069)."""
        given = self.curve.given
        return drawing.payoff(self.points, f"{given.name} ({given.unit})", self.currency)

    def _repr_html_(self) -> str:
        def amount(total: Fraction) -> str:
            return f"{show_number(round_to(total, 'half_away_from_zero', Fraction(1, 100)), 'en', 2)} {self.currency}"

        return unset(f"<style>{charts.STYLE}</style>{payoff_chart(self.curve, self.curve.given.name, amount)}")


class Simulation:
    """A simulation to look at: ``found`` holds every figure of it; text, or a table of what moves the total most."""

    def __init__(self, settlement: Settlement, payee: PayeeSettlement, found: Simulated) -> None:
        self.settlement, self.payee, self.found = settlement, payee, found

    def altair(self) -> Any:
        """The tornado as an Altair chart (the extra ``notebook``). Raises UsageError without it (AO069)."""
        return drawing.tornado(self.found.tornado, self.settlement.calculation.currency)

    def __repr__(self) -> str:
        return write_simulation(self.settlement, self.payee, self.found)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


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
        return unset(html_table(head, rows))
