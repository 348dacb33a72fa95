"""A restatement: a kept settlement settled again with other data, and which value moved which line by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..calculation.form import Calculation
from ..calculation.plain import from_plain
from ..calculation.result import Given, Inputs, PayeeResult, read_steps, result_of
from ..contract.model import Contract
from ..formula.exact import Value
from ..problems import ContractError, DataError, Problem
from .canonical import parsed
from .manifest import CALCULATION

LineKey = tuple[str, str, str]
Lines = Mapping[LineKey, Fraction]


@dataclass(frozen=True, slots=True)
class Change:
    """A value of one payee that is another one now; ``name`` is the input's."""

    payee: str
    name: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Cause:
    """Values of the same name that changed, and by how much they moved each line: (payee, clause, party) to money.

    The names are put in place one after another, in order, so that what they moved sums to the whole difference exactly.
    Several stand together where one alone cannot be settled; payees that came or left come first, under no name.
    """

    names: tuple[str, ...]
    changes: tuple[Change, ...]
    moved: Lines


@dataclass(frozen=True, slots=True)
class Due:
    """What one payee's party was to be paid by the settlement, and is by the restatement; both after what was paid on account."""

    payee: str
    party: str
    before: Fraction
    after: Fraction

    @property
    def now(self) -> Fraction:
        """What is to be paid because of the restatement; negative where it is to be paid back."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Restatement:
    """What a settlement comes to with other data: its lines before and after, the causes of the difference, what is due."""

    before: Lines
    after: Lines
    causes: tuple[Cause, ...]
    dues: tuple[Due, ...]

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


def kept_inputs(files: Mapping[str, bytes]) -> tuple[list[Inputs], list[str]]:
    """The inputs of every payee in a verified bundle, and who was settled."""
    whole = parsed(files[CALCULATION], CALCULATION)
    return list(from_plain(whole["payees"])), list(whole["settled"])


def restated(
    calculation: Calculation,
    old: tuple[Sequence[Inputs], Sequence[str]],
    new: tuple[Sequence[Given], Sequence[str]],
) -> Restatement:
    """The restatement of ``calculation`` from the old inputs and payees settled to the new ones (DataError as settling)."""
    before, after = (_settled(calculation, inputs, set(chosen)) for inputs, chosen in (old, new))
    causes = tuple(_causes(calculation, old, new))
    return Restatement(_lines(before), _lines(after), causes, tuple(_dues(before, after)))


def _settled(calculation: Calculation, inputs: Sequence[Given], chosen: set[str]) -> list[PayeeResult]:
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


def _dues(before: Sequence[PayeeResult], after: Sequence[PayeeResult]) -> Iterator[Due]:
    old, new = (
        {(result.payee, party): each.payable for result in results for party, each in result.balance.items()}
        for results in (before, after)
    )
    for payee, party in sorted({*old, *new}):
        yield Due(payee, party, old.get((payee, party), Fraction(0)), new.get((payee, party), Fraction(0)))


def _causes(
    calculation: Calculation,
    old: tuple[Sequence[Inputs], Sequence[str]],
    new: tuple[Sequence[Given], Sequence[str]],
) -> Iterator[Cause]:
    """Each change put in place in its turn, by name, until the old inputs are the new ones."""
    was, now = ({each.payee: each for each in inputs} for inputs in (old[0], new[0]))
    lines = _lines(_settled(calculation, old[0], set(old[1])))
    current = {payee: Inputs(payee, dict(was.get(payee, now[payee]).values)) for payee in now}
    came = tuple(Change(payee, "", None, None) for payee in sorted({*was} ^ {*now}))
    waiting: tuple[str, ...] = ()
    changes = came
    turns: list[tuple[str, ...]] = [()] if came or set(old[1]) != set(new[1]) else []
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
            there = _lines(_settled(calculation, list(current.values()), set(new[1])))
        except DataError:
            continue  # not by itself: it stands together with the next
        yield Cause(waiting, changes, _difference(lines, there))
        lines, waiting, changes = there, (), ()


def _difference(before: Lines, after: Lines) -> dict[LineKey, Fraction]:
    """By how much each line that differs was moved."""
    keys = {**before, **after}
    moved = {key: after.get(key, Fraction(0)) - before.get(key, Fraction(0)) for key in keys}
    return {key: amount for key, amount in moved.items() if amount}


def check_materiality(contract: Contract, restatement: Restatement) -> None:
    """Refuse a restatement in which nobody's amount changes by as much as the contract asks for (AO823)."""
    least = contract.terms.materiality if contract.terms else None
    if least is not None and restatement.largest < least:
        sentence = "No party's amount changes by as much as the contract asks for before a settlement is restated."
        place = contract.place("terms", "materiality")
        raise ContractError(Problem("AO823", sentence, "The settlement stands as it is.", place))
