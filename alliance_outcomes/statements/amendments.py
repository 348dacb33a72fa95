"""The amendments of a contract as statements tell them: from which day each holds, who decided it, when, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ..contract.definitions import title_in
from ..contract.model import Contract, Decision


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision about the contract."""

    day: date
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class AmendmentShown:
    """An amendment of the contract: the first day on which it holds, and its decision."""

    effect: date
    decision: DecisionShown


def amendments(contract: Contract, language: str) -> tuple[AmendmentShown, ...]:
    """The amendments that a contract is made of, the first one first; none where it amends nothing."""
    return tuple(AmendmentShown(each.effect, _shown(contract, each.decision, language)) for each in contract.amendments)


def other_decisions(contract: Contract, language: str) -> tuple[DecisionShown, ...]:
    """The decisions about a contract that amend nothing."""
    amending = [each.decision for each in contract.amendments]
    return tuple(_shown(contract, each, language) for each in contract.decisions if each not in amending)


def amendments_as_data(contract: Contract, language: str) -> list[dict[str, Any]]:
    """The amendments as plain data: ``{"effect", "decision": {"day", "by", "what"}}`` each, days as 2021-07-01."""
    return [
        {
            "effect": each.effect.isoformat(),
            "decision": {"day": each.decision.day.isoformat(), "by": each.decision.by, "what": each.decision.what},
        }
        for each in amendments(contract, language)
    ]


def _shown(contract: Contract, decision: Decision, language: str) -> DecisionShown:
    party = contract.parties.get(decision.by)
    by = title_in(party.title, language) if party else ""
    return DecisionShown(decision.day, by or decision.by, title_in(decision.what, language))
