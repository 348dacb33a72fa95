"""Accrual: what each party has earned of a period that is not settled yet, less what was paid and what is booked already.

The whole period is settled as forecast; of what a party would earn, the part of the days that are over is earned by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ..contract.model import Contract
from ..measured import Measured
from ..payments.base import PAYEE
from ..problems import Problem, UsageError
from ..settlement import Settled, Settlement
from .forecast import Expected, expected

NOTHING = Fraction(0)
Whose = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Accrued:
    """One party of one payee, in money: expected of the whole period, earned to date, paid on account, booked before."""

    payee: str
    party: str
    expected: Fraction
    earned: Fraction
    paid: Fraction
    booked: Fraction

    @property
    def accrued(self) -> Fraction:
        """What stands in the books afterwards: earned and not paid; negative where more was paid than earned."""
        return self.earned - self.paid

    @property
    def to_book(self) -> Fraction:
        """What is to be booked now: above 0 to accrue, below 0 to release."""
        return self.accrued - self.booked


@dataclass(frozen=True, slots=True)
class Accrual:
    """What is to be booked for a period of which ``share`` of the days is over, by party."""

    through: date
    share: Fraction
    settlement: Settlement
    parties: tuple[Accrued, ...]


def accrue(
    contract: Contract,
    measured: Measured,
    period: str,
    through: date | None,
    booked: Mapping[Whose, Fraction] | None = None,
    payees: Iterable[str] | None = None,
    settled: Settled | None = None,
) -> Accrual:
    """What to book at the end of the day ``through``; ``booked`` is what stands in the books, by (payee, party).

    On the last day of the period what is earned is what the settlement says, to the cent. Raises what ``expected`` raises,
    and UsageError (AO082) for a contract that pays nothing.
    """
    if not contract.settlement:
        sentence = f"{contract.contract} pays nothing, so nothing is to be accrued."
        raise UsageError(Problem("AO082", sentence, "Take a contract with a settlement.", contract.place("contract")))
    chosen = None if payees is None else list(payees)
    there = expected(contract, measured, period, through, chosen, settled)
    before = {who: each for who, each in (booked or {}).items() if chosen is None or who[0] in chosen}
    return Accrual(there.through, there.share, there.settlement, tuple(_parties(there, before)))


def _parties(there: Expected, booked: Mapping[Whose, Fraction]) -> Iterator[Accrued]:
    """Every party that earns, was paid or has something booked, by payee."""
    rounding = there.settlement.calculation.rounding
    assert rounding is not None  # a contract that pays says how it rounds
    balances = {
        (payee.payee, party): balance for payee in there.settlement.payees for party, balance in payee.balance.items()
    }
    for payee, party in sorted({*balances, *booked}):
        balance = balances.get((payee, party))
        whole = balance.earned if balance else NOTHING
        paid = rounding(_paid(there, payee, party, balance.paid if balance else NOTHING))
        yield Accrued(payee, party, whole, rounding(whole * there.share), paid, booked.get((payee, party), NOTHING))


def _paid(there: Expected, payee: str, party: str, otherwise: Fraction) -> Fraction:
    """What was paid on account by then: as it is known, and not what the whole period would come to."""
    contract = there.settlement.contract
    fact = contract.payments.paid if contract.payments else None
    if fact is None:
        return NOTHING
    own = "" if party == PAYEE else party
    found = there.known.get((payee, own, fact)) or there.known.get(("", own, fact))
    return found.value if found else otherwise
