"""The mean of a number over the population."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ..contract.parts import Exact, RowFormulaText
from .base import Measure
from .found import Found, mean_found
from .query import Counted, Query


class Mean(Measure):
    """A mean: the sum of a number, by the number of those counted. A person's rows are added up first."""

    kind: Literal["mean"] = "mean"
    of: RowFormulaText = Field(description="The number; who has none is left out (no_value).")
    least: Exact | None = Field(default=None, description="A number below is left out (out_of_range).")
    most: Exact | None = Field(default=None, description="A number above is left out (out_of_range).")
    cap: Exact | None = Field(default=None, description="What counts of one person at the most.")

    def queries(self) -> list[tuple[Query, int]]:
        asked: dict[str, Any] = {"of": self.of.node, "least": self.least, "most": self.most, "cap": self.cap}
        return [(self.query(**asked), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return mean_found(counted[0])
