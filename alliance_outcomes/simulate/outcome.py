"""What a simulation tells: how payments spread, how likely each gate, bonus and malus is, how much is noise, what moves it most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..calculation.form import Calculation
from ..formula.exact import Value, exact
from ..formula.nodes import Compare, Node, names, walk
from ..formula.steps import Step
from ..measured import Measured
from ..problems import DataError, Place
from ..settlement import PayeeSettlement, Settlement, settle_values
from .drawing import Drawn, Settings, around, certain, drawn_inputs
from .running import Columns, Floats, Simulation
from .spreads import COST

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
BARS = 20
_HALF_A_CENT = 0.005
_NO_MORE = 1e-9
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Distribution:
    """How an amount spreads over the draws, beside the ``actual`` one; ``quantiles`` by share.

    ``bars`` count the draws in twenty even steps from ``least`` to ``most``.

    ``at_risk`` is how much less than the actual amount is paid in the worst 5 % of draws, at least.
    """

    actual: Fraction
    mean: float
    deviation: float
    least: float
    most: float
    quantiles: Mapping[float, float]
    bars: tuple[int, ...]

    @property
    def at_risk(self) -> float:
        """The actual amount less the 5 % quantile."""
        return float(self.actual) - self.quantiles[0.05]


@dataclass(frozen=True, slots=True)
class ClauseChance:
    """A clause: its ``actual`` amount, its mean, and how often it pays (bonus) or costs (malus)."""

    clause: str
    actual: Fraction
    mean: float
    bonus: float
    malus: float


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition of a clause: how often it holds, and whether it holds in the settlement."""

    step: str
    condition: Node
    place: Place | None
    chance: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """What would have been paid had nothing truly changed since ``reference``, only been measured again.

    ``chance`` is how often that comes to at least the settlement's total; ``clauses`` the same for each clause that pays.
    ``unchanged`` are the ids whose value of the reference was known.
    """

    reference: str
    chance: float
    mean: float
    clauses: Mapping[str, float]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """One input from its 5 % to its 95 % quantile, all else as measured: the totals there, exact."""

    id: str
    party: str
    low: Fraction
    high: Fraction
    total_low: Fraction
    total_high: Fraction

    @property
    def width(self) -> Fraction:
        """How far apart the totals are."""
        return abs(self.total_high - self.total_low)


@dataclass(frozen=True, slots=True)
class Draws:
    """How many rows are drawn, from which seed, by how many threads; ``told`` hears how many are done."""

    rows: int = 100_000
    seed: int = 1
    threads: int = 1
    told: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A period to come: its total, and its score where there is one; ``actual`` is the exact one of the values expected."""

    period: str
    total: Distribution
    score: Distribution | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation of one payee's settlement: ``draws`` of ``drawn``, all else certain."""

    draws: Draws
    drawn: tuple[Drawn, ...]
    certain: tuple[str, ...]
    total: Distribution
    score: Distribution | None
    parties: Mapping[str, Distribution]
    clauses: tuple[ClauseChance, ...]
    gates: tuple[Gate, ...]
    noise: Noise | None
    tornado: tuple[Swing, ...]
    years: tuple[Year, ...] = ()


@dataclass(frozen=True, slots=True)
class _Subject:
    """One payee's calculation with its inputs, and how they are drawn."""

    alone: Calculation
    payee: PayeeSettlement
    inputs: Mapping[str, Value]
    settings: Settings
    draws: Draws

    def run(
        self, inputs: Mapping[str, Value], drawn: Sequence[Drawn], extra: Sequence[Step] = (), scored: bool = False
    ) -> Columns:
        """The columns of all draws, with the score where it is asked for."""
        there = {each.id for each in drawn}
        correlations = {pair: value for pair, value in self.settings.correlations.items() if there.issuperset(pair)}
        score = [self.alone.score] if self.alone.score and scored else []
        simulation = Simulation(self.alone, inputs, drawn, correlations, score, extra)
        return simulation.run(self.draws.rows, self.draws.seed, self.draws.threads, self.draws.told)


def simulate(
    settlement: Settlement,
    payee: PayeeSettlement,
    measured: Measured,
    settings: Settings,
    draws: Draws,
    reference: str | None = None,
    drawn: Sequence[Drawn] | None = None,
) -> Simulated:
    """The settlement of ``payee`` drawn again and again.

    ``reference`` is an earlier period whose values are taken as true to tell noise from change (None: left out);
    ``drawn`` is what varies, where it is not as the data's counts say. Raises UsageError (AO077 to AO079) for settings
    that do not fit.
    """
    alone = settlement.calculation.for_one_payee()
    inputs = {each.name: payee.values[each.name] for each in alone.inputs}
    subject = _Subject(alone, payee, inputs, settings, draws)
    drawn = drawn_inputs(alone, payee.bound, settings) if drawn is None else drawn
    gates = list(_conditions(alone, {each.name for each in drawn}))
    extra = [Step(f"gate {number}", gate, "clause") for number, (_, gate) in enumerate(gates)]
    run = subject.run(inputs, drawn, extra, scored=True)
    earned = payee.parties
    return Simulated(
        draws,
        tuple(drawn),
        tuple(certain(alone, payee.bound, list(drawn))),
        distribution(payee.total, run.total, run.means["total"]),
        _score(payee, alone.score, run),
        {p: distribution(earned.get(p, Fraction(0)), c, run.means[f"party {p}"]) for p, c in run.parties.items()},
        tuple(_clauses(payee, run)),
        tuple(_gates(gates, run, payee)),
        _noise(subject, drawn, measured, reference) if reference else None,
        tuple(_tornado(subject, drawn)),
    )


def _score(payee: PayeeSettlement, name: str, run: Columns) -> Distribution | None:
    if name not in run.others or payee.score is None:
        return None
    return distribution(payee.score, run.others[name], run.means[name])


def distribution(actual: Fraction, column: Floats, mean: float) -> Distribution:
    """How a column of draws spreads, beside an exact number; ``mean`` is its mean."""
    ordered = np.sort(column)
    at = {share: float(ordered[min(len(ordered) - 1, int(share * len(ordered)))]) for share in SHARES}
    least, most = float(ordered[0]), float(ordered[-1])
    # From the deviations themselves: squares of large amounts would swallow a small spread.
    away = ordered - mean if most > least else np.zeros(1)
    deviation = float(np.sqrt(np.mean(away * away)))
    # Amounts that differ by the rounding of floats alone, such as sums held by a cap, are one bar.
    apart = most - least > _SAME * max(1.0, abs(least), abs(most))
    bars = np.histogram(ordered, BARS, (least, most))[0] if apart else np.array([len(ordered)])
    return Distribution(actual, mean, deviation, least, most, at, tuple(bars.tolist()))


def _clauses(payee: PayeeSettlement, run: Columns) -> Iterator[ClauseChance]:
    for clause, column in run.clauses.items():
        actual = sum((line.amount for line in payee.lines if line.clause == clause), Fraction(0))
        bonus, malus = float(np.mean(column > _NO_MORE)), float(np.mean(column < -_NO_MORE))
        yield ClauseChance(clause, actual, run.means[f"clause {clause}"], bonus, malus)


def _conditions(calculation: Calculation, varying: set[str]) -> Iterator[tuple[Step, Compare]]:
    """The comparisons of clauses that what varies can decide, each once."""
    moving, seen = set(varying), set[Node]()
    for step in calculation.steps:
        if moving.intersection(names(step.formula)):
            moving.add(step.name)
        if step.role in ("clause", "line"):
            for node in walk(step.formula):
                if isinstance(node, Compare) and node not in seen and moving.intersection(names(node)):
                    seen.add(node)
                    yield step, node


def _gates(gates: Sequence[tuple[Step, Compare]], run: Columns, payee: PayeeSettlement) -> Iterator[Gate]:
    for number, (step, node) in enumerate(gates):
        column = run.others[f"gate {number}"]
        holds = bool(exact(node)(payee.values))
        yield Gate(step.name, node, node.place or step.place, float(np.mean(column == 1)), holds)


def _noise(subject: _Subject, drawn: Iterable[Drawn], measured: Measured, reference: str) -> Noise | None:
    """The same draws around the values of the reference; what it does not have is drawn around its value of now.

    Costs are not drawn: they are what they are, and no measurement of an outcome.
    """
    payee, given = subject.payee, {each.name: each for each in subject.alone.inputs}
    unchanged, moved, fixed = [], [], dict(subject.inputs)
    for each in drawn:
        if each.spread.model == COST:
            continue
        before = _before(measured, payee.payee, each, reference)
        if before is None:
            moved.append(each)
            continue
        unchanged.append(each.id)
        there = around(each, given[each.name], before, payee.bound.rows.get(each.name), subject.settings)
        if there is not None:
            moved.append(there)
        else:
            fixed[each.name] = before
    if not unchanged:
        return None
    columns = subject.run(fixed, moved)
    chance = float(np.mean(columns.total >= float(payee.total) - _HALF_A_CENT))
    clauses = {}
    for clause, column in columns.clauses.items():
        actual = float(sum(line.amount for line in payee.lines if line.clause == clause))
        if actual > 0:
            clauses[clause] = float(np.mean(column >= actual - _HALF_A_CENT))
    return Noise(reference, chance, columns.means["total"], clauses, tuple(unchanged))


def _before(measured: Measured, payee: str, drawn: Drawn, reference: str) -> Fraction | None:
    """The value of an input in the reference period; None where there is none that can be read."""
    row = measured.find(payee, drawn.party, reference, drawn.id)
    if row is None:
        return None
    try:
        above, below = measured.number(row.numerator), measured.number(row.denominator)
        return above / below if above is not None and below else measured.number(row.value)
    except ValueError:
        return None


def _tornado(subject: _Subject, drawn: Iterable[Drawn]) -> list[Swing]:
    """What moves the total most, the widest swing first; exact totals at both ends."""
    found = []
    for each in drawn:
        low, high = each.spread.quantile(0.05), each.spread.quantile(0.95)
        totals = []
        for value in (low, high):
            try:
                totals.append(
                    settle_values(subject.alone, {**subject.inputs, each.name: value}, subject.payee.bound).total
                )
            except DataError:
                totals.append(subject.payee.total)
        found.append(Swing(each.id, each.party, low, high, totals[0], totals[1]))
    return sorted(found, key=lambda swing: (-swing.width, swing.id, swing.party))
