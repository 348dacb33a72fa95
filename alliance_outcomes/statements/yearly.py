"""A yearly report: each result over the years against its goal, small pictures side by side, and what is planned next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from ..calculation.compile import compile_contract
from ..contract.model import Contract
from ..contract.outcomes import Indicator
from ..contract.periods import periods_of
from ..scores import ScoreRow
from . import charts
from .confidential import confidential
from .formats import Formats
from .paper import scheduled
from .templates import rendered
from .text import named
from .words import WORDS


def write_yearly(contract: Contract, rows: Iterable[ScoreRow], language: str = "en") -> bytes:
    """The report of all periods of ``rows`` (scores.score_rows), as one HTML file; the same bytes for the same rows.

    A payee has a section of its own where there are several. What the contract marks as confidential is left out.
    """
    there = [row for row in rows if row.level == "indicator"]
    held, payees = sorted({row.period for row in there}), sorted({row.payee for row in there})
    # A year without data keeps its place among the others.
    periods = [each.label for each in periods_of(contract.periods) if held and held[0] <= each.label <= held[-1]]
    known = {(row.payee, row.id, row.period): row for row in there}
    words = WORDS[language]
    hidden = frozenset[str]().union(*(confidential(contract, compile_contract(contract, each)) for each in held))
    telling = _Telling(contract, language, periods, known, hidden)
    sections = [{"payee": payee, "areas": telling.areas(payee)} for payee in payees]
    values = {
        "language": language,
        "words": dict(words),
        "title": named(contract.title, language, contract.contract),
        "periods": f"{periods[0]}–{periods[-1]}" if len(periods) > 1 else "".join(periods),
        "scorecard": contract.kind == "scorecard",
        "sections": sections,
        "decisions": [
            [telling.formats.day(each.day), telling.who(each.by), named(each.what, language, "")]
            for each in contract.decisions
        ],
        "plan": telling.plan() if contract.yearly_report is not None and contract.yearly_report.plan else [],
        "draft": contract.status == "draft",
    }
    return rendered("yearly", values, charts.STYLE)


class _Telling:
    """What the report says of each indicator."""

    def __init__(
        self,
        contract: Contract,
        language: str,
        periods: Sequence[str],
        known: Mapping[tuple[str, str, str], ScoreRow],
        hidden: frozenset[str],
    ) -> None:
        self.contract, self.language, self.periods, self.known = contract, language, periods, known
        self.hidden = hidden
        places = contract.rounding.lines.places if contract.rounding else 0
        self.formats, self.words = Formats(language, contract.currency or "", places), WORDS[language]

    def who(self, id_: str) -> str:
        """A party's title, or what stands there."""
        party = self.contract.parties.get(id_)
        return named(party.title, self.language, id_) if party else id_

    def areas(self, payee: str) -> list[dict[str, Any]]:
        """Each area with a picture of each of its indicators."""
        return [
            {
                "title": named(area.title, self.language, id_),
                "results": [
                    self._result(payee, name, each) for name, each in area.indicators.items() if name not in self.hidden
                ],
            }
            for id_, area in self.contract.result_areas.items()
        ]

    def _result(self, payee: str, name: str, indicator: Indicator) -> dict[str, str]:
        from markupsafe import Markup

        rows = [self.known.get((payee, name, period)) for period in self.periods]
        values = [row.value if row else None for row in rows]
        goal = indicator.goal.value if indicator.goal else None
        title = named(indicator.title, self.language, name)
        shown = partial(self.formats.measured, unit=indicator.unit or "")
        there = [row for row in rows if row and row.value is not None]
        latest = there[-1] if there else None
        verdict = self._verdict(indicator, there, goal)
        status = latest.status if latest and latest.status not in ("final", "") else ""
        return {
            "title": title,
            "picture": Markup(
                charts.over_years(title, self.periods, values, goal, partial(self._short, indicator.unit or ""))
            ),
            "latest": f"{shown(latest.value)} ({latest.period})"
            if latest and latest.value is not None
            else self.words["no_result"],
            "goal": shown(goal) if goal is not None else "" if verdict else self.words["no_goal"],
            "verdict": verdict,
            "status": self.words["held_status" if status == "held" else status] if status else "",
            "owner": self.who(indicator.owner) if indicator.owner else "",
        }

    def _short(self, unit: str, value: Fraction) -> str:
        """A number without its unit, for a small picture."""
        return self.formats.share(value) if unit.startswith("share") else self.formats.number(value)

    def _verdict(self, indicator: Indicator, there: Sequence[ScoreRow], goal: Fraction | None) -> str:
        """In a word: against the goal, which a result is on the way to unless it came no nearer; else by the score."""
        if not there:
            return ""
        latest = there[-1]
        if goal is not None:
            if indicator.direction is None:
                return ""
            short = [
                (row.value or 0) - goal if indicator.direction == "lower" else goal - (row.value or 0) for row in there
            ]
            if short[-1] <= 0:
                return self.words["reached"]
            return self.words["not_reached" if len(short) > 1 and short[-1] >= short[-2] else "on_the_way"]
        scores = self.contract.scores
        if latest.score is None or scores is None:
            return ""
        if latest.score >= scores.most:
            return self.words["reached"]
        return self.words["on_the_way" if latest.score > 0 else "not_reached"]

    def plan(self) -> list[list[str]]:
        """What is measured next: each indicator with its goal, how often, and who answers for it."""
        return [
            [
                named(each.title, self.language, name),
                self.formats.measured(each.goal.value, each.unit or "") if each.goal else self.words["no_goal"],
                scheduled(each.schedule or "", self.words),
                self.who(each.owner) if each.owner else "",
            ]
            for name, each in self.contract.indicators.items()
            if name not in self.hidden
        ]
