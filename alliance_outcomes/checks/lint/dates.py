"""Dates: entries that never hold (AO608), and days between a party and its successor (AO609)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from ...contract.parts import dated_values
from ...contract.periods import periods_of
from .base import Finding, Linted

_INSTEAD = "Mend the date, or take the entry out."


def findings(linted: Linted) -> Iterator[Finding]:
    """What is dated outside the days of the contract, or replaced before they begin."""
    contract = linted.contract
    labels = [period.label for period in periods_of(contract.periods)]
    for name, amount in contract.amounts.items():
        if amount.by is None:
            for label in _idle_labels(amount.values, labels):
                sentence = f"The value for {label} holds in no period of the contract."
                yield Finding("AO608", ("amounts", name, "values", label), sentence, _INSTEAD, key=True)
        for index, change in enumerate(amount.changes):
            if change.first > contract.periods.last:
                sentence = f"The change from {change.first} comes after the last day of the contract."
                yield Finding("AO608", ("amounts", name, "changes", index), sentence, _INSTEAD)
    for area_id, area in contract.result_areas.items():
        for id_, indicator in area.indicators.items():
            for level in dated_values(indicator):
                for label in _idle_labels([label for label, _ in level.entries if label], labels):
                    sentence = f"The level for {label} holds in no period of the contract."
                    path = ("result_areas", area_id, "indicators", id_)
                    yield Finding("AO608", path, sentence, _INSTEAD, place=level.place)
    yield from _splits(linted)
    yield from _parties(linted)


def _idle_labels(given: Iterable[str], labels: list[str]) -> list[str]:
    """Labels after the last period, and those that another replaces before the first."""
    before = sorted(label for label in given if label <= labels[0])
    return [*before[:-1], *(label for label in given if label > labels[-1])]


def _splits(linted: Linted) -> Iterator[Finding]:
    periods = linted.contract.periods
    for name, split in linted.contract.splits.items():
        for index, entry in enumerate(split.shares):
            if entry.first > periods.last:
                sentence = f"The shares from {entry.first} come after the last day of the contract."
                yield Finding("AO608", ("splits", name, "shares", index), sentence, _INSTEAD)
        for index, (entry, following) in enumerate(pairwise(split.shares)):
            if following.first <= periods.first:
                sentence = f"The shares from {entry.first} are replaced before the contract begins."
                yield Finding("AO608", ("splits", name, "shares", index), sentence, _INSTEAD)


def _parties(linted: Linted) -> Iterator[Finding]:
    contract = linted.contract
    for name, party in contract.parties.items():
        path = ("parties", name)
        if (party.first and party.first > contract.periods.last) or (
            party.last and party.last < contract.periods.first
        ):
            sentence = f"{name} is a party on none of the days of the contract."
            yield Finding("AO608", path, sentence, _INSTEAD, key=True)
        heir = contract.parties.get(party.succeeded_by or "")
        if party.last and heir and heir.first and heir.first > party.last + timedelta(days=1):
            sentence = f"From {party.last + timedelta(days=1)} to {heir.first - timedelta(days=1)} neither {name} nor {party.succeeded_by} is a party."
            instead = f"Let {party.succeeded_by} begin on {party.last + timedelta(days=1)}."
            yield Finding("AO609", (*path, "to"), sentence, instead, "error")
