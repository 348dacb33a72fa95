"""How many there are for so many residents."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from ..contract.parts import Exact
from .base import Counting, Measure
from .found import Found
from .query import Counted, Query
from .ratio import ratio_found


class PerCapita(Measure):
    """A number of people or rows for each 1,000 (or another number) of a population."""

    kind: Literal["per_capita"] = "per_capita"
    residents: Counting = Field(description="The population it is counted for: records of their own.")
    per: Exact = Field(default=Fraction(1000), description="For so many residents.")

    def queries(self) -> list[tuple[Query, int]]:
        return [(self.query(), 0), (self.residents.query(), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return ratio_found(counted, self.per)
