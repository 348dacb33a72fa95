"""Rate card: a price for each unit of each outcome, capped per outcome and in all."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..contract.parts import FormulaText, Id, Part, Title
from ..formula.nodes import Arithmetic, Node
from ..formula.steps import Says
from .base import PaidClause, Paying, least, times

SAYS = {
    "outcome": {
        "en": "Units of the outcome times their price.",
        "fi": "Tulosten määrä kertaa yksikköhinta.",
        "sv": "Antal resultat gånger styckpriset.",
    },
    "line": {
        "en": "Outcomes are paid at the prices of the rate card.",
        "fi": "Tulokset maksetaan hinnaston mukaan.",
        "sv": "Resultat betalas enligt prislistan.",
    },
}


class Outcome(Part):
    """One line of a rate card."""

    title: Title | None = Field(default=None, description="What the outcome is called.")
    units: FormulaText = Field(description="How many outcomes were achieved.")
    price: FormulaText = Field(description="The price of one.")
    most: FormulaText | None = Field(default=None, description="The most this outcome pays.")


class RateCard(PaidClause):
    """Pays the sum over `outcomes` of units x price, each at most its own `most`, together at most `most`."""

    kind: Literal["rate_card"] = "rate_card"
    outcomes: Annotated[dict[Id, Outcome], Field(min_length=1, description="The outcomes that are paid, by name.")]
    most: FormulaText | None = Field(default=None, description="The most the card pays in all.")

    def amount(self, about: Paying) -> tuple[Node, Says]:
        total: Node | None = None
        for name, outcome in self.outcomes.items():
            worth: Node = times(about.number(outcome.units), about.money(outcome.price))
            if outcome.most:
                worth = least(worth, about.limit(about.money(outcome.most)))
            named = about.let(name, worth, Says(SAYS["outcome"]))
            total = named if total is None else Arithmetic("+", total, named)
        assert total is not None
        return (least(total, about.limit(about.money(self.most))) if self.most else total), Says(SAYS["line"])
