"""Curves as contracts state them: points joined by lines, bands with a rate each, rows of a lookup."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from .nodes import Curve, Name, Piece

Point = tuple[Fraction, Fraction]


def through(of: Name, points: Sequence[Point]) -> Curve:
    """The line through ``points`` (x rising), flat beyond its ends."""
    (first_x, first_y), (_, last_y) = points[0], points[-1]
    pieces = [Piece(first_x, True, Fraction(0), first_y)]
    pieces += [_segment(start, end) for start, end in pairwise(points)]
    return Curve(of, (*pieces, Piece(None, False, Fraction(0), last_y)))


def _segment(start: Point, end: Point) -> Piece:
    (x0, y0), (x1, y1) = start, end
    slope = (y1 - y0) / (x1 - x0)
    return Piece(x1, True, slope, y0 - slope * x0)


def between(of: Name, zero_at: Fraction, full_at: Fraction, most: Fraction) -> Curve:
    """0 at ``zero_at`` and worse, ``most`` at ``full_at`` and better, a straight line between."""
    return through(of, sorted([(zero_at, Fraction(0)), (full_at, most)]))


def stairs(of: Name, steps: Sequence[Point], below: Fraction, closed: bool) -> Curve:
    """``below`` under the first level, then the value of the last level passed.

    ``closed``: a value exactly on a level belongs to the step below it.
    """
    edges: list[Fraction | None] = [*(level for level, _ in steps), None]
    heights = [below, *(height for _, height in steps)]
    return Curve(
        of,
        tuple(Piece(edge, closed, Fraction(0), height) for edge, height in zip(edges, heights, strict=True)),
    )


def earned_in_bands(of: Name, bands: Sequence[tuple[Fraction | None, Fraction]], origin: Fraction) -> Curve:
    """The sum, from x to ``origin``, of each band's rate times the slice of it that lies between.

    ``bands`` are (upper end, rate), rising, the last end None; right of ``origin`` the sum is negative.
    """
    # The sum falls by `rate` for each unit of x; at_zero keeps the pieces joined, and zero at the origin.
    at_zero, previous = Fraction(0), bands[0][1]
    pieces = [Piece(bands[0][0], True, -previous)]
    for (edge, _), (upper, rate) in pairwise(bands):
        assert edge is not None
        at_zero += (rate - previous) * edge
        previous = rate
        pieces.append(Piece(upper, True, -rate, at_zero))
    at_origin = next(p for p in pieces if p.upto is None or origin <= p.upto)
    assert at_origin.slope is not None
    shift = at_origin.slope * origin + at_origin.at_zero
    return Curve(of, tuple(Piece(p.upto, p.closed, p.slope, p.at_zero - shift) for p in pieces))
