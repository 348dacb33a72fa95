"""The near reader: what a formula comes to just beside a setting, as one input moves: its limit, its slope, its next kink.

Exact, and one-sided: a test that is met at the setting and no longer just beyond it counts as no longer met. From the
slope come euros for a unit more; where the limit differs from the value there is a cliff; the next kink is where the
formula first takes another branch, piece or step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..numbers import round_to
from .exact import DivisionByZero, Value, exact
from .nodes import (
    Arithmetic,
    Compare,
    Curve,
    Exp,
    Extreme,
    Group,
    IfElse,
    Logic,
    Missing,
    Name,
    Negate,
    Node,
    Nothing,
    Number,
    OneOf,
    Piece,
    Round,
    rebuild,
)

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Near:
    """A number just beside the setting: the ``value`` it tends to, and how much it moves as the input moves by one.

    ``straight`` tells that it moves in proportion up to the next kink. None and truths have no slope.
    """

    value: Value
    slope: Fraction = ZERO
    straight: bool = True

    @property
    def number(self) -> Fraction:
        """The value as a number."""
        value = self.value
        return value if type(value) is Fraction else Fraction(value or 0)

    @property
    def rank(self) -> tuple[Fraction, Fraction]:
        """How it compares with others, just beside the setting."""
        return self.number, self.slope


@dataclass(slots=True)
class Kinks:
    """What the reading met on its way: the branches it ``took``, and how far the input may move ``until`` it takes another.

    ``curved`` tells that something compared does not move in proportion, so that its kink cannot be told ahead. With
    ``coarse`` nothing is rounded: a score of many small steps is then one slope.
    """

    coarse: bool = False
    took: list[object] = field(default_factory=list)
    until: Fraction | None = None
    curved: bool = False

    def meet(self, gap: Near) -> None:
        """A difference that changes the branch where it comes to nothing."""
        if not gap.straight:
            self.curved = True
        elif gap.slope and (far := -gap.number / gap.slope) > 0:
            self.until = far if self.until is None else min(self.until, far)


Around = Mapping[str, Near]


def unrounded(node: Node, unit: Fraction) -> Node:
    """``node`` without its roundings to ``unit``: what a line comes to before it is written."""
    if isinstance(node, Round) and node.unit == unit:
        return unrounded(node.of, unit)
    return rebuild(node, lambda child: unrounded(child, unit))


def near(node: Node, around: Around, kinks: Kinks) -> Near:
    """``node`` just beside the setting that ``around`` gives for every name. Raises DivisionByZero."""
    return _READERS[type(node)](node, around, kinks)


def _number(node: Number, _: Around, __: Kinks) -> Near:
    return Near(node.value)


def _name(node: Name, around: Around, _: Kinks) -> Near:
    return around[node.id]


def _nothing(_: Nothing, __: Around, ___: Kinks) -> Near:
    return Near(None)


def _arithmetic(node: Arithmetic, around: Around, kinks: Kinks) -> Near:
    a, b = near(node.left, around, kinks), near(node.right, around, kinks)
    if a.value is None or b.value is None:
        return Near(None)
    if node.op == "*":
        return _times(a, b)
    if node.op == "/":
        if not b.value:
            raise DivisionByZero(node)
        slope = (a.slope * b.number - a.number * b.slope) / b.number**2
        return Near(a.number / b.number, slope, a.straight and not b.slope)
    return _plus(a, b if node.op == "+" else _minus(b))


def _plus(a: Near, b: Near) -> Near:
    return Near(a.number + b.number, a.slope + b.slope, a.straight and b.straight)


def _minus(a: Near) -> Near:
    return Near(-a.number, -a.slope, a.straight)


def _times(a: Near, b: Near) -> Near:
    straight = (a.straight and not b.slope and b.straight) or (b.straight and not a.slope and a.straight)
    return Near(a.number * b.number, a.slope * b.number + a.number * b.slope, straight)


def _negate(node: Negate, around: Around, kinks: Kinks) -> Near:
    of = near(node.of, around, kinks)
    return of if of.value is None else _minus(of)


def _extreme(node: Extreme, around: Around, kinks: Kinks) -> Near:
    found = [near(part, around, kinks) for part in node.of]
    if any(each.value is None for each in found):
        return Near(None)
    return _pick(found, node.which == "least", kinks)


def _pick(found: list[Near], least: bool, kinks: Kinks) -> Near:
    picked = (min if least else max)(found, key=lambda each: each.rank)
    for each in found:
        if each is not picked:
            kinks.meet(_plus(each, _minus(picked)))
    kinks.took.append(found.index(picked))
    return picked


def _compare(node: Compare, around: Around, kinks: Kinks) -> Near:
    a, b = near(node.left, around, kinks), near(node.right, around, kinks)
    if a.value is None or b.value is None:
        return Near(None)
    gap = _plus(a, _minus(b))
    kinks.meet(gap)
    sign = (gap.rank > (ZERO, ZERO)) - (gap.rank < (ZERO, ZERO))
    holds = {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "==": sign == 0, "!=": sign != 0}[node.op]
    kinks.took.append(sign)
    return Near(holds)


def _logic(node: Logic, around: Around, kinks: Kinks) -> Near:
    found = [near(part, around, kinks).value for part in node.of]
    if node.op == "not":
        return Near(None if found[0] is None else not found[0])
    settles = node.op == "or"
    if settles in found:
        return Near(settles)
    return Near(None if None in found else not settles)


def _if_else(node: IfElse, around: Around, kinks: Kinks) -> Near:
    holds = near(node.test, around, kinks).value
    return Near(None) if holds is None else near(node.then if holds else node.otherwise, around, kinks)


def _curve(node: Curve, around: Around, kinks: Kinks) -> Near:
    x = around[node.of.id]
    if x.value is None:
        return Near(None)
    piece, start = _piece_beside(node.pieces, x)
    kinks.took.append(piece)
    for end in (start, piece.upto):
        if end is not None:
            kinks.meet(_plus(x, Near(-end)))
    if piece.slope is None:
        return Near(None)
    return Near(piece.slope * x.number + piece.at_zero, piece.slope * x.slope, x.straight)


def _piece_beside(pieces: tuple[Piece, ...], x: Near) -> tuple[Piece, Fraction | None]:
    """The piece that ``x`` moves on, and where that piece begins."""
    start: Fraction | None = None
    for piece in pieces[:-1]:
        at = x.number - (piece.upto or ZERO)  # the last alone has no end
        if at < 0 or (at == 0 and (x.slope < 0 or (x.slope == 0 and piece.closed))):
            return piece, start
        start = piece.upto
    return pieces[-1], start


def _round(node: Round, around: Around, kinks: Kinks) -> Near:
    of = near(node.of, around, kinks)
    if of.value is None or kinks.coarse:
        return of
    half = node.unit / 2
    below = of.number // half * half  # every rounding changes at whole multiples of half a unit, or between none
    if of.slope < 0 and below == of.number:
        below -= half
    kinks.meet(_plus(of, Near(-below)))
    kinks.meet(_plus(of, Near(-below - half)))
    value = round_to(below + half / 2 if of.slope else of.number, node.how, node.unit)
    kinks.took.append(value)
    return Near(value)


def _group(node: Group, around: Around, kinks: Kinks) -> Near:
    there = [(i, around[name.id]) for i, name in enumerate(node.names) if around[name.id].value is not None]
    if node.kind == "count":
        return Near(Fraction(len(there)))
    if len(there) < node.at_least:
        return Near(None)
    if node.kind in ("lowest", "highest"):
        return _pick([each for _, each in there], node.kind == "lowest", kinks)
    weights = [near(node.weights[i], around, kinks) if node.weights else Near(ONE) for i, _ in there]
    total = Near(ZERO)
    for weight, (_, each) in zip(weights, there, strict=True):
        total = _plus(total, _times(weight, each))
    if node.kind == "total":
        return total
    whole = Near(ZERO)
    for weight in weights:
        whole = _plus(whole, weight)
    if not whole.value:
        return Near(None)
    slope = (total.slope * whole.number - total.number * whole.slope) / whole.number**2
    return Near(total.number / whole.number, slope, total.straight and not whole.slope)


def _by_value(node: OneOf | Missing, around: Around, _: Kinks) -> Near:
    return Near(exact(node)({node.name.id: around[node.name.id].value}))


def _exp(node: Exp, around: Around, kinks: Kinks) -> Near:
    of = near(node.of, around, kinks)
    if of.value is None:
        return of
    value = Fraction(exact(Exp(Number(of.number)))({}) or 0)
    return Near(value, value * of.slope, not of.slope)


_READERS: dict[type[Node], Callable[..., Near]] = {
    Number: _number,
    Name: _name,
    Nothing: _nothing,
    Arithmetic: _arithmetic,
    Negate: _negate,
    Extreme: _extreme,
    Compare: _compare,
    Logic: _logic,
    IfElse: _if_else,
    Curve: _curve,
    Round: _round,
    Group: _group,
    OneOf: _by_value,
    Missing: _by_value,
    Exp: _exp,
}
