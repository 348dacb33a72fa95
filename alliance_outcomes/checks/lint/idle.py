"""Idle: an indicator that moves no payment (AO601), and a clause that can pay nothing (AO612)."""

from __future__ import annotations

from collections.abc import Iterator

from ...calculation.form import Calculation
from ...formula.ranges import Ranges
from ...payments.cap import Cap
from .base import Finding, Linted, Path, read_by


def findings(linted: Linted) -> Iterator[Finding]:
    """What is agreed, measured or scored, and changes no amount."""
    if linted.contract.settlement:
        yield from linted.in_every_period(lambda calculation, _: _idle(linted, calculation))
        yield from linted.in_every_period(lambda calculation, ranges: _empty(linted, calculation, ranges))


def _idle(linted: Linted, calculation: Calculation) -> dict[Path | str, Finding]:
    wanted = {entry.amount for entry in calculation.entries}
    read_by(calculation, wanted)
    found: dict[Path | str, Finding] = {}
    for form in calculation.indicators:
        path = ("result_areas", form.area, "indicators", form.id)
        weighs_nothing = form.score and form.weight == 0 and not linted.used & {form.id, f"{form.id}.score"}
        if form.score in wanted and weighs_nothing:
            sentence = f"{form.id} weighs nothing, so its score changes no payment."
            found[form.id] = Finding("AO601", path, sentence, "Give it a weight, or take its score out.", key=True)
        elif not {form.value, form.score} & wanted:
            sentence = f"{form.id} is measured, but no clause reads it or its score."
            instead = "Let a clause pay by score, read it in a formula, or say intended: and why it is measured."
            found[form.id] = Finding("AO601", path, sentence, instead, key=True)
    return found


def _empty(linted: Linted, calculation: Calculation, ranges: Ranges) -> dict[Path | str, Finding]:
    found: dict[Path | str, Finding] = {}
    paying: set[str] = set()
    for entry in calculation.entries:
        line = ranges.number(entry.amount)
        if line.least != 0 or line.most != 0:
            paying.add(entry.clause)
    for entry in calculation.entries:
        # A limit that never binds is told by the check of limits.
        if entry.clause not in paying and not isinstance(linted.contract.settlement[entry.clause], Cap):
            sentence = f"{entry.clause} pays nothing, whatever is measured."
            path = linted.path_of(entry.clause)
            found[entry.clause] = Finding("AO612", path, sentence, "Mend its formula, or take it out.", key=True)
    return found
