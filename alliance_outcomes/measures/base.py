"""What every kind of measure says: which records, whose, of which period, who is counted and who is left out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from ..contract.located import Table
from ..contract.parts import Flag, Id, Part, RowConditionText, Title, Words, refuse
from .found import Found
from .query import FAULTS, Counted, Query


class Exclusion(Part):
    """Rows that are left out although they belong to the population, and why."""

    when: RowConditionText = Field(description="A row condition.")
    reason: Title = Field(description="Why they are left out.")


class Counting(Part):
    """Records, and whom of them one period counts."""

    table: Id = Field(description="The records: a file of this name in the folder of records.")
    person: Words | None = Field(
        default=None, description="The column that says whose row it is; each person counts once. Else each row counts."
    )
    period: Words | None = Field(default=None, description="The column that holds the period's label.")
    day: Words | None = Field(default=None, description="The column of days (2023-01-31) that says the period.")
    key: Words | None = Field(
        default=None, description="The column that numbers the rows; a row that is repeated counts once."
    )
    population: RowConditionText | None = Field(
        default=None, description="Who is counted, as a row condition; else all."
    )

    @model_validator(mode="before")
    @classmethod
    def _one_period(cls, data: object) -> object:
        if isinstance(data, Table) and ("period" in data) == ("day" in data):
            raise refuse(
                "AO140", "Records say their period by a label or by a day.", "Write period: COLUMN or day: COLUMN."
            )
        return data

    def query(self, **asked: Any) -> Query:
        """The query for what is ``asked``, over this population."""
        return Query(
            self.table,
            self.person or "",
            self.period or "",
            self.day or "",
            key=self.key or "",
            **{"population": self.population.node if self.population else None, **asked},
        )


class Measure(Counting):
    """Base of the kinds of measures: the records, the population, and who is left out of it."""

    exclusions: dict[Id, Exclusion] = Field(
        default_factory=dict, description="Who is left out of the population, by name, with the reason."
    )
    public: Flag = Field(
        default=False, description="What is counted is no secret (groups, events, staff): few of them are shown too."
    )
    decided: Annotated[tuple[Title, ...], Field(strict=False)] = Field(
        default=(), description="What the indicator's own words leave open, and how it is decided here."
    )

    @model_validator(mode="before")
    @classmethod
    def _own_reasons(cls, data: object) -> object:
        taken = data.get("exclusions") if isinstance(data, Table) else None
        if isinstance(taken, Table) and (own := sorted(set(taken) & set(FAULTS))):
            raise refuse(
                "AO140", f"{own[0]} is the name of a reason that always stands.", "Name the exclusion otherwise."
            )
        return data

    def query(self, **asked: Any) -> Query:
        """The query for what is ``asked``, over this measure's population without those who are left out."""
        return super().query(
            exclusions=tuple((name, each.when.node) for name, each in self.exclusions.items()), **asked
        )

    def queries(self) -> list[tuple[Query, int]]:
        """What has to be counted, each with how many periods back."""
        raise NotImplementedError

    def found(self, counted: list[Counted]) -> Found:
        """The value, from what the queries came to, in their order."""
        raise NotImplementedError
