"""The settlement as JSON: exact numbers as decimals or p/q, money as decimal strings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..calculation.plain import read_exact
from ..contract.model import Contract
from ..explain import say
from ..files import read_regular
from ..numbers import Rounding
from ..problems import DataError, Place, Problem
from ..settlement import PayeeSettlement, Settlement
from .amendments import amendments_as_data
from .amounts import amounts_as_data, number

__all__ = ["FORMAT", "as_data", "number", "place_text", "read_settled", "write_json"]

FORMAT = 1


def as_data(settlement: Settlement, language: str = "en") -> dict[str, Any]:
    """The settlement as plain data: ``{"format": 1, "contract", "period", "amendments": [...], "payees": [...], "assumed": [...]}``.

    Scores, values and weights are exact numbers (a terminating decimal, else p/q), money a decimal string.
    """
    return {
        "format": FORMAT,
        "contract": settlement.calculation.contract,
        "period": settlement.calculation.period,
        "currency": settlement.calculation.currency or None,
        "amendments": amendments_as_data(settlement.contract, language),
        "payees": [_payee(each, settlement.calculation.rounding, language) for each in settlement.payees],
        "assumed": [
            {"path": ".".join(map(str, each.path)), "reason": each.reason, "place": place_text(each.place)}
            for each in settlement.assumed
        ],
    }


def write_json(settlement: Settlement, language: str = "en", evidence: str = "") -> str:
    """as_data as canonical JSON (RFC 8785); ``evidence`` is the hash of the manifest of its bundle, if it has one.

    Its keys are ids, which sort alike in every encoding, and every number is a text or a small whole number.
    """
    data = as_data(settlement, language) | ({"evidence": evidence} if evidence else {})
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_settled(files: Iterable[Path], *contracts: Contract) -> dict[tuple[str, str, str], Fraction]:
    """What earlier settlements under these contracts state, by (payee, period, name): clauses' amounts and carried balances.

    Raises DataError for a file that holds no settlement (AO512), for one of another contract, whose clauses may well have
    the same names (AO568), and for two of the same payee and period (AO566).
    """
    ids = {each.contract for each in contracts}
    found: dict[tuple[str, str, str], Fraction] = {}
    of: dict[tuple[str, str], Path] = {}
    for file in files:
        try:
            data = json.loads(read_regular(file).decode("utf-8"))
            settled_by = str(data["contract"])
            stated = [(_stated(payee, data["period"])) for payee in data["payees"]]
        except (AttributeError, OSError, RecursionError, ValueError, KeyError, TypeError):
            sentence = f"{file} is not a settlement."
            raise DataError(
                Problem("AO512", sentence, "Give a file that settle -f json wrote.", Place(str(file)))
            ) from None
        if settled_by not in ids:
            sentence = f"{file} settles the contract {settled_by}, not {' or '.join(sorted(ids))}."
            raise DataError(Problem("AO568", sentence, "Give a settlement of this contract.", Place(str(file))))
        for each in stated:
            for payee, period, _ in each:
                if of.setdefault((payee, period), file) is not file:
                    whose = f" of {payee}" if payee else ""
                    sentence = f"The settlement{whose} for {period} stands in {of[payee, period]} too."
                    raise DataError(Problem("AO566", sentence, "Give the one that holds.", Place(str(file))))
            found |= each
    return found


def _stated(payee: Mapping[str, Any], period: str) -> dict[tuple[str, str, str], Fraction]:
    """What the settlement of one payee states, as ``Settlement.stated`` names it."""
    about = payee["payee"] or "", str(period)
    found: dict[tuple[str, str, str], Fraction] = {}
    for line in payee["lines"]:
        key = (*about, line["clause"])
        found[key] = found.get(key, Fraction(0)) + read_exact(line["amount"])
    return found | {(*about, name): read_exact(amount) for name, amount in payee.get("carried", {}).items()}


def place_text(place: Place | None) -> str | None:
    """``file:line`` of a place."""
    return f"{place.file}:{place.line}" if place else None


def _payee(payee: PayeeSettlement, rounding: Rounding | None, language: str) -> dict[str, Any]:
    data = amounts_as_data(payee, rounding)
    for written, line in zip(data["lines"], payee.lines, strict=True):
        written |= {"why": say(line.why, language), "place": place_text(line.place)}
    return data
