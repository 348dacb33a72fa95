"""What every payment clause is given, and how it says what it pays to whom."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pydantic import Field

from ..contract.parts import ConditionText, Formula, Id, Part, Title, Words
from ..formula.nodes import Arithmetic, Extreme, IfElse, Name, Node, Number
from ..formula.steps import Says
from ..ledger import InProportion, Split
from ..problems import Place, Problem

NO_MONEY = Number(Fraction(0))
EACH, PAYEE = "each", "payee"


@dataclass(frozen=True, slots=True)
class Paying:
    """A clause's surroundings: names, splits, and ways to build formulas and to write the line.

    ``let`` names a formula; ``money`` reads a formula that must give money and ``number`` one that must not;
    ``condition`` reads a condition; ``shares`` gives a split's shares in this period; ``line`` gives the name of
    an earlier clause's written amount; ``limit`` rounds a limit as the contract says limits are rounded, ``rounded`` as
    lines are; ``write`` rounds an amount and hands it to the ledger. ``brought(what, n, since, least)`` is what the
    settlement before this one states of ``what``, which came from n periods before and is never below ``least``; ``state``
    states such a balance, rounded as lines are, for the next one. With ``of(party)`` names mean that party's own.
    """

    id: str
    party: str
    parties: tuple[str, ...]
    score: Callable[[], Name]
    place: Place | None
    let: Callable[[str, Node, Says | None], Name]
    money: Callable[[Formula], Node]
    number: Callable[[Formula], Node]
    condition: Callable[[Formula], Node]
    shares: Callable[[str], Mapping[str, Fraction]]
    line: Callable[[str], Name]
    limit: Callable[[Node], Node]
    rounded: Callable[[Node], Node]
    brought: Callable[[str, int, str, Fraction | None], Node]
    state: Callable[[str, Node, Says], Name]
    write: Callable[[Node, Split | InProportion, Says], None]
    of: Callable[[str], Paying]
    problem: Callable[[Problem], None]

    def split(self, gain: str, loss: str = "") -> Split:
        """Shares by the names of two splits, or ``payee``; the loss follows the gain where none is named."""
        return Split(self.shares(gain), self.shares(loss or gain))


class Clause(Part):
    """Base of the payment clauses. A clause only lowers itself to formulas; it never computes."""

    title: Title | None = Field(default=None, description="What statements call the clause.")
    when: ConditionText | None = Field(default=None, description="The clause pays only where this condition holds.")
    clause: Words | None = Field(default=None, description="The clause of the agreement that this stands for.")

    @abstractmethod
    def lower(self, about: Paying) -> None:
        """Write the clause's amounts with ``about.write``."""

    def gated(self, about: Paying, amount: Node) -> Node:
        """``amount`` where the clause's ``when`` holds, else nothing."""
        return IfElse(about.condition(self.when), amount, NO_MONEY) if self.when else amount


class PaidClause(Clause):
    """A clause that pays one amount: to each party its own, to the payee, or to a split."""

    to: Id = Field(description="Who gets the line: each, payee, or the name of a split.")

    @abstractmethod
    def amount(self, about: Paying) -> tuple[Node, Says]:
        """The amount before rounding, and why it is paid."""

    def lower(self, about: Paying) -> None:
        for party in about.parties if self.to == EACH else ("",):
            within = about.of(party)
            amount, why = self.amount(within)
            to = Split({party: Fraction(1)}, {party: Fraction(1)}) if party else about.split(self.to)
            within.write(self.gated(within, amount), to, why)


def times(left: Node, right: Node) -> Arithmetic:
    """``left * right``."""
    return Arithmetic("*", left, right)


def plus(left: Node, right: Node) -> Arithmetic:
    """``left + right``."""
    return Arithmetic("+", left, right)


def minus(left: Node, right: Node) -> Arithmetic:
    """``left - right``."""
    return Arithmetic("-", left, right)


def least(*parts: Node) -> Extreme:
    """The least of ``parts``."""
    return Extreme("least", parts)


def most(*parts: Node) -> Extreme:
    """The most of ``parts``."""
    return Extreme("most", parts)
