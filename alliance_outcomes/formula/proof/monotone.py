"""Whether a result never falls as an input rises: by the chain rule, over smaller and smaller boxes, then by the solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from .model import Box, Model, Point, halves
from .optimum import breadth, finite_end, is_loose, point_in
from .spans import Codes, Interval, Span

MOST_BOXES = 8


@dataclass(frozen=True)
class Fall:
    """Why a result may fall: a box where no sign was found, a setting in it, and values of the input to try."""

    point: Point | None
    values: Sequence[Fraction]
    reason: str


def never_falls(model: Model, name: str, result: str, way: int, boxes: int = MOST_BOXES) -> Fall | None:
    """None where ``result`` never falls as ``name`` rises (with way -1: as it falls); else where it may.

    ``name`` may be an input, or a step that everything else is held against.
    """
    part = model.part([result])
    left: list[Box] = [part.domains]
    looked = 0
    while left:
        box = left.pop()
        env = part.env(box)
        looked += 1
        if env is None:
            continue
        edges = part.edges(env)
        slope = _signed(part.slope(edges, name, result), way)
        if slope[0] >= 0:
            continue
        if (fall := _sampled(part, box, name, result, way)) is not None:
            return fall
        smaller = [] if looked + len(left) >= boxes else _split(part, box, name)
        if not smaller:
            from .solver import falls_nowhere

            if falls_nowhere(part, box, name, result, way):
                continue
            return Fall(point_in(box), _ends(box, name), "the slope could not be told over a part of the ranges")
        left += smaller
    return None


def _signed(slope: Interval, way: int) -> Interval:
    return slope if way > 0 else (-slope[1], -slope[0])


def _ends(box: Box, name: str) -> list[Fraction]:
    span = box.get(name)
    return [finite_end(span, False), finite_end(span, True)] if isinstance(span, Span) and not span.never else []


def _sampled(part: Model, box: Box, name: str, result: str, way: int) -> Fall | None:
    """A fall between the ends of a box, where it is found at once."""
    ends = _ends(box, name)
    if len(ends) < 2 or ends[0] == ends[1]:
        return None
    span = box[name]
    assert isinstance(span, Span)
    hair = (ends[1] - ends[0]) / 10**6
    row = [ends[0], ends[0] + hair, (ends[0] + ends[1]) / 2, ends[1] - hair, ends[1]]
    for high in (None, True, False):
        point = point_in(box)
        if high is not None:
            for each, domain in box.items():
                if isinstance(domain, Span) and not domain.never:
                    point[each] = finite_end(domain, high)
        amounts = []
        for value in row if name not in part.whole else (ends[0], ends[1]):
            values = part.values({**point, name: value})
            if values is not None and values[result] is not None:
                amounts.append(Fraction(values[result]) * way)  # type: ignore[arg-type]  # a number
        if any(after < before - Fraction(1, 100) for before, after in pairwise(amounts)):
            return Fall(point, row, "it falls")
    return None


def _split(part: Model, box: Box, name: str) -> list[Box]:
    """The box in parts: at what changes kind, at levels of the input itself, at levels of others, then in the middle."""

    def promise(each: str) -> tuple[int, float]:
        span = box[each]
        if not is_loose(span):
            return (-1, 0.0)
        if isinstance(span, Codes) or span.missing:
            return (3, 0.0)
        inside = any(span[0] < level < span[1] for level in part.breaks.get(each, ()))
        whole = part.domains[each]
        assert isinstance(whole, Span)
        return (2 if inside and each == name else 1 if inside else 0, breadth(span, whole))

    if not box:
        return []
    chosen = max(box, key=promise)
    if promise(chosen)[0] < 0:
        return []
    parts = halves(box[chosen], chosen in part.whole and chosen != name, part.breaks.get(chosen, ()))
    return [{**box, chosen: each} for each in parts if isinstance(each, Codes) or each[0] <= each[1] or each.missing]
