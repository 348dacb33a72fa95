"""Curves to operations: one slope between two levels is a line kept within limits; what jumps is read in pieces."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from ..nodes import Curve
from .bounds import Known
from .forms import ZERO, Form, alone
from .operations import Part, Pieces, Register

if TYPE_CHECKING:
    from .lowering import Lowering


def lower_curve(lowering: Lowering, curve: Curve, of: Form | None) -> Form | None:
    """The number that a curve gives at a number."""
    if of is None:
        return None
    parts = _parts(curve)
    if not of.terms:
        part = _part_at(parts, of.constant)
        return None if part.slope is None else Form((), part.slope * of.constant + part.at_zero)
    if len(of.terms) == 1 and of.terms[0][0]:
        ((factor, register),) = of.terms
        parts = _inner(parts, factor, of.constant)
    else:
        register = lowering.register(of)
    parts = _reachable(_merged(parts), lowering.knowns[register])
    return _lowered(lowering, register, parts)


def _parts(curve: Curve) -> list[Part]:
    """The pieces by where they begin: a piece that is closed leaves its end out of the next."""
    parts: list[Part] = []
    start: Fraction | None = None
    closed = False
    for piece in curve.pieces:
        parts.append(Part(start, closed, piece.slope, piece.at_zero))
        start, closed = piece.upto, not piece.closed  # the last piece has no end
    return parts


def _part_at(parts: list[Part], x: Fraction) -> Part:
    return next(
        part for part in reversed(parts) if part.start is None or x > part.start or (part.closed and x == part.start)
    )


def _inner(parts: list[Part], factor: Fraction, constant: Fraction) -> list[Part]:
    """The curve of ``factor * x + constant`` as a curve of x."""

    def moved(start: Fraction | None, closed: bool, part: Part) -> Part:
        slope = None if part.slope is None else part.slope * factor
        at_zero = part.at_zero if part.slope is None else part.at_zero + part.slope * constant
        return Part(None if start is None else (start - constant) / factor, closed, slope, at_zero)

    if factor > 0:
        return [moved(part.start, part.closed, part) for part in parts]
    ends = [*((part.start, not part.closed) for part in parts[1:]), (None, False)]
    turned = [moved(end, closed, part) for part, (end, closed) in zip(parts, ends, strict=True)]
    return turned[::-1]


def _merged(parts: list[Part]) -> list[Part]:
    """Neighbours with the same line become one."""
    found: list[Part] = []
    for part in parts:
        if not found or (found[-1].slope, found[-1].at_zero) != (part.slope, part.at_zero):
            found.append(part)
    return found


def _reachable(parts: list[Part], known: Known) -> list[Part]:
    """The parts that a register can reach."""
    found: list[Part] = []
    for part in parts:
        if part.start is not None and isfinite(known.most) and part.start > Fraction(known.most):
            break
        if part.start is not None and isfinite(known.least) and part.start < Fraction(known.least):
            found = []
        found.append(part)
    first = found[0]
    return [Part(None, False, first.slope, first.at_zero), *found[1:]]


def _joined(parts: list[Part]) -> bool:
    """Whether the curve has a value everywhere and never jumps."""
    if any(part.slope is None for part in parts):
        return False
    for left, right in pairwise(parts):
        assert left.slope is not None
        assert right.slope is not None
        assert right.start is not None
        if (left.slope - right.slope) * right.start + left.at_zero - right.at_zero:
            return False
    return True


def _lowered(lowering: Lowering, register: Register, parts: list[Part]) -> Form | None:
    x = alone(register)
    if len(parts) == 1:
        if parts[0].slope is None:
            lowering.drop(x)
            return None
        return lowering.sum([(parts[0].slope, x)], parts[0].at_zero)
    if not _joined(parts):
        return alone(lowering.add(Pieces(register, tuple(parts))))
    sloped = [part for part in parts if part.slope]
    if len(sloped) == 1:
        return _ramp(lowering, register, parts, sloped[0])
    terms: list[tuple[Fraction, Form]] = []
    ends = [*(part.start for part in parts[1:]), None]
    for part, end in zip(parts, ends, strict=True):
        if part.slope:
            terms.append((part.slope, lowering.limited(register, part.start, end)))
    # Where the first part ends, each later stretch stands at its beginning.
    first, at = parts[0], parts[1].start
    assert at is not None
    assert first.slope is not None
    there = first.slope * at + first.at_zero
    taken = sum((slope * _kept(at, part, end) for slope, part, end in _stretches(parts, ends)), ZERO)
    return lowering.sum(terms, there - taken)


def _stretches(parts: list[Part], ends: list[Fraction | None]) -> list[tuple[Fraction, Part, Fraction | None]]:
    return [(part.slope, part, end) for part, end in zip(parts, ends, strict=True) if part.slope]


def _kept(x: Fraction, part: Part, end: Fraction | None) -> Fraction:
    """``x`` kept within a stretch."""
    low = x if part.start is None else max(x, part.start)
    return low if end is None else min(low, end)


def _ramp(lowering: Lowering, register: Register, parts: list[Part], sloped: Part) -> Form:
    """One slope with level ends: a line kept between their heights."""
    assert sloped.slope is not None
    line = lowering.register(lowering.sum([(sloped.slope, alone(register))], sloped.at_zero))
    heights = [part.at_zero if part is not sloped else None for part in parts]
    first, last = heights[0], heights[-1]
    if sloped.slope < 0:
        first, last = last, first
    return lowering.limited(line, first, last)
