"""Slots of a tape: buffers for numbers and truths that are used over and over, and the plain calls between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import nan
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .bounds import Known, near
from .operations import Linear, Operand, Operation, Register

Slots: TypeAlias = list[NDArray[Any]]
Call: TypeAlias = Callable[[Slots], object]
Array: TypeAlias = NDArray[Any]
STAYS, FLOAT, TRUTH = 0, 1, 2
NAN = np.array(nan)


def number(value: float) -> Array:
    """A constant as numpy reads it fastest."""
    return np.array(value)


class SlotWriter:
    """Writes calls on slots. ``at`` tells in which slot each register stands, ``unknown`` where it is marked unknown."""

    def __init__(
        self,
        operations: Sequence[Operation],
        knowns: Sequence[Known],
        categories: Mapping[str, tuple[str, ...]],
        certify: bool,
    ) -> None:
        self.operations, self.knowns, self.categories, self.certify = operations, knowns, categories, certify
        self.calls: list[Call] = []
        self.kinds: list[int] = []
        self.at: dict[Register, int] = {}
        self.unknown: dict[Register, int] = {}
        self.codes: dict[str, int] = {}
        self.blocks: dict[Linear, tuple[int, tuple[Register, ...]]] = {}
        self.spare: dict[int, list[int]] = {FLOAT: [], TRUTH: []}
        self.one, self.two = self.slot(FLOAT), self.slot(FLOAT)
        self.mask, self.other = self.slot(TRUTH), self.slot(TRUTH)
        self.doubt = self.slot()

    # -- slots --------------------------------------------------------------------------------------------------------

    def slot(self, kind: int = STAYS) -> int:
        """A new slot: a buffer of its own, or one that is bound to a column or an output."""
        self.kinds.append(kind)
        return len(self.kinds) - 1

    def buffers(self, width: int) -> Slots:
        """The buffers of every slot, for chunks of ``width`` rows."""
        nothing = np.empty(width)
        kinds = {FLOAT: np.float64, TRUTH: np.bool_}
        return [np.empty(width, dtype=kinds[kind]) if kind in kinds else nothing for kind in self.kinds]

    def take(self, kind: int) -> int:
        """A buffer that is free."""
        return self.spare[kind].pop() if self.spare[kind] else self.slot(kind)

    def free(self, register: Register) -> None:
        """Give the buffers of a register back."""
        for found in (self.at, self.unknown):
            slot = found.get(register)
            if slot is not None and self.kinds[slot] != STAYS and slot not in self.spare[self.kinds[slot]]:
                self.spare[self.kinds[slot]].append(slot)

    def copy(self, source: int, target: int) -> None:
        """Copy one slot to another."""
        self.calls.append(lambda s: np.copyto(s[target], s[source]))

    def unknown_of(self, register: Register) -> int:
        """The slot that says in which rows a truth is unknown."""
        self.unknown[register] = self.take(TRUTH)
        return self.unknown[register]

    def call(self, ufunc: Callable[..., Any], target: int, *sources: int) -> None:
        """``ufunc`` of one or two slots into the target."""
        if len(sources) == 1:
            (only,) = sources
            self.calls.append(lambda s: ufunc(s[only], s[target]))
        else:
            left, right = sources
            self.calls.append(lambda s: ufunc(s[left], s[right], s[target]))

    def against(self, ufunc: Callable[..., Any], target: int, source: int, constant: float) -> None:
        """``source op constant`` into the target."""
        value = number(constant)
        self.calls.append(lambda s: ufunc(s[source], value, s[target]))

    def fill(self, target: int, constant: float) -> None:
        """Let a slot hold a constant."""
        self.calls.append(lambda s: s[target].fill(constant))

    def put(self, target: int, make: Callable[[Slots], Array]) -> None:
        """Let a slot hold a new array; where the slot is bound to an output, copy it there."""
        if self.kinds[target] == STAYS:
            self.calls.append(lambda s: np.copyto(s[target], make(s)))
        else:
            self.calls.append(lambda s: s.__setitem__(target, make(s)))

    def suspect(self, mask: int) -> None:
        """Add the rows of a mask to those in doubt."""
        doubt = self.doubt
        self.calls.append(lambda s: np.logical_or(s[doubt], s[mask], out=s[doubt]))

    def near(self, of: int, known: Known, threshold: Fraction) -> None:
        """Rows that lie within their error of a threshold are in doubt."""
        if not self.certify or not known.open_at(threshold):
            return
        at = near(threshold)
        self.against(np.subtract, self.one, of, at)
        self.call(np.abs, self.one, self.one)
        self.against(np.less_equal, self.mask, self.one, known.reach(abs(at)))
        self.suspect(self.mask)

    def blank(self, mask: int, target: int) -> None:
        """No value where the mask holds."""
        self.put(target, lambda s: np.where(s[mask], NAN, s[target]))

    def operand(self, operand: Operand) -> Callable[[Slots], Array]:
        """A way to read an operand."""
        if isinstance(operand, int):
            slot = self.at[operand]
            return lambda s: s[slot]
        constant = NAN if operand is None else number(near(operand))
        return lambda _: constant
