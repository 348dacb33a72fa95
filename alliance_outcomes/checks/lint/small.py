"""Small: an indicator that weighs more than the few it is measured on can carry (AO614)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ...calculation.form import Calculation, IndicatorForm
from ...formula.ranges import common, stretches
from .base import Finding, Linted, shown

# One person, visit or answer of the fewest that count should not move the contract's score by more of its range.
MOST_BY_ONE = Fraction(2, 100)
WEIGHTY = Fraction(10, 100)


def findings(linted: Linted) -> Iterator[Finding]:
    """Measured shares of which one person moves too much of the score, and weighty ones that may rest on one person alone."""
    said = any(indicator.minimum_n for indicator in linted.contract.indicators.values())
    for calculation in linted.calculations:
        whole = sum((area.weight for area in calculation.areas), Fraction(0))
        for form in calculation.indicators:
            indicator = linted.contract.result_areas[form.area].indicators[form.id]
            if form.score and form.weight and whole and form.unit == "share" and not indicator.value:
                weight = form.weight / whole
                if form.minimum_n:
                    yield from _small(linted, form, weight, _steepest(linted, form, calculation))
                elif said and weight >= WEIGHTY:
                    yield _unsaid(form, weight)


def _small(linted: Linted, form: IndicatorForm, weight: Fraction, steepest: Fraction) -> Iterator[Finding]:
    scores = linted.contract.scores
    path = ("result_areas", form.area, "indicators", form.id)
    if not scores or not steepest:
        return
    moved = steepest * weight / form.minimum_n
    span = scores.most - scores.least
    if moved > MOST_BY_ONE * span:
        enough = -(-steepest * weight // (MOST_BY_ONE * span))
        points = shown(Fraction(round(moved * 10), 10))
        sentence = (
            f"Of {form.minimum_n} measured, one moves the score by {points} points: {form.id} weighs much for so few."
        )
        instead = f"Raise minimum_n to {enough}, lower the weight, or set the levels further apart."
        yield Finding("AO614", (*path, "minimum_n"), sentence, instead)


def _unsaid(form: IndicatorForm, weight: Fraction) -> Finding:
    path = ("result_areas", form.area, "indicators", form.id)
    sentence = f"{form.id} weighs {shown(Fraction(round(weight * 1000), 1000), percent=True)}, and unlike others here it may rest on one person."
    return Finding("AO614", path, sentence, "Add minimum_n: and when_small:.", key=True)


def _steepest(linted: Linted, form: IndicatorForm, calculation: Calculation) -> Fraction:
    """By how much the score changes at most for a change of the value by one, along its lines."""
    slopes = [Fraction(0)]
    for there, ranges, step, curve in linted.curves:
        if there is calculation and curve.of.id == form.value and step.name.startswith(f"{form.id}."):
            inside = ranges.number(form.value)
            slopes += [abs(p.slope) for p, on in stretches(curve) if p.slope and not common(on, inside).empty]
    return max(slopes)
