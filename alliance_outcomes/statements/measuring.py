"""Measured indicators: tidy rows as CSV, and a table for people. Neither holds a person's id or a small number of people."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ..contract.definitions import title_in
from ..measured import COLUMNS
from ..measuring import Result
from .csv import table_as_csv

TEXTS = {
    "n": {"en": "counted", "fi": "laskettu", "sv": "räknade"},
    "excluded": {"en": "left out", "fi": "jätetty pois", "sv": "utelämnade"},
    "unadjusted": {"en": "with those left out", "fi": "pois jätetyt mukaan lukien", "sv": "med de utelämnade"},
    "interval": {"en": "95 % interval", "fi": "95 %:n väli", "sv": "95 %-intervall"},
    "final": {"en": "final", "fi": "lopullinen", "sv": "slutlig"},
    "provisional": {"en": "provisional", "fi": "alustava", "sv": "preliminär"},
    "missing": {"en": "no records", "fi": "ei tietoja", "sv": "inga uppgifter"},
    "suppressed": {"en": "too few to show", "fi": "liian vähän näytettäväksi", "sv": "för få för att visas"},
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


def write_measured_csv(results: Iterable[Result], dialect: str = "plain") -> str:
    """Tidy measured data, as ``settle`` reads it."""
    rows = [[str(getattr(row, name)) for name in COLUMNS] for result in results for row in result.rows]
    return table_as_csv(COLUMNS, rows, dialect)


def write_measured(results: Iterable[Result], cell: int, language: str = "en") -> str:
    """A table for people: each value, what it rests on, and who is left out and why."""
    lines: list[str] = []
    for result in results:
        lines += [*_lines(result, cell, language), ""]
    return "\n".join(lines)


def _lines(result: Result, cell: int, language: str) -> list[str]:
    def word(key: str) -> str:
        return TEXTS[key][language]

    found, share = result.found, (result.definition.unit or "").startswith("share")
    head = f"{result.id} {result.period}: "
    if found.value is None:
        return [head + word(result.status)]
    of = f" ({found.numerator}/{found.denominator})" if found.denominator is not None else ""
    lines = [f"{head}{_shown(found.value, share)}{of}, {word('n')} {found.n}, {word(result.status)}"]
    if found.interval:
        low, high = (_shown(Fraction(end), share) for end in found.interval)
        lines.append(f"  {word('interval')}: {low} ... {high}")
    for name, people in result.excluded.items():
        reason = word(name) if name in TEXTS else _reason(result, name, language)
        number = f"{word('fewer')} {cell}" if people is None else str(people)
        lines.append(f"  {word('excluded')}: {number}, {reason}")
    if found.unadjusted is not None and found.unadjusted != found.value:
        lines.append(f"  {word('unadjusted')}: {_shown(found.unadjusted, share)}")
    return lines


def _reason(result: Result, name: str, language: str) -> str:
    measure = result.definition.measure
    return title_in(measure.exclusions[name].reason, language) if measure else name


def _shown(value: Fraction, share: bool) -> str:
    """A value to three decimals at the most, as a percentage where it is a share."""
    text = f"{float(value * 100 if share else value):.3f}".rstrip("0").rstrip(".")
    return f"{'0' if text == '-0' else text}{' %' if share else ''}"
