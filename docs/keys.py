"""The page of the keys, from the models that read them: every key of contracts, definitions, mappings and queries.

A part of a file has a section, named by the path to it; where it can stand at several paths, the first one names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from alliance_outcomes.contract import parts
from alliance_outcomes.contract.catalogue import members
from alliance_outcomes.contract.columns import Columns, RecordColumns
from alliance_outcomes.contract.definitions import Definition
from alliance_outcomes.contract.model import Amendment, Contract
from alliance_outcomes.contract.parts import Part, Reads
from alliance_outcomes.numbers import to_text
from alliance_outcomes.sources.query import Stated
from docs.commands import row

HEAD = """\
# Keys

Every key that files may have, generated from the models that read them by `make reference`. What the words *number*,
*id*, *level* and so on mean is said in [The file](../language.md#the-file); what keys do together in
[the contract language](../language.md). A key that is marked *needed* must stand there; in the next column stands what
holds where one is left out.

Three keys may stand in every part: `source` (where the numbers below come from), `assumed` (why they are assumed) and
`intended` (why what a check would find there is meant).
"""
EVERYWHERE = set(Part.model_fields)
WORDS: list[tuple[Any, str]] = [
    (parts.Exact, "number"),
    (parts.Positive, "number above 0"),
    (parts.Weight, "number from 0"),
    (parts.Ids, "list of ids"),
    (parts.Day, "day"),
    (parts.Id, "id"),
    (parts.Words, "text"),
    (parts.Name, "text"),
    (parts.Flag, "flag"),
    (parts.Count, "count"),
    (parts.Title, "title"),
    (parts.FormulaText, "formula"),
    (parts.EitherText, "formula"),
    (parts.ConditionText, "condition"),
    (parts.RowFormulaText, "formula"),
    (parts.RowConditionText, "condition"),
    (parts.RoundingText, "way to unit"),
    (parts.Level, "level"),
    (parts.Pairs, "list of pairs"),
    (parts.Points, "points"),
]
FAMILIES = {
    "scoring": ("Scoring rules", "a scoring rule"),
    "payments": ("Payment clauses", "a payment clause"),
    "measures": ("Measures", "a measure"),
}
FILES: list[tuple[str, type[Part], str, str]] = [  # title, model, the families that stand in it, the file's name
    ("Contracts", Contract, "scoring payments", "A contract file"),
    ("Amendments", Amendment, "", "An amendment; below its head stand the keys of a contract that change"),
    ("Definitions of indicators", Definition, "measures", "`indicators/ID.yaml`"),
    ("Column mappings", Columns, "", "`DATA.columns.yaml` beside a wide file"),
    ("Mappings of records", RecordColumns, "", "`records.columns.yaml` in a folder of records"),
    ("Queries", Stated, "", "`NAME.sql.yaml`"),
]


def heading_link(heading: str) -> str:
    """The address of a heading, as code hosts and the site make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


class Page:
    """The sections in the order in which they are reached, each part once."""

    def __init__(self) -> None:
        self.lines = [HEAD]
        self.heading_of: dict[type[Part], str] = {}
        self.family_of = {model: family for family in FAMILIES for model in members(family).values()}

    def add(self, model: type[Part], heading: str, path: str, intro: str, level: int) -> None:
        """The section of a part, then those of the parts below it."""
        self.heading_of[model] = heading
        fields = {
            spec.alias or name: (spec, hint)
            for (name, spec), hint in zip(model.model_fields.items(), _hints(model), strict=True)
            if name not in EVERYWHERE
        }
        below: dict[type[Part], str] = {}
        for key, (_, hint) in fields.items():
            for part, steps in _parts_in(hint):
                if part not in self.family_of and part not in self.heading_of:
                    below.setdefault(part, self.unused(f"{path}{key}{steps}"))
        self.heading_of |= below
        told = [
            row(f"`{key}`", self.kind(hint), needed(spec), described(spec, hint))
            for key, (spec, hint) in fields.items()
        ]
        self.lines += [f"{'#' * level} {heading}", "", intro, ""]
        self.lines += ["| key | takes | else | meaning |", "|---|---|---|---|", *told, ""]
        for part, where in below.items():
            self.add(part, where, f"{where}.", _sentence(part), 3)

    def unused(self, path: str) -> str:
        """The heading of the part at a path: its end, or the whole where another part has that."""
        short = shortened(path)
        return path if short in self.heading_of.values() else short

    def kind(self, hint: Any) -> str:
        """What a key takes, in words."""
        for known, word in WORDS:
            if hint == known:
                return word
        if hint is None or hint is NoneType:
            return ""
        if isinstance(hint, type) and issubclass(hint, Part):
            return f"[{self.heading_of.get(hint, hint.__name__)}](#{heading_link(self.heading_of.get(hint, ''))})"
        origin, inner = get_origin(hint), get_args(hint)
        if origin is Annotated:
            written = written_as(hint)
            return self.kind(inner[0]) if written is None else shape(written)
        if origin is Literal:
            return ", ".join(f"`{each}`" for each in inner)
        if origin in (Union, UnionType):
            families = {self.family_of.get(each, "") for each in inner if each is not NoneType}
            if len(families) == 1 and (family := families.pop()):
                title, words = FAMILIES[family]
                return f"[{words}](#{heading_link(title)})"
            return " or ".join(filter(None, map(self.kind, inner)))
        if origin is dict:
            return f"by {self.kind(inner[0])}: {self.kind(inner[1])}"
        if origin is tuple:
            return f"list of: {self.kind(inner[0])}"
        return {"Any": "any value", "str": "text"}.get(getattr(hint, "__name__", ""), "text")


def shortened(path: str) -> str:
    """The last two keys of a path, each with the ``NAME`` or ``[]`` behind it: enough to know where it stands."""
    keys = re.findall(r"[^.]+(?:\.NAME)*", path)
    return ".".join(keys[-2:])


def _hints(model: type[Part]) -> list[Any]:
    hints = get_type_hints(model, include_extras=True)
    return [hints[name] for name in model.model_fields]


def written_as(hint: Any) -> dict[str, Any] | None:
    """The schema that an annotation states for what a function reads, if it does."""
    for each in get_args(hint):
        if isinstance(each, Reads):
            return dict(each.schema)
        if isinstance(each, WithJsonSchema):
            return each.json_schema
    return None


def _parts_in(hint: Any, steps: str = "") -> Iterator[tuple[type[Part], str]]:
    """The parts that an annotation reaches, each with what its path is longer by; not those read from a text or a list."""
    if isinstance(hint, type) and issubclass(hint, Part):
        yield hint, steps
    inner = get_args(hint)
    if get_origin(hint) is Annotated:
        if written_as(hint) is None:
            yield from _parts_in(inner[0], steps)
    elif get_origin(hint) is dict:
        yield from _parts_in(inner[1], f"{steps}.NAME")
    elif get_origin(hint) is tuple:
        yield from _parts_in(inner[0], f"{steps}[]")
    elif get_origin(hint) in (Union, UnionType):
        for each in inner:
            yield from _parts_in(each, steps)


def shape(schema: dict[str, Any]) -> str:
    """What a value may be, by the schema that stands in for its reader."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(shape(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    kinds = schema.get("type", "value")
    if isinstance(kinds, list):
        return "number or text" if "number" in kinds and "string" in kinds else " or ".join(kinds)
    return {"array": "list", "object": "table", "string": "text"}.get(kinds, kinds)


def needed(spec: FieldInfo) -> str:
    """Whether a key must stand, else what holds without it."""
    if spec.is_required() or spec.annotation == Literal[spec.default]:
        return "*needed*"
    value = spec.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Fraction | int):
        return f"`{to_text(Fraction(value))}`"
    return f"`{value}`" if isinstance(value, str) and value else ""


def described(spec: FieldInfo, hint: Any) -> str:
    """What a key means: its own words, else those of the part that stands there."""
    if spec.description:
        return str(spec.description)
    if get_origin(hint) is Literal and spec.default in get_args(hint):
        return "Tells which it is."
    if written := written_as(hint):
        return str(written.get("description", ""))
    return next((_sentence(part) for part, _ in _parts_in(hint)), "")


def _sentence(model: type[Part]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].replace("``", "`").split())


def keys_page() -> str:
    """docs/reference/keys.md."""
    page = Page()
    for title, model, families, file in FILES:
        root = "records." if model is RecordColumns else ""
        page.add(model, title, root, f"{file}. {_sentence(model)}", 2)
        for family in families.split():
            page.lines += [f"## {FAMILIES[family][0]}", "", "One of these, told by its `kind`.", ""]
            for kind, member in members(family).items():
                page.add(member, f"{family}: {kind}", f"{kind}.", _sentence(member), 3)
    return "\n".join(page.lines)
