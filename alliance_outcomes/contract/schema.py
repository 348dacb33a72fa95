"""The JSON Schema of contract files: what editors complete from and show on hover."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .model import Amendment, Contract


def contract_schema() -> dict[str, Any]:
    """The schema of a contract file as plain data, with a description for every key."""
    schema = deepcopy(Contract.model_json_schema(by_alias=True))  # shapes of types are shared with it
    parts = schema["$defs"]
    for part in (schema, *parts.values()):
        for key, says in part.get("properties", {}).items():
            if "description" not in says:
                says["description"] = _description(key, says, part, parts)
            _leave_to_the_key(says)  # editors show that of the shape that fits, where it has one
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Outcome contract",
        **{k: v for k, v in schema.items() if k != "title"},
    }


def amendment_schema() -> dict[str, Any]:
    """The schema of a file that amends another: its head, and any part of a contract, of which it says only what changes."""
    whole = _in_part(contract_schema())
    head = Amendment.model_json_schema(by_alias=True)
    whole["$defs"]["Decision"] = head["$defs"]["Decision"]
    for key, says in head["properties"].items():
        says.setdefault("description", "")
        whole["properties"].setdefault(key, says)
    return {**whole, "title": "Amendment of an outcome contract", "required": head["required"]}


def _in_part(schema: Any) -> Any:
    """A schema in which nothing is required; so several shapes may fit where one must in a whole contract."""
    if isinstance(schema, list):
        return [_in_part(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    renamed = {"anyOf" if key == "oneOf" else key: each for key, each in schema.items()}
    needless = {"required", "discriminator"} if "$ref" not in schema else set()
    return {
        key: _in_part(each) for key, each in renamed.items() if key not in needless or not isinstance(each, list | dict)
    }


def _description(key: str, says: dict[str, Any], part: dict[str, Any], parts: dict[str, Any]) -> Any:
    """What tells of a key that says nothing itself: its kind, the part that stands there."""
    if key == "kind" and "const" in says:
        return part["description"]
    shapes = (says, *says.get("anyOf", ()))
    return next(parts[shape["$ref"].rpartition("/")[2]]["description"] for shape in shapes if "$ref" in shape)


def _leave_to_the_key(says: dict[str, Any]) -> None:
    """Take away what the shapes of a value say of themselves: the key says it."""
    for shape in says.get("anyOf", ()):
        if "$ref" not in shape:
            shape.pop("description", None)
            _leave_to_the_key(shape)
