"""The running reader: every value with its own error and denominator, row by row, for rows the tape leaves in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from .analysis import gathered_total, gathered_weight
from .bounds import ROUNDOFF, TINY, Known, linear_error, near, product_error, quotient_error
from .columns import Codes, Column, Floats, Truths
from .operations import (
    Absent,
    Among,
    Choice,
    Extremes,
    Gather,
    Given,
    Joined,
    Limited,
    Linear,
    Operation,
    Opposite,
    Pieces,
    Power,
    Product,
    Quotient,
    Register,
    Rounded,
    Test,
    TruthChoice,
    reads,
)
from .rows import INF, Ran, RanTruth, Result
from .running_truths import TruthRows


class Running(TruthRows):
    """Runs the ``needed`` operations of a plan over the columns of some rows; ``results`` holds every register."""

    def __init__(
        self,
        operations: Sequence[Operation],
        knowns: Sequence[Known],
        needed: Sequence[Register],
        given: tuple[Mapping[str, Column], Mapping[str, Codes]],
        rows: int,
    ) -> None:
        super().__init__(operations, knowns, given, rows)
        with np.errstate(all="ignore"):
            for register in needed:
                self.at, operation = register, operations[register]
                result = _READERS[type(operation)](self, operation)
                self.results[register] = self._carried(operation, result)

    def _carried(self, operation: Operation, result: Result) -> Result:
        """A missing value is certain, but nothing is known of what rests on something of which nothing is known."""
        if isinstance(result, RanTruth):
            return result
        gone = np.isnan(result.value)
        error = np.where(np.isnan(result.error), np.where(gone, 0.0, INF), result.error)
        error = np.where(gone & (error != INF), 0.0, error)
        if not isinstance(operation, Choice | Given):
            for register in reads(operation):
                part = self.results[register]
                assert isinstance(part, Ran), operation
                error = np.where(part.error == INF, INF, error)
        return Ran(result.value, error, result.height)

    # -- numbers ------------------------------------------------------------------------------------------------------

    def given(self, operation: Given) -> Ran:
        """A column, with the error that reading its numbers as floats may have made."""
        column = self.columns[operation.name]
        value = column.values
        error = column.roundoff * np.abs(value) + (TINY if column.roundoff else 0.0)
        below = self.full(1.0) if column.denominators is None else column.denominators.astype(np.float64)
        return Ran(value, error, below)

    def linear(self, operation: Linear) -> Ran:
        """A constant and numbers times constants, summed, with the error of every product and sum."""
        constant = near(operation.constant)
        value, height = self.full(constant), self.full(1.0)
        parts: list[tuple[float, Floats, Floats]] = []
        for factor, of in operation.terms:
            part, size = self.number(of), near(factor)
            value = value + size * part.value
            if factor:
                height = height * part.height
            parts.append((abs(size), np.abs(part.value), part.error))
        exact = not self.knowns[self.at].error
        return Ran(value, self.full(0.0) + linear_error(parts, constant, len(parts), exact), height)

    def product(self, operation: Product) -> Ran:
        """Two numbers multiplied; the error grows by each times the other."""
        left, right = self.number(operation.left), self.number(operation.right)
        value, height = left.value * right.value, left.height * right.height
        exact = not self.knowns[self.at].error
        error = product_error(np.abs(left.value), left.error, np.abs(right.value), right.error, exact)
        return Ran(value, error, height)

    def quotient(self, operation: Quotient) -> Ran:
        """A number divided by another; rows where the divisor may be zero are lost to the exact reader."""
        above, below = self.number(operation.above), self.number(operation.below)
        return self.divided(above, below, self.knowns[operation.below].step)

    def divided(self, above: Ran, below: Ran, step: Fraction | None) -> Ran:
        """A quotient with its error; where the denominator may be zero nothing is known."""
        size, value = np.abs(below.value), above.value / below.value
        error = quotient_error(np.abs(value), above.error, size, below.error)
        error = np.where(size > below.error, error, INF)
        # A denominator that is missing gives no value, whatever it would have been.
        error = np.where(np.isnan(below.value) | np.isnan(above.value), 0.0, error)
        steps = (size + below.error) * below.height / near(step) * (1 + 2.0**-20) if step else self.full(INF)
        return Ran(value, error, above.height * steps)

    def limited(self, operation: Limited) -> Ran:
        """A number held between two constants, its error kept where it is not held."""
        of, known = self.number(operation.of), self.knowns[operation.of]
        value, error, height = of.value, of.error, of.height
        for limit, sign in ((operation.least, 1.0), (operation.most, -1.0)):
            if limit is None:
                continue
            stands = self.constant(limit)
            past = sign * (stands.value - of.value)
            sure = past > of.error + 2 * stands.error + ROUNDOFF * np.abs(of.value)
            # A tie stands on the limit itself.
            half = self.gap(of, known, limit) / 2
            tie = (np.abs(past) < half) & (of.error + 4 * ROUNDOFF * np.abs(stands.value) + TINY < half)
            value = np.where(past > 0, stands.value, value)
            on_it = sure | tie
            value = np.where(tie, stands.value, value)
            close = past > -of.error - 2 * stands.error
            error = np.where(on_it, stands.error, np.where(close, of.error + stands.error, error))
            height = np.where(on_it, 1.0, height)
        return Ran(value, error, height)

    def extremes(self, operation: Extremes) -> Ran:
        """The smaller or the larger of two numbers, in doubt where their errors overlap and it matters."""
        left, right = self.number(operation.left), self.number(operation.right)
        sign = 1.0 if operation.most else -1.0
        ahead = sign * (left.value - right.value)
        slack = left.error + right.error + ROUNDOFF * (np.abs(left.value) + np.abs(right.value))
        value = (np.maximum if operation.most else np.minimum)(left.value, right.value)
        error = np.where(
            ahead > slack, left.error, np.where(-ahead > slack, right.error, np.maximum(left.error, right.error))
        )
        height = np.where(
            ahead > slack, left.height, np.where(-ahead > slack, right.height, np.maximum(left.height, right.height))
        )
        return Ran(value, error, height)

    def pieces(self, operation: Pieces) -> Ran:
        """A curve: the piece each row lies on, in doubt where the row lies within its error of a corner that jumps."""
        of, known = self.number(operation.of), self.knowns[operation.of]
        doubt = np.zeros(self.rows, dtype=np.bool_)
        found = self.part(of, operation, 0)
        for index, part in enumerate(operation.parts[1:], 1):
            assert part.start is not None
            there, open_ = self.from_on(of, known, part.start, above=not part.closed)
            this = self.part(of, operation, index)
            found = _either(there, this, found)
            doubt |= open_
        value = np.where(np.isnan(of.value), np.nan, found.value)
        return Ran(value, np.where(doubt, INF, found.error), np.where(doubt, INF, found.height))

    def part(self, of: Ran, operation: Pieces, index: int) -> Ran:
        """The line of a part of a curve, at every row."""
        part = operation.parts[index]
        if not part.slope:
            return self.operand(None if part.slope is None else part.at_zero)
        slope, constant = near(part.slope), near(part.at_zero)
        error = linear_error([(abs(slope), np.abs(of.value), of.error)], constant, 1)
        return Ran(slope * of.value + constant, error, of.height)

    def rounded(self, operation: Rounded) -> Ran:
        """A number rounded to a unit, in doubt where its error reaches the edge of rounding."""
        of, known, how = self.number(operation.of), self.knowns[operation.of], operation.how
        halves = how.startswith("half")
        half = self.gap(of, known, Fraction(1, 2) if halves else Fraction(1)) / 2
        slack = of.error + 4 * ROUNDOFF * (np.abs(of.value) + 1) + TINY
        decided = slack < half
        shift = np.where(decided, half, 0.0)
        whole = _round(of.value, how, shift)
        middle = of.value + 0.5 if halves else of.value
        turn = np.rint(middle)
        away = np.abs(middle - turn)
        if how == "toward_zero":
            # Zero is no turn: there the next is a whole unit off.
            away = np.where(turn == 0, 1 - away, away)
        near_turn = away <= slack
        size = np.abs(of.value)
        exact = (of.error == 0) & (size < 2.0**50)
        if halves:
            exact &= (middle - 0.5 == of.value) & ((size + 0.5) - 0.5 == size)
        open_ = near_turn & ~decided & ~exact
        error = np.where(open_, of.error + 1.0, 0.0)
        error = np.where(of.error >= 2.0**40, INF, error)
        return Ran(whole, error, self.full(1.0))

    def choice(self, operation: Choice) -> Ran:
        """One branch or the other by a truth, with its error and its doubt."""
        test = self.truth(operation.test)
        then, otherwise = self.operand(operation.then), self.operand(operation.otherwise)
        found = _either(test.holds, then, otherwise)
        value = np.where(test.unknown, np.nan, found.value)
        error = np.where(test.unknown, 0.0, found.error)
        # Undecided: no further off than the two branches are apart, where both have a value.
        apart = np.abs(then.value - otherwise.value) + np.maximum(then.error, otherwise.error)
        neither = np.isnan(then.value) & np.isnan(otherwise.value) & (then.error == 0) & (otherwise.error == 0)
        apart = np.where(np.isnan(apart), INF, apart * (1 + 2.0**-30))
        error = np.where(test.doubt, np.where(neither, 0.0, apart), error)
        error = np.where(test.lost, INF, error)
        height = np.where(test.doubt, np.maximum(then.height, otherwise.height), found.height)
        return Ran(value, error, height)

    def power(self, operation: Power) -> Ran:
        """e to the power of a number, with the error of both."""
        of = self.number(operation.of)
        value = np.exp(of.value)
        error = value * (np.expm1(np.minimum(of.error, 1.0)) * (1 + 2.0**-20) + 16 * ROUNDOFF) + TINY
        fine = (of.error < 1) & (np.abs(of.value) < 700)
        return Ran(value, np.where(fine, error, INF), self.full(INF))

    # -- groups -------------------------------------------------------------------------------------------------------

    def gather(self, operation: Gather) -> Ran:
        """A mean, total, lowest, highest or count of the members that are present in each row."""
        members = [self.number(member) for member in operation.members]
        gone = [np.isnan(member.value) for member in members]
        count = self.full(float(len(members))) - sum(each.astype(np.float64) for each in gone)
        if operation.kind == "count":
            return Ran(count, self.full(0.0), self.full(1.0))
        if operation.kind in ("lowest", "highest"):
            found = self._furthest(operation.kind == "highest", members, gone)
        else:
            found = self._weighed(operation, members, gone, count)
        value = np.where(count < operation.at_least, np.nan, found.value)
        return Ran(value, found.error, found.height)

    def _furthest(self, most: bool, members: list[Ran], gone: list[Truths]) -> Ran:
        value, error, height = members[0].value, members[0].error, members[0].height
        for member, absent in zip(members[1:], gone[1:], strict=True):
            none_yet = np.isnan(value)
            error = np.where(none_yet, member.error, np.where(absent, error, np.maximum(error, member.error)))
            height = np.where(none_yet, member.height, np.where(absent, height, np.maximum(height, member.height)))
            value = (np.fmax if most else np.fmin)(value, member.value)
        return Ran(value, error, height)

    def _weighed(self, operation: Gather, members: list[Ran], gone: list[Truths], count: Floats) -> Ran:
        total, total_height = self.full(0.0), self.full(1.0)
        whole, whole_height = self.full(0.0), self.full(1.0)
        exact = not gathered_total(operation, self.knowns).error
        parts: list[tuple[float, Floats, Floats]] = []
        hefts: list[tuple[float, Floats, Floats]] = []
        for member, absent, operand in zip(members, gone, operation.weights, strict=True):
            weight = self.operand(operand)
            value = np.where(absent, 0.0, member.value * weight.value)
            sizes = np.abs(member.value), member.error, np.abs(weight.value), weight.error
            error = product_error(*sizes, exact)
            parts.append((1.0, np.abs(value), np.where(absent, 0.0, error)))
            hefts.append((1.0, np.where(absent, 0.0, np.abs(weight.value)), np.where(absent, 0.0, weight.error)))
            total = total + value
            whole = whole + np.where(absent, 0.0, weight.value)
            total_height = total_height * np.where(absent, 1.0, member.height * weight.height)
            whole_height = whole_height * np.where(absent, 1.0, weight.height)
        above = Ran(total, self.full(0.0) + linear_error(parts, 0.0, len(parts), exact), total_height)
        if operation.kind == "total":
            return above
        known = gathered_weight(operation, self.knowns)
        error = linear_error(hefts, 0.0, len(hefts), not known.error)
        return self._mean(above, Ran(whole, self.full(0.0) + error, whole_height), known, count)

    def _mean(self, above: Ran, below: Ran, known: Known, count: Floats) -> Ran:
        """The mean; no value where the weights sum to nothing, which their grid decides where it can."""
        there, open_ = self.from_on(below, known, Fraction(0), above=False)
        beyond, open_above = self.from_on(below, known, Fraction(0), above=True)
        nothing = (there & ~beyond) | (count == 0)
        found = self.divided(above, below, known.step)
        doubt = (open_ | open_above) & (count != 0)
        error = np.where(nothing, 0.0, found.error)
        return Ran(np.where(nothing, np.nan, found.value), np.where(doubt, INF, error), found.height)


def _either(test: Truths, then: Ran, otherwise: Ran) -> Ran:
    """Row by row the one or the other."""
    return Ran(
        np.where(test, then.value, otherwise.value),
        np.where(test, then.error, otherwise.error),
        np.where(test, then.height, otherwise.height),
    )


def _round(value: Floats, how: str, shift: Floats) -> Floats:
    """Whole numbers; ``shift`` takes a value that is exactly on a turn across it."""
    match how:
        case "floor":
            return np.floor(value + shift)
        case "ceil":
            return np.ceil(value - shift)
        case "toward_zero":
            return np.copysign(np.floor(np.abs(value) + shift), value)
        case "away_from_zero":
            return np.copysign(np.ceil(np.abs(value) - shift), value)
        case "half_away_from_zero":
            return np.copysign(np.floor(np.abs(value) + (0.5 + shift)), value)
    up = np.floor(value + (0.5 + shift))
    tie = (np.abs(up - value - 0.5) < shift) & (np.mod(up, 2.0) == 1.0)
    even: Floats = np.where(shift > 0, up - tie, np.rint(value))
    return even


_READERS: dict[type[Operation], Callable[..., Result]] = {
    Given: Running.given,
    Linear: Running.linear,
    Product: Running.product,
    Quotient: Running.quotient,
    Limited: Running.limited,
    Extremes: Running.extremes,
    Pieces: Running.pieces,
    Rounded: Running.rounded,
    Choice: Running.choice,
    Gather: Running.gather,
    Power: Running.power,
    Test: Running.test,
    Absent: Running.absent,
    Among: Running.among,
    Opposite: Running.opposite,
    Joined: Running.joined,
    TruthChoice: Running.truth_choice,
}
