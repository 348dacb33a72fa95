"""The share that came within so many days or hours."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ..contract.located import Table
from ..contract.parts import Count, Words, refuse
from .base import Measure
from .found import Found, share_found
from .moments import DAY_SECONDS
from .query import Counted, Query


class ShareWithin(Measure):
    """A share: how many ended within so long of their start, of all that started. What has not ended is not within."""

    kind: Literal["share_within"] = "share_within"
    start: Words = Field(description="The column of days or moments (2023-01-31T14:05) at which it starts.")
    end: Words = Field(description="The column of days or moments at which it ends; blank where it has not.")
    days: Count | None = Field(default=None, description="Within so many days of the calendar.")
    hours: Count | None = Field(default=None, description="Within so many hours by the clock, weekends included.")
    overlap: Literal["any", "all"] = Field(
        default="all", description="Of a person with several rows: any of them is within, or all must be."
    )

    @model_validator(mode="before")
    @classmethod
    def _one_limit(cls, data: object) -> object:
        if isinstance(data, Table) and ("days" in data) == ("hours" in data):
            raise refuse("AO140", "The limit is a number of days or of hours.", "Write days: 3 or hours: 72.")
        return data

    def queries(self) -> list[tuple[Query, int]]:
        seconds = (self.days or 0) * DAY_SECONDS if self.hours is None else self.hours * 3600
        moments = {"start": self.start, "end": self.end, "seconds": seconds, "by_days": self.hours is None}
        return [(self.query(**moments, overlap=self.overlap), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return share_found(counted[0])
