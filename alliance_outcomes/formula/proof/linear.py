"""Sums written out: a formula as a sum of terms, each with its factor, in which what is added and taken off again is gone.

A cap writes ``within the limit - sum of the clauses``; in the total the clauses and their sum cancel out.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..nodes import Arithmetic, Name, Negate, Node, Number

Terms = dict[Node, Fraction]
_ONE = Number(Fraction(1))


def terms_of(node: Node, steps: Mapping[str, Node], known: dict[str, Terms]) -> Terms:
    """The terms of a formula, those of the steps it reads written out as well. ``known`` is filled by the way."""
    match node:
        case Number(value=value):
            return {_ONE: value} if value else {}
        case Name(id=id_) if id_ in steps:
            if id_ not in known:
                known[id_] = terms_of(steps[id_], steps, known) if _is_sum(steps[id_]) else {Name(id_): Fraction(1)}
            return known[id_]
        case Negate(of=of):
            return _times(terms_of(of, steps, known), Fraction(-1))
        case Arithmetic(op="+" | "-" as op, left=left, right=right):
            other = terms_of(right, steps, known)
            return _plus(terms_of(left, steps, known), other if op == "+" else _times(other, Fraction(-1)))
        case Arithmetic(op="*", left=left, right=Number(value=value)):
            return _times(terms_of(left, steps, known), value)
        case Arithmetic(op="*", left=Number(value=value), right=right):
            return _times(terms_of(right, steps, known), value)
        case Arithmetic(op="/", left=left, right=Number(value=value)) if value:
            return _times(terms_of(left, steps, known), 1 / value)
    return {node: Fraction(1)}


def _is_sum(node: Node) -> bool:
    match node:
        case Arithmetic(op="+" | "-") | Negate() | Name() | Number():
            return True
        case Arithmetic(op="*", left=left, right=right):
            return isinstance(left, Number) or isinstance(right, Number)
        case Arithmetic(op="/", right=Number(value=value)):
            return bool(value)
    return False


def _plus(one: Terms, other: Terms) -> Terms:
    found = dict(one)
    for term, factor in other.items():
        found[term] = found.get(term, Fraction(0)) + factor
    return {term: factor for term, factor in found.items() if factor}


def _times(terms: Terms, factor: Fraction) -> Terms:
    return {term: each * factor for term, each in terms.items()} if factor else {}


def written_out(terms: Terms) -> Node:
    """The formula of a sum of terms."""
    total: Node | None = None
    for term, factor in terms.items():
        if term == _ONE:
            part: Node = Number(factor)
        else:
            part = term if factor == 1 else Arithmetic("*", Number(factor), term)
        total = part if total is None else Arithmetic("+", total, part)
    return total if total is not None else Number(Fraction(0))
