"""Whose a step is: the clause, indicator or figure that wrote it, where that stands, and whether it says intended."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ...contract.located import Table, child
from ...contract.model import Contract
from ...contract.parts import Part
from ...formula.exact import Value
from ...formula.nodes import Node, names, walk
from ...problems import Place
from .setting import Setting


def owner_of(contract: Contract, step: str) -> tuple[str, str]:
    """The section and id of what wrote a step: settlement, result_areas, figures, tables, amounts or facts."""
    base = step.partition("[")[0].partition(">")[0].partition("@")[0]
    stem = base.partition(".")[0]
    indicators = contract.indicators
    for section, known in (
        ("settlement", contract.settlement),
        ("result_areas", indicators),
        ("figures", contract.figures),
        ("tables", contract.tables),
        ("amounts", contract.amounts),
        ("facts", contract.facts),
    ):
        for name in (base, stem):
            if name in known:
                return section, name
    return "", base


# The keys of a clause that its steps are made of, where they are not called the same.
_KEYS = {
    "share": "points",
    "slices": "bands",
    "ratio": "bands",
    "width": "deadband",
    "gain_factor": "gain",
    "pain_factor": "pain",
}


def place_of(setting: Setting, step: str) -> Place | None:
    """Where a step, or what wrote it, stands in the contract."""
    section, name = owner_of(setting.contract, step)
    if section == "settlement":
        return _in_clause(setting.contract, name, step) or setting.contract.place(section, name, key=True)
    found = next((each.place for each in setting.calculation.steps if each.name == step), None)
    if found is not None:
        return found
    if section == "result_areas":
        return next((form.place for form in setting.calculation.indicators if form.id == name), None)
    return setting.contract.place(section, name, key=True) if section else None


def _in_clause(contract: Contract, clause: str, step: str) -> Place | None:
    """Where the key of a clause stands that a step such as sharing.gain comes from."""
    part = step.partition("[")[0].removeprefix(f"{clause}.")
    written = child(child(contract.document.root.get("settlement"), clause), clause)
    key = _KEYS.get(part, part)
    if isinstance(written, Table) and key not in written:
        written = written.get("outcomes")  # the lines of a rate card
    return written.keys_at.get(key) if isinstance(written, Table) else None


def place_in(setting: Setting, step: str, part: Node) -> Place | None:
    """Where the key of a clause stands that a part of its formula comes from: a limit, a deadband."""
    section, clause = owner_of(setting.contract, step)
    if section != "settlement":
        return None
    own = [name for name in names(part) if owner_of(setting.contract, name) == (section, clause)]
    found = [place for name in reversed(own) if (place := _in_clause(setting.contract, clause, name)) is not None]
    return found[0] if found else None


_FOLLOWED = ("clause", "rule", "value")
_FOLLOWED_DOWN = ("score", "area", "total", "line", "figure")


def blamed(setting: Setting, before: Mapping[str, Value], after: Mapping[str, Value], step: str) -> Place | None:
    """Where the fall of a step between two settings begins: the last step on the way that does not just pass it on."""
    roles = {each.name: each.role for each in setting.calculation.steps}
    formulas = {each.name: each.formula for each in setting.calculation.steps}
    seen = {step}
    while True:
        changed = [each for each in names(formulas[step]) if each in formulas and before[each] != after[each]]
        onward = [each for each in changed if each not in seen and roles[each] in _FOLLOWED]
        onward += [
            each
            for each in changed
            if each not in seen and roles[each] in _FOLLOWED_DOWN and _fell(before[each], after[each])
        ]
        if not onward:
            break
        step = onward[0]
        seen.add(step)
    section, clause = owner_of(setting.contract, step)
    if section == "settlement" and _in_clause(setting.contract, clause, step) is None:
        placed = (node.place for node in walk(formulas[step]) if node.place is not None)
        return next(placed, None) or place_of(setting, step)
    return place_of(setting, step)


def _fell(before: Value, after: Value) -> bool:
    numbers = before is not None and after is not None and not isinstance(before, str) and not isinstance(after, str)
    return numbers and Fraction(after) < Fraction(before)  # type: ignore[arg-type]  # numbers


def intended(contract: Contract, step: str) -> str:
    """The reason that the owner of a step, or a part of it, gives for what would be a fault; or nothing."""
    section, name = owner_of(contract, step)
    owner: object = contract.indicators.get(name) if section == "result_areas" else None
    owner = owner or getattr(contract, section, {}).get(name) if section else None
    return reason_in(owner)


def reason_in(part: object) -> str:
    """What a part of a contract, or a part within it, says is intended."""
    if not isinstance(part, Part):
        return ""
    if part.intended:
        return str(part.intended)
    return next((found for key in type(part).model_fields if (found := reason_in(getattr(part, key)))), "")
