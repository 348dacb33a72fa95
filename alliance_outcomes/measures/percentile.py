"""A percentile of a number over the population, by a named method."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from pydantic import Field

from ..contract.parts import Exact, RowFormulaText
from .base import Measure
from .found import Found, reasons
from .query import Counted, Query


class Percentile(Measure):
    """The number that a share of those counted does not exceed."""

    kind: Literal["percentile"] = "percentile"
    of: RowFormulaText = Field(description="The number; a person's rows are added up first. Who has none is left out.")
    share: Exact = Field(description="Which percentile: 90 %.", ge=0, le=1)
    method: Literal["lower", "higher", "midpoint", "linear", "nearest_rank"] = Field(
        description="What holds between two numbers."
    )
    least: Exact | None = Field(default=None, description="A number below is left out (out_of_range).")
    most: Exact | None = Field(default=None, description="A number above is left out (out_of_range).")

    def queries(self) -> list[tuple[Query, int]]:
        return [(self.query(of=self.of.node, least=self.least, most=self.most, ordered=True), 0)]

    def found(self, counted: list[Counted]) -> Found:
        values, n = counted[0].values, counted[0].counted.n
        value = percentile(values, self.share, self.method) if values else None
        # The value is some person's own: people enough stand on either side of it, or it is not shown.
        beside = max(1, int(n * min(self.share, 1 - self.share)))
        return Found(value, n, excluded=reasons(counted[0]), cells=(n, beside))


def percentile(values: tuple[tuple[Fraction, int], ...], share: Fraction, method: str) -> Fraction:
    """The ``share`` percentile of ordered values, each with how often it is there; methods as across_percentile has them."""
    until = list(accumulate(times for _, times in values))

    def at(rank: int) -> Fraction:
        return values[bisect_right(until, rank)][0]

    if method == "nearest_rank":
        return at(max(0, -int(-share * until[-1] // 1) - 1))
    position = share * (until[-1] - 1)
    below = position.numerator // position.denominator
    low, high = at(below), at(below + (position != below))
    part = {"lower": Fraction(0), "higher": Fraction(1), "midpoint": Fraction(1, 2)}.get(method, position - below)
    return low + (high - low) * part
