"""Proofs in tests: contracts from texts, and the settings of a proof as measured data that ``settle`` reads."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from alliance_outcomes.calculation.form import Calculation
from alliance_outcomes.checks.proofs.claims import Claim
from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.formula.exact import Value
from alliance_outcomes.numbers import to_text
from alliance_outcomes.payments.reimbursable import Reimbursable
from alliance_outcomes.settlement import PayeeSettlement, settle
from alliance_outcomes.sources.csv import parse_csv
from tests.drawing import Rows, row, to_csv


def contract_of(text: str) -> Contract:
    """The contract of a text."""
    return build_contract(parse_document(text.encode(), "contract.yaml"), [])


def rows_of(calculation: Calculation, inputs: Mapping[str, Value]) -> Rows:
    """The rows of measured data that give every input its value; a missing one has no row."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for given in calculation.inputs:
        value = inputs[given.name]
        if value is None:
            continue
        text = value if isinstance(value, str) else to_text(Fraction(value))
        each = found.setdefault((given.id, given.period, given.party), row(given.period, given.id, "", given.party))
        each["n" if given.part == "n" else "value"] = text
    return [each for each in found.values() if each["value"] or each["n"]]


def settled_again(contract: Contract, calculation: Calculation, inputs: Mapping[str, Value]) -> PayeeSettlement:
    """What a setting comes to, by way of a file of measured data."""
    data = to_csv(rows_of(calculation, inputs))
    return settle(contract, parse_csv(data.encode(), "data.csv"), calculation.period).payees[0]


def net(contract: Contract, payee: PayeeSettlement, party: str) -> Fraction:
    """What is paid beyond reimbursed costs, in all or to a party."""
    costs = {name for name, clause in contract.settlement.items() if isinstance(clause, Reimbursable)}
    lines = [line for line in payee.lines if line.clause not in costs and party in ("", line.party)]
    return sum((line.amount for line in lines), Fraction(0))


def shows(contract: Contract, claim: Claim, settled: list[PayeeSettlement]) -> bool:
    """Whether settings that were settled anew show what a refuted claim says."""
    party = str(claim.values.get("party", ""))
    if claim.kind in ("incentives.perverse", "incentives.more_spent"):
        return net(contract, settled[1], party) < net(contract, settled[0], party)
    if claim.kind == "incentives.silence":
        return settled[1].total > settled[0].total
    if claim.kind == "cliffs.leap":
        return abs(settled[1].total - settled[0].total) > Fraction(claim.values["sum"])
    if claim.kind == "budget.passed":
        return settled[0].total > Fraction(claim.values["budget"])
    return not settled
