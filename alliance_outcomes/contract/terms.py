"""Parties, shares, amounts, figures and lookups: the terms that payments are computed with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from .located import Listing, Table
from .parts import (
    Day,
    EitherText,
    Exact,
    Id,
    Part,
    Reads,
    Title,
    Words,
    refuse,
    to_day,
    to_number,
)


class Party(Part):
    """Someone who signs the contract."""

    role: Words = Field(
        description="commissioner (who pays), provider, host, actor, supervisor, ... Facts per party, `each` and "
        "over_parties() go over every party but the commissioner."
    )
    title: Title = Field(description="What statements call the party.")
    first: Day | None = Field(default=None, alias="from", description="The first day, where it is not the contract's.")
    last: Day | None = Field(default=None, alias="to", description="The last day, where it is not the contract's.")
    succeeded_by: Id | None = Field(default=None, description="Who takes over rights and duties after the last day.")
    business_id: Words | None = Field(
        default=None, description="The party's number in the business register; recorded."
    )

    @property
    def is_paid(self) -> bool:
        """Whether the party is paid by the contract: everyone but the commissioner."""
        return self.role != "commissioner"

    def present(self, first: date, last: date) -> bool:
        """Whether the party is in the contract on any day from ``first`` to ``last``."""
        return (self.first or first) <= last and (self.last or last) >= first


class ShareEntry(Part):
    """Shares that hold from a day on."""

    first: Day
    shares: dict[str, Exact]


def to_share_entry(value: object) -> ShareEntry:
    """``{from: 2019-01-01, party: 80 %, ...}`` (AO120)."""
    if not isinstance(value, Table) or "from" not in value or len(value) < 2:
        raise refuse(
            "AO120",
            "An entry of a split is a first day and the parties' shares.",
            "Write {from: 2019-01-01, party: 100 %}.",
        )
    beside = ("from", "source", "assumed", "intended")
    shares = {party: to_number(share) for party, share in value.items() if party not in beside}
    return ShareEntry.model_construct(first=to_day(value["from"]), shares=shares)


_SHARES = {"type": "object", "required": ["from"], "additionalProperties": {"type": ["number", "string"]}}


class SplitRule(Part):
    """How an amount is shared between parties, from which day on."""

    pro_rata: Literal["months", "days"] | None = Field(
        default=None,
        description="How shares that change within a period are weighed; without it they may not change within one.",
    )
    shares: tuple[Annotated[ShareEntry, Reads(to_share_entry, _SHARES)], ...] = Field(
        strict=False, min_length=1, description="Entries, each with its first day and the share of each party."
    )


class Change(Part):
    """A decided change of an amount."""

    first: Day = Field(alias="from", description="The day it takes effect.")
    by: Exact = Field(description="What is added.")
    decision: Words = Field(description="Who decided, when and where it is written down.")
    why: Words = Field(description="Why it is changed.")


class SeriesFile(Part):
    """Published figures that an amount takes its values from: a price index, a population."""

    file: Words = Field(description="The file, beside the contract or below its folder.")
    kind: Literal["json-stat", "sotkanet", "table"] = Field(
        description="json-stat (Statistics Finland), sotkanet (CSV or JSON), or table (CSV)."
    )
    pick: dict[str, Words] = Field(
        default_factory=dict, description="By dimension or column, the code that is meant: {region: 837}."
    )
    time: Words | None = Field(
        default=None, description="The dimension or column of the period, where the file does not say."
    )
    value: Words | None = Field(
        default=None, description="The column of the figure; absolute.value for Sotkanet's counts."
    )
    base: Words | None = Field(
        default=None, description="The period whose figure every figure is divided by, so that it is 1 there."
    )


class Amount(Part):
    """A number of the contract, by period or by a payee's attribute, with its decided changes."""

    title: Title | None = Field(default=None, description="What statements call the amount.")
    unit: Words | None = Field(default=None, description="The currency, share, EUR per client, persons, ...")
    values: dict[str, Exact] = Field(
        default_factory=dict,
        description="By period, each holding until the next; or by code where `by` is given.",
    )
    series: SeriesFile | None = Field(
        default=None, description="A file that gives the values, one for each period; none holds on."
    )
    by: Id | None = Field(default=None, description="The payee's attribute that chooses the value.")
    otherwise: Exact | None = Field(default=None, description="The value of codes that are not listed.")
    changes: tuple[Change, ...] = Field(
        default=(), strict=False, description="Decided changes, each added from its day on."
    )
    pro_rata: Literal["months", "days"] | None = Field(
        default=None, description="How a change within a period is weighed."
    )


class Figure(Part):
    """A named formula, never rounded."""

    title: Title | None = Field(default=None, description="What statements call the figure.")
    unit: Words | None = Field(
        default=None, description="Its unit; it must agree with the formula on whether it is money."
    )
    per: Literal["party"] | None = Field(default=None, description="party: each party has its own.")
    formula: EitherText = Field(description="The formula.")


def to_rows(value: object) -> tuple[tuple[Any, ...], ...]:
    """Rows of numbers, ``none`` for an open end (AO123)."""
    if not isinstance(value, Listing) or not value or any(not isinstance(row, Listing) for row in value):
        raise refuse("AO123", "A table has rows of numbers.", "Write - [5000, 3.9 %, 5999, 3.6 %].")
    return tuple(
        tuple(None if cell == "none" else to_number(cell) for cell in row) for row in value if isinstance(row, Listing)
    )


_ROWS = {"type": "array", "items": {"type": "array", "items": {"type": ["number", "string"]}}}


class Lookup(Part):
    """A lookup: ``interpolated`` rows [from, value, to, value] with both ends included, or ``stepped`` rows [from, value]."""

    kind: Literal["interpolated", "stepped"] = Field(
        description="stepped: the value of the last row passed; interpolated: a straight line between the ends of a row."
    )
    base: Id = Field(alias="from", description="The fact, figure or area that is looked up.")
    outside: Literal["none", "nearest"] = Field(
        description="What stands outside the rows: no value, or that of the nearest row."
    )
    rows: Annotated[tuple[tuple[Any, ...], ...], Reads(to_rows, _ROWS)] = Field(
        description="The rows, rising: [from, value], or [from, value, to, value] where interpolated."
    )
    title: Title | None = Field(default=None, description="What statements call the table.")
