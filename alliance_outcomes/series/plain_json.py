"""JSON whose numbers stay text: no float is made, no key may stand twice, no NaN is taken."""

from __future__ import annotations

import json
from typing import Any


def parse_json(data: bytes) -> Any:
    """The document, its numbers as they were written. Raises ValueError with a sentence."""
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("the file is not JSON in UTF-8") from None


def _no_number(text: str) -> str:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice")
        found[key] = value
    return found
