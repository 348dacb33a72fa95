"""Conditions: those the declared ranges decide (AO605), or that a condition before them decides (AO606)."""

from __future__ import annotations

from collections.abc import Iterator

from ...formula.ranges import Ranges, Tested
from .base import Finding, Linted, Path


def findings(linted: Linted) -> Iterator[Finding]:
    """Comparisons that come out the same way in every period, whatever is measured."""
    yield from linted.in_every_period(lambda _, ranges: _decided(linted, ranges))


def _decided(linted: Linted, ranges: Ranges) -> dict[Path | str, Finding]:
    found: dict[Path | str, Finding] = {}
    undecided: set[Path | str] = set()
    for name, tests in ranges.tested.items():
        for tested in tests:
            place = str(tested.test.place)
            if tested.there.true and tested.there.false:
                undecided.add(place)  # one formula read for several parties, or by several
            else:
                found[place, str(tested.there)] = _finding(linted.path_of(name), tested)
    return {key: finding for key, finding in found.items() if key[0] not in undecided}


def _finding(path: Path, tested: Tested) -> Finding:
    always = "always holds" if tested.there.true else "never holds"
    if tested.plainly.true and tested.plainly.false:
        sentence = f"This condition {always} where it is read: a condition before it decides that already."
        instead = "Set the thresholds apart, order them, or take this one out."
        return Finding("AO606", path, sentence, instead, place=tested.test.place)
    sentence = f"This condition {always} within the declared ranges."
    instead = "Mend the threshold or the ranges, or take it out."
    return Finding("AO605", path, sentence, instead, place=tested.test.place)
