"""Steps: a fixed score from each level on."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field

from ..contract.parts import Exact, Pairs
from ..formula.curves import stairs
from ..formula.nodes import Node
from ..formula.steps import Says
from ..numbers import to_text
from ..problems import Problem
from .base import Rule, Scoring

SAYS = {
    "step_above": {
        "en": "Score by steps; a value on the edge of a step belongs to the step above.",
        "fi": "Pisteet portaittain; portaan rajalla oleva arvo kuuluu ylempään portaaseen.",
        "sv": "Poäng i steg; ett värde på gränsen hör till steget ovanför.",
    },
    "step_below": {
        "en": "Score by steps; a value on the edge of a step belongs to the step below.",
        "fi": "Pisteet portaittain; portaan rajalla oleva arvo kuuluu alempaan portaaseen.",
        "sv": "Poäng i steg; ett värde på gränsen hör till steget nedanför.",
    },
}


class Steps(Rule):
    """A fixed score from each level on: `below` under the first, then the score of the last level passed.

    `on_edge` states to which side a value exactly on a level belongs: `step_above` (reaching the level is
    enough) or `step_below` (it must be exceeded). Levels are given in rising order of the value.
    """

    kind: Literal["steps"] = "steps"
    steps: Pairs = Field(description="Pairs [from value, score].")
    below: Exact = Field(description="The score under the first level.")
    on_edge: Literal["step_above", "step_below"] = Field(
        description="The step to which a value exactly on a level belongs."
    )

    def lower(self, about: Scoring) -> Node:
        scores = [self.below, *(score for _, score in self.steps)]
        if any(not about.least <= score <= about.most for score in scores):
            about.problem(
                Problem(
                    "AO402",
                    f"A step's score lies outside {about.range}.",
                    "Keep it within scores: {least, most}.",
                    about.place,
                )
            )
        for (low, score), (high, following) in pairwise(self.steps):
            if score == following:
                about.problem(
                    Problem(
                        "AO403",
                        f"The steps at {to_text(low)} and {to_text(high)} give the same score.",
                        "Keep one of them.",
                        about.place,
                    )
                )
        closed = self.on_edge == "step_below"
        return about.let("rule", stairs(about.value, self.steps, self.below, closed), Says(SAYS[self.on_edge]))
