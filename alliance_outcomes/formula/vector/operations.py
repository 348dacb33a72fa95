"""The operations that formulas are lowered to: each makes one register from earlier ones. A register is a position.

Registers hold a float for each row (NaN: missing) or a truth for each row. An operand that may be a constant is a
register, a Fraction, or None for no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TypeAlias

Register: TypeAlias = int
Operand: TypeAlias = int | Fraction | None


@dataclass(frozen=True, slots=True)
class Given:
    """The column of an input, or of a formula computed elsewhere."""

    name: str


@dataclass(frozen=True, slots=True)
class Linear:
    """The sum of coefficient x register, and a constant; missing where any register is, whatever its coefficient."""

    terms: tuple[tuple[Fraction, Register], ...]
    constant: Fraction


@dataclass(frozen=True, slots=True)
class Product:
    """``left * right``."""

    left: Register
    right: Register


@dataclass(frozen=True, slots=True)
class Quotient:
    """``above / below``."""

    above: Register
    below: Register


@dataclass(frozen=True, slots=True)
class Limited:
    """``of`` kept from ``least`` to ``most`` (None: no limit)."""

    of: Register
    least: Fraction | None
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class Extremes:
    """The least (or most) of two registers; missing where either is."""

    most: bool
    left: Register
    right: Register


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a curve that begins at ``start`` (None: without beginning), which belongs to it where ``closed``."""

    start: Fraction | None
    closed: bool
    slope: Fraction | None
    at_zero: Fraction


@dataclass(frozen=True, slots=True)
class Pieces:
    """A curve in two parts or more, from left to right."""

    of: Register
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rounded:
    """``of`` rounded to a whole number, ``how`` is one of numbers.ROUNDINGS."""

    of: Register
    how: str


@dataclass(frozen=True, slots=True)
class Choice:
    """``then`` where ``test`` is true, ``otherwise`` where it is false, missing where it is unknown."""

    test: Register
    then: Operand
    otherwise: Operand


@dataclass(frozen=True, slots=True)
class Gather:
    """A group over the members that are present; see nodes.Group."""

    kind: str
    members: tuple[Register, ...]
    weights: tuple[Operand, ...]
    at_least: int


@dataclass(frozen=True, slots=True)
class Power:
    """e to the power ``of``."""

    of: Register


@dataclass(frozen=True, slots=True)
class Test:
    """Truth: ``of op threshold``; unknown where ``of`` is missing."""

    of: Register
    op: str
    threshold: Fraction


@dataclass(frozen=True, slots=True)
class Absent:
    """Truth: whether ``of`` has no value, or is unknown."""

    of: Register


@dataclass(frozen=True, slots=True)
class Among:
    """Truth: whether the category ``name`` is one of ``codes``; unknown where it is missing."""

    name: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opposite:
    """Truth: not ``of``."""

    of: Register


@dataclass(frozen=True, slots=True)
class Joined:
    """Truth: ``and`` (every) or ``or`` of truths, read in order."""

    every: bool
    of: tuple[Register, ...]


@dataclass(frozen=True, slots=True)
class TruthChoice:
    """Truth: ``then`` where ``test`` is true, ``otherwise`` where it is false. A branch is a register, a truth or unknown."""

    test: Register
    then: tuple[Register] | bool | None
    otherwise: tuple[Register] | bool | None


Operation: TypeAlias = (
    Given
    | Linear
    | Product
    | Quotient
    | Limited
    | Extremes
    | Pieces
    | Rounded
    | Choice
    | Gather
    | Power
    | Test
    | Absent
    | Among
    | Opposite
    | Joined
    | TruthChoice
)
TRUTHS = (Test, Absent, Among, Opposite, Joined, TruthChoice)


def reads(operation: Operation) -> Iterator[Register]:
    """The registers an operation reads."""
    match operation:
        case Linear(terms=terms):
            yield from (register for _, register in terms)
        case Gather(members=members, weights=weights):
            yield from members
            yield from (weight for weight in weights if isinstance(weight, int))
        case Joined(of=parts):
            yield from parts
        case TruthChoice(test=test, then=then, otherwise=otherwise):
            yield test
            for branch in (then, otherwise):
                if isinstance(branch, tuple):
                    yield branch[0]
        case _:
            for spec in fields(operation):
                value = getattr(operation, spec.name)
                if isinstance(value, int) and not isinstance(value, bool):
                    yield value
