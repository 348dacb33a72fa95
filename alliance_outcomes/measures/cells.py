"""Cells of records, as text or typed, on every engine: which are missing, whose day lies in a period, which are numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from ..contract.periods import Period
from ..formula.frame import DECIMALS, WHOLE_DIGITS, known_of, number_of
from .moments import MOMENT

NUMBER = rf"^-?[0-9]{{1,{WHOLE_DIGITS}}}(?:\.[0-9]{{1,{DECIMALS}}})?$"
BLANK = ["", ".."]
"""What stands in a cell of text that says nothing."""
# The same for every engine, whose own ideas of a space differ.
SPACES = " \t\r\n\u00a0\u2007\u2009\u202f"
_SMALL = ("Int8", "Int16", "UInt8", "UInt16")
_LIMIT, _SCALE = 10**WHOLE_DIGITS, 10**DECIMALS
_LAST_BITS = 2.0**-52


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns are read as numbers, words, ids (persons, keys, payees, periods), days, and moments of the clock."""

    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()

    @property
    def all(self) -> list[str]:
        """Every column that is read, in order."""
        return sorted(self.numbers | self.words | self.ids | self.days | self.moments)

    def __or__(self, other: Roles) -> Roles:
        return Roles(
            self.numbers | other.numbers,
            self.words | other.words,
            self.ids | other.ids,
            self.days | other.days,
            self.moments | other.moments,
        )

    def fits(self, other: Roles) -> bool:
        """Whether no column is a number for the one and a word for the other."""
        return not (self.numbers & other.words or self.words & other.numbers)


@dataclass(frozen=True, slots=True)
class Cells:
    """The columns of a frame by what they are after ``prepared``: text without outer spaces, or a type of their own."""

    typed: Mapping[str, str]
    decimal_comma: bool

    def missing(self, name: str) -> Any:
        """Whether the cell says nothing."""
        if name in self.typed:
            return _col(name).is_null()
        return _col(name).is_in(BLANK)

    def is_label(self, name: str, label: str) -> Any:
        """Whether the cell is the label of a period."""
        if name not in self.typed:
            return _col(name) == label
        return _col(name) == int(label) if str(int(label) if label.isdigit() else "") == label else _lit(False)

    def undated(self, name: str) -> Any:
        """Whether the cell holds no day."""
        return _col(name).is_null() if name in self.typed else ~_col(name).str.contains(MOMENT)

    def within(self, name: str, period: Period) -> Any:
        """Whether the day, where there is one, lies in the period."""
        kind, first, last = self.typed.get(name), period.first, period.last
        if kind is None:  # as text, every time of a day comes before the tilde
            return (_col(name) >= first.isoformat()) & (_col(name) <= f"{last.isoformat()}~")
        if kind == "Date":
            return (_col(name) >= first) & (_col(name) <= last)
        return (_col(name) >= datetime.combine(first, time())) & (
            _col(name) < datetime.combine(last + timedelta(days=1), time())
        )

    def day_number(self, name: str) -> Any:
        """The day as one number, 20230131; 0 where there is none."""
        import narwhals as nw

        if name in self.typed:
            day = _col(name).dt
            whole = [part.cast(nw.Int64) for part in (day.year(), day.month(), day.day())]
            return (whole[0] * 10_000 + whole[1] * 100 + whole[2]).fill_null(0)
        text = nw.when(_col(name).str.contains(MOMENT)).then(_col(name)).otherwise(nw.lit("0000-00-00"))
        return text.str.slice(0, 10).str.replace_all("-", "", literal=True).cast(nw.Int64)

    def unreadable(self, names: Iterable[str]) -> dict[str, Any]:
        """For each column of numbers that can hold something else, by name, whether the cell does."""
        able = (name for name in sorted(names) if self.typed.get(name) not in _SMALL)
        return {name: ~_col(known_of(name)) & ~self.missing(name) for name in able}

    def known(self, roles: Roles) -> list[Any]:
        """The columns that say where the columns of numbers and of words have a value."""
        numbers = [self._known_number(name).alias(known_of(name)) for name in sorted(roles.numbers)]
        return [*numbers, *((~_col(name).is_in(BLANK)).alias(known_of(name)) for name in sorted(roles.words))]

    def numbers(self, roles: Roles) -> list[Any]:
        """The columns of numbers as whole multiples of the unit of the frame reader, 0 where they have none."""
        return [self._number(name).alias(number_of(name)) for name in sorted(roles.numbers)]

    def _known_number(self, name: str) -> Any:
        kind, cell = self.typed.get(name), _col(name)
        if kind is None:
            return self._point(name).str.contains(NUMBER)
        if kind in _SMALL:
            return ~cell.is_null()
        fits = (cell > -_LIMIT) & (cell < _LIMIT)
        if kind.startswith("Float"):  # four decimals, but for the last bits that a float has of its own
            scaled = cell * _SCALE
            fits = fits & ((scaled - scaled.round(0)).abs() <= scaled.abs() * _LAST_BITS)
        return (~cell.is_null()) & fits.fill_null(False)

    def _number(self, name: str) -> Any:
        import narwhals as nw

        kind, known = self.typed.get(name), _col(known_of(name))
        if kind is None:  # the nearest whole number is the exact one, for at most 11 digits
            text = nw.when(known).then(self._point(name)).otherwise(nw.lit("0"))
            return (text.cast(nw.Float64) * _SCALE).round(0).cast(nw.Int64)
        if kind in _SMALL:
            return _col(name).fill_null(0).cast(nw.Int64) * _SCALE
        value = nw.when(known).then(_col(name)).otherwise(nw.lit(0))
        if kind.startswith("Float"):
            return (value * _SCALE).round(0).cast(nw.Int64)
        return value.cast(nw.Int64) * _SCALE

    def _point(self, name: str) -> Any:
        return _col(name).str.replace_all(",", ".", literal=True) if self.decimal_comma else _col(name)


def prepared(frame: Any, roles: Roles, decimal_comma: bool) -> tuple[Any, Cells]:
    """The columns that are read, and what they are. A column of a type that fits all its roles stays; others become text.

    Text loses its outer spaces, and a cell without anything is empty.
    """
    schema = frame.select(*map(_col, roles.all)).collect_schema()
    typed: dict[str, str] = {}
    columns = []
    for name in roles.all:
        kind = str(schema[name]).partition("(")[0]
        if _stays(name, schema[name], roles, frame.implementation.is_pandas()):
            typed[name] = "Float64" if kind == "Decimal" else kind
            columns.append(_as_float(name) if kind == "Decimal" else _col(name))
        else:
            columns.append(_as_text(name, kind).alias(name))
    return frame.select(*columns), Cells(typed, decimal_comma)


def _stays(name: str, dtype: Any, roles: Roles, pandas: bool) -> bool:
    """Whether the type of a column fits all its roles; in pandas a whole number beside missing ones is none."""
    if name in roles.words | roles.moments:
        return False
    if str(dtype).startswith("Date"):
        return name in roles.days and name not in roles.numbers | roles.ids
    if name in roles.days or (dtype.is_integer() and "128" in str(dtype)):
        return False
    if name in roles.ids:
        return dtype.is_integer() and not pandas
    return dtype.is_numeric() and str(dtype) != "Float32"  # whose shortest text is what was meant


def _as_text(name: str, kind: str) -> Any:
    import narwhals as nw

    cell = _col(name)
    if kind == "Boolean":
        cell = nw.when(cell).then(nw.lit("true")).otherwise(nw.when(~_col(name)).then(nw.lit("false")))
    elif kind == "Date":
        cell = cell.dt.to_string("%Y-%m-%d")
    elif kind == "Datetime":
        cell = cell.dt.to_string("%Y-%m-%dT%H:%M:%S")
    elif kind != "String":
        cell = cell.cast(nw.String)
    return cell.fill_null("").str.strip_chars(SPACES)


def _as_float(name: str) -> Any:
    import narwhals as nw

    return _col(name).cast(nw.Float64)


def _col(name: str) -> Any:
    import narwhals as nw

    return nw.col(name)


def _lit(value: bool) -> Any:
    import narwhals as nw

    return nw.lit(value)
