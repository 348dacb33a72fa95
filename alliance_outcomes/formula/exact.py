"""The exact reader: a formula compiled to a closure over whole numbers and fractions. Every official amount is its."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal, Overflow
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub

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
    Nothing,
    Number,
    OneOf,
    Round,
)

Value = Fraction | bool | str | None
Values = Mapping[str, Value]
Reader = Callable[[Values], Value]

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"+": add, "-": sub, "*": mul}
_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "==": eq,
    "!=": ne,
}
EXP_DIGITS = 40
_MOST_BITS = 300_000
"""A mean over ten thousand payees, each with a denominator of its own, is finer than any amount, and is kept."""


class Undefined(ArithmeticError):
    """A formula has no value for these numbers; ``node`` is where, and ``why`` says what went wrong there."""

    why = "has no value"

    def __init__(self, node: Node) -> None:
        super().__init__(self.why)
        self.node = node


class DivisionByZero(Undefined):
    """A formula divided by zero; ``node`` is the division."""

    why = "divides by zero"


class TooLarge(Undefined):
    """A formula raised e to a power that no number of 40 digits holds; ``node`` is the exp."""

    why = "raises e to too large a power"


class TooLong(Undefined):
    """A formula comes to a number of ninety thousand digits or more: squared again and again, no machine could hold it."""

    why = "comes to a number of too many digits to be kept"


def exact(node: Node) -> Reader:
    """A function from the values of the names to the value of ``node``: Fraction, bool or None (missing).

    It raises Undefined where the formula has none (it divides by zero, say), and KeyError for a name without a value.
    """
    return _READERS[type(node)](node)


def _number(node: Number) -> Reader:
    value = node.value
    return lambda _: value


def _name(node: Name) -> Reader:
    name = node.id
    return lambda values: values[name]


def _nothing(_: Nothing) -> Reader:
    return lambda _: None


def _arithmetic(node: Arithmetic) -> Reader:
    left, right = exact(node.left), exact(node.right)
    if node.op == "/":
        return lambda values: _divide(node, left(values), right(values))
    apply = _ARITHMETIC[node.op]

    def read(values: Values) -> Value:
        a, b = left(values), right(values)
        return None if a is None or b is None else _kept(node, apply(a, b))  # type: ignore[arg-type]  # parsed as numbers

    return read


def _kept(node: Node, value: Fraction) -> Fraction:
    """``value``, where it can be kept."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MOST_BITS:
        raise TooLong(node)
    return value


def _divide(node: Arithmetic, a: Value, b: Value) -> Value:
    if a is None or b is None:
        return None
    if b == 0:
        raise DivisionByZero(node)
    return _kept(node, Fraction(a) / Fraction(b))


def _negate(node: Negate) -> Reader:
    of = exact(node.of)

    def read(values: Values) -> Value:
        value = of(values)
        return None if value is None else -Fraction(value)

    return read


def _extreme(node: Extreme) -> Reader:
    parts = [exact(part) for part in node.of]
    pick = min if node.which == "least" else max

    def read(values: Values) -> Value:
        found = [part(values) for part in parts]
        return None if None in found else pick(found)  # type: ignore[type-var]  # parsed as numbers

    return read


def _compare(node: Compare) -> Reader:
    left, right, apply = exact(node.left), exact(node.right), _COMPARE[node.op]

    def read(values: Values) -> Value:
        a, b = left(values), right(values)
        return None if a is None or b is None else apply(a, b)  # type: ignore[arg-type]  # parsed as numbers

    return read


def _logic(node: Logic) -> Reader:
    parts = [exact(part) for part in node.of]
    if node.op == "not":
        return lambda values: None if (value := parts[0](values)) is None else not value
    settles = node.op == "or"

    def read(values: Values) -> Value:
        unknown = False
        for part in parts:
            value = part(values)
            if value is settles:
                return settles
            unknown = unknown or value is None
        return None if unknown else not settles

    return read


def _if_else(node: IfElse) -> Reader:
    test, then, otherwise = exact(node.test), exact(node.then), exact(node.otherwise)

    def read(values: Values) -> Value:
        holds = test(values)
        return None if holds is None else then(values) if holds else otherwise(values)

    return read


def _curve(node: Curve) -> Reader:
    name = node.of.id

    def read(values: Values) -> Value:
        if values[name] is None:
            return None
        x = Fraction(values[name])  # type: ignore[arg-type]  # a number
        piece = node.piece_at(x)
        return None if piece.slope is None else piece.slope * x + piece.at_zero

    return read


def _round(node: Round) -> Reader:
    of, how, unit = exact(node.of), node.how, node.unit

    def read(values: Values) -> Value:
        value = of(values)
        return None if value is None else round_to(value, how, unit)  # type: ignore[arg-type]  # parsed as a number

    return read


def _group(node: Group) -> Reader:
    ids = [name.id for name in node.names]
    weights = [exact(weight) for weight in node.weights]

    def read(values: Values) -> Value:
        present = [(i, Fraction(values[name])) for i, name in enumerate(ids) if values[name] is not None]  # type: ignore[arg-type]  # not None
        if node.kind == "count":
            return Fraction(len(present))
        if len(present) < node.at_least:
            return None
        if node.kind in ("lowest", "highest"):
            return (min if node.kind == "lowest" else max)(value for _, value in present)
        weighed = [(Fraction(weights[i](values)) if weights else Fraction(1), value) for i, value in present]  # type: ignore[arg-type]  # a weight is a number
        total = sum((weight * value for weight, value in weighed), Fraction(0))
        if node.kind == "total":
            return _kept(node, total)
        heft = sum(weight for weight, _ in weighed)
        return _kept(node, total / heft) if heft else None

    return read


def _one_of(node: OneOf) -> Reader:
    name, codes = node.name.id, node.codes
    return lambda values: None if (value := values[name]) is None else value in codes


def _missing(node: Missing) -> Reader:
    name = node.name.id
    return lambda values: values[name] is None


def _exp(node: Exp) -> Reader:
    of, context = exact(node.of), Context(prec=EXP_DIGITS)

    def read(values: Values) -> Value:
        value = of(values)
        if value is None:
            return None
        power = Fraction(value)
        try:
            found = context.exp(context.divide(Decimal(power.numerator), Decimal(power.denominator)))
        except Overflow:
            raise TooLarge(node) from None
        return Fraction(found)

    return read


class NeedsEveryPayee(LookupError):
    """An Across cannot be read for one payee: see across.read_across."""


def _across(node: Across) -> Reader:
    def read(_: Values) -> Value:
        raise NeedsEveryPayee(node.of.id)

    return read


_READERS: dict[type[Node], Callable[..., Reader]] = {
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
    OneOf: _one_of,
    Missing: _missing,
    Exp: _exp,
    Across: _across,
}
