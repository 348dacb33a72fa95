"""What is carried from one period to the next: balances that a settlement states, and the next one reads from it.

A clause brings forward what the settlement of the period before states, and states what it carries forward itself. The
balance is a named formula like any other, rounded as lines are; nobody types it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from ..contract.parts import FormulaText, Part, Words, refuse, to_number
from ..formula.nodes import IfElse, Name, Node
from ..formula.steps import Says
from ..problems import Problem
from .base import NO_MONEY, Paying, least, minus, most, plus

MOST_PERIODS = 10
TO_DATE = "to_date"
NOTHING = Fraction(0)
SAYS = {
    "brought": {
        "en": "What the settlement before this one carried forward.",
        "fi": "Edellisestä tilityksestä siirtynyt määrä.",
        "sv": "Vad den föregående avräkningen förde vidare.",
    },
    "paid_to_date": {
        "en": "Paid to date, in this period and those before it.",
        "fi": "Maksettu tähän asti, tältä kaudelta ja aiemmilta.",
        "sv": "Betalat hittills, för denna period och de tidigare.",
    },
    "left": {
        "en": "What is left to carry forward.",
        "fi": "Seuraavalle kaudelle siirrettävissä oleva määrä.",
        "sv": "Vad som återstår att föra vidare.",
    },
}


def to_periods(value: object) -> int:
    """For how many periods something is carried, from 1 to 10 (AO149)."""
    number = to_number(value)
    if number.denominator == 1 and 1 <= number <= MOST_PERIODS:
        return int(number)
    raise refuse("AO149", "It is carried for a whole number of periods, from 1 to 10.", "Write periods: 1.")


def to_over(value: object) -> str:
    """``contract``, or ``since LABEL``; the label is given back, blank for the contract's first period (AO149)."""
    if isinstance(value, str):
        word, _, label = str(value).partition(" ")
        if value == "contract" or (word == "since" and label):
            return label
    raise refuse("AO149", "This does not say over which periods.", "Write over: contract, or over: since 2021.")


Periods = Annotated[
    int,
    PlainValidator(to_periods),
    WithJsonSchema({"type": ["integer", "string"], "minimum": 1, "maximum": MOST_PERIODS}),
]
Over = Annotated[
    str, PlainValidator(to_over), WithJsonSchema({"type": "string", "pattern": "^(contract|since [0-9A-Z-]+)$"})
]


class Carry(Part):
    """How long, and how much, is carried to the periods after."""

    periods: Periods | None = Field(
        default=None, description="For how many periods it is carried; to the end of the contract where left out."
    )
    most: FormulaText | None = Field(default=None, description="The most that is carried to the next period.")
    since: Words | None = Field(
        default=None, description="The first period that carries, where that is not the contract's first."
    )


class Carried:
    """A clause's balance of one kind: what was brought forward, oldest used first, and what is carried forward."""

    def __init__(self, about: Paying, carry: Carry, what: str, says: Says) -> None:
        self.about, self.carry, self.what, self.says = about, carry, what, says
        self.most = about.let("most_carried", about.limit(about.money(carry.most)), None) if carry.most else None
        ages = range(carry.periods or 1)
        self.ages = [about.brought(_aged(what, age), age + 1, carry.since or "", NOTHING) for age in ages]
        known = [each for each in self.ages if each != NO_MONEY]
        total = reduce(plus, known) if known else NO_MONEY
        self.brought = about.let("brought", self._within(total), Says(SAYS["brought"]))

    def _within(self, amount: Node) -> Node:
        return amount if self.most is None else least(amount, self.most)

    def forward(self, new: Node, left: Node) -> None:
        """State what is carried forward: ``left`` of what was brought forward and of what is ``new`` in this period.

        The newest is kept first, since the oldest was used first; what has been carried for its periods is dropped.
        """
        about = self.about
        rest: Node = about.let("left", about.rounded(most(NO_MONEY, self._within(left))), Says(SAYS["left"]))
        if self.carry.periods is None:
            about.state(self.what, rest, self.says)
            return
        pool: Sequence[Node] = [new, *self.ages[:-1]]
        for age, each in enumerate(pool):
            kept = about.state(_aged(self.what, age), least(each, rest), self.says)
            rest = minus(rest, kept)


def _aged(what: str, age: int) -> str:
    """The name of a balance that came from ``age`` periods before the settlement that states it."""
    return f"{what}@-{age}" if age else what


def where(holds: Node | None, then: Node, otherwise: Node) -> Node:
    """``then`` where the condition holds, or where there is none, else ``otherwise``."""
    return then if holds is None else IfElse(holds, then, otherwise)


def to_date(about: Paying, over: str, what: str, node: Node, says: Says) -> Name:
    """``node`` of this period and of all periods before it from ``over`` on, stated for the next settlement."""
    return about.state(what, plus(about.brought(what, 1, over, None), node), says)


def paid_to_date(about: Paying, over: str, paid: Node) -> None:
    """State what was paid in this period and in all before it, from ``over`` on."""
    to_date(about, over, TO_DATE, paid, Says(SAYS["paid_to_date"]))


def one_way(about: Paying, over: str | None, carry: Carry | None) -> None:
    """Refuse to carry what is counted over all periods together anyway (AO149)."""
    if over is not None and carry is not None:
        sentence = "A limit over all periods together carries everything already."
        about.problem(Problem("AO149", sentence, "Keep over:, or carry:.", about.place))
