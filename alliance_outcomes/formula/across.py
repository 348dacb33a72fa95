"""Reads what is taken over all payees: totals, means, percentiles, ranks, and the factor that spends a pool. Exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .exact import Value, Values
from .nodes import Across


class PoolsDiffer(ValueError):
    """Payees see different pools, so no one number spends it."""


def read_across(node: Across, payees: Sequence[Values]) -> list[Value]:
    """The value of ``node`` for each of ``payees``, given the values of each so far."""
    inside = [
        values
        for values in payees
        if values[node.of.id] is not None and (node.among is None or _holds(values[node.among.id]))
    ]
    numbers = [_number(values, node.of.id) for values in inside]
    if node.kind == "rank":
        order = sorted(numbers, reverse=node.method == "highest_first")
        first: dict[Fraction, int] = {}
        for place, number in enumerate(order, 1):
            first.setdefault(number, place)
        ranked = {id(values) for values in inside}
        return [Fraction(first[_number(values, node.of.id)]) if id(values) in ranked else None for values in payees]
    value = _factor(node, inside, payees) if node.kind == "factor" else _summary(node, numbers)
    return [value] * len(payees)


def _holds(value: Value) -> bool:
    """Whether a payee belongs: its condition holds, or its number is not 0."""
    return value is not None and value is not False and value != 0


def _number(values: Values, name: str) -> Fraction:
    value = values[name]
    if value is None or isinstance(value, str):
        raise TypeError(name)
    return Fraction(value)


def _summary(node: Across, numbers: list[Fraction]) -> Value:
    total = sum(numbers, Fraction(0))
    if node.kind == "total":
        return total
    if node.kind == "count":
        return Fraction(len(numbers))
    if not numbers:
        return None
    if node.kind == "mean":
        return total / len(numbers)
    if node.kind == "percentile":
        return percentile(numbers, node.share or Fraction(0), node.method)
    return min(numbers) if node.kind == "lowest" else max(numbers)


def percentile(numbers: list[Fraction], share: Fraction, method: str) -> Fraction:
    """The ``share`` percentile of ``numbers`` by ``method`` (one of nodes.PERCENTILES).

    All but nearest_rank stand at share x (n - 1) of the ordered numbers, counted from 0: on a number, or between two.
    """
    order = sorted(numbers)
    if method == "nearest_rank":
        return order[max(0, -int(-share * len(order) // 1) - 1)]
    at = share * (len(order) - 1)
    below = at.numerator // at.denominator
    above = below + (at != below)
    match method:
        case "lower":
            return order[below]
        case "higher":
            return order[above]
        case "midpoint":
            return (order[below] + order[above]) / 2
    return order[below] + (order[above] - order[below]) * (at - below)


def _factor(node: Across, inside: list[Values], payees: Sequence[Values]) -> Value:
    """The k with sum of min(k x base, most) = pool; with nothing to share it by, or more than all limits, no value.

    Each payee's part rises with k until it meets its limit, so the sum is a line between those k.
    """
    assert node.pool is not None
    pools = {values[node.pool.id] for values in payees}
    if len(pools) != 1 or None in pools:
        raise PoolsDiffer(node.pool.id)
    pool = _number(payees[0], node.pool.id)
    bases = [_number(values, node.of.id) for values in inside]
    if any(base < 0 for base in bases):
        return None
    spent, free = Fraction(0), sum(bases)
    if node.most is None:
        return pool / free if free else None
    limits = [_number(values, node.most.id) for values in inside]
    parts = sorted((limit / base, base, limit) for base, limit in zip(bases, limits, strict=True) if base > 0)
    for ratio, base, limit in parts:  # at each ratio those before it stand at their limits
        if spent + ratio * free >= pool:
            return (pool - spent) / free
        spent, free = spent + limit, free - base
    return None
