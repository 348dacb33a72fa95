"""Column mappings: which column of a wide file is which fact or indicator, and how its cells are written."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from .located import Table, Text
from .parts import Id, Part, Reads, Words, refuse, to_number

PARTS = ("value", "numerator", "denominator", "n")


def to_precision(value: object) -> Fraction:
    """``exact`` or the unit of the last digit, such as 0.01 (AO130)."""
    unit = Fraction(0) if value == "exact" else to_number(value)
    if unit < 0 or (not unit and value != "exact"):
        raise refuse("AO130", f"{value!s} is not a precision.", "Write exact, or the unit of the last digit: 0.01.")
    return unit


Unit = Literal["as written", "share", "percent", "thousands", "millions"]


_AS_WRITTEN: dict[str, Unit] = {"": "as written"}


def to_units(value: object) -> object:
    """One unit stands for every period."""
    return Table(value.place, {"": value}, {"": value.place}) if isinstance(value, Text) else value


class Column(Part):
    """Where a value stands in every row of the file, or the constant that it is in all of them."""

    column: Words | None = Field(default=None, description="The column's name in the header.")
    constant: Words | None = Field(default=None, description="One value for every row, where no column holds it.")
    unit: Annotated[dict[str, Unit], BeforeValidator(to_units)] = Field(
        default=_AS_WRITTEN,
        description="percent: 7.17 means 7.17 %; thousands: 12 means 12 000; or a unit for each period.",
    )
    codes: dict[str, Words] = Field(default_factory=dict, description="What a text of the column stands for.")
    missing: tuple[Words, ...] = Field(default=(), strict=False, description="Texts that mean a missing value here.")
    precision: Annotated[Any, Reads(to_precision, {"type": ["number", "string"], "description": "0.01, exact"})] = (
        Field(
            default=None,
            description="What the column is rounded to, in its own unit, where the decimals it shows do not tell; or exact.",
        )
    )

    def unit_in(self, period: str) -> Unit | None:
        """The unit in a period, None where the column states units by period and none for this one."""
        return self.unit.get("", self.unit.get(period))


def to_column(value: object) -> object:
    """A column's name stands for ``{column: name}``; exactly one of column and constant is stated (AO131)."""
    if isinstance(value, Text):
        return Table(value.place, {"column": value}, {"column": value.place})
    if isinstance(value, Table) and ("column" in value) == ("constant" in value):
        raise refuse("AO131", "A value is a column or a constant.", "Write the column's name, or {constant: ...}.")
    return value


def to_columns(value: object) -> object:
    """One column for the value, or a table of columns by what they hold: value, numerator, n, baseline, ..."""
    if isinstance(value, Text):
        return Table(value.place, {"value": value}, {"value": value.place})
    if isinstance(value, Table) and ("column" in value or "constant" in value):
        return Table(value.place, {"value": value}, {"value": value.place})
    if isinstance(value, Table) and value:
        return value
    raise refuse("AO131", "A value is a column or a constant.", "Write the column's name, or {constant: ...}.")


One = Annotated[Column, BeforeValidator(to_column)]
Several = Annotated[dict[Id, One], BeforeValidator(to_columns)]


class Columns(Part):
    """A column mapping: it stands beside the data, and says nothing of what is paid."""

    title: Words | None = Field(default=None, description="What the mapping is called; recorded.")
    payee: One | None = Field(default=None, description="The column that says whose row it is.")
    party: One | None = Field(default=None, description="The column that names the party.")
    period: One = Field(description="The column that holds the period's label, or {constant: 2024}.")
    missing: tuple[Words, ...] = Field(
        default=(),
        strict=False,
        description="Texts that mean a missing value in every column, beside a blank and `..`.",
    )
    values: dict[Id, Several] = Field(
        description="By fact, indicator or attribute: its column or columns.", min_length=1
    )
    published: dict[str, One] = Field(
        default_factory=dict, description="By name of the settlement: the column that it is reconciled with."
    )


class RecordColumn(Part):
    """Where a column of records stands in the extract, or the constant that it is in every row, and what its cells mean."""

    column: Words | None = Field(default=None, description="The column's name in the header.")
    constant: Words | None = Field(default=None, description="One value for every row, where no column holds it.")
    codes: dict[str, Words] = Field(default_factory=dict, description="What a text of the column stands for.")
    missing: tuple[Words, ...] = Field(default=(), strict=False, description="Texts that mean a missing value here.")
    days: Literal["as written", "day.month.year"] = Field(
        default="as written",
        description="day.month.year: 1.3.2023 is 2023-03-01, with a time such as 14.05 or without.",
    )


def to_stem(name: str) -> str:
    """The name of a file in the folder, without its ending (AO104)."""
    if name.startswith(".") or any(sign in name for sign in "/\\:"):
        sentence = f"{name} is not the name of a file in the folder."
        raise refuse("AO104", sentence, "Write it without a folder, and without its ending.")
    return name


class RecordTable(Part):
    """How one table of records is read from an extract."""

    file: Annotated[Words, AfterValidator(to_stem)] | None = Field(
        default=None, description="The name of its file without the ending, where it is another than the table's."
    )
    columns: dict[Words, Annotated[RecordColumn, BeforeValidator(to_column)]] = Field(
        default_factory=dict, description="By the name that definitions read: the column of the extract."
    )


class RecordColumns(Part):
    """How the records of a folder are read: records.columns.yaml. Each extract differs; the definitions do not."""

    title: Words | None = Field(default=None, description="What the mapping is called; recorded.")
    tables: dict[Words, RecordTable] = Field(description="By the name that definitions use.", min_length=1)


Columns.model_rebuild()
RecordColumns.model_rebuild()
