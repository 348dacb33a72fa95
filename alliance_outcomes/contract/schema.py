"""The JSON Schema of contract files: what editors complete from and show on hover."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from .model import Contract


def contract_schema() -> dict[str, Any]:
    """The schema of a contract file as plain data, with a description for every key."""
    schema = deepcopy(Contract.model_json_schema(by_alias=True))  # shapes of types are shared with it
    parts = schema["$defs"]
    for part in (schema, *parts.values()):
        for key, says in part.get("properties", {}).items():
            if "description" not in says and (described := next(_descriptions(key, says, part, parts), None)):
                says["description"] = described
            if "description" in says:  # editors show that of the shape that fits, where it has one
                _leave_to_the_key(says)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Outcome contract",
        **{k: v for k, v in schema.items() if k != "title"},
    }


def _descriptions(key: str, says: dict[str, Any], part: dict[str, Any], parts: dict[str, Any]) -> Iterator[str]:
    """What tells of a key that says nothing itself: its kind, the part that stands there."""
    if key == "kind" and "const" in says:
        yield part["description"]
    for shape in (says, *says.get("anyOf", ())):
        if "$ref" in shape:
            yield parts[shape["$ref"].rpartition("/")[2]]["description"]


def _leave_to_the_key(says: dict[str, Any]) -> None:
    """Take away what the shapes of a value say of themselves: the key says it."""
    for shape in says.get("anyOf", ()):
        if "$ref" not in shape:
            shape.pop("description", None)
            _leave_to_the_key(shape)
