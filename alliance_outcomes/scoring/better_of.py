"""The better of achievement (against all) and improvement (against oneself)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import Exact, FormulaText, Id, Level, Part, Positive
from ..formula.nodes import Arithmetic, Group, Logic, Name, Node, Nothing, Number
from ..formula.steps import Says
from .base import Rule, Scoring, better, choose, difference

SAYS = {
    "progress": {
        "en": "How much of the way between the two levels was gone.",
        "fi": "Kuinka suuri osa tasojen välisestä matkasta on kuljettu.",
        "sv": "Hur stor del av vägen mellan nivåerna som har gåtts.",
    },
    "achievement": {
        "en": "Points for achievement: 0 worse than {zero_below}, {worth} at {full_at} or better.",
        "fi": "Pisteet tasosta: 0, kun arvo on huonompi kuin {zero_below}, {worth}, kun se on {full_at} tai parempi.",
        "sv": "Poäng för nivå: 0 sämre än {zero_below}, {worth} vid {full_at} eller bättre.",
    },
    "improvement": {
        "en": "Points for improvement on the payee's own baseline: 0 unless better than it, {worth} at {full_at} or better.",
        "fi": "Pisteet parannuksesta omaan lähtötasoon: 0, ellei arvo ole sitä parempi, {worth}, kun se on {full_at} tai parempi.",
        "sv": "Poäng för förbättring mot egen utgångsnivå: 0 om inte bättre än den, {worth} vid {full_at} eller bättre.",
    },
    "points": {
        "en": "The larger of the points for achievement and for improvement.",
        "fi": "Suurempi tason ja parannuksen pisteistä.",
        "sv": "Det större av poängen för nivå och för förbättring.",
    },
    "rule": {
        "en": "{worth} points are a score of {most}.",
        "fi": "{worth} pistettä on pistemäärä {most}.",
        "sv": "{worth} poäng motsvarar {most}.",
    },
}


class Achievement(Part):
    """Points against levels that are the same for every payee."""

    zero_below: Level = Field(description="Worse than this gives 0 points.")
    full_at: Level = Field(description="At this or better all points are given.")
    points: FormulaText | None = Field(
        default=None,
        description="Points between the levels, a formula in `progress` (0 to 1); in proportion where it is left out.",
    )


class Improvement(Part):
    """Points against the payee's own earlier value."""

    base: Id = Field(alias="from", description="The input that holds the earlier value, such as baseline.")
    full_at: Level = Field(description="At this or better `most` points are given.")
    points: FormulaText | None = Field(
        default=None,
        description="Points between, a formula in `progress` (0 to 1); in proportion where it is left out.",
    )
    most: Exact | None = Field(
        default=None, description="The most points improvement can give; `worth` where it is left out."
    )


class BetterOf(Rule):
    """The larger of points for achievement and points for improvement; `worth` points are the highest score.

    Better means higher where `full_at` lies above `zero_below`. Without an earlier value there is no improvement.
    """

    kind: Literal["better_of"] = "better_of"
    worth: Positive = Field(description="The points that make the highest score.")
    achievement: Achievement = Field(description="Points for where the value stands.")
    improvement: Improvement | None = Field(default=None, description="Points for how far the value has come.")

    def lower(self, about: Scoring) -> Node:
        zero, full = about.level(self.achievement.zero_below), about.level(self.achievement.full_at)
        if not about.apart(zero, full, "zero_below and full_at"):
            return Number(about.least)
        higher = full > zero
        names = [self._achievement(about, Number(zero), Number(full), higher)]
        if self.improvement:
            names.append(self._improvement(about, self.improvement, higher))
        points = about.let("points", Group("highest", tuple(names)), Says(SAYS["points"]))
        says = Says(SAYS["rule"], {"worth": self.worth, "most": about.most})
        return about.let("rule", about.within(Arithmetic("*", points, Number(about.most / self.worth))), says)

    def _achievement(self, about: Scoring, zero: Number, full: Number, higher: bool) -> Name:
        way = Arithmetic("/", difference(about.value, zero), difference(full, zero))
        progress = about.let("achievement_progress", way, Says(SAYS["progress"]))
        given = self.achievement.points
        between = (
            about.formula(given, {"progress": progress}) if given else Arithmetic("*", Number(self.worth), progress)
        )
        reached = choose(better(about.value, full, higher, or_equal=True), Number(self.worth), between)
        node = choose(better(zero, about.value, higher), Number(self.worth * 0), reached)
        says = Says(SAYS["achievement"], {"zero_below": zero.value, "full_at": full.value, "worth": self.worth})
        return about.let("achievement", node, says)

    def _improvement(self, about: Scoring, improvement: Improvement, higher: bool) -> Name:
        base, full = about.input(improvement.base, True), Number(about.level(improvement.full_at))
        worth = self.worth if improvement.most is None else improvement.most
        improved, reached = (
            better(about.value, base, higher),
            better(about.value, full, higher, or_equal=True),
        )
        way = Arithmetic("/", difference(about.value, base), difference(full, base))
        on_the_way = Logic("and", (improved, Logic("not", (reached,))))
        progress = about.let("improvement_progress", choose(on_the_way, way, Nothing()), Says(SAYS["progress"]))
        given = improvement.points
        between = about.formula(given, {"progress": progress}) if given else Arithmetic("*", Number(worth), progress)
        node = choose(improved, choose(reached, Number(worth), between), Number(self.worth * 0))
        return about.let("improvement", node, Says(SAYS["improvement"], {"full_at": full.value, "worth": worth}))
