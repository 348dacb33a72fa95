"""The contract as people write it: sections, their keys and what each means. No arithmetic lives here."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema

from ..problems import Place, Problem
from .catalogue import one_of
from .located import Amended, Document, Listing, Table, Text, find
from .outcomes import Area, Fact, Indicator
from .parts import (
    Count,
    Day,
    Exact,
    Flag,
    FormulaText,
    Id,
    Ids,
    Name,
    Part,
    Reads,
    RoundingText,
    Title,
    Words,
    as_said,
    refuse,
    report,
    to_number,
)
from .terms import Amount, Figure, Lookup, Party, SplitRule


class Periods(Part):
    """The settlement periods: their length and the days the contract runs; the first or last may be a part period."""

    length: Literal["year", "fiscal_year", "half_year", "quarter", "month"] = Field(
        description="year: labels 2019; fiscal_year: a year named by the one it ends in; half_year 2019H1; quarter 2019Q1; month 2019-01."
    )
    first: Day = Field(alias="from", description="The first day.")
    last: Day = Field(alias="to", description="The last day.")


class RoundingRules(Part):
    """How written lines and limits are rounded. There is no default where money is paid."""

    lines: RoundingText = Field(description="For every line, once: half_away_from_zero to 0.01.")
    limits: RoundingText | None = Field(
        default=None, description="For limits, before lines are held to them: toward_zero to 0.01."
    )


class Scores(Part):
    """The range of every score."""

    least: Exact = Field(description="The lowest score there is, 0 or below.")
    most: Exact = Field(description="The highest score there is, above 0.")


class Plan(Part):
    """When and how much is paid on account."""

    every: Literal["month", "quarter", "year"] = Field(description="How often it is paid.")
    amount: FormulaText = Field(description="What is paid each time, a formula that gives money.")
    due_day: Count | None = Field(default=None, description="The day of the month it is due.")


class Payments(Part):
    """What was paid on account and what is held back, against what was earned."""

    paid: Id | None = Field(default=None, description="The fact that holds what was paid on account.")
    held: Id | None = Field(default=None, description="The fact that holds what is disputed.")
    plan: Plan | None = Field(default=None, description="When and how much is paid on account.")


class Terms(Part):
    """Terms that statements print, and that decide when a settlement may be restated; no amount is computed from them."""

    due_days: Count | None = Field(default=None, description="Days within which a settlement is paid.")
    objection_days: Count | None = Field(default=None, description="Days within which a party may object.")
    objection_to: Words | None = Field(default=None, description="To whom an objection is made.")
    reopen_within: Words | None = Field(
        default=None,
        description="How long after it was made a settlement may be restated: 24 months, 90 days, 2 years.",
    )
    materiality: Exact | None = Field(
        default=None,
        description="A restatement is made only where a party's amount, or what a later period reads, changes by this much.",
    )
    late_interest: Words | None = Field(default=None, description="What is owed on a late payment.")
    vat: Words | None = Field(default=None, description="Whether amounts hold value added tax.")


class Payees(Part):
    """The attributes by which payees differ, each with its codes, and how records name the payees."""

    attributes: dict[Id, Annotated[tuple[Words, ...], Field(strict=False)]] = Field(
        default_factory=dict, description="By name, the codes that payees may have."
    )
    column: Words | None = Field(default=None, description="The column of the records that says whose each row is.")
    ids: Annotated[tuple[Name, ...], Field(strict=False)] = Field(
        default=(), description="The payees that records are measured for; a row of any other is left out."
    )

    @model_validator(mode="before")
    @classmethod
    def _both(cls, data: object) -> object:
        if isinstance(data, Table) and ("column" in data) != ("ids" in data):
            raise refuse(
                "AO558",
                "column and ids stand together: what a record says is shown only where it is a known payee.",
                "Write {column: site, ids: [A, B]}.",
            )
        return data


class YearlyReport(Part):
    """Whether a yearly report is published, and what it plans."""

    publish: Flag = Field(default=True, description="Whether a yearly report is published.")
    plan: Words | None = Field(default=None, description="What the report plans.")


class Decision(Part):
    """A decision about the contract, such as going on to the next phase."""

    day: Day = Field(description="The day of the decision.")
    by: Words = Field(description="Who decided.")
    what: Title = Field(description="What was decided.")


class Amendment(Part):
    """The head of a file that amends another and says, below it, only what changes."""

    amends: Words = Field(description="The file that is amended: beside this one, or below its folder.")
    effect: Day = Field(description="The day from which the changes hold.")
    decision: Decision = Field(description="Who decided the amendment, when, and what it is.")
    adds: Ids = Field(default=(), description="The ids of what stands in this file and not in the amended one.")
    removes: Ids = Field(default=(), description="The ids of what is taken out.")


def to_clauses(value: object, info: ValidationInfo) -> object:
    """A list of ``- name: {kind: ...}`` as a table that keeps its order (AO126); a name given twice is told (AO127)."""
    if not isinstance(value, Listing) or any(not isinstance(item, Table) or len(item) != 1 for item in value):
        raise refuse("AO126", "A settlement is a list of named clauses.", "Write - name: {kind: ..., ...}.")
    clauses = Table(value.place)
    for item in value:
        assert isinstance(item, Table)
        ((name, clause),) = item.items()
        if name in clauses:
            sentence = f"Two clauses are called {name}; the first stands on line {clauses.keys_at[name].line}."
            report(info, Problem("AO127", sentence, "Give each its own name.", item.keys_at[name]))
            continue
        clauses[name], clauses.keys_at[name] = clause, item.keys_at[name]
    return clauses


class WrittenAsList:
    """Tells the JSON Schema that a table is written as a list of single entries, to keep its order."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema of the list."""
        return {"type": "array", "items": {**handler(core), "minProperties": 1, "maxProperties": 1}}


_WEIGHTS = r"sum to \d+( %)?|equal|none"


def to_weights(value: object) -> Any:
    """``sum to 100 %``, ``sum to N``, ``equal`` or ``none`` (AO128)."""
    if value in ("equal", "none"):
        return str(value)
    if isinstance(value, str) and value.startswith("sum to "):
        return to_number(value.removeprefix("sum to "))
    raise refuse("AO128", f"{as_said(value)} does not say what weights do.", "Write sum to 100 %, equal or none.")


class Contract(Part):
    """A contract: who, when, what is measured, how it is scored and what it pays."""

    contract: Id = Field(description="The contract's id.")
    kind: Literal["settlement", "scorecard"] = Field(
        default="settlement", description="A scorecard scores and reports, and pays nothing."
    )
    status: Literal["draft", "final"] = Field(
        default="draft", description="A final contract needs a source or an assumption for every number."
    )
    title: Title | None = Field(default=None, description="What statements call the contract.")
    diary_number: Words | None = Field(default=None, description="The number of the contract in a register; recorded.")
    follows: Id | None = Field(default=None, description="The contract that this one continues.")
    decisions: tuple[Decision, ...] = Field(
        default=(),
        strict=False,
        description="Decisions about the contract, such as going on to the next phase; recorded.",
    )
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(default=None, description="Such as EUR.")
    periods: Periods
    rounding: RoundingRules | None = None
    scores: Scores | None = None
    weights: Annotated[Any, Reads(to_weights, {"type": "string", "pattern": _WEIGHTS})] = Field(
        default=None, description="What the indicators' weights do: sum to 100 %, sum to N, equal or none."
    )
    minimum_areas: Count | None = Field(
        default=None, description="How many areas must be scored for there to be a score."
    )
    terms: Terms | None = None
    approvals: tuple[Words, ...] = Field(default=(), strict=False, description="Who approves a settlement, in order.")
    parties: dict[Id, Party] = Field(default_factory=dict, description="Who signs the contract, by id.")
    splits: dict[Id, SplitRule] = Field(
        default_factory=dict, description="How amounts are shared between parties, by name."
    )
    payees: Payees | None = None
    facts: dict[Id, Fact] = Field(default_factory=dict, description="What is measured and not scored, by id.")
    amounts: dict[Id, Amount] = Field(
        default_factory=dict, description="Numbers of the contract that may change over time, by id."
    )
    figures: dict[Id, Figure] = Field(default_factory=dict, description="Named formulas, by id.")
    tables: dict[Id, Lookup] = Field(default_factory=dict, description="Lookups, by id.")
    result_areas: dict[Id, Area] = Field(
        default_factory=dict, description="Areas of outcomes with their indicators, by id."
    )
    settlement: Annotated[
        dict[Id, one_of("payments")],  # type: ignore[valid-type]  # the family is built from its folder
        BeforeValidator(to_clauses),
        WrittenAsList(),
    ] = Field(
        default_factory=dict, description="The payment clauses, - name: {kind: ...}, in the order they are computed."
    )
    payments: Payments | None = None
    budget: FormulaText | None = Field(default=None, description="The most the contract may pay in a period.")
    largest_cliff: Exact | None = Field(
        default=None, description="The most that an arbitrarily small change may move the total; 1 000 where left out."
    )
    smallest_cell: Count | None = Field(default=None, description="Counts below this are not shown.")
    yearly_report: YearlyReport | None = None

    _document: Document = PrivateAttr()
    _assumed: dict[tuple[str, ...], Text] = PrivateAttr(default_factory=dict)
    _measures: dict[str, object] = PrivateAttr(default_factory=dict)
    _amended: tuple[Amended, ...] = PrivateAttr(default=())
    _amendments: tuple[Amendment, ...] = PrivateAttr(default=())

    @property
    def document(self) -> Document:
        """The file as it was written, for places."""
        return self._document

    @property
    def assumed_in_definitions(self) -> Mapping[tuple[str, ...], Text]:
        """What the definitions of indicators assume, by the path of each in the contract."""
        return self._assumed

    @property
    def measures(self) -> Mapping[str, object]:
        """What the definitions of indicators say of how records give them, as it is written, by the indicator's id."""
        return self._measures

    @property
    def amended(self) -> tuple[Amended, ...]:
        """The files whose terms this contract changes, the newest first; each settles the periods before its ``until``."""
        return self._amended

    @property
    def amendments(self) -> tuple[Amendment, ...]:
        """The heads of the files that this contract is amended by, the first one first."""
        return self._amendments

    def _repr_html_(self) -> str:
        from .view import as_html

        return as_html(self)

    def place(self, *path: str | int, key: bool = False) -> Place | None:
        """Where the value at ``path`` was written, or its nearest written ancestor; with ``key`` its key."""
        return find(self._document.root, path, key)

    @property
    def weight_unit(self) -> str:
        """How weights are shown: as shares of the whole, or blank, as plain numbers, where they sum to nothing or to more."""
        return "" if self.weights == "none" or (isinstance(self.weights, Fraction) and self.weights > 1) else "share"

    @property
    def indicators(self) -> dict[str, Indicator]:
        """All indicators by id, in the order of the file."""
        return {name: each for area in self.result_areas.values() for name, each in area.indicators.items()}


Contract.model_rebuild()  # once for the whole: building every part by itself takes twice as long
