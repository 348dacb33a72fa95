"""A closer look at a test that may leap: cell by cell along its edge, what the total can leap by there.

The points for improvement may leap only where the points for achievement are greater anyhow, so that the total does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import inf, isinf

from ...formula.nodes import Compare, Name, Number
from ...formula.proof.chains import Edges
from ...formula.proof.model import Box, Model
from ...formula.proof.spans import NO_SLOPE, End, Interval, Span, times
from .amounts import TOTAL
from .sites import Site, jump_within

MOST_CELLS = 60
HAIR = Fraction(1, 10**9)


def nearer(model: Model, site: Site) -> Interval | None:
    """What the total can leap by at a test of a number and another; None where that is no test of those, or not bounded."""
    if not isinstance(site.node, Compare) or site.choice is None or site.what != "test":
        return None
    read = [each.id for each in (site.node.left, site.node.right) if isinstance(each, Name)]
    if not read or not all(isinstance(each, Name | Number) for each in (site.node.left, site.node.right)):
        return None
    env = model.env(model.domains)
    if env is None or site.step in read:
        return None
    # A number that is computed stands for itself: it can be no more than it is said to be here.
    part = model.part([TOTAL, site.step], {name: env[name] for name in read if name in model.steps})
    if TOTAL in part.domains:
        return None
    cells = _cells(part, site.node, read)
    if cells is None or len(cells) > MOST_CELLS:
        return None
    most: End = Fraction(0)
    for cell in cells:
        most = max(most, _leap_of(part, site, {**part.domains, **cell}))
        if isinf(most):
            return None
    return -most, most


def _cells(model: Model, test: Compare, read: list[str]) -> list[Box] | None:
    """Boxes along the edge that lap over one another, so that what lies a hair beside the edge lies in one box with it.

    None where the edge has no end; empty where there is no edge.
    """
    spans = {name: span for name in read if isinstance(span := model.domains[name], Span)}
    fixed = [side.value for side in (test.left, test.right) if isinstance(side, Number)]
    low = max(*(span[0] for span in spans.values()), *fixed, -inf)
    high = min(*(span[1] for span in spans.values()), *fixed, inf)
    if low > high:
        return []
    if isinf(low) or isinf(high):
        return None
    hair = max(Fraction(high) - Fraction(low), Fraction(1)) * HAIR
    levels = sorted({level for name in read for level in model.breaks.get(name, ()) if low <= level <= high})
    cuts = sorted({Fraction(low), Fraction(high), *(each for level in levels for each in (level - hair, level + hair))})
    cuts = [cut for cut in cuts if low <= cut <= high]
    lap = hair / 4
    return [
        {name: Span(max(start - lap, span[0]), min(end + lap, span[1])) for name, span in spans.items()}
        for start, end in zip(cuts, cuts[1:] or cuts, strict=False)
    ]


def _leap_of(model: Model, site: Site, box: Box) -> End:
    """The most that the total can leap within a box: by the slopes from the step on, or as far as what lies between moves."""
    env = model.env(box)
    if env is None:
        return Fraction(0)
    jump = jump_within(model, site, env)
    if jump == NO_SLOPE:
        return Fraction(0)
    edges = model.edges(env)
    found = _size(times(jump, model.slope(edges, site.step, TOTAL)))
    for name in (site.step, *_gates(model, edges, site.step)):
        span = env[name]
        if isinstance(span, Span) and not span.missing:
            wide: Interval = (span[0] - span[1], span[1] - span[0])
            found = min(found, _size(times(wide, model.slope(edges, name, TOTAL))))
    return found


def _gates(model: Model, edges: Edges, step: str) -> Iterator[str]:
    """The steps, the last of them the total, through which every way from ``step`` to the total leads."""
    for name in model.steps:
        if name != step and name in edges:
            without = {each: reads for each, reads in edges.items() if each != name}
            if name == TOTAL or model.slope(without, step, TOTAL) == NO_SLOPE != model.slope(edges, step, name):
                yield name


def _size(move: Interval) -> End:
    return max(-move[0], move[1])
