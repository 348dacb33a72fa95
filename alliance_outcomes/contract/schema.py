"""The JSON Schema of contract files: what editors complete from and show on hover."""

from __future__ import annotations

from typing import Any

from .model import Contract


def contract_schema() -> dict[str, Any]:
    """The schema of a contract file as plain data, with a description for every key."""
    schema = Contract.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Outcome contract",
        **{k: v for k, v in schema.items() if k != "title"},
    }
