"""The vector reader beside the exact one, on random settlements of every contract and worked case, values on the boundaries.

``python -m tests.vector_law 100000`` tries that many and prints how near the readers come to the bounds that the code states.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np

from alliance_outcomes.batch import Batch, Inputs, bind_columns
from alliance_outcomes.calculation.compile import compile_contract
from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.contract.loading import load_contract
from alliance_outcomes.contract.periods import periods_of
from alliance_outcomes.contract.reading import read_document
from alliance_outcomes.formula.across import read_across
from alliance_outcomes.formula.exact import DivisionByZero, Value, exact
from alliance_outcomes.formula.nodes import Across
from alliance_outcomes.formula.vector import Codes, Column, of_fractions
from tests.payees import Payees
from tests.test_cases import FILES, read_case
from tests.tree import ROOT

AT_ONCE = 1_000
Values = dict[str, Value]
Columns = dict[str, Column | Codes]


@dataclass
class Agreement:
    """What was tried: so many ``settlements`` with ``values`` that have a bound, ``unstated`` ones that have none.

    ``nearest`` is the largest difference as a share of its bound, ``certified`` counts the lines that the filter decided,
    ``wrong`` says what is against the law.
    """

    settlements: int = 0
    values: int = 0
    unstated: int = 0
    nearest: float = 0.0
    certified: int = 0
    undecided: int = 0
    wrong: tuple[str, ...] = ()

    def told(self) -> str:
        """The figures in words."""
        return (
            f"{self.settlements} settlements, {self.values} values within their bounds, {self.unstated} without one\n"
            f"largest difference: {self.nearest:.3g} of its bound\n"
            f"{self.certified} lines certified, {self.undecided} settlements left to the exact reader\n"
            f"{len(self.wrong)} against the law\n"
        )


def calculations() -> Iterator[tuple[str, Calculation]]:
    """Of every contract that ships, in its last period, as often as makes about half of all; and of every worked case."""
    for file in sorted((ROOT / "contracts").glob("*.yaml")):
        contract = load_contract(file)
        calculation = compile_contract(contract, periods_of(contract.periods)[-1].label)
        yield from ((f"{file.stem} {time}", calculation) for time in range(5))
    for file in FILES:
        case = read_case(read_document(file, ROOT))
        yield file.stem, compile_contract(case.contract(), case.period)


def agree(settlements: int) -> Agreement:
    """Try so many settlements, shared evenly among the calculations."""
    found, there = Agreement(), list(calculations())
    for index, (name, calculation) in enumerate(there):
        share = settlements * (index + 1) // len(there) - settlements * index // len(there)
        batch = Batch(calculation)
        for start in range(0, share, AT_ONCE):
            payees = Payees(calculation, Random(f"{name} {start}"))
            names = [f"p{number:06}" for number in range(start, min(start + AT_ONCE, share))]
            inputs = bind_columns(calculation, payees.measured(names), names, payees.settled)
            _compare(name, batch, inputs, found)
    return found


def _compare(name: str, batch: Batch, inputs: Inputs, found: Agreement) -> None:
    """Both readers on the same inputs."""
    rows = len(inputs.payees)
    exact_values, columns = exactly(batch.calculation, inputs)
    names = [step.name for step in batch.calculation.steps if step.name not in columns]
    read = batch.vector.read(columns, names, bounds=True)
    assert read.bounds is not None
    undecided = compare_lines(name, batch, inputs, exact_values, columns, found)
    for step in names:
        values, bounds = (np.broadcast_to(each[step], (rows,)).tolist() for each in (read.values, read.bounds))
        for row, (value, bound) in enumerate(zip(values, bounds, strict=True)):
            _within(f"{name}, {inputs.payees[row]}, {step}", value, bound, exact_values[row], step, found)
    for row in range(rows):
        if exact_values[row] is None and not (undecided[row] and np.broadcast_to(read.undecided, (rows,))[row]):
            found.wrong += (f"{name}, {inputs.payees[row]}: a division by zero unnoticed",)


def compare_lines(
    name: str, batch: Batch, inputs: Inputs, exact_values: list[Values | None], columns: Columns, found: Agreement
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Each line that the filter decides beside the exact one; the rows that it leaves to the exact reader."""
    rows = len(inputs.payees)
    certified = batch.vector.certify(columns, batch.units)
    found.settlements += rows
    undecided = np.broadcast_to(certified.undecided, (rows,))
    found.undecided += int(undecided.sum())
    decided = np.flatnonzero(~undecided).tolist()
    for amount, unit in batch.units.items():
        counts = np.broadcast_to(certified.units[amount], (rows,)).tolist()
        found.certified += len(decided)
        for row in decided:
            values = exact_values[row]
            if values is None or not _is(counts[row], unit, values[amount]):
                found.wrong += (f"{name}, {inputs.payees[row]}, {amount}: certified {counts[row]}",)
    return undecided


def _within(what: str, value: float, bound: float, exactly: Values | None, step: str, found: Agreement) -> None:
    """One value beside the exact one."""
    if exactly is None:
        return
    if math.isinf(bound):
        found.unstated += 1
        return
    found.values += 1
    expected = exactly[step]
    if expected is None or math.isnan(value):
        if not (expected is None and math.isnan(value)):
            found.wrong += (f"{what}: {value}, exactly {expected}",)
        return
    number = Fraction(expected)
    off = abs(Fraction(value) - number)
    if off > Fraction(bound):
        found.wrong += (f"{what}: {value}, exactly {float(number)}, and its bound is {bound}",)
    elif off:
        found.nearest = max(found.nearest, float(off / Fraction(bound)))


def _is(count: float, unit: Fraction, expected: Value) -> bool:
    """Whether a count of units is the exact amount."""
    return math.isnan(count) if expected is None else not math.isnan(count) and Fraction(count) * unit == expected


def exactly(calculation: Calculation, inputs: Inputs) -> tuple[list[Values | None], Columns]:
    """Every step of every payee by the exact reader, None where it divides by zero; the columns, with what is over all payees."""
    rows: list[Values] = [inputs.values(row) for row in range(len(inputs.payees))]
    columns: Columns = dict(inputs.columns)
    failed: set[int] = set()
    for step in calculation.steps:
        if isinstance(step.formula, Across):
            over_all = read_across(step.formula, rows)
            columns[step.name] = of_fractions([None if each is None else Fraction(each) for each in over_all])
            for values, value in zip(rows, over_all, strict=True):
                values[step.name] = value
            continue
        read = exact(step.formula)
        for row, values in enumerate(rows):
            if row not in failed:
                try:
                    values[step.name] = read(values)
                except DivisionByZero:
                    failed.add(row)
    return [None if row in failed else values for row, values in enumerate(rows)], columns


if __name__ == "__main__":
    tried = agree(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    sys.stdout.write("".join(f"{each}\n" for each in tried.wrong[:20]) + tried.told())
    sys.exit(bool(tried.wrong))
