"""The chain rule over a whole calculation: how far a result moves with an input, from the slopes of the steps between.

Slopes of steps multiply along a path and add over paths. The sum is linear in each step's slope, so its bounds are found
where every slope is at one of its ends; a path that splits and joins again is counted with the same slope on both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from math import inf, isinf

from .spans import ANY, NO_SLOPE, ZERO, End, Interval, add, times

Edges = dict[str, dict[str, Interval]]  # by step: the slopes in the names it reads
MOST_LOOSE = 9


def chained(edges: Mapping[str, Mapping[str, Interval]], order: Iterable[str], source: str, result: str) -> Interval:
    """Bounds on the slope of ``result`` in ``source``; ``order`` names the steps, each after what it reads."""
    if source == result:
        return Fraction(1), Fraction(1)
    within = _between(edges, order, source, result)
    if result not in within:
        return NO_SLOPE
    rough = _forward(within, source, result)
    if rough[0] >= 0 or rough[1] <= 0:
        return rough
    back = backward(within, result)[source]
    rough = max(rough[0], back[0]), min(rough[1], back[1])
    if rough[0] >= 0 or rough[1] <= 0:
        return rough
    reduced = _reduced(within, result)
    loose = [(step, name) for step, reads in reduced.items() for name, s in reads.items() if s[0] != s[1]]
    if len(loose) > MOST_LOOSE:
        return rough
    return _at_corners(reduced, loose, source, result)


def _between(edges: Mapping[str, Mapping[str, Interval]], order: Iterable[str], source: str, result: str) -> Edges:
    """The steps on a path from source to result, with the names on it that each reads."""
    reached = {source}
    found: Edges = {}
    for step in order:
        reads = {name: slope for name, slope in edges.get(step, {}).items() if name in reached and slope != NO_SLOPE}
        if reads and step != source:
            reached.add(step)
            found[step] = reads
        if step == result:
            break
    if result not in found:
        return {}
    wanted = {result}
    for step in reversed(list(found)):
        if step in wanted:
            wanted |= found[step].keys()
        else:
            del found[step]
    return found


def _forward(edges: Edges, source: str, result: str) -> Interval:
    total: dict[str, Interval] = {source: (Fraction(1), Fraction(1))}
    for step, reads in edges.items():
        slope = NO_SLOPE
        for name, each in reads.items():
            slope = add(slope, times(total[name], each))
        total[step] = slope
    return total[result]


def backward(edges: Edges, result: str) -> dict[str, Interval]:
    """Bounds on the slope of ``result`` in every name that it depends on, in one pass; ``edges`` in the order of the steps.

    As _forward, from the result: what is shared at its end (a factor of the whole of a clause) is added up first.
    """
    total: dict[str, Interval] = {result: (Fraction(1), Fraction(1))}
    for step, reads in reversed(edges.items()):
        if (slope := total.get(step, NO_SLOPE)) != NO_SLOPE:
            for name, each in reads.items():
                total[name] = add(total.get(name, NO_SLOPE), times(slope, each))
    return total


def _reduced(edges: Edges, result: str) -> Edges:
    """The same paths with steps left out that no bound depends on: with one way in or one way out, or fixed slopes."""
    edges = {step: dict(reads) for step, reads in edges.items()}
    changed = True
    while changed:
        changed = False
        for step in list(edges):
            if step == result:
                continue
            readers = [other for other, reads in edges.items() if step in reads]
            ways_in = edges[step]
            fixed_in = all(slope[0] == slope[1] for slope in ways_in.values())
            fixed_out = all(edges[reader][step][0] == edges[reader][step][1] for reader in readers)
            if (len(ways_in) == 1 and len(readers) == 1) or fixed_in or fixed_out:
                _bridge(edges, step, readers)
                changed = True
    return edges


def _bridge(edges: Edges, step: str, readers: list[str]) -> None:
    ways_in = edges.pop(step)
    for reader in readers:
        out = edges[reader].pop(step)
        for name, slope in ways_in.items():
            through = times(slope, out)
            edges[reader][name] = add(edges[reader][name], through) if name in edges[reader] else through


# A number of the form a + b w + c w^2 ..., w greater than every number: what slopes of jumps come to.
Large = tuple[Fraction, ...]


def _large(end: End) -> Large:
    return (ZERO, Fraction(1 if end > 0 else -1)) if isinstance(end, float) and isinf(end) else (Fraction(end),)


def _large_sum(a: Large, b: Large) -> Large:
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    return tuple(x + (shorter[i] if i < len(shorter) else ZERO) for i, x in enumerate(longer))


def _large_product(a: Large, b: Large) -> Large:
    found = [ZERO] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return tuple(found)


def _settled(value: Large) -> End:
    for part in reversed(value[1:]):
        if part:
            return inf if part > 0 else -inf
    return value[0]


def _at_corners(edges: Edges, loose: list[tuple[str, str]], source: str, result: str) -> Interval:
    fixed = {(step, name): _large(s[0]) for step, reads in edges.items() for name, s in reads.items()}
    ends = [[_large(end) for end in edges[step][name]] for step, name in loose]
    # A slope without bounds on both sides passes zero too: its corners are not enough by themselves.
    if any(edges[step][name] == ANY for step, name in loose):
        ends = [[*each, (ZERO,)] if edges[s][n] == ANY else each for each, (s, n) in zip(ends, loose, strict=True)]
    low: End = inf
    high: End = -inf
    for corner in product(*ends):
        at = {**fixed, **dict(zip(loose, corner, strict=True))}
        total: dict[str, Large] = {source: (Fraction(1),)}
        for step, reads in edges.items():
            value: Large = (ZERO,)
            for name in reads:
                value = _large_sum(value, _large_product(total[name], at[step, name]))
            total[step] = value
        end = _settled(total[result])
        low, high = min(low, end), max(high, end)
        if low == -inf and high == inf:
            break
    return low, high
