"""The share of people whose value stayed or improved from the first assessment of the period to the last."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, model_validator

from ..contract.located import Table
from ..contract.parts import RowFormulaText, Words, refuse
from .base import Measure
from .found import Found, share_found
from .query import Counted, Query


class Change(Measure):
    """A share: how many stayed or improved, of those with assessments on two days or more."""

    kind: Literal["change"] = "change"
    of: RowFormulaText = Field(description="What is assessed: a number from 0.")
    by: Words = Field(
        description="The column of the day of assessment; of one day, the first takes the least, the last the most."
    )
    better: Literal["higher", "lower"] = Field(description="Which way is better.")

    @model_validator(mode="before")
    @classmethod
    def _of_persons(cls, data: object) -> object:
        if isinstance(data, Table) and "person" not in data:
            raise refuse("AO140", "A change is a person's.", "Write person: COLUMN.")
        return data

    def queries(self) -> list[tuple[Query, int]]:
        asked: dict[str, Any] = {"of": self.of.node, "by": self.by, "better": self.better, "least": Fraction(0)}
        return [(self.query(**asked), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return share_found(counted[0])
