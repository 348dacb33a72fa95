"""Modifier: the score raises or lowers what another clause pays."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText, Id, Points
from ..formula.curves import through
from ..formula.nodes import Compare, IfElse, Name, Node, Number
from ..formula.steps import Says
from ..ledger import InProportion
from .base import NO_MONEY, Clause, Paying, minus, times

ONE = Number(Fraction(1))
SAYS = {
    "factor": {
        "en": "The factor that the score gives.",
        "fi": "Kerroin, jonka pisteet antavat.",
        "sv": "Den faktor som poängen ger.",
    },
    "line": {
        "en": "Quality changes the amount of the clause it modifies.",
        "fi": "Laatu muuttaa ehdon maksua.",
        "sv": "Kvaliteten ändrar klausulens belopp.",
    },
}


class Modifier(Clause):
    """Changes the written line of `of` by a factor of the score: `gain` where it is positive, `pain` where negative.

    Each is a line through points [score, factor]; a factor of 110 % on a gain adds 10 %, 90 % on a loss forgives 10 %.
    """

    kind: Literal["modifier"] = "modifier"
    of: Id = Field(description="The clause that is modified.")
    gain: Points | None = Field(default=None, description="Points [score, factor of a gain].")
    pain: Points | None = Field(default=None, description="Points [score, factor of a loss].")
    by: FormulaText | None = Field(default=None, description="What moves the factor, where it is not the score.")

    def lower(self, about: Paying) -> None:
        line = about.line(self.of)
        by = about.let("by", about.number(self.by), None) if self.by else about.score()
        amount: Node = NO_MONEY
        if self.pain:
            amount = IfElse(
                Compare("<", line, NO_MONEY), self._change(about, line, "pain_factor", self.pain, by), amount
            )
        if self.gain:
            amount = IfElse(
                Compare(">", line, NO_MONEY), self._change(about, line, "gain_factor", self.gain, by), amount
            )
        about.write(self.gated(about, amount), InProportion((self.of,)), Says(SAYS["line"]))

    def _change(
        self, about: Paying, line: Name, name: str, points: tuple[tuple[Fraction, Fraction], ...], by: Name
    ) -> Node:
        factor = about.let(name, through(by, points), Says(SAYS["factor"]))
        return times(line, minus(factor, ONE))
