"""How many there are."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from .base import Measure
from .found import Found, reasons
from .query import Counted, Query


class Number(Measure):
    """A number of people, or of rows where no column says whose they are."""

    kind: Literal["count"] = "count"

    def queries(self) -> list[tuple[Query, int]]:
        return [(self.query(), 0)]

    def found(self, counted: list[Counted]) -> Found:
        of, all_ = counted[0].counted.n, counted[0].unadjusted.n
        if not of and not counted[0].excluded:
            return Found(None, 0)
        return Found(Fraction(of), of, excluded=reasons(counted[0]), unadjusted=Fraction(all_), cells=(of,))
