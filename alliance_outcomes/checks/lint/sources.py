"""Sources: what is assumed in a final contract (AO616), and numbers that nothing covers (AO617)."""

from __future__ import annotations

from collections.abc import Iterator

from ...contract.coverage import assumptions, uncovered_numbers
from .base import Finding, Linted


def findings(linted: Linted) -> Iterator[Finding]:
    """Assumptions that a final contract still rests on, and the first of the numbers without a source."""
    if linted.contract.status == "final":
        for each in assumptions(linted.contract):
            where = ".".join(map(str, each.path)) or "the contract"
            sentence = f"The contract is final, but numbers of {where} are assumed."
            yield Finding(
                "AO616", (*each.path, "assumed"), sentence, "Agree them, and write source: instead.", key=True
            )
        return
    uncovered = list(uncovered_numbers(linted.contract))
    if uncovered:
        many = f"{len(uncovered)} numbers say" if len(uncovered) > 1 else "A number says"
        sentence = f"{many} neither where they come from nor that they are assumed; the first stands here."
        if len(uncovered) == 1:
            sentence = sentence.replace(" they come", " it comes").replace(
                "they are assumed; the first", "it is assumed; it"
            )
        instead = "Add source: or assumed: beside them, or above."
        yield Finding("AO617", (), sentence, instead, place=uncovered[0][1])
