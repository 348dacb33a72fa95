"""What the running reader holds by row: numbers with their error and denominator, truths with their doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from .bounds import ROUNDOFF, TINY, Known, common, near, small
from .columns import Codes, Column, Floats, Truths
from .operations import Operand, Operation, Register

INF = np.inf
_SLACK = 1 - 2.0**-30


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """A number by row: the float, how far the exact value may be from it, and what its denominator does not exceed.

    NaN is missing, for certain where the error is 0; an infinite error says that nothing is known.
    """

    value: Floats
    error: Floats
    height: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RanTruth:
    """A truth by row: where it holds, and where it is unknown (missing).

    In ``doubt`` it may be otherwise, but is a truth; ``lost`` is where nothing is known of it.
    """

    holds: Truths
    unknown: Truths
    doubt: Truths
    lost: Truths


Result: TypeAlias = Ran | RanTruth


class Rows:
    """The results of the registers so far, for some rows."""

    def __init__(
        self,
        operations: Sequence[Operation],
        knowns: Sequence[Known],
        given: tuple[Mapping[str, Column], Mapping[str, Codes]],
        rows: int,
    ) -> None:
        self.operations, self.knowns, self.rows = operations, knowns, rows
        self.columns, self.codes = given
        self.results: dict[Register, Result] = {}
        self.at: Register = 0

    def number(self, register: Register) -> Ran:
        """A register that holds a number."""
        result = self.results[register]
        assert isinstance(result, Ran)
        return result

    def truth(self, register: Register) -> RanTruth:
        """A register that holds a truth."""
        result = self.results[register]
        assert isinstance(result, RanTruth)
        return result

    def full(self, value: float) -> Floats:
        """The same number for every row."""
        return np.full(self.rows, value)

    def constant(self, value: Fraction) -> Ran:
        """A constant."""
        size = near(value)
        error = 0.0 if np.isfinite(size) and Fraction(size) == value else ROUNDOFF * abs(size) + TINY
        return Ran(self.full(size), self.full(error), self.full(1.0))

    def operand(self, operand: Operand) -> Ran:
        """A register, a constant or no value."""
        if operand is None:
            return Ran(self.full(np.nan), self.full(0.0), self.full(1.0))
        return self.constant(operand) if isinstance(operand, Fraction) else self.number(operand)

    def nowhere(self) -> Truths:
        """False for every row."""
        return np.zeros(self.rows, dtype=np.bool_)

    def from_on(self, of: Ran, known: Known, threshold: Fraction, above: bool) -> tuple[Truths, Truths]:
        """Where a value is at ``threshold`` or more (``above``: more), and where that is not certain."""
        at = near(threshold)
        exact = of.error == 0.0
        least = Known(known.least, known.most).cut(threshold, above)
        half = self.gap(of, known, threshold) / 2
        slack = of.error + 4 * ROUNDOFF * abs(at) + TINY
        decided = slack < half
        shifted = of.value >= np.where(decided, at + (half if above else -half), at)
        holds = np.where(exact, of.value >= least, shifted)
        doubt = ~(exact | decided | (np.abs(of.value - at) > slack) | (np.isnan(of.value) & (of.error != INF)))
        return holds, doubt | (of.error == INF)

    def gap(self, of: Ran, known: Known, threshold: Fraction) -> Floats:
        """By how much each value differs from ``threshold`` at least, where it differs."""
        step = common(known.step, threshold)
        return self.full(0.0) if step is None else small(step) / of.height * _SLACK
