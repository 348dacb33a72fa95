"""Gap to goal: how much of the way from the baseline to the goal was gone, with nothing below a stated part."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from ..contract.parts import Dated, Exact, Level
from ..formula.curves import between
from ..formula.nodes import Node, Number
from ..formula.steps import Says
from ..problems import Problem
from .base import Rule, Scoring

SAYS = {
    "en": "Score 0 up to {zero_at}, which is {nothing_below} of the way from the baseline to the goal, {most} at the goal {goal}.",
    "fi": "Pisteet 0, kunnes {nothing_below} matkasta lähtötasolta tavoitteeseen on kuljettu ({zero_at}); {most} tavoitteessa {goal}.",
    "sv": "Poäng 0 till {zero_at}, det vill säga {nothing_below} av vägen från utgångsnivån till målet; {most} vid målet {goal}.",
}


class GapToGoal(Rule):
    """Score by the part of the gap from `baseline` to `goal` that was closed: 0 up to `nothing_below`, then in proportion."""

    kind: Literal["gap_to_goal"] = "gap_to_goal"
    baseline: Level = Field(default=Dated((("", Fraction(0)),)), description="Where the way to the goal begins.")
    goal: Level = Field(description="The level that gives the highest score.")
    nothing_below: Exact = Field(
        default=Fraction(0), description="The part of the way up to which nothing is scored, such as 50 %."
    )

    def lower(self, about: Scoring) -> Node:
        baseline, goal = about.level(self.baseline), about.level(self.goal)
        if not 0 <= self.nothing_below < 1:
            about.problem(
                Problem(
                    "AO404",
                    "nothing_below is a part of the way, from 0 % to below 100 %.",
                    "Write 50 %.",
                    about.place,
                )
            )
            return Number(about.least)
        if not about.apart(baseline, goal, "baseline and goal"):
            return Number(about.least)
        zero_at = baseline + self.nothing_below * (goal - baseline)
        says = Says(SAYS, {"zero_at": zero_at, "nothing_below": self.nothing_below, "goal": goal, "most": about.most})
        return about.let("rule", between(about.value, zero_at, goal, about.most), says)
