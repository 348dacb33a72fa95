"""Measured data: tidy rows of facts and indicators, each remembering the row of the file it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .numbers import parse_number
from .problems import DataError, Place, Problem

GROUPED = "[-\u2212]?[1-9][0-9]{0,2}\\.[0-9]{3}"
"""A number whose point may as well group its digits: ``950.000``. Every engine reads this pattern alike."""
COLUMNS = (
    "payee",
    "party",
    "period",
    "indicator",
    "value",
    "numerator",
    "denominator",
    "n",
    "status",
    "source",
)
NUMBERS = ("value", "numerator", "denominator", "n")
SUPPRESSED = "suppressed"
STATUSES = ("", "final", "provisional", SUPPRESSED)
MISSING = ("", "..")
# What a spreadsheet takes for the beginning of a formula, also in the wide forms of East Asian keyboards.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value as it was written: text cells, and the place they stand in."""

    payee: str
    party: str
    period: str
    indicator: str
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    n: str = ""
    status: str = ""
    source: str = ""
    place: Place | None = field(default=None, compare=False)

    @property
    def key(self) -> Key:
        """What a row must be the only one of."""
        return (self.payee, self.party, self.period, self.indicator)

    @property
    def shown(self) -> str:
        """The first column of a number that it has although it says that none may be shown; blank where it has none."""
        if self.status != SUPPRESSED:
            return ""
        return next((name for name in NUMBERS if getattr(self, name) not in MISSING), "")


@dataclass(frozen=True, slots=True)
class Measured:
    """Rows of measured data with unique keys (AO503), and how their numbers are written.

    A row that is suppressed has no number (AO860), so that whatever reads rows shows none.
    ``locate`` gives the place of a cell, by the row's place and the column, where the source can tell it;
    ``precision`` the unit of the last digit of an id's values (0: exact), where it is known.
    """

    rows: tuple[Row, ...]
    file: str = ""
    decimal_comma: bool = False
    assumed: tuple[str, ...] = ()
    locate: Callable[[Place, str], Place] | None = field(default=None, repr=False, compare=False)
    precision: Mapping[str, Fraction] = field(default_factory=dict, repr=False, compare=False)
    _index: dict[Key, Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[Key, Row] = {}
        problems = []
        for row in self.rows:
            if row.key in index:
                sentence = f"{_named(row)} is given twice."
                first = self.at(index[row.key], "indicator")
                place = self.at(row, "indicator")
                problems.append(Problem("AO503", sentence, "Keep one of the rows.", place, first))
            if row.shown:
                sentence = f"{_named(row)} is suppressed, and its row has a number."
                instead = "Leave the number out, or the status where it may be shown."
                problems.append(Problem("AO860", sentence, instead, self.at(row, row.shown)))
            index.setdefault(row.key, row)
        if problems:
            raise DataError(problems)
        object.__setattr__(self, "_index", index)

    def at(self, row: Row, column: str) -> Place | None:
        """Where the cell of ``row`` in ``column`` stands, or the row where the source tells no more."""
        return self.locate(row.place, column) if self.locate and row.place else row.place

    def find(self, payee: str, party: str, period: str, indicator: str) -> Row | None:
        """The row of this key; where there is none, the row that holds for all payees (its payee is blank), or None."""
        return self._index.get((payee, party, period, indicator)) or self._index.get(("", party, period, indicator))

    def payees(self, period: str) -> list[str]:
        """The payees that have a row for ``period``, in order.

        A blank payee is the alliance itself, or all payees where any is named.
        """
        there = {row.payee for row in self.rows if row.period == period}
        return sorted(there - {""}) or sorted(there)

    def periods(self) -> list[str]:
        """The periods that have a row, in order."""
        return sorted({row.period for row in self.rows})

    def number(self, text: str) -> Fraction | None:
        """The exact number a cell holds, None where it holds none. Raises ValueError with a sentence."""
        if text in MISSING:
            return None
        if self.decimal_comma and "," in text:
            if "." in text:
                raise ValueError(f"{text!r} has both a comma and a point; write 1234,5")
            text = text.replace(",", ".")
        return parse_number(text)


def _named(row: Row) -> str:
    parts = [row.indicator, *(part for part in (row.party, row.payee) if part)]
    return f"{' of '.join(parts)} for {row.period}"


def clean(text: str) -> str:
    """An id as it is compared: composed letters. Raises ValueError where spaces surround it, or it goes over several lines."""
    if text != text.strip():
        raise ValueError("spaces stand before or after it; take them out")
    if len(text.splitlines()) > 1:
        raise ValueError("it goes over several lines; write it on one")
    return composed(text)


def guarded(text: str) -> str:
    """A text as a cell that a spreadsheet does not take for a formula: an apostrophe before what begins like one."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` made a cell of."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_STARTS) else text


def composed(text: str) -> str:
    """A text as it is compared: an accent is part of its letter, as most keyboards write it (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def tidy_rows(header: list[str], records: Iterable[tuple[Place, list[str]]]) -> Iterator[Row | Problem]:
    """Rows of a table whose columns are those of COLUMNS, in any order; what is wrong comes as a Problem."""
    at = {name: header.index(name) for name in COLUMNS if name in header}
    for place, cells in records:
        if len(cells) != len(header):
            sentence = f"The row has {len(cells)} fields, the header {len(header)}."
            yield Problem("AO502", sentence, "A comma inside a number or text needs quotes, or use semicolons.", place)
            continue
        row = {name: cells[index] if name in NUMBERS else unguarded(cells[index]) for name, index in at.items()}
        try:
            ids = {name: clean(row.get(name, "")) for name in ("payee", "party", "period", "indicator", "status")}
        except ValueError as error:
            yield Problem("AO502", f"An id of this row is not clean: {error}.", "", place)
            continue
        if ids["status"] not in STATUSES:
            yield Problem(
                "AO502",
                f"{ids['status']!r} is not a status of a value.",
                "Write final or provisional.",
                place,
            )
            continue
        if not ids["indicator"] or not ids["period"]:
            yield Problem("AO502", "A row needs a period and an indicator.", "Fill them in.", place)
            continue
        values = {
            name: composed(row.get(name, "").strip()) for name in ("value", "numerator", "denominator", "n", "source")
        }
        values["source"] = " ".join(values["source"].splitlines())
        yield Row(**ids, **values, place=place)


def header_problems(header: list[str], place: Place) -> list[Problem]:
    """What is wrong with the names of the columns (AO501)."""
    known = f"The columns are {', '.join(COLUMNS)}."
    twice = sorted({name for name in header if header.count(name) > 1})
    found = [Problem("AO501", f"Two columns are called {name!r}.", "Keep one.", place) for name in twice]
    found += [
        Problem("AO501", f"{name!r} is not a column of measured data.", known, place)
        for name in sorted(set(header) - set(COLUMNS))
    ]
    found += [
        Problem("AO501", f"The column {name} is missing.", known, place)
        for name in ("period", "indicator")
        if name not in header
    ]
    if "value" not in header and not {"numerator", "denominator"} <= set(header):
        found.append(
            Problem(
                "AO501",
                "There is neither a value nor a numerator and denominator.",
                "Add the column value.",
                place,
            )
        )
    return found


def count_behind(row: Row, *columns: str) -> Fraction | None:
    """The count in the first of ``columns`` that holds one, for what shows how sure a value is; None where none does.

    Raises DataError for what is no number (AO509) or below zero (AO510).
    """
    text = next((each for name in columns if (each := getattr(row, name)) not in MISSING), "")
    if not text:
        return None
    try:
        count = parse_number(text.replace(",", "."))
    except ValueError as error:
        sentence, _, instead = str(error).partition("; ")
        told = f"{instead[:1].upper()}{instead[1:]}."
        raise DataError(Problem("AO509", f"n of {row.indicator}: {sentence}.", told, row.place)) from None
    if count < 0:
        sentence = f"n of {row.indicator} is not a whole number from 0."
        raise DataError(Problem("AO510", sentence, "Count persons, visits or answers.", row.place))
    return count


def decimal_comma_in(texts: Iterable[str]) -> bool:
    """Whether numbers are written with a decimal comma."""
    return any(re.fullmatch(r"[-\u2212]?[\d\s\u00a0\u202f]+,\d+\s?%?", text) for text in texts)


def is_grouped(text: str) -> bool:
    """Whether the point of a number may as well group its digits: ``950.000``."""
    return re.fullmatch(GROUPED, text) is not None


def point_may_group(texts: Iterable[str], decimal_comma: bool) -> bool:
    """Whether points may group digits here: a comma is the decimal mark, or no number shows that a point is."""
    return decimal_comma or not any(
        re.fullmatch(r"[-\u2212]?\d+\.\d+\s?%?", text) and not is_grouped(text) for text in texts
    )


def grouping(name: str, text: str, place: Place | None) -> Problem:
    """The refusal of a number whose point may be either (AO509)."""
    instead = f"Write {text.replace('.', '')}, {text.replace('.', ',')} or {text}0."
    return Problem("AO509", f"{name}: the point of {text} may group its digits, or be a decimal mark.", instead, place)


def displayed_unit(texts: Iterable[str]) -> Fraction:
    """The unit of the last digit that numbers show, in the unit they are written in: 0.01 for ``7.2`` and ``7.15 %``.

    The longest decides, since a column that was rounded to two decimals may have lost its last zeros.
    """
    decimals = (re.search(r"\d[.,](\d+)\s?%?$", text) for text in texts)
    return Fraction(1, 10 ** max((len(found.group(1)) for found in decimals if found), default=0))
