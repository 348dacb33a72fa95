"""What is known of a number before it is computed: where it lies, how far a float may be from it, and its grid.

The *grid* of a number is a ``step`` and a ``height``: the exact value is always a whole multiple of the step over a
whole number of at most ``height``. Two such numbers that differ, differ by a *gap*; where errors stay below half of
it, a float decides even a tie. All errors are absolute. The rules of rounding take floats or arrays alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, inf, isfinite, nextafter
from typing import TypeVar

from .columns import EXACT_IN_FLOAT, UNIT_ROUNDOFF, Column, Floats

# The unit roundoff, a hair wider, so that the bounds' own rounding is covered; and what underflow can lose.
ROUNDOFF = UNIT_ROUNDOFF * (1 + 2.0**-20)
TINY = 1e-300
_DEEPEST = 10**60
Size = TypeVar("Size", float, Floats)


@dataclass(frozen=True, slots=True)
class Known:
    """What holds for every row: bounds of the value and of its float, the error, the grid, and what may befall it.

    ``missing``: it may have no value. ``hazard``: it may rest on a division by zero, so its error can be infinite.
    """

    least: float
    most: float
    error: float = 0.0
    step: Fraction | None = None
    height: float = 1.0
    missing: bool = False
    hazard: bool = False

    @property
    def largest(self) -> float:
        """The largest magnitude."""
        return max(abs(self.least), abs(self.most))

    def gap(self, threshold: Fraction) -> float:
        """By how much the exact value differs from ``threshold`` at least, where it differs; 0 where nothing is known."""
        if self.step is None or not 0 < self.height < inf:  # 0: over a denominator that is always 0
            return 0.0
        step = common(self.step, threshold)
        return 0.0 if step is None else small(step) / self.height * (1 - 2.0**-40)

    def decides(self, threshold: Fraction, largest: float | None = None) -> bool:
        """Whether a comparison with ``threshold``, moved by half the gap, is right for every row.

        With ``largest`` the same holds for every whole multiple of ``threshold`` up to there.
        """
        size = abs(near(threshold)) if largest is None else largest
        return self.error + 4 * ROUNDOFF * size + TINY < self.gap(threshold) / 2

    def reach(self, size: float) -> float:
        """How near a float may come to a threshold of ``size`` and leave the comparison open."""
        return self.error * (1 + 2.0**-30) + 4 * ROUNDOFF * size + TINY

    def open_at(self, threshold: Fraction) -> bool:
        """Whether rows near ``threshold`` may compare wrongly."""
        return bool(self.error) and not self.decides(threshold)

    def cut(self, threshold: Fraction, above: bool) -> float:
        """The float from which on a value counts as at ``threshold`` or more (``above``: as more than it)."""
        if self.error and self.decides(threshold):
            half = self.gap(threshold) / 2
            return near(threshold) + (half if above else -half)
        least = near(threshold)
        if isfinite(least) and Fraction(least) < threshold:
            least = nextafter(least, inf)
        return nextafter(least, inf) if above and isfinite(least) and Fraction(least) == threshold else least

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, held exactly."""
        return not self.error and self.step is not None and self.height == 1 and self.step.denominator == 1


def column_known(column: Column) -> Known:
    """What is known of an input; it may be unbounded."""
    slack = 2 * column.roundoff
    least, most = column.least - times(slack, abs(column.least)), column.most + times(slack, abs(column.most))
    error = times(column.roundoff, max(abs(least), abs(most))) + (TINY if column.roundoff else 0.0)
    return Known(least, most, error, column.step, column.highest, column.missing)


def near(value: Fraction) -> float:
    """The float nearest to ``value``; infinite where it is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def small(value: Fraction) -> float:
    """A float at or below ``value``, which is above 0; 0 where it is too small."""
    return near(value) * (1 - 2.0**-50)


def common(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """The largest step that both are multiples of; None where either is None or it is not worth keeping."""
    if one is None or other is None:
        return None
    above = gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    return kept(Fraction(above, one.denominator * other.denominator))


def kept(step: Fraction | None) -> Fraction | None:
    """``step``, unless it has grown too fine to decide anything."""
    return None if step is None or step.denominator > _DEEPEST or step.numerator > _DEEPEST else abs(step)


def held(step: Fraction | None, height: float, largest: float) -> bool:
    """Whether floats hold every multiple of ``step`` up to ``largest`` exactly."""
    if step is None or height != 1 or step.denominator & (step.denominator - 1):
        return False
    return largest < EXACT_IN_FLOAT / step.denominator


# -- rules of rounding: the error of a result, from sizes and errors of the operands ----------------------------------


def linear_error(parts: Iterable[tuple[float, Size, Size]], constant: float, terms: int, exact: bool = False) -> Size:
    """The error of a sum of coefficient x value: ``parts`` are |coefficient|, largest |value|, error.

    ``exact``: floats hold the sum, so that only the errors of the operands count.
    """
    carried: Size = 0.0  # type: ignore[assignment]  # a float grows into an array
    size: Size = constant if constant >= 0 else -constant  # type: ignore[assignment]  # a float grows into an array
    for factor, largest, error in parts:
        carried = carried + factor * error
        size = size + factor * largest
    if exact:
        return carried
    return carried * (1 + 2.0**-30) + (terms + 3) * ROUNDOFF * size + TINY


def product_error(one: Size, one_error: Size, other: Size, other_error: Size, exact: bool = False) -> Size:
    """The error of a product, from largest magnitudes and errors; ``exact``: floats hold the product."""
    carried = one * other_error + other * one_error + one_error * other_error
    if exact:
        return carried
    return carried * (1 + 2.0**-30) + ROUNDOFF * (one * other) + TINY


def quotient_error(largest: Size, above_error: Size, below: Size, below_error: Size) -> Size:
    """The error of a quotient of at most ``largest``, whose denominator is at least ``below``, more than its error."""
    carried = (above_error + largest * below_error) / (below - below_error)
    return carried * (1 + 2.0**-30) + 2 * ROUNDOFF * largest + TINY


# -- intervals ---------------------------------------------------------------------------------------------------------


def times(one: float, other: float) -> float:
    """A product in which nothing times the infinite is nothing."""
    return 0.0 if not one or not other else one * other


def product_range(one: Known, other: Known) -> tuple[float, float]:
    """Where a product lies."""
    corners = [times(a, b) for a in (one.least, one.most) for b in (other.least, other.most)]
    return min(corners), max(corners)


def widened(known: Known) -> Known:
    """``known`` with its bounds widened by its error, so that they hold for the float as well."""
    if not known.error:
        return known
    extra = 2 * known.error + 4 * ROUNDOFF * known.largest
    return replace(known, least=known.least - extra, most=known.most + extra)


def hull(parts: Iterable[Known]) -> Known:
    """What is known of a number that is one of ``parts``."""
    found: Known | None = None
    for each in parts:
        if found is None:
            found = each
        else:
            found = Known(
                min(found.least, each.least),
                max(found.most, each.most),
                max(found.error, each.error),
                common(found.step, each.step),
                max(found.height, each.height),
                found.missing or each.missing,
                found.hazard or each.hazard,
            )
    assert found is not None
    return found


def constant_known(value: Fraction) -> Known:
    """What is known of a constant."""
    size = near(value)
    error = 0.0 if isfinite(size) and Fraction(size) == value else ROUNDOFF * abs(size) + TINY
    return Known(size, size, error, kept(value))
