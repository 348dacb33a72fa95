"""Carried: a limit on what is carried to later periods that nothing left can reach (AO611).

Balances are followed from period to period, each period reading what the one before it could leave at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import inf

from ...calculation.compile import compile_contract
from ...calculation.form import Calculation
from ...contract.periods import settled_periods
from ...formula.ranges import End, Ranges
from ...formula.steps import Input
from ...payments.cap import Cap
from ...payments.gain_share import GainShare
from .base import Finding, Linted, Path
from .limits import cannot_bind

# What a clause carries, by its kind.
_BALANCES = ("unused", "losses")


def findings(linted: Linted) -> Iterator[Finding]:
    """Limits on what is carried that bind in no period."""
    limited = dict(_limited(linted))
    if not limited:
        return
    periods = [compile_contract(linted.contract, each.label) for each in settled_periods(linted.contract)]
    for clause, path in limited.items():
        pairs = list(_followed(clause, periods))
        if all(left < limit for left, limit in pairs):
            yield cannot_bind(path, "limit", *max(pairs))


def _limited(linted: Linted) -> Iterator[tuple[str, Path]]:
    """The clauses that carry at most so much, with the path of how much."""
    for id_, clause in linted.contract.settlement.items():
        if isinstance(clause, Cap) and clause.carry and clause.carry.most:
            yield id_, (*linted.path_of(id_), "carry", "most")
        elif isinstance(clause, GainShare) and clause.pain and clause.pain.carry and clause.pain.carry.most:
            yield id_, (*linted.path_of(id_), "pain", "carry", "most")


def _followed(clause: str, periods: list[Calculation]) -> Iterator[tuple[End, End]]:
    """What each period is brought at most, and what it leaves to the next, each beside the limit that holds there."""
    stated: dict[str, End] = {}
    for index, calculation in enumerate(periods):
        limit = Ranges(calculation.inputs, calculation.steps).number(f"{clause}.most_carried").least
        before = periods[index - 1].period if index else ""
        brought = {
            each.name: stated.get(each.id, inf) if each.period == before else inf
            for each in calculation.inputs
            if each.part == "settled" and _is_balance(clause, each.id)
        }
        yield _sum(brought), limit
        ranges = _at_worst(clause, calculation, {name: (Fraction(0), most) for name, most in brought.items()})
        names = [step.name for step in calculation.steps if _is_balance(clause, step.name)]
        stated = {name: ranges.number(name).most for name in names}
        if index + 1 < len(periods):
            yield min(ranges.number(f"{clause}.left").most, _sum(stated)), limit


def _at_worst(clause: str, calculation: Calculation, given: Mapping[str, tuple[End, End]]) -> Ranges:
    """What each formula can be where nothing limits what is carried, and most is left of it.

    What is left grows with what is owed, and falls with what the clauses under a cap pay: it is read at that end.
    """
    free = {**given, f"{clause}.most_carried": (Fraction(0), inf)}
    ranges = _ranges(calculation, free)
    owed, paid = ranges.number(f"{clause}.owed").most, ranges.number(f"{clause}.sum").least
    ends = {f"{clause}.owed": owed, f"{clause}.sum": paid}
    return _ranges(calculation, free | {name: (end, end) for name, end in ends.items() if isinstance(end, Fraction)})


def _ranges(calculation: Calculation, given: Mapping[str, tuple[End, End]]) -> Ranges:
    """The ranges of a calculation in which what is ``given`` lies between two ends, whatever its formula says."""
    inputs = [each for each in calculation.inputs if each.name not in given]
    for name, ends in given.items():
        least, most = (end if isinstance(end, Fraction) else None for end in ends)
        inputs.append(Input(name, name, calculation.period, least=least, most=most))
    return Ranges(inputs, [step for step in calculation.steps if step.name not in given])


def _is_balance(clause: str, name: str) -> bool:
    return name.partition("@")[0] in {f"{clause}.{what}" for what in _BALANCES}


def _sum(amounts: Mapping[str, End]) -> End:
    return sum(amounts.values(), Fraction(0))
