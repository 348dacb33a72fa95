"""Facts, indicators and result areas: what is measured, and what holds where it is not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .catalogue import one_of
from .located import Listing, Table
from .parts import (
    Count,
    Exact,
    Flag,
    FormulaText,
    Id,
    Level,
    Part,
    Reads,
    Title,
    Weight,
    Words,
    as_said,
    refuse,
    to_number,
    to_weight,
)


class WhenMissing(Part):
    """What holds for an indicator that was not measured, or measured on too few."""

    rule: Literal["error", "reweight in area", "reweight in contract", "hold", "score", "carry", "none", "value"]
    number: Any = None
    periods: int = 0
    then: Any = None


_PLAIN = ("error", "reweight in area", "reweight in contract", "hold")
_WHEN_HINT = (
    "Write error, reweight in area, reweight in contract, hold, {score: 0} or {carry: value, periods: 1, then: error}."
)


def to_when(value: object) -> WhenMissing:
    """One of the rules for missing and small indicators (AO121)."""
    if isinstance(value, str) and value in _PLAIN:
        return WhenMissing.model_construct(rule=str(value))
    if isinstance(value, Table) and set(value) == {"score"}:
        return WhenMissing.model_construct(rule="score", number=to_number(value["score"]))
    if isinstance(value, Table) and set(value) <= {"carry", "periods", "then"} and value.get("carry") == "value":
        periods = to_number(value.get("periods", ""))
        if periods.denominator == 1 and 1 <= periods <= 10:
            return WhenMissing.model_construct(
                rule="carry", periods=int(periods), then=to_when(value.get("then", "error"))
            )
    raise refuse("AO121", "This is not a rule for a missing or small indicator.", _WHEN_HINT)


def to_default(value: object) -> WhenMissing:
    """``none`` or a number, for facts and further inputs (AO105)."""
    if value == "none":
        return WhenMissing.model_construct(rule="none")
    return WhenMissing.model_construct(rule="value", number=to_number(value))


When = Annotated[
    WhenMissing,
    Reads(to_when, {"description": _WHEN_HINT, "anyOf": [{"enum": list(_PLAIN)}, {"type": "object"}]}),
]
Default = Annotated[
    WhenMissing,
    Reads(to_default, {"type": ["string", "number"], "description": "none or a number."}),
]


OverTime = Annotated[
    Literal["total", "mean", "last"] | None,
    Field(
        description="How the figures of parts of a period make that of the whole: total, mean or last. Left out: a total of money, else a mean, in which persons and answers each count once.",
    ),
]


class Fact(Part):
    """A measured number that is not scored: a cost, a count, a price index."""

    title: Title | None = Field(default=None, description="What statements call the fact.")
    unit: Words = Field(description="A currency (EUR), share, count, flag, EUR per client, ...")
    per: Literal["party"] | None = Field(default=None, description="party: each party has its own.")
    least: Exact | None = Field(default=None, description="The least it can be; data below is refused.")
    most: Exact | None = Field(default=None, description="The most it can be; data above is refused.")
    direction: Literal["higher", "lower"] | None = Field(
        default=None, description="Which is better, where bettering it must never lower a payment; lower for spending."
    )
    when_missing: Default | None = Field(
        default=None,
        description="none, or the number that stands for a missing value; refused where left out.",
    )
    owner: Words | None = Field(default=None, description="Who answers for the number.")
    over_time: OverTime = None
    confidential: Flag = Field(default=False, description="Whether it is kept from publication; recorded.")
    definition: Id | None = Field(default=None, description="The definition by which records give it.")


class FurtherInput(Part):
    """An input of an indicator beside its value, such as its baseline."""

    unit: Words | None = Field(default=None, description="Its unit; that of the indicator where it is left out.")
    least: Exact | None = Field(default=None, description="The least it can be; data below is refused.")
    most: Exact | None = Field(default=None, description="The most it can be; data above is refused.")
    when_missing: Default | None = Field(
        default=None, description="none, or the number that stands for a missing value; refused where left out."
    )


class Component(Part):
    """A part of a composite indicator, measured by itself."""

    title: Title | None = Field(default=None, description="What statements call the part.")
    weight: Weight = Field(description="How much the part weighs among those that are there.")


class Goal(Part):
    """A goal that is reported and not scored."""

    value: Exact = Field(description="The goal.")


def to_goal(value: object) -> Goal | None:
    """``none``, a number, or {value: ...} with its source."""
    if value == "none":
        return None
    if isinstance(value, Table):
        number = to_number(value.get("value", ""))
        return Goal.model_construct(value=number)
    return Goal.model_construct(value=to_number(value))


def to_range(value: object) -> tuple[Any, Any]:
    """``[least, most]`` (AO124)."""
    if not isinstance(value, Listing) or len(value) != 2:
        raise refuse("AO124", "A range is [least, most].", "Write [0 %, 100 %].")
    least, most = (None if end == "none" else to_number(end) for end in value)
    if least is not None and most is not None and least >= most:
        raise refuse("AO124", "The range is empty.", "Write the smaller number first.")
    return least, most


Range = Annotated[tuple[Any, Any], Reads(to_range, {"type": "array", "minItems": 2, "maxItems": 2})]


class Defined(Part):
    """What an indicator is: its title, unit, range and where it comes from. Stands in a definition or in the contract."""

    title: Title | None = Field(default=None, description="What statements call the indicator.")
    goal_text: Title | None = Field(default=None, description="What the indicator is there to achieve.")
    unit: Words | None = Field(default=None, description="share, points, grade 0 to 10, persons, EUR per client, ...")
    range: Range | None = Field(
        default=None, description="[least, most] that can be measured; data outside is refused."
    )
    direction: Literal["higher", "lower"] | None = Field(default=None, description="Which is better.")
    population: Title | None = Field(default=None, description="Who is measured.")
    source_system: Title | None = Field(default=None, description="The register or survey the data comes from.")
    owner: Words | None = Field(default=None, description="Who answers for the figure.")
    schedule: Words | None = Field(default=None, description="How often it is measured.")
    over_time: OverTime = None
    reference: Words | None = Field(default=None, description="Where the indicator is defined.")


class Indicator(Defined):
    """A measured outcome: its weight, how it is scored, and what holds when it is missing or small."""

    weight: Annotated[
        Any,
        Reads(lambda v: "equal" if v == "equal" else to_weight(v), {"type": ["number", "string"]}),
    ] = Field(default=None, description="The share of the score, or `equal` within the area.")
    value: FormulaText | None = Field(
        default=None, description="A formula, where the indicator is computed from facts."
    )
    score: one_of("scoring") | None = Field(default=None, description="The scoring rule.")  # type: ignore[valid-type]  # built from the folder
    levels: dict[str, Level] = Field(
        default_factory=dict, description="Named levels, by period, that the rule refers to."
    )
    inputs: dict[str, FurtherInput] = Field(
        default_factory=dict, description="Further inputs, such as baseline; `value` is the indicator's own."
    )
    components: dict[Id, Component] = Field(
        default_factory=dict, description="Parts of a composite; its value is their weighted mean."
    )
    minimum_components: Count | None = Field(
        default=None, description="How many parts must be present; all where left out."
    )
    minimum_n: Count | None = Field(default=None, description="The number measured below which nothing is scored.")
    when_small: When | None = Field(default=None, description="What holds below minimum_n.")
    when_missing: When | None = Field(
        default=None, description="What holds where nothing was measured; error where left out."
    )
    goal: Annotated[
        Goal | None,
        Reads(to_goal, {"description": "none, a number, or {value: ...}."}),
    ] = None
    confidential: Flag = Field(default=False, description="Whether it is kept from publication; recorded.")
    definition: Id | None = Field(default=None, description="The definition's id, where it is not the indicator's own.")


class FormulaArea(Part):
    """An area's score by formula; an indicator's id means its score."""

    formula: FormulaText = Field(description="The area's score; the id of an indicator means its score.")


def to_area_score(value: object) -> object:
    """``weighted mean``, ``share of points`` or {formula: ...} (AO125)."""
    if isinstance(value, str) and value in ("weighted mean", "share of points"):
        return str(value)
    if isinstance(value, Table):
        return value
    raise refuse(
        "AO125",
        f"{as_said(value)} is not a way to score an area.",
        "Write weighted mean, share of points, or {formula: ...}.",
    )


class Area(Part):
    """A result area: its weight, its indicators and how they make its score."""

    title: Title | None = Field(default=None, description="What statements call the area.")
    weight: Weight | None = Field(default=None, description="The area's share of the score.")
    area_score: Annotated[Literal["weighted mean", "share of points"] | FormulaArea, BeforeValidator(to_area_score)] = (
        Field(
            default="weighted mean",
            description="weighted mean: of the scores that are there; share of points: what is not there earns nothing; or {formula: ...}, where ids mean scores.",
        )
    )
    minimum_indicators: Count | None = Field(
        default=None, description="How many indicators must be scored for the area to be."
    )
    defaults: dict[str, Any] | None = Field(
        default=None,
        description="Keys that hold for every indicator of the area that does not say otherwise.",
    )
    indicators: dict[Id, Indicator] = Field(description="What is measured for the area, by id.")
