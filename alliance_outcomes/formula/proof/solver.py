"""The solver: a model as exact reals for z3, asked only what the chain rule left open, for at most a second and a half."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isinf
from time import perf_counter
from typing import Any, NamedTuple

from ..nodes import (
    Arithmetic,
    Compare,
    Curve,
    Extreme,
    Group,
    IfElse,
    Logic,
    Name,
    Negate,
    Node,
    Number,
    children,
)
from .model import Box, Model
from .reading import Env, narrowed, pieces_met, truth_of
from .spans import Codes, Span

MILLISECONDS = 1_500
# The solver multiplies out what it is given before its time begins to run.
MOST_FACTORS, MOST_PRODUCTS = 16, 20_000


@dataclass
class Asked:
    """How often the solver was asked, and the seconds of the slowest answer."""

    queries: int = 0
    slowest: float = 0.0


ASKED = Asked()


class _TooHard(Exception):
    """A formula that is not put to the solver."""


def falls_nowhere(model: Model, box: Box, name: str, result: str, way: int) -> bool:
    """Whether the solver proves that ``result`` never falls as ``name`` rises (way -1: falls) within ``box``."""
    import z3  # type: ignore[import-untyped]  # it carries no types

    env = model.env(box)
    if env is None:
        return True
    if name not in model.domains:
        return False
    context = z3.Context()
    solver = z3.Solver(ctx=context)
    solver.set("timeout", MILLISECONDS)
    solver.set("max_memory", 1_000)
    try:
        shared = {each: _variable(z3, context, each, span) for each, span in box.items()}
        later = {**shared, name: z3.Real(f"{name}'", context)}
        for each, variable in (*shared.items(), (name, later[name])):
            span = box[each]
            if variable is not None and isinstance(span, Span):
                solver.add(*([variable >= _number(z3, context, span[0])] if not isinf(span[0]) else []))
                solver.add(*([variable <= _number(z3, context, span[1])] if not isinf(span[1]) else []))
        one = _encoded(z3, context, model, env, shared, result)
        other = _encoded(z3, context, model, env, later, result)
    except _TooHard:
        return False
    solver.add(shared[name] < later[name] if way > 0 else shared[name] > later[name])
    solver.add(other < one)
    began = perf_counter()
    answer = solver.check()
    ASKED.queries += 1
    ASKED.slowest = max(ASKED.slowest, perf_counter() - began)
    return bool(answer == z3.unsat)


def _variable(z3: Any, context: Any, name: str, span: Span | Codes) -> Any:
    if isinstance(span, Codes) or span.never:
        return None
    if span.missing:
        raise _TooHard
    return z3.Real(name, context)


def _number(z3: Any, context: Any, value: Fraction | float) -> Any:
    exact = Fraction(value)
    return z3.RealVal(f"{exact.numerator}/{exact.denominator}", context)


def _encoded(z3: Any, context: Any, model: Model, env: Env, inputs: Mapping[str, Any], result: str) -> Any:
    """The term of a step. Each step that is read is written out where it is read; equal terms are shared by z3."""
    terms: dict[str, Any] = dict(inputs)
    sizes = dict.fromkeys(inputs, _Size(1, 1))
    writer = _Writer(z3, context, env, terms)
    for name, node in model.steps.items():
        span = env[name]
        sizes[name] = _size(node, sizes)
        if isinstance(span, Span) and span.point:
            terms[name] = _number(z3, context, span[0])
        elif isinstance(span, Span) and span.never:
            terms[name] = None
        elif (isinstance(span, Span) and span.missing) or sizes[name].large:
            terms[name] = _HARD
        else:
            terms[name] = writer.number(node, env)
    if terms[result] is None or terms[result] is _HARD:
        raise _TooHard
    return terms[result]


_HARD = object()


class _Size(NamedTuple):
    """Of a formula multiplied out: the most ``factors`` in a product, and at most how many ``products`` it adds up."""

    factors: int
    products: int

    @property
    def large(self) -> bool:
        """Whether it is not put to the solver."""
        return self.factors > MOST_FACTORS or self.products > MOST_PRODUCTS


def _size(node: Node, sizes: Mapping[str, _Size]) -> _Size:
    """The size of a formula, given those of the names it reads; what is large stays so, and grows no further."""
    match node:
        case Name(id=id_):
            return sizes[id_]
        case Arithmetic(op="*" | "/", left=left, right=right):
            return _times(_size(left, sizes), _size(right, sizes))
        case Group(names=names, weights=(_, *_) as weights):
            parts = [_times(sizes[name.id], _size(weight, sizes)) for name, weight in zip(names, weights, strict=True)]
        case _:
            parts = [_size(child, sizes) for child in children(node)] or [_Size(0, 1)]
            if isinstance(node, Compare | Curve | Extreme | IfElse) and not any(part.large for part in parts):
                return _Size(1, 1)  # a choice is one factor of what it stands in; it is not multiplied out
    return _Size(max(part.factors for part in parts), min(sum(part.products for part in parts), MOST_PRODUCTS + 1))


def _times(one: _Size, other: _Size) -> _Size:
    return _Size(
        min(one.factors + other.factors, MOST_FACTORS + 1), min(one.products * other.products, MOST_PRODUCTS + 1)
    )


@dataclass
class _Writer:
    """Formulas as terms of the solver."""

    z3: Any
    context: Any
    env: Env
    terms: dict[str, Any]

    def number(self, node: Node, env: Env) -> Any:
        """The term of a number that is there."""
        z3 = self.z3
        match node:
            case Number(value=value):
                return _number(z3, self.context, value)
            case Name(id=id_):
                return self._known(id_)
            case Arithmetic(op=op, left=left, right=right):
                return _OPERATIONS[op](self.number(left, env), self.number(right, env))
            case Negate(of=of):
                return -self.number(of, env)
            case Extreme(which=which, of=parts):
                found = self.number(parts[0], env)
                for part in parts[1:]:
                    other = self.number(part, env)
                    found = z3.If(found <= other if which == "least" else found >= other, found, other)
                return found
            case IfElse(test=test, then=then, otherwise=otherwise):
                return self._if_else(test, then, otherwise, env)
            case Curve():
                return self._curve(node, env)
            case Group():
                return self._group(node, env)
        raise _TooHard  # no value, a rounding, a power of e

    def _known(self, id_: str) -> Any:
        term = self.terms[id_]
        if term is None or term is _HARD:
            raise _TooHard
        return term

    def _if_else(self, test: Node, then: Node, otherwise: Node, env: Env) -> Any:
        truth = truth_of(test, env)
        if truth.missing:
            raise _TooHard
        if not (truth.true and truth.false):
            return self.number(then if truth.true else otherwise, narrowed(test, truth.true, env))
        a, b = self.number(then, narrowed(test, True, env)), self.number(otherwise, narrowed(test, False, env))
        return self.z3.If(self.truth(test, env), a, b)

    def truth(self, node: Node, env: Env) -> Any:
        """The term of a condition."""
        z3 = self.z3
        known = truth_of(node, env)
        if not known.missing and not (known.true and known.false):
            return z3.BoolVal(known.true, self.context)
        match node:
            case Compare(op=op, left=left, right=right):
                return _COMPARISONS[op](self.number(left, env), self.number(right, env))
            case Logic(op="not", of=(inner,)):
                return z3.Not(self.truth(inner, env))
            case Logic(op=op, of=parts):
                terms = [self.truth(part, env) for part in parts]
                return z3.And(*terms) if op == "and" else z3.Or(*terms)
        raise _TooHard  # a code, or whether something is missing

    def _curve(self, node: Curve, env: Env) -> Any:
        x = self._known(node.of.id)
        span = env[node.of.id]
        assert isinstance(span, Span), node
        found: Any = None
        for _, end, piece in reversed(pieces_met(node, span)):
            if piece.slope is None:
                raise _TooHard
            value = _number(self.z3, self.context, piece.slope) * x + _number(self.z3, self.context, piece.at_zero)
            if found is None:
                found = value
            else:
                edge = _number(self.z3, self.context, end)
                found = self.z3.If(x <= edge if piece.closed else x < edge, value, found)
        return found

    def _group(self, node: Group, env: Env) -> Any:
        there = [(i, n) for i, n in enumerate(node.names) if not _gone(env[n.id])]
        values = [self._known(name.id) for _, name in there]
        if not values or node.kind == "count" or len(values) < node.at_least:
            raise _TooHard
        if node.kind in ("lowest", "highest"):
            found = values[0]
            for other in values[1:]:
                found = self.z3.If(found <= other if node.kind == "lowest" else found >= other, found, other)
            return found
        one = _number(self.z3, self.context, Fraction(1))
        weights = [self.number(node.weights[i], env) if node.weights else one for i, _ in there]
        total = sum(w * v for w, v in zip(weights[1:], values[1:], strict=True)) + weights[0] * values[0]
        return total if node.kind == "total" else total / (sum(weights[1:]) + weights[0])


def _gone(span: Span | Codes) -> bool:
    return isinstance(span, Span) and span.never


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
