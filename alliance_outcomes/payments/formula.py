"""Formula: an amount written out in the contract."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText
from ..formula.nodes import Node
from ..formula.steps import Says
from .base import PaidClause, Paying

SAYS = {
    "en": "Paid by the contract's own formula.",
    "fi": "Maksetaan sopimuksen omalla kaavalla.",
    "sv": "Betalas enligt avtalets egen formel.",
}


class FormulaClause(PaidClause):
    """Pays `amount`, a formula over facts, amounts, figures, indicators, areas, the score and earlier clauses."""

    kind: Literal["formula"] = "formula"
    amount_: FormulaText = Field(alias="amount", description="The amount; negative where the party pays.")

    def amount(self, about: Paying) -> tuple[Node, Says]:
        return about.money(self.amount_), Says(SAYS)
