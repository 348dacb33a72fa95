"""A statement in ready sentences and numbers, the way HTML and PDF show it: texts only, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .amendments import AmendmentShown
from .formats import Formats
from .model import BalanceShown, IndicatorShown, LineShown, PartyShown, Statement, StepShown
from .words import WORDS

# Words that begin a line or head a column here, and stand within sentences elsewhere.
_HEADS = ("value", "weight", "earned", "held", "paid", "payable", "words", "numbers", "payee")
_SPAN = re.compile(r"(\d+) (months|days|years)")
# Roles of steps that say how a number came about; the rest are values and scores, told with the results.
_MONEY = ("figure", "clause", "line", "carried")


@dataclass(frozen=True, slots=True)
class Dated:
    """The day a statement is as of (None: not said), and the hash of the evidence it is kept in."""

    as_of: date | None = None
    evidence: str = ""


def paper(statement: Statement, dated: Dated, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Everything of ``statement`` as texts, by the names that the templates read; ``words`` are its labels.

    ``hidden`` are names of inputs, steps, indicators and areas whose numbers are left out. Tables are lists of rows of cells.
    """
    return _Paper(statement, dated, hidden).told()


def scheduled(said: str, words: Mapping[str, str]) -> str:
    """How often something is measured: a period's length in words, anything else as it was written."""
    return words.get(f"schedule_{said}", said)


class _Paper:
    def __init__(self, statement: Statement, dated: Dated, hidden: frozenset[str]) -> None:
        self.statement, self.dated, self.hidden = statement, dated, hidden
        self.words = WORDS[statement.language]
        self.formats = Formats(statement.language, statement.currency, statement.places)

    def told(self) -> dict[str, Any]:
        statement, words = self.statement, self.words
        days = words["days_of_period"].format(
            first=self.formats.day(statement.first), last=self.formats.day(statement.last)
        )
        return {
            "language": statement.language,
            "words": {**words, **{key: words[key][:1].upper() + words[key][1:] for key in _HEADS}},
            "title": statement.title,
            "period": statement.period,
            "days": days,
            "payee": statement.payee,
            "as_of": self.formats.day(self.dated.as_of) if self.dated.as_of else "",
            "identity": list(self._identity()),
            "parties": [[self._party(each), self._role(each.role), each.business_id] for each in statement.parties],
            "score": "" if statement.score is None or self._total_hidden() else self.formats.number(statement.score),
            "areas": [self._area(area) for area in statement.areas],
            "scorecard": statement.scorecard,
            "lines": [self._line(line) for line in statement.lines],
            "total": self.formats.money(statement.total),
            "steps": [self._step(step) for step in statement.steps if step.role in _MONEY],
            "balance": [self._balance(each) for each in statement.balance],
            "payments": list(self._payments()),
            "carried": list(self._carried()),
            "terms": list(self._terms()),
            "data": [self._data(each) for area in statement.areas for each in area.indicators],
            "uncertain": [self._uncertain(each) for each in statement.provisional],
            "assumed": [[reason, ", ".join(paths)] for reason, paths in self._assumed().items()],
            "amendments": [self._amendment(each) for each in statement.amendments],
            "decisions": [[self.formats.day(each.day), each.by, each.what] for each in statement.decisions],
            "open": list(self._open()),
            "approvals": [self._approval(role) for role in statement.approvals],
            "hash": statement.hash,
            "evidence": self.dated.evidence,
        }

    def _amendment(self, each: AmendmentShown) -> str:
        """From which day an amendment holds, who decided it and when, and what it is."""
        decided = f"{self.formats.day(each.decision.day)}, {each.decision.by}: {each.decision.what}"
        return f"{self.words['amended_from'].format(day=self.formats.day(each.effect))} ({decided})"

    def _identity(self) -> Iterator[list[str]]:
        statement, words = self.statement, self.words
        yield [words["contract"], statement.contract]
        if statement.diary_number:
            yield [words["diary_number"], statement.diary_number]
        yield [words["contract_status"], words["draft" if statement.contract_status == "draft" else "final_contract"]]
        if statement.follows:
            yield [words["follows"], statement.follows]
        if statement.budget:
            yield [words["budget_most"], statement.budget]

    def _party(self, party: PartyShown) -> str:
        """What a party is called, with the days it is in the contract where those are not all."""
        first, last = (day and self.formats.day(day) for day in (party.first, party.last))
        return f"{party.title} ({first or ''}–{last or ''})" if first or last else party.title

    def _total_hidden(self) -> bool:
        return any(step.role == "total" and step.name in self.hidden for step in self.statement.steps)

    def _balance(self, each: BalanceShown) -> list[str]:
        """A row of the balance, without what is stated by a hidden name and what that is a part of."""
        held, paid = each.held_by not in self.hidden, each.paid_by not in self.hidden
        shown = ((each.earned, True), (each.held, held), (each.paid, paid), (each.payable, held and paid))
        return [
            each.title,
            *(self.formats.money(amount) if open_ else self.words["confidential"] for amount, open_ in shown),
        ]

    def _carried(self) -> Iterator[list[str]]:
        names = [step.name for step in self.statement.steps if step.role == "carried"]
        for name, (title, amount) in zip(names, self.statement.carried, strict=True):
            yield [title, self.words["confidential"] if name in self.hidden else self.formats.money(amount)]

    def _role(self, role: str) -> str:
        return self.words.get(f"role_{role}", role)

    def _approval(self, role: str) -> str:
        return self.words.get(f"approval_{role}", role.replace("_", " "))

    def _area(self, area: Any) -> dict[str, Any]:
        return {
            "title": area.title,
            "score": "" if area.score is None or area.id in self.hidden else self.formats.number(area.score),
            "weight": self._weight(area.weight),
            "indicators": [self._indicator(each) for each in area.indicators],
        }

    def _indicator(self, each: IndicatorShown) -> dict[str, str]:
        if each.id in self.hidden:
            blank = dict.fromkeys(("value", "goal", "score", "weight", "n"), "")
            return {"title": each.title, "status": self.words["confidential"], **blank}
        return {
            "title": each.title,
            "value": self._value(each.value, each.unit),
            "goal": self._value(each.goal, each.unit) if each.goal is not None else "",
            "score": "" if each.score is None else self.formats.number(each.score),
            "weight": self._weight(each.weight),
            "status": self._status(each.status),
            "n": "" if each.n is None else self.formats.number(each.n),
        }

    def _weight(self, weight: Fraction | None) -> str:
        return "" if weight is None else self.formats.measured(weight, self.statement.weight_unit)

    def _status(self, status: str) -> str:
        return self.words["held_status" if status == "held" else status]

    def _value(self, value: Fraction | None, unit: str) -> str:
        return self.words["none"] if value is None else self.formats.measured(value, unit)

    def _line(self, line: LineShown) -> list[str]:
        return [line.title, line.party_title, line.why, self._vat(), self.formats.money(line.amount)]

    def _vat(self) -> str:
        vat = (self.statement.terms.vat if self.statement.terms else None) or ""
        return self.words.get(f"vat_{vat}", vat)

    def _step(self, step: StepShown) -> dict[str, str]:
        open_ = step.name not in self.hidden
        return {
            "title": step.title,
            "says": step.says if open_ else "",
            "words": step.words,
            "numbers": step.numbers if open_ and not step.reads & self.hidden else self.words["confidential"],
            "result": self._result(step) if open_ else "",
            "place": step.place,
        }

    def _result(self, step: StepShown) -> str:
        result = step.result
        if result is None:
            return self.words["none"]
        if isinstance(result, bool):
            return self.words["yes" if result else "no"]
        if isinstance(result, str):
            return result
        if step.unit == self.statement.currency and step.role == "line":
            return self.formats.money(result)
        return self.formats.measured(result, step.unit)

    def _payments(self) -> Iterator[list[str]]:
        hidden = {each.party for each in self.statement.balance if {each.held_by, each.paid_by} & self.hidden}
        for each in self.statement.payments:
            if each.party in hidden:
                continue
            payer, receiver = each.payer or self.words["someone"], each.receiver or self.words["someone"]
            yield [self.words["pays"].format(payer=payer, receiver=receiver), self.formats.money(each.amount)]

    def _terms(self) -> Iterator[list[str]]:
        terms, words = self.statement.terms, self.words
        if terms is None:
            return
        for label, days in (("due", terms.due_days), ("objection", terms.objection_days)):
            if days is not None:
                day = self.dated.as_of
                text = self.formats.day(day + timedelta(days=days)) if day else words["due_after"].format(days=days)
                if label == "objection" and terms.objection_to:
                    text += f", {words['objection_to']} {terms.objection_to}"
                yield [words[label], text]
        for label, said in (("late_interest", terms.late_interest), ("reopen_within", terms.reopen_within)):
            if said:
                yield [words[label], self._span(said) if label == "reopen_within" else said]
        if terms.vat:
            yield [words["vat"], self._vat()]

    def _span(self, said: str) -> str:
        """A time such as 24 months, as the language says it."""
        found = _SPAN.fullmatch(said)
        return self.words[found[2]].format(count=found[1]) if found and found[1] != "1" else said

    def _data(self, each: IndicatorShown) -> list[str]:
        status = self._status(each.status) if each.status != "final" else self.words["final_contract"]
        return [each.title, each.owner, each.source, scheduled(each.schedule, self.words), status]

    def _uncertain(self, each: IndicatorShown) -> list[str]:
        return [each.title, self._status(each.status)]

    def _assumed(self) -> dict[str, list[str]]:
        """What is assumed, by the reason given."""
        found: dict[str, list[str]] = {}
        for each in self.statement.assumed:
            found.setdefault(each.reason, []).append(each.path or self.statement.contract)
        return found

    def _open(self) -> Iterable[str]:
        statement, words = self.statement, self.words
        if statement.contract_status == "draft":
            yield words["open_draft"]
        for each in statement.balance:
            if each.held and each.held_by not in self.hidden:
                yield words["open_held"].format(party=each.title, amount=self.formats.money(each.held))
        for indicator in statement.provisional:
            yield words["open_indicator"].format(indicator=indicator.title, status=self._status(indicator.status))
        if statement.assumed:
            yield words["open_assumed"].format(count=len(statement.assumed))
