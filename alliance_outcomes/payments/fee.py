"""Fee: an amount paid in full, or as much of it as the score earns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText, Points
from ..formula.curves import through
from ..formula.nodes import Node
from ..formula.steps import Says
from .base import PaidClause, Paying, times

SAYS = {
    "whole": {"en": "The fee is paid.", "fi": "Palkkio maksetaan.", "sv": "Arvodet betalas."},
    "risk": {
        "en": "The part of the fee at risk is paid as the score earns it.",
        "fi": "Palkkion riskiosa maksetaan pisteiden mukaan.",
        "sv": "Arvodets riskdel betalas enligt poängen.",
    },
    "earned": {
        "en": "The share of the fee that the score earns.",
        "fi": "Osuus palkkiosta, jonka pisteet ansaitsevat.",
        "sv": "Den andel av arvodet som poängen förtjänar.",
    },
}


class Fee(PaidClause):
    """Pays `amount`; with `earned`, only the share that the line through points [score, share] gives."""

    kind: Literal["fee"] = "fee"
    amount_: FormulaText = Field(alias="amount", description="The fee.")
    earned: Points | None = Field(default=None, description="Points [score, share earned]; flat beyond the ends.")

    def amount(self, about: Paying) -> tuple[Node, Says]:
        fee = about.money(self.amount_)
        if self.earned is None:
            return fee, Says(SAYS["whole"])
        share = about.let("earned", through(about.score(), self.earned), Says(SAYS["earned"]))
        return times(fee, share), Says(SAYS["risk"])
