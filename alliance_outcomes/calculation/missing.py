"""Which formulas may have no value, and where a missing value would slip into one unguarded."""

from __future__ import annotations

from collections.abc import Callable

from ..formula.nodes import (
    Across,
    Curve,
    Group,
    IfElse,
    Logic,
    Missing,
    Name,
    Node,
    Nothing,
    Number,
    children,
)
from ..formula.present import NONE, Present, present_where
from ..problems import Problem

Maybe = Callable[[str], bool]


def may_be_missing(node: Node, maybe: Maybe, unguarded: list[Name] | None = None, present: Present = NONE) -> bool:
    """Whether ``node`` can be without a value, given which names can.

    Names that may be missing and are computed with outside a guard are added to ``unguarded``: a guard is
    ``missing()`` in the condition of a branch or before an ``and``.
    """
    found = unguarded if unguarded is not None else []
    match node:
        case Nothing():
            return True
        case Name(id=id_):
            return maybe(id_) and id_ not in present
        case Missing():
            return False
        case Across(kind=kind, of=of, among=among):
            if kind in ("total", "count"):
                return False
            return kind == "factor" or among is not None or may_be_missing(of, maybe, None, present)
        case Group(kind=kind, names=names, weights=weights, at_least=at_least):
            sure = sum(
                1
                for i, name in enumerate(names)
                if not may_be_missing(name, maybe, None, present) and _weighs(weights, i)
            )
            return kind != "count" and sure < at_least
        case IfElse(test=test, then=then, otherwise=otherwise):
            strict = _strict(test, maybe, found, present)
            branches = [
                may_be_missing(then, maybe, found, present | present_where(test, True)),
                may_be_missing(otherwise, maybe, found, present | present_where(test, False)),
            ]
            return strict or any(branches)
        case Logic(op=op, of=parts) if op != "not":
            result, known = False, present
            for part in parts:
                result = _strict(part, maybe, found, known) or result
                known |= present_where(part, op == "and")
            return result
        case Curve(of=of, pieces=pieces):
            return _strict(of, maybe, found, present) or any(piece.slope is None for piece in pieces)
    results = [_strict(child, maybe, found, present) for child in children(node)]
    return any(results)


def _strict(node: Node, maybe: Maybe, unguarded: list[Name], present: Present) -> bool:
    missing = may_be_missing(node, maybe, unguarded, present)
    if missing and isinstance(node, Name):
        unguarded.append(node)
    return missing


def _weighs(weights: tuple[Node, ...], index: int) -> bool:
    if not weights:
        return True
    weight = weights[index]
    return isinstance(weight, Number) and weight.value != 0


def unguarded_name(name: Name) -> Problem:
    """The refusal of a name that may be missing where nothing guards it (AO312)."""
    what, _, back = name.id.partition("@-")
    what = what.partition("[")[0]  # each party's own goes by one name
    if back:
        what, instead = f"earlier({what}, {back})", "Give it a name under figures, and write coalesce(that name, 0)."
    else:
        instead = f"Write coalesce({what}, 0), or guard it with missing({what})."
    return Problem("AO312", f"{what} may be missing, and nothing says what holds then.", instead, name.place)
