"""Price per point: points times a price, scaled by the size of the list."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText
from ..formula.nodes import Arithmetic, Node
from ..formula.steps import Says
from .base import PaidClause, Paying, least, times

SAYS = {
    "en": "Points times the price of a point, scaled as the contract says.",
    "fi": "Pisteet kertaa pisteen hinta, sopimuksen mukaan suhteutettuna.",
    "sv": "Poäng gånger priset per poäng, skalat enligt avtalet.",
}


class PricePerPoint(PaidClause):
    """Pays `points` x `price` x `list_size` / `average_list` (without the ratio where neither is stated), at most `most`."""

    kind: Literal["price_per_point"] = "price_per_point"
    points: FormulaText = Field(description="The points earned, such as score.")
    price: FormulaText = Field(description="The price of a point.")
    list_size: FormulaText | None = Field(default=None, description="The payee's own list.")
    average_list: FormulaText | None = Field(default=None, description="The average list of all payees.")
    most: FormulaText | None = Field(default=None, description="The most that is paid.")

    def amount(self, about: Paying) -> tuple[Node, Says]:
        amount: Node = times(about.number(self.points), about.money(self.price))
        if self.list_size:
            amount = times(amount, about.number(self.list_size))
        if self.average_list:
            amount = Arithmetic("/", amount, about.number(self.average_list))
        if self.most:
            amount = least(amount, about.limit(about.money(self.most)))
        return amount, Says(SAYS)
