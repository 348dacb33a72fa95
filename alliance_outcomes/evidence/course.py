"""The course of settlements in a register: which holds, which is superseded or closed, and what may follow."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from ..contract.model import Contract
from ..numbers import to_decimal
from ..problems import ContractError, Problem, UsageError
from ..settlement import Settlement
from .chain import Closing, Entry, Link
from .manifest import Manifest

_SPAN = re.compile(r"(\d{1,4}) (days?|months?|years?)", re.ASCII)
_STANDS = "It stands as it is, unless the parties agree otherwise."


def entry_of(settlement: Settlement, manifest: Manifest, stated: str, bundle: str, before: Sequence[Link]) -> Entry:
    """The entry of a settlement whose manifest has the hash ``stated``, after those ``before`` it in its register.

    Raises ContractError (AO820) where the contract's term to restate cannot be counted.
    """
    calculation = settlement.calculation
    places = calculation.rounding.places if calculation.rounding else 0
    held = sum((each.held for payee in settlement.payees for each in payee.balance.values()), Fraction(0))
    entry = Entry(
        number=len(before) + 1,
        previous=before[-1].hash if before else None,
        as_of=manifest.as_of,
        contract=manifest.contract_id,
        period=manifest.period,
        manifest=stated,
        bundle=bundle,
        total=to_decimal(settlement.total, places),
        currency=calculation.currency,
        payees=manifest.payees,
        held=to_decimal(held, places),
        provisional=any(
            payee.bound.provisional or any(each.status in ("provisional", "held") for each in payee.indicators)
            for payee in settlement.payees
        ),
        disputed=any(payee.values[name] for payee in settlement.payees for name in calculation.held.values()),
        supersedes=manifest.supersedes,
        reason=manifest.reason,
    )
    first = first_of(entry, before)
    last = last_day(settlement.contract, first) if first.as_of else None
    return entry if last is None else replace(entry, reopen_until=last.isoformat())


def settlements(links: Sequence[Link]) -> Iterator[Entry]:
    """The settlements of a register, in order."""
    return (each for each in links if isinstance(each, Entry))


def numbered(number: int, links: Sequence[Link]) -> Entry:
    """The settlement of a number that is known to be one: of a bundle verified in its register, or superseded by another."""
    return next(each for each in settlements(links) if each.number == number)


def first_of(entry: Entry, links: Sequence[Link]) -> Entry:
    """The settlement that ``entry``, by way of what it supersedes, restates."""
    before = {each.number: each for each in settlements(links)}
    while entry.supersedes in before:
        entry = before[entry.supersedes]
    return entry


def superseding(entry: Entry, links: Sequence[Link]) -> Entry | None:
    """The restatement that supersedes ``entry``, if one does."""
    return next((each for each in settlements(links) if each.supersedes == entry.number), None)


def closing(entry: Entry, links: Sequence[Link]) -> Closing | None:
    """The decision that closed ``entry``, if one did."""
    return next((each for each in links if isinstance(each, Closing) and each.closes == entry.number), None)


def check_next(entry: Entry, links: Sequence[Link]) -> None:
    """Refuse an entry that cannot follow ``links``: each payee's period of a contract is settled once, then restated.

    Raises UsageError for a second settlement of it (AO850), for a second restatement of one settlement (AO824) and for
    a restatement of one that is closed (AO851). Who asked for no payees settles all, so that overlaps with anybody.
    """
    if entry.supersedes is not None:
        check_open(numbered(entry.supersedes, links), links)
        return
    there = next((each for each in settlements(links) if _same(each, entry) and superseding(each, links) is None), None)
    if there is None:
        return
    as_of = f", as of {there.as_of}" if there.as_of else ""
    sentence = f"{there.contract} {there.period} is settled already: number {there.number}{as_of}, {there.bundle}."
    hint = "Restate that settlement (alliance restate), by other data or by the amended contract."
    if done := closing(there, links):
        hint = f"It is closed by number {done.number}. {_STANDS}"
    raise UsageError(Problem("AO850", sentence, hint))


def _same(one: Entry, other: Entry) -> bool:
    """Whether two entries settle the same period of a contract for some payee."""
    if (one.contract, one.period) != (other.contract, other.period):
        return False
    return one.payees is None or other.payees is None or bool({*one.payees} & {*other.payees})


def check_open(entry: Entry, links: Sequence[Link]) -> None:
    """Refuse to restate or close what was restated already (AO824) or is closed (AO851)."""
    if later := superseding(entry, links):
        sentence = f"Settlement {entry.number} is superseded by {later.number}."
        raise UsageError(Problem("AO824", sentence, f"Take {later.number}: {later.bundle}."))
    if done := closing(entry, links):
        sentence = f"Settlement {entry.number} is closed by number {done.number}: {done.decision}."
        raise UsageError(Problem("AO851", sentence, _STANDS))


def closing_of(number: int, as_of: str, decision: str, links: Sequence[Link]) -> Closing:
    """The closing of a settlement of a register, to be entered in it.

    Raises UsageError for one that is superseded (AO824) or closed (AO851), for a day before its own (AO825), and where
    there is none, something of it is not payable or may still change, or nobody decided (AO852).
    """

    def refuse(sentence: str, instead: str) -> UsageError:
        return UsageError(Problem("AO852", sentence, instead))

    entry = next((each for each in settlements(links) if each.number == number), None)
    if entry is None:
        raise refuse(f"The register holds no settlement {number}.", "Take a number that alliance history shows.")
    check_open(entry, links)
    _not_before(entry, as_of)
    if entry.disputed or entry.provisional or entry.holds:
        why = "provisional" if entry.provisional else f"not settled to the end: {entry.held} {entry.currency} is held"
        raise refuse(f"Settlement {number} is {why}.", "Restate it when that has ended, and close the restatement.")
    if not decision.strip():
        raise refuse(
            "A settlement is closed by a decision, and none is named.", 'Write --decision "Board, 1 June 2025".'
        )
    return Closing(
        number=len(links) + 1, previous=links[-1].hash, as_of=as_of, closes=number, decision=decision.strip()
    )


def last_day(contract: Contract, entry: Entry) -> date | None:
    """The last day on which the settlement of ``entry`` may be restated; None where the contract sets no term.

    Raises ContractError (AO820) for a term that is no number of days, months or years, UsageError (AO825) where the
    settlement does not say as of which day it was made.
    """
    term = contract.terms.reopen_within if contract.terms else None
    if term is None:
        return None
    match = _SPAN.fullmatch(term)
    if match is None:
        sentence = f"reopen_within: {term} is no number of days, months or years, so nobody can tell when it ends."
        raise ContractError(Problem("AO820", sentence, "Write 24 months.", contract.place("terms", "reopen_within")))
    if entry.as_of is None:
        sentence = f"The contract lets a settlement be restated within {term}, and number {entry.number} has no day."
        raise UsageError(Problem("AO825", sentence, "Settle with --as-of, so that the term has a beginning."))
    first, many = date.fromisoformat(entry.as_of), int(match[1])
    months = first.month - 1 + many * (12 if match[2].startswith("year") else 1)
    year, month = first.year + months // 12, months % 12 + 1
    try:
        if match[2].startswith("day"):
            return first + timedelta(days=many)
        return date(year, month, min(first.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None  # after the last day of the calendar: it never ends


def check_term(contract: Contract, entry: Entry, links: Sequence[Link], as_of: str | None) -> None:
    """Refuse a restatement after the contract's term (AO822), or one that does not say its day (AO825)."""
    if as_of is not None:
        _not_before(entry, as_of)
    last = last_day(contract, first_of(entry, links))
    if last is None:
        return
    if as_of is None:
        sentence = f"The contract lets this settlement be restated until {last}; say as of which day it is restated."
        raise UsageError(Problem("AO825", sentence, "Add --as-of DAY."))
    if as_of > last.isoformat():
        sentence = f"The contract lets this settlement be restated until {last}; {as_of} is too late."
        place = contract.place("terms", "reopen_within")
        raise ContractError(Problem("AO822", sentence, _STANDS, place))


def _not_before(entry: Entry, as_of: str) -> None:
    """Refuse a day before that of the settlement (AO825)."""
    if entry.as_of is not None and as_of < entry.as_of:
        sentence = f"Settlement {entry.number} was made as of {entry.as_of}, after {as_of}."
        raise UsageError(Problem("AO825", sentence, "Say a day that is not before it."))


@dataclass(frozen=True, slots=True)
class Status:
    """How a settlement stands: superseded, closed, provisional, disputed or final; by which number, or since which day.

    The first of these that holds is its ``state``. Its term has ended where a later entry is as of a day after it; no
    clock is read.
    """

    entry: Entry
    state: str
    superseded_by: int | None
    closed_by: int | None


def statuses(links: Sequence[Link]) -> Iterator[Status]:
    """How each settlement of a register stands now, in order."""
    latest = max((each.as_of for each in links if each.as_of), default="")
    later = {each.supersedes: each.number for each in settlements(links)}
    done = {each.closes: each.number for each in links if isinstance(each, Closing)}
    for entry in settlements(links):
        over = entry.reopen_until is not None and entry.reopen_until < latest
        holds = {
            "superseded": entry.number in later,
            "closed": entry.number in done or over,
            "provisional": entry.provisional,
            "disputed": entry.disputed,
            "final": True,
        }
        state = next(name for name, holding in holds.items() if holding)
        yield Status(entry, state, later.get(entry.number), done.get(entry.number))
