"""Sotkanet, the national indicator bank: its CSV (semicolons, a decimal point) and its JSON, with its own numbers of regions."""

from __future__ import annotations

from typing import Any

from . import Choice, label_of, only_one
from .plain_json import parse_json
from .table import rows_of

KIND = "sotkanet"
# What its two forms call the same things.
_VALUES = {"value": ("primary.value", "value"), "absolute.value": ("absolute.value", "absValue")}
_KEYS = ("indicator", "region", "gender")


def read(data: bytes, choice: Choice) -> dict[str, str]:
    """The figures by year. ``pick`` fixes indicator, region (Sotkanet's own number, not the municipality's code) and gender.

    ``value`` is value (as published: per cent, per thousand) or absolute.value (the count). Raises ValueError with a sentence.
    """
    if choice.value and choice.value not in _VALUES:
        raise ValueError(f"{choice.value} is no column of Sotkanet; write value: value, or value: absolute.value")
    if unknown := sorted(set(choice.pick) - set(_KEYS)):
        raise ValueError(f"{unknown[0]} is nothing to pick by; pick by {', '.join(_KEYS)}")
    wanted = _VALUES[choice.value or "value"]
    found: dict[str, str] = {}
    for row in _rows(data):
        if any(row.get(key) != code for key, code in choice.pick.items()):
            continue
        figure = next((row[name] for name in wanted if row.get(name)), "")
        if figure and "year" in row:
            only_one(found, label_of(row["year"]), figure, ", ".join(_KEYS))
    return found


def _rows(data: bytes) -> list[dict[str, str]]:
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        document = parse_json(data)
        rows = document if isinstance(document, list) else [document]
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("the file is no list of figures")
        return [{key: _text(value) for key, value in row.items()} for row in rows]
    rows = rows_of(data, ";")
    if not rows or "primary.value" not in rows[0]:
        raise ValueError("the file has no column primary.value, as Sotkanet's CSV has")
    return rows


def _text(value: Any) -> str:
    """A value of the JSON form; a region or indicator may be an object with its id."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""
