"""Formula: a score written out in the contract, kept within the range of scores."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText
from ..formula.nodes import Node
from ..formula.steps import Says
from .base import Rule, Scoring

SAYS = {
    "en": "Score by the contract's own formula, kept within {least} to {most}.",
    "fi": "Pisteet sopimuksen omalla kaavalla, rajattuna välille {least}–{most}.",
    "sv": "Poäng enligt avtalets egen formel, inom {least} till {most}.",
}


class FormulaRule(Rule):
    """The score is `formula`, in which `value` is the indicator's value, kept within the range of scores."""

    kind: Literal["formula"] = "formula"
    formula: FormulaText = Field(description="The score; `value` is the indicator's value.")

    def lower(self, about: Scoring) -> Node:
        node = about.within(about.formula(self.formula, {}))
        return about.let("rule", node, Says(SAYS, {"least": about.least, "most": about.most}))
