"""Where a calculation turns: the conditions, the ends of pieces, the rounding of its steps, and the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ...formula.exact import Value, exact
from ...formula.nodes import Compare, Curve, Extreme, IfElse, Name, Node, Number, Round, names, walk
from ...formula.proof.model import Model, Point
from ...formula.proof.reading import span_of
from ...formula.proof.slopes import jump_at, leaves
from ...formula.proof.spans import Interval, Span
from ...problems import Place
from .places import place_of
from .setting import Setting

Mark = Callable[[Point], object]


@dataclass(frozen=True)
class Site:
    """A place in a step where its formula turns: ``mark`` tells which side a setting lies on; ``jump`` bounds the leap."""

    step: str
    what: str
    place: Place | None
    node: Node
    mark: Mark
    jump: Interval
    edge: Fraction | None = None


def sites(setting: Setting) -> Iterator[Site]:
    """Every place where a number in the calculation can leap."""
    env = setting.model.env(setting.model.domains)
    if env is None:
        return
    for step, formula in setting.model.steps.items():
        if ">" in step:
            continue
        for node in walk(formula):
            place = node.place or place_of(setting, step)
            if isinstance(node, IfElse):
                for test, _ in leaves(node.test):
                    if gradual(setting.model, test):
                        jump = jump_at(test, node.then, node.otherwise, env)
                        yield Site(step, "test", test.place or place, test, truth_mark(test), jump)
            elif isinstance(node, Curve) and node.of.id not in setting.model.whole:
                yield from _leaps(setting, step, node, place, env[node.of.id])
            elif isinstance(node, Round):
                span = span_of(node.of, env)
                if not span.never:
                    yield Site(step, "rounding", place, node, _value_mark(node), (-node.unit, node.unit))


def gradual(model: Model, test: Compare) -> bool:
    """Whether a comparison is of what can change little by little, not of counted persons, codes and flags alone."""
    read = set(names(test))
    cone = model.cone(read)
    loose = [name for name in model.domains if name in cone and name not in model.whole]
    return any(isinstance(model.domains[name], Span) for name in loose)


def truth_mark(test: Node) -> Mark:
    """Whether a condition holds."""
    read = exact(test)
    return lambda values: read(values)


def _value_mark(node: Node) -> Mark:
    read = exact(node)
    return lambda values: read(values)


def _leaps(setting: Setting, step: str, curve: Curve, place: Place | None, span: object) -> Iterator[Site]:
    for before, after in zip(curve.pieces, curve.pieces[1:], strict=False):
        if before.upto is None or before.slope is None or after.slope is None:
            continue
        jump = (after.slope - before.slope) * before.upto + after.at_zero - before.at_zero
        inside = isinstance(span, Span) and span[0] <= before.upto <= span[1]
        if jump and inside:
            test = Compare("<=" if before.closed else "<", curve.of, Number(before.upto))
            yield Site(step, "step", place, test, truth_mark(test), (jump, jump), before.upto)


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
            elif isinstance(node, Extreme) and (node.place is not None or role in ("clause", "line")):
                yield from _limits(step, node, place)


def _counted(setting: Setting, test: Compare) -> bool:
    """Whether a comparison is one that the compiler made of minimum_n, or that a rule made of its levels."""
    n = {form.n for form in setting.calculation.indicators if form.n}
    return bool(n & set(names(test))) or (test.place is None and not _of_clause(setting, test))


def _of_clause(setting: Setting, test: Compare) -> bool:
    clauses = setting.contract.settlement
    return any(name.partition(".")[0].partition("[")[0] in clauses for name in names(test))


def _both_ways(step: str, test: Compare, place: Place | None) -> Iterator[Reach]:
    from ...formula.nodes import Arithmetic
    from ...formula.proof.reading import CONTRARY

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
        if piece.slope is None or (index == 0 and high is not None) or _flat_end(curve, index):
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


def _limits(step: str, node: Extreme, place: Place | None) -> Iterator[Reach]:
    """Each part of a min or max: it ought to be the one that counts in some setting."""
    from ...formula.nodes import Arithmetic

    for index, part in enumerate(node.of):
        others = tuple(other for i, other in enumerate(node.of) if i != index)
        rest = others[0] if len(others) == 1 else Extreme(node.which, others)
        gap = Arithmetic("-", rest, part) if node.which == "least" else Arithmetic("-", part, rest)
        # A bound of zero that is only touched is no fault: there is nothing to share.
        touched = part == Number(Fraction(0))
        values: dict[str, Fraction | str] = {"which": node.which}
        happens = _compared_with_zero(">=" if touched else ">")
        yield Reach(step, "reach.limit", values, part.place or place, gap, happens, Fraction(0), None, not touched)
