"""A factor that all parts of a min or max share: ``min(k, k * s / 25)`` is ``k * min(1, s / 25)`` where k is not below zero.

Read as it is written, k moves both parts, and nothing tells that the first is the lesser wherever s is above 25.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from ..nodes import Arithmetic, Extreme, Name, Negate, Node, Number
from .spans import Codes, Span

_ONE = Number(Fraction(1))
_OTHER = {"least": "most", "most": "least"}


def taken_out(node: Extreme, env: Mapping[str, Span | Codes]) -> Node | None:
    """A min or max with its shared factor before it, which is never below or never above zero; None where there is none.

    It has the same value, and is missing where ``node`` is: the factor stands in both.
    """
    found = shared(node)
    if found is None:
        return None
    factor, rest = found
    span = env[factor.id]
    if not isinstance(span, Span) or span.never or span[0] < 0 < span[1]:
        return None
    which = node.which if span[0] >= 0 else _OTHER[node.which]
    return Arithmetic("*", factor, Extreme(which, rest))


def shared(node: Extreme) -> tuple[Name, tuple[Node, ...]] | None:
    """The first name that is a factor of every part (all are factors of zero), and what is left of the parts."""
    parts = [part for part in node.of if not _is_zero(part)]
    if len(node.of) < 2 or not parts or not all(isinstance(part, Name | Negate | Arithmetic) for part in parts):
        return None
    for factor in _factors(parts[0]):
        if all(factor in _factors(part) for part in parts[1:]):
            return factor, tuple(part if _is_zero(part) else _without(part, factor) for part in node.of)
    return None


def _is_zero(node: Node) -> bool:
    return isinstance(node, Number) and not node.value


def _factors(node: Node) -> Iterator[Name]:
    """The names by which a formula is multiplied."""
    match node:
        case Name():
            yield node
        case Negate(of=of) | Arithmetic(op="/", left=of):
            yield from _factors(of)
        case Arithmetic(op="*", left=left, right=right):
            yield from _factors(left)
            yield from _factors(right)


def _without(node: Node, factor: Name) -> Node:
    """A formula that is multiplied by ``factor``, once less."""
    match node:
        case Negate(of=of):
            return Negate(_without(of, factor))
        case Arithmetic(op="/", left=left, right=right):
            return Arithmetic("/", _without(left, factor), right)
        case Arithmetic(op="*", left=left, right=right):
            if factor in _factors(left):
                return Arithmetic("*", _without(left, factor), right)
            return Arithmetic("*", left, _without(right, factor))
    return _ONE
