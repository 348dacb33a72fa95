"""The growth of a mean from one period to the next, less the growth of the same mean in a comparator."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any, Literal

from pydantic import Field

from ..contract.parts import Count, Exact, Id, Part, RowConditionText, RowFormulaText
from .base import Measure
from .found import Found, error_of, mean, reasons
from .query import Counted, Query, Sums

_Z = 1.959963984540054


class Gives(Part):
    """The contract's facts that the two means are, where the contract computes the growth itself."""

    own: Id = Field(description="The fact that is the alliance's own mean.")
    reference: Id = Field(description="The fact that is the comparator's mean.")


class Growth(Measure):
    """Own growth less the comparator's, as a difference of shares: 0.02 is two percentage points more."""

    kind: Literal["growth"] = "growth"
    of: RowFormulaText = Field(description="The number; a person's rows are added up first.")
    own: RowConditionText = Field(description="Who of the population is the alliance's, as a row condition.")
    reference: RowConditionText | None = Field(
        default=None,
        description="The comparator, as a row condition; else the whole population, the alliance's included.",
    )
    cap: Exact | None = Field(default=None, description="What counts of one person at the most (outliers).")
    periods: Count = Field(default=1, description="Growth since so many periods before.")
    gives: Gives | None = Field(default=None, description="Facts of the contract that the two means are written as.")

    def queries(self) -> list[tuple[Query, int]]:
        from ..formula.nodes import Logic

        everyone = self.population.node if self.population else None
        found = []
        for part in (self.own, self.reference):
            nodes = [node for node in (everyone, part.node if part else None) if node is not None]
            who = Logic("and", tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None
            asked: dict[str, Any] = {"population": who, "of": self.of.node, "cap": self.cap}
            found += [(self.query(**asked), 0), (self.query(**asked), self.periods)]
        return found

    def found(self, counted: list[Counted]) -> Found:
        now, before, others, others_before = (each.counted for each in counted)
        value = _gap(now, before, others, others_before)
        names = (("own", 0), ("own", self.periods), ("reference", 0), ("reference", self.periods))
        parts = {
            name: (each.counted.total / each.counted.n, each.counted.n)
            for name, each in zip(names, counted, strict=True)
            if each.counted.n
        }
        half = 0.0 if value is None else _Z * sqrt(_spread(now, before) ** 2 + _spread(others, others_before) ** 2)
        # A comparator that contains the alliance's own tells of the others too, by the difference.
        apart = (others.n, others_before.n) if self.reference else (others.n - now.n, others_before.n - before.n)
        return Found(
            value,
            now.n,
            excluded=reasons(counted[0]),
            unadjusted=_gap(*(each.unadjusted for each in counted)),
            interval=None if value is None else (float(value) - half, float(value) + half),
            cells=(now.n, before.n, *apart),
            parts=parts,
        )


def _gap(now: Sums, before: Sums, others: Sums, others_before: Sums) -> Fraction | None:
    means = [mean(each) for each in (now, before, others, others_before)]
    if None in means or not means[1] or not means[3]:
        return None
    a, b, c, d = (each for each in means if each is not None)
    return a / b - c / d


def _spread(now: Sums, before: Sums) -> float:
    """The standard error of a ratio of two means that are taken as independent."""
    a, b = float(now.total / now.n), float(before.total / before.n)
    return a / b * sqrt((error_of(now) / a) ** 2 + (error_of(before) / b) ** 2) if a and b else 0.0
