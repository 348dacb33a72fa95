"""Cap and floor over several clauses: what is above or below is taken back by a line of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText, Id, Ids
from ..formula.nodes import Arithmetic, Node
from ..formula.steps import Says
from ..ledger import InProportion
from .base import Clause, Paying, least, minus, most

SAYS = {
    "sum": {
        "en": "The clauses under the limit, together.",
        "fi": "Rajan alaiset ehdot yhteensä.",
        "sv": "Klausulerna under gränsen tillsammans.",
    },
    "line": {
        "en": "Brings the clauses within their limit.",
        "fi": "Palauttaa ehtojen summan rajoihinsa.",
        "sv": "För klausulerna inom gränsen.",
    },
}


class Cap(Clause):
    """Keeps the sum of the written lines of `of` at or below `most` and at or above `least`.

    Limits are rounded toward zero first, so a cap is never passed. The line is shared in proportion to the
    amounts it changes, or by the split `to` where one is named. Costs are not capped unless they are listed.
    `most` is applied first and `least` then, so where they cross the floor holds.
    """

    kind: Literal["cap"] = "cap"
    of: Ids = Field(description="The clauses whose sum is limited.")
    most: FormulaText | None = Field(default=None, description="The most they may pay together.")
    least: FormulaText | None = Field(default=None, description="The least they may pay together, often negative.")
    to: Id | None = Field(default=None, description="A split, where the line is not shared in proportion.")

    def lower(self, about: Paying) -> None:
        total: Node = about.line(self.of[0])
        for clause in self.of[1:]:
            total = Arithmetic("+", total, about.line(clause))
        subtotal = about.let("sum", total, Says(SAYS["sum"]))
        within: Node = subtotal
        if self.most is not None:
            within = least(within, about.let("most", about.limit(about.money(self.most)), None))
        if self.least is not None:
            within = most(within, about.let("least", about.limit(about.money(self.least)), None))
        to = about.split(self.to) if self.to else InProportion(self.of)
        about.write(self.gated(about, minus(within, subtotal)), to, Says(SAYS["line"]))
