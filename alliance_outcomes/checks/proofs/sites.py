"""Where a calculation turns: the conditions, the ends of pieces, the rounding of its steps, and the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ...formula.exact import Reader, Value, exact
from ...formula.nodes import (
    Arithmetic,
    Compare,
    Curve,
    Extreme,
    IfElse,
    Missing,
    Name,
    Node,
    Number,
    Round,
    children,
    is_truth,
    names,
    rebuild,
    walk,
)
from ...formula.proof.model import Model
from ...formula.proof.reading import CONTRARY, Env, conditions, narrowed, span_of, truth_of
from ...formula.proof.slopes import at_edge, jump_at, lack_unlike, leaves, slopes_of
from ...formula.proof.spans import ANY, EITHER, NO_SLOPE, Interval, Span, times
from ...problems import Place
from .places import place_in, place_of
from .setting import Setting

PART = "part>"


@dataclass(frozen=True)
class Site:
    """A place in a step where its formula turns: ``mark`` tells which side a setting lies on; ``jump`` bounds the leap.

    ``upwards``: the leap is that of a ``node`` whose left side comes to lie above its right; False: below; None: either.
    """

    step: str
    what: str
    place: Place | None
    node: Node
    mark: Reader
    jump: Interval
    upwards: bool | None = None
    choice: IfElse | None = None


def sites(setting: Setting) -> Iterator[Site]:
    """Every place where a number in the calculation can leap."""
    model = setting.model
    env = model.env(model.domains)
    if env is None:
        return
    for step, formula in model.steps.items():
        if ">" in step:
            continue
        for node, near in _met(formula, env):
            place = node.place or place_of(setting, step)
            if isinstance(node, IfElse) and not is_truth(node):  # a choice of conditions is part of a test
                for test, _ in leaves(node.test):
                    if gradual(model, test):
                        jump = times(_leap(model, test, node, near, env), _share(formula, node, env))
                        where = test.place or place_in(setting, step, test) or place
                        upwards = {">": True, ">=": True, "<": False, "<=": False}.get(test.op)
                        alone = test is node.test  # of several conditions each may turn the whole to either side
                        yield Site(step, "test", where, test, exact(test), jump, upwards if alone else None, node)
                        if lack_unlike(node, near):
                            yield Site(step, "gap", where, test, exact(test), ANY)
            elif isinstance(node, Curve) and node.of.id not in model.whole:
                yield from _leaps(step, node, place, env[node.of.id])
                yield from _gaps(step, node, place, env[node.of.id])
            elif isinstance(node, Round):
                span = span_of(node.of, near)
                if not span.never:
                    jump = times((-node.unit, node.unit), _share(formula, node, env))
                    yield Site(step, "rounding", place, node, exact(node), jump)


def _met(node: Node, env: Env) -> Iterator[tuple[Node, Env]]:
    """A formula and everything below it, each with what names can be where it is read."""
    yield node, env
    if isinstance(node, IfElse):
        yield from _met(node.test, env)
        truth = EITHER if is_truth(node) else truth_of(node.test, env)
        if truth.true:
            yield from _met(node.then, narrowed(node.test, True, env))
        if truth.false:
            yield from _met(node.otherwise, narrowed(node.test, False, env))
    else:
        for child in children(node):
            yield from _met(child, env)


def _leap(model: Model, test: Compare, node: IfElse, near: Env, env: Env) -> Interval:
    """By how much the branches differ where the comparison turns, with everything that reads the name held there too."""
    edge = at_edge(test, near)
    held = {name: span for name, span in edge.items() if span != env[name]}
    box = {name: held.get(name, span) for name, span in model.domains.items()}
    at = (model.env(box, held) if held else env) or env
    for condition, holds in conditions(near):
        at = narrowed(condition, holds, at)
    return jump_at(test, node.then, node.otherwise, at)


def jump_within(model: Model, site: Site, env: Env) -> Interval:
    """What the step of a test leaps by at most, where names are as in ``env``; nothing where the test is not read there."""
    formula = model.steps[site.step]
    for node, near in _met(formula, env):
        if node is site.choice and isinstance(site.node, Compare):
            return times(_leap(model, site.node, node, near, env), _share(formula, node, env))
    return NO_SLOPE


def _share(formula: Node, part: Node, env: Env) -> Interval:
    """How far a formula moves with a part of it."""
    if formula is part:
        return Fraction(1), Fraction(1)
    span = span_of(part, env)
    with_name = _replaced(formula, part)
    return slopes_of(with_name, {**env, PART: span}).get(PART, NO_SLOPE)


def _replaced(node: Node, part: Node) -> Node:
    return Name(PART) if node is part else rebuild(node, lambda child: _replaced(child, part))


def gradual(model: Model, test: Compare) -> bool:
    """Whether a comparison is of what can change little by little, not of counted persons, codes and flags alone."""
    read = set(_moving(test))
    for name in reversed(list(model.steps)):
        if name in read:
            read.update(_moving(model.steps[name]))
    return any(isinstance(model.domains.get(name), Span) and name not in model.whole for name in read)


def _moving(node: Node) -> Iterator[str]:
    """The names by whose numbers a formula moves, not only by whether they are there."""
    if isinstance(node, Name):
        yield node.id
    elif not isinstance(node, Missing):
        for child in children(node):
            yield from _moving(child)


def _leaps(step: str, curve: Curve, place: Place | None, span: object) -> Iterator[Site]:
    for before, after in zip(curve.pieces, curve.pieces[1:], strict=False):
        if before.upto is None or before.slope is None or after.slope is None:
            continue
        jump = (after.slope - before.slope) * before.upto + after.at_zero - before.at_zero
        inside = isinstance(span, Span) and span[0] <= before.upto <= span[1]
        if jump and inside:
            test = Compare("<=" if before.closed else "<", curve.of, Number(before.upto))
            yield Site(step, "step", place, test, exact(test), (jump, jump), True)


def _gaps(step: str, curve: Curve, place: Place | None, span: object) -> Iterator[Site]:
    """Where a table begins and ends to give a value: what is paid without one is another formula."""
    for before, after in pairwise(curve.pieces):
        if before.upto is None or not isinstance(span, Span) or (before.slope is None) == (after.slope is None):
            continue
        # At an end of the range only the side that holds the level itself can be met.
        below, above = (
            (span[0] <= before.upto, span[1] > before.upto)
            if before.closed
            else (span[0] < before.upto, span[1] >= before.upto)
        )
        if below and above:
            test = Compare("<=" if before.closed else "<", curve.of, Number(before.upto))
            yield Site(step, "gap", place, test, exact(test), ANY)


# -- what can be reached -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """Something that ought to happen: ``mark`` of a setting is among ``wanted`` where it does.

    ``between`` bounds the ``difference`` that decides it: it happens where the difference lies in there.
    """

    step: str
    kind: str
    values: dict[str, Fraction | str]
    place: Place | None
    difference: Node
    happens: Callable[[Value], bool]
    least: Fraction | None = None
    most: Fraction | None = None
    open_: bool = True


def reaches(setting: Setting) -> Iterator[Reach]:
    """Every band, step, gate and limit of the contract, as something that ought to be able to happen."""
    for step, formula in setting.model.steps.items():
        if ">" in step:
            continue
        role = next((each.role for each in setting.calculation.steps if each.name == step), "")
        for node in walk(formula):
            place = node.place or place_of(setting, step)
            if isinstance(node, Compare) and not _counted(setting, node):
                yield from _both_ways(step, node, place)
            elif isinstance(node, Curve):
                yield from _pieces(step, node, place)
            elif isinstance(node, Extreme) and len(node.of) > 1 and (node.place or role in ("clause", "line")):
                yield from _limits(setting, step, node, place)


def _counted(setting: Setting, test: Compare) -> bool:
    """Whether a comparison is one that the compiler made of minimum_n, or that a rule made of its levels."""
    n = {form.n for form in setting.calculation.indicators if form.n}
    return bool(n & set(names(test))) or (test.place is None and not _of_clause(setting, test))


def _of_clause(setting: Setting, test: Compare) -> bool:
    clauses = setting.contract.settlement
    return any(name.partition(".")[0].partition("[")[0] in clauses for name in names(test))


def _both_ways(step: str, test: Compare, place: Place | None) -> Iterator[Reach]:
    difference = Arithmetic("-", test.left, test.right)
    for kind, op in (("reach.true", test.op), ("reach.false", CONTRARY[test.op])):
        if op in ("==", "!="):
            continue
        above = op in (">", ">=")
        strict = op in (">", "<")
        yield Reach(
            step, kind, {}, place, difference,
            _compared_with_zero(op), Fraction(0) if above else None, None if above else Fraction(0), strict,
        )  # fmt: skip


def _compared_with_zero(op: str) -> Callable[[Value], bool]:
    read = exact(Compare(op, Name("x"), Number(Fraction(0))))
    return lambda value: bool(read({"x": value}))


def _pieces(step: str, curve: Curve, place: Place | None) -> Iterator[Reach]:
    """The pieces between levels; what lies flat beyond a continuous end is no step of its own."""
    start: Fraction | None = None
    for index, piece in enumerate(curve.pieces):
        low, high = start, piece.upto
        start = piece.upto
        # The ends of a line through points are flat by themselves; every band was written.
        of_bands = step.endswith(".slices")
        if piece.slope is None or (not of_bands and ((index == 0 and high is not None) or _flat_end(curve, index))):
            continue
        test = _inside(low, high, curve.pieces[index - 1].closed if index else False, piece.closed)
        values: dict[str, Fraction | str] = {"from": "" if low is None else low, "to": "" if high is None else high}
        yield Reach(step, "reach.piece", values, place, curve.of, test, low, high)


def _flat_end(curve: Curve, index: int) -> bool:
    if index != len(curve.pieces) - 1 or index == 0:
        return False
    before, last = curve.pieces[index - 1], curve.pieces[index]
    if before.slope is None or last.slope is None or before.upto is None or last.slope:
        return False
    return before.slope * before.upto + before.at_zero == last.at_zero


def _inside(
    low: Fraction | None, high: Fraction | None, low_closed: bool, high_closed: bool
) -> Callable[[Value], bool]:
    def test(value: Value) -> bool:
        if value is None or isinstance(value, str):
            return False
        above = low is None or value > low or (value == low and not low_closed)
        return above and (high is None or value < high or (value == high and high_closed))

    return test


def _limits(setting: Setting, step: str, node: Extreme, place: Place | None) -> Iterator[Reach]:
    """Each part of a min or max: it ought to be the one that counts in some setting."""
    for index, part in enumerate(node.of):
        others = tuple(other for i, other in enumerate(node.of) if i != index)
        rest = others[0] if len(others) == 1 else Extreme(node.which, others)
        gap = Arithmetic("-", rest, part) if node.which == "least" else Arithmetic("-", part, rest)
        # A bound of zero that is only touched is no fault: there is nothing to share.
        touched = part == Number(Fraction(0))
        where = place_in(setting, step, part) or place
        values: dict[str, Fraction | str] = {"which": node.which}
        happens = _compared_with_zero(">=" if touched else ">")
        yield Reach(step, "reach.limit", values, part.place or where, gap, happens, Fraction(0), None, not touched)
