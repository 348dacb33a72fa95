"""Fifth verdict: every band, step, gate and limit can happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import inf

from ...formula.exact import Undefined, exact
from ...formula.proof.model import Model, Point
from ...formula.proof.optimum import Optimum, highest, lowest
from .claims import Claim
from .places import intended
from .sampling import settings
from .setting import Setting
from .sites import Reach, reaches

SAMPLES, BOXES = 70, 40
GAP = "gap>"


def claims(setting: Setting) -> Iterator[Claim]:
    """One claim for all that was seen to happen, and one for each that cannot, or was not seen to."""
    wanted = list(reaches(setting))
    unseen = _unseen(setting, wanted)
    seen = len(wanted) - len(unseen)
    for reach in unseen:
        claim = _decided(setting, reach)
        if claim.outcome == "proved":
            seen += 1
        elif claim.faulty and (label := _elsewhere(setting, wanted, reach)):
            yield Claim("reach.elsewhere", "proved", {"step": reach.step, "period": label}, reach.place)
        else:
            yield claim
    yield Claim("reach.all", "proved", {"count": Fraction(seen)})


def _unseen(setting: Setting, wanted: list[Reach]) -> list[Reach]:
    """What none of a number of settings makes happen."""
    left = [(reach, exact(reach.difference)) for reach in wanted]
    for point in settings(setting.model, SAMPLES, 2):
        values = setting.model.values(point)
        if values is None:
            continue
        remaining = []
        for reach, read in left:
            try:
                happened = reach.happens(read(values))
            except Undefined:
                happened = False
            if not happened:
                remaining.append((reach, read))
        left = remaining
        if not left:
            break
    return [reach for reach, _ in left]


def _decided(setting: Setting, reach: Reach) -> Claim:
    values: dict[str, Fraction | str] = {"step": reach.step, **reach.values}
    model = Model(
        setting.model.domains,
        {**setting.model.steps, GAP: reach.difference},
        setting.model.bounded,
        setting.model.whole,
    )
    inner = Setting(setting.contract, setting.calculation, model, setting.parties, setting.slack)
    reduced = inner.reduced(GAP)
    read = reach.happens
    high, low = highest(reduced, GAP, BOXES), lowest(reduced, GAP, BOXES)
    for optimum in (high, low):
        if optimum.value is not None and read(optimum.value):
            return Claim(reach.kind, "proved", values, reach.place)
    if _beyond(reach, low, high):
        shown = {**values, "lowest": _number(low), "highest": _number(high)}
        if reach.kind == "reach.limit":  # what is missing to zero, at the most that there can be
            shown["short"] = -Fraction(high.bound)
        return Claim(f"{reach.kind}_never", "refuted", shown, reach.place, intended(setting.contract, reach.step))
    if _between(reach, low, high, reduced):
        return Claim(reach.kind, "proved", values, reach.place)
    return Claim(reach.kind, "undecided", values, reach.place, reason="no setting was found, and none excluded")


def _elsewhere(setting: Setting, wanted: list[Reach], reach: Reach) -> str:
    """The first other period of the contract in which it can happen: a floor that only later years need is no fault."""
    place = _alike(wanted, reach).index(reach)
    for other in setting.others():
        there = _alike(reaches(other), reach)
        if place < len(there) and (
            not _unseen(other, [there[place]]) or _decided(other, there[place]).outcome == "proved"
        ):
            return other.calculation.period
    return ""


def _alike(found: Iterable[Reach], reach: Reach) -> list[Reach]:
    """Those of the same step and kind, in order."""
    return [each for each in found if (each.step, each.kind) == (reach.step, reach.kind)]


def _number(optimum: Optimum) -> Fraction | str:
    return "" if optimum.bound in (inf, -inf) else Fraction(optimum.bound)


def _beyond(reach: Reach, low: Optimum, high: Optimum) -> bool:
    """Whether it is proved never to happen."""
    if reach.least is not None and (
        high.bound < reach.least or (high.bound == reach.least and not reach.happens(reach.least))
    ):
        return True
    return reach.most is not None and (
        low.bound > reach.most or (low.bound == reach.most and not reach.happens(reach.most))
    )


def _between(reach: Reach, low: Optimum, high: Optimum, model: Model) -> bool:
    """Whether some setting on the way from the least to the most makes it happen."""
    if low.point is None or high.point is None:
        return False
    for part in range(0, 65):
        share = Fraction(part, 64)
        point: Point = {}
        for name in model.domains:
            a, b = low.point.get(name), high.point.get(name)
            mixed = a is not None and b is not None and not isinstance(a, str) and not isinstance(b, str)
            point[name] = Fraction(a) + (Fraction(b) - Fraction(a)) * share if mixed else a  # type: ignore[arg-type]  # numbers
        values = model.values(point)
        if values is not None and reach.happens(values[GAP]):
            return True
    return False
