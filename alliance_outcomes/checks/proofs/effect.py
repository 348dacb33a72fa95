"""Sixth verdict: strictly between its lowest and highest level an indicator can move the total, in some setting of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import inf, isinf

from ...calculation.form import IndicatorForm
from ...formula.exact import Value
from ...formula.proof.model import Box, Model, Point
from ...formula.proof.optimum import finite_end
from ...formula.proof.spans import NO_SLOPE, Codes, Span
from .amounts import TOTAL
from .claims import Claim
from .places import intended
from .sampling import settings
from .setting import Setting

FINEST, STARTS, MOST_CELLS = 1000, 24, 60

Range = tuple[Fraction, Fraction]


def claims(setting: Setting) -> Iterator[Claim]:
    """A claim for each scored indicator."""
    for form in setting.calculation.indicators:
        if form.score:
            yield _claim(setting, form)


def _claim(setting: Setting, form: IndicatorForm) -> Claim:
    values: dict[str, Fraction | str] = {"indicator": form.id}
    meant = intended(setting.contract, form.id)
    name = form.value if form.value in setting.model.domains else f"{form.id}.now"
    full = setting.model
    if name not in full.domains:
        if form.id not in full.steps:
            return Claim("effect.moves", "undecided", values, form.place, reason="its value is not measured by itself")
        # A value that is computed: it stands for itself, with what it is computed from left as it is elsewhere.
        name = form.id
        span = _of_computed(setting, form)
        full = full.part([TOTAL, *([form.score])], {form.id: span})
    model = full.part([TOTAL])
    if name not in model.domains:
        return Claim("effect.none", "refuted", {**values, "from": "", "to": ""}, form.place, meant)
    levels = _levels(form, full, name)
    if levels is None:
        return Claim("effect.moves", "undecided", values, form.place, reason="it has no levels, and no stated range")
    stairs = _runs(full, form.score, name, levels)
    dead = _idle_run(model, name, stairs) if stairs else _dead(model, name, levels)
    if dead is None:
        return Claim("effect.moves", "proved", {**values, "from": levels[0], "to": levels[1]}, form.place)
    still = _still(model, name, dead)
    shown = {**values, "from": dead[0], "to": dead[1]}
    if still is not None:
        return Claim("effect.none", "refuted", {**values, "from": still[0], "to": still[1]}, form.place, meant)
    return Claim(
        "effect.moves", "undecided", shown, form.place, reason="no setting was found in which it moves the total"
    )


def _of_computed(setting: Setting, form: IndicatorForm) -> Span:
    bounds = setting.image(form.id)
    return Span(bounds[0].bound, bounds[1].bound, False)


def _levels(form: IndicatorForm, model: Model, name: str) -> Range | None:
    """The lowest and highest level of the indicator's rule, or the ends of its range."""
    steps = {each: node for each, node in model.steps.items() if each == form.score or each.startswith(f"{form.id}.")}
    rule = Model(
        model.domains, {**{n: node for n, node in model.steps.items() if n in model.cone([form.score])}, **steps}
    )
    found = rule.breaks.get(form.id if form.id in model.domains else name, []) or rule.breaks.get(form.id, [])
    span = model.domains[name]
    assert isinstance(span, Span)
    if len(found) > 1:
        low, high = max(found[0], Fraction(finite_end(span, False))), min(found[-1], Fraction(finite_end(span, True)))
        if low < high:
            return low, high
    if isinf(span[0]) or isinf(span[1]):
        return None
    return finite_end(span, False), finite_end(span, True)


def _dead(model: Model, name: str, levels: Range) -> Range | None:
    """A range between the levels, wider than a thousandth, in which no setting that was tried moves the total."""
    left: list[Range] = [levels]
    finest = (levels[1] - levels[0]) / FINEST
    for point in settings(model, STARTS, 4):
        values = model.values({**point, name: (levels[0] + levels[1]) / 2})
        if values is None:
            continue
        left = [rest for part in left for rest in _unmoved(model, name, point, part, finest)]
        left = [part for part in left if part[1] - part[0] > finest]
        if not left:
            return None
    return max(left, key=lambda part: part[1] - part[0])


def _unmoved(model: Model, name: str, point: Point, part: Range, finest: Fraction) -> list[Range]:
    """What is left of a range where the total is proved to move with an input, the rest held at a setting."""
    fixed: Box = {each: _only(value) for each, value in point.items() if each in model.domains}
    cuts = [part[0], *(x for x in model.breaks.get(name, ()) if part[0] < x < part[1]), part[1]]
    left = list(pairwise(cuts))
    found: list[Range] = []
    looked = 0
    while left:
        low, high = left.pop(0)
        looked += 1
        if looked > MOST_CELLS:
            found.append((low, high))
            continue
        env = model.env({**fixed, name: Span(low, high)})
        if env is None:
            continue
        total = env[TOTAL]
        if isinstance(total, Span) and total.point:
            found.append((low, high))
            continue
        slope = model.slope(model.edges(env), name, TOTAL)
        if slope[0] > 0 or slope[1] < 0:
            continue
        # What moves by leaps alone moves where it leaps, an eighth of the way at most.
        if high - low <= (part[1] - part[0]) / 8 and (isinf(slope[0]) or isinf(slope[1])):
            ends = [_amount(model, {**point, name: end}) for end in (low, high)]
            if None not in ends and ends[0] != ends[1]:
                continue
        if slope == NO_SLOPE or high - low <= finest:
            found.append((low, high))
        else:
            middle = (low + high) / 2
            left = [(low, middle), (middle, high), *left]
    return _joined(found)


def _joined(parts: list[Range]) -> list[Range]:
    found: list[Range] = []
    for low, high in parts:
        found.append((found.pop()[0], high) if found and found[-1][1] == low else (low, high))
    return found


def _only(value: Value) -> Span | Codes:
    if isinstance(value, str):
        return Codes(frozenset((value,)))
    return Span(inf, -inf, True) if value is None else Span(Fraction(value), Fraction(value))


def _runs(model: Model, score: str, name: str, levels: Range) -> list[Range]:
    """The ranges over which a score by steps stays the same; none where it rises or falls between them."""
    part = model.part([score])
    if name not in part.domains:
        return []
    point = next(settings(part, 1))
    point = {each: value if value is not None else Fraction(0) for each, value in point.items()}
    width = levels[1] - levels[0]
    span = part.domains[name]
    assert isinstance(span, Span)
    # A little of what lies outside: there the lowest step is left, and the highest reached.
    levels = max(levels[0] - width / 64, finite_end(span, False)), min(levels[1] + width / 64, finite_end(span, True))
    width = levels[1] - levels[0]
    cuts = sorted(
        {
            *(levels[0] + width * Fraction(i, 64) for i in range(65)),
            *(x for x in part.breaks.get(name, ()) if levels[0] <= x <= levels[1]),
        }
    )
    hair = width / 10**7
    runs: list[tuple[Fraction, Fraction, Value]] = []
    for low, high in pairwise(cuts):
        seen = [part.values({**point, name: at}) for at in (low + hair, (low + high) / 2, high - hair)]
        scores = [None if each is None else each[score] for each in seen]
        if None in scores or scores[0] != scores[1] != scores[2]:
            return []
        if scores[0] == scores[1] == scores[2]:
            if runs and runs[-1][2] == scores[0]:
                runs[-1] = (runs[-1][0], high, scores[0])
            else:
                runs.append((low, high, scores[0]))
    return [(low, high) for low, high, _ in runs] if len(runs) > 1 else []


def _idle_run(model: Model, name: str, runs: list[Range]) -> Range | None:
    """A step that no setting tells from the one before it or after it."""
    idle = set(range(len(runs)))
    for point in settings(model, STARTS, 4):
        amounts = [_amount(model, {**point, name: (low + high) / 2}) for low, high in runs]
        for index, (one, other) in enumerate(pairwise(amounts)):
            if one is not None and other is not None and one != other:
                idle -= {index, index + 1}
        if not idle:
            return None
    return runs[min(idle)]


def _amount(model: Model, point: Point) -> Fraction | None:
    values = model.values(point)
    found = None if values is None else values[TOTAL]
    return None if found is None else Fraction(found)


def _still(model: Model, name: str, dead: Range) -> Range | None:
    """The range, where it is proved that the total stands still over it whatever the rest is."""
    span = model.domains[name]
    assert isinstance(span, Span)
    hair = (dead[1] - dead[0]) / 64
    for low, high in (dead, (dead[0] + hair, dead[1] - hair)):
        box = {**model.domains, name: Span(low, high)}
        left, looked = [box], 0
        while left and looked < 40:
            looked += 1
            part = left.pop()
            env = model.env(part)
            if env is None:
                continue
            if model.slope(model.edges(env), name, TOTAL) != NO_SLOPE:
                break
        else:
            return low, high
    return None
