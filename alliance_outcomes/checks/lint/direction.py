"""Direction: a score that rises the wrong way, or turns, or a goal that is worse than where the score begins (AO610)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isinf

from ...calculation.form import Calculation, IndicatorForm
from ...contract.outcomes import Indicator
from ...contract.parts import dated_values
from ...formula.ranges import Range, Ranges
from .base import Finding, Linted, read_by, shown

_FAR = Fraction(10) ** 12


def findings(linted: Linted) -> Iterator[Finding]:
    """Indicators whose better values score lower; those without dated levels are alike in every period."""
    for number, (calculation, ranges) in enumerate(zip(linted.calculations, linted.ranges, strict=True)):
        for form in calculation.indicators:
            indicator = linted.contract.result_areas[form.area].indicators[form.id]
            dated = any(len(level.entries) > 1 for level in dated_values(indicator))
            if form.score and indicator.direction and (dated or not number):
                begins = _begins(linted, form, calculation, indicator.direction == "higher")
                yield from _against(form, indicator, calculation, ranges, begins)
    yield from _turned(linted)


def _against(
    form: IndicatorForm, indicator: Indicator, calculation: Calculation, ranges: Ranges, begins: Fraction | None
) -> Iterator[Finding]:
    path = ("result_areas", form.area, "indicators", form.id)
    value, higher = ranges.number(form.value), indicator.direction == "higher"
    ends = [-_FAR if isinf(value.least) else value.least, _FAR if isinf(value.most) else value.most]
    worst, best = (_score_at(form, end, calculation, ranges) for end in (ends if higher else reversed(ends)))
    flat = worst.least == worst.most == best.least == best.most
    if worst.least >= best.most and not flat:
        sentence = f"{form.id} says that {indicator.direction} is better, but its score is highest at the other end."
        instead = "Swap the levels, or mend direction: (it may stand in the indicator's definition)."
        yield Finding("AO610", (*path, "score"), sentence, instead, "error", key=True)
    elif indicator.goal is not None and begins is not None:
        goal, percent = indicator.goal.value, form.unit == "share"
        if goal < begins if higher else goal > begins:
            sentence = (
                f"The goal {shown(goal, percent)} is worse than {shown(begins, percent)}, where the score begins."
            )
            yield Finding("AO610", (*path, "goal"), sentence, "Mend the goal, or the levels of the score.", "error")


def _turned(linted: Linted) -> Iterator[Finding]:
    """Indicators of no stated direction whose levels cross from one period to a later one: what was better is worse then."""
    ways: dict[str, tuple[bool, str]] = {}
    for calculation, ranges in zip(linted.calculations, linted.ranges, strict=True):
        for form in calculation.indicators:
            if not form.score or linted.contract.indicators[form.id].direction:
                continue
            value = ranges.number(form.value)
            ends = (-_FAR if isinf(value.least) else value.least, _FAR if isinf(value.most) else value.most)
            low, high = (_score_at(form, end, calculation, ranges) for end in ends)
            if low.most >= high.least and high.most >= low.least:
                continue
            rises, (before, label) = low.most < high.least, ways.get(form.id, (low.most < high.least, ""))
            if rises != before:
                words = ("higher", "lower") if before else ("lower", "higher")
                sentence = f"In {label} {words[0]} values of {form.id} score more, from {calculation.period} on {words[1]} ones."
                path = ("result_areas", form.area, "indicators", form.id, "score")
                yield Finding("AO610", path, sentence, "Mend the levels: two of them have crossed.", "error", key=True)
            ways[form.id] = rises, calculation.period


def _score_at(form: IndicatorForm, value: object, calculation: Calculation, ranges: Ranges) -> Range:
    """What the score can be where the value is ``value``."""
    assert isinstance(value, Fraction)
    wanted = {form.score}
    steps = read_by(calculation, wanted)
    own = [step for step in reversed(steps.values()) if step.name.startswith(f"{form.id}.")]
    there = Ranges((), ())
    there.known = {**ranges.known, form.value: Range(value, value)}
    for step in own:
        if step.name != form.value:
            there.known[step.name] = there.of(step.formula)
    return there.number(form.score)


def _begins(linted: Linted, form: IndicatorForm, calculation: Calculation, higher: bool) -> Fraction | None:
    """The worst level of a score that is a line from one level to another."""
    for there, _, step, curve in linted.curves:
        own = there is calculation and curve.of.id == form.value and step.name.startswith(f"{form.id}.")
        if own and len(curve.pieces) > 2:
            return curve.pieces[0].upto if higher else curve.pieces[-2].upto
    return None
