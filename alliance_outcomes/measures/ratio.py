"""How many there are for each of something else: visits for each resident, clients for each worker."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from .base import Counting, Measure
from .found import Found, reasons
from .query import Counted, Query


class Ratio(Measure):
    """A number of people or rows, divided by another."""

    kind: Literal["ratio"] = "ratio"
    by: Counting = Field(description="What it is divided by: records and a population of their own.")

    def queries(self) -> list[tuple[Query, int]]:
        return [(self.query(), 0), (self.by.query(), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return ratio_found(counted, Fraction(1))


def ratio_found(counted: list[Counted], times: Fraction) -> Found:
    """The first number by the second, ``times`` a constant; ``n`` is the second."""
    of, by = counted
    if not by.counted.n:
        return Found(None, 0)
    return Found(
        times * of.counted.n / by.counted.n,
        by.counted.n,
        excluded=reasons(of),
        unadjusted=times * of.unadjusted.n / by.counted.n,
        cells=(of.counted.n, by.counted.n),
    )
