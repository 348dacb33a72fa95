"""What one payee is due as plain data: every number of a settlement, without its sentences. Standard library only."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..calculation.result import PayeeResult
from ..numbers import Rounding, to_decimal, to_text


def amounts_as_data(payee: PayeeResult, rounding: Rounding | None) -> dict[str, Any]:
    """``{"payee", "score", "areas", "indicators", "lines", "parties", "total", "balance"}``; see docs/schemas.

    ``carried`` stands beside them where a clause carries something to the next period.

    Scores, values and weights are exact numbers (a terminating decimal, else p/q), money a decimal string.
    """

    def money(amount: Fraction) -> str:
        return to_decimal(amount, rounding.places if rounding else 0)

    data = {
        "payee": payee.payee or None,
        "score": number(payee.score),
        "areas": [{"id": each.id, "score": number(each.score), "weight": number(each.weight)} for each in payee.areas],
        "indicators": [
            {
                "id": each.id,
                "value": number(each.value),
                "score": number(each.score),
                "weight": number(each.weight),
                "status": each.status,
            }
            for each in payee.indicators
        ],
        "lines": [{"clause": line.clause, "party": line.party, "amount": money(line.amount)} for line in payee.lines],
        "parties": {party: money(each.earned) for party, each in payee.balance.items()},
        "total": money(payee.total),
        "balance": {
            party: {key: money(getattr(each, key)) for key in ("earned", "held", "paid", "payable")}
            for party, each in payee.balance.items()
        },
    }
    carried = {name: money(amount) for name, amount in payee.carried.items()}
    return data | {"carried": carried} if carried else data


def number(value: Fraction | None) -> str | None:
    """An exact number as JSON carries it."""
    return None if value is None else to_text(value)
