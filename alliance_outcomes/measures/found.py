"""What measuring finds: an exact value, what it rests on, and an interval for show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from .query import Counted, Sums

Interval = tuple[float, float]
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Found:
    """A measured value. Numerator and denominator are there where the value is a share of people.

    ``unadjusted`` is the value without the definition's exclusions; ``interval`` holds 95 % (floats, for show only).
    ``cells`` are the counts of people that may not be small; ``parts`` are the values of further facts by name and by how
    many periods back.
    """

    value: Fraction | None
    n: int
    numerator: int | None = None
    denominator: int | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    unadjusted: Fraction | None = None
    interval: Interval | None = None
    cells: tuple[int, ...] = ()
    parts: Mapping[tuple[str, int], tuple[Fraction, int]] = field(default_factory=dict)


def share_found(counted: Counted) -> Found:
    """The share of those counted that meet the condition, with a Wilson interval."""
    of, all_ = counted.counted, counted.unadjusted
    return Found(
        Fraction(of.hits, of.n) if of.n else None,
        of.n,
        of.hits,
        of.n,
        reasons(counted),
        Fraction(all_.hits, all_.n) if all_.n else None,
        wilson(of.hits, of.n) if of.n else None,
        (of.hits, of.n - of.hits, of.n),
    )


def mean_found(counted: Counted, times: Fraction = Fraction(1)) -> Found:
    """The mean of the number ``times`` a constant, with a t interval."""
    of, all_ = counted.counted, counted.unadjusted
    value = mean(of)
    interval = student(of)
    return Found(
        None if value is None else value * times,
        of.n,
        excluded=reasons(counted),
        unadjusted=None if (without := mean(all_)) is None else without * times,
        interval=interval and (interval[0] * float(times), interval[1] * float(times)),
        cells=(of.n,),
    )


def reasons(counted: Counted) -> dict[str, int]:
    """How many are left out, by reason."""
    return {reason: sums.n for reason, sums in counted.excluded.items()}


def mean(sums: Sums) -> Fraction | None:
    """The exact mean, None of nothing."""
    return sums.total / sums.n if sums.n else None


def error_of(sums: Sums) -> float:
    """The standard error of a mean; 0 for fewer than two."""
    if sums.n < 2:
        return 0.0
    spread = (sums.squares - sums.total**2 / sums.n) / (sums.n - 1)
    return sqrt(spread / sums.n)


def wilson(hits: int, n: int) -> Interval:
    """The Wilson interval (95 %) of ``hits`` of ``n``."""
    share, square = hits / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def student(sums: Sums) -> Interval | None:
    """The t interval (95 %) of a mean; None for fewer than two."""
    if sums.n < 2:
        return None
    middle, half = float(sums.total / sums.n), _t(sums.n - 1) * error_of(sums)
    return middle - half, middle + half


def _t(freedom: int) -> float:
    """The 97.5 % point of Student's t, by the expansion of Cornish and Fisher; exact for 1 and 2 degrees of freedom."""
    if freedom <= 2:
        return (12.706204736432095, 4.302652729696142)[freedom - 1]
    z, v = _Z, freedom
    terms = (
        z,
        (z**3 + z) / 4 / v,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96 / v**2,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / v**3,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160 / v**4,
    )
    return sum(terms)
