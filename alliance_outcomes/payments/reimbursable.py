"""Reimbursable costs: what was spent, less what is not eligible."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText
from ..formula.nodes import Node
from ..formula.steps import Says
from .base import PaidClause, Paying, minus

SAYS = {
    "en": "Eligible costs are reimbursed.",
    "fi": "Hyväksytyt kustannukset korvataan.",
    "sv": "Godkända kostnader ersätts.",
}


class Reimbursable(PaidClause):
    """Pays `amount` less `disallowed`. Disputed costs are earned, and held until they are settled (see payments)."""

    kind: Literal["reimbursable"] = "reimbursable"
    amount_: FormulaText = Field(alias="amount", description="The costs, such as cost.")
    disallowed: FormulaText | None = Field(default=None, description="Costs that are not eligible.")

    def amount(self, about: Paying) -> tuple[Node, Says]:
        spent = about.money(self.amount_)
        return (minus(spent, about.money(self.disallowed)) if self.disallowed else spent), Says(SAYS)
