"""Sources: what is assumed in a final contract (AO616), and numbers that nothing covers (AO617)."""

from __future__ import annotations

from collections.abc import Iterator

from ...contract.coverage import assumptions, uncovered_numbers
from ...contract.located import Listing, Table
from .base import Finding, Linted


def findings(linted: Linted) -> Iterator[Finding]:
    """Assumptions that a final contract still rests on, and what a draft that states its sources leaves without one."""
    assumed = assumptions(linted.contract)
    if linted.contract.status == "final":
        for each in assumed:
            where = ".".join(map(str, each.path)) or "the contract"
            sentence = f"The contract is final, but numbers of {where} are assumed."
            yield Finding(
                "AO616", (*each.path, "assumed"), sentence, "Agree them, and write source: instead.", key=True
            )
        return
    uncovered = list(uncovered_numbers(linted.contract))
    if uncovered and (assumed or _states_sources(linted.contract.document.root)):
        many = len(uncovered)
        numbers = "A number says neither where it comes from nor that it is assumed"
        if many > 1:
            numbers = f"{many} numbers say neither where they come from nor that they are assumed"
        instead = "Add source: or assumed: beside them, or above."
        yield Finding("AO617", (), f"{numbers}; the first stands here.", instead, place=uncovered[0][1])


def _states_sources(here: object) -> bool:
    if isinstance(here, Table):
        return "source" in here or any(map(_states_sources, here.values()))
    return isinstance(here, Listing) and any(map(_states_sources, here))
