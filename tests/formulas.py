"""Random formulas and columns for the readers, with values exactly on the levels that the formulas compare with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np

from alliance_outcomes.formula.exact import DivisionByZero, Value, exact
from alliance_outcomes.formula.nodes import (
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
from alliance_outcomes.formula.steps import Step
from alliance_outcomes.formula.vector import (
    Codes,
    Column,
    of_codes,
    of_decimals,
    of_floats,
    of_fractions,
    of_ratios,
    of_units,
)
from alliance_outcomes.numbers import ROUNDINGS

CODES = ("A", "B", "C")
LEVELS = [Fraction(n, d) for d in (1, 2, 3, 4, 10, 100) for n in (-7, -3, -1, 0, 1, 2, 3, 5, 7, 40, 50, 75)]
UNITS = [Fraction(1), Fraction(1, 100), Fraction(1, 2), Fraction(1, 20), Fraction(5)]
INPUTS = {
    "cents": "units",
    "grade": "decimals",
    "rate": "ratios",
    "odd": "fractions",
    "plain": "floats",
    "large": "large",
}


@dataclass(frozen=True)
class Drawn:
    """Named formulas, the columns they read, and the exact values of each row."""

    steps: tuple[Step, ...]
    columns: dict[str, Column | Codes]
    rows: list[dict[str, Value]]

    def exactly(self, row: int) -> dict[str, Value] | None:
        """What the exact reader makes of a row; None where it divides by zero."""
        values = dict(self.rows[row])
        try:
            for step in self.steps:
                values[step.name] = exact(step.formula)(values)
        except DivisionByZero:
            return None
        return values


class Formulas:
    """Draws formulas over names; ``divide`` and ``exponents`` may be left out, ``constants`` is their share of the leaves."""

    def __init__(self, chance: Random, divide: bool = True, exponents: bool = True, constants: float = 0.3) -> None:
        self.chance, self.divide, self.exponents, self.constants = chance, divide, exponents, constants
        self.names: list[str] = [*INPUTS]

    def level(self) -> Number:
        """A constant that values often equal."""
        return Number(self.chance.choice(LEVELS))

    def number(self, depth: int) -> Node:
        """A formula that gives a number."""
        if depth <= 0:
            return self.level() if self.chance.random() < self.constants else Name(self.chance.choice(self.names))
        below = depth - 1
        return self.chance.choice(
            [
                self._sum,
                self._sum,
                self._product,
                self._extreme,
                self._choice,
                self._curve,
                self._round,
                self._group,
                self._else,
            ]
        )(below)

    def _sum(self, depth: int) -> Node:
        return Arithmetic(self.chance.choice("+-"), self.number(depth), self.number(depth))

    def _product(self, depth: int) -> Node:
        if self.divide and self.chance.random() < 0.4:
            return Arithmetic("/", self.number(depth), self.number(depth))
        return Arithmetic("*", self.level() if self.chance.random() < 0.5 else self.number(depth), self.number(depth))

    def _extreme(self, depth: int) -> Node:
        parts = [self.number(depth) for _ in range(self.chance.randint(1, 3))]
        return Extreme(self.chance.choice(["least", "most"]), (*parts, self.level()))

    def _choice(self, depth: int) -> Node:
        other = Nothing() if self.chance.random() < 0.15 else self.number(depth)
        return IfElse(self.truth(depth), self.number(depth), other)

    def _curve(self, _: int) -> Node:
        ends = sorted(self.chance.sample(LEVELS, self.chance.randint(0, 4)))
        ends = sorted(set(ends))
        joined, pieces, height = self.chance.random() < 0.5, [], self.chance.choice(LEVELS)
        at = Fraction(0)
        for end in [*ends, None]:
            slope = self.chance.choice([Fraction(0), Fraction(0), *LEVELS])
            at_zero = height - slope * at if joined else self.chance.choice(LEVELS)
            gone = not joined and self.chance.random() < 0.15
            pieces.append(Piece(end, self.chance.random() < 0.5, None if gone else slope, at_zero))
            if end is not None:
                at, height = end, slope * end + at_zero
        return Curve(Name(self.chance.choice(self.names)), tuple(pieces))

    def _round(self, depth: int) -> Node:
        of = self.number(depth)
        if self.exponents and self.chance.random() < 0.2:
            small = Extreme("least", (Extreme("most", (of, Number(Fraction(-5)))), Number(Fraction(5))))
            of = Exp(small)
        return Round(of, self.chance.choice(ROUNDINGS), self.chance.choice(UNITS))

    def _group(self, _: int) -> Node:
        members = self.chance.sample(self.names, self.chance.randint(1, min(4, len(self.names))))
        kind = self.chance.choice(["mean", "total", "lowest", "highest", "count"])
        weights: tuple[Node, ...] = ()
        if kind in ("mean", "total") and self.chance.random() < 0.7:
            weights = tuple(Number(self.chance.choice(LEVELS)) for _ in members)
            if self.chance.random() < 0.3:
                test = Missing(Name(self.chance.choice(self.names)))
                weights = (IfElse(test, self.level(), self.level()), *weights[1:])
        return Group(kind, tuple(map(Name, members)), weights, self.chance.randint(1, len(members)))

    def _else(self, depth: int) -> Node:
        name = self.chance.choice(self.names)
        if self.chance.random() < 0.5:
            return Negate(self.number(depth))
        return IfElse(Missing(Name(name)), self.level(), Name(name))

    def truth(self, depth: int) -> Node:
        """A formula that gives a truth."""
        way = self.chance.random()
        if way < 0.6 or depth <= 0:
            op = self.chance.choice(["<", "<=", ">", ">=", "==", "!="])
            right = self.level() if self.chance.random() < 0.6 else self.number(depth - 1)
            return Compare(op, self.number(depth - 1), right)
        if way < 0.7:
            return Missing(Name(self.chance.choice(self.names)))
        if way < 0.8:
            return OneOf(Name("track"), frozenset(self.chance.sample(CODES, self.chance.randint(0, 2))))
        if way < 0.85:
            return Logic("not", (self.truth(depth - 1),))
        if way < 0.9:
            return IfElse(self.truth(depth - 1), self.truth(depth - 1), self.truth(depth - 1))
        parts = tuple(self.truth(depth - 1) for _ in range(self.chance.randint(2, 3)))
        return Logic(self.chance.choice(["and", "or"]), parts)


def columns(chance: Random, rows: int, gaps: float) -> dict[str, Column | Codes]:
    """A column for each input, a share ``gaps`` of it missing."""
    found: dict[str, Column | Codes] = {}
    for name, kind in INPUTS.items():
        missing = np.array([chance.random() < (gaps if name != "cents" else 0) for _ in range(rows)], dtype=np.bool_)
        if kind == "ratios":
            below = np.array([chance.choice([1, 2, 4, 7, 20, 60, 97, 300]) for _ in range(rows)], dtype=np.int64)
            above = np.array(
                [chance.choice([0, b // 4, b // 2, b * 3 // 4, b, chance.randint(0, b)]) for b in below.tolist()]
            )
            found[name] = of_ratios(above.astype(np.int64), below, missing if missing.any() else None)
            continue
        values = [chance.choice(LEVELS) for _ in range(rows)]
        if kind == "floats":
            drawn = [float(each) if chance.random() < 0.6 else chance.uniform(-100, 100) for each in values]
            found[name] = of_floats(np.where(missing, np.nan, np.array(drawn)))
            continue
        if kind == "large":
            size = chance.choice([10**6, 10**12, 10**15])
            values = [each * size + Fraction(chance.randint(-2, 2), chance.choice([1, 2, 200])) for each in values]
            found[name] = of_fractions([None if gone else each for each, gone in zip(values, missing, strict=True)])
            continue
        if kind == "fractions":
            found[name] = of_fractions([None if gone else each for each, gone in zip(values, missing, strict=True)])
        elif kind == "decimals":
            decimals = np.array([float(round(each, 2)) for each in values])
            found[name] = of_decimals(np.where(missing, np.nan, decimals))
        else:
            units = np.array([round(each * 100) for each in values], dtype=np.int64)
            found[name] = of_units(units, Fraction(1, 100), missing if missing.any() else None)
    tracks = [None if chance.random() < gaps else chance.choice(CODES) for _ in range(rows)]
    found["track"] = of_codes(tracks, CODES)
    return found


def exact_rows(given: dict[str, Column | Codes], rows: int) -> list[dict[str, Value]]:
    """The exact values that the columns stand for."""
    return [
        {name: each.fraction(row) if isinstance(each, Column) else each.name(row) for name, each in given.items()}
        for row in range(rows)
    ]


def draw(seed: int, rows: int, divide: bool = True, exponents: bool = True, constants: float = 0.3) -> Drawn:
    """Random named formulas, each reading those before it, over random columns."""
    chance = Random(seed)
    formulas = Formulas(chance, divide, exponents, constants)
    steps: list[Step] = []
    for number in range(chance.randint(1, 6)):
        steps.append(Step(f"f{number}", formulas.number(chance.randint(1, 4)), "figure"))
        formulas.names.append(f"f{number}")
    given = columns(chance, rows, chance.choice([0.0, 0.0, 0.1, 0.4]))
    return Drawn(tuple(steps), given, exact_rows(given, rows))
