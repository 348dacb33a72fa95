"""What may be shown of people who are counted: nothing of fewer than the contract's smallest cell, directly or by subtraction.

A cell is a number of people of whom something is told. It is small where it is above 0 and below the smallest cell. What is
told of a result is its numbers and everything that they and the other results give by subtraction: those who do not meet a
condition, those whom one of two nested populations or conditions has more than the other, those whom a restatement changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from .formula.frame import columns_of
from .formula.nodes import Logic, Node
from .measured import Row
from .measures.base import Measure
from .measures.found import Found
from .measures.query import FAULTS, Counted, Query, Sums

RECORD_FAULTS = frozenset(("no_period", "no_person", "unreadable", "contradictory"))
"""Faults of a record, which tell nothing of the person: their number is shown however small it is."""

Scope = tuple[str, str, str, str]
Ask = tuple[Scope, frozenset[object]]
"""Of whom a number tells: the records and how persons are told apart, and the conditions that all of them meet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is measured before it is known what may be shown: ``labels`` are the periods its counts are about, in their order."""

    id: str
    period: str
    payee: str
    measure: Measure
    counted: tuple[Counted, ...]
    labels: tuple[str, ...]
    found: Found

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the only one of."""
        return (self.id, self.period, self.payee)


def small(people: int, cell: int) -> bool:
    """Whether a number of people is too small to be shown."""
    return 0 < people < cell


def hidden(drafts: Iterable[Draft], cell: int) -> set[tuple[str, str, str]]:
    """The keys of the drafts that may not be shown, by themselves or beside the others that are."""
    about_people = [draft for draft in drafts if not draft.measure.public and draft.found.value is not None]
    out = {draft.key for draft in about_people if any(small(each, cell) for each in draft.found.cells)}
    told: dict[Ask, dict[tuple[str, str], list[tuple[int, Draft]]]] = {}
    for draft in about_people:
        if draft.key not in out:
            for ask, label, people in _cells(draft):
                told.setdefault(ask, {}).setdefault((label, draft.payee), []).append((people, draft))
    for fewer, more in _nested(told):
        for where in told[fewer].keys() & told[more].keys():
            for people, draft in told[fewer][where]:
                others = [other for other, beside in told[more][where] if beside.key not in out and beside is not draft]
                if draft.key not in out and any(small(other - people, cell) for other in others):
                    out.add(draft.key)
    return out


def _nested(asks: Iterable[Ask]) -> Iterator[tuple[Ask, Ask]]:
    """Pairs of which the first is of people who are all among the second's, and not of the same people for all one knows."""
    by_scope: dict[Scope, list[frozenset[object]]] = {}
    for scope, conditions in asks:
        by_scope.setdefault(scope, []).append(conditions)
    for scope, found in by_scope.items():
        for one, other in combinations(found, 2):
            fewer, more = (one, other) if one > other else (other, one)
            # Where only unreadable records lie between the two, the difference tells nothing of a person.
            if fewer > more and any(not _readable(each) for each in fewer - more):
                yield (scope, fewer), (scope, more)


def _readable(condition: object) -> bool:
    return isinstance(condition, tuple) and condition[0] == "readable"


def _cells(draft: Draft) -> Iterator[tuple[Ask, str, int]]:
    """Each number of people that the result tells of, with its period."""
    for (query, _), counted, label in zip(draft.measure.queries(), draft.counted, draft.labels, strict=True):
        scope = (query.table, query.person, query.key, query.period or query.day)
        who = frozenset(_conditions(query))
        yield (scope, who), label, counted.counted.n
        if met := _met(query):
            yield (scope, who | frozenset(("meets", query.overlap, each) for each in met)), label, counted.counted.hits
            others = ("not", query.overlap, frozenset(met))
            yield (scope, who | {others}), label, counted.counted.n - counted.counted.hits


def _conditions(query: Query) -> Iterator[object]:
    """What everybody counted meets."""
    yield from _parts(query.population)
    for _, node in query.exclusions:
        yield ("excluded", node)
    for column in columns_of(*query.formulas).numbers:
        yield ("readable", column)
    if query.of is not None:
        yield ("has", query.of, query.least, query.most, query.by)


def _met(query: Query) -> set[object]:
    """What those meet who are counted as meeting it."""
    found: set[object] = set(_parts(query.holds))
    if query.start:
        found.add((query.start, query.end, query.seconds, query.by_days))
    if query.by:
        found.add((query.of, query.by, query.better))
    return found


def _parts(node: Node | None) -> Iterator[Node]:
    if isinstance(node, Logic) and node.op == "and":
        for each in node.of:
            yield from _parts(each)
    elif node is not None:
        yield node


def left_out(found: Found, cell: int) -> dict[str, int | None]:
    """How many are left out by reason, None where they are too few to be shown."""
    return {
        reason: None if small(people, cell) and reason not in RECORD_FAULTS else people
        for reason, people in found.excluded.items()
    }


def unadjusted(draft: Draft, cell: int) -> Fraction | None:
    """The value without exclusions, where it does not tell by the difference of few people who are left out."""
    for counted in draft.counted:
        out = sum((each for reason, each in counted.excluded.items() if reason not in FAULTS), Sums())
        if any(small(people, cell) for people in (out.n, out.hits, out.n - out.hits)):
            return None
    return draft.found.unadjusted


def restates(row: Row, published: Mapping[tuple[str, str, str, str], Row], cell: int) -> Row | None:
    """The row that was published before and differs from ``row`` by few people, so that the two together would tell of them."""
    old = published.get(row.key)
    if old is None or (old.value, old.numerator, old.denominator, old.n) == (
        row.value,
        row.numerator,
        row.denominator,
        row.n,
    ):
        return None
    if not (old.value or old.numerator):
        return None  # it was not shown
    if not (row.n.isdecimal() and old.n.isdecimal()):
        return old
    people = abs(int(row.n) - int(old.n))
    if small(people, cell):
        return old
    if row.numerator and old.numerator:
        met = abs(int(row.numerator) - int(old.numerator))
        missed = abs((int(row.n) - int(row.numerator)) - (int(old.n) - int(old.numerator)))
        return old if small(met, cell) or small(missed, cell) else None
    return old if people == 0 else None
