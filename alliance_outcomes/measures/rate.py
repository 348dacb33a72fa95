"""The share of the population that meets a condition."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import RowConditionText
from .base import Measure
from .found import Found, share_found
from .query import Counted, Query


class Rate(Measure):
    """A share: how many meet the condition, of all who are counted."""

    kind: Literal["rate"] = "rate"
    numerator: RowConditionText = Field(description="Who meets it, as a row condition. A missing value does not.")
    overlap: Literal["any", "all"] = Field(
        default="any", description="Of a person with several rows: any of them meets it, or all must."
    )

    def queries(self) -> list[tuple[Query, int]]:
        return [(self.query(holds=self.numerator.node, overlap=self.overlap), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return share_found(counted[0])
