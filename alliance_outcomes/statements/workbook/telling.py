"""What every sheet of a workbook is written from: the statement, the live formulas, the words and the sheets' names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ...formula.excel import Decision
from ...formula.text import show_number
from ...settlement import PayeeSettlement, Settlement
from ..model import Statement
from ..telling import titles
from .live import TOP, Live, Sheets


@dataclass(frozen=True, slots=True)
class Telling:
    """One payee's settlement, told and live, in one language; ``names`` are those of the sheets."""

    settlement: Settlement
    payee: PayeeSettlement
    statement: Statement
    live: Live
    words: Mapping[str, str]
    names: Mapping[str, str]
    evidence: str = ""

    @property
    def heading(self) -> str:
        """Contract, period and payee."""
        return ", ".join(filter(None, (self.statement.contract, self.statement.period, self.statement.payee)))

    def at(self, name: str) -> str:
        """The cell of an input or named formula, from any sheet."""
        at = self.live.at[name]
        return at if "!" in at else Sheets.at(self.names["calculation"], at)

    def title(self, name: str) -> str:
        """What the contract calls a name."""
        return titles(self.settlement.contract, self.statement.language)(name)

    def who(self, party: str) -> str:
        """What a party is called; the payee itself where the contract names none."""
        who = next((each.title for each in self.statement.parties if each.id == party), "")
        return who or self.statement.payee or party

    def party_order(self) -> list[str]:
        """The parties as the sheet of parties lists them: those of the contract, then whoever else is paid."""
        return list(
            dict.fromkeys([*(each.id for each in self.statement.parties), *(each.party for each in self.live.balances)])
        )

    def party_row(self, party: str) -> int:
        """A party's row on the sheet of parties."""
        return TOP + self.party_order().index(party)

    def kind(self, unit: str) -> str:
        """How a number of this unit is shown."""
        first = unit.split(" ", maxsplit=1)[0]
        if first == "share":
            return "share"
        return "money" if unit and unit == self.statement.currency else "number"

    def number(self, value: Fraction | None, unit: str = "") -> str:
        """A number as text, a share as a percentage."""
        if value is None:
            return ""
        if self.kind(unit) == "share":
            return f"{show_number(value * 100, self.statement.language)} %"
        return show_number(value, self.statement.language)

    def day(self, day: date) -> str:
        """A day as the language writes it."""
        return f"{day.day}.{day.month}.{day.year}" if self.statement.language == "fi" else day.isoformat()

    def ties(self, decisions: tuple[Decision, ...]) -> str:
        """How sure the ties of a formula are decided; nothing where it has none."""
        open_ = [each for each in decisions if not each.certain and not each.nearby]
        if open_:
            width = max(each.width for each in open_)
            return self.words["open"].format(width=f"{float(width):.0e}".replace("e-0", "e-"))
        if any(not each.certain for each in decisions):
            return self.words["nearby"]
        return self.words["certain"] if decisions else ""
