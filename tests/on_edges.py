"""Settings of one payee's inputs that lie exactly on what decides: levels, gates, caps, breakpoints and half cents.

Where a formula decides between two settings in different ways, there is a point between them on the very edge. What
moves in proportion has it where the straight line says, as an exact fraction; the exact reader tells whether it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.formula.exact import DivisionByZero, Reader, Value, exact
from alliance_outcomes.formula.nodes import Arithmetic, Compare, Curve, Extreme, IfElse, Node, Number, Round, children
from tests.payees import Payees

Inputs = dict[str, Value]


@dataclass(frozen=True)
class Decision:
    """Two numbers that a formula compares, and the branches on the way to it."""

    path: str
    way: tuple[tuple[Reader, bool], ...]
    left: Reader
    right: Reader

    @property
    def kind(self) -> str:
        """compare, curve, extreme or round."""
        return self.path.split()[1]

    def margin(self, values: Inputs) -> Fraction | None:
        """How far it is from its edge: 0 on it; None where it is not taken, or a value is missing."""
        if any(test(values) is not wanted for test, wanted in self.way):
            return None
        left, right = self.left(values), self.right(values)
        return None if left is None or right is None else Fraction(left) - Fraction(right)


def decisions(node: Node, path: str, found: list[Decision]) -> None:
    """Add every decision of a formula to ``found``, each with the branches that lead to it."""
    _collect(node, path, (), found)


def _collect(node: Node, path: str, way: tuple[tuple[Reader, bool], ...], found: list[Decision]) -> None:
    found += [Decision(f"{path} {kind}", way, left, right) for kind, left, right in _own(node)]
    if isinstance(node, IfElse):
        test = exact(node.test)
        _collect(node.test, f"{path}?", way, found)
        _collect(node.then, f"{path}+", (*way, (test, True)), found)
        _collect(node.otherwise, f"{path}-", (*way, (test, False)), found)
        return
    for index, child in enumerate(children(node)):
        _collect(child, f"{path}.{index}", way, found)


def _own(node: Node) -> list[tuple[str, Reader, Reader]]:
    """A node's own decisions: two numbers that it compares; what is rounded, beside 0, in units."""
    match node:
        case Compare(left=left, right=right):
            return [("compare", exact(left), exact(right))]
        case Extreme(of=of):
            return [(f"extreme {index}", exact(of[0]), exact(each)) for index, each in enumerate(of[1:])]
        case Curve(of=name, pieces=pieces):
            ends = [piece.upto for piece in pieces if piece.upto is not None]
            return [(f"curve {index}", exact(name), exact(Number(end))) for index, end in enumerate(ends)]
        case Round(of=inner, unit=unit):
            return [("round", exact(Arithmetic("/", inner, Number(unit))), exact(Number(Fraction(0))))]
    return []


class Settings:
    """Draws settings for the inputs of one payee's calculation, from what was measured."""

    def __init__(self, calculation: Calculation, measured: Inputs, chance: Random) -> None:
        self.calculation, self.measured, self.chance = calculation, measured, chance
        self.readers = [(step.name, exact(step.formula)) for step in calculation.steps]
        self.found: list[Decision] = []
        for step in calculation.steps:
            decisions(step.formula, step.name, self.found)
        self.payees = Payees(calculation, chance)
        self.free = [given for given in calculation.inputs if given.part == "value"]

    def drawn(self) -> Inputs:
        """A random setting, many of its values on levels that the formulas know."""
        inputs = dict(self.measured)
        for given in self.calculation.inputs:
            if given.part == "category":
                inputs[given.name] = self.chance.choice(given.codes)
            elif given.part == "n":
                inputs[given.name] = Fraction(self.chance.choice([0, 10, 11, 19, 20, 29, 30, 31, 400]))
            elif given.part == "value":
                gone = not given.required and self.chance.random() < 0.15
                inputs[given.name] = None if gone else self.payees.value(given)
        return inputs

    def all_values(self, inputs: Inputs) -> Inputs | None:
        """Every input and step; None where one divides by zero."""
        values = dict(inputs)
        try:
            for name, reader in self.readers:
                values[name] = reader(values)
        except DivisionByZero:
            return None
        return values

    def margins(self, values: Inputs) -> dict[str, Fraction]:
        """The margin of each decision that was taken, by where."""
        taken = ((each.path, each.margin(values)) for each in self.found)
        return {path: margin for path, margin in taken if margin is not None}

    def edge(self, values: Inputs) -> str:
        """The kind of edge that a setting lies on: compare, curve, extreme, round (half of a unit); empty on none."""
        for each in self.found:
            margin = each.margin(values)
            if margin is not None and on_edge(each.kind, margin):
                return each.kind
        return ""

    def between(self) -> Iterator[Inputs]:
        """Settings on the edges between two that differ in one input; those off the straight line are no edges."""
        start = self.drawn()
        given = self.chance.choice(self.free)
        ends = [{**start, given.name: self.payees.value(given)} for _ in range(2)]
        low, high = (end[given.name] for end in ends)
        if not isinstance(low, Fraction) or not isinstance(high, Fraction) or low == high:
            return
        read = [self.all_values(end) for end in ends]
        before, after = (self.margins(values) if values is not None else {} for values in read)
        both = sorted(before.keys() & after.keys())
        halves = [path for path in both if path.endswith("round")]
        others = [path for path in both if not path.endswith("round")]
        for path in [*others, *self.chance.sample(halves, min(len(halves), 2))]:
            at = crossing(path.split()[1], before[path], after[path], self.chance)
            if at is not None:
                value = low + at * (high - low)
                if len(str(value.denominator)) < 40:
                    yield {**start, given.name: value}


def on_edge(kind: str, margin: Fraction) -> bool:
    """Whether a margin is that of an edge."""
    return margin.denominator == 2 if kind == "round" else margin == 0


def crossing(kind: str, before: Fraction, after: Fraction, chance: Random) -> Fraction | None:
    """How far along the way from ``before`` to ``after`` an edge lies, if there is one between them."""
    if kind == "round":
        low, high = sorted((before, after))
        halves = (low.__floor__() + 1, high.__floor__() - 1)
        if halves[0] > halves[1]:
            return None
        return (chance.randint(*halves) + Fraction(1, 2) - before) / (after - before)
    return -before / (after - before) if before * after < 0 else None
