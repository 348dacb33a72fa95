"""How far a spreadsheet's number may be from the exact one, and how many decimals decide a tie as the contract means it.

A spreadsheet counts in doubles: an operation loses at most ``ROUNDOFF`` of its result. Besides it takes near for equal:
Excel compares 15 digits, LibreOffice 48 bits, both let a difference so small be 0, and ROUND and INT see as little.
``SNAP`` covers that. From there the rules are those of the vector reader: a value on a *grid* keeps a *gap* from every
threshold it does not meet, and where twice the error is below the gap, rounding to decimals between the two decides
even a tie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, exp, expm1, floor, inf, isfinite, log10

from ..nodes import (
    Arithmetic,
    Curve,
    Exp,
    Extreme,
    Group,
    IfElse,
    Name,
    Negate,
    Node,
    Number,
    Piece,
    Round,
)
from ..vector.bounds import Known, common, hull, kept, near, product_range, times

ROUNDOFF, SNAP = 2.0**-52, 2.0**-46
_CUT = 2.0**-49  # what a literal of more than 15 digits loses
_MOST_DECIMALS, _USUAL_DECIMALS, _LEAST_DECIMALS = 15, 9, -9
_MOST_EXPONENT = 700.0
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Decision:
    """A comparison or rounding that hangs on a tie, and how it is decided.

    What differs by less than half a unit of the ``decimals``-th decimal counts as equal; None: the numbers stand in
    their cells as exactly as they can, so they are compared as they are. ``certain``: that is right for all inputs in
    their ranges; ``nearby``: for inputs from half to twice what was measured; neither: for all but nearer misses.
    """

    decimals: int | None
    certain: bool
    nearby: bool = False

    @property
    def width(self) -> Fraction:
        """What differs by less counts as equal."""
        return ZERO if self.decimals is None else Fraction(1, 2) / Fraction(10) ** self.decimals


def typed(least: float, most: float, decimals: int) -> Known:
    """What is known of a number that is typed into a cell with at most so many decimals."""
    step = Fraction(1, 10**decimals)
    return Known(least, most, _stored(step, 1.0, max(abs(least), abs(most))), step)


def ratio(above: Known, below: Known) -> Known:
    """What is known of a quotient of two typed numbers."""
    return _quotient(above, below)


def compared(left: Node, right: Node, ranges: Sequence[Bounds]) -> Decision:
    """How the sign of ``left - right`` is decided; ``ranges`` are the whole one, the one nearby, and what was measured."""
    differences = [bounds.of(Arithmetic("-", left, right)) for bounds in ranges]
    size = min(
        max(differences[2].largest, 2.0**-20), 2.0**10
    )  # a quotient that nothing bounds is not as large as it could be
    likely = min(differences[2].error, 2.0**-30 * size)
    return _decided([*(each.error for each in differences[:2]), likely], [each.gap(ZERO) for each in differences])


def as_they_are(left: Node, right: Node, ranges: Sequence[Bounds]) -> Decision | None:
    """The same, where each side is the double nearest to its value and they differ by enough to be seen; else None."""
    seen = []
    for bounds in ranges[:2]:
        one, other = bounds.of(left), bounds.of(right)
        seen.append(SNAP * (one.largest + other.largest) < bounds.of(Arithmetic("-", left, right)).gap(ZERO))
    return Decision(None, seen[0], seen[1] and not seen[0]) if any(seen) else None


def rounded(units: Node, half: bool, ranges: Sequence[Bounds]) -> Decision:
    """How it is decided to which whole number ``units`` is rounded; ``half``: ties lie at halves, else at whole numbers."""
    knowns = [bounds.of(units) for bounds in ranges]
    grid = [common(common(known.step, Fraction(1, 2) if half else ZERO), Fraction(1)) for known in knowns]
    gaps = [
        0.0 if step is None else replace(known, step=step).gap(ZERO) for known, step in zip(knowns, grid, strict=True)
    ]
    reaches = [known.error + SNAP * (known.largest + 1) for known in knowns]
    return _decided([*reaches[:2], min(reaches[2], 2.0**-17)], gaps)


def _decided(reaches: Sequence[float], gaps: Sequence[float]) -> Decision:
    """The decimals that decide a tie in the whole range, else nearby, else all but nearer misses.

    ``reaches``: how far the numbers may be from the exact ones. The last is the likely one, kept below what would be
    a difference in its own right where nothing bounds it.
    """
    for index in (0, 1):
        decimals = _between(reaches[index], gaps[index])
        if decimals is not None:
            return Decision(decimals, index == 0, index == 1)
    return Decision(min(max(floor(-log10(8 * max(reaches[2], 1e-300))), _LEAST_DECIMALS), 12), False)


def _between(reach: float, gap: float) -> int | None:
    """Decimals of which half a unit lies between the reach and what the gap leaves beside it; None: there are none.

    Of several, those that leave the reach well behind and the gap as wide as can be: an input of more decimals than
    was foreseen is then still decided, unless it comes nearer.
    """
    if not isfinite(reach) or gap <= 2 * reach:
        return None
    fewest = max(floor(-log10(2 * (gap - reach))) + 1, _LEAST_DECIMALS)
    most = _USUAL_DECIMALS if not reach else min(floor(-log10(8 * reach)), _USUAL_DECIMALS)
    decimals = max(fewest, most)
    half = 0.5 * 10.0**-decimals
    return decimals if decimals <= _MOST_DECIMALS and reach < half * 0.999 and half < (gap - reach) * 0.999 else None


def _stored(step: Fraction | None, height: float, size: float) -> float:
    """The error of the double nearest to a multiple of ``step`` up to ``size``: 0 where it is held with bits to spare."""
    if not isfinite(size):
        return inf
    binary = step is not None and height == 1 and step.denominator & (step.denominator - 1) == 0
    return 0.0 if binary and step is not None and size * step.denominator < 1 / SNAP else ROUNDOFF * size


def _constant(value: Fraction) -> Known:
    size = near(value)
    error = _stored(kept(value), 1.0, abs(size))
    if max(abs(value.numerator), value.denominator) >= 10**15:
        error = _CUT * abs(size)
    return Known(size, size, error, kept(value))


def _sound(least: float, most: float, error: float, step: Fraction | None, height: float) -> Known:
    if not (isfinite(error) and isfinite(least) and isfinite(most)):
        return Known(-inf, inf, inf, step, height)
    return Known(least - error, most + error, error, step, height)


def _product(one: Known, other: Known) -> Known:
    step = None if one.step is None or other.step is None else kept(one.step * other.step)
    height = one.height * other.height
    least, most = product_range(one, other)
    size = max(abs(least), abs(most))
    carried = times(one.largest, other.error) + times(other.largest, one.error) + times(one.error, other.error)
    error = carried + ROUNDOFF * (size + carried) if carried else _stored(step, height, size)
    return _sound(least, most, error, step, height)


def _quotient(above: Known, below: Known) -> Known:
    step, height = None, 1.0
    if above.step is not None and below.step and isfinite(below.largest):
        step = kept(above.step / below.step)
        height = above.height * (below.largest * below.height / near(below.step)) * (1 + 2.0**-20)
    nearest = max(below.least, -below.most)
    if nearest <= 0:
        nearest = below.gap(ZERO)  # a denominator of 0 is refused, and the next is a gap away
    if nearest <= 2 * below.error or not isfinite(above.largest + nearest):
        return Known(-inf, inf, inf, step, height)
    corners = [sign * above.largest / (nearest - below.error) for sign in (-1, 1)]
    if below.least > 0 and above.least >= 0:
        corners = [max(0.0, above.least) / below.most, above.most / (nearest - below.error)]
    largest = max(map(abs, corners))
    error = (above.error + largest * below.error) / (nearest - below.error) + ROUNDOFF * largest
    return _sound(min(corners), max(corners), error, step, height)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known of formulas over ``names``; every decision in them taken to be right.

    ``snap``: what a difference may lose that is taken for 0. Left out (0) where only the likely error is asked.
    """

    names: Mapping[str, Known]
    snap: float = SNAP

    def of(self, node: Node) -> Known:
        """What is known of the number that a spreadsheet computes for ``node``."""
        match node:
            case Number(value=value):
                return _constant(value)
            case Name(id=id_):
                return self.names[id_]
            case Negate(of=of):
                return self._less(_constant(ZERO), self.of(of))
            case Arithmetic(op="*", left=left, right=right):
                return _product(self.of(left), self.of(right))
            case Arithmetic(op="/", left=left, right=right):
                return _quotient(self.of(left), self.of(right))
            case Arithmetic(op="-", left=left, right=right):
                return self._less(self.of(left), self.of(right))
            case Arithmetic(left=left, right=right):
                return self._plus(self.of(left), self.of(right))
            case Extreme(of=parts):
                return hull(self.of(part) for part in parts)
            case IfElse(then=then, otherwise=otherwise):
                return hull((self.of(then), self.of(otherwise)))
            case Curve(of=of, pieces=pieces):
                return self._curve(pieces, self.names[of.id])
            case Round(of=of, unit=unit):
                return _whole(self.of(of), unit)
            case Group():
                return self._group(node)
            case Exp(of=of):
                return _exp(self.of(of))
        return _constant(ZERO)  # no value, or a truth

    def _less(self, one: Known, other: Known) -> Known:
        return self._plus(one, replace(other, least=-other.most, most=-other.least))

    def _plus(self, one: Known, other: Known) -> Known:
        step, height, size = common(one.step, other.step), one.height * other.height, one.largest + other.largest
        carried = one.error + other.error
        error = carried + ROUNDOFF * (size + carried) if carried else _stored(step, height, size)
        least, most = one.least + other.least, one.most + other.most
        opposed = one.least < 0 < other.most or other.least < 0 < one.most
        if error and opposed and isfinite(size):
            # Only what is smaller than this is taken for 0, and the grid may hold nothing so small.
            lost = self.snap * size
            error += lost if Known(least, most, 0.0, step, height).gap(ZERO) <= 2 * (lost + error) else 0.0
        return _sound(least, most, error, step, height)

    def _curve(self, pieces: Sequence[Piece], of: Known) -> Known:
        found: list[Known] = []
        start = -inf
        for piece in pieces:
            end = inf if piece.upto is None else near(piece.upto)
            if piece.slope is not None and start <= of.most and end >= of.least:
                x = replace(of, least=min(max(of.least, start), of.most), most=max(min(of.most, end), of.least))
                sloped = _product(_constant(piece.slope), x) if piece.slope else _constant(ZERO)
                found.append(self._plus(sloped, _constant(piece.at_zero)) if piece.at_zero else sloped)
            start = end
        return hull(found) if found else _constant(ZERO)

    def _group(self, group: Group) -> Known:
        members = [self.names[name.id] for name in group.names]
        if group.kind == "count":
            return Known(0.0, float(len(members)), 0.0, Fraction(1))
        if group.kind in ("lowest", "highest"):
            return hull(members)
        weights = [self.of(weight) for weight in group.weights] or [_constant(Fraction(1))] * len(members)
        total = _constant(ZERO)
        for member, heft in zip(members, weights, strict=True):
            product = _product(member, heft) if group.weights else member
            total = self._plus(total, _or_none(product))
        if group.kind == "total":
            return total
        whole = self.weight(group)
        least = min((heft.least for heft in weights if heft.least > 0), default=0.0)
        positive = all(heft.least >= -2 * heft.error for heft in weights)
        mean = _quotient(total, replace(whole, least=least if positive else whole.least))
        if positive and isfinite(mean.error):
            ends = hull(members)
            return replace(mean, least=ends.least - mean.error, most=ends.most + mean.error)
        return mean

    def weight(self, group: Group) -> Known:
        """What is known of the sum of the weights of those present; any may be absent."""
        whole = _constant(ZERO)
        for weight in group.weights or [Number(Fraction(1))] * len(group.names):
            whole = self._plus(whole, _or_none(self.of(weight)))
        return whole


def weighed(group: Group, ranges: Sequence[Bounds]) -> Decision:
    """How it is decided whether anything in a group has a weight."""
    knowns = [bounds.weight(group) for bounds in ranges]
    errors = [known.error for known in knowns]
    return _decided([*errors[:2], min(errors[2], 2.0**-30)], [known.gap(ZERO) for known in knowns])


def _or_none(known: Known) -> Known:
    return replace(known, least=min(known.least, 0.0), most=max(known.most, 0.0))


def _whole(of: Known, unit: Fraction) -> Known:
    """What is known of ``of`` rounded to ``unit``."""
    size = near(unit)
    if not isfinite(of.largest / size):
        return Known(-inf, inf, inf, unit)
    least, most = (floor(of.least / size) - 1) * size, (ceil(of.most / size) + 1) * size
    return Known(least, most, _stored(unit, 1.0, max(abs(least), abs(most))), unit)


def _exp(of: Known) -> Known:
    if not of.most < _MOST_EXPONENT or not of.error < 1:
        return Known(0.0, inf, inf)
    most = exp(of.most)
    return _sound(0.0, most, most * (2 * expm1(of.error) + 16 * ROUNDOFF), None, 1.0)
