"""Measured rows of many payees to columns: a column an input, a row a payee; what may be wrong is left to the exact binding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..calculation.binding import bind
from ..calculation.form import Calculation
from ..formula.exact import Value
from ..formula.steps import Input
from ..formula.vector import Codes, Column, of_codes, of_fractions, of_ratios, of_units, outside
from ..formula.vector.columns import Truths, Whole
from ..measured import MISSING, Measured, Row
from ..problems import DataError, Problem

Settled = Mapping[tuple[str, str, str], Fraction]
_PLAIN = re.compile(r"(?:-?\d{1,15}(?:\.\d{1,12})?\n)*", re.ASCII)
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of many payees: row i of every column is about ``payees[i]``."""

    payees: tuple[str, ...]
    columns: Mapping[str, Column | Codes]

    def values(self, row: int) -> dict[str, Value]:
        """The exact inputs of one payee."""
        return {
            name: column.fraction(row) if isinstance(column, Column) else column.name(row)
            for name, column in self.columns.items()
        }


def bind_columns(calculation: Calculation, measured: Measured, payees: Sequence[str], settled: Settled) -> Inputs:
    """The inputs of ``payees``, in their order. Raises DataError with every fault, as binding one by one does."""
    columns: dict[str, Column | Codes] = {}
    suspects: Truths = np.zeros(len(payees), dtype=np.bool_)
    for given in calculation.inputs:
        column, wrong = _column(given, measured, payees, settled)
        suspects |= wrong
        if given.required and column.missing:
            suspects |= column.codes < 0 if isinstance(column, Codes) else np.isnan(column.values)
        columns[given.name] = column
    problems: list[Problem] = []
    for row in np.flatnonzero(suspects).tolist():
        bind(calculation, measured, payees[row], settled, problems)
    if problems:
        raise DataError(problems)
    return Inputs(tuple(payees), columns)


def _column(given: Input, measured: Measured, payees: Sequence[str], settled: Settled) -> tuple[Column | Codes, Truths]:
    """The column of an input, and the rows in which something may be wrong."""
    if given.part == "settled":
        found = [settled.get((payee, given.period, given.id)) for payee in payees]
        return of_fractions(found), np.array([each is None for each in found], dtype=np.bool_)
    rows = [measured.find(payee, given.party, given.period, given.id) for payee in payees]
    if given.part == "category":
        known = set(given.codes)
        names = [row.value if row and row.value in known else None for row in rows]
        wrong = [row is not None and name is None for row, name in zip(rows, names, strict=True)]
        return of_codes(names, given.codes), np.array(wrong, dtype=np.bool_)
    if given.part == "n":
        column, wrong_number = _numbers([(row.n or row.denominator) if row else "" for row in rows], measured)
        return column, wrong_number | outside(column, Fraction(0), None) | broken(column)
    column, wrong_number = _values(given, rows, measured)
    return column, wrong_number | outside(column, given.least, given.most)


def broken(column: Column) -> Truths:
    """The rows that hold no whole number."""
    if column.units is not None and column.step is not None and column.denominators is None:
        broken: Truths = column.units * column.step.numerator % column.step.denominator != 0
        return broken
    return ~np.isnan(column.values)


def _values(given: Input, rows: Sequence[Row | None], measured: Measured) -> tuple[Column, Truths]:
    """Values, or numerators over denominators."""
    values = [row.value if row else "" for row in rows]
    above = [row.numerator if row else "" for row in rows]
    below = [row.denominator if row else "" for row in rows]
    if not any(above) and not any(below):
        return _numbers(values, measured)
    plain_above, plain_below = _plain(above, measured), _plain(below, measured)
    if any(values) or plain_above is None or plain_below is None:
        return _mixed(given, [values, above, below], measured)
    (numerators, places, gone), (denominators, other_places, also_gone) = plain_above, plain_below
    numerators = numerators * 10 ** max(0, other_places - places)
    denominators = denominators * 10 ** max(0, places - other_places)
    wrong = (gone != also_gone) | (denominators <= 0) & ~also_gone
    if given.unit == "share":
        wrong |= (numerators < 0) | (numerators > denominators)
    missing = gone | also_gone | wrong
    return of_ratios(np.where(missing, 0, numerators), np.where(missing, 1, denominators), missing), wrong


def _mixed(given: Input, texts: Sequence[Sequence[str]], measured: Measured) -> tuple[Column, Truths]:
    """Cells of any writing, one by one."""
    found: list[Fraction | None] = []
    wrong: list[bool] = []
    for cells in zip(*texts, strict=True):
        try:
            value, above, below = (measured.number(cell) for cell in cells)
        except ValueError:
            value, above, below = None, Fraction(0), None
        bad = (above is None) != (below is None)
        if above is not None and below is not None:
            bad = below <= 0 or (given.unit == "share" and not 0 <= above <= below)
            bad = bad or (value is not None and value != above / below)
            value = None if bad else above / below
        found.append(value)
        wrong.append(bad)
    return of_fractions(found), np.array(wrong, dtype=np.bool_)


def _numbers(texts: Sequence[str], measured: Measured) -> tuple[Column, Truths]:
    """The numbers in cells, and the rows that hold something else."""
    plain = _plain(texts, measured)
    if plain is not None:
        units, places, gone = plain
        return of_units(units, Fraction(1, 10**places), gone if gone.any() else None), np.zeros(
            len(texts), dtype=np.bool_
        )
    found: list[Fraction | None] = []
    wrong = np.zeros(len(texts), dtype=np.bool_)
    for row, text in enumerate(texts):
        try:
            found.append(measured.number(text))
        except ValueError:
            found.append(None)
            wrong[row] = True
    return of_fractions(found), wrong


def _plain(texts: Sequence[str], measured: Measured) -> tuple[Whole, int, Truths] | None:
    """Cells that hold plain decimals as whole numbers, their decimals, and what is missing; None where some do not."""
    gone = np.array([text in MISSING for text in texts], dtype=np.bool_)
    filled = ["0" if absent else text for text, absent in zip(texts, gone.tolist(), strict=True)]
    if measured.decimal_comma:
        filled = [text.replace(",", ".") for text in filled]
    if not _PLAIN.fullmatch("\n".join([*filled, ""])):
        return None
    parts = [text.partition(".") for text in filled]
    places = max((len(decimals) for _, _, decimals in parts), default=0)
    digits = [whole + decimals.ljust(places, "0") for whole, _, decimals in parts]
    if max(map(len, digits), default=0) > _MOST_DIGITS:
        return None
    return np.array([int(each) for each in digits], dtype=np.int64), places, gone
