"""Whose a step is: the clause, indicator or figure that wrote it, where that stands, and whether it says intended."""

from __future__ import annotations

from ...contract.model import Contract
from ...contract.parts import Part
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


def place_of(setting: Setting, step: str) -> Place | None:
    """Where a step, or what wrote it, stands in the contract."""
    found = next((each.place for each in setting.calculation.steps if each.name == step), None)
    if found is not None:
        return found
    section, name = owner_of(setting.contract, step)
    if section == "result_areas":
        return next((form.place for form in setting.calculation.indicators if form.id == name), None)
    return setting.contract.place(section, name, key=True) if section else None


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
