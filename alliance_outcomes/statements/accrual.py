"""An accrual as a table for the terminal and as JSON, and the JSON read again where it was booked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import Any

from ..calculation.plain import read_exact
from ..files import read_regular
from ..formula.text import show_number
from ..numbers import to_decimal
from ..problems import DataError, Place, Problem
from ..scenarios.accrual import Accrual, Accrued
from .json import FORMAT, number
from .legible import legible_lines
from .text import WIDTH, named, shown_value, titled

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Accrual", "earned": "earned", "paid": "paid", "booked": "booked", "to_book": "to book now", "total": "Total",
        "basis": "Earned is {share} of what the whole period would pay if it goes on as it did through {day}: that part of its days "
        "is over. Paid is what was paid on account by then. What is disputed counts as earned.",
        "signs": "Above 0: to accrue. Below 0: to release.",
    },
    "fi": {
        "title": "Jaksotus", "earned": "ansaittu", "paid": "maksettu", "booked": "kirjattu", "to_book": "kirjattava", "total": "Yhteensä",
        "basis": "Ansaittu on {share} siitä, mitä koko kausi maksaisi, jos se jatkuu samanlaisena kuin {day} asti: sen verran kauden "
        "päivistä on kulunut. Maksettu on siihen mennessä ennakkona maksettu. Kiistanalainen luetaan ansaituksi.",
        "signs": "Yli 0: jaksotetaan lisää. Alle 0: puretaan.",
    },
    "sv": {
        "title": "Periodisering", "earned": "intjänat", "paid": "betalat", "booked": "bokfört", "to_book": "att bokföra", "total": "Totalt",
        "basis": "Intjänat är {share} av vad hela perioden skulle ge om den fortsätter som till och med {day}: så stor del av dess dagar "
        "har gått. Betalat är vad som betalats i förskott till dess. Det omtvistade räknas som intjänat.",
        "signs": "Över 0: periodiseras. Under 0: upplöses.",
    },
}  # fmt: skip
_COLUMNS = ("earned", "paid", "booked", "to_book")
_AMOUNTS = ("expected", "earned", "paid", "booked", "accrued", "to_book")


def accrual_as_data(found: Accrual) -> dict[str, Any]:
    """``{"format": 1, "contract", "period", "currency", "through", "share", "parties": [...], "total"}``; money is text."""
    calculation = found.settlement.calculation
    places = calculation.rounding.places if calculation.rounding else 0

    def amounts(parties: tuple[Accrued, ...]) -> dict[str, str]:
        return {key: to_decimal(_sum(parties, key), places) for key in _AMOUNTS}

    return {
        "format": FORMAT,
        "contract": calculation.contract,
        "period": calculation.period,
        "currency": calculation.currency,
        "through": found.through.isoformat(),
        "share": number(found.share),
        "parties": [{"payee": each.payee or None, "party": each.party} | amounts((each,)) for each in found.parties],
        "total": amounts(found.parties),
    }


def _sum(parties: tuple[Accrued, ...], key: str) -> Fraction:
    return sum((getattr(each, key) for each in parties), Fraction(0))


def write_accrual_json(found: Accrual) -> str:
    """accrual_as_data as text."""
    return json.dumps(accrual_as_data(found), ensure_ascii=False, indent=2) + "\n"


def read_booked(file: Path, contract: str, period: str) -> tuple[date, dict[tuple[str, str], Fraction]]:
    """The day of an accrual that was booked, and what stands in the books since, by (payee, party). Raises DataError (AO567)."""
    instead = "Give a file that accrual -f json wrote."
    try:
        data = json.loads(read_regular(file).decode("utf-8"))
        of = data["contract"], data["period"]
        found = {(each["payee"] or "", each["party"]): read_exact(each["accrued"]) for each in data["parties"]}
        day = date.fromisoformat(data["through"])
    except (AttributeError, OSError, RecursionError, ValueError, KeyError, TypeError):
        raise DataError(Problem("AO567", f"{file} is not an accrual.", instead, Place(str(file)))) from None
    if of != (contract, period):
        sentence = f"{file} is an accrual of {of[0]} {of[1]}, not of {contract} {period}."
        raise DataError(Problem("AO567", sentence, "Give the one that was booked last.", Place(str(file))))
    return day, found


def write_accrual(found: Accrual, language: str = "en") -> str:
    """The accrual as text of at most 80 columns."""
    return legible_lines("\n".join(_accrual(found, language, WORDS[language]))) + "\n"


def _accrual(found: Accrual, language: str, words: Mapping[str, str]) -> Iterator[str]:
    contract, calculation = found.settlement.contract, found.settlement.calculation
    yield f"{words['title']} {calculation.period}: {named(contract.title, language, contract.contract)}"[:WIDTH]
    yield "=" * WIDTH
    yield f"\n{calculation.currency:20}" + "".join(f"{words[key]:>15}" for key in _COLUMNS)
    for each in found.parties:
        about = contract.parties.get(each.party)
        party = named(about.title, language, each.party) if about else each.party
        who = each.payee if each.payee and about is None else ", ".join(filter(None, (each.payee, party)))
        yield from titled(f"  {who}", 20, _row(found, (each,), language))
    yield f"{words['total']:20}{_row(found, found.parties, language)}"
    day, share = found.through.isoformat(), shown_value(found.share, "share", language)
    yield ""
    yield from wrap(words["basis"].format(day=day, share=share), WIDTH)
    yield words["signs"]


def _row(found: Accrual, parties: tuple[Accrued, ...], language: str) -> str:
    rounding = found.settlement.calculation.rounding
    places = rounding.places if rounding else None
    return "".join(f"{show_number(_sum(parties, key), language, places):>15}" for key in _COLUMNS)
