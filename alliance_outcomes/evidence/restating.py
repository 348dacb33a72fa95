"""A restatement: a kept settlement settled again with other data, and which value moved which line by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar

from ..calculation.form import Calculation
from ..calculation.plain import from_plain, read_exact, to_plain
from ..calculation.result import Given, Inputs, PayeeResult, read_steps, result_of
from ..contract.model import Contract
from ..formula.exact import Value
from ..ledger import Balance
from ..numbers import to_decimal
from ..problems import DataError, Problem, UsageError
from .canonical import parsed
from .manifest import CALCULATION

Key = TypeVar("Key")
LineKey = tuple[str, str, str]
Lines = Mapping[LineKey, Fraction]
Carried = Mapping[tuple[str, str], Fraction]
"""The balances that later settlements read, by payee and name."""
Side = tuple[Sequence[Given], Sequence[str]]
"""The inputs of every payee that a settlement reads, and who was settled."""
Owed = Mapping[tuple[str, str], Fraction]
RESTATEMENT = "restatement.json"
"""The statement in a bundle that tells what it restated."""
ON_ACCOUNT, EVERYTHING = "on_account", "everything"


@dataclass(frozen=True, slots=True)
class Change:
    """A value of one payee that is another one now; ``name`` is the input's."""

    payee: str
    name: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Cause:
    """Values of the same name that changed, and by how much they moved each line, (payee, clause, party) to money, and balance.

    The names are put in place one after another, in order, so that what they moved sums to the whole difference exactly.
    Several stand together where one alone cannot be settled; payees that came or left come first, under no name, and before
    them another ``contract``, with the inputs that only one of the two reads.
    """

    names: tuple[str, ...]
    changes: tuple[Change, ...]
    moved: Lines
    carried: Carried
    contract: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What one payee's party was to be paid because of the settlements ``before``, and what is payable ``after`` this one.

    Payable is what is earned, less what is held, less what was ``paid``. Where that ``holds`` what was paid because of
    settlements too, all of it is to be paid now; else only what the settlements before did not come to.
    """

    payee: str
    party: str
    before: Fraction
    after: Fraction
    paid: tuple[Fraction, Fraction] = (Fraction(0), Fraction(0))
    holds: bool = False

    @property
    def now(self) -> Fraction:
        """What is to be paid because of the restatement; negative where it is to be paid back."""
        return self.after if self.holds else self.after - self.before

    @property
    def settled(self) -> Fraction:
        """What was to be paid because of all settlements, this one too."""
        return self.before + self.now


@dataclass(frozen=True, slots=True)
class Restatement:
    """What a settlement comes to with other data: its lines before and after, the causes of the difference, what is due.

    ``carried`` are the balances that later settlements read, before and after.
    """

    before: Lines
    after: Lines
    causes: tuple[Cause, ...]
    dues: tuple[Due, ...]
    carried: tuple[Carried, Carried] = ({}, {})

    @property
    def difference(self) -> Fraction:
        """The new total less the old one."""
        return sum(self.after.values(), Fraction(0)) - sum(self.before.values(), Fraction(0))

    @property
    def largest(self) -> Fraction:
        """The most by which what any payee's party earned has changed."""
        parties: dict[tuple[str, str], Fraction] = {}
        for key in {**self.before, **self.after}:
            change = self.after.get(key, Fraction(0)) - self.before.get(key, Fraction(0))
            parties[key[0], key[2]] = parties.get((key[0], key[2]), Fraction(0)) + change
        return max(map(abs, parties.values()), default=Fraction(0))

    @property
    def both_carried(self) -> Mapping[tuple[str, str], tuple[Fraction, Fraction]]:
        """Each balance before and after; 0 where there is none."""
        before, after = self.carried
        return {key: (before.get(key, Fraction(0)), after.get(key, Fraction(0))) for key in {**before, **after}}

    @property
    def stated(self) -> Carried:
        """By how much each clause's amount and each balance has changed that later settlements may read, where it has."""
        clauses: dict[tuple[str, str], Fraction] = {}
        for (payee, clause, _), change in _difference(self.before, self.after).items():
            clauses[payee, clause] = clauses.get((payee, clause), Fraction(0)) + change
        return {key: change for key, change in clauses.items() if change} | _difference(*self.carried)


@dataclass(frozen=True, slots=True)
class Kept:
    """A settlement as its bundle holds it: its calculation and inputs, and what was due because of it and those before it.

    ``due`` is None for a settlement that restates none: what it says is payable was due. ``paid`` tells what the data of a
    restatement were said to hold as paid: ON_ACCOUNT or EVERYTHING.
    """

    calculation: Calculation
    side: Side
    due: Owed | None = None
    paid: str | None = None


def kept_settlement(calculation: Calculation, files: Mapping[str, bytes], restates: bool) -> Kept:
    """The settlement in the files of a verified bundle, whose contract compiles to ``calculation``."""
    whole = parsed(files[CALCULATION], CALCULATION)
    side = list(from_plain(whole["payees"])), list(whole["settled"])
    if not restates:
        return Kept(calculation, side)
    told = parsed(files[f"statements/{RESTATEMENT}"], RESTATEMENT)
    due = {(each["payee"] or "", each["party"]): read_exact(each["settled"]) for each in told["due"]}
    return Kept(calculation, side, due, told["paid"])


def restated(calculation: Calculation, kept: Kept, new: Side, paid: str | None = None) -> Restatement:
    """What a settlement comes to by ``calculation`` from ``new`` inputs and payees (DataError as settling).

    ``paid`` says what the new data hold as paid: ON_ACCOUNT, payments on account alone, or EVERYTHING, also what was paid
    because of settlements. Where it is not said, it is the first.
    """
    before, after = _settled(kept.calculation, kept.side), _settled(calculation, new)
    causes = tuple(_causes(calculation, kept, new))
    holding = set(calculation.paid) if paid == EVERYTHING else set()
    dues, carried = tuple(_dues(before, after, kept.due, holding)), (_carried(before), _carried(after))
    return Restatement(_lines(before), _lines(after), causes, dues, carried)


def _settled(calculation: Calculation, side: Side) -> list[PayeeResult]:
    inputs, chosen = side[0], set(side[1])
    values = read_steps(calculation, inputs)
    return [
        result_of(calculation, found, each) for found, each in zip(values, inputs, strict=True) if each.payee in chosen
    ]


def _lines(results: Sequence[PayeeResult]) -> dict[LineKey, Fraction]:
    lines: dict[LineKey, Fraction] = {}
    for result in results:
        for line in result.lines:
            key = (result.payee, line.clause, line.party)
            lines[key] = lines.get(key, Fraction(0)) + line.amount
    return lines


def _carried(results: Sequence[PayeeResult]) -> Carried:
    return {(each.payee, name): amount for each in results for name, amount in each.carried.items()}


def _dues(
    before: Sequence[PayeeResult], after: Sequence[PayeeResult], due: Owed | None, holding: set[str]
) -> Iterator[Due]:
    """What is due to each payee's party; ``holding``: whose data hold all that was paid."""
    none = Balance(Fraction(0), Fraction(0), Fraction(0))
    old, new = (
        {(result.payee, party): each for result in results for party, each in result.balance.items()}
        for results in (before, after)
    )
    due = {key: each.payable for key, each in old.items()} if due is None else due
    for key in sorted({*due, *new}):
        was, now = old.get(key, none), new.get(key, none)
        holds = key in new and key[1] in holding
        yield Due(*key, due.get(key, Fraction(0)), now.payable, (was.paid, now.paid), holds)


def _causes(calculation: Calculation, kept: Kept, new: Side) -> Iterator[Cause]:
    """Each change put in place in its turn, by name, until the old inputs are the new ones."""
    old, contract = kept.side, not same_terms(kept.calculation, calculation)
    was, now = ({each.payee: each for each in inputs} for inputs in (old[0], new[0]))
    before = _settled(kept.calculation, old)
    current = {
        payee: Inputs(payee, {**each.values, **_of(was.get(payee, each), each.values)}) for payee, each in now.items()
    }
    came = tuple(Change(payee, "", None, None) for payee in sorted({*was} ^ {*now}))
    waiting: tuple[str, ...] = ()
    changes = came + tuple(
        Change(payee, name, was[payee].values.get(name), now[payee].values.get(name))
        for payee in sorted({*was} & {*now})
        for name in sorted({*was[payee].values} ^ {*now[payee].values})
    )
    turns: list[tuple[str, ...]] = [()] if contract or came or set(old[1]) != set(new[1]) else []
    turns += [(given.name,) for given in sorted(calculation.inputs, key=lambda given: given.name)]
    for turn in turns:
        found = [
            Change(payee, name, current[payee].values[name], now[payee].values[name])
            for name in turn
            for payee in sorted(now)
            if current[payee].values[name] != now[payee].values[name]
        ]
        if turn and not found:
            continue
        for each in found:
            current[each.payee] = replace(
                current[each.payee], values={**current[each.payee].values, each.name: each.after}
            )
        waiting, changes = (*waiting, *turn), (*changes, *found)
        try:
            there = _settled(calculation, (list(current.values()), new[1]))
        except DataError:
            continue  # not by itself: it stands together with the next
        moved, carried = _difference(_lines(before), _lines(there)), _difference(_carried(before), _carried(there))
        yield Cause(waiting, changes, moved, carried, contract)
        before, waiting, changes, contract = there, (), (), False


def same_terms(one: Calculation, other: Calculation) -> bool:
    """Whether two calculations say the same, wherever it is written."""
    return one is other or _unplaced(to_plain(one)) == _unplaced(to_plain(other))


def _unplaced(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _unplaced(each) for key, each in data.items() if key != "place"}
    return [_unplaced(each) for each in data] if isinstance(data, list) else data


def _of(given: Given, names: Iterable[str]) -> dict[str, Value]:
    """The values of these names, as far as it has them."""
    return {name: given.values[name] for name in names if name in given.values}


def _difference(before: Mapping[Key, Fraction], after: Mapping[Key, Fraction]) -> dict[Key, Fraction]:
    """By how much each amount that differs was moved."""
    keys = {**before, **after}
    moved = {key: after.get(key, Fraction(0)) - before.get(key, Fraction(0)) for key in keys}
    return {key: amount for key, amount in moved.items() if amount}


def check_paid(contract: Contract, restatement: Restatement, paid: str | None, before: str | None, places: int) -> None:
    """Refuse to guess whether what was paid because of settlements is among what was paid (AO853).

    It cannot be told where that changed, or where the restatement ``before`` said so; nor does it need to be where nothing
    was due, or where ``paid`` says it.
    """
    if paid is not None:
        return
    for due in restatement.dues:
        if due.before and (due.paid[0] != due.paid[1] or before == EVERYTHING):
            old, new, settled = (to_decimal(each, places) for each in (*due.paid, due.before))
            whose = " of ".join(each for each in (due.party, due.payee) if each)
            sentence = (
                f"The settlement counts {old} as paid to {whose}, these data {new}. Whether what was due because of "
                f"settlements, {settled}, is in it cannot be told."
            )
            hint = (
                "Add --paid on_account where it holds payments on account alone, --paid everything where it holds both."
            )
            raise UsageError(Problem("AO853", sentence, hint, contract.place("payments", "paid")))
