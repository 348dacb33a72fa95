"""The ledger: lines written once, rounded once, split so that parts always sum to the whole; and the balance per party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .formula.steps import Says
from .numbers import Rounding, allocate
from .problems import Place

Shares = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Split:
    """Who gets a line: shares by party for a gain, and for a loss."""

    gain: Shares
    loss: Shares


@dataclass(frozen=True, slots=True)
class InProportion:
    """A line shared as the amounts it changes: the lines of ``clauses``, on the side (sign) that it draws back.

    Where they hold nothing on that side their absolute amounts decide.
    """

    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger writes for a clause: the named amount (already rounded), who gets it, and why.

    ``held`` marks an amount earned by score, of which the weight of indicators on hold is not yet payable.
    """

    clause: str
    amount: str
    to: Split | InProportion
    why: Says
    place: Place | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One amount of one clause to one party, in whole units of the contract's rounding."""

    clause: str
    party: str
    amount: Fraction
    why: Says
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a party has earned, what of it is held, what was paid on account, and what is payable now."""

    earned: Fraction
    held: Fraction
    paid: Fraction

    @property
    def payable(self) -> Fraction:
        """Earned less held less paid; negative where the party pays back."""
        return self.earned - self.held - self.paid


class NothingToShare(ArithmeticError):
    """A line cannot be shared in proportion, since the lines it changes are all zero."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.clause)
        self.entry = entry


def write_lines(entries: Iterable[Entry], amounts: Mapping[str, Fraction], rounding: Rounding) -> list[Line]:
    """The lines of a settlement, in the order of its clauses; each clause's lines sum to its amount exactly."""
    lines: list[Line] = []
    for entry in entries:
        amount = amounts[entry.amount]
        shares = _shares(entry, amount, lines)
        if not shares:
            continue  # nobody has anything that the line could change
        for party, part in allocate(amount, shares, rounding.unit).items():
            lines.append(Line(entry.clause, party, part, entry.why, entry.place))
    return lines


def _shares(entry: Entry, amount: Fraction, lines: list[Line]) -> Shares:
    if isinstance(entry.to, Split):
        shares = entry.to.loss if amount < 0 else entry.to.gain
        shares = {party: share for party, share in shares.items() if share}
        if amount and not shares:
            raise NothingToShare(entry)
        return shares
    changed: dict[str, Fraction] = {}
    for line in lines:
        if line.clause in entry.to.clauses:
            changed[line.party] = changed.get(line.party, Fraction(0)) + line.amount
    drawn_back = {party: abs(sum_) for party, sum_ in changed.items() if sum_ * amount < 0}
    shares = drawn_back or {party: abs(sum_) for party, sum_ in changed.items() if sum_}
    if shares:
        return shares
    if amount:
        raise NothingToShare(entry)
    return dict.fromkeys(sorted(changed), Fraction(1))


def balances(lines: Iterable[Line], held: Shares, paid: Shares) -> dict[str, Balance]:
    """The balance of every party that has a line, a held or a paid amount, by party id."""
    earned: dict[str, Fraction] = {}
    for line in lines:
        earned[line.party] = earned.get(line.party, Fraction(0)) + line.amount
    zero = Fraction(0)
    return {
        party: Balance(earned.get(party, zero), held.get(party, zero), paid.get(party, zero))
        for party in sorted({*earned, *held, *paid})
    }
