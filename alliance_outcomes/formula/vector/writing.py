"""Operations written as numpy calls: which ufunc, on which slots, and where a row may come out wrong."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf, isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .analysis import gathered_weight, operand_known
from .bounds import Known, near
from .operations import (
    TRUTHS,
    Choice,
    Extremes,
    Gather,
    Limited,
    Linear,
    Operand,
    Pieces,
    Power,
    Product,
    Quotient,
    Register,
    Rounded,
)
from .slots import FLOAT, NAN, Slots, number
from .truths import TruthWriter

HALF = Fraction(1, 2)


class Writer(TruthWriter):
    """Writes calls for one operation after another; with ``certify`` each marks the rows it leaves in doubt."""

    def write(self, register: Register, output: int | None) -> None:
        """Write the calls that compute a register, into ``output`` where it is wanted there."""
        operation = self.operations[register]
        if isinstance(operation, TRUTHS):
            self.truth(register, operation)
            return
        target = self.take(FLOAT) if output is None else output
        self.at[register] = target
        match operation:
            case Linear():
                self._linear(operation, target)
            case Product(left=left, right=right):
                self.call(np.multiply, target, self.at[left], self.at[right])
            case Quotient(above=above, below=below):
                self.call(np.divide, target, self.at[above], self.at[below])
                self._divisor(self.at[below], self.knowns[below])
            case Limited(of=of, least=least, most=most):
                self._limited(self.at[of], least, most, target)
            case Extremes(most=most_of, left=left, right=right):
                self._furthest(np.maximum if most_of else np.minimum, target, self.at[left], self.at[right])
            case Pieces(of=of):
                self._pieces(operation, target)
            case Rounded(of=of, how=how):
                self._rounded(self.at[of], self.knowns[of], how, target)
            case Choice():
                self._choice(operation, target)
            case Gather():
                self._gather(operation, target)
            case _:
                assert isinstance(operation, Power), operation
                self.call(np.exp, target, self.at[operation.of])

    # -- numbers ------------------------------------------------------------------------------------------------------

    def _linear(self, linear: Linear, target: int) -> None:
        """Registers with the same coefficient are summed before they are multiplied."""
        groups: dict[float, list[tuple[bool, int]]] = {}
        block, members_of = self.blocks.get(linear, (-1, ()))
        for factor, register in linear.terms:
            if register not in members_of:
                groups.setdefault(abs(near(factor)), []).append((factor < 0, self.at[register]))
        constant = near(linear.constant)
        current = -1
        if members_of:
            factors = {register: near(factor) for factor, register in linear.terms}
            weights = np.array([factors[register] for register in members_of])
            self.calls.append(lambda s: np.einsum("i,ij->j", weights, s[block], out=s[target]))
            current = target
        for size, members in sorted(groups.items(), key=lambda group: group[0] != 1):
            ordered = sorted(members)
            if size == 1:
                current = self._add(ordered, current, target)
                continue
            place = self.one if current == target else target
            negative = ordered[0][0]
            source = self._add([(minus != negative, slot) for minus, slot in ordered], -1, place)
            self.against(np.multiply, place, source, -size if negative else size)
            if current >= 0:
                self.call(np.add, target, current, place)
            current = target
        if current < 0:
            self.fill(target, constant)
        elif constant:
            self.against(np.add, target, current, constant)
        elif current != target:
            self.copy(current, target)

    def _add(self, members: list[tuple[bool, int]], current: int, place: int) -> int:
        """Add signed slots, one after another, to a current one; where the sum stands (a lone member stays put)."""
        for minus, slot in members:
            if current >= 0:
                self.call(np.subtract if minus else np.add, place, current, slot)
                current = place
            elif minus:
                self.call(np.negative, place, slot)
                current = place
            else:
                current = slot
        return current

    def _limited(self, of: int, least: Fraction | None, most: Fraction | None, target: int) -> None:
        low = number(-inf if least is None else near(least))
        high = number(inf if most is None else near(most))
        self.calls.append(lambda s: s[of].clip(low, high, s[target]))

    def _furthest(self, ufunc: Callable[..., Any], target: int, left: int, right: int) -> None:
        """The least or most of two slots; these ufuncs want their output by name."""
        self.calls.append(lambda s: ufunc(s[left], s[right], out=s[target]))

    def _divisor(self, below: int, known: Known) -> None:
        """Rows that may divide by zero are in doubt."""
        if max(known.least, -known.most) > known.error:
            return
        mask, one = self.mask, self.one
        self.call(np.abs, one, below)
        self.against(np.less_equal, mask, one, known.error if self.certify or isfinite(known.error) else 0.0)
        self.suspect(mask)

    def _pieces(self, curve: Pieces, target: int) -> None:
        of, known = self.at[curve.of], self.knowns[curve.of]
        self._part(curve, 0, of, target)
        for index, part in enumerate(curve.parts[1:], 1):
            assert part.start is not None
            cut = known.cut(part.start, above=not part.closed)
            if self._jumps(curve, index):
                self.near(of, known, part.start)
            self._part(curve, index, of, self.two)
            self.against(np.greater_equal, self.mask, of, cut)
            self._pick(self.mask, self.two, target, target)
        if known.missing:
            self.call(np.isnan, self.mask, of)
            self.blank(self.mask, target)

    @staticmethod
    def _jumps(curve: Pieces, index: int) -> bool:
        before, after = curve.parts[index - 1], curve.parts[index]
        if before.slope is None or after.slope is None or after.start is None:
            return True
        return (before.slope - after.slope) * after.start + before.at_zero != after.at_zero

    def _part(self, curve: Pieces, index: int, of: int, target: int) -> None:
        part = curve.parts[index]
        if not part.slope:
            self.fill(target, nan if part.slope is None else near(part.at_zero))
            return
        self.against(np.multiply, target, of, near(part.slope))
        if part.at_zero:
            self.against(np.add, target, target, near(part.at_zero))

    def _pick(self, mask: int, then: int, otherwise: int, target: int) -> None:
        self.put(target, lambda s: np.where(s[mask], s[then], s[otherwise]))

    def _choice(self, choice: Choice, target: int) -> None:
        test = self.at[choice.test]
        then, otherwise = self.operand(choice.then), self.operand(choice.otherwise)
        self.put(target, lambda s: np.where(s[test], then(s), otherwise(s)))
        if choice.test in self.unknown:
            self.blank(self.unknown[choice.test], target)

    # -- rounding -----------------------------------------------------------------------------------------------------

    def _rounded(self, of: int, known: Known, how: str, target: int) -> None:
        halves = how.startswith("half")
        tie = HALF if halves else Fraction(1)
        size = known.largest + 1
        decided = known.decides(tie, size)
        half_gap = known.gap(tie) / 2 if decided else 0.0
        if self.certify and not decided:
            self._near_tie(of, halves, known.reach(size))
        if how == "half_even":
            self._half_even(of, half_gap, target)
            return
        up = how in ("ceil", "away_from_zero")
        shift = (-half_gap if up else half_gap) + (0.5 if halves else 0.0)
        signed = how in ("half_away_from_zero", "toward_zero", "away_from_zero") and known.least < 0
        if signed:
            self.call(np.abs, self.one, of)
            self._shifted(self.one, shift, np.ceil if up else np.floor, target)
            self.call(np.copysign, target, target, of)
        else:
            self._shifted(of, shift, np.ceil if up else np.floor, target)

    def _shifted(self, of: int, shift: float, ufunc: Callable[..., Any], target: int) -> None:
        if shift:
            self.against(np.add, target, of, shift)
        self.call(ufunc, target, target if shift else of)

    def _near_tie(self, of: int, halves: bool, reach: float) -> None:
        """Rows that lie within their error of where the rounding turns are in doubt."""
        one, two = self.one, self.two
        if halves:
            self.against(np.add, one, of, 0.5)
        source = one if halves else of
        self.call(np.rint, two, source)
        self.call(np.subtract, one, source, two)
        self.call(np.abs, one, one)
        self.against(np.less_equal, self.mask, one, reach)
        self.suspect(self.mask)

    def _half_even(self, of: int, half_gap: float, target: int) -> None:
        if not half_gap:
            self.call(np.rint, target, of)
            return

        def even(s: Slots) -> None:
            up = np.floor(s[of] + (0.5 + half_gap))
            tie = (np.abs(up - s[of] - 0.5) < half_gap) & (np.mod(up, 2.0) == 1.0)
            np.subtract(up, tie, out=s[target])

        self.calls.append(even)

    # -- groups -------------------------------------------------------------------------------------------------------

    def _gather(self, gather: Gather, target: int) -> None:
        members = [(self.at[member], self.knowns[member].missing) for member in gather.members]
        at_least = gather.at_least
        if gather.kind == "count":
            self.put(target, lambda s: _present(s, members).astype(np.float64))
            return
        if gather.kind in ("lowest", "highest"):
            ufunc = np.fmin if gather.kind == "lowest" else np.fmax
            self.copy(members[0][0], target)
            for slot, _ in members[1:]:
                self._furthest(ufunc, target, target, slot)
            if at_least > 1:
                self._enough(members, at_least, target)
            return
        whole = gather.kind == "mean"
        weight = self.take(FLOAT) if whole else -1
        self.fill(target, 0.0)
        if whole:
            self.fill(weight, 0.0)
        for (slot, maybe), operand in zip(members, gather.weights, strict=True):
            self._weigh(slot, maybe, operand, target, weight)
        if whole:
            self.call(np.divide, target, target, weight)
            if any(operand_known(each, self.knowns).least <= 0 for each in gather.weights):
                self._zero_weight(gather, weight, target)
            self.spare[FLOAT].append(weight)
        least = max(at_least, 1) if whole else at_least
        if least > 0:
            self._enough(members, least, target)

    def _weigh(self, slot: int, maybe: bool, operand: Operand, total: int, weight: int) -> None:
        """Add weight x member to the total, and the weight to the weights, where the member is present."""
        one, mask = self.one, self.mask
        zero = number(0.0)
        read = self.operand(operand)
        bare = operand == 1 and not isinstance(operand, int)
        if not maybe:
            self.calls.append(
                lambda s: np.add(s[total], s[slot] if bare else np.multiply(s[slot], read(s), out=s[one]), out=s[total])
            )
            if weight >= 0:
                self.calls.append(lambda s: np.add(s[weight], read(s), out=s[weight]))
            return

        def add(s: Slots) -> None:
            np.isnan(s[slot], out=s[mask])
            present = np.where(s[mask], zero, s[slot])
            if not bare:
                np.multiply(present, read(s), out=present)
            np.add(s[total], present, out=s[total])
            if weight >= 0:
                np.add(s[weight], np.where(s[mask], zero, read(s)), out=s[weight])

        self.calls.append(add)

    def _zero_weight(self, gather: Gather, weight: int, target: int) -> None:
        """No value where the weights of those present sum to nothing."""
        known = gathered_weight(gather, self.knowns)
        if known.least > known.error:
            return
        decided = known.decides(Fraction(0))
        bound = known.gap(Fraction(0)) / 2 if known.error and decided else 0.0
        self.call(np.abs, self.one, weight)
        if self.certify and known.error and not decided:
            self.against(np.less_equal, self.mask, self.one, known.error)
            self.suspect(self.mask)
        self.against(np.less_equal, self.mask, self.one, bound)
        self.blank(self.mask, target)

    def _enough(self, members: list[tuple[int, bool]], at_least: int, target: int) -> None:
        if sum(not maybe for _, maybe in members) >= at_least:
            return
        self.put(target, lambda s: np.where(_present(s, members) < at_least, NAN, s[target]))


def _present(s: Slots, members: list[tuple[int, bool]]) -> NDArray[np.int64]:
    """How many members have a value, by row."""
    count = np.full(len(s[members[0][0]]), len(members), dtype=np.int64)
    for slot, maybe in members:
        if maybe:
            count -= np.isnan(s[slot])
    return count
