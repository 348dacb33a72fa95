"""Settles drawn cases through the package and holds the result against the oracle and the laws that every result obeys."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from alliance_outcomes.contract.loading import build_contract
from alliance_outcomes.contract.model import Contract
from alliance_outcomes.contract.reading import parse_document
from alliance_outcomes.payments.cap import Cap
from alliance_outcomes.settlement import PayeeSettlement, Settled, Settlement, settle
from alliance_outcomes.sources.csv import parse_csv
from tests.oracle import Outcome

Amounts = dict[Any, Fraction]


def settled(contract_text: str, data_text: str, period: str, earlier: Settled | None = None) -> Settlement:
    """The settlement of a contract and data given as the texts of their files; ``earlier`` is what was stated before."""
    contract = build_contract(parse_document(contract_text.encode(), "contract.yaml"), [])
    return settle(contract, parse_csv(data_text.encode(), "data.csv"), period, None, earlier)


def settle_all(contract: Contract, data: str) -> list[PayeeSettlement]:
    """Every period of the data in order, each settled with what the one before states."""
    measured, found = parse_csv(data.encode(), "data.csv"), list[PayeeSettlement]()
    stated: Settled = {}
    for period in sorted(measured.periods()):
        settlement = settle(contract, measured, period, None, stated)
        stated = settlement.stated
        found.append(settlement.only())
    return found


def lines_of(payee: PayeeSettlement) -> Amounts:
    """What each clause pays to each party, lines of nothing left out."""
    found: Amounts = {}
    for line in payee.lines:
        key = (line.clause, line.party)
        found[key] = found.get(key, Fraction(0)) + line.amount
    return {key: amount for key, amount in found.items() if amount}


def comparable(settlement: Settlement) -> dict[str, Any]:
    """Everything a settlement says but the order in which it says it, by payee."""
    return {
        payee.payee: {
            "score": payee.score,
            "areas": {each.id: (each.score, each.weight) for each in payee.areas},
            "indicators": {each.id: (each.value, each.score, each.weight, each.status) for each in payee.indicators},
            "lines": lines_of(payee),
            "balance": {party: (each.earned, each.held, each.paid) for party, each in payee.balance.items()},
            "total": payee.total,
        }
        for payee in settlement.payees
    }


def differences(payee: PayeeSettlement, outcome: Outcome) -> Iterator[str]:
    """Where the package and the oracle say different things."""
    for each in payee.indicators:
        known = outcome.indicators[each.id]
        said, wanted = (each.value, each.score, each.status), (known.value, known.score, known.status)
        if said != wanted:
            yield f"indicator {each.id}: {_shown(said)}, the oracle {_shown(wanted)}"
    for area in payee.areas:
        said_of, wanted_of = (area.score, area.weight), (outcome.areas[area.id].score, outcome.areas[area.id].weight)
        if said_of != wanted_of:
            yield f"area {area.id}: {_shown(said_of)}, the oracle {_shown(wanted_of)}"
    if payee.score != outcome.score:
        yield f"score: {payee.score}, the oracle {outcome.score}"
    if payee.total != outcome.total:
        yield f"total: {payee.total}, the oracle {outcome.total}"
    yield from _unequal("line", lines_of(payee), dict(outcome.lines))
    yield from _unequal("carried", dict(payee.carried), dict(outcome.carried))
    kinds = ("earned", "held", "paid", "payable")
    said_balance = {(who, kind): getattr(each, kind) for who, each in payee.balance.items() for kind in kinds}
    wanted_balance = {(who, kind): getattr(each, kind) for who, each in outcome.balance.items() for kind in kinds}
    yield from _unequal("balance", said_balance, wanted_balance)


def _unequal(what: str, said: Amounts, wanted: Amounts) -> Iterator[str]:
    for key in {**said, **wanted}:
        if said.get(key, 0) != wanted.get(key, 0):
            yield f"{what} {key}: {said.get(key)}, the oracle {wanted.get(key)}"


def _shown(values: tuple[object, ...]) -> str:
    return ", ".join(map(str, values))


def broken_laws(settlement: Settlement) -> Iterator[str]:
    """The laws of every settlement that this one breaks: sums agree to 0 cents, scores stay in their range."""
    rounding, scores = settlement.calculation.rounding, settlement.contract.scores
    for payee in settlement.payees:
        earned = sum((line.amount for line in payee.lines), Fraction(0))
        if earned != payee.total or sum(payee.parties.values(), Fraction(0)) != payee.total:
            yield f"law 1: lines sum to {earned}, parties to {sum(payee.parties.values())}, the total is {payee.total}"
        for clause in {line.clause for line in payee.lines}:
            written = sum((line.amount for line in payee.lines if line.clause == clause), Fraction(0))
            if written != payee.values[clause]:
                yield f"law 1: the lines of {clause} sum to {written}, it wrote {payee.values[clause]}"
        if rounding and any((line.amount / rounding.unit).denominator != 1 for line in payee.lines):
            yield "law 1: a line is not in whole units"
        reached = [payee.score, *(each.score for each in payee.indicators), *(each.score for each in payee.areas)]
        if scores and any(each is not None and not scores.least <= each <= scores.most for each in reached):
            yield f"law 2: a score outside {scores.least} to {scores.most}"
        yield from _passed_limits(settlement, payee)


def _passed_limits(settlement: Settlement, payee: PayeeSettlement) -> Iterator[str]:
    """Caps that are passed and floors that are not reached, each clause counted once."""
    paid: dict[str, Fraction] = {}
    for (clause, _), amount in lines_of(payee).items():
        paid[clause] = paid.get(clause, Fraction(0)) + amount
    for id_, clause in settlement.contract.settlement.items():
        if isinstance(clause, Cap) and clause.when is None:
            total = sum((paid.get(each, Fraction(0)) for each in {*clause.of, id_}), Fraction(0))
            if clause.over is not None:
                total = payee.carried[f"{id_}.to_date"]
            least, most = (Fraction(payee.values.get(f"{id_}.{end}", total) or 0) for end in ("least", "most"))
            if least <= most and not least <= total <= most:
                yield f"law 2: {id_} lets {total} through, outside {least} to {most}"
