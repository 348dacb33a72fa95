"""What a formula comes to while it is lowered: a linear form, a truth, a truth that is the same everywhere, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from .operations import Register

ONE, ZERO = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Form:
    """A number: a sum of coefficient x register, and a constant."""

    terms: tuple[tuple[Fraction, Register], ...]
    constant: Fraction


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth for each row."""

    register: Register


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same truth for every row; None is unknown."""

    holds: bool | None


Lowered: TypeAlias = Form | Truth | Fixed | None


def fixed(value: Fraction) -> Form:
    """A constant."""
    return Form((), value)


def alone(register: Register) -> Form:
    """The value of a register."""
    return Form(((ONE, register),), ZERO)


def registers(value: Lowered) -> list[Register]:
    """The registers that a value reads."""
    if isinstance(value, Form):
        return [register for _, register in value.terms]
    return [value.register] if isinstance(value, Truth) else []
