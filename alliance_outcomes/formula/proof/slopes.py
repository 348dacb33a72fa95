"""How far a formula moves with each name it reads: bounds on the change per unit, over whole ranges.

For two settings whose missing values and codes are the same, the change of the formula is a sum over its names of slope
times change, each slope within its bounds. A jump makes a bound infinite on the side to which it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from itertools import pairwise

from ..nodes import (
    Arithmetic,
    Compare,
    Curve,
    Exp,
    Extreme,
    Group,
    IfElse,
    Logic,
    Name,
    Negate,
    Node,
    Nothing,
    Number,
    Round,
    children,
    is_truth,
    walk,
)
from .edges import met
from .factors import taken_out
from .reading import CONTRARY, Env, Stretch, members, narrowed, pieces_met, rounded, span_of, truth_of
from .spans import ANY, FALLS, NO_SLOPE, RISES, ZERO, Interval, Span, add, hull, inverse, minus, times

Slopes = dict[str, Interval]
ONE: Interval = (Fraction(1), Fraction(1))


def slopes_of(node: Node, env: Env) -> Slopes:
    """Bounds on the slope in each name that ``node`` reads; a name that is left out does not move it."""
    return _READERS[type(node)](node, env)


def _sum(one: Slopes, other: Slopes) -> Slopes:
    found = dict(one)
    for name, slope in other.items():
        found[name] = add(found[name], slope) if name in found else slope
    return found


def _scaled(slopes: Slopes, by: Interval) -> Slopes:
    return {name: times(slope, by) for name, slope in slopes.items()}


def _hulled(parts: list[Slopes]) -> Slopes:
    names = {name for part in parts for name in part}
    found: Slopes = {}
    for name in names:
        slope = parts[0].get(name, NO_SLOPE)
        for part in parts[1:]:
            slope = hull(slope, part.get(name, NO_SLOPE))
        found[name] = slope
    return found


def _name(node: Name, env: Env) -> Slopes:
    value = env[node.id]
    return {} if isinstance(value, Span) and value.least >= value.most else {node.id: ONE}


def _arithmetic(node: Arithmetic, env: Env) -> Slopes:
    a, b = slopes_of(node.left, env), slopes_of(node.right, env)
    if node.op == "+":
        return _sum(a, b)
    if node.op == "-":
        return _sum(a, {name: minus(slope) for name, slope in b.items()})
    if not a and not b:
        return {}
    left, right = span_of(node.left, env), span_of(node.right, env)
    if left.never or right.never:
        return {}
    over: Interval = (right[0], right[1])
    if node.op == "/":
        over = inverse(over)
        b = _scaled(b, minus(times(over, over)))
    return _sum(_scaled(a, over), _scaled(b, (left[0], left[1])))


def _extreme(node: Extreme, env: Env) -> Slopes:
    if (product := taken_out(node, env)) is not None:
        return slopes_of(product, env)
    spans = [span_of(part, env) for part in node.of]
    if any(span.never for span in spans):
        return {}
    if node.which == "least":
        limit = min(span[1] for span in spans)
        live = [part for part, span in zip(node.of, spans, strict=True) if span[0] < limit]
    else:
        limit = max(span[0] for span in spans)
        live = [part for part, span in zip(node.of, spans, strict=True) if span[1] > limit]
    # Where every part that moves can pass the limit, a part that stands on the limit holds the extreme there.
    ends = [span[1] if node.which == "least" else span[0] for span in spans]
    passes = [end for part, end in zip(node.of, ends, strict=True) if part in live]
    binds = all(end > limit if node.which == "least" else end < limit for end in passes)
    return _hulled([slopes_of(part, env) for part in live] + ([{}] if binds else []))


def _if_else(node: IfElse, env: Env) -> Slopes:
    truth = truth_of(node.test, env)
    if not (truth.true and truth.false):
        branch = node.then if truth.true else node.otherwise
        return slopes_of(branch, narrowed(node.test, truth.true, env)) if truth.true or truth.false else {}
    found = _hulled(
        [
            slopes_of(node.then, narrowed(node.test, True, env)),
            slopes_of(node.otherwise, narrowed(node.test, False, env)),
        ]
    )
    for test, holds in leaves(node.test):
        jump = jump_at(test, node.then, node.otherwise, env)
        if jump == NO_SLOPE:
            continue
        for name, direction in turning(test, holds, env).items():
            found[name] = add(found.get(name, NO_SLOPE), _leap(times(jump, direction)))
    return found


def _leap(way: Interval) -> Interval:
    """The bounds of a slope across a jump of this sign."""
    if way[0] >= 0:
        return RISES if way[1] > 0 else NO_SLOPE
    return FALLS if way[1] <= 0 else ANY


def leaves(test: Node, holds: bool = True) -> Iterator[tuple[Compare, bool]]:
    """The comparisons of a condition, each with whether the condition turns the same way as it does."""
    if isinstance(test, Compare):
        yield test, holds
    elif isinstance(test, Logic):
        for part in test.of:
            yield from leaves(part, holds != (test.op == "not"))
    elif isinstance(test, IfElse):
        for part in (test.test, test.then, test.otherwise):
            for leaf, _ in leaves(part):
                yield from ((leaf, True), (leaf, False))


def turning(test: Compare, holds: bool, env: Env) -> Slopes:
    """The names that can turn a comparison, each with the sign in which it turns it true (with ``holds``; else false)."""
    truth = truth_of(test, env)
    if not (truth.true and truth.false):
        return {}
    moved = slopes_of(Arithmetic("-", test.left, test.right), env)
    if test.op in ("==", "!="):
        return {name: (Fraction(-1), Fraction(1)) for name in moved}
    op = test.op if holds else CONTRARY[test.op]
    found = {name: _sign(slope if op in (">", ">=") else minus(slope)) for name, slope in moved.items()}
    return {name: sign for name, sign in found.items() if sign != NO_SLOPE}


def _sign(slope: Interval) -> Interval:
    return Fraction((slope[0] > 0) - (slope[0] < 0)), Fraction((slope[1] > 0) - (slope[1] < 0))


def at_edge(test: Compare, env: Env) -> Env:
    """``env`` where both sides of a comparison are equal, as far as a name can be told from the other side."""
    return narrowed(Compare("==", test.left, test.right), True, env)


def jump_at(test: Compare, then: Node, otherwise: Node, env: Env) -> Interval:
    """By how much ``then`` differs from ``otherwise`` where the comparison turns; nothing where one has no value there."""
    edge = at_edge(test, env)
    if then == otherwise:
        return NO_SLOPE
    a, b = span_of(met(then, test, edge), edge), span_of(met(otherwise, test, edge), edge)
    if a.never or b.never:
        return NO_SLOPE
    return a[0] - b[1], a[1] - b[0]


def _curve(node: Curve, env: Env) -> Slopes:
    x = env[node.of.id]
    if not isinstance(x, Span) or x.least >= x.most:
        return {}
    met = pieces_met(node, x)
    given = [piece.slope for _, _, piece in met if piece.slope is not None]
    if not given:
        return {}
    found: Interval = (min(given), max(given))
    for jump in jumps_between(met):
        found = add(found, _leap((jump, jump)))
    return {node.of.id: found} if found != NO_SLOPE else {}


def switching(node: Node, env: Env, whole: Collection[str]) -> set[str]:
    """The names by whose value a formula comes to have none: a gap of a table, a branch of ``none``. Those of ``whole`` do not
    change little by little."""
    found: set[str] = set()
    for each in walk(node):
        if isinstance(each, Curve) and isinstance(x := env[each.of.id], Span) and x.least < x.most:
            if len({piece.slope is None for _, _, piece in pieces_met(each, x)}) > 1:
                found.add(each.of.id)
        elif isinstance(each, IfElse) and not is_truth(each):
            tests = [test for test, _ in leaves(each.test)]
            if tests and lack_unlike(each, env):
                found = found.union(*(turning(test, True, env) for test in tests))
    return found - set(whole)


def lack_unlike(node: IfElse, env: Env) -> bool:
    """Whether one branch can have a value where the other has none."""
    then, otherwise = (
        _lacking(branch, narrowed(node.test, holds, env))
        for branch, holds in ((node.then, True), (node.otherwise, False))
    )
    return then is None or then != otherwise


def _lacking(node: Node, env: Env) -> set[str] | None:
    """The names without any of which a formula has no value; None where that does not tell it."""
    if not span_of(node, env).missing:
        return set()
    if isinstance(node, Name):
        return {node.id}
    if not isinstance(node, Arithmetic | Negate | Extreme | Exp | Round):
        return None
    parts = [_lacking(part, env) for part in children(node)]
    return None if None in parts else set().union(*(part for part in parts if part is not None))


def jumps_between(met: list[Stretch]) -> Iterator[Fraction]:
    """The jumps of a curve between pieces that follow one another."""
    for (_, _, before), (_, _, after) in pairwise(met):
        if before.slope is not None and after.slope is not None and before.upto is not None:
            low = before.slope * before.upto + before.at_zero
            high = after.slope * before.upto + after.at_zero
            if high != low:
                yield high - low


def _round(node: Round, env: Env) -> Slopes:
    of = span_of(node.of, env)
    moved = slopes_of(node.of, env)
    if of.never or rounded(of[0], node.how, node.unit) == rounded(of[1], node.how, node.unit):
        return {}
    return _scaled(moved, RISES)


def _exp(node: Exp, env: Env) -> Slopes:
    power = span_of(node, env)
    return _scaled(slopes_of(node.of, env), (power[0], power[1]))


def _group(node: Group, env: Env) -> Slopes:
    found: Slopes = {}
    if node.kind == "count":
        return found
    there = members(node, env)
    if node.kind in ("lowest", "highest"):
        return {name.id: (ZERO, Fraction(1)) for name in _outermost(node, env) if slopes_of(name, env)}
    if node.kind == "total":
        return _weighed_total(node, env)
    if any(weight[0] < 0 for _, weight in there):
        return {name: ANY for part in (*node.names, *node.weights) for name in slopes_of(part, env)}
    return _mean(node, env)


def _outermost(node: Group, env: Env) -> list[Name]:
    """The names that can be the one that counts: each that passes what one that is always there never falls short of."""
    spans = [(name, span_of(name, env)) for name in node.names]
    sure = [span for _, span in spans if not span.missing]
    if not sure:
        return list(node.names)
    if node.kind == "highest":
        limit = max(span[0] for span in sure)
        return [name for name, span in spans if span[1] > limit]
    limit = min(span[1] for span in sure)
    return [name for name, span in spans if span[0] < limit]


def _weighed_total(node: Group, env: Env) -> Slopes:
    found: Slopes = {}
    for index, name in enumerate(node.names):
        part: Node = Arithmetic("*", node.weights[index], name) if node.weights else name
        found = _sum(found, slopes_of(part, env))
    return found


def _mean(node: Group, env: Env) -> Slopes:
    """The part of all weight that each value has; and of a weight, how far its value lies from the mean."""
    found: Slopes = {}
    mean = span_of(node, env)
    spans = [span_of(name, env) for name in node.names]
    one = Span(Fraction(1), Fraction(1))
    weights = [span_of(weight, env) for weight in node.weights] or [one] * len(spans)
    for index, name in enumerate(node.names):
        if spans[index].never:
            continue
        others = [(s, w) for i, (s, w) in enumerate(zip(spans, weights, strict=True)) if i != index and not s.never]
        least = sum((w[0] for s, w in others if not s.missing), ZERO)
        most = sum((w[1] for _, w in others), ZERO)
        own = weights[index]
        low = ZERO if not own[0] else own[0] / (own[0] + most)
        high = own[1] / (own[1] + least) if own[1] else ZERO
        found = _sum(found, _scaled(slopes_of(name, env), (low, high)))
        if node.weights and own[0] < own[1]:
            apart = (spans[index][0] - mean[1], spans[index][1] - mean[0])
            whole = inverse((own[0] + least, own[1] + most))
            found = _sum(found, _scaled(slopes_of(node.weights[index], env), times(apart, whole)))
    return found


_READERS: dict[type[Node], Callable[..., Slopes]] = {
    Number: lambda _, __: {},
    Name: _name,
    Nothing: lambda _, __: {},
    Arithmetic: _arithmetic,
    Negate: lambda node, env: {name: minus(slope) for name, slope in slopes_of(node.of, env).items()},
    Extreme: _extreme,
    IfElse: _if_else,
    Curve: _curve,
    Round: _round,
    Exp: _exp,
    Group: _group,
}
