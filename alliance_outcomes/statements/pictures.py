"""The charts of one settlement, for every page that shows them: scores as bars, amounts as a waterfall, a payoff curve."""

from __future__ import annotations

from fractions import Fraction

from ..scenarios.payoff import Payoff
from . import charts
from .model import Statement
from .text import shown_value
from .words import WORDS


def score_chart(told: Statement, shown: charts.Shown, hidden: frozenset[str] = frozenset()) -> str:
    """The scores of all indicators but the ``hidden`` ones, as SVG; empty where none has a score."""
    words = WORDS[told.language]
    scored = [each for area in told.areas for each in area.indicators if each.scored and each.id not in hidden]
    there = [each.score for each in scored if each.score is not None]
    if not there:
        return ""
    rows = [charts.Bar(each.title, each.score, "" if each.score is not None else words["none"]) for each in scored]
    least, most = min([Fraction(0), *there]), max([Fraction(100 if max(there) > 1 else 1), *there])
    return charts.bars(words["score_chart"], rows, least, most, shown)


def money_chart(told: Statement, shown: charts.Shown) -> str:
    """What each clause pays, and the total, as SVG; empty where only one pays."""
    words = WORDS[told.language]
    clauses: dict[str, charts.Bar] = {}
    for line in told.lines:
        before = clauses[line.clause].value if line.clause in clauses else None
        clauses[line.clause] = charts.Bar(line.title, (before or 0) + line.amount)
    if len(clauses) < 2:
        return ""
    return charts.waterfall(words["money_chart"], list(clauses.values()), charts.Bar(words["total"], told.total), shown)


def payoff_chart(curve: Payoff, title: str, shown: charts.Shown, language: str = "en") -> str:
    """The total against one measured value, as SVG; ``shown`` writes the total."""
    here = None if curve.here is None else (curve.here.value, curve.here.total)
    stretches = [[(point.value, point.total) for point in stretch] for stretch in curve.stretches]

    def value(at: Fraction) -> str:
        return shown_value(at, curve.given.unit, language)

    return charts.curve(title, stretches, here, (value, shown))
