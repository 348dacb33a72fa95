"""What later periods read of a restated one: whether a change to it is material, and which settlements rest on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..calculation.compile import compile_contract
from ..contract.model import Contract
from ..contract.periods import periods_of
from ..problems import ContractError, Problem
from .chain import Entry, Link
from .course import settlements, superseding
from .restating import Restatement

Stated = Mapping[tuple[str, str], Fraction]
"""By how much what a settlement states has changed, by payee and name: clauses' amounts and carried balances."""


@dataclass(frozen=True, slots=True)
class Resting:
    """A settlement of a register that was made with what a restatement changes: the ``names`` of what it reads."""

    number: int
    period: str
    bundle: str
    names: tuple[str, ...]


def check_materiality(contract: Contract, period: str, restatement: Restatement) -> None:
    """Refuse a restatement of ``period`` in which nothing changes by as much as the contract asks for (AO823).

    What changes is what a party earned, and what a later period reads: a balance that is carried there, of whatever ages,
    or a clause's amount.
    """
    least = contract.terms.materiality if contract.terms else None
    if least is None or restatement.largest >= least:
        return
    if not any(_large(restatement.stated, _read(contract, label, period), least) for label in _after(contract, period)):
        sentence = (
            "No party's amount, and nothing that a later period reads, changes by as much as the contract asks for "
            "before a settlement is restated."
        )
        place = contract.place("terms", "materiality")
        raise ContractError(Problem("AO823", sentence, "The settlement stands as it is.", place))


def _large(stated: Stated, read: set[str], least: Fraction) -> bool:
    """Whether something that is read, or a balance with all its ages together, changed by ``least`` or more."""
    together: dict[tuple[str, str], Fraction] = {}
    for (payee, name), change in stated.items():
        if name in read:
            key = payee, name.partition("@")[0]
            together[key] = together.get(key, Fraction(0)) + change
    each = [change for (_, name), change in stated.items() if name in read]
    return any(abs(change) >= least for change in (*each, *together.values()))


def _after(contract: Contract, period: str) -> list[str]:
    """The periods of the contract after one of them."""
    labels = [each.label for each in periods_of(contract.periods)]
    return labels[labels.index(period) + 1 :]


def _read(contract: Contract, label: str, period: str) -> set[str]:
    """What the settlement of ``label`` reads of that of ``period``, by name."""
    inputs = compile_contract(contract, label).inputs
    return {each.id for each in inputs if (each.part, each.period) == ("settled", period)}


def resting(contract: Contract, restatement: Restatement, entry: Entry, links: Sequence[Link]) -> Iterator[Resting]:
    """The settlements of a register that hold, and read of ``entry`` what its restatement changes, by the contract given."""
    later = _after(contract, entry.period)
    for each in settlements(links):
        if each.contract == entry.contract and each.period in later and superseding(each, links) is None:
            read = _read(contract, each.period, entry.period)
            changed = (name for payee, name in restatement.stated if each.payees is None or payee in each.payees)
            if names := tuple(dict.fromkeys(name for name in changed if name in read)):
                yield Resting(each.number, each.period, each.bundle, names)
