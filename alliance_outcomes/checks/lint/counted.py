"""Counted: a minimum_n that can keep nothing from being scored, or that keeps a low count from it (AO620)."""

from __future__ import annotations

from collections.abc import Iterator

from ...contract.located import child
from ...contract.outcomes import Indicator
from .base import Finding, Linted, Path


def findings(linted: Linted) -> Iterator[Finding]:
    """Indicators whose ``minimum_n`` does not do what it is for."""
    for area_id, area in linted.contract.result_areas.items():
        for id_, indicator in area.indicators.items():
            path = ("result_areas", area_id, "indicators", id_)
            if indicator.minimum_n is not None:
                yield from _useless(linted, (*path, "minimum_n"), id_, indicator)


def _useless(linted: Linted, path: Path, id_: str, indicator: Indicator) -> Iterator[Finding]:
    if indicator.score is None:
        sentence = f"{id_} is not scored, so its minimum_n keeps nothing from being scored."
        yield Finding("AO620", path, sentence, "Take minimum_n and when_small out, or score it.")
    elif indicator.minimum_n == 0:
        sentence = f"Nothing is measured on fewer than none, so when_small of {id_} never holds."
        yield Finding("AO620", path, sentence, "Write how many are enough, or take minimum_n and when_small out.")
    elif indicator.unit == "count" or child(linted.contract.measures.get(id_), "kind") == "count":
        sentence = f"{id_} is a count, so its n is its own value: below {indicator.minimum_n} it is not scored low but not at all."
        yield Finding(
            "AO620", path, sentence, "Take minimum_n and when_small out, and let the score begin where it should."
        )
