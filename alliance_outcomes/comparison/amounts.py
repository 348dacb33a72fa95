"""What a change of terms moves in euros: the same data settled by both versions, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from ..calculation.fitting import known_ids
from ..contract.model import Contract
from ..measured import Measured
from ..problems import Problem, UsageError
from ..settlement import PayeeSettlement, Settled, Settlement, settle

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """One clause's amount to one party by each version; nothing where a version has no such line."""

    clause: str
    party: str
    old: Fraction
    new: Fraction

    @property
    def difference(self) -> Fraction:
        """New less old, exact."""
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class PayeeMoved:
    """What one payee's lines come to by each version."""

    payee: str
    lines: tuple[Moved, ...]

    @property
    def total(self) -> Moved:
        """All lines together."""
        return Moved(
            "", "", sum((each.old for each in self.lines), NOTHING), sum((each.new for each in self.lines), NOTHING)
        )

    @property
    def parties(self) -> tuple[Moved, ...]:
        """The lines of each party together."""
        found: dict[str, Moved] = {}
        for each in self.lines:
            before = found.get(each.party, Moved("", each.party, NOTHING, NOTHING))
            found[each.party] = replace(before, old=before.old + each.old, new=before.new + each.new)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Moves:
    """Both settlements of one period, and every payee's lines side by side."""

    old: Settlement
    new: Settlement
    payees: tuple[PayeeMoved, ...]


def moves(old: Contract, new: Contract, measured: Measured, period: str, settled: Settled | None = None) -> Moves:
    """The lines of ``period`` by both versions, on the same data.

    A version is not given rows of facts and indicators that only the other has. Raises DataError and UsageError where
    the data does not fit a version, such as a new fact that is not there, and UsageError (AO084) where the versions pay in
    different currencies: no amount of the one less an amount of the other is money.
    """
    if old.currency and new.currency and old.currency != new.currency:
        sentence = f"Amounts in {old.currency} and in {new.currency} cannot be compared, and nothing says at what rate."
        instead = "Leave out --data to compare the terms, and settle by each version for its amounts."
        raise UsageError(Problem("AO084", sentence, instead, new.place("currency"), old.place("currency")))
    both = known_ids(old) | known_ids(new)
    one, other = (settle(contract, _for(contract, both, measured), period, None, settled) for contract in (old, new))
    names = list(dict.fromkeys(each.payee for settlement in (one, other) for each in settlement.payees))
    payees = (PayeeMoved(name, tuple(_lines(_payee(one, name), _payee(other, name)))) for name in names)
    return Moves(one, other, tuple(payees))


def _for(contract: Contract, both: set[str], measured: Measured) -> Measured:
    """The rows that a version has a place for; rows that no version knows stay, to be refused."""
    unknown = both - known_ids(contract)
    return replace(measured, rows=tuple(row for row in measured.rows if row.indicator not in unknown))


def _payee(settlement: Settlement, name: str) -> PayeeSettlement | None:
    return next((each for each in settlement.payees if each.payee == name), None)


def _lines(old: PayeeSettlement | None, new: PayeeSettlement | None) -> Iterable[Moved]:
    before, after = (_by_line(each) for each in (old, new))
    for clause, party in dict.fromkeys((*before, *after)):
        yield Moved(clause, party, before.get((clause, party), NOTHING), after.get((clause, party), NOTHING))


def _by_line(payee: PayeeSettlement | None) -> dict[tuple[str, str], Fraction]:
    found: dict[tuple[str, str], Fraction] = {}
    for line in payee.lines if payee else ():
        found[line.clause, line.party] = found.get((line.clause, line.party), NOTHING) + line.amount
    return found
