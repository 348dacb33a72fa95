"""Measured indicators: tidy rows as CSV, and a table for people. Neither holds a person's id or a small number of people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from ..contract.definitions import title_in
from ..contract.model import Contract
from ..measured import COLUMNS, NUMBERS, Measured, Row
from ..measuring import Result
from .csv import table_as_csv
from .json import FORMAT, number
from .legible import legible_lines

TEXTS = {
    "n": {"en": "counted", "fi": "laskettu", "sv": "räknade"},
    "excluded": {"en": "left out", "fi": "jätetty pois", "sv": "utelämnade"},
    "unadjusted": {"en": "with those left out", "fi": "pois jätetyt mukaan lukien", "sv": "med de utelämnade"},
    "interval": {"en": "95 % interval", "fi": "95 %:n väli", "sv": "95 %-intervall"},
    "final": {"en": "final", "fi": "lopullinen", "sv": "slutlig"},
    "provisional": {"en": "provisional", "fi": "alustava", "sv": "preliminär"},
    "missing": {"en": "no records", "fi": "ei tietoja", "sv": "inga uppgifter"},
    "suppressed": {"en": "too few to show", "fi": "liian vähän näytettäväksi", "sv": "för få för att visas"},
    "published": {
        "en": "as published; the change is too small to show",
        "fi": "kuten julkaistu; muutos on liian pieni näytettäväksi",
        "sv": "såsom publicerat; ändringen är för liten för att visas",
    },
    "no_payee": {
        "en": "of no payee of the contract",
        "fi": "ei sopimuksen saajan",
        "sv": "av ingen mottagare i avtalet",
    },
    "fewer": {"en": "fewer than", "fi": "alle", "sv": "färre än"},
    "no_period": {"en": "no period", "fi": "ei ajankohtaa", "sv": "ingen period"},
    "no_person": {"en": "no person", "fi": "ei henkilöä", "sv": "ingen person"},
    "unreadable": {"en": "unreadable", "fi": "lukukelvoton", "sv": "oläsligt"},
    "contradictory": {"en": "contradictory", "fi": "ristiriitainen", "sv": "motsägelsefullt"},
    "no_value": {"en": "no value", "fi": "ei arvoa", "sv": "inget värde"},
    "out_of_range": {"en": "out of range", "fi": "asteikon ulkopuolella", "sv": "utanför skalan"},
    "one_assessment": {
        "en": "assessed on one day only",
        "fi": "arvio vain yhdeltä päivältä",
        "sv": "bedömd bara en dag",
    },
}


def write_rows_csv(rows: Iterable[Row], dialect: str = "plain") -> str:
    """Rows of tidy measured data, as ``settle`` reads them."""
    cells = [[getattr(row, name) for name in COLUMNS] for row in rows]
    return table_as_csv(COLUMNS, cells, dialect, numbers=NUMBERS)


def write_measured_json(contract: Contract, results: Iterable[Result], measured: Measured, language: str = "en") -> str:
    """What was measured as JSON, with all it rests on, and the rows that a settlement reads.

    ``{"format": 1, "contract", "smallest_cell", "results": [{id, period, payee, status, value, numerator, denominator, n,
    interval, unadjusted, excluded: [{reason, why, people}]}], "rows": [...]}``. Values are exact numbers (a terminating
    decimal, else p/q), intervals are floats; ``people`` is null where they are too few to be shown.
    """
    data = {
        "format": FORMAT,
        "contract": contract.contract,
        "smallest_cell": contract.smallest_cell,
        "results": [_as_data(each, language) for each in results],
        "rows": [{name: getattr(row, name) or None for name in COLUMNS} for row in measured.rows],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _as_data(result: Result, language: str) -> dict[str, Any]:
    found = result.found
    return {
        "id": result.id,
        "period": result.period,
        "payee": result.payee or None,
        "status": result.status,
        "value": number(found.value),
        "numerator": found.numerator,
        "denominator": found.denominator,
        "n": found.n if found.value is not None else None,
        "interval": list(found.interval) if found.interval else None,
        "unadjusted": number(found.unadjusted),
        "excluded": [
            {"reason": name, "why": _why(result, name, language), "people": people}
            for name, people in result.excluded.items()
        ],
    }


def write_measured(results: Iterable[Result], cell: int, language: str = "en") -> str:
    """A table for people: each value, what it rests on, and who is left out and why."""
    lines: list[str] = []
    for result in results:
        lines += [*_lines(result, cell, language), ""]
    return legible_lines("\n".join(lines))


def _lines(result: Result, cell: int, language: str) -> list[str]:
    def word(key: str) -> str:
        return TEXTS[key][language]

    found, share = result.found, (result.definition.unit or "").startswith("share")
    whose = f" {result.payee}" if result.payee else ""
    lines = [f"{result.id}{whose} {result.period}: {word(result.status)}"]
    if found.value is not None:
        of = f" ({found.numerator}/{found.denominator})" if found.denominator is not None else ""
        value = f"{_shown(found.value, share)}{of}, {word('n')} {found.n}, {word(result.status)}"
        lines = [f"{result.id}{whose} {result.period}: {value}"]
    if found.interval:
        low, high = (_shown(Fraction(end), share) for end in found.interval)
        lines.append(f"  {word('interval')}: {low} ... {high}")
    for name, people in result.excluded.items():
        shown = f"{word('fewer')} {cell}" if people is None else str(people)
        lines.append(f"  {word('excluded')}: {shown}, {_why(result, name, language)}")
    if found.unadjusted is not None and found.unadjusted != found.value:
        lines.append(f"  {word('unadjusted')}: {_shown(found.unadjusted, share)}")
    return lines


def _why(result: Result, name: str, language: str) -> str:
    """The reason why some are left out, in words."""
    measure = result.definition.measure
    if name in TEXTS:
        return TEXTS[name][language]
    return title_in(measure.exclusions[name].reason, language) if measure else name


def _shown(value: Fraction, share: bool) -> str:
    """A value to three decimals at the most, as a percentage where it is a share."""
    text = f"{float(value * 100 if share else value):.3f}".rstrip("0").rstrip(".")
    return f"{'0' if text == '-0' else text}{' %' if share else ''}"
