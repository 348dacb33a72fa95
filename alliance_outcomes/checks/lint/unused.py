"""Unused: a fact, amount, figure, table, split, attribute, level or input that nothing reads (AO600)."""

from __future__ import annotations

from collections.abc import Iterator

from .base import Finding, Linted

_SECTIONS = {"facts": "fact", "amounts": "amount", "figures": "figure", "tables": "table", "splits": "split"}
# What a scorecard states is shown, whether or not anything is computed from it.
_SHOWN_BY_SCORECARDS = ("facts", "figures")


def findings(linted: Linted) -> Iterator[Finding]:
    """Names that are stated and never read; a figure of a contract that pays nothing is there to be shown."""
    contract, used = linted.contract, linted.used
    for section, what in _SECTIONS.items():
        if section in _SHOWN_BY_SCORECARDS and not contract.settlement:
            continue
        for name in getattr(contract, section):
            if name not in used:
                yield _unused((section, name), f"The {what} {name}")
    for name in contract.payees.attributes if contract.payees else ():
        if name not in used:
            yield _unused(("payees", "attributes", name), f"The attribute {name}")
    for area_id, area in contract.result_areas.items():
        for id_, indicator in area.indicators.items():
            path = ("result_areas", area_id, "indicators", id_)
            for name in indicator.levels:
                if name not in used and f"{id_}.{name}" not in used:
                    yield _unused((*path, "levels", name), f"The level {name} of {id_}")
            for name in indicator.inputs:
                if name != "value" and name not in used and f"{id_}.{name}" not in used:
                    yield _unused((*path, "inputs", name), f"The input {name} of {id_}")


def _unused(path: tuple[str | int, ...], what: str) -> Finding:
    instead = "Use it, take it out, or say intended: and why it stands here."
    return Finding("AO600", path, f"{what} is read by nothing.", instead, key=True)
