"""An index put together from several items of one answer, each with its weight."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Literal

from pydantic import Field

from ..contract.parts import Exact, Id, Part, RowFormulaText, Title
from ..formula.nodes import Arithmetic, Node, Number
from .base import Measure
from .found import Found, mean_found
from .query import Counted, Query


class Item(Part):
    """An item of a composite: a number and its weight."""

    title: Title | None = Field(default=None, description="What is shown as its name.")
    of: RowFormulaText = Field(description="The number of an answer.")
    weight: Exact = Field(default=Fraction(1), description="How much it weighs among the items.")


class Composite(Measure):
    """The mean of an index: of each answer the weighted mean of its items, all of which must be there.

    Of a person who answers several times the highest index counts.
    """

    kind: Literal["composite"] = "composite"
    items: dict[Id, Item] = Field(
        description="The items; an answer without one of them is left out (no_value).", min_length=1
    )
    least: Exact | None = Field(default=None, description="An index below is left out (out_of_range).")
    most: Exact | None = Field(default=None, description="An index above is left out (out_of_range).")

    def queries(self) -> list[tuple[Query, int]]:
        whole = sum((item.weight for item in self.items.values()), Fraction(0))
        terms: list[Node] = [Arithmetic("*", item.of.node, Number(item.weight / whole)) for item in self.items.values()]
        index = reduce(lambda a, b: Arithmetic("+", a, b), terms)
        return [(self.query(of=index, least=self.least, most=self.most, gather="highest"), 0)]

    def found(self, counted: list[Counted]) -> Found:
        return mean_found(counted[0])
