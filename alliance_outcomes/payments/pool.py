"""Pool: an incentive paid by score, bonus above and malus below."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText, Points
from ..formula.curves import through
from ..formula.nodes import Node
from ..formula.steps import Says
from .base import PaidClause, Paying, times

SAYS = {
    "share": {
        "en": "The share of the pool that the score earns.",
        "fi": "Osuus bonuspoolista, jonka pisteet ansaitsevat.",
        "sv": "Den andel av bonuspotten som poängen förtjänar.",
    },
    "line": {
        "en": "The pool is paid by score: a bonus for a good score, a malus for a poor one.",
        "fi": "Bonuspooli maksetaan pisteiden mukaan: hyvistä bonus, huonoista sanktio.",
        "sv": "Bonuspotten betalas enligt poängen: bonus för goda, malus för dåliga.",
    },
}


class Pool(PaidClause):
    """Pays `pool` times the share that the line through `points` [score, share] gives; a share may be negative."""

    kind: Literal["pool"] = "pool"
    pool: FormulaText = Field(description="The largest incentive.")
    points: Points = Field(description="Points [score, share of the pool]; flat beyond the ends.")

    def amount(self, about: Paying) -> tuple[Node, Says]:
        share = about.let("share", through(about.score(), self.points), Says(SAYS["share"]))
        return times(about.money(self.pool), share), Says(SAYS["line"])
