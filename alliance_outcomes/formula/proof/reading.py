"""What a formula can be, given what its names can be: spans of numbers, and the truths that conditions can have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import inf, isinf

from ...numbers import round_to
from ..nodes import (
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
from .factors import taken_out
from .spans import NEVER, ZERO, Codes, End, Interval, Span, Truth, add, either, inverse, meet, minus, times

Env = Mapping[str, Span | Codes]
Stretch = tuple[End, End, Piece]
CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def span_of(node: Node, env: Env) -> Span:
    """What a number can be. Sound: every value it can have lies in the span; the span may be wider."""
    return _READERS[type(node)](node, env)


def _name(node: Name, env: Env) -> Span:
    found = env[node.id]
    return found if isinstance(found, Span) else Span(missing=found.missing)


def _arithmetic(node: Arithmetic, env: Env) -> Span:
    a, b = span_of(node.left, env), span_of(node.right, env)
    if a[0] > a[1] or b[0] > b[1]:
        return NEVER
    return Span(*combined(node.op, (a[0], a[1]), (b[0], b[1])), a[2] or b[2])


def combined(op: str, a: Interval, b: Interval) -> Interval:
    """``a op b`` over intervals."""
    if op == "+":
        return add(a, b)
    if op == "-":
        return a[0] - b[1], a[1] - b[0]
    return times(a, b if op == "*" else inverse(b))


def _negate(node: Negate, env: Env) -> Span:
    of = span_of(node.of, env)
    return Span(-of[1], -of[0], of[2]) if of[0] <= of[1] else NEVER


def _extreme(node: Extreme, env: Env) -> Span:
    if (product := taken_out(node, env)) is not None:
        return span_of(product, env)
    parts = [span_of(part, env) for part in node.of]
    if any(part.never for part in parts):
        return NEVER
    pick = min if node.which == "least" else max
    return Span(pick(p[0] for p in parts), pick(p[1] for p in parts), any(p[2] for p in parts))


def _if_else(node: IfElse, env: Env) -> Span:
    truth = truth_of(node.test, env)
    found = NEVER
    if truth.true:
        found = span_of(node.then, narrowed(node.test, True, env))
    if truth.false:
        other = span_of(node.otherwise, narrowed(node.test, False, env))
        found = either(found, other) if truth.true else other
    return Span(found[0], found[1], found[2] or truth.missing)


def piece_edges(curve: Curve) -> list[Stretch]:
    """Each piece of a curve with where it begins and ends."""
    found: list[Stretch] = []
    start: End = -inf
    for piece in curve.pieces:
        end: End = inf if piece.upto is None else piece.upto
        found.append((start, end, piece))
        start = end
    return found


def on_piece(piece: Piece, least: End, most: End) -> Interval:
    """What a piece gives from ``least`` to ``most``."""
    slope = piece.slope or ZERO
    low, high = times((slope, slope), (least, most))
    return low + piece.at_zero, high + piece.at_zero


def pieces_met(curve: Curve, x: Span) -> list[Stretch]:
    """The pieces that ``x`` can lie on, cut to what it can be."""
    found: list[Stretch] = []
    for start, end, piece in piece_edges(curve):
        # A piece that begins after a closed one does not hold its own start, nor an open one its end.
        if x[0] > end or x[1] < start or (x[0] == end and not piece.closed and end != inf):
            continue
        if x[1] == start and start != -inf and found and found[-1][2].closed and found[-1][1] == start:
            continue
        found.append((max(x[0], start), min(x[1], end), piece))
    return found


def _curve(node: Curve, env: Env) -> Span:
    x = env[node.of.id]
    if not isinstance(x, Span) or x.never:
        return NEVER
    found, missing = NEVER, x.missing
    for least, most, piece in pieces_met(node, x):
        if piece.slope is None:
            missing = True
        else:
            found = either(found, Span(*on_piece(piece, least, most)))
    return Span(found[0], found[1], missing)


def rounded(end: End, how: str, unit: Fraction) -> End:
    """A rounded end of an interval."""
    return end if isinstance(end, float) and isinf(end) else round_to(Fraction(end), how, unit)


def _round(node: Round, env: Env) -> Span:
    of = span_of(node.of, env)
    if of.never:
        return NEVER
    return Span(rounded(of[0], node.how, node.unit), rounded(of[1], node.how, node.unit), of[2])


_EXP = Context(prec=40, Emax=10**6, Emin=-(10**6))
_LARGEST_POWER = 10_000


def _power(of: End, up: bool) -> End:
    if of > _LARGEST_POWER:
        return inf if up else Fraction(10) ** 4000
    if of < -_LARGEST_POWER:
        return Fraction(1, 10**4000) if up else ZERO
    context = Context(prec=40, rounding=ROUND_CEILING if up else ROUND_FLOOR, Emax=10**6, Emin=-(10**6))
    exact = Fraction(of)
    power = context.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    slack = Fraction(1, 10**35)
    return Fraction(_EXP.exp(power)) * (1 + slack if up else 1 - slack)


def _exp(node: Exp, env: Env) -> Span:
    of = span_of(node.of, env)
    return NEVER if of.never else Span(_power(of[0], False), _power(of[1], True), of[2])


def members(node: Group, env: Env) -> list[tuple[Span, Interval]]:
    """The values of a group that can be there, each with its weight."""
    found = []
    for index, name in enumerate(node.names):
        value = _name(name, env)
        if value.never:
            continue
        weight = span_of(node.weights[index], env) if node.weights else Span(Fraction(1), Fraction(1))
        found.append((value, (weight[0], weight[1])))
    return found


def _group(node: Group, env: Env) -> Span:
    there = members(node, env)
    sure = [value for value, _ in there if not value.missing]
    if node.kind == "count":
        return Span(Fraction(len(sure)), Fraction(len(there)))
    missing = len(sure) < node.at_least
    if len(there) < node.at_least:
        return NEVER
    if node.kind == "total":
        return Span(*_total(there), missing)
    if node.kind in ("lowest", "highest"):
        return _outermost(node.kind == "highest", [value for value, _ in there], sure, missing)
    if any(weight[0] < 0 for _, weight in there):
        return Span(missing=True)
    whole_missing = missing or not any(not v.missing and w[0] > 0 for v, w in there)
    there = [(v, w) for v, w in there if w[1] > 0]
    if not there:
        return NEVER
    return Span(-_highest_mean([(minus((v[0], v[1])), w, v.missing) for v, w in there]),
                _highest_mean([((v[0], v[1]), w, v.missing) for v, w in there]), whole_missing)  # fmt: skip


def _total(there: Sequence[tuple[Span, Interval]]) -> Interval:
    low, high = ZERO, ZERO
    total: Interval = (low, high)
    for value, weight in there:
        part = times((value[0], value[1]), weight)
        if value.missing:
            part = (min(part[0], ZERO), max(part[1], ZERO))
        total = add(total, part)
    return total


def _outermost(highest: bool, there: list[Span], sure: list[Span], missing: bool) -> Span:
    pick, other = (max, min) if highest else (min, max)
    far = pick(value[1] if highest else value[0] for value in there)
    if sure:
        near = pick(value[0] if highest else value[1] for value in sure)
    else:
        near = other(value[0] if highest else value[1] for value in there)
    return Span(near, far, missing) if highest else Span(far, near, missing)


def _highest_mean(there: list[tuple[Interval, Interval, bool]]) -> End:
    """The highest weighted mean: required values first, then optional ones as long as they raise it."""
    total, whole = ZERO, ZERO
    rest: list[tuple[End, End]] = []
    for value, weight, optional in there:
        if value[1] == inf:
            return inf
        surely = ZERO if optional else weight[0]
        total += end_times_finite(surely, value[1])
        whole += surely  # type: ignore[assignment]  # the lower end of a weight is finite
        if weight[1] > surely:
            rest.append((value[1], weight[1] - surely))
    for value_end, weight_end in sorted(rest, reverse=True):
        if whole and value_end * whole <= total:
            break
        if weight_end == inf or not whole:
            # All the weight that is wanted, or nothing before it: the mean comes as near to this value as it likes.
            if not whole:
                return value_end
            return max(value_end, total / whole)
        total += end_times_finite(weight_end, value_end)
        whole += weight_end  # type: ignore[assignment]  # finite here
    return total / whole if whole else inf


def end_times_finite(a: End, b: End) -> Fraction:
    """A product of two ends, the first finite; an infinite second end stays away from zero weights."""
    return ZERO if not a else a * b  # type: ignore[return-value]  # finite by the caller


_READERS: dict[type[Node], Callable[..., Span]] = {
    Number: lambda node, _: Span(node.value, node.value),
    Name: _name,
    Nothing: lambda _, __: NEVER,
    Arithmetic: _arithmetic,
    Negate: _negate,
    Extreme: _extreme,
    IfElse: _if_else,
    Curve: _curve,
    Round: _round,
    Exp: _exp,
    Group: _group,
}


# -- truths ------------------------------------------------------------------------------------------------------------


def truth_of(node: Node, env: Env) -> Truth:
    """Which truths a condition can have."""
    match node:
        case Compare(op=op, left=left, right=right):
            return _compared(op, span_of(left, env), span_of(right, env))
        case Logic(op="not", of=(inner,)):
            of = truth_of(inner, env)
            return Truth(of.false, of.true, of.missing)
        case Logic(op=op, of=parts):
            found = [truth_of(part, env) for part in parts]
            if op == "and":
                surely_false = any(t.false and not t.true and not t.missing for t in found)
                return Truth(
                    all(t.true for t in found),
                    any(t.false for t in found),
                    not surely_false and any(t.missing for t in found),
                )
            surely_true = any(t.true and not t.false and not t.missing for t in found)
            return Truth(
                any(t.true for t in found),
                all(t.false for t in found),
                not surely_true and any(t.missing for t in found),
            )
        case OneOf(name=Name(id=id_), codes=codes):
            held = env[id_]
            assert isinstance(held, Codes), node
            return Truth(bool(held.codes & codes), bool(held.codes - codes), held.missing)
        case Missing(name=Name(id=id_)):
            value = env[id_]
            there = bool(value.codes) if isinstance(value, Codes) else not value.never
            return Truth(value.missing, there)
    assert isinstance(node, IfElse), node
    return _chosen_truth(node.test, node.then, node.otherwise, env)


def _chosen_truth(test: Node, then: Node, otherwise: Node, env: Env) -> Truth:
    truth = truth_of(test, env)
    nothing = Truth(False, False)
    a = truth_of(then, narrowed(test, True, env)) if truth.true else nothing
    b = truth_of(otherwise, narrowed(test, False, env)) if truth.false else nothing
    return Truth(a.true or b.true, a.false or b.false, a.missing or b.missing or truth.missing)


def _compared(op: str, a: Span, b: Span) -> Truth:
    missing = a[2] or b[2]
    if a[0] > a[1] or b[0] > b[1]:
        return Truth(False, False, True)
    match op:
        case ">":
            return Truth(a[1] > b[0], a[0] <= b[1], missing)
        case ">=":
            return Truth(a[1] >= b[0], a[0] < b[1], missing)
        case "<":
            return Truth(a[0] < b[1], a[1] >= b[0], missing)
        case "<=":
            return Truth(a[0] <= b[1], a[1] > b[0], missing)
        case "==":
            return Truth(a[0] <= b[1] and b[0] <= a[1], not (a[0] == a[1] == b[0] == b[1]), missing)
    return Truth(not (a[0] == a[1] == b[0] == b[1]), a[0] <= b[1] and b[0] <= a[1], missing)


# -- narrowing ---------------------------------------------------------------------------------------------------------


class Narrowed(dict[str, Span | Codes]):
    """What names can be where conditions hold or do not; ``held``: those conditions, outermost first."""

    held: tuple[tuple[Node, bool], ...] = ()


def conditions(env: Env) -> tuple[tuple[Node, bool], ...]:
    """The conditions that hold, or do not, wherever names are as in ``env``."""
    return env.held if isinstance(env, Narrowed) else ()


def narrowed(test: Node, holds: bool, env: Env) -> Env:
    """``env`` with what is known of names where ``test`` holds, or does not.

    What it tells of one name may tell more of another by a condition that ``env`` was narrowed by before.
    """
    before = conditions(env)
    found = Narrowed(env)
    found.held = (*before, (test, holds))
    changes: dict[str, Span | Codes] = {}
    _narrow(test, holds, env, changes)
    rounds = 0
    while (told := {name: span for name, span in changes.items() if span != found[name]}) and rounds <= len(before):
        found.update(told)
        rounds += 1
        changes = {}
        if before or isinstance(test, Logic):
            for condition, true in found.held:
                _narrow(condition, true, found, changes)
    return found


def _narrow(test: Node, holds: bool, env: Env, changes: dict[str, Span | Codes]) -> None:
    match test:
        case Logic(op="not", of=(inner,)):
            _narrow(inner, not holds, env, changes)
        case Logic(op=op, of=parts) if (op == "and") == holds:
            for part in parts:
                _narrow(part, holds, env, changes)
        case Missing(name=Name(id=id_)):
            value = changes.get(id_, env[id_])
            if isinstance(value, Span):
                changes[id_] = NEVER if holds else Span(value[0], value[1])
        case OneOf(name=Name(id=id_), codes=codes):
            held = changes.get(id_, env[id_])
            assert isinstance(held, Codes), test
            changes[id_] = Codes(held.codes & codes if holds else held.codes - codes)
        case Compare(op=op, left=left, right=right):
            op = op if holds else CONTRARY[op]
            _bound(left, op, right, env, changes)
            _bound(right, MIRRORED[op], left, env, changes)


def _bound(of: Node, op: str, by: Node, env: Env, changes: dict[str, Span | Codes]) -> None:
    """Bound a name (or its negative) by the other side of a comparison that holds."""
    if isinstance(of, Negate) and isinstance(of.of, Name):
        of, op, by = of.of, MIRRORED[op], Negate(by)
    if not isinstance(of, Name) or op == "!=":
        return
    value, limit = changes.get(of.id, env[of.id]), span_of(by, env)
    assert isinstance(value, Span), of  # a category is compared with codes only
    low: End = limit[0] if op in (">", ">=", "==") else -inf
    high: End = limit[1] if op in ("<", "<=", "==") else inf
    found = meet(value, (low, high))
    if not found.never:
        changes[of.id] = Span(found[0], found[1])
