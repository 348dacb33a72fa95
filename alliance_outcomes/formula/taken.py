"""Which way a formula went: the names it read, by the branches that were taken, and the piece of a curve it came to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from .exact import Values, exact
from .nodes import Arithmetic, Curve, IfElse, Name, Node, Nothing, Number, children


def reads(node: Node, values: Values) -> Iterator[str]:
    """The names whose values decided ``node``: those of the branches taken, and of the conditions that chose them."""
    if isinstance(node, Name):
        yield node.id
    elif isinstance(node, IfElse):
        yield from reads(node.test, values)
        holds = exact(node.test)(values)
        if holds is not None:
            yield from reads(node.then if holds else node.otherwise, values)
    else:
        for child in children(node):
            yield from reads(child, values)


def piece_taken(curve: Curve, values: Values) -> Node:
    """The piece of a curve that its value lies on, as a formula of that value."""
    x = values[curve.of.id]
    if x is None:
        return Nothing()
    each = curve.piece_at(Fraction(x))
    if each.slope is None:
        return Nothing()
    if not each.slope:
        return Number(each.at_zero)
    sloped = Arithmetic("*", Number(each.slope), curve.of)
    return Arithmetic("+", sloped, Number(each.at_zero)) if each.at_zero else sloped
