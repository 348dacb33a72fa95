"""How far a spreadsheet's number may be from the exact one, and how many decimals decide a tie as the contract means it.

A spreadsheet counts in doubles and then takes near for equal: Excel compares 15 digits, LibreOffice 48 bits, and both
let a difference so small be 0. ``UNIT`` covers it all: no operation loses more than 2**-46 of its operands. From there
the rules are those of the vector reader: a value on a *grid* keeps a *gap* from every threshold it does not meet, and
where twice the error is below the gap, rounding the difference to decimals between the two decides even a tie.
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

UNIT = 2.0**-46
_MOST_DECIMALS, _LEAST_DECIMALS = 15, -9
_MOST_EXPONENT = 700.0
ZERO = Fraction(0)
NOTHING_KNOWN = Known(-inf, inf, inf)

Knowns = Mapping[str, Known]


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
    size = max(abs(least), abs(most))
    step = Fraction(1, 10**decimals)
    return Known(least, most, _stored(step, 1.0, size), step)


def ratio(above: Known, below: Known) -> Known:
    """What is known of a quotient of two typed numbers."""
    return _quotient(above, below)


def decide(of: Known, nearby: Known, threshold: Fraction, every: Fraction | None = None) -> Decision:
    """How to decide whether ``of`` lies at ``threshold``, or at it plus any multiple of ``every``.

    ``nearby`` is the same number for inputs near those measured: it decides where the whole range is too wide.
    """
    for known, certain in ((of, True), (nearby, False)):
        reach, gap = _reach(known, threshold), _gap(known, threshold, every)
        decimals = _between(reach, gap)
        if decimals is not None:
            return Decision(decimals, certain, not certain)
    reach = _reach(nearby, threshold)
    if not isfinite(reach):
        reach = UNIT * 2**10
    return Decision(max(min(floor(-log10(8 * reach)), 12), _LEAST_DECIMALS), False)


def as_they_are(difference: Known) -> bool:
    """Whether two numbers, each the double nearest to its exact value, differ by enough to be seen where they differ."""
    return 2 * UNIT * difference.largest < difference.gap(ZERO)


def _reach(known: Known, threshold: Fraction) -> float:
    """How far the number that is rounded may be from the exact one."""
    return known.error + UNIT * (known.largest + abs(near(threshold)))


def _gap(known: Known, threshold: Fraction, every: Fraction | None) -> float:
    """By how much the exact value differs at least from the thresholds it does not meet."""
    if every is None:
        return known.gap(threshold)
    step = common(common(known.step, threshold), every)
    return 0.0 if step is None else replace(known, step=step).gap(ZERO)


def _between(reach: float, gap: float) -> int | None:
    """The fewest decimals of which half a unit lies between the reach and what the gap leaves beside it; None: none do."""
    if not isfinite(reach) or gap <= 2 * reach:
        return None
    decimals = max(floor(-log10(2 * (gap - reach))) + 1, _LEAST_DECIMALS)
    half = 0.5 * 10.0**-decimals
    return decimals if decimals <= _MOST_DECIMALS and reach < half * 0.999 and half < (gap - reach) * 0.999 else None


def known_of(node: Node, names: Knowns) -> Known:
    """What is known of the number that a spreadsheet computes for ``node``; every decision in it taken to be right."""
    match node:
        case Number(value=value):
            return _constant(value)
        case Name(id=id_):
            return names[id_]
        case Negate(of=of):
            inner = known_of(of, names)
            return replace(inner, least=-inner.most, most=-inner.least)
        case Arithmetic(op=op, left=left, right=right):
            return _arithmetic(op, known_of(left, names), known_of(right, names))
        case Extreme(of=parts):
            return hull(known_of(part, names) for part in parts)
        case IfElse(then=then, otherwise=otherwise):
            return hull((known_of(then, names), known_of(otherwise, names)))
        case Curve(of=of, pieces=pieces):
            return _curve(pieces, names[of.id])
        case Round(of=of, unit=unit):
            return _rounded(known_of(of, names), unit)
        case Group():
            return _group(node, names)
        case Exp(of=of):
            return _exp(known_of(of, names))
    return Known(0.0, 0.0, 0.0, ZERO)  # no value, or a truth


def difference(left: Known, right: Known) -> Known:
    """What is known of a difference."""
    return _arithmetic("-", left, right)


def _stored(step: Fraction | None, height: float, size: float) -> float:
    """The error of the double nearest to a multiple of ``step`` up to ``size``: 0 where it is held with bits to spare."""
    if not isfinite(size):
        return inf
    binary = step is not None and height == 1 and step.denominator & (step.denominator - 1) == 0
    if binary and step is not None and size * step.denominator < 1 / UNIT:
        return 0.0
    return UNIT * size


def _constant(value: Fraction) -> Known:
    size = near(value)
    return Known(size, size, _stored(kept(value), 1.0, abs(size)), kept(value))


def _sound(least: float, most: float, error: float, step: Fraction | None, height: float) -> Known:
    if not (isfinite(error) and isfinite(least) and isfinite(most)):
        return Known(-inf, inf, inf, step, height)
    return Known(least - error, most + error, error, step, height)


def _arithmetic(op: str, one: Known, other: Known) -> Known:
    if op == "/":
        return _quotient(one, other)
    if op == "*":
        step = None if one.step is None or other.step is None else kept(one.step * other.step)
        height = one.height * other.height
        least, most = product_range(one, other)
        error = times(one.largest, other.error) + times(other.largest, one.error) + times(one.error, other.error)
        error += _stored(step, height, max(abs(least), abs(most))) if not one.error and not other.error else 0.0
        error += UNIT * times(one.largest, other.largest) if one.error or other.error else 0.0
        return _sound(least, most, error, step, height)
    if op == "-":
        other = replace(other, least=-other.most, most=-other.least)
    step, height, size = common(one.step, other.step), one.height * other.height, one.largest + other.largest
    carried = one.error + other.error
    error = carried + UNIT * size if carried else _stored(step, height, size)
    return _sound(one.least + other.least, one.most + other.most, error, step, height)


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
    error = (above.error + largest * below.error) / (nearest - below.error) + UNIT * largest
    return _sound(min(corners), max(corners), error, step, height)


def _curve(pieces: Sequence[Piece], of: Known) -> Known:
    found: list[Known] = []
    start = -inf
    for piece in pieces:
        end = inf if piece.upto is None else near(piece.upto)
        if piece.slope is not None and start <= of.most and end >= of.least:
            x = replace(of, least=min(max(of.least, start), of.most), most=max(min(of.most, end), of.least))
            sloped = _arithmetic("*", _constant(piece.slope), x) if piece.slope else _constant(ZERO)
            found.append(_arithmetic("+", sloped, _constant(piece.at_zero)))
        start = end
    return hull(found) if found else _constant(ZERO)


def _rounded(of: Known, unit: Fraction) -> Known:
    size = near(unit)
    if not isfinite(of.largest):
        return Known(-inf, inf, inf, unit)
    least, most = (floor(of.least / size) - 1) * size, (ceil(of.most / size) + 1) * size
    return Known(least, most, _stored(unit, 1.0, max(abs(least), abs(most))), unit)


def _group(group: Group, names: Knowns) -> Known:
    members = [names[name.id] for name in group.names]
    if group.kind == "count":
        return Known(0.0, float(len(members)), 0.0, Fraction(1))
    if group.kind in ("lowest", "highest"):
        return hull(members)
    weights = [known_of(weight, names) for weight in group.weights] or [_constant(Fraction(1))] * len(members)
    total = weight = _constant(ZERO)
    for member, heft in zip(members, weights, strict=True):
        product = _arithmetic("*", member, heft) if group.weights else member
        maybe_none = replace(product, least=min(product.least, 0.0), most=max(product.most, 0.0))
        total = _arithmetic("+", total, maybe_none)
        weight = _arithmetic("+", weight, heft)
    if group.kind == "total":
        return total
    # What weighs may be absent, so the sum of weights can be as small as the least of them.
    least = min((heft.least for heft in weights if heft.least > 0), default=0.0)
    mean = _quotient(total, replace(weight, least=least if all(heft.least >= 0 for heft in weights) else weight.least))
    ends = hull(members)
    if all(heft.least >= 0 for heft in weights) and isfinite(mean.error):
        return replace(mean, least=ends.least - mean.error, most=ends.most + mean.error)
    return mean


def _exp(of: Known) -> Known:
    if not of.most < _MOST_EXPONENT or not of.error < 1:
        return Known(0.0, inf, inf)
    most = exp(of.most)
    return _sound(0.0, most, most * (2 * expm1(of.error) + 8 * UNIT), None, 1.0)
