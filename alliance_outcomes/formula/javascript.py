"""The JavaScript reader: a formula as compact JSON, which ``javascript.js`` reads in exact fractions of BigInts.

A number is its text (``7/2``), a name the place of its value in a list, nothing is null; every other node is a list
that begins with what it does. What each means stands once, in ``exact``; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

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
)

Json = None | int | str | list["Json"]
Places = Mapping[str, int]


def as_json(node: Node, places: Places) -> Json:
    """``node`` for javascript.js; ``places`` says where in its list of values each name stands.

    An Across has no JSON (KeyError): it is read over all payees, and stands in no calculation of one payee.
    """
    return _WRITERS[type(node)](node, places)


def _all(nodes: tuple[Node, ...], places: Places) -> list[Json]:
    return [as_json(node, places) for node in nodes]


def _number(value: Fraction | None) -> Json:
    return None if value is None else str(value)


def _piece(piece: Piece) -> Json:
    return [_number(piece.upto), int(piece.closed), _number(piece.slope), _number(piece.at_zero)]


def _group(node: Group, places: Places) -> Json:
    names = [places[name.id] for name in node.names]
    return ["group", node.kind, [*names], _all(node.weights, places), node.at_least]


_WRITERS: dict[type[Node], Callable[..., Json]] = {
    Number: lambda node, _: _number(node.value),
    Name: lambda node, places: places[node.id],
    Nothing: lambda _node, _places: None,
    Arithmetic: lambda node, places: [node.op, *_all((node.left, node.right), places)],
    Negate: lambda node, places: ["negate", as_json(node.of, places)],
    Extreme: lambda node, places: [node.which, *_all(node.of, places)],
    Compare: lambda node, places: [node.op, *_all((node.left, node.right), places)],
    Logic: lambda node, places: [node.op, *_all(node.of, places)],
    IfElse: lambda node, places: ["if", *_all((node.test, node.then, node.otherwise), places)],
    Curve: lambda node, places: ["curve", places[node.of.id], [_piece(piece) for piece in node.pieces]],
    Round: lambda node, places: ["round", as_json(node.of, places), node.how, _number(node.unit)],
    Group: _group,
    OneOf: lambda node, places: ["one_of", places[node.name.id], sorted(node.codes)],
    Missing: lambda node, places: ["missing", places[node.name.id]],
    Exp: lambda node, places: ["exp", as_json(node.of, places)],
}
