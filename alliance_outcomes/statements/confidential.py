"""What a page for the public leaves out: what the contract marks as confidential, and every number that tells of it."""

from __future__ import annotations

from ..calculation.form import Calculation
from ..contract.model import Contract
from ..formula.nodes import names


def confidential(contract: Contract, calculation: Calculation) -> frozenset[str]:
    """The names of inputs, indicators, areas and steps whose numbers tell what the contract marks as confidential.

    Those are what is marked, and all that is computed from it, such as the score of an area in which one indicator is
    marked, but not the lines, which are what is paid.
    """
    marked = {name for name, each in contract.facts.items() if each.confidential}
    marked |= {name for name, each in contract.indicators.items() if each.confidential}
    found = {each.name for each in calculation.inputs if each.id.partition(".")[0] in marked} | marked
    for step in calculation.steps:
        if step.role != "line" and found.intersection(names(step.formula)):
            found.add(step.name)
    found |= {form.id for form in calculation.indicators if {form.value, form.score} & found}
    found |= {form.id for form in calculation.areas if form.score in found}
    return frozenset(found)
