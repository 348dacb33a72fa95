"""A settlement in a notebook: its lines, why, what if, what it takes to earn more, how sure it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from ..contract.periods import earlier
from ..explain import explain
from ..measured import Measured
from ..numbers import parse_number
from ..scenarios.gaps import gaps
from ..scenarios.payoff import payoff
from ..scenarios.whatif import WhatIf, as_setting, what_if
from ..settlement import Settlement
from ..simulate.drawing import Settings
from ..simulate.outcome import Draws, simulate
from ..statements.telling import statement
from ..statements.text import write_text
from . import drawing
from .views import Explanation, PayoffCurve, Simulation, settlement_html


class Settled:
    """A settlement to look at: ``total`` and ``lines`` for reading on, ``explain`` for asking why.

    ``measured`` is the data it was settled from; ``simulate`` looks there for the period before.
    """

    def __init__(self, settlement: Settlement, measured: Measured | None = None) -> None:
        self.settlement, self.measured = settlement, measured or Measured(())

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

    def gaps(self, payee: str | None = None) -> pd.DataFrame:
        """What it takes to earn more: a row for each level that an indicator can reach, exact to the cent.

        Columns: indicator, value, score, earns (the euros less at its worst), to (unit, step, goal or full), level, count
        (how many persons or answers more), amount (the euros more). Numbers are Fractions. An indicator that has nothing
        to reach has one row. Raises UsageError for the payee (AO021, AO023).
        """
        rows: list[tuple[object, ...]] = []
        for gap in gaps(self.settlement, self.settlement.one(payee)):
            start = (gap.id, gap.result.value, gap.result.score, gap.earns)
            rows += [(*start, each.kind, each.level, each.count, each.amount) for each in gap.reaches]
            if not gap.reaches:
                rows.append((*start, "", None, None, None))
        head = ["indicator", "value", "score", "earns", "to", "level", "count", "amount"]
        return pd.DataFrame(rows, columns=head, dtype="object")

    def simulate(
        self,
        n: int = 100_000,
        seed: int = 1,
        spreads: Mapping[str, str] | None = None,
        reference: str | None = None,
        payee: str | None = None,
    ) -> Simulation:
        """One payee's settlement drawn ``n`` times, as its counts of persons and answers would vary; see Simulation.

        ``spreads`` are as after ``--spread``: ``{"cost": "2%"}``. ``reference`` is the period since which nothing would have
        changed; else the one before, where the data has it. Raises UsageError (AO021, AO023, AO077 to AO079), ValueError
        for a spread that is no number.
        """
        chosen = self.settlement.one(payee)
        before = reference or earlier(self.settlement.contract.periods, self.settlement.calculation.period, 1)
        known = reference is not None or before in self.measured.periods()
        settings = Settings({name: parse_number(text) for name, text in (spreads or {}).items()})
        found = simulate(self.settlement, chosen, self.measured, settings, Draws(n, seed), before if known else None)
        return Simulation(self.settlement, chosen, found)

    def score_chart(self, payee: str | None = None) -> Any:
        """The score of each indicator as an Altair chart (the extra ``notebook``). Raises UsageError without it (AO069)."""
        told = statement(self.settlement, self.settlement.one(payee))
        scored = [each for area in told.areas for each in area.indicators if each.scored]
        titles = _labels([(each.id, each.title) for each in scored])
        return drawing.scores(titles, [each.score for each in scored])

    def line_chart(self, payee: str | None = None) -> Any:
        """What each clause pays, up to the total, as an Altair chart (the extra ``notebook``). Raises UsageError without it (AO069)."""
        told = statement(self.settlement, self.settlement.one(payee))
        titles, amounts = dict[str, str](), dict[str, Fraction]()
        for line in told.lines:
            titles[line.clause] = line.title
            amounts[line.clause] = amounts.get(line.clause, Fraction(0)) + line.amount
        return drawing.lines(_labels(list(titles.items())), list(amounts.values()), "Total", told.currency)

    def __repr__(self) -> str:
        return write_text(self.settlement)

    def _repr_html_(self) -> str:
        return settlement_html(self.settlement)


def _labels(named: list[tuple[str, str]]) -> list[str]:
    """The titles, each with its id where two are the same: a chart would lay one over the other."""
    times = Counter(title for _, title in named)
    return [title if times[title] == 1 else f"{title} ({id_})" for id_, title in named]
