"""Gate: another rule's score where a condition holds, a stated score where it does not."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from ..contract.parts import ConditionText, Exact
from ..formula.nodes import Node, Number
from ..formula.steps import Says
from .base import AnyRule, Rule, Scoring, choose

SAYS = {
    "en": "The score counts where the condition holds; otherwise the score is {otherwise}.",
    "fi": "Pisteet luetaan, kun ehto täyttyy; muuten pisteet ovat {otherwise}.",
    "sv": "Poängen räknas när villkoret uppfylls; annars är poängen {otherwise}.",
}


class Gate(Rule):
    """The score of the rule `score` where the condition `when` holds, else `otherwise`.

    In `when`, `value` is the indicator's own value and other names are those of the contract.
    """

    kind: Literal["gate"] = "gate"
    when: ConditionText = Field(description="The condition, such as value >= 50 % or complaints <= 3.")
    otherwise: Exact = Field(default=Fraction(0), description="The score where the condition does not hold.")
    score: AnyRule = Field(description="The rule that scores where the condition holds.")

    def lower(self, about: Scoring) -> Node:
        inner = self.score.lower(about)
        when = about.formula(self.when, {})
        says = Says(SAYS, {"otherwise": self.otherwise})
        return about.let("gated", choose(when, inner, about.within(Number(self.otherwise))), says)
