"""Formulas at the edge of a condition: where v comes to b, ``(v - b) / (g - b)`` comes to 0, however near b lies to g.

A quotient is read so only where its divisor is known not to be 0 there: by a strict condition on a straight sum, which holds
on both sides of the edge and so on the edge between them.
"""

from __future__ import annotations

from fractions import Fraction

from ..nodes import Arithmetic, Compare, Curve, Group, IfElse, Missing, Name, Node, Number, OneOf, names, rebuild
from .linear import Terms, terms_of
from .reading import Env, conditions

_STRICT = {(">", True), ("<", True), (">=", False), ("<=", False)}


def met(node: Node, test: Compare, env: Env) -> Node:
    """``node`` where both sides of ``test`` are equal, one name written for the other; ``env`` tells what else holds."""
    given = _replaced(test)
    if given is None or given[0] not in names(node):
        return node
    held = conditions(env)
    apart = [_written(each, given) for each, holds in held if isinstance(each, Compare) and (each.op, holds) in _STRICT]
    return _simple(_written(node, given), [_difference(each) for each in apart])


def _replaced(test: Compare) -> tuple[str, Node] | None:
    """The name that is written otherwise at the edge, and how."""
    match test:
        case (
            Compare(left=Name(id=id_), right=Name() | Number() as by) | Compare(left=Number() as by, right=Name(id=id_))
        ):
            return id_, by
    return None


def _written(node: Node, given: tuple[str, Node]) -> Node:
    match node:
        case Name(id=id_):
            return given[1] if id_ == given[0] else node
        case Curve() | Group() | Missing() | OneOf():
            return node  # they read names alone
    return rebuild(node, lambda child: _written(child, given))


def _difference(test: Node) -> Terms:
    assert isinstance(test, Compare)
    return terms_of(Arithmetic("-", test.left, test.right), {}, {})


def _simple(node: Node, apart: list[Terms]) -> Node:
    """``node`` without what cancels out; none of the sums in ``apart`` is 0."""
    match node:
        case IfElse(test=Compare() as test, then=then, otherwise=otherwise):
            branches = (
                _simple(branch, [*apart, _difference(test)] if (test.op, holds) in _STRICT else apart)
                for branch, holds in ((then, True), (otherwise, False))
            )
            return IfElse(test, *branches, place=node.place)
        case Curve() | Group() | Missing() | OneOf():
            return node
    node = rebuild(node, lambda child: _simple(child, apart))
    if isinstance(node, Arithmetic) and node.op in "+-" and not terms_of(node, {}, {}):
        return Number(Fraction(0))
    if isinstance(node, Arithmetic) and node.op == "/":
        above, below = terms_of(node.left, {}, {}), terms_of(node.right, {}, {})
        straight = all(isinstance(term, Name | Number) for term in below)
        if below and straight and any(_times(below, each) is not None for each in apart):
            factor = _times(above, below)
            return node if factor is None else Number(factor)
    return node


def _times(one: Terms, other: Terms) -> Fraction | None:
    """How many times another sum, which is not 0, a sum is; None where it is no multiple of it."""
    if not one:
        return Fraction(0)
    factors = {one[term] / other[term] for term in one if term in other}
    return factors.pop() if one.keys() == other.keys() and len(factors) == 1 else None
