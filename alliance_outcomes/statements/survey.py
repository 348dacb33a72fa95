"""A dry read of measured data as a table for people, in fi, sv and en, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from ..numbers import to_text
from ..problems import Problem
from ..survey import ColumnRead, Survey, ValuesRead
from .json import FORMAT, number
from .legible import legible_lines
from .text import WIDTH

MOST_SHOWN = 12
TEXTS = {
    "kind": {"en": "Kind", "fi": "Laji", "sv": "Slag"},
    "encoding": {"en": "encoding", "fi": "merkistö", "sv": "teckenkodning"},
    "delimiter": {"en": "fields by", "fi": "erottimena", "sv": "fält skilda av"},
    "commas": {"en": "commas", "fi": "pilkku", "sv": "komma"},
    "semicolons": {"en": "semicolons", "fi": "puolipiste", "sv": "semikolon"},
    "tabs": {"en": "tabs", "fi": "sarkain", "sv": "tabb"},
    "sheet": {"en": "sheet", "fi": "taulukko", "sv": "blad"},
    "database": {"en": "database", "fi": "tietokanta", "sv": "databas"},
    "point": {"en": "decimal point", "fi": "desimaalipiste", "sv": "decimalpunkt"},
    "comma": {"en": "decimal comma", "fi": "desimaalipilkku", "sv": "decimalkomma"},
    "header": {"en": "Header", "fi": "Otsikkorivi", "sv": "Rubrikrad"},
    "mapping": {"en": "Mapping", "fi": "Sarakekuvaus", "sv": "Kolumnkarta"},
    "tidy": {
        "en": "none: tidy, a row for each value",
        "fi": "ei ole: rivi kullekin arvolle",
        "sv": "ingen: en rad för varje värde",
    },
    "missing": {"en": "Missing", "fi": "Puuttuva", "sv": "Saknas"},
    "blank": {"en": "a blank", "fi": "tyhjä", "sv": "tomt"},
    "rows": {"en": "Rows", "fi": "Rivit", "sv": "Rader"},
    "payees": {"en": "Payees", "fi": "Maksunsaajat", "sv": "Betalningsmottagare"},
    "alliance": {
        "en": "the alliance itself, or all",
        "fi": "allianssi itse tai kaikki",
        "sv": "alliansen själv, eller alla",
    },
    "columns": {"en": "Columns", "fi": "Sarakkeet", "sv": "Kolumner"},
    "every": {"en": "for every row", "fi": "joka rivillä", "sv": "för varje rad"},
    "becomes": {"en": "is read as", "fi": "luetaan arvona", "sv": "läses som"},
    "others": {
        "en": "Columns that nothing reads",
        "fi": "Sarakkeet, joita mikään ei lue",
        "sv": "Kolumner som inget läser",
    },
    "values": {"en": "Values", "fi": "Arvot", "sv": "Värden"},
    "left": {"en": "missing", "fi": "puuttuu", "sv": "saknas"},
    "number": {"en": "number", "fi": "luku", "sv": "tal"},
    "percent": {"en": "percent", "fi": "prosentti", "sv": "procent"},
    "ratio": {"en": "ratio", "fi": "murtoluku", "sv": "bråk"},
    "counts": {"en": "counts", "fi": "lukumäärät", "sv": "antal"},
    "code": {"en": "code", "fi": "koodi", "sv": "kod"},
    "unread": {"en": "Rows that nothing reads", "fi": "Rivit, joita mikään ei lue", "sv": "Rader som inget läser"},
    "none": {"en": "none", "fi": "ei ole", "sv": "inga"},
    "problems": {"en": "Problems", "fi": "Virheet", "sv": "Fel"},
    "as written": {"en": "as written", "fi": "kuten kirjoitettu", "sv": "som skrivet"},
    "share": {"en": "share", "fi": "osuus", "sv": "andel"},
    "thousands": {"en": "thousands", "fi": "tuhansia", "sv": "tusental"},
    "mark": {"en": ".", "fi": ",", "sv": ","},
    "millions": {"en": "millions", "fi": "miljoonia", "sv": "miljoner"},
}


def survey_as_data(found: Survey, contract: str) -> dict[str, Any]:
    """The dry read by docs/schemas/data.schema.json."""
    return {
        "format": FORMAT,
        "contract": contract,
        "file": found.file,
        "kind": found.table.kind,
        **{name: found.table.traits.get(name) for name in ("encoding", "delimiter", "sheet", "database")},
        "decimal_mark": "comma" if found.decimal_comma else "point",
        "header": {"place": str(found.table.header_at), "columns": found.table.header},
        "mapping": found.mapping,
        "missing": list(found.missing),
        "columns": [_column_as_data(each) for each in found.columns],
        "unread_columns": list(found.other_columns),
        "rows": found.rows,
        "periods": [{"period": label, "values": count} for label, count in found.periods.items()],
        "payees": list(found.payees),
        "values": [
            {
                "id": each.id,
                "unit": each.unit or None,
                "written": each.written.split(", "),
                "periods": list(each.periods),
                "rows": each.rows,
                "missing": each.missing,
                "lowest": None if each.lowest is None else number(each.lowest),
                "highest": None if each.highest is None else number(each.highest),
            }
            for each in found.values
        ],
        "unread": [{"id": each.id, "periods": list(each.periods), "rows": each.rows} for each in found.unread],
        "problems": [_problem_as_data(each) for each in found.problems],
    }


def _column_as_data(column: ColumnRead) -> dict[str, Any]:
    return {
        "constant" if column.constant else "column": column.column,
        "becomes": column.becomes,
        "unit": column.unit.get("", column.unit),
        "codes": column.codes,
        "missing": list(column.missing),
        "example": {"written": column.example[0], "read": column.example[1]} if column.example else None,
    }


def _problem_as_data(problem: Problem) -> dict[str, Any]:
    place = str(problem.place) if problem.place else None
    return {"code": problem.code, "place": place, "sentence": problem.sentence, "instead": problem.instead}


def write_survey(found: Survey, language: str = "en") -> str:
    """The dry read as text of 80 columns."""
    lines = _survey(found, {key: texts[language] for key, texts in TEXTS.items()})
    return legible_lines("\n".join(lines)) + "\n"


def _survey(found: Survey, words: dict[str, str]) -> Iterator[str]:
    yield found.file
    traits = [f"{words[name]} {words.get(value, value)}" for name, value in found.table.traits.items()]
    mark = words["comma" if found.decimal_comma else "point"]
    yield from _entry(words["kind"], ", ".join([found.table.kind, *traits, mark]))
    header = found.table.header_at
    where = header.address or header.line
    yield from _entry(words["header"], f"{where}: {', '.join(found.table.header)}")
    yield from _entry(words["mapping"], found.mapping or words["tidy"])
    yield from _entry(words["missing"], ", ".join([words["blank"], *(each for each in found.missing if each)]))
    periods = ", ".join(f"{label} ({count})" for label, count in found.periods.items())
    yield from _entry(words["rows"], f"{found.rows}: {periods}")
    named = [payee or words["alliance"] for payee in found.payees[:MOST_SHOWN]]
    more = [f"+{len(found.payees) - MOST_SHOWN}"] if len(found.payees) > MOST_SHOWN else []
    yield from _entry(words["payees"], f"{len(found.payees)}: {', '.join([*named, *more])}")
    if found.mapping:
        yield f"\n{words['columns']}"
        for column in found.columns:
            yield from _wrapped(_column(column, words))
    if found.other_columns:
        yield from _entry(words["others"], ", ".join(found.other_columns))
    yield f"\n{words['values']}"
    for each in found.values:
        yield from _wrapped(_values(each, words))
    yield f"\n{words['unread']}"
    for unread in found.unread:
        yield from _wrapped(f"{unread.id}: {unread.rows} ({_span(unread.periods)})")
    if not found.unread:
        yield f"  {words['none']}"
    yield f"\n{words['problems']}: {len(found.problems) or words['none']}"


def _entry(label: str, text: str) -> Iterator[str]:
    yield from wrap(f"{label}: {text}", WIDTH, initial_indent="  ", subsequent_indent="    ")


def _wrapped(text: str) -> Iterator[str]:
    yield from wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _column(column: ColumnRead, words: dict[str, str]) -> str:
    unit = "".join(
        f", {words[unit]}" + (f" {period}" if period else "")
        for period, unit in column.unit.items()
        if unit != "as written" or period
    )
    codes = "".join(f", {text} = {code}" for text, code in column.codes.items())
    missing = f", {words['left']}: {', '.join(column.missing)}" if column.missing else ""
    example = f"; {column.example[0]} {words['becomes']} {column.example[1]}" if column.example else ""
    name = f"{column.column} ({words['every']})" if column.constant else column.column
    return f"{name} -> {column.becomes}{unit}{codes}{missing}{example}"


def _values(each: ValuesRead, words: dict[str, str]) -> str:
    unit = f" ({each.unit})" if each.unit else ""
    written = ", ".join(words.get(kind, kind) for kind in each.written.split(", ")) if each.written != "missing" else ""
    left = f"{words['left']} {each.missing}" if each.missing else ""
    ends = ""
    if each.lowest is not None and each.highest is not None:
        ends = " ... ".join(_short(end).replace(".", words["mark"]) for end in (each.lowest, each.highest))
    parts = [part for part in (written, ends, left) if part]
    return f"{each.id}{unit} {_span(each.periods)}: {'; '.join(parts)}"


def _short(value: Any) -> str:
    """A number for people, to six digits after the point at the most: it decides nothing here."""
    exact = to_text(value)
    return exact if "/" not in exact and len(exact) <= 16 else f"{float(value):.6f}".rstrip("0").rstrip(".")


def _span(periods: Sequence[str]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} ... {periods[-1]} ({len(periods)})"
