"""A calculation as plain data for JSON, and back: every formula, entry and rounding, exact. Standard library only.

A dataclass is ``{"a": its name, ...}`` with the fields that are not at their default; an exact number is ``{"=": "7.5"}``;
a mapping is ``{"by": [[key, value], ...]}`` and keeps its order; a set is ``{"any": [...]}``; a place is ``{"at": "file:line:column"}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from fractions import Fraction
from typing import Any

from .. import ledger, numbers
from ..formula import nodes, steps
from ..formula.nodes import Node
from ..numbers import to_text
from ..problems import Place
from . import form, result

_MODULES = (nodes, steps, numbers, ledger, form, result)
KINDS: Mapping[str, type] = {
    name: kind
    for module in _MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
}
_EXACT = re.compile(r"-?\d+(?:\.\d+|/[1-9]\d*)?", re.ASCII)
_PLACE = re.compile(r"(.+):(\d+):(\d+)", re.ASCII | re.DOTALL)


def _fields(kind: type[Any]) -> tuple[Field[Any], ...]:
    """The fields that are written: the place of a node is not, since its step has one."""
    return tuple(each for each in fields(kind) if not (each.name == "place" and issubclass(kind, Node)))


def to_plain(value: object) -> Any:
    """``value`` as lists, tables, texts, whole numbers, truths and None. Raises TypeError for what a calculation never holds."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Fraction):
        return {"=": to_text(value)}
    if isinstance(value, Place):
        return {"at": f"{value.file}:{value.line}:{value.column}"}
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    if isinstance(value, frozenset):
        return {"any": sorted(to_plain(each) for each in value)}
    if isinstance(value, Mapping):
        return {"by": [[key, to_plain(each)] for key, each in value.items()]}
    kind: type[Any] = type(value)
    if KINDS.get(kind.__name__) is not kind:
        raise TypeError(f"{kind.__name__} is no part of a calculation")
    written = ((each, getattr(value, each.name)) for each in _fields(kind))
    return {"a": kind.__name__} | {each.name: to_plain(part) for each, part in written if part != _default(each)}


def _default(field: Field[Any]) -> object:
    """What a field is left out at; MISSING, which equals nothing, where it is always written."""
    return field.default_factory() if field.default_factory is not MISSING else field.default


def from_plain(data: Any) -> Any:
    """What ``to_plain`` was given; tables and lists come back as values. Raises ValueError for anything else."""
    if data is None or isinstance(data, str | bool | int):
        return data
    if isinstance(data, list):
        return tuple(from_plain(each) for each in data)
    if not isinstance(data, dict):
        raise ValueError(f"{data!r} is no part of a calculation")
    if "a" in data:
        return _made(data)
    if len(data) != 1:
        raise ValueError(f"a table with the keys {', '.join(data)} is no part of a calculation")
    ((key, inner),) = data.items()
    return _READERS[key](inner) if key in _READERS else _refuse(key)


def _refuse(key: object) -> Any:
    raise ValueError(f"{key!r} is no part of a calculation")


def _made(data: Mapping[str, Any]) -> Any:
    kind = KINDS.get(data["a"]) if isinstance(data["a"], str) else None
    if kind is None:
        return _refuse(data["a"])
    parts = {name: from_plain(part) for name, part in data.items() if name != "a"}
    try:
        return kind(**parts)
    except TypeError as error:
        raise ValueError(str(error)) from None


def read_exact(text: Any) -> Fraction:
    """An exact number as settlements and calculations write it, of any length. Raises ValueError for anything else."""
    return Fraction(text) if isinstance(text, str) and _EXACT.fullmatch(text) else _refuse(text)


def _place(text: Any) -> Place:
    found = _PLACE.fullmatch(text) if isinstance(text, str) else None
    return Place(found[1], int(found[2]), int(found[3])) if found else _refuse(text)


def _mapping(pairs: Any) -> dict[str, Any]:
    if not isinstance(pairs, list) or any(
        not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) for pair in pairs
    ):
        return _refuse(pairs)  # type: ignore[no-any-return]  # it raises
    return {key: from_plain(each) for key, each in pairs}


def _set(members: Any) -> frozenset[str]:
    return (
        frozenset(members)
        if isinstance(members, list) and all(isinstance(each, str) for each in members)
        else _refuse(members)
    )


_READERS = {"=": read_exact, "at": _place, "by": _mapping, "any": _set}
