"""Settle thousands of payees at once: whole columns in floats, certified; the exact reader for rows left undecided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..calculation.binding import Bound, check_unread
from ..calculation.compile import compile_contract
from ..calculation.fitting import unfitting_rows
from ..calculation.form import Calculation, Need, Within
from ..contract.model import Contract
from ..formula.across import PoolsDiffer, read_across
from ..formula.exact import Value, exact
from ..formula.nodes import Across, Compare, Logic, Missing, Name, Node, Number
from ..formula.nodes import names as names_of
from ..formula.vector import Codes, Column, Vector, of_fractions
from ..formula.vector.columns import EXACT_IN_FLOAT, Floats, Truths, Whole
from ..ledger import Entry, InProportion
from ..measured import Measured
from ..problems import DataError, Problem
from ..settlement import choose_payees, read_stage, settle_payee
from .binding import Inputs, Settled, bind_columns


@dataclass(frozen=True, slots=True)
class BatchSettlement:
    """The settlement of many payees: row i of every column is about ``payees[i]``.

    ``amounts`` holds, by clause, its whole amount in units of ``unit`` (the contract's rounding, such as 0.01), and
    ``total`` their sum: exact, equal to those of settle() for every payee. ``scores`` are floats for looking at, by
    the id of the indicator or area, and ``score`` for the contract; NaN where there is none. ``undecided`` counts
    the rows that the exact reader settled.
    """

    calculation: Calculation
    payees: tuple[str, ...]
    unit: Fraction
    amounts: Mapping[str, Whole]
    total: Whole
    scores: Mapping[str, Floats]
    undecided: int

    def amount(self, clause: str, row: int) -> Fraction:
        """The exact amount of a clause for a payee, in the contract's currency."""
        return int(self.amounts[clause][row]) * self.unit


def settle_batch(
    contract: Contract,
    measured: Measured,
    period: str,
    payees: Iterable[str] | None = None,
    settled: Settled | None = None,
) -> BatchSettlement:
    """The settlement of ``period`` for every payee of the data, or for ``payees``, in the order of their ids.

    Raises DataError with every fault of the data that settle() would refuse one payee for, ContractError for a
    faulty contract, UsageError (AO023) for an unknown payee, DataError (AO523) where an amount reaches 2^53 units.
    """
    calculation = compile_contract(contract, period)
    problems = [*unfitting_rows(contract, measured), *check_unread(contract, calculation, measured)]
    there, chosen = choose_payees(measured, period, payees)
    batch = Batch(calculation)
    everyone = there if batch.barriers and there else chosen
    try:
        inputs = bind_columns(calculation, measured, everyone, settled or {})
    except DataError as error:
        raise DataError([*problems, *error.problems]) from None
    if problems:
        raise DataError(problems)
    return batch.settle(inputs, None if everyone is chosen else chosen)


class Batch:
    """A calculation ready to settle any number of payees; plans are kept for inputs of the same kind."""

    def __init__(self, calculation: Calculation) -> None:
        self.calculation = calculation
        self.barriers = [step for step in calculation.steps if isinstance(step.formula, Across)]
        self.vector = Vector(calculation.steps, _flags(calculation))
        self.unit = calculation.rounding.unit if calculation.rounding else Fraction(1)
        self.units = {entry.amount: self.unit for entry in calculation.entries} if calculation.rounding else {}
        self.names = _scores(calculation)
        self._stage = [(s.name, exact(s.formula)) for s in calculation.steps if not isinstance(s.formula, Across)]

    def settle(self, inputs: Inputs, payees: Sequence[str] | None = None) -> BatchSettlement:
        """The settlement of ``inputs``, of which only ``payees`` are wanted where they are named.

        Raises DataError with what refuses a payee (AO505 to AO517).
        """
        columns: dict[str, Column | Codes] = dict(inputs.columns)
        across: dict[str, list[Value]] = self._across(inputs, columns) if self.barriers else {}
        certified = self.vector.certify(columns, self.units, dict.fromkeys(self.names.values()))
        rows = len(inputs.payees)
        undecided = np.broadcast_to(certified.undecided, (rows,)).copy()
        counts = {name: np.broadcast_to(each, (rows,)) for name, each in certified.units.items()}
        for each in counts.values():
            undecided |= np.isnan(each)
        amounts = {name: np.where(undecided, 0, each).astype(np.int64) for name, each in counts.items()}
        undecided |= self._unshared(amounts)
        scores = {id_: np.broadcast_to(certified.values[name], (rows,)).copy() for id_, name in self.names.items()}
        wanted = np.ones(rows, dtype=np.bool_) if payees is None else np.isin(inputs.payees, list(payees))
        for row in np.flatnonzero(undecided & ~wanted).tolist():
            # Who is not asked for still has to be readable: what is computed over all payees rests on everyone.
            values = self._values(inputs, row, across)
            read_stage(self._stage, [values], [Bound(inputs.payees[row], values, {})])
        self._exactly(inputs, np.flatnonzero(undecided & wanted), across, amounts, scores)
        return self._settlement(inputs.payees, amounts, scores, int((undecided & wanted).sum()), wanted)

    def _unshared(self, amounts: Mapping[str, Whole]) -> Truths:
        """Rows with an amount to share in proportion to clauses that come to nothing."""
        found: Truths = np.zeros(len(next(iter(amounts.values()), (0,))), dtype=np.bool_)
        for entry in self.calculation.entries if amounts else ():
            if isinstance(entry.to, InProportion):
                changed = sum(
                    amounts[each.amount] for each in self.calculation.entries if each.clause in entry.to.clauses
                )
                found = found | ((amounts[entry.amount] != 0) & (np.asarray(changed) == 0))
        return found

    def _exactly(
        self,
        inputs: Inputs,
        rows: np.ndarray[tuple[int], np.dtype[np.intp]],
        across: Mapping[str, list[Value]],
        amounts: Mapping[str, Whole],
        scores: Mapping[str, Floats],
    ) -> None:
        """Settle rows with the exact reader and put what they come to in place."""
        problems: list[Problem] = []
        for row in rows.tolist():
            values = self._values(inputs, row, across)
            bound = Bound(inputs.payees[row], dict(values), {})
            try:
                read_stage(self._stage, [values], [bound])
                done = settle_payee(self.calculation, values, bound)
            except DataError as error:
                problems += error.problems
                continue
            for entry in self.calculation.entries if amounts else ():
                units = Fraction(done.values[entry.amount] or 0) / self.unit
                if abs(units) >= EXACT_IN_FLOAT:
                    problems.append(_too_large(entry, done.payee))
                else:
                    amounts[entry.amount][row] = int(units)
            for id_, each in scores.items():
                value = done.values[self.names[id_]]
                each[row] = np.nan if value is None else float(value)
        if problems:
            raise DataError(problems)

    @staticmethod
    def _values(inputs: Inputs, row: int, across: Mapping[str, list[Value]]) -> dict[str, Value]:
        """The exact inputs of a payee, and what was computed over all payees."""
        return inputs.values(row) | {name: found[row] for name, found in across.items()}

    def _settlement(
        self,
        payees: tuple[str, ...],
        amounts: Mapping[str, Whole],
        scores: Mapping[str, Floats],
        undecided: int,
        wanted: Truths,
    ) -> BatchSettlement:
        """The columns of the wanted payees, summed by clause."""
        rows = slice(None) if wanted.all() else np.flatnonzero(wanted)
        clauses: dict[str, Whole] = {}
        for entry in self.calculation.entries if amounts else ():
            part = amounts[entry.amount][rows]
            clauses[entry.clause] = clauses[entry.clause] + part if entry.clause in clauses else part
        kept = tuple(payee for payee, keep in zip(payees, wanted.tolist(), strict=True) if keep)
        total = np.zeros(len(kept), dtype=np.int64)
        for each in clauses.values():
            total = total + each
        found = {id_: each[rows] for id_, each in scores.items()}
        return BatchSettlement(self.calculation, kept, self.unit, clauses, total, found, undecided)

    def _across(self, inputs: Inputs, columns: dict[str, Column | Codes]) -> dict[str, list[Value]]:
        """The formulas across payees, each computed exactly from what it rests on, as columns beside the inputs."""
        wanted = {name for step in self.barriers for name in names_of(step.formula)}
        part = self.calculation.reading(wanted | {step.name for step in self.barriers})
        payees = [inputs.values(row) for row in range(len(inputs.payees))]
        bounds = [Bound(payee, {}, {}) for payee in inputs.payees]
        found: dict[str, list[Value]] = {}
        for step in part.steps:
            if not isinstance(step.formula, Across):
                read_stage([(step.name, exact(step.formula))], payees, bounds)
                continue
            try:
                found[step.name] = read_across(step.formula, payees)
            except PoolsDiffer as error:
                sentence = f"{error} is not the same for all payees, so no one number spends it."
                raise DataError(Problem("AO517", sentence, "Let it be one amount for all.", step.place)) from None
            for values, value in zip(payees, found[step.name], strict=True):
                values[step.name] = value
            columns[step.name] = of_fractions(
                [None if value is None else Fraction(value) for value in found[step.name]]
            )
        return found


def _too_large(entry: Entry, payee: str) -> Problem:
    sentence = (
        f"{entry.clause} of {payee} comes to 2^53 units of the contract's rounding or more, which no column holds."
    )
    return Problem("AO523", sentence, "Check what was measured; settle() takes an amount of any size.", entry.place)


def _flags(calculation: Calculation) -> list[Node]:
    """Truths that refuse a payee: a value that must be there and is not, a computed one out of its range."""
    return [_lacking(need) for need in calculation.needs] + [
        flag for each in calculation.within for flag in _outside(each)
    ]


def _lacking(need: Need) -> Node:
    gone = Missing(Name(need.name))
    return Logic("and", (Logic("not", (Missing(Name(need.given)),)), gone)) if need.given else gone


def _outside(each: Within) -> list[Node]:
    ends = (("<", each.least), (">", each.most))
    return [Compare(op, Name(each.name), Number(end)) for op, end in ends if end is not None]


def _scores(calculation: Calculation) -> dict[str, str]:
    """By id of an indicator or area, and ``score`` for the contract: the name of its score."""
    found = {form.id: form.score for form in calculation.indicators if form.score}
    found |= {form.id: form.score for form in calculation.areas}
    return found | ({"score": calculation.score} if calculation.score else {})
