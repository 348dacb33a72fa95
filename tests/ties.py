"""The certified filter beside the exact reader, on rows full of ties: every line that it decides must be the exact one.

    python -m tests.ties              1,000,000 rows
    python -m tests.ties 20000        so many

Half of the rows settle contracts that ship and worked cases, half of them random contracts. Most values lie exactly on a
level, gate, cap or edge of a curve, or a hair beside one; how many rows do, and how many lines lie exactly on half a cent
before they are rounded, is told.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from alliance_outcomes.batch import Batch, bind_columns
from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.exact import Value, exact
from alliance_outcomes.formula.nodes import Round
from tests.chance import drawn
from tests.drawing import to_yaml
from tests.payees import Payees
from tests.strategies import cases
from tests.vector_law import AT_ONCE, Agreement, calculations, compare_lines, exactly

# Contracts of hundreds of formulas would take the time of all others.
MOST_STEPS = 30


@dataclass
class Ties(Agreement):
    """An Agreement, with how many rows lie on a level, and how many lines on half a unit before rounding."""

    on_levels: int = 0
    on_halves: int = 0

    def told(self) -> str:
        """The figures in words."""
        lines = self.certified
        return (
            f"{self.settlements:,} rows, {self.on_levels:,} with a value exactly on a level or an edge; "
            f"{self.on_halves:,} lines exactly on half a unit before rounding\n"
            f"{lines:,} lines decided by the filter, {self.undecided:,} rows left to the exact reader\n"
            f"{len(self.wrong):,} lines wrong\n"
        )


def agree(rows: int) -> Ties:
    """Try so many rows."""
    found = Ties()
    known = [each for each in calculations() if len(each[1].steps) <= MOST_STEPS and each[1].entries]
    for index, (name, calculation) in enumerate(known):
        _try(name, calculation, rows // 2 * (index + 1) // len(known) - rows // 2 * index // len(known), found)
    for seed in range(10**9):
        if found.settlements >= rows:
            return found
        calculation = _random(seed)
        if len(calculation.steps) <= MOST_STEPS:
            _try(f"seed {seed}", calculation, min(AT_ONCE, rows - found.settlements), found)
    return found


def _random(seed: int) -> Calculation:
    case = drawn(cases(most_areas=1), Random(seed))
    contract = build_contract(parse_document(to_yaml(case.contract).encode(), f"seed {seed}"), [])
    return compile_contract(contract, case.period)


def _try(name: str, calculation: Calculation, rows: int, found: Ties) -> None:
    """So many rows of one calculation."""
    batch = Batch(calculation)
    halves = [
        (exact(each.formula.of), each.formula.unit)
        for each in calculation.steps
        if isinstance(each.formula, Round) and each.name in batch.units
    ]
    for start in range(0, rows, AT_ONCE):
        payees = Payees(calculation, Random(f"{name} {start}"))
        names = [f"p{number:06}" for number in range(start, min(start + AT_ONCE, rows))]
        inputs = bind_columns(calculation, payees.measured(names), names, payees.settled)
        values, columns = exactly(calculation, inputs)
        compare_lines(name, batch, inputs, values, columns, found)
        named = [given.name for given in calculation.inputs]
        levels = set(payees.levels) - {Fraction(0), Fraction(1)}
        there = [each for each in values if each is not None]
        found.on_levels += sum(any(each.get(name) in levels for name in named) for each in there)
        found.on_halves += sum(_on_half(of(each), unit) for of, unit in halves for each in there)


def _on_half(value: Value, unit: Fraction) -> bool:
    """Whether a value is exactly between two multiples of a unit."""
    return value is not None and 2 * Fraction(value) / unit % 2 == 1


def main(rows: str = "1000000") -> int:
    """Try so many rows, with figures; 1 where a line is wrong."""
    found = agree(int(rows))
    sys.stdout.write("".join(f"{each}\n" for each in found.wrong[:20]) + found.told())
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
