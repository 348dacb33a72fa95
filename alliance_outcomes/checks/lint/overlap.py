"""Overlap: indicators that weigh and are measured on the same people, so that one person counts in each (AO613)."""

from __future__ import annotations

from collections.abc import Iterator

from ...contract.located import Table, Text
from ...contract.outcomes import Indicator
from .base import Finding, Linted, Path

_WHO = ("table", "person", "period", "day", "population")


def findings(linted: Linted) -> Iterator[Finding]:
    """Groups of scored indicators over one population; those that say ``intended`` are left out, and so may a group be."""
    if not linted.contract.settlement:
        return
    groups: dict[tuple[str, ...], list[tuple[str, Path]]] = {}
    for area_id, area in linted.contract.result_areas.items():
        for id_, indicator in area.indicators.items():
            if indicator.score is None or indicator.weight == 0 or indicator.value is not None:
                continue
            for who in _people(linted.contract.measures.get(id_), indicator):
                groups.setdefault(who, []).append((id_, ("result_areas", area_id, "indicators", id_)))
    told: set[Path] = set()
    for members in groups.values():
        unsaid = [(id_, path) for id_, path in members if not linted.intended(Finding("", path, "", ""))]
        # One that says how it stands beside the others says it for a pair, not for the rest.
        if len(unsaid) > 1 and unsaid[-1][1] not in told:
            told.add(unsaid[-1][1])
            names = ", ".join(id_ for id_, _ in unsaid[:-1])
            sentence = f"{unsaid[-1][0]} is measured on the same people as {names}: what happens to one of them counts in each."
            instead = "Make them components of one, change the population, or say intended: and how they differ."
            yield Finding("AO613", unsaid[-1][1], sentence, instead, key=True, other=unsaid[0][1])


def _people(measure: object, indicator: Indicator) -> Iterator[tuple[str, ...]]:
    """What says whom an indicator is measured on: its records and row condition, else its population in words."""
    if isinstance(measure, Table):
        written = tuple(
            " ".join(each.split()) for key in _WHO if isinstance(each := measure.get(key, Text("", measure.place)), str)
        )
        excluded = measure.get("exclusions")
        names = sorted(excluded) if isinstance(excluded, Table) else []
        yield (*written, *names)
    elif indicator.population:
        yield tuple(f"{language}:{text}" for language, text in sorted(indicator.population.items()))
