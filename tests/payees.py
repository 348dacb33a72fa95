"""Random measured data for any contract: many payees, with values exactly on the levels that its formulas compare with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.formula.nodes import Curve, Number, walk
from alliance_outcomes.formula.steps import Input
from alliance_outcomes.measured import Measured, Row
from alliance_outcomes.numbers import decimal_places, to_text

HAIR = Fraction(1, 1000)
MOST = 10**12  # so that half as much again, and a hair, can be written in data too
MOST_PLACES = 12  # what data may write
Settled = dict[tuple[str, str, str], Fraction]


class Payees:
    """Draws rows for the inputs of a calculation; a share ``faults`` of the cells is wrong or left out."""

    def __init__(self, calculation: Calculation, chance: Random, faults: float = 0.0, gaps: float = 0.2) -> None:
        self.calculation, self.chance, self.faults, self.gaps = calculation, chance, faults, gaps
        found: set[Fraction] = {Fraction(0), Fraction(1)}
        for step in calculation.steps:
            for node in walk(step.formula):
                if isinstance(node, Number):
                    found.add(node.value)
                elif isinstance(node, Curve):
                    found |= {piece.upto for piece in node.pieces if piece.upto is not None}
        self.levels = sorted(found)
        self.settled: Settled = {}
        self.drawn: dict[str, Fraction] = {}

    def measured(self, payees: Sequence[str]) -> Measured:
        """Rows for every payee."""
        rows: list[Row] = []
        for payee in payees:
            cells: dict[tuple[str, str, str], dict[str, str]] = {}
            counts: list[Input] = []
            self.drawn.clear()
            for given in self.calculation.inputs:
                if given.part == "settled":
                    self.settled[payee, given.period, given.id] = Fraction(self.chance.randint(-(10**6), 10**6), 100)
                elif given.part == "n":
                    counts.append(given)
                elif given.required or self.chance.random() > self.gaps:
                    cell = self.cell(given)
                    if self.chance.random() < self.faults:
                        cell = self.chance.choice(
                            [{}, {"value": "x"}, {"value": "-7"}, {"numerator": "3"}, {"value": "1e5"}]
                        )
                    cells.setdefault((given.party, given.period, given.id), {}).update(cell)
            for given in counts:
                key = (given.party, given.period, given.id)
                if key in cells and (given.required or self.chance.random() > self.faults):
                    cells[key].update(self.cell(given))
            rows += [self.row(payee, key, cell) for key, cell in cells.items()]
        return Measured(tuple(rows), "drawn")

    @staticmethod
    def row(payee: str, key: tuple[str, str, str], cell: dict[str, str]) -> Row:
        """A row of a key and some of its cells."""
        above, below = cell.get("numerator", ""), cell.get("denominator", "")
        return Row(payee, *key, cell.get("value", ""), above, below, cell.get("n", ""))

    def cell(self, given: Input) -> dict[str, str]:
        """What a row says of an input."""
        if given.part == "category":
            return {"value": self.chance.choice(given.codes)}
        if given.part == "n":
            return {"n": str(self.chance.choice([0, 10, 11, 19, 20, 29, 30, 31, 400]))}
        value = self.value(given)
        if given.id in self.drawn:
            # Another period of the same: a little more or less, so that growth is of a kind that happens.
            value = self.drawn[given.id] * self.chance.choice([Fraction(97, 100), Fraction(1), Fraction(103, 100)])
            value = value if (decimal_places(value) or 0) <= MOST_PLACES else Fraction(round(value * 100), 100)
            value = value if given.least is None else max(value, given.least)
            value = value if given.most is None else min(value, given.most)
        self.drawn[given.id] = value
        if 0 <= value <= 1 and self.chance.random() < 0.3 and value.denominator < 10**10:
            below = value.denominator * self.chance.choice([1, 3, 40])
            return {"numerator": str(value.numerator * (below // value.denominator)), "denominator": str(below)}
        return {"value": to_text(value)}

    def value(self, given: Input) -> Fraction:
        """A value within the range of the input, two times of three exactly on a level."""
        low = given.least if given.least is not None else Fraction(-1000)
        high = given.most if given.most is not None else max(low, Fraction(0)) + 10 ** self.chance.choice([1, 3, 5])
        high = max(low, min(high, Fraction(MOST)))
        inside = [level for level in self.levels if low <= level <= high]
        way = self.chance.random()
        if inside and way < 0.65:
            value = self.chance.choice(inside)
        elif inside and way < 0.8:
            value = self.chance.choice(inside) + self.chance.choice([-HAIR, HAIR])
        else:
            value = low + (high - low) * Fraction(self.chance.randint(0, 400), 400)
        value = min(max(value, low), high)
        writable = decimal_places(value) is not None and value.denominator <= 10**6
        writable = writable or max(abs(value.numerator), value.denominator) < 10**9
        return value if writable and abs(value) < 10**12 else min(max(Fraction(round(value * 100), 100), low), high)
