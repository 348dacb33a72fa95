"""Arrays of many payees to inputs: what a wide frame, a published file or a simulation already holds in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calculation.form import Calculation
from ..calculation.form import outside as outside_problem
from ..formula.steps import Input
from ..formula.vector import Codes, Column, of_codes, of_decimals, of_fractions, of_units, outside
from ..problems import DataError, Place, Problem, did_you_mean
from .binding import Inputs, broken


def inputs_of(calculation: Calculation, payees: Sequence[str], arrays: Mapping[str, ArrayLike | Column]) -> Inputs:
    """The inputs of ``payees`` from an array an input, by its name in ``calculation.inputs``; a wide frame will do.

    Floats mean the shortest decimal that gives them back, NaN and None mean nothing; fractions and whole numbers are
    exact. An array that is no input is left aside. Raises DataError with every fault (AO505, AO508 to AO510): a
    required input without a value, a code that is not known, a value outside its range; the place is the row.
    """
    problems: list[Problem] = []
    columns: dict[str, Column | Codes] = {}
    for given in calculation.inputs:
        array = arrays[given.name] if given.name in arrays else [None] * len(payees)
        if len(array if isinstance(array, Column) else np.asarray(array)) != len(payees):
            sentence = f"{given.name} has not one value for each of {len(payees)} payees."
            raise DataError(Problem("AO509", sentence, "Give arrays of one length.", Place("frame")))
        unread: dict[int, Problem] = {}
        column = array if isinstance(array, Column) else _column(given, np.asarray(array), unread)
        columns[given.name] = column
        problems += [*unread.values(), *_wrong(given, column, payees, set(unread))]
    if problems:
        raise DataError(problems)
    return Inputs(tuple(payees), columns)


def _column(given: Input, cells: NDArray[Any], unread: dict[int, Problem]) -> Column | Codes:
    """The column of an array; cells that cannot be read are told in ``unread`` by their row, and left out."""
    if given.part == "category":
        names = [None if _nothing(cell) else str(cell) for cell in cells.tolist()]
        for row, name in enumerate(names):
            if name is not None and name not in given.codes:
                sentence, hint = f"{name!r} is not a code of {given.id}.", did_you_mean(name, given.codes)
                unread[row] = Problem("AO508", sentence, hint, Place("frame", row + 1))
        return of_codes([name if name in given.codes else None for name in names], given.codes)
    if cells.dtype.kind in "iu":
        return of_units(cells.astype(np.int64), Fraction(1))
    if cells.dtype.kind == "f" and not np.isinf(cells).any():
        return of_decimals(cells.astype(np.float64))
    return of_fractions([_fraction(given, cell, row, unread) for row, cell in enumerate(cells.tolist())])


def _nothing(cell: object) -> bool:
    """Whether a cell holds no value: None, an empty text, NaN, or the NA of a frame."""
    return not cell if isinstance(cell, str | None) else str(cell) in ("nan", "<NA>", "NaT")


def _fraction(given: Input, cell: object, row: int, unread: dict[int, Problem]) -> Fraction | None:
    if _nothing(cell):
        return None
    if isinstance(cell, int | Fraction) and not isinstance(cell, bool):
        return Fraction(cell)
    if isinstance(cell, float) and np.isfinite(cell):
        return Fraction(repr(cell))
    sentence = (
        f"{given.id}: {'an infinite value' if isinstance(cell, float) else type(cell).__name__} is not a number here."
    )
    unread[row] = Problem("AO509", sentence, "Give a finite number, a Fraction, or None.", Place("frame", row + 1))
    return None


def _wrong(given: Input, column: Column | Codes, payees: Sequence[str], told: set[int]) -> list[Problem]:
    """What is wrong with the values of an input."""
    if isinstance(column, Codes):
        gone, bad = column.codes < 0, np.zeros(len(column), dtype=np.bool_)
    else:
        gone = np.isnan(column.values)
        counted = given.part == "n"
        bad = outside(column, Fraction(0) if counted else given.least, None if counted else given.most)
        bad = bad | broken(column) if counted else bad
    found = [_bad(given, column, payees[row], row) for row in np.flatnonzero(bad).tolist()]
    for row in sorted(set(np.flatnonzero(gone).tolist()) - told) if given.required else ():
        sentence = f"{given.name} of {payees[row]} for {given.period} is missing."
        found.append(
            Problem("AO505", sentence, "Give it, or say when_missing in the contract.", Place("frame", row + 1))
        )
    return found


def _bad(given: Input, column: Column | Codes, payee: str, row: int) -> Problem:
    assert isinstance(column, Column)
    problem = outside_problem(given, column.fraction(row), f" of {payee}", Place("frame", row + 1))
    if problem is not None and given.part != "n":
        return problem
    sentence = f"n of {given.id} of {payee} is not a whole number from 0."
    return Problem("AO510", sentence, "Count persons, visits or answers.", Place("frame", row + 1))
