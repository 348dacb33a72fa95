"""Cap and floor over several clauses, in a period or over all: what is above or below is taken back by a line of its own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..contract.parts import FormulaText, Id, Ids
from ..formula.nodes import Arithmetic, Name, Node
from ..formula.steps import Says
from ..ledger import InProportion
from ..problems import Problem
from .base import NO_MONEY, Clause, Paying, least, minus, most, plus
from .carrying import TO_DATE, Carried, Carry, Over, one_way, paid_to_date, to_date, where

SAYS = {
    "sum": {
        "en": "The clauses under the limit, together.",
        "fi": "Rajan alaiset ehdot yhteensä.",
        "sv": "Klausulerna under gränsen tillsammans.",
    },
    "own": {
        "en": "The limit of this period by itself.",
        "fi": "Tämän kauden oma raja.",
        "sv": "Periodens egen gräns.",
    },
    "most": {
        "en": "The limit, with what was left unused of earlier ones.",
        "fi": "Raja, johon on lisätty aiemmilta kausilta käyttämättä jäänyt.",
        "sv": "Gränsen, med vad som förblev outnyttjat av tidigare gränser.",
    },
    "paid": {
        "en": "What is paid within the limit.",
        "fi": "Rajan sisällä maksettava määrä.",
        "sv": "Vad som betalas inom gränsen.",
    },
    "unused": {
        "en": "Left unused of the limit.",
        "fi": "Rajasta käyttämättä.",
        "sv": "Outnyttjat av gränsen.",
    },
    "sum_to_date": {
        "en": "Earned to date, before the limit.",
        "fi": "Ansaittu tähän asti, ennen rajaa.",
        "sv": "Intjänat hittills, före gränsen.",
    },
    "new": {
        "en": "What this period leaves unused of its own limit.",
        "fi": "Mitä tämän kauden omasta rajasta jää käyttämättä.",
        "sv": "Vad som förblir outnyttjat av periodens egen gräns.",
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
    `most` is applied first and `least` then, so where they cross the floor holds. With `carry` what a period leaves
    unused of its `most` raises the next one's; with `over: contract` the limits hold for all periods together.
    """

    kind: Literal["cap"] = "cap"
    of: Ids = Field(description="The clauses whose sum is limited.")
    most: FormulaText | None = Field(default=None, description="The most they may pay together.")
    least: FormulaText | None = Field(default=None, description="The least they may pay together, often negative.")
    over: Over | None = Field(
        default=None,
        description="contract: the limits are of all periods up to this one; since 2021: from that one on.",
    )
    carry: Carry | None = Field(default=None, description="What is left unused of most raises that of later periods.")
    to: Id | None = Field(default=None, description="A split, where the line is not shared in proportion.")

    def lower(self, about: Paying) -> None:
        one_way(about, self.over, self.carry)
        total: Node = about.line(self.of[0])
        for clause in self.of[1:]:
            total = Arithmetic("+", total, about.line(clause))
        subtotal = about.let("sum", total, Says(SAYS["sum"]))
        holds = about.condition(self.when) if self.when else None
        limit, floor = (None if each is None else about.limit(about.money(each)) for each in (self.most, self.least))
        own = carried = None
        if self.carry is not None and limit is not None:
            own, carried = (
                about.let("own", limit, Says(SAYS["own"])),
                Carried(about, self.carry, "unused", Says(SAYS["unused"])),
            )
            limit = plus(own, carried.brought)
        elif self.carry is not None:
            about.problem(Problem("AO149", "Without a most nothing can be left of it.", "Add most: ...", about.place))
        before: Node = subtotal
        within: Node = subtotal
        if self.over is not None:
            within = to_date(about, self.over, "sum_to_date", subtotal, Says(SAYS["sum_to_date"]))
            before = plus(about.brought(TO_DATE, 1, self.over, None), subtotal)
        if limit is not None:
            within = least(within, about.let("most", limit, Says(SAYS["most"]) if carried else None))
        if floor is not None:
            within = most(within, about.let("least", floor, None))
        to = about.split(self.to) if self.to else InProportion(self.of)
        about.write(where(holds, minus(within, before), NO_MONEY), to, Says(SAYS["line"]))
        paid = plus(subtotal, about.line(about.id))
        if self.over is not None:
            paid_to_date(about, self.over, paid)
        if carried is not None and own is not None:
            self._carry_forward(about, carried, own, paid, holds)

    def _carry_forward(self, about: Paying, carried: Carried, own: Name, paid: Node, holds: Node | None) -> None:
        """What is paid uses this period's own limit first, and then what was brought forward."""
        spent = about.let("paid", most(NO_MONEY, paid), Says(SAYS["paid"]))
        unused = where(holds, most(NO_MONEY, minus(own, spent)), NO_MONEY)
        kept = least(carried.brought, most(NO_MONEY, minus(plus(own, carried.brought), spent)))
        new = about.let("new", unused, Says(SAYS["new"]))
        carried.forward(new, plus(new, where(holds, kept, carried.brought)))
