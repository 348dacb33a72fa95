"""Units: shares above 1 that were meant as per cent, and currencies that are not the contract's (AO618)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ...contract.parts import dated_values
from .base import Finding, Linted, Path, shown

# Currencies that a contract here may be mistaken in; other three capitals are words, such as NPS.
_CURRENCIES = {"AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "ISK", "JPY", "NOK", "NZD", "PLN", "SEK", "USD"}


def findings(linted: Linted) -> Iterator[Finding]:
    """Numbers and units that do not go together."""
    contract = linted.contract
    for name, amount in contract.amounts.items():
        yield from _currency(linted, ("amounts", name), amount.unit)
        if amount.unit == "share":
            for label, value in amount.values.items():
                yield from _share(("amounts", name, "values", label), value)
    for section in ("facts", "figures"):
        for name, part in getattr(contract, section).items():
            yield from _currency(linted, (section, name), part.unit)
    for area_id, area in contract.result_areas.items():
        for id_, indicator in area.indicators.items():
            path = ("result_areas", area_id, "indicators", id_)
            yield from _currency(linted, path, indicator.unit)
            if indicator.unit == "share" and indicator.range is None:
                for level in dated_values(indicator):
                    for _, stated in level.entries:
                        for finding in _share(path, stated):
                            yield Finding(finding.code, path, finding.sentence, finding.instead, place=level.place)


def _share(path: Path, value: Fraction | None) -> Iterator[Finding]:
    if value is not None and value > 1 and value <= 100:
        sentence = f"A share of {shown(value)} is more than the whole."
        yield Finding("AO618", path, sentence, f"Write {shown(value)} %, or another unit.")


def _currency(linted: Linted, path: Path, unit: str | None) -> Iterator[Finding]:
    currency = linted.contract.currency
    first = (unit or "").split(" ")[0]
    if currency and first in _CURRENCIES - {currency}:
        sentence = (
            f"{first} looks like a currency, but the contract is in {currency}, so this is read as a plain number."
        )
        yield Finding("AO618", (*path, "unit"), sentence, f"Write {currency}, or another word for the unit.")
