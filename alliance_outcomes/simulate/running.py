"""Running a simulation: fixed blocks of rows, a seed of its own for each, the vector reader, threads.

The same seed gives the same bits for any number of threads: a block draws from its own child of the seed, writes its own part
of each column, and its sums are added in the order of the blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from threading import local

import numpy as np
from numpy.typing import NDArray

from ..calculation.form import Calculation
from ..formula.exact import Value
from ..formula.nodes import Nothing, Number
from ..formula.steps import Step
from ..formula.vector import Codes, Column, Vector, of_codes, of_floats
from ..ledger import InProportion, Split
from ..problems import Problem, UsageError
from .drawing import Drawn, Pair

BLOCK = 16_384
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """What was simulated, a value a row (a draw): the lines' amounts by their names, and any other name asked for.

    ``parties`` and ``clauses`` are sums of lines; ``means`` are means of all of them, summed block by block, by the same keys
    with ``total`` among them.
    """

    total: Floats
    parties: Mapping[str, Floats]
    clauses: Mapping[str, Floats]
    others: Mapping[str, Floats]
    means: Mapping[str, float]


class Simulation:
    """A payee's calculation ready to be drawn: what is certain is folded into its formulas, what varies stays open.

    ``names`` are steps to look at beside the lines, ``extra`` further formulas over them; truths are 1 or 0. ``columns``
    are inputs that were drawn before, a value a row.
    """

    def __init__(
        self,
        calculation: Calculation,
        inputs: Mapping[str, Value],
        drawn: Sequence[Drawn],
        correlations: Mapping[Pair, Fraction],
        names: Sequence[str] = (),
        extra: Sequence[Step] = (),
        columns: Mapping[str, Floats] | None = None,
    ) -> None:
        self.calculation, self.drawn, self.columns = calculation, list(drawn), dict(columns or {})
        self.others = [*names, *(step.name for step in extra)]
        self.factor = _factor([each.id for each in drawn], correlations)
        varying = {each.name for each in drawn} | set(self.columns)
        self.codes = {
            given.name: of_codes([str(inputs[given.name])], given.codes)
            for given in calculation.inputs
            if given.codes and isinstance(inputs[given.name], str)
        }
        fixed = [
            Step(name, Nothing() if value is None else Number(Fraction(value)), "amount")
            for name, value in inputs.items()
            if name not in varying and name not in self.codes and not isinstance(value, str)
        ]
        self.steps = [*fixed, *calculation.steps, *extra]
        self.amounts = list(dict.fromkeys(entry.amount for entry in calculation.entries))

    def run(
        self, rows: int, seed: int, threads: int = 1, told: Callable[[int], None] | None = None, stream: int = 0
    ) -> Columns:
        """``rows`` draws of ``stream``, by its own children of the seed; ``told`` hears how many are done.

        Raises UsageError (AO078) where a row cannot be settled.
        """
        starts = range(0, rows, BLOCK)
        parties = sorted({party for entry in self.calculation.entries for party in _parties_of(entry.to, self)})
        clauses = list(dict.fromkeys(entry.clause for entry in self.calculation.entries))
        columns = {key: np.empty(rows) for key in self._keys(parties, clauses)}
        kept = local()

        def block(number: int) -> dict[str, float]:
            start = starts[number]
            width = min(BLOCK, rows - start)
            if not hasattr(kept, "vector"):
                kept.vector = Vector(self.steps)
            found = self._block(kept.vector, self.normals(seed, number, width, stream), start, parties)
            for key, values in found.items():
                columns[key][start : start + width] = values
            return {key: float(values.sum()) for key, values in found.items()}

        sums = dict.fromkeys(columns, 0.0)
        for number, each in enumerate(_in_order(block, range(len(starts)), threads)):
            for key, value in each.items():
                sums[key] += value
            if told is not None:
                told(min(rows, starts[number] + BLOCK))
        return Columns(
            columns["total"],
            {party: columns[f"party {party}"] for party in parties},
            {clause: columns[f"clause {clause}"] for clause in clauses},
            {name: columns[name] for name in self.others},
            {key: value / rows for key, value in sums.items()},
        )

    def _keys(self, parties: Iterable[str], clauses: Iterable[str]) -> list[str]:
        keys = ["total", *(f"party {party}" for party in parties), *(f"clause {clause}" for clause in clauses)]
        return keys + self.others

    def drawn_columns(self, rows: int, seed: int, stream: int = 0) -> dict[str, Floats]:
        """The values that run draws, for each input that varies."""
        found = {each.name: np.empty(rows) for each in self.drawn}
        for number, start in enumerate(range(0, rows, BLOCK)):
            normals = self.normals(seed, number, min(BLOCK, rows - start), stream)
            for each, row in zip(self.drawn, normals, strict=True):
                found[each.name][start : start + len(row)] = each.spread.values(row)
        return found

    def normals(self, seed: int, block: int, width: int, stream: int = 0) -> Floats:
        """Standard normal numbers of a block: a row an input that varies, correlated as was asked."""
        key = (stream, block) if stream else (block,)
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
        independent = generator.standard_normal((len(self.drawn), width))
        if self.factor is None:
            return independent
        mixed = np.zeros_like(independent)
        for row, weights in enumerate(self.factor.tolist()):  # summed in order, whatever a library would do
            for column, weight in enumerate(weights):
                if weight:
                    mixed[row] += weight * independent[column]
        return mixed

    def sampled(self, normals: Floats) -> dict[str, Column | Codes]:
        """The inputs that vary, as columns."""
        return {
            each.name: of_floats(each.spread.values(row), each.spread.least, each.spread.most)
            for each, row in zip(self.drawn, normals, strict=True)
        }

    def _block(self, vector: Vector, normals: Floats, start: int, parties: Sequence[str]) -> dict[str, Floats]:
        width = normals.shape[1]
        given = self.sampled(normals)
        given |= {name: of_floats(column[start : start + width]) for name, column in self.columns.items()}
        for name, codes in self.codes.items():
            given[name] = Codes(np.repeat(codes.codes, width), codes.names)
        read = vector.read(given or {"_": of_floats(np.zeros(width))}, [*self.amounts, *self.others])
        if read.undecided.any():
            sentence = "Some draws divide by zero: a value that varies comes to nothing."
            raise UsageError(Problem("AO078", sentence, "Guard the division in the contract, or narrow the spread."))
        found: dict[str, Floats] = {name: read.values[name] for name in self.others}
        by_party = {party: np.zeros(width) for party in parties}
        by_clause: dict[str, Floats] = {}
        held: dict[Pair, Floats] = {}
        total = np.zeros(width)
        for entry in self.calculation.entries:
            amount = read.values[entry.amount]
            total += amount
            by_clause[entry.clause] = by_clause.get(entry.clause, 0.0) + amount
            for party, share in _shares(entry.to, amount, held).items():
                part = amount * share
                by_party[party] += part
                key = (entry.clause, party)
                held[key] = held[key] + part if key in held else part
        found["total"] = total
        found |= {f"party {party}": each for party, each in by_party.items()}
        return found | {f"clause {clause}": each for clause, each in by_clause.items()}


def _shares(to: Split | InProportion, amount: Floats, held: Mapping[Pair, Floats]) -> dict[str, Floats | float]:
    """The share of each party in an amount: the ledger's shares, for looking at, before whole cents are dealt out."""
    if isinstance(to, Split):
        parties = {party for side in (to.gain, to.loss) for party, share in side.items() if share}
        gain = {party: float(to.gain.get(party, 0)) for party in parties}
        loss = {party: float(to.loss.get(party, 0)) for party in parties}
        if gain == loss:
            return dict(gain)
        return {party: np.where(amount < 0, loss[party], gain[party]) for party in parties}
    changed: dict[str, Floats] = {}
    for (clause, party), each in held.items():
        if clause in to.clauses:
            changed[party] = changed[party] + each if party in changed else each
    back = {party: np.where(each * amount < 0, np.abs(each), 0.0) for party, each in changed.items()}
    drawn_back = sum(back.values(), np.zeros_like(amount))
    whole = sum((np.abs(each) for each in changed.values()), np.zeros_like(amount))
    below = np.where(drawn_back > 0, drawn_back, np.where(whole > 0, whole, 1.0))
    return {party: np.where(drawn_back > 0, back[party], np.abs(each)) / below for party, each in changed.items()}


def _parties_of(to: Split | InProportion, simulation: Simulation) -> set[str]:
    if isinstance(to, Split):
        return {party for side in (to.gain, to.loss) for party, share in side.items() if share}
    entries = simulation.calculation.entries
    return {party for entry in entries if entry.clause in to.clauses for party in _parties_of(entry.to, simulation)}


def _factor(ids: Sequence[str], correlations: Mapping[Pair, Fraction]) -> Floats | None:
    """The lower triangle that mixes independent normal numbers into correlated ones. Raises UsageError (AO079)."""
    if not correlations:
        return None
    matrix = np.eye(len(ids))
    for (a, b), value in correlations.items():
        for row, one in enumerate(ids):
            for column, other in enumerate(ids):
                if {one, other} == {a, b} and row != column:
                    matrix[row, column] = float(value)
    try:
        return np.linalg.cholesky(matrix).astype(np.float64)
    except np.linalg.LinAlgError:
        sentence = "No values can be correlated like that all at once."
        raise UsageError(Problem("AO079", sentence, "Use smaller correlations.")) from None


def _in_order(
    block: Callable[[int], dict[str, float]], numbers: Iterable[int], threads: int
) -> Iterable[dict[str, float]]:
    """What ``block`` gives for each number, in their order, some at a time."""
    if threads == 1:
        yield from map(block, numbers)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(block, numbers)
