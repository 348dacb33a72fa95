"""Spreads: how a measured value would vary if it were measured again. Each is a rising function of a standard normal number.

So any two values can be correlated, and a block of draws is one pass over a column of normal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from math import inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COST = "log-normal"
_NORMAL = NormalDist()
# Beyond so many standard deviations a draw would come once in 10^18.
_FAR = 9.0
_MOST_ANSWERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """How a value varies: ``model`` names it; ``assumed`` where the data does not give it.

    ``about`` says by what numbers: the name of the sentence (of, answers, error, varying, to_come or cost_to_come), and the
    numbers in it, with a decimal point.
    """

    model: str
    about: tuple[str, ...]
    least: float
    most: float
    assumed: bool = False

    def values(self, normal: Floats) -> Floats:
        """A value for each standard normal number."""
        raise NotImplementedError

    def quantile(self, share: float) -> Fraction:
        """The value that ``share`` of all draws lie at or below."""
        found = self.values(np.array([_NORMAL.inv_cdf(share)]))
        return Fraction(float(found[0])).limit_denominator(10**9)


@dataclass(frozen=True, slots=True)
class Counted(Spread):
    """A whole number of persons or answers out of so many: value = first + step x how many thresholds lie below."""

    first: float = 0.0
    step: float = 1.0
    thresholds: Floats = field(default_factory=lambda: np.empty(0))

    def values(self, normal: Floats) -> Floats:
        below = np.searchsorted(self.thresholds, normal).astype(np.float64)
        below *= self.step
        below += self.first
        return below


@dataclass(frozen=True, slots=True)
class Smooth(Spread):
    """A mean with its standard error, or a cost: normal, or log-normal where ``logarithmic``, on top of what is ``kept``."""

    centre: float = 0.0
    deviation: float = 1.0
    logarithmic: bool = False
    kept: float = 0.0

    def values(self, normal: Floats) -> Floats:
        found = normal * self.deviation
        found += self.centre
        if self.logarithmic:
            np.exp(found, out=found)
            found += self.kept
        return np.clip(found, self.least, self.most, out=found)


def _short(value: Fraction | float, digits: int = 4) -> str:
    """A number of so many digits, or as many as it takes to write it without a power of ten."""
    text = f"{float(value):.{digits}g}"
    return f"{float(value):.0f}" if "e+" in text else text


def binomial(share: Fraction, count: int) -> Spread | None:
    """A share measured on ``count`` persons whose true value is ``share``; None where it cannot vary."""
    if not 0 < share < 1 or not 0 < count <= _MOST_ANSWERS:
        return None
    first, thresholds = _binomial(float(share), count)
    about = ("of", _short(share), str(count))
    return Counted("binomial", about, 0.0, 1.0, False, first / count, 1 / count, thresholds)


def promoters(score: Fraction, count: int, passive: Fraction) -> Spread | None:
    """A net promoter score of ``count`` answers, of which ``passive`` are passive: multinomial. None where it cannot vary.

    The passive share is assumed, since a score and its n do not tell it; it is made smaller where the score leaves less room.
    """
    passive = min(passive, 1 - abs(score) / 100)
    for_, against = (1 - passive + score / 100) / 2, (1 - passive - score / 100) / 2
    if count <= 0 or count > _MOST_ANSWERS or max(for_, against, passive) == 1:
        return None
    first, thresholds = _net(float(for_), float(against), count)
    about = ("answers", _short(score), str(count), f"{float(passive):.0%}")
    return Counted("multinomial", about, -100.0, 100.0, True, 100 * first / count, 100 / count, thresholds)


def mean(value: Fraction, count: int, spread: Fraction, assumed: bool, least: float, most: float) -> Spread | None:
    """A mean of ``count`` answers that spread by ``spread`` (standard deviation of one): normal. None where it cannot vary."""
    if count <= 0 or spread <= 0:
        return None
    error = float(spread) / sqrt(count)
    about = ("error", _short(value), _short(error, 3), str(count))
    return Smooth("normal", about, least, most, assumed, float(value), error)


def cost(value: Fraction, variation: Fraction, least: float, most: float) -> Spread | None:
    """An amount that varies by ``variation`` of itself (standard deviation over mean): log-normal with that mean."""
    if value <= 0 or variation <= 0:
        return None
    squared = log1p(float(variation) ** 2)
    about = ("varying", _short(value, 6), f"{float(variation):.2%}")
    return Smooth(
        "log-normal", about, max(least, 0.0), most, True, log(float(value)) - squared / 2, sqrt(squared), True
    )


def believed(share: Fraction, count: int) -> Spread | None:
    """The true share behind ``count`` persons measured: a beta distribution, half a person added on each side (Jeffreys)."""
    if not 0 < count <= _MOST_ANSWERS:
        return None
    above, below = float(share * count) + 0.5, float((1 - share) * count) + 0.5
    grid = _beta_grid(above, below)
    logs = (above - 1) * np.log(grid) + (below - 1) * np.log1p(-grid)
    weights = np.exp(logs - logs.max())
    thresholds = _thresholds(weights)
    step = float(grid[1] - grid[0])
    about = ("of", _short(share), str(count))
    return Counted("beta", about, 0.0, 1.0, False, float(grid[0]), step, thresholds)


def rest_of_share(share: Fraction, count: int, kept: int, coming: int) -> Spread | None:
    """A share of ``count`` persons of whom ``kept`` stay and ``coming`` are still to come: beta-binomial. None where none are.

    The true share behind those to come is as uncertain as the ones measured say (Jeffreys).
    """
    if not 0 < coming <= _MOST_ANSWERS or not 0 < count <= _MOST_ANSWERS:
        return None
    above, below = float(share * count) + 0.5, float((1 - share) * count) + 0.5
    k = np.arange(coming + 1)
    ways = [lgamma(coming + 1) - lgamma(each + 1) - lgamma(coming - each + 1) for each in k.tolist()]
    chances = [lgamma(above + each) + lgamma(below + coming - each) for each in k.tolist()]
    logs = np.array(ways) + np.array(chances)
    # What comes less than once in 10^18 is left out, so that tables stay small.
    likely = np.flatnonzero(logs > logs.max() - 42)
    first, last = int(likely[0]), int(likely[-1]) + 1
    about = ("to_come", _short(share), str(count), str(coming))
    whole, had = kept + coming, float(share * kept)
    thresholds = _thresholds(np.exp(logs[first:last] - logs.max()))
    return Counted("beta-binomial", about, 0.0, 1.0, False, (had + first) / whole, 1 / whole, thresholds)


def rest_of_mean(
    value: Fraction, count: int, kept: int, coming: int, of_one: Fraction, assumed: bool, range_: tuple[float, float]
) -> Spread | None:
    """A mean of ``count`` answers of which ``kept`` stay and ``coming`` are to come: normal around what is known."""
    if coming <= 0 or of_one <= 0:
        return None
    # The mean of those to come differs from the mean so far by the sampling of both.
    error = float(of_one) * sqrt(1 / coming + 1 / count) * coming / (kept + coming)
    about = ("to_come", _short(value), str(count), str(coming))
    return Smooth("normal", about, *range_, assumed, float(value), error)


def rest_of_promoters(score: Fraction, count: int, kept: int, coming: int, passive: Fraction) -> Spread | None:
    """The same of a net promoter score, ``passive`` of whose answers are passive, which is assumed."""
    passive = min(passive, 1 - abs(score) / 100)
    variance = 10_000 * float(1 - passive) - float(score) ** 2
    of_one = Fraction(sqrt(max(variance, 0.0))).limit_denominator(10**6)
    return rest_of_mean(score, count, kept, coming, of_one, True, (-100.0, 100.0))


def rest_of_cost(kept: Fraction, rest: Fraction, variation: Fraction, least: float, most: float) -> Spread | None:
    """An amount of which ``kept`` stays and ``rest`` is expected, varying by ``variation`` of itself: log-normal on top of it."""
    found = cost(rest, variation, 0.0, most - float(kept))
    if not isinstance(found, Smooth):
        return None
    about = ("cost_to_come", _short(kept, 6), _short(rest, 6), f"{float(variation):.2%}")
    return replace(found, about=about, least=max(least, float(kept)), most=most, kept=float(kept))


def _beta_grid(above: float, below: float) -> Floats:
    """4,000 steps over all of a beta distribution that counts."""
    centre = above / (above + below)
    error = sqrt(centre * (1 - centre) / (above + below + 1))
    least, most = max(0.0, centre - 2 * _FAR * error), min(1.0, centre + 2 * _FAR * error)
    step = (most - least) / 4_000
    return np.arange(4_000, dtype=np.float64) * step + (least + step / 2)


@lru_cache(maxsize=256)
def _binomial(share: float, count: int) -> tuple[int, Floats]:
    """The least number that counts, and the normal thresholds between it and the next, and the next."""
    middle, error = share * count, sqrt(count * share * (1 - share))
    first, last = max(0, int(middle - _FAR * error) - 1), min(count, int(middle + _FAR * error) + 2)
    k = np.arange(first, last + 1)
    ways = np.array([lgamma(count + 1) - lgamma(each + 1) - lgamma(count - each + 1) for each in k.tolist()])
    logs = ways + k * log(share) + (count - k) * log1p(-share)
    return first, _thresholds(np.exp(logs))


@lru_cache(maxsize=256)
def _net(for_: float, against: float, count: int) -> tuple[int, Floats]:
    """The same for promoters less detractors among ``count`` answers, by their characteristic function."""
    middle = count * (for_ - against)
    error = sqrt(count * (for_ + against - (for_ - against) ** 2))
    first, last = max(-count, int(middle - _FAR * error) - 2), min(count, int(middle + _FAR * error) + 2)
    size = 2 * count + 1
    angle = 2 * np.pi * np.arange(size // 2 + 1) / size
    one = for_ * np.exp(1j * angle) + (1 - for_ - against) + against * np.exp(-1j * angle)
    chances = np.fft.irfft(np.conj(one**count), size)
    return first, _thresholds(np.maximum(chances[np.arange(first, last + 1) % size], 0.0))


def _thresholds(weights: Floats) -> Floats:
    """Normal numbers that part the values with these weights; each half is summed from its own end, to keep its digits."""
    weights = weights / weights.sum()
    upto, beyond = np.cumsum(weights), np.cumsum(weights[::-1])[::-1]
    found = [
        _inverse(low) if low < 0.5 else -_inverse(high)
        for low, high in zip(upto[:-1].tolist(), beyond[1:].tolist(), strict=True)
    ]
    return np.array(found, dtype=np.float64)


def _inverse(share: float) -> float:
    return _NORMAL.inv_cdf(share) if 0 < share < 1 else (-inf if share <= 0 else inf)
