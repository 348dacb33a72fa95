"""Columns of the vector reader: floats, and beside them the whole numbers that say exactly what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import ceil, frexp, isfinite, isnan, lcm, ldexp
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]

UNIT_ROUNDOFF = 2.0**-53
EXACT_IN_FLOAT = 2**53
_LARGEST_WHOLE = 2**62
_LARGEST_DENOMINATOR = 10**12
_MOST_DECIMALS = 9


class Kind:
    """What a plan depends on: columns of the same kind, the very object, are read by the same plan."""


@lru_cache(maxsize=65_536)
def _kind(*_about: object) -> Kind:
    return Kind()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A number for each row (a payee, a scenario): ``values``, NaN where it is missing.

    ``least`` and ``most`` bound the present values, a little widened so that columns of like data share a plan;
    ``missing`` tells whether any may be NaN. Where exact values stand behind the floats, ``roundoff`` bounds their
    relative difference, and a value is exactly ``units * step / denominators`` (``denominators`` None: 1), no
    denominator above ``highest``. Where they do not, the floats are the values.
    """

    values: Floats
    least: float
    most: float
    missing: bool
    roundoff: float = 0.0
    step: Fraction | None = None
    units: Whole | None = None
    denominators: Whole | None = None
    highest: float = 1.0
    exact: tuple[Fraction | None, ...] | None = None
    kind: Kind = field(init=False, repr=False)

    def __post_init__(self) -> None:
        step = (0, 0) if self.step is None else (self.step.numerator, self.step.denominator)
        kind = _kind(self.least, self.most, self.missing, self.roundoff, step, self.highest)
        object.__setattr__(self, "kind", kind)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.values)

    def fraction(self, row: int) -> Fraction | None:
        """The exact value of a row; None where it is missing."""
        if np.isnan(self.values[row]):
            return None
        if self.exact is not None:
            return self.exact[row]
        if self.units is None or self.step is None:
            return Fraction(float(self.values[row]))
        below = 1 if self.denominators is None else int(self.denominators[row])
        return int(self.units[row]) * self.step / below

    def take(self, rows: NDArray[np.intp] | slice) -> Column:
        """The column of these rows."""
        units = None if self.units is None else self.units[rows]
        below = None if self.denominators is None else self.denominators[rows]
        # The exact fractions are read by the row of the whole column only.
        return Column(
            self.values[rows],
            self.least,
            self.most,
            self.missing,
            self.roundoff,
            self.step,
            units,
            below,
            self.highest,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """A category for each row: ``codes`` are positions in ``names``, -1 where it is missing."""

    codes: NDArray[np.int16]
    names: tuple[str, ...]

    missing: bool = field(init=False)
    kind: Kind = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "missing", bool((self.codes < 0).any()))
        object.__setattr__(self, "kind", _kind(self.missing, self.names))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.codes)

    def name(self, row: int) -> str | None:
        """The category of a row; None where it is missing."""
        code = int(self.codes[row])
        return None if code < 0 else self.names[code]

    def take(self, rows: NDArray[np.intp] | slice) -> Codes:
        """The categories of these rows."""
        return Codes(self.codes[rows], self.names)


def of_floats(values: Floats, least: float | None = None, most: float | None = None) -> Column:
    """A column whose values are the floats themselves, such as simulated ones; NaN is missing.

    With ``least`` and ``most`` stated, every value lies between them and none is missing: the caller knows.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    if least is not None and most is not None:
        return Column(values, least, most, missing=False)
    return Column(values, *_range(values))


def of_units(units: Whole, step: Fraction, missing: Truths | None = None) -> Column:
    """A column of whole multiples of ``step``, such as cents with 1/100; ``missing`` marks rows without a value."""
    values: Floats = np.divide(units * float(step.numerator), float(step.denominator), dtype=np.float64)
    if missing is not None:
        values[missing] = np.nan
    least, most, some = _range(values)
    largest = max(abs(least), abs(most))
    # Whole numbers and halves, quarters ...: the float is the value.
    whole = step.denominator & (step.denominator - 1) == 0 and largest < EXACT_IN_FLOAT * float(step)
    return Column(values, least, most, some, 0.0 if whole else 4 * UNIT_ROUNDOFF, step, units)


def of_ratios(numerators: Whole, denominators: Whole, missing: Truths | None = None) -> Column:
    """A column of numerators over denominators (above 0); ``missing`` marks rows without a value."""
    if missing is not None:
        denominators = np.where(missing, 1, denominators)
    values: Floats = np.divide(numerators, denominators, dtype=np.float64)
    if missing is not None:
        values[missing] = np.nan
    highest = _power(float(denominators.max(initial=1)))
    return Column(values, *_range(values), 4 * UNIT_ROUNDOFF, Fraction(1), numerators, denominators, highest)


def of_fractions(fractions: Sequence[Fraction | None]) -> Column:
    """A column of exact values; None is missing. What no 64-bit whole number holds keeps its fractions beside it."""
    present = [each for each in fractions if each is not None]
    below = 1
    for each in present:
        below = lcm(below, each.denominator)
        if below > _LARGEST_DENOMINATOR:
            break
    gone = np.array([each is None for each in fractions], dtype=np.bool_)
    missing = gone if len(present) < len(fractions) else None
    if below <= _LARGEST_DENOMINATOR and all(abs(each) * below < _LARGEST_WHOLE for each in present):
        units = [0 if each is None else each.numerator * (below // each.denominator) for each in fractions]
        return of_units(np.array(units, dtype=np.int64), Fraction(1, below), missing)
    if all(abs(each.numerator) < _LARGEST_WHOLE and each.denominator < _LARGEST_WHOLE for each in present):
        above = np.array([0 if each is None else each.numerator for each in fractions], dtype=np.int64)
        under = np.array([1 if each is None else each.denominator for each in fractions], dtype=np.int64)
        return of_ratios(above, under, missing)
    values = np.array([np.nan if each is None else float(each) for each in fractions], dtype=np.float64)
    return Column(values, *_range(values), 4 * UNIT_ROUNDOFF, exact=tuple(fractions))


def of_decimals(values: Floats) -> Column:
    """A column of floats that stand for the shortest decimals that give them back, as a spreadsheet shows them.

    NaN is missing. Raises ValueError where a value is infinite.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    if np.isinf(values).any():
        raise ValueError("an infinite value stands for no number")
    present = ~np.isnan(values)
    filled = np.where(present, values, 0.0)
    for places in range(_MOST_DECIMALS + 1):
        scaled = np.rint(filled * 10.0**places)
        # Below 15 digits a decimal that gives the float back is the only one that short.
        if np.all(np.abs(scaled) < 10.0**15) and np.array_equal(scaled / 10.0**places, filled):
            missing = None if present.all() else ~present
            return of_units(scaled.astype(np.int64), Fraction(1, 10**places), missing)
    return of_fractions([None if np.isnan(value) else Fraction(repr(float(value))) for value in values])


def of_codes(names: Sequence[str | None], known: Sequence[str]) -> Codes:
    """A column of categories out of ``known``; None is missing. Raises KeyError for one that is not known."""
    at = {name: position for position, name in enumerate(known)}
    codes = [-1 if name is None else at[name] for name in names]
    return Codes(np.array(codes, dtype=np.int16), tuple(known))


def _range(values: Floats) -> tuple[float, float, bool]:
    """Bounds of the present values, a little widened, and whether any is missing."""
    if not values.size:
        return 0.0, 0.0, False
    least, most = float(values.min()), float(values.max())
    if not isnan(least):
        return -_wider(-least), _wider(most), False
    present = values[~np.isnan(values)]
    return (-_wider(-float(present.min())), _wider(float(present.max())), True) if present.size else (0.0, 0.0, True)


def _wider(value: float) -> float:
    """A rounder number at or above ``value``."""
    if value == 0 or not isfinite(value):
        return value
    mantissa, exponent = frexp(value)
    return ldexp(ceil(mantissa * 16), exponent - 4)


def _power(value: float) -> float:
    """The power of two at or above ``value``, which is at least 1."""
    mantissa, exponent = frexp(value)
    return value if mantissa == 0.5 else ldexp(1.0, exponent)


def outside(column: Column, least: Fraction | None, most: Fraction | None) -> Truths:
    """The rows whose exact value lies below ``least`` or above ``most`` (None: no limit); a missing one does not."""
    found: Truths = np.zeros(len(column), dtype=np.bool_)
    if least is not None and Fraction(column.least) * (1 - _SLACK * _sign(column.least)) < least:
        found |= _below(column, least, 1)
    if most is not None and Fraction(column.most) * (1 + _SLACK * _sign(column.most)) > most:
        found |= _below(column, most, -1)
    return found & ~np.isnan(column.values)


_SLACK = Fraction(1, 2**40)


def _sign(value: float) -> int:
    return 1 if value > 0 else -1


def _below(column: Column, limit: Fraction, sign: int) -> Truths:
    """The rows below a limit (above it, where ``sign`` is -1)."""
    if column.units is not None and column.step is not None:
        units, step = column.units, column.step
        if column.denominators is None:
            # Counted in steps, the limit is at most the least whole number that is not below it.
            ends = sign * limit / step
            found: Truths = units * sign < min(
                max(-(-ends.numerator // ends.denominator), -_LARGEST_WHOLE), _LARGEST_WHOLE
            )
            return found
        above, below = limit.numerator * step.denominator, limit.denominator * step.numerator
        largest = max(int(np.abs(units).max(initial=0)) * below, int(column.denominators.max(initial=1)) * abs(above))
        if largest < _LARGEST_WHOLE:
            ratio: Truths = sign * units * below < sign * above * column.denominators
            return ratio
    fractions = [column.fraction(row) for row in range(len(column))]
    return np.array([each is not None and sign * each < sign * limit for each in fractions], dtype=np.bool_)
