"""Small checks of what meets in a formula: money and plain numbers; numbers, conditions and a payee's attributes."""

from __future__ import annotations

from collections.abc import Callable

from ..formula.nodes import (
    Across,
    Arithmetic,
    Call,
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
    Round,
)
from ..problems import Place, Problem

Degree = int | None
DegreeOf = Callable[[str], Degree]
NUMBER, CONDITION, ATTRIBUTE = "number", "condition", "attribute"
_IS = {NUMBER: "a number", CONDITION: "a condition", ATTRIBUTE: "an attribute of a payee"}
_NEEDED = {NUMBER: "a number", CONDITION: "a condition", ATTRIBUTE: "a payee's attribute"}
# What to write for a name, by what it stands for and what is needed.
_INSTEAD = {
    (NUMBER, CONDITION): "Compare it with something, such as {} > 0.",
    (NUMBER, ATTRIBUTE): "Compare it with a number, such as {} > 0.",
    (CONDITION, NUMBER): "Write 1 if {} else 0.",
    (CONDITION, ATTRIBUTE): "Read it by its name alone: {}.",
    (ATTRIBUTE, NUMBER): 'Write 1 if {} == "code" else 0, or an amount that goes by: {}.',
    (ATTRIBUTE, CONDITION): 'Write {} == "code".',
}


def kinds_within(node: Node | None, child: Node) -> tuple[str, ...]:
    """What a name may stand for where it is ``child`` of ``node`` (None: the whole of a formula that gives a number)."""
    match node:
        case OneOf():
            return (ATTRIBUTE,)
        case Missing():
            return (NUMBER, ATTRIBUTE)
        case Across(among=among) if child is among:
            return (NUMBER, CONDITION)
        case Logic():
            return (CONDITION,)
        case IfElse(test=test) if child is test:
            return (CONDITION,)
    return (NUMBER,)


def misread(name: str, kind: str, needed: str, place: Place | None) -> Problem:
    """The refusal of a name that stands for a ``kind`` of value where another is ``needed`` (AO303)."""
    sentence = f"{name} is {_IS[kind]}, and {_NEEDED[needed]} is needed here."
    return Problem("AO303", sentence, _INSTEAD[kind, needed].format(name, name), place)


class UnitMismatch(Exception):
    """Money meets a plain number where both must be the same."""

    def __init__(self, node: Node) -> None:
        super().__init__("units")
        self.node = node

    def problem(self) -> Problem:
        """The refusal (AO311)."""
        sentence = "Money and a plain number cannot be added, subtracted or compared."
        return Problem("AO311", sentence, "Multiply the share by the amount it is a share of.", self.node.place)


def money_degree(node: Node, of: DegreeOf) -> Degree:
    """1 where ``node`` gives money, 0 where a plain number, None where a bare literal fits either.

    Raises UnitMismatch where the two are mixed.
    """
    match node:
        case Number(value=value, percent=percent):
            return 0 if percent and value else None
        case Name(id=id_) | Call(name=Name(id=id_)):
            return of(id_)
        case Negate(of=inner) | Round(of=inner):
            return money_degree(inner, of)
        case Arithmetic(op="*", left=left, right=right):
            return _product(money_degree(left, of), money_degree(right, of), 1)
        case Arithmetic(op="/", left=left, right=right):
            return _product(money_degree(left, of), money_degree(right, of), -1)
        case Arithmetic(left=left, right=right):
            return _same(node, [left, right], of)
        case Compare(left=left, right=right):
            _same(node, [left, right], of)
            return 0
        case Logic(of=parts):
            for part in parts:
                money_degree(part, of)
            return 0
        case Extreme(of=parts):
            return _same(node, list(parts), of)
        case IfElse(test=test, then=then, otherwise=otherwise):
            money_degree(test, of)
            return _same(node, [then, otherwise], of)
        case Group() | Across():
            return _gathered(node, of)
        case Exp() | Curve():
            return 0
    return None


def _gathered(node: Group | Across, of: DegreeOf) -> Degree:
    """The degree of several values taken together: of one payee (Group), or of all (Across)."""
    if node.kind in ("count", "rank"):
        return 0
    if isinstance(node, Group):
        return _same(node, list(node.names), of)
    if node.pool is None:
        return money_degree(node.of, of)
    if node.most is not None:
        _same(node, [node.pool, node.most], of)
    return _product(money_degree(node.pool, of), money_degree(node.of, of), -1)


def _product(left: Degree, right: Degree, sign: int) -> Degree:
    if left is None and right is None:
        return None
    return (left or 0) + sign * (right or 0)


def _same(node: Node, parts: list[Node], of: DegreeOf) -> Degree:
    degrees = {degree for part in parts if (degree := money_degree(part, of)) is not None}
    if len(degrees) > 1:
        raise UnitMismatch(node)
    return degrees.pop() if degrees else None
