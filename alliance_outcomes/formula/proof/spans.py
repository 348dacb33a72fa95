"""Exact intervals: what a name or a formula can be, and arithmetic on them. An open end is an infinite float."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import NamedTuple

from ..ranges import outward

End = Fraction | float
Interval = tuple[End, End]

ZERO = Fraction(0)
NO_SLOPE: Interval = (ZERO, ZERO)
RISES: Interval = (ZERO, inf)
FALLS: Interval = (-inf, ZERO)
ANY: Interval = (-inf, inf)


class Span(NamedTuple):
    """Numbers from ``least`` to ``most``, both included where they are finite; ``missing``: it may have no value.

    A span whose least is above its most never has a value.
    """

    least: End = -inf
    most: End = inf
    missing: bool = False

    @property
    def never(self) -> bool:
        """Whether there is never a value."""
        return self.least > self.most

    @property
    def point(self) -> bool:
        """Whether it is one number for certain."""
        return self.least == self.most and not self.missing


class Codes(NamedTuple):
    """The codes that a category can have."""

    codes: frozenset[str]
    missing: bool = False


class Truth(NamedTuple):
    """Which truths a condition can have."""

    true: bool
    false: bool
    missing: bool = False


NEVER = Span(inf, -inf, True)
EITHER = Truth(True, True)


def add(a: Interval, b: Interval) -> Interval:
    """The sum of two intervals."""
    return a[0] + b[0], a[1] + b[1]


def minus(a: Interval) -> Interval:
    """The interval with its sign turned."""
    return -a[1], -a[0]


def end_times(a: End, b: End) -> End:
    """A product in which nothing times the infinite is nothing."""
    return ZERO if not a or not b else a * b


def times(a: Interval, b: Interval) -> Interval:
    """The product of two intervals."""
    if NO_SLOPE in (a, b):
        return NO_SLOPE
    if a[0] == a[1]:
        ends = (end_times(a[0], b[0]), end_times(a[0], b[1]))
        return outward(*(ends if a[0] > 0 else (ends[1], ends[0])))
    if b[0] == b[1]:
        return times(b, a)
    corners = [end_times(x, y) for x in a for y in b]
    return outward(min(corners), max(corners))


def inverse(a: Interval) -> Interval:
    """1 / a; everything where a holds zero inside, one-sided where it ends there."""
    least, most = a
    if least == 0 and most == 0:
        return ANY
    if least < 0 < most:
        return ANY
    one = Fraction(1)
    low = ZERO if most == inf else -inf if most == 0 else one / most
    high = ZERO if least == -inf else inf if least == 0 else one / least
    return low, high


def hull(a: Interval, b: Interval) -> Interval:
    """The least interval that holds both."""
    return min(a[0], b[0]), max(a[1], b[1])


def either(a: Span, b: Span) -> Span:
    """What is one of two spans."""
    return Span(min(a[0], b[0]), max(a[1], b[1]), a[2] or b[2])


def meet(a: Span, b: Interval) -> Span:
    """The part of a span that lies in ``b``."""
    return Span(max(a[0], b[0]), min(a[1], b[1]), a[2])
