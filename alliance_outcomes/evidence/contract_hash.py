"""The hash of a contract as it is understood: comments, layout and the order of keys take no part in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from ..calculation.plain import to_plain
from ..contract.model import Contract
from ..contract.parts import Formula, Part
from ..numbers import to_text
from ..problems import Place
from .canonical import canonical, digest


def contract_hash(contract: Contract) -> str:
    """The SHA-256 of the contract's canonical dump. The order of its clauses takes part: later ones read earlier ones."""
    whole = _plain(contract)
    whole["settlement"] = [[name, _plain(clause)] for name, clause in contract.settlement.items()]
    return digest(canonical(whole))


def _plain(value: object) -> Any:
    """A part of a contract as plain data, without what was left out and without places."""
    if isinstance(value, Part):
        kinds = type(value).model_fields
        stated = {name: getattr(value, name) for name in kinds if getattr(value, name) != kinds[name].get_default()}
        kind = {"kind": value.kind} if hasattr(value, "kind") else {}
        return kind | {name: _plain(each) for name, each in stated.items()}
    if isinstance(value, Formula):
        return to_plain(value.node)
    if isinstance(value, Fraction):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value) if each.compare}
        return {name: _plain(part) for name, part in parts.items() if not isinstance(part, Place)}
    return value
