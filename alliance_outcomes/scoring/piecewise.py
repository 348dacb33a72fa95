"""Piecewise: a line through stated points, which may give scores below zero."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import Points
from ..formula.curves import through
from ..formula.nodes import Node
from ..formula.steps import Says
from ..numbers import to_text
from ..problems import Problem
from .base import Rule, Scoring

SAYS = {
    "en": "Score along the line through the points of the contract, flat beyond its ends.",
    "fi": "Pisteet sopimuksen pisteiden kautta kulkevalta murtoviivalta, päiden ulkopuolella vakio.",
    "sv": "Poäng längs linjen genom avtalets punkter, konstant utanför dess ändar.",
}


class Piecewise(Rule):
    """Score along a line through `points` of [value, score], flat beyond its ends. Scores may be negative."""

    kind: Literal["piecewise"] = "piecewise"
    points: Points = Field(description="Points [value, score], in the order of the value.")

    def lower(self, about: Scoring) -> Node:
        for value, score in self.points:
            if not about.least <= score <= about.most:
                sentence = f"The score {to_text(score)} at {to_text(value)} lies outside {about.range}."
                about.problem(Problem("AO402", sentence, "Keep it within scores: {least, most}.", about.place))
        return about.let("rule", through(about.value, self.points), Says(SAYS))
