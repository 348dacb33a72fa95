"""The words contract models are made of: exact numbers, dates, titles, formulas, levels, and the base of every part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_plain_validator_function, with_info_plain_validator_function

from ..formula.nodes import Name as Named
from ..formula.nodes import Node, is_truth
from ..formula.parse import COMPARE, parse
from ..numbers import ROUNDINGS, Rounding, is_exact_step, parse_number
from ..problems import ContractError, Place, Problem, did_you_mean
from .located import Listing, Table, Text, place_of

LANGUAGES = ("fi", "sv", "en")
_YEARS = range(1000, 9000)  # so that a period before, and one after, is there to be counted
NUMBER_SCHEMA = {
    "type": ["number", "string"],
    "description": "An exact number: 7.5, 7.5 %, 16 993 210 or 1/3.",
}


def refuse(code: str, sentence: str, instead: str = "") -> PydanticCustomError:
    """A validation error that becomes a Problem at the place of the value."""
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence, "instead": instead})


def as_said(value: object) -> str:
    """What was written, as a sentence begins with it: one short line, whatever stands there."""
    if isinstance(value, Table | Listing):
        return "A table" if isinstance(value, Table) else "A list"
    text = " ".join(str(value).split()) if value is not None else ""
    return (text if len(text) <= 40 else f"{text[:37]}...") or "An empty word"


def report(info: ValidationInfo, *problems: Problem) -> None:
    """Add problems that carry their own places to the reading in progress."""
    assert isinstance(info.context, list)  # `validated` gives one
    info.context.extend(problems)


def unknown_keys(table: Table, known: set[str]) -> list[Problem]:
    """Each key of ``table`` that is none of ``known``, with the nearest that is (AO101)."""
    named = known - {"source", "assumed", "intended"}
    return [
        Problem(
            "AO101", f"{as_said(key)} is not a key that can stand here.", did_you_mean(key, named), table.keys_at[key]
        )
        for key in table
        if key not in known
    ]


def to_number(value: object) -> Fraction:
    """The exact number a scalar stands for (AO105)."""
    if not isinstance(value, str):
        raise refuse("AO105", "A number is needed here.", "Write it as 7.5, 7.5 %, 16 993 210 or 1/3.")
    try:
        return parse_number(value)
    except ValueError as error:
        sentence, _, instead = str(error).partition("; ")
        raise refuse("AO105", f"{sentence}.", f"{instead[:1].upper()}{instead[1:]}.") from None


def to_day(value: object) -> date:
    """A calendar day written 2019-01-31 (AO106)."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if found.year in _YEARS:
                return found
            raise refuse("AO106", f"{value} is no day on which a contract runs.", "Write it as 2019-01-31.")
    raise refuse("AO106", f"{as_said(value)} is not a day of the calendar.", "Write it as 2019-01-31.")


def is_id(text: str) -> bool:
    """Whether ``text`` can be an identifier."""
    return re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", text) is not None


def to_id(value: object) -> str:
    """An identifier (AO107)."""
    if isinstance(value, str) and is_id(value):
        return str(value)
    raise refuse(
        "AO107", f"{as_said(value)} cannot be an id.", "Use small letters, digits and _, beginning with a letter."
    )


def to_title(value: object) -> dict[str, str]:
    """A text in one or more languages, on one line; a bare text stands for all (AO108)."""
    if isinstance(value, Text):
        return {"": _on_one_line(value)}
    if isinstance(value, Table) and value and all(k in LANGUAGES and isinstance(v, str) for k, v in value.items()):
        return {language: _on_one_line(text) for language, text in value.items()}
    raise refuse("AO108", "A title is a text, or a text for each of fi, sv and en.", "Write {fi: ..., en: ...}.")


def _on_one_line(text: object) -> str:
    """A title, its lines joined by spaces, so that none can stand as a line of its own among amounts."""
    return " ".join(str(text).splitlines())


def to_count(value: object) -> int:
    """A whole number from 0 (AO105)."""
    number = to_number(value)
    if number.denominator != 1 or number < 0:
        raise refuse("AO105", f"{as_said(value)} is not a count.", "Write a whole number from 0.")
    return int(number)


def to_positive(value: object) -> Fraction:
    """A number above 0 (AO112)."""
    number = to_number(value)
    if number <= 0:
        raise refuse("AO112", f"{as_said(value)} is not above 0.", "Write a number above 0.")
    return number


def to_weight(value: object) -> Fraction:
    """A number from 0 (AO206)."""
    number = to_number(value)
    if number < 0:
        raise refuse("AO206", f"The weight {as_said(value)} is below zero.", "Write 0 or more.")
    return number


def to_ids(value: object) -> tuple[str, ...]:
    """One or more different ids (AO113)."""
    if not isinstance(value, Listing) or not value:
        raise refuse("AO113", "A list of names is needed here.", "Write [one, another].")
    ids = tuple(to_id(each) for each in value)
    twice = next((each for each in ids if ids.count(each) > 1), None)
    if twice:
        raise refuse("AO113", f"{twice} stands here twice.", "Name each once.")
    return ids


def to_text(value: object) -> str:
    """Any scalar, as it was written (AO104)."""
    if isinstance(value, str):
        return str(value)
    raise refuse("AO104", "A text is needed here.", "Write one value.")


def to_name(value: object) -> str:
    """A name as the cells of data hold it: on one line, without spaces around it (AO107)."""
    name = to_text(value)
    if name != name.strip() or len(name.splitlines()) > 1:
        raise refuse("AO107", f"{as_said(value)} names no payee.", "Write it on one line, without spaces around it.")
    return name


def to_flag(value: object) -> bool:
    """true or false (AO104)."""
    if value in ("true", "false"):
        return value == "true"
    raise refuse("AO104", f"{as_said(value)} is neither true nor false.", "Write true or false.")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written, and its tree. Names in it are the contract's own, or the columns of a row.

    ``holds`` says that it is a condition; one of the contract may be the name of a figure that is one.
    """

    text: str
    node: Node
    holds: bool = False


def to_formula(value: object, info: ValidationInfo) -> Formula:
    """A parsed formula that gives a number; its faults are reported with the place of the token (AO30x)."""
    return _number(to_either(value, info))


def to_condition(value: object, info: ValidationInfo) -> Formula:
    """A parsed formula that holds or does not, or a name; its faults are reported as those of to_formula are."""
    formula = to_either(value, info)
    return replace(formula, holds=True) if isinstance(formula.node, Named) else _condition(formula)


def to_row_formula(value: object, info: ValidationInfo) -> Formula:
    """A parsed formula over the columns of a row that gives a number, reported as to_formula does: no column is a condition."""
    return _number(_parsed(value, info, named_conditions=False))


def to_row_condition(value: object, info: ValidationInfo) -> Formula:
    """A parsed formula over the columns of a row that holds or does not, reported as to_formula does."""
    return _condition(_parsed(value, info, named_conditions=False))


def to_either(value: object, info: ValidationInfo) -> Formula:
    """A parsed formula, a number or a condition; its faults are reported as those of to_formula are."""
    return _parsed(value, info, named_conditions=True)


def _number(formula: Formula) -> Formula:
    if is_truth(formula.node):
        raise refuse("AO303", "A condition stands where a number is needed.", "Write 1 if condition else 0.")
    return formula


def _condition(formula: Formula) -> Formula:
    if not is_truth(formula.node):
        raise refuse("AO303", "A number stands where a condition is needed.", COMPARE)
    return replace(formula, holds=True)


def _parsed(value: object, info: ValidationInfo, named_conditions: bool) -> Formula:
    if not isinstance(value, Text):
        raise refuse("AO301", "A formula is a text.", "Write it on one line, in quotes where it holds a comma.")
    try:
        return Formula(str(value), parse(value, value.locate, named_conditions))
    except ContractError as error:
        report(info, *error.problems)
        raise PydanticCustomError("reported", "reported") from None


def to_rounding(value: object) -> Rounding:
    """``half_away_from_zero to 0.01`` (AO109)."""
    how, _, unit_text = str(value).partition(" to ")
    if how in ROUNDINGS:
        unit = to_number(unit_text)
        if is_exact_step(unit):
            return Rounding(how, unit)
    raise refuse("AO109", f"{as_said(value)} does not say how to round.", "Write half_away_from_zero to 0.01.")


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that holds from the period it is given for until the next entry; ``name`` refers to a named level."""

    entries: tuple[tuple[str, Fraction | None], ...] = ()
    name: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


def to_dated(value: object) -> Dated:
    """A number, a table of period: number, or the name of a level."""
    if isinstance(value, Table):
        if not value:
            raise refuse("AO110", "No value is given.", "Write a number, or {2019: 40 %}.")
        return Dated(
            tuple((str(label), None if entry == "none" else to_number(entry)) for label, entry in value.items()),
            place=value.place,
        )
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value):
        return Dated(name=str(value), place=place_of(value))
    return Dated((("", to_number(value)),), place=place_of(value))


@dataclass(frozen=True, slots=True, eq=False)
class Reads:
    """Has pydantic read a value by a function of ours, and an editor told what may be written there.

    Pydantic's own ``PlainValidator`` makes a schema of the type that is read as well. Nothing uses it, and it takes half of
    the time in which the models of a contract are made. A function that is ``told`` of the reading in progress reports to it.
    """

    by: Callable[..., object]
    schema: Mapping[str, Any]
    told: bool = False

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        if self.told:
            return with_info_plain_validator_function(self.by)
        return no_info_plain_validator_function(self.by)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


Exact = Annotated[Fraction, Reads(to_number, NUMBER_SCHEMA)]
Positive = Annotated[Fraction, Reads(to_positive, NUMBER_SCHEMA)]
Weight = Annotated[Fraction, Reads(to_weight, NUMBER_SCHEMA)]
Ids = Annotated[tuple[str, ...], Reads(to_ids, {"type": "array", "minItems": 1, "items": {"type": "string"}})]
Day = Annotated[date, Reads(to_day, {"type": "string", "format": "date"})]
Id = Annotated[str, Reads(to_id, {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}$"})]
Words = Annotated[str, Reads(to_text, {"type": ["string", "number"]})]
Name = Annotated[str, Reads(to_name, {"type": ["string", "number"]})]
Flag = Annotated[bool, Reads(to_flag, {"enum": [True, False, "true", "false"]})]
Count = Annotated[int, Reads(to_count, {"type": ["integer", "string"], "minimum": 0})]
Title = Annotated[
    dict[str, str],
    Reads(
        to_title,
        {
            "description": "A text, or a text for each language.",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {k: {"type": "string"} for k in LANGUAGES},
                    "additionalProperties": False,
                },
            ],
        },
    ),
]
_FORMULA = {"type": ["string", "number"], "maxLength": 500, "description": "A formula."}
_CONDITION = {"type": "string", "maxLength": 500, "description": "A condition, such as score >= 40."}
FormulaText = Annotated[Formula, Reads(to_formula, _FORMULA, told=True)]
EitherText = Annotated[Formula, Reads(to_either, _FORMULA, told=True)]
RowFormulaText = Annotated[Formula, Reads(to_row_formula, _FORMULA, told=True)]
RowConditionText = Annotated[Formula, Reads(to_row_condition, _CONDITION, told=True)]
ConditionText = Annotated[Formula, Reads(to_condition, _CONDITION, told=True)]
RoundingText = Annotated[
    Rounding,
    Reads(to_rounding, {"type": "string", "description": "A way and a unit: half_away_from_zero to 0.01."}),
]
Level = Annotated[
    Dated,
    Reads(
        to_dated,
        {
            "description": "A number, the name of a level, or numbers by period, each holding until the next.",
            "anyOf": [
                NUMBER_SCHEMA,
                {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
            ],
        },
    ),
]
_PAIRS_SCHEMA = {
    "description": "Pairs [x, y], x rising or falling.",
    "type": "array",
    "minItems": 1,
    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "string"]}},
}


def to_pairs(value: object) -> tuple[tuple[Fraction, Fraction], ...]:
    """One or more pairs with strictly rising or falling x, sorted to rise (AO111)."""
    if not isinstance(value, Listing) or not value or any(not isinstance(p, Listing) or len(p) != 2 for p in value):
        raise refuse("AO111", "Pairs [x, y] are needed here.", "Write [[-3 %, 100], [0 %, 0]].")
    points = [(to_number(point[0]), to_number(point[1])) for point in value if isinstance(point, Listing)]
    xs = [x for x, _ in points]
    if not (all(a < b for a, b in pairwise(xs)) or all(a > b for a, b in pairwise(xs))):
        instead = "Order them by their first number and give each once."
        raise refuse("AO111", "The points do not go steadily one way.", instead)
    return tuple(sorted(points))


def to_points(value: object) -> tuple[tuple[Fraction, Fraction], ...]:
    """Two or more pairs: a line (AO111)."""
    points = to_pairs(value)
    if len(points) < 2:
        raise refuse("AO111", "A line needs two or more points [x, y].", "Write [[-3 %, 100], [0 %, 0]].")
    return points


Pairs = Annotated[tuple[tuple[Fraction, Fraction], ...], Reads(to_pairs, _PAIRS_SCHEMA)]
Points = Annotated[tuple[tuple[Fraction, Fraction], ...], Reads(to_points, {**_PAIRS_SCHEMA, "minItems": 2})]


class Part(BaseModel):
    """Base of every part of a contract: strict, frozen, and each unknown key told with the nearest right one.

    ``source`` and ``assumed`` say where the numbers below come from; the nearest one to a number wins. ``intended`` says
    why what checks would find here is meant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True, defer_build=True)
    allow_source: ClassVar[bool] = True

    source: Words | None = Field(
        default=None, description="Where the numbers below come from: a clause, regulation or document."
    )
    assumed: Words | None = Field(
        default=None, description="Why the numbers below are assumed; every statement lists it."
    )
    intended: Words | None = Field(
        default=None, description="Why what a check finds here (a cliff, a gap, something unused) is meant."
    )

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, data: object, info: ValidationInfo) -> object:
        if not isinstance(data, Table):
            return data
        known = {spec.alias or name for name, spec in cls.model_fields.items()}
        problems = unknown_keys(data, known)
        report(info, *problems)
        return Table(data.place, {k: v for k, v in data.items() if k in known}, data.keys_at) if problems else data


def dated_values(part: object) -> Iterator[Dated]:
    """Every dated value in a part and the parts below it."""
    if isinstance(part, Dated):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from dated_values(getattr(part, name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from dated_values(value)
