"""The sum of a number over the population."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import Exact, RowFormulaText
from .base import Measure
from .found import Found, reasons
from .query import Counted, Query


class Total(Measure):
    """A sum: participants of all events, residents of all areas. A person's rows are added up first."""

    kind: Literal["total"] = "total"
    of: RowFormulaText = Field(description="The number; who has none is left out (no_value).")
    least: Exact | None = Field(default=None, description="A number below is left out (out_of_range).")
    most: Exact | None = Field(default=None, description="A number above is left out (out_of_range).")

    def queries(self) -> list[tuple[Query, int]]:
        return [(self.query(of=self.of.node, least=self.least, most=self.most), 0)]

    def found(self, counted: list[Counted]) -> Found:
        of, all_ = counted[0].counted, counted[0].unadjusted
        if not of.n:
            return Found(None, 0, excluded=reasons(counted[0]))
        return Found(of.total, of.n, excluded=reasons(counted[0]), unadjusted=all_.total, cells=(of.n,))
