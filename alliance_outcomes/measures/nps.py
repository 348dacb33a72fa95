"""The net promoter score: the percentage who answer 9 or 10 less the percentage who answer 0 to 6."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import Field

from ..contract.parts import RowFormulaText
from ..formula.nodes import Compare, IfElse, Node, Number
from .base import Measure
from .found import Found, mean_found
from .query import Counted, Query

_PROMOTES, _DETRACTS = Fraction(9), Fraction(6)


class Nps(Measure):
    """Promoters less detractors, in points from -100 to 100."""

    kind: Literal["nps"] = "nps"
    of: RowFormulaText = Field(description="The answer, 0 to 10; others are left out (out_of_range).")

    def queries(self) -> list[tuple[Query, int]]:
        answer = self.of.node
        lower: Node = IfElse(Compare("<=", answer, Number(_DETRACTS)), Number(Fraction(-1)), Number(Fraction(0)))
        point = IfElse(Compare(">=", answer, Number(_PROMOTES)), Number(Fraction(1)), lower)
        # An answer beyond the scale is none of the three: its point lies out of range as the answer does.
        beyond = IfElse(Compare(">", answer, Number(Fraction(10))), Number(Fraction(2)), point)
        whole = IfElse(Compare("<", answer, Number(Fraction(0))), Number(Fraction(2)), beyond)
        return [(self.query(of=whole, least=Fraction(-1), most=Fraction(1)), 0)]

    def found(self, counted: list[Counted]) -> Found:
        found, of = mean_found(counted[0], Fraction(100)), counted[0].counted
        # A score near 100 or -100 tells how few answered otherwise.
        return replace(found, cells=(of.n, of.n - abs(int(of.total))))
