"""Linear: nothing at one level, the highest score at another, a straight line between."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import Level
from ..formula.curves import between
from ..formula.nodes import Node, Number
from ..formula.steps import Says
from .base import Rule, Scoring

SAYS = {
    "en": "Score 0 at {zero_at} or worse, {most} at {full_at} or better, in proportion between them.",
    "fi": "Pisteet 0, kun arvo on {zero_at} tai huonompi, {most}, kun se on {full_at} tai parempi, välillä suhteessa.",
    "sv": "Poäng 0 vid {zero_at} eller sämre, {most} vid {full_at} eller bättre, däremellan i proportion.",
}


class Linear(Rule):
    """Score 0 at `zero_at` and worse, the highest score at `full_at` and better, in proportion between.

    Which direction is better follows from the two levels.
    """

    kind: Literal["linear"] = "linear"
    zero_at: Level = Field(description="The level at which the score is 0.")
    full_at: Level = Field(description="The level at which the score is the highest.")

    def lower(self, about: Scoring) -> Node:
        zero_at, full_at = about.level(self.zero_at), about.level(self.full_at)
        if not about.apart(zero_at, full_at, "zero_at and full_at"):
            return Number(about.least)
        says = Says(SAYS, {"zero_at": zero_at, "full_at": full_at, "most": about.most})
        return about.let("rule", between(about.value, zero_at, full_at, about.most), says)
