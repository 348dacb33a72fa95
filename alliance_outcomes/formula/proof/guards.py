"""Steps that have a value only where a condition holds, written out where they are read under that very condition.

A rule may say ``progress = (v - b) / (g - b) if v > b and not v >= g else none`` and read it only where that holds. Read by
its name, progress is a number that may be missing; written out, what reads it is there wherever v and b are.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from ..nodes import Curve, Group, IfElse, Logic, Missing, Name, Node, Nothing, OneOf, names, rebuild
from .reading import Env, narrowed, span_of, truth_of

Known = dict[Node, bool]


def opened(steps: Mapping[str, Node], env: Env) -> dict[str, Node]:
    """The steps, each with the same values as before at every setting within ``env``."""
    found: dict[str, Node] = {}
    guarded: dict[str, IfElse] = {}
    for name, formula in steps.items():
        read = guarded.keys() & set(names(formula))
        found[name] = step = _opened(formula, guarded, {}, env) if read else formula
        if isinstance(step, IfElse) and isinstance(step.otherwise, Nothing):
            guarded[name] = step
    return found


def _opened(node: Node, guarded: Mapping[str, IfElse], known: Known, env: Env) -> Node:
    match node:
        case IfElse(test=Missing(name=Name(id=id_)), then=then, otherwise=otherwise) if id_ in guarded and _sure(
            guarded[id_], env
        ):
            return _opened(IfElse(guarded[id_].test, otherwise, then, place=node.place), guarded, known, env)
        case Name(id=id_) if id_ in guarded and _truth(guarded[id_].test, known):
            return guarded[id_].then
        case IfElse(test=test, then=then, otherwise=otherwise) if (truth := _truth(test, known)) is not None:
            return _opened(then if truth else otherwise, guarded, known, env)
        case IfElse(test=test, then=then, otherwise=otherwise):
            return IfElse(
                test,
                _opened(then, guarded, {**known, **_told(test, True)}, env),
                _opened(otherwise, guarded, {**known, **_told(test, False)}, env),
                place=node.place,
            )
        case Curve() | Group() | Missing() | OneOf():
            return node  # they read names, not formulas
    return rebuild(node, lambda child: _opened(child, guarded, known, env))


def _sure(guard: IfElse, env: Env) -> bool:
    """Whether a step is missing where its condition does not hold, and only there."""
    return not truth_of(guard.test, env).missing and not span_of(guard.then, narrowed(guard.test, True, env)).missing


def _told(test: Node, holds: bool) -> Known:
    """The truths of conditions, where ``test`` holds or does not."""
    found = {test: holds}
    if isinstance(test, Logic) and test.op == "not":
        found |= _told(test.of[0], not holds)
    elif isinstance(test, Logic) and (test.op == "and") == holds:
        found |= dict(chain.from_iterable(_told(part, holds).items() for part in test.of))
    return found


def _truth(test: Node, known: Known) -> bool | None:
    """Whether a condition holds, where that follows from what is known."""
    if test in known or not isinstance(test, Logic):
        return known.get(test)
    parts = [_truth(part, known) for part in test.of]
    if test.op == "not":
        return None if parts[0] is None else not parts[0]
    decisive = test.op == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive
