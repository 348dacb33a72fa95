"""Settings worth a try: ends of ranges, levels and a hair beside them, missing values, and numbers in between."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import inf

from ...formula.exact import Value
from ...formula.proof.model import Model, Point, middle
from ...formula.proof.optimum import finite_end
from ...formula.proof.spans import Codes, Span

HAIR = Fraction(1, 10**9)


class Dice:
    """The same numbers in every run: chance has no part in a proof."""

    def __init__(self, seed: int = 1) -> None:
        self.state = seed

    def below(self, count: int) -> int:
        """A number from 0 up to, and not, ``count``."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % count


def candidates(model: Model, name: str) -> list[Fraction]:
    """Values of a numeric input, rising: its ends, its levels with a hair on either side, and what lies between."""
    span = model.domains[name]
    if not isinstance(span, Span):
        return []
    low, high = finite_end(span, False), finite_end(span, True)
    hair = (high - low) * HAIR
    found = {low, high, (low + high) / 2}
    levels = model.breaks.get(name, ())
    for level in levels:
        found |= {level} if name in model.whole else {level - hair, level, level + hair}
    inside = sorted(each for each in found if low <= each <= high)
    if name in model.whole:
        return sorted({Fraction(each.__floor__()) for each in inside} | {Fraction(each.__ceil__()) for each in inside})
    return inside


def settings(model: Model, count: int, seed: int = 1) -> Iterator[Point]:
    """So many settings of a model's inputs: all low, all high, all in the middle, then mixed ones."""
    dice = Dice(seed)
    known = {name: candidates(model, name) for name in model.domains}
    for index in range(count):
        point: Point = {}
        for name, span in model.domains.items():
            point[name] = _drawn(span, known[name], index, dice)
        yield point


def _drawn(span: Span | Codes, known: list[Fraction], index: int, dice: Dice) -> Value:
    if isinstance(span, Codes):
        codes = sorted(span.codes)
        return codes[dice.below(len(codes))] if codes else None
    if span.missing and (span.never or (index > 2 and dice.below(5) == 0)):
        return None
    if index < 3:
        return (known[0], known[-1], known[len(known) // 2])[index]
    choice = dice.below(4)
    if choice == 0:
        low, high = known[0], known[-1]
        return low + (high - low) * Fraction(dice.below(1001), 1000) if span[0] < span[1] and len(known) > 2 else low
    return known[dice.below(len(known))]


def without(span: Span | Codes) -> Span | Codes:
    """A domain of nothing."""
    return Codes(frozenset(), True) if isinstance(span, Codes) else Span(inf, -inf, True)


__all__ = ["HAIR", "Dice", "candidates", "middle", "settings", "without"]
