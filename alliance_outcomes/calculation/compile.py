"""Compile a contract for a period: the one way from what people wrote to what is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..contract.model import Contract
from ..contract.parts import dated_values
from ..contract.periods import Period, periods_of, settled_periods
from ..contract.validating import in_order
from ..formula.nodes import Node
from ..ledger import Entry
from ..payments.base import PAYEE
from ..problems import ContractError, Problem, UsageError, did_you_mean
from .amounts import register
from .clauses import Clauses, reads_score
from .form import Calculation
from .names import Names
from .scores import TOTAL, Scores
from .values import Values


def period_of(contract: Contract, label: str) -> Period:
    """The period called ``label``.

    Raises UsageError where the contract has none (AO020), or where an amended file settles it (AO148).
    """
    known = {period.label: period for period in periods_of(contract.periods)}
    if label not in known:
        labels = list(known)
        near = f"Did you mean {label.upper()}? " if label.upper() in known else ""
        hint = f"{near}Its periods run from {labels[0]} to {labels[-1]}."
        raise UsageError(
            Problem("AO020", f"{contract.contract} has no period {label}.", hint, contract.place("periods"))
        )
    period = known[label]
    if contract.amended and period.last < contract.amended[0].until:
        by = next(each for each in reversed(contract.amended) if period.last < each.until)
        sentence = f"{label} ends before the amendment takes effect, on {contract.amended[0].until}."
        place = contract.place("decisions", len(contract.decisions) - 1)
        raise UsageError(Problem("AO148", sentence, f"Settle it by {by.file}.", place))
    return period


def compile_contract(contract: Contract, label: str) -> Calculation:
    """The calculation of the period called ``label``.

    Raises ContractError with every fault of the formulas, rules and clauses (AO3xx, AO4xx), UsageError for an
    unknown period. Equal contracts give equal calculations.
    """
    calculation, problems = _compiled(contract, period_of(contract, label))
    if problems:
        raise ContractError(in_order(problems))
    return calculation


def compile_periods(contract: Contract) -> tuple[list[Calculation], list[Problem]]:
    """The calculations of the periods that can differ, and the faults that compiling them finds, once each, by place."""
    calculations, found = list[Calculation](), list[Problem]()
    for period in _different(contract):
        calculation, problems = _compiled(contract, period)
        calculations.append(calculation)
        found += problems
    return calculations, in_order(found)


def _different(contract: Contract) -> list[Period]:
    """The periods that can compile differently from the one before: those in which something dated begins or ends.

    The first two always can, since an earlier period may lie outside the contract.
    """
    labels = {label for amount in contract.amounts.values() for label in amount.values}
    for indicator in contract.indicators.values():
        for level in dated_values(indicator):
            labels.update(label for label, _ in level.entries)
    days = {entry.first for split in contract.splits.values() for entry in split.shares}
    days |= {change.first for amount in contract.amounts.values() for change in amount.changes}
    for party in contract.parties.values():
        days |= {day for day in (party.first, party.last) if day}
    chosen: list[Period] = []
    straddled = True
    for index, period in enumerate(settled_periods(contract)):
        inside = [day for day in days if period.first <= day <= period.last]
        if index < 2 or straddled or inside or period.label in labels:
            chosen.append(period)
        straddled = any(day != period.first for day in inside)
    return chosen


def _compiled(contract: Contract, period: Period) -> tuple[Calculation, list[Problem]]:
    scope = Names(contract, period)
    register(scope)
    scores = Scores(scope, Values(scope))
    scores.lower_all()
    _figures(scope)
    entries: list[Entry] = []
    rounding = contract.rounding.lines if contract.rounding else None
    if contract.settlement and contract.rounding and rounding:
        clauses = Clauses(scope, rounding, contract.rounding.limits)
        clauses.lower_all()
        entries = clauses.entries
    paid, held = _payments(scope)
    budget = _stated_only(scope)
    calculation = Calculation(
        contract.contract,
        period.label,
        contract.currency or "",
        tuple(scope.inputs.values()),
        tuple(scope.steps.values()),
        tuple(scores.forms.values()),
        tuple(scores.areas.values()),
        TOTAL if TOTAL in scope.steps else "",
        tuple(
            replace(entry, held=bool(scores.held_weight) and reads_score(scope, entry.amount, set()))
            for entry in entries
        ),
        rounding,
        paid,
        held,
        scores.held_weight,
        tuple(scope.needs),
        tuple(scope.within),
        budget,
    )
    return calculation, scope.problems


def _figures(scope: Names) -> None:
    """Lower every amount, table and figure, so that each is checked and shown whether or not a clause reads it."""
    for section in ("amounts", "tables"):
        for name in getattr(scope.contract, section):
            scope.read(name, "", scope.contract.place(section, name, key=True))
    for name, figure in scope.contract.figures.items():
        for party in scope.parties if figure.per else ("",):
            scope.read(name, party, scope.contract.place("figures", name, key=True))


def _stated_only(scope: Names) -> Node | None:
    """Check formulas that nothing computes with: the plan of payments, and the budget, which is given back."""
    contract = scope.contract
    if contract.payments and contract.payments.plan:
        scope.money(contract.payments.plan.amount)
    return scope.money(contract.budget) if contract.budget is not None else None


def _payments(scope: Names) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """By party: the names of what was paid on account, and of what is held."""
    payments = scope.contract.payments
    found: list[dict[str, str]] = [{}, {}]
    for names, id_, key in zip(
        found, (payments.paid, payments.held) if payments else (None, None), ("paid", "held"), strict=True
    ):
        if id_ is None:
            continue
        fact = scope.contract.facts.get(id_)
        place = scope.contract.place("payments", key)
        if fact is None:
            hint = did_you_mean(id_, scope.contract.facts)
            scope.problems.append(Problem("AO307", f"{id_} is not a fact of this contract.", hint, place))
            continue
        for party in scope.parties if fact.per else (PAYEE,):
            names[party] = scope.read(id_, party if fact.per else "", place).id
    return found[0], found[1]
