"""What a formula came down to: the branches and pieces that were taken, and the members that were present."""

from __future__ import annotations

from .exact import Values, exact
from .nodes import Arithmetic, Curve, Group, IfElse, Node, Nothing, Number, rebuild


def taken(node: Node, values: Values) -> Node:
    """``node`` with each choice replaced by the branch that ``values`` take, and each curve by its piece."""
    if isinstance(node, IfElse):
        holds = exact(node.test)(values)
        return Nothing() if holds is None else taken(node.then if holds else node.otherwise, values)
    if isinstance(node, Curve):
        return _piece(node, values)
    if isinstance(node, Group):
        kept = [index for index, name in enumerate(node.names) if values[name.id] is not None]
        weights = tuple(node.weights[index] for index in kept) if node.weights else ()
        return Group(node.kind, tuple(node.names[index] for index in kept), weights, node.at_least)
    return rebuild(node, lambda child: taken(child, values))


def _piece(curve: Curve, values: Values) -> Node:
    x = values[curve.of.id]
    if x is None:
        return Nothing()
    for piece in curve.pieces:
        if piece.upto is None or x < piece.upto or (piece.closed and x == piece.upto):  # type: ignore[operator]  # a number
            break
    if piece.slope is None:
        return Nothing()
    if not piece.slope:
        return Number(piece.at_zero)
    sloped = Arithmetic("*", Number(piece.slope), curve.of)
    return Arithmetic("+", sloped, Number(piece.at_zero)) if piece.at_zero else sloped
