"""What is asked of records, and what it comes to: numbers that no person can be told from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..contract.periods import Period
from ..formula.frame import columns_of
from ..formula.nodes import Node
from .cells import Roles

FIRST_FAULTS = ("no_period", "no_person", "unreadable", "contradictory")
LATER_FAULTS = ("no_value", "out_of_range", "one_assessment")
FAULTS = (*FIRST_FAULTS, *LATER_FAULTS)
"""Reasons to leave out what no definition can count: the record does not say it."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is counted in a table.

    ``holds`` asks how many meet a condition; ``of`` asks for the sum of a number, at most ``cap`` for each person; with
    ``by`` (a column of days) ``of`` is compared between the first and the last day, and ``better`` says which way.
    Where ``person`` names a column, each person counts once: ``overlap`` says whether any or all of the rows must hold, and
    ``gather`` whether the number is the total of the rows or the highest. Rows that share a ``key`` are one row; where they
    differ they are left out as contradictory. ``start`` and ``end`` name columns of moments: asked is how many end within so
    many ``seconds``, by whole days where ``by_days``. ``ordered`` asks for the values of ``of``, each with how many have it.
    """

    table: str
    person: str = ""
    period: str = ""
    day: str = ""
    population: Node | None = None
    exclusions: tuple[tuple[str, Node], ...] = ()
    holds: Node | None = None
    overlap: str = "any"
    of: Node | None = None
    cap: Fraction | None = None
    least: Fraction | None = None
    most: Fraction | None = None
    by: str = ""
    better: str = "higher"
    key: str = ""
    gather: str = "total"
    start: str = ""
    end: str = ""
    seconds: int = 0
    by_days: bool = False
    ordered: bool = False

    @property
    def formulas(self) -> tuple[Node | None, ...]:
        """Every formula that is read in a row."""
        return (self.population, self.holds, self.of, *(node for _, node in self.exclusions))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason to leave a row or a person out, the first that holds being the one that counts."""
        return (*FIRST_FAULTS, *(name for name, _ in self.exclusions), *LATER_FAULTS)

    @property
    def roles(self) -> Roles:
        """The columns that are read, and what as. Raises ContractError (AO318) for one that is a number and a word."""
        read = columns_of(*self.formulas)
        ids = frozenset({self.person, self.period, self.key} - {""})
        days, moments = (frozenset(names) - {""} for names in ((self.day, self.by), (self.start, self.end)))
        return Roles(read.numbers, read.words, ids, days, moments)


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the period whose rows it is about."""

    query: Query
    period: Period


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one group: how many, how many of them meet the condition, and the sums of the number and of its squares."""

    n: int = 0
    hits: int = 0
    total: Fraction = Fraction(0)
    squares: Fraction = Fraction(0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.n + other.n, self.hits + other.hits, self.total + other.total, self.squares + other.squares)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a query comes to: what is counted, what is left out by reason, and the values in order where they are asked for."""

    counted: Sums = Sums()
    excluded: Mapping[str, Sums] = field(default_factory=dict)
    values: tuple[tuple[Fraction, int], ...] = ()

    @property
    def unadjusted(self) -> Sums:
        """What would be counted without the definition's exclusions; what the records do not say stays out."""
        return sum((each for reason, each in self.excluded.items() if reason not in FAULTS), self.counted)
