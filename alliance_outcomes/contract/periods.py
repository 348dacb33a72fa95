"""Periods of a contract: their labels, their days, and how a value or share that changes within one is weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from .model import Contract, Periods

_MONTHS = {"year": 12, "fiscal_year": 12, "half_year": 6, "quarter": 3, "month": 1}
_LABELS = {
    "year": r"\d{4}",
    "fiscal_year": r"\d{4}",
    "half_year": r"\d{4}H[12]",
    "quarter": r"\d{4}Q[1-4]",
    "month": r"\d{4}-(0[1-9]|1[0-2])",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A settlement period: its label and its first and last day."""

    label: str
    first: date
    last: date


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _start(rule: Periods, day: date) -> date:
    """The first day of the whole period that ``day`` lies in."""
    length = _MONTHS[rule.length]
    anchor = rule.first.month - 1 if rule.length == "fiscal_year" else 0
    index = day.year * 12 + day.month - 1 - anchor
    return _add_months(date(1, 1, 1), index - index % length + anchor - 12)


def _label(rule: Periods, start: date) -> str:
    match rule.length:
        case "year":
            return f"{start.year:04}"
        case "fiscal_year":
            return f"{(_add_months(start, 12) - timedelta(days=1)).year:04}"
        case "half_year":
            return f"{start.year:04}H{start.month // 7 + 1}"
        case "quarter":
            return f"{start.year:04}Q{start.month // 3 + 1}"
    return f"{start.year:04}-{start.month:02}"


def periods_of(rule: Periods) -> list[Period]:
    """All periods of the contract in order; the first and the last are cut to the contract's days."""
    found, start = [], _start(rule, rule.first)
    while start <= rule.last:
        following = _add_months(start, _MONTHS[rule.length])
        found.append(Period(_label(rule, start), max(start, rule.first), min(following - timedelta(days=1), rule.last)))
        start = following
    return found


def settled_periods(contract: Contract) -> list[Period]:
    """The periods that these terms settle: all of them, or of an amended contract those that do not end before its effect."""
    since = contract.amended[0].until if contract.amended else date.min
    return [each for each in periods_of(contract.periods) if each.last >= since]


def is_label(rule: Periods, label: str) -> bool:
    """Whether ``label`` names a period of this length, in or before the contract."""
    return re.fullmatch(_LABELS[rule.length], label, re.ASCII) is not None


def earlier(rule: Periods, label: str, back: int) -> str:
    """The label ``back`` periods before ``label`` (after it, where negative); it may lie before the contract."""
    start = _add_months(_start(rule, rule.first), (_index(rule, label) - back) * _MONTHS[rule.length])
    return _label(rule, start)


def apart(rule: Periods, one: str, other: str) -> int:
    """How many periods ``other`` lies after ``one``; negative where it lies before. Raises ValueError as earlier does."""
    return _index(rule, other) - _index(rule, one)


def _index(rule: Periods, label: str) -> int:
    """How many periods ``label`` lies after the first of the contract. Raises ValueError for what is no label."""
    first = _start(rule, rule.first)
    for steps in range(2400):
        for index in (steps, -steps):
            months = index * _MONTHS[rule.length]
            if first.year * 12 + months > 12 and _label(rule, _add_months(first, months)) == label:
                return index
    raise ValueError(f"{label} is not a period of the contract")


def portion(of: Period, first: date, last: date, by: str) -> Fraction:
    """The part of ``of`` from one day in it, ``first``, to another, ``last``, in whole months or in days.

    By months both ends must fall on the ends of months; raises ValueError where they do not.
    """
    if by == "days":
        return Fraction((last - first).days + 1, (of.last - of.first).days + 1)
    return Fraction(_months(first, last), _months(of.first, of.last))


def _months(first: date, last: date) -> int:
    following = last + timedelta(days=1)
    if first.day != 1 or following.day != 1:
        raise ValueError("a change within a month cannot be weighed by months")
    return (following.year - first.year) * 12 + following.month - first.month


def holding(
    entries: Iterable[tuple[str, Fraction | None]], labels: list[str], label: str
) -> tuple[bool, Fraction | None]:
    """Whether a dated value has an entry for ``label`` or an earlier period, and the value that holds.

    ``labels`` are the contract's periods in order; entries before the first of them count as earlier.
    """
    order = {name: index for index, name in enumerate(labels)}
    best, value = (-2, ""), None
    for name, number in entries:
        at = (order.get(name, -1 if name < labels[0] else len(labels)), name)
        if best < at <= (order[label], label):
            best, value = at, number
    return best[0] > -2, value
