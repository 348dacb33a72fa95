"""One payee's settlement as a statement tells it: plain data in one language, which every document is written from.

Numbers stay exact; how they are shown is the document's. Titles are in the language asked, ids stand where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ..contract.model import Terms
from ..formula.exact import Value
from .amendments import AmendmentShown, DecisionShown


@dataclass(frozen=True, slots=True)
class PartyShown:
    """Someone who signs the contract; ``paid``: everyone but the commissioner.

    ``first`` and ``last`` are its days where it is not in the contract all of the time.
    """

    id: str
    title: str
    role: str
    business_id: str
    paid: bool
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class IndicatorShown:
    """An indicator with its result. ``levels`` are the contract's named levels of the period; ``n`` how many were measured."""

    id: str
    title: str
    value: Fraction | None
    unit: str
    goal: Fraction | None
    levels: Mapping[str, Fraction]
    score: Fraction | None
    scored: bool
    weight: Fraction | None
    status: str
    owner: str
    source: str
    schedule: str
    n: Fraction | None
    confidential: bool


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A result area with its indicators; without a score where nothing in it is scored."""

    id: str
    title: str
    score: Fraction | None
    weight: Fraction | None
    indicators: tuple[IndicatorShown, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """A named formula: what it says in a sentence, in words and in numbers, its result, and the place it was agreed at.

    ``reads`` are the names in it.
    """

    name: str
    title: str
    role: str
    says: str
    words: str
    numbers: str
    result: Value
    unit: str
    place: str
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InputShown:
    """A number or category that was measured, and where."""

    name: str
    title: str
    party: str
    period: str
    part: str
    value: Value
    unit: str
    source: str
    status: str
    place: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """One amount of one clause to one party, and why."""

    clause: str
    title: str
    party: str
    party_title: str
    amount: Fraction
    why: str
    place: str


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """What a party earned, what of it is held, what was paid on account and what is payable; negative: it pays back.

    ``held_by`` and ``paid_by`` name the formulas that state what is held and paid, where they do.
    """

    party: str
    title: str
    earned: Fraction
    held: Fraction
    paid: Fraction
    payable: Fraction
    held_by: str = ""
    paid_by: str = ""


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """Who pays whom now; ``payer`` is empty where no commissioner is in the contract in the period, or several are.

    ``party`` is the one whose balance it settles.
    """

    payer: str
    receiver: str
    amount: Fraction
    party: str = ""


@dataclass(frozen=True, slots=True)
class AssumedShown:
    """What was assumed: the terms below ``path``, and the reason the contract gives."""

    path: str
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything a statement of one payee's period tells. ``places`` are the decimals of money; ``hash`` is that of the JSON."""

    language: str
    title: str
    contract: str
    diary_number: str
    contract_status: str
    scorecard: bool
    weight_unit: str
    follows: str
    contract_file: str
    period: str
    first: date
    last: date
    payee: str
    currency: str
    places: int
    parties: tuple[PartyShown, ...]
    score: Fraction | None
    areas: tuple[AreaShown, ...]
    inputs: tuple[InputShown, ...]
    steps: tuple[StepShown, ...]
    lines: tuple[LineShown, ...]
    total: Fraction
    balance: tuple[BalanceShown, ...]
    payments: tuple[PaymentShown, ...]
    carried: tuple[tuple[str, Fraction], ...]
    assumed: tuple[AssumedShown, ...]
    amendments: tuple[AmendmentShown, ...]
    decisions: tuple[DecisionShown, ...]
    approvals: tuple[str, ...]
    terms: Terms | None
    budget: str
    data_files: tuple[str, ...]
    hash: str

    @property
    def provisional(self) -> tuple[IndicatorShown, ...]:
        """The indicators whose result is not final."""
        return tuple(each for area in self.areas for each in area.indicators if each.status != "final")
