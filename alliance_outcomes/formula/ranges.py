"""The range reader: between which numbers each formula lies, whatever its inputs are within their declared ranges.

Ranges hold for certain and may be wider than what can happen. Ends are exact; an open side is an infinite float.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import inf, isinf

from ..numbers import round_to
from .nodes import (
    Across,
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
    Number,
    OneOf,
    Piece,
    Round,
)
from .steps import Input, Step

End = Fraction | float


@dataclass(frozen=True, slots=True)
class Range:
    """Every number from ``least`` to ``most``; an end that ``above`` or ``below`` marks is not reached."""

    least: End = -inf
    most: End = inf
    above: bool = False
    below: bool = False

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.least > self.most or (self.least == self.most and (self.above or self.below))


@dataclass(frozen=True, slots=True)
class Truths:
    """Which truths a condition can have."""

    true: bool = True
    false: bool = True


@dataclass(frozen=True, slots=True)
class Tested:
    """A comparison that a person wrote: what it can be by the declared ranges, and where the tests before it stand too."""

    test: Compare
    plainly: Truths
    there: Truths


_LARGEST, _FINEST = Fraction(2**1000), Fraction(2**4000)
Known = Range | Truths | None
EITHER = Truths()
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Ranges:
    """What each name of a calculation can be: of ``inputs`` as declared, of ``steps`` as their formulas give it."""

    def __init__(self, inputs: Iterable[Input], steps: Iterable[Step]) -> None:
        self.known: dict[str, Known] = {each.name: _declared(each) for each in inputs}
        self.tested: dict[str, list[Tested]] = {}
        self._step = ""
        for step in steps:
            self._step = step.name
            self.known[step.name] = self.of(step.formula)

    def number(self, name: str) -> Range:
        """The range of a named number; of what has no value, nothing is known."""
        found = self.known.get(name)
        return found if isinstance(found, Range) else Range()

    def of(self, node: Node, where: Mapping[str, Range] | None = None) -> Known:
        """What ``node`` can be; ``where`` narrows names further. None: it never has a value."""
        return self._read(node, where or {})

    def number_of(self, node: Node) -> Range:
        """The range of a formula that gives a number."""
        found = self._read(node, {})
        return found if isinstance(found, Range) else Range()

    def _read(self, node: Node, where: Mapping[str, Range]) -> Known:
        match node:
            case Number(value=value):
                return Range(value, value)
            case Name(id=id_):
                return where.get(id_) or self.known.get(id_, Range())
            case Compare():
                return self._compare(node, where)
            case Logic():
                return self._logic(node, where)
            case OneOf() | Missing():
                return EITHER
            case IfElse():
                return self._if_else(node, where)
            case Curve(of=of):
                x = self._read(of, where)
                return over_curve(node, x) if isinstance(x, Range) else None
            case Group():
                return self._group(node, where)
            case Across():
                return self._across(node)
        return self._numeric(node, where)

    def _numeric(self, node: Node, where: Mapping[str, Range]) -> Range | None:
        parts = _operands(node)
        read = [self._read(part, where) for part in parts]
        if not read or not all(isinstance(each, Range) for each in read):
            return None
        numbers = [each for each in read if isinstance(each, Range)]
        match node:
            case Arithmetic(op=op):
                found = _ARITHMETIC[op](numbers[0], numbers[1])
                return Range(*outward(found.least, found.most))
            case Negate():
                return _minus(Range(Fraction(0), Fraction(0)), numbers[0])
            case Extreme(which=which):
                pick = min if which == "least" else max
                return Range(pick(each.least for each in numbers), pick(each.most for each in numbers))
            case Round(how=how, unit=unit):
                ends = (numbers[0].least, numbers[0].most)
                least, most = (end if isinstance(end, float) else round_to(end, how, unit) for end in ends)
                return Range(least, most)
        return Range(Fraction(0), inf)  # e to some power

    def _compare(self, node: Compare, where: Mapping[str, Range]) -> Truths:
        there = _compared(node.op, self._read(node.left, where), self._read(node.right, where))
        if node.place is not None:
            plainly = _compared(node.op, self._read(node.left, {}), self._read(node.right, {})) if where else there
            self.tested.setdefault(self._step, []).append(Tested(node, plainly, there))
        return there

    def _logic(self, node: Logic, where: Mapping[str, Range]) -> Truths:
        found: list[Truths] = []
        for part in node.of:  # each part is read where those before it did not decide
            truths = self._read(part, where)
            found.append(truths if isinstance(truths, Truths) else EITHER)
            if node.op != "not":
                where = self._narrowed(part, node.op == "and", where)
        if node.op == "not":
            return Truths(found[0].false, found[0].true)
        if node.op == "and":
            return Truths(all(each.true for each in found), any(each.false for each in found))
        return Truths(any(each.true for each in found), all(each.false for each in found))

    def _if_else(self, node: IfElse, where: Mapping[str, Range]) -> Known:
        test = self._read(node.test, where)
        truths = test if isinstance(test, Truths) else EITHER
        branches: list[Known] = []
        for branch, can, holds in ((node.then, truths.true, True), (node.otherwise, truths.false, False)):
            if can:
                branches.append(self._read(branch, self._narrowed(node.test, holds, where)))
        numbers = [each for each in branches if isinstance(each, Range)]
        if numbers:
            return reduce(_hull, numbers)
        return EITHER if any(isinstance(each, Truths) for each in branches) else None

    def _narrowed(self, test: Node, holds: bool, where: Mapping[str, Range]) -> Mapping[str, Range]:
        """``where``, and what is known besides where ``test`` holds or does not."""
        match test:
            case Logic(op="not", of=(inner,)):
                return self._narrowed(inner, not holds, where)
            case Logic(op=op, of=parts) if (op == "and") == holds:
                for part in parts:
                    where = self._narrowed(part, holds, where)
            case Compare(op=op, left=left, right=right):
                op = op if holds else _CONTRARY[op]
                for name, other, way in ((left, right, op), (right, left, _MIRRORED[op])):
                    if isinstance(name, Name) and isinstance(other, Number | Name):
                        here, limit = self._read(name, where), self._read(other, where)
                        if isinstance(here, Range) and isinstance(limit, Range):
                            narrowed = _held(here, way, limit)
                            where = where if narrowed.empty else {**where, name.id: narrowed}
        return where

    def _group(self, node: Group, where: Mapping[str, Range]) -> Known:
        if node.kind == "count":
            return Range(Fraction(0), Fraction(len(node.names)))
        members = [each for each in (self._read(name, where) for name in node.names) if isinstance(each, Range)]
        if not members:
            return None if node.kind != "total" or node.at_least else Range(Fraction(0), Fraction(0))
        if node.kind != "total":
            return reduce(_hull, members)
        nothing = Range(Fraction(0), Fraction(0))
        total = nothing
        for index, name in enumerate(node.names):
            member = self._read(name, where)
            weight = self._read(node.weights[index], where) if node.weights else Range(Fraction(1), Fraction(1))
            if isinstance(member, Range) and isinstance(weight, Range):
                total = _plus(total, _hull(nothing, _times(weight, member)))
        return Range(*outward(total.least, total.most))

    def _across(self, node: Across) -> Range:
        of = self.number(node.of.id)
        match node.kind:
            case "count" | "rank":
                return Range(Fraction(node.kind == "rank"), inf)
            case "total" | "factor":
                return Range(Fraction(0) if of.least >= 0 and node.kind == "total" else -inf, inf)
        return Range(of.least, of.most)


def _declared(given: Input) -> Known:
    if given.part == "category":
        return None
    least = Fraction(0) if given.part == "n" else given.least
    return Range(-inf if least is None else least, inf if given.most is None else given.most)


def outward(least: End, most: End) -> tuple[End, End]:
    """The two ends, or ends a little further out, that stay short however often they are squared."""
    if _is_short(least) and _is_short(most):
        return least, most
    if isinstance(least, Fraction):
        least = -inf if least < -_LARGEST else _LARGEST if least > _LARGEST else _short(least, "floor")
    if isinstance(most, Fraction):
        most = inf if most > _LARGEST else -_LARGEST if most < -_LARGEST else _short(most, "ceil")
    return least, most


def _is_short(end: End) -> bool:
    """Whether the digits of an end tell that it is short; of some that are short they do not."""
    return isinstance(end, float) or (abs(end.numerator) <= _LARGEST.numerator and end.denominator <= _FINEST.numerator)


def _short(end: Fraction, how: str) -> Fraction:
    return end if end.denominator <= _FINEST else round_to(end, how, 1 / _FINEST)


def _operands(node: Node) -> tuple[Node, ...]:
    match node:
        case Arithmetic(left=left, right=right):
            return left, right
        case Negate(of=of) | Round(of=of) | Exp(of=of):
            return (of,)
        case Extreme(of=parts):
            return parts
    return ()


def _hull(one: Range, other: Range) -> Range:
    return Range(min(one.least, other.least), max(one.most, other.most))


def _plus(one: Range, other: Range) -> Range:
    return Range(one.least + other.least, one.most + other.most)


def _minus(one: Range, other: Range) -> Range:
    return Range(one.least - other.most, one.most - other.least)


def _product(one: End, other: End) -> End:
    return one * other if one and other else Fraction(0)


def _times(one: Range, other: Range) -> Range:
    corners = [_product(a, b) for a in (one.least, one.most) for b in (other.least, other.most)]
    return Range(min(corners), max(corners))


def _quotient(one: End, other: End) -> End:
    return Fraction(0) if isinf(other) else _product(one, 1 / other)


def _divided(one: Range, other: Range) -> Range:
    if other.least <= 0 <= other.most:
        return Range()
    corners = [_quotient(a, b) for a in (one.least, one.most) for b in (other.least, other.most)]
    if isinf(other.least) or isinf(other.most):  # what is divided by ever more comes ever nearer to nothing
        corners.append(Fraction(0))
    return Range(min(corners), max(corners))


_ARITHMETIC = {"+": _plus, "-": _minus, "*": _times, "/": _divided}


def _compared(op: str, left: Known, right: Known) -> Truths:
    if not isinstance(left, Range) or not isinstance(right, Range):
        return EITHER
    apart = left.most < right.least or left.least > right.most
    touching = (left.most == right.least and (left.below or right.above)) or (
        left.least == right.most and (left.above or right.below)
    )
    one_value = left.least == left.most == right.least == right.most
    match op:
        case "==":
            return Truths(not apart and not touching, not one_value)
        case "!=":
            return Truths(not one_value, not apart and not touching)
        case "<" | ">=":
            less = left.least < right.most
            not_less = left.most > right.least or (left.most == right.least and not left.below and not right.above)
            return Truths(less, not_less) if op == "<" else Truths(not_less, less)
    more = left.most > right.least
    not_more = left.least < right.most or (left.least == right.most and not left.above and not right.below)
    return Truths(more, not_more) if op == ">" else Truths(not_more, more)


def _held(here: Range, op: str, limit: Range) -> Range:
    """The part of ``here`` for which ``op`` can hold against some number of ``limit``."""
    if op in ("<", "<=", "==") and (limit.most < here.most or (limit.most == here.most and op == "<")):
        here = replace(here, most=limit.most, below=op == "<" or limit.below)
    if op in (">", ">=", "==") and (limit.least > here.least or (limit.least == here.least and op == ">")):
        here = replace(here, least=limit.least, above=op == ">" or limit.above)
    return here


def stretches(curve: Curve) -> list[tuple[Piece, Range]]:
    """The pieces of a curve, each with the stretch of x that it holds for."""
    found: list[tuple[Piece, Range]] = []
    start, above = -inf, False
    for piece in curve.pieces:
        end: End = inf if piece.upto is None else piece.upto
        found.append((piece, Range(start, end, above, not piece.closed and piece.upto is not None)))
        start, above = end, piece.closed  # type: ignore[assignment]  # an end is a fraction or infinite
    return found


def common(one: Range, other: Range) -> Range:
    """The numbers that lie in both."""
    least, most = max(one.least, other.least), min(one.most, other.most)
    above = (one.above and one.least == least) or (other.above and other.least == least)
    below = (one.below and one.most == most) or (other.below and other.most == most)
    return Range(least, most, above, below)


def over_curve(curve: Curve, x: Range) -> Range | None:
    """What a curve gives over ``x``."""
    found: Range | None = None
    for piece, stretch in stretches(curve):
        on_it = common(stretch, x)
        if piece.slope is None or on_it.empty:
            continue
        slope = Range(piece.slope, piece.slope)
        line = _plus(_times(slope, on_it), Range(piece.at_zero, piece.at_zero))
        found = line if found is None else _hull(found, line)
    return found
