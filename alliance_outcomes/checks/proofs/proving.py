"""Prove a contract: the six verdicts for each calculation among its periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from importlib.util import find_spec

from ...calculation.compile import period_of
from ...calculation.form import Calculation
from ...contract.model import Contract
from ...contract.periods import settled_periods
from ...formula.proof.solver import ASKED
from ...problems import Problem, UsageError
from . import budget, cliffs, effect, incentives, limits, reach
from .claims import Claim, Proof, Verdict
from .setting import Setting, setting_of

# From so many calculations on, two processes share them.
MANY, WORKERS = 3, 2


def check_solver() -> None:
    """Raises UsageError (AO700) with the command that installs the solver, where it is missing."""
    if find_spec("z3") is None:
        raise UsageError(Problem("AO700", "Proofs need z3-solver.", "Run pip install 'alliance-outcomes[prove]'."))


def prove(contract: Contract, periods: Sequence[str] = (), largest_cliff: Fraction | None = None) -> list[Proof]:
    """A proof for each calculation among the periods (all of the contract where none are named).

    Raises ContractError for a faulty contract, UsageError for an unknown period (AO020) or where z3 is missing (AO700).
    """
    check_solver()
    labels = [period_of(contract, label).label for label in periods]
    labels = labels or [period.label for period in settled_periods(contract)]
    found: list[tuple[Setting, list[str]]] = []
    for label in labels:
        setting = setting_of(contract, label)
        same = next((told for other, told in found if _alike(other.calculation, setting.calculation)), None)
        if same is None:
            found.append((setting, []))
        else:
            same.append(label)
    if len(found) < MANY:
        return [prove_setting(setting, tuple(same), largest_cliff) for setting, same in found]
    asked = [(contract, setting.calculation.period, tuple(same), largest_cliff) for setting, same in found]
    with ProcessPoolExecutor(WORKERS) as workers:
        return list(workers.map(_prove_period, asked))


def _prove_period(asked: tuple[Contract, str, tuple[str, ...], Fraction | None]) -> Proof:
    """The proof of one period, in a process of its own."""
    contract, label, same, largest_cliff = asked
    return prove_setting(setting_of(contract, label), same, largest_cliff)


def _alike(one: Calculation, other: Calculation) -> bool:
    """Whether two periods compute the same; they differ by their labels at most."""
    return _substance(one) == _substance(other)


def _substance(calculation: Calculation) -> tuple[object, ...]:
    inputs = [(i.name, i.part, i.unit, i.least, i.most, i.required, i.codes) for i in calculation.inputs]
    steps = [(step.name, step.formula, step.role) for step in calculation.steps]
    entries = [(entry.clause, entry.amount, entry.to) for entry in calculation.entries]
    return inputs, steps, entries, calculation.needs, calculation.within, calculation.budget


def prove_setting(setting: Setting, same: tuple[str, ...] = (), largest_cliff: Fraction | None = None) -> Proof:
    """The six verdicts of one period."""
    ASKED.queries, ASKED.slowest = 0, 0.0
    verdicts = tuple(_verdicts(setting, largest_cliff))
    calculation = setting.calculation
    return Proof(
        setting.contract.contract, calculation.period, same, verdicts, setting.slack, calculation.currency,
        ASKED.queries, ASKED.slowest,
    )  # fmt: skip


def _verdicts(setting: Setting, largest_cliff: Fraction | None) -> Iterator[Verdict]:
    asked: dict[str, Iterator[Claim]] = {
        "bounds": limits.claims(setting),
        "budget": budget.claims(setting),
        "incentives": incentives.claims(setting),
        "cliffs": cliffs.claims(setting, largest_cliff),
        "reach": reach.claims(setting),
        "effect": effect.claims(setting),
    }
    for name, claims in asked.items():
        if not setting.pays and name != "reach":
            yield Verdict(name, (Claim("nothing", "proved"),))
        else:
            yield Verdict(name, tuple(claims))
