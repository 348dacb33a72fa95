"""Points: a base, extras that are capped together, and demerits that are capped together."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from ..contract.parts import Exact, FormulaText, Ids, Part, Positive
from ..formula.nodes import Arithmetic, Extreme, Name, Node, Number
from ..formula.steps import Says
from .base import Rule, Scoring, difference

SAYS = {
    "extras": {
        "en": "Extra points, counted up to {most} in all.",
        "fi": "Lisäpisteet, joista luetaan yhteensä enintään {most}.",
        "sv": "Extra poäng, räknade till högst {most} sammanlagt.",
    },
    "demerits": {
        "en": "Points lost, counted up to {most} in all.",
        "fi": "Vähennyspisteet, joista luetaan yhteensä enintään {most}.",
        "sv": "Avdragspoäng, räknade till högst {most} sammanlagt.",
    },
    "rule": {
        "en": "Points with extras and less demerits; {worth} points are a score of {full}.",
        "fi": "Pisteet lisineen ja vähennyksineen; {worth} pistettä on pistemäärä {full}.",
        "sv": "Poäng med tillägg och avdrag; {worth} poäng motsvarar {full}.",
    },
}


class Counted(Part):
    """Points counted together up to a limit."""

    of: Ids = Field(description="The facts that hold the points.")
    most: Exact = Field(description="The most that counts in all.")


class PointsRule(Rule):
    """Points of `base` (the value where it is left out), plus extras and less demerits, each capped in all."""

    kind: Literal["points"] = "points"
    base: FormulaText | None = Field(
        default=None, description="The points before extras; `value` is the indicator's own."
    )
    extras: Counted | None = Field(default=None, description="Points that are added.")
    demerits: Counted | None = Field(default=None, description="Points that are taken away.")
    worth: Positive = Field(default=Fraction(100), description="The points that make the highest score.")

    def lower(self, about: Scoring) -> Node:
        points: Node = about.formula(self.base, {}) if self.base else about.value
        if self.extras:
            points = Arithmetic("+", points, self._counted(about, "extras", self.extras))
        if self.demerits:
            points = difference(points, self._counted(about, "demerits", self.demerits))
        says = Says(SAYS["rule"], {"worth": self.worth, "full": about.most})
        return about.let("rule", about.within(Arithmetic("*", points, Number(about.most / self.worth))), says)

    def _counted(self, about: Scoring, name: str, counted: Counted) -> Name:
        total: Node = about.input(counted.of[0], False)
        for item in counted.of[1:]:
            total = Arithmetic("+", total, about.input(item, False))
        capped = Extreme("least", (total, Number(counted.most)))
        return about.let(name, capped, Says(SAYS[name], {"most": counted.most}))
