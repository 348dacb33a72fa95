"""Counting records: one query to numbers that no person can be told from. An engine returns counts and whole sums only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import and_
from typing import Any

from ..contract.periods import Period
from ..formula.frame import DECIMALS, UNIT, WHOLE_DIGITS, columns_of, holds, known_of, number, number_of, refused
from ..formula.nodes import Node
from .moments import MOMENT, TIME, day_of, seconds_of

_FIRST_FAULTS = ("no_period", "no_person", "unreadable", "contradictory")
_LATER_FAULTS = ("no_value", "out_of_range", "one_assessment")
FAULTS = (*_FIRST_FAULTS, *_LATER_FAULTS)
"""Reasons to leave out what no definition can count: the record does not say it."""

_NUMBER = rf"^-?[0-9]{{1,{WHOLE_DIGITS}}}(?:\.[0-9]{{1,{DECIMALS}}})?$"
# The same for every engine, whose own ideas of a space differ.
_SPACES = " \t\r\n\u00a0\u2007\u2009\u202f"
_COUNTED = 99
_LIMB, _HALF = 2**16, 2**31
_LARGEST = 10**14
_DAY_STEP = 10 ** (WHOLE_DIGITS + DECIMALS)
# Columns of the counting itself; no record's column can be called so, since a name in a formula has no space.
_PERSON, _REASON, _HIT, _X, _HAS, _FIRST, _LAST = (
    f"ao {name}" for name in ("person", "reason", "hit", "x", "has", "first", "last")
)
_START, _END = "ao start", "ao end"
_KEYED = "ao keyed"
_NEVER = ((_FIRST, 2**62), (_LAST, -1))
_SQUARES = tuple(f"ao square {n}" for n in range(6))
_HIGH, _LOW = "ao high", "ao low"


@dataclass(frozen=True, slots=True)
class Table:
    """Records as an engine holds them: a narwhals frame of text columns, and how their numbers are written."""

    frame: Any
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is counted in a table.

    ``holds`` asks how many meet a condition; ``of`` asks for the sum of a number, at most ``cap`` for each person; with
    ``by`` (a column of days) ``of`` is compared between the first and the last day, and ``better`` says which way.
    Where ``person`` names a column, each person counts once: ``overlap`` says whether any or all of the rows must hold, and
    ``gather`` whether the number is the total of the rows or the highest. Rows that share a ``key`` are one row; where they
    differ they are left out as contradictory. ``start`` and ``end`` name columns of moments: asked is how many end within so
    many ``seconds``, by whole days where ``by_days``. ``ordered`` asks for the values of ``of``, each with how many have it.
    """

    table: str
    person: str = ""
    period: str = ""
    day: str = ""
    population: Node | None = None
    exclusions: tuple[tuple[str, Node], ...] = ()
    holds: Node | None = None
    overlap: str = "any"
    of: Node | None = None
    cap: Fraction | None = None
    least: Fraction | None = None
    most: Fraction | None = None
    by: str = ""
    better: str = "higher"
    key: str = ""
    gather: str = "total"
    start: str = ""
    end: str = ""
    seconds: int = 0
    by_days: bool = False
    ordered: bool = False

    @property
    def formulas(self) -> tuple[Node | None, ...]:
        """Every formula that is read in a row."""
        return (self.population, self.holds, self.of, *(node for _, node in self.exclusions))


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one group: how many, how many of them meet the condition, and the sums of the number and of its squares."""

    n: int = 0
    hits: int = 0
    total: Fraction = Fraction(0)
    squares: Fraction = Fraction(0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.n + other.n, self.hits + other.hits, self.total + other.total, self.squares + other.squares)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a query comes to: what is counted, what is left out by reason, and the values in order where they are asked for."""

    counted: Sums
    excluded: Mapping[str, Sums] = field(default_factory=dict)
    values: tuple[tuple[Fraction, int], ...] = ()

    @property
    def unadjusted(self) -> Sums:
        """What would be counted without the definition's exclusions; what the records do not say stays out."""
        return sum((each for reason, each in self.excluded.items() if reason not in FAULTS), self.counted)


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the period whose rows it is about."""

    query: Query
    period: Period


def count_all(questions: Sequence[Question], table: Table, by: str = "") -> dict[str, list[Counted]]:
    """What every question comes to, in their order, for each value of the column ``by``; the key is "" without one.

    All questions are about ``table``, whatever their periods. With ``by`` (the column of the payee, the area) each value
    has its own counts, as if the table held its rows only: who has rows under two values counts under each. Rows without a
    value stand under "". A value that no question counts anything for has empty counts.
    Raises ContractError (AO318) for a formula that cannot be read row by row.
    """
    if not by:
        return {"": [count(each.query, table, each.period) for each in questions]}
    own = _col(by).fill_null("").str.strip_chars(_SPACES)
    keys = [row[by] for row in _fetched(table.frame.select(own.alias(by)).unique())]
    found = {}
    for key in sorted(keys):
        part = Table(table.frame.filter(own == key), table.decimal_comma)
        found[key] = [count(each.query, part, each.period) for each in questions]
    return found


def count(query: Query, table: Table, period: Period) -> Counted:
    """What ``query`` comes to over the rows of ``period``, by an engine of narwhals' (polars, duckdb, pandas).

    Raises ContractError (AO318) for a formula that cannot be read row by row.
    """
    reasons = [*_FIRST_FAULTS, *(name for name, _ in query.exclusions)]
    rows, unit = _marked(query, _typed(query, table, period))
    found: dict[str, Sums] = {}
    names = dict(enumerate([*reasons, *_LATER_FAULTS], 1))
    late = len(reasons) + 1
    if query.person:
        for reason, sums in _groups(query, rows.filter(_col(_REASON) <= 2), unit, late).items():
            found[names[reason]] = Sums(sums.n)
        rows = _persons(query, rows.filter(_col(_REASON) > 2))
    counted = Sums()
    for reason, sums in _groups(query, rows, unit, late).items():
        if reason == _COUNTED:
            counted = sums
        else:
            found[names[reason]] = sums if names[reason] not in FAULTS else Sums(sums.n)
    values = _values(query, rows, unit, late) if query.ordered else ()
    return Counted(counted, {name: found[name] for name in names.values() if name in found}, values)


def _col(name: str) -> Any:
    import narwhals as nw

    return nw.col(name)


def _lit(value: int | str | bool) -> Any:
    import narwhals as nw

    return nw.lit(value)


def _if(test: Any, then: Any, otherwise: Any) -> Any:
    import narwhals as nw

    return nw.when(test).then(then).otherwise(otherwise)


def _as_number(text: Any) -> Any:
    """Digits as whole multiples of UNIT: the nearest whole number is the exact one, for at most 11 digits."""
    import narwhals as nw

    return (text.cast(nw.Float64) * 10**DECIMALS).round(0).cast(nw.Int64)


def columns_read(query: Query) -> list[str]:
    """Every column of the table that the query needs, in order."""
    others = {query.person, query.period, query.day, query.by, query.key, query.start, query.end} - {""}
    return sorted(columns_of(*query.formulas).all | others)


def _typed(query: Query, table: Table, period: Period) -> Any:
    """The rows of the period, and those that do not say theirs; numbers as whole numbers beside whether they are known."""
    columns = columns_of(*query.formulas)
    read = columns_read(query)
    rows = table.frame.select(*[_col(name).fill_null("").str.strip_chars(_SPACES).alias(name) for name in read])
    if query.key:
        rows = rows.unique().with_columns(_lit(1).alias(_KEYED)).with_columns(_col(_KEYED).sum().over(query.key))
    if query.period:
        rows = rows.filter(_col(query.period).is_in([period.label, "", ".."]))
    else:
        day = day_of(_col(query.day))
        within = (day >= period.first.isoformat()) & (day <= period.last.isoformat())
        rows = rows.filter(~_col(query.day).str.contains(MOMENT) | within)
    if table.decimal_comma and columns.numbers:
        rows = rows.with_columns(*[_col(n).str.replace_all(",", ".", literal=True) for n in sorted(columns.numbers)])
    known = [_col(n).str.contains(_NUMBER).alias(known_of(n)) for n in sorted(columns.numbers)]
    known += [(~_col(n).is_in(["", ".."])).alias(known_of(n)) for n in sorted(columns.words)]
    if known:
        rows = rows.with_columns(*known)
    numbers = [
        _as_number(_if(_col(known_of(n)), _col(n), _lit("0"))).alias(number_of(n)) for n in sorted(columns.numbers)
    ]
    if query.start:
        shape = MOMENT if query.by_days else TIME
        moments = ((query.start, _START), (query.end, _END))
        rows = rows.with_columns(*[_col(name).str.contains(shape).alias(known_of(own)) for name, own in moments])
        numbers += [seconds_of(_col(name), _col(known_of(own)), query.by_days).alias(own) for name, own in moments]
    return rows.with_columns(*numbers) if numbers else rows


def _unreadable(columns: Any) -> Any:
    """Whether a cell that should hold a number holds something else; None where no numbers are read."""
    faults = [~_col(known_of(name)) & ~_col(name).is_in(["", ".."]) for name in sorted(columns)]
    return reduce(lambda a, b: a | b, faults) if faults else None


def _reason(query: Query) -> Any:
    """The first reason to leave a row out, by its number, or _COUNTED."""
    undated = _col(query.period).is_in(["", ".."]) if query.period else ~_col(query.day).str.contains(MOMENT)
    nameless = _col(query.person).is_in(["", ".."]) if query.person else None
    unreadable = _unreadable(columns_of(*query.formulas).numbers)
    if query.by:
        undays = ~_col(query.by).str.contains(MOMENT)
        unreadable = undays if unreadable is None else unreadable | undays
    contradictory = _col(_KEYED) > 1 if query.key else None
    if query.start:
        ended = _col(known_of(_END))
        unclear = ~_col(known_of(_START)) | (~ended & ~_col(query.end).is_in(["", ".."]))
        unreadable = unclear if unreadable is None else unreadable | unclear
        backward = ended & (_col(_END) < _col(_START))
        contradictory = backward if contradictory is None else contradictory | backward
    tests = [undated, nameless, unreadable, contradictory, *(holds(node) for _, node in query.exclusions)]
    result = _lit(_COUNTED)
    for code, test in reversed(list(enumerate(tests, 1))):
        result = result if test is None else _if(test, _lit(code), result)
    return result


def _marked(query: Query, rows: Any) -> tuple[Any, Fraction]:
    """The population's rows as few whole numbers each: the reason, and what is counted; and the unit of the number."""
    if query.population is not None:
        inside = holds(query.population)
        doubt = _unreadable(columns_of(query.population).numbers)
        rows = rows.filter(inside if doubt is None else inside | doubt)
    kept = [_reason(query).alias(_REASON)]
    unit = UNIT
    if query.person:
        kept.append(_col(query.person).alias(_PERSON))
    if query.holds is not None:
        kept.append(_if(holds(query.holds), _lit(1), _lit(0)).alias(_HIT))
    if query.start:
        within = _col(known_of(_END)) & (_col(_END) - _col(_START) <= query.seconds)
        kept.append(_if(within, _lit(1), _lit(0)).alias(_HIT))
    if query.of is not None:
        value = number(query.of)
        if query.cap is not None:
            value = value.times((query.cap / value.unit).denominator)  # the cap is a whole number of units too
        if value.bound > (_DAY_STEP if query.by else _LARGEST):
            raise refused(query.of, "The numbers of this formula are too long to be counted.", "Use fewer decimals.")
        unit = value.unit
        known = _lit(True) if value.known is None else value.known
        if query.by:
            day = day_of(_if(_col(query.by).str.contains(MOMENT), _col(query.by), _lit("0000-00-00")))
            dated = _as_whole(day.str.replace_all("-", "", literal=True)) * _DAY_STEP
            kept += [_if(known, dated + value.whole, _lit(never)).alias(name) for name, never in _NEVER]
        kept.append(_if(known, value.whole, _lit(0 if query.gather == "total" else -_DAY_STEP)).alias(_X))
        kept.append(_if(known, _in_range(query, value.whole, unit), _lit(0)).alias(_HAS))
    return rows.select(*kept), unit


def _as_whole(text: Any) -> Any:
    import narwhals as nw

    return text.cast(nw.Int64)


def _in_range(query: Query, whole: Any, unit: Fraction) -> Any:
    """1 where the number lies in the stated range, 2 where it does not."""
    tests = []
    if query.least is not None:
        tests.append(whole >= -(-query.least // unit))
    if query.most is not None:
        tests.append(whole <= query.most // unit)
    return _if(reduce(and_, tests), _lit(1), _lit(2)) if tests else _lit(1)


def _persons(query: Query, rows: Any) -> Any:
    """One row a person: left out where any of the rows is, with the first reason."""
    sums = [_col(_REASON).min()]
    if query.holds is not None or query.start:
        sums.append(_col(_HIT).max() if query.overlap == "any" else _col(_HIT).min())
    if query.of is not None:
        sums += [_col(_X).sum() if query.gather == "total" else _col(_X).max(), _col(_HAS).max()]
        if query.by:
            sums += [_col(_FIRST).min(), _col(_LAST).max()]
    return rows.group_by(_PERSON).agg(*sums)


def _late_reason(query: Query, late: int) -> Any:
    """The reason with what is found only in the value: none there, out of range, one assessment."""
    reason, has = _col(_REASON), _col(_HAS)
    fault = _if(has == 0, _lit(late), _if(has == 2, _lit(late + 1), reason))
    if query.by:
        once = _col(_FIRST) // _DAY_STEP == _col(_LAST) // _DAY_STEP
        fault = _if(has == 0, _lit(late), _if(has == 2, _lit(late + 1), _if(once, _lit(late + 2), reason)))
    return _if(reason > len(_FIRST_FAULTS), fault, reason)


def _groups(query: Query, rows: Any, unit: Fraction, late: int) -> dict[int, Sums]:
    """Counts and sums by reason."""
    if query.of is not None:
        rows = rows.with_columns(_late_reason(query, late).alias(_REASON))
    if query.by:
        first, last = _col(_FIRST) % _DAY_STEP, _col(_LAST) % _DAY_STEP
        kept = last >= first if query.better == "higher" else last <= first
        rows = rows.with_columns(_if(kept, _lit(1), _lit(0)).alias(_HIT))
    sums = [_lit(1).alias("ao one")]
    if query.holds is not None or query.by or query.start:
        sums.append(_col(_HIT))
    if query.of is not None and not query.by:
        limit = query.cap // unit if query.cap is not None else None
        x = _col(_X) if limit is None else _if(_col(_X) > limit, _lit(limit), _col(_X))
        rows = rows.with_columns(x.alias(_X))
        sums += [*_halves(), *_square_parts()]
    parts = rows.select(_col(_REASON), *sums)
    names = [name for name in ("ao one", _HIT, _HIGH, _LOW, *_SQUARES) if name in parts.collect_schema().names()]
    grouped = parts.group_by(_REASON).agg(*[_col(name).sum() for name in names])
    return {int(row[_REASON]): _sums(row, unit) for row in _fetched(grouped)}


def _values(query: Query, rows: Any, unit: Fraction, late: int) -> tuple[tuple[Fraction, int], ...]:
    """The values of those counted, in order, each with how many have it."""
    counted = rows.with_columns(_late_reason(query, late).alias(_REASON)).filter(_col(_REASON) == _COUNTED)
    groups = counted.select(_col(_X), _lit(1).alias("ao one")).group_by(_X).agg(_col("ao one").sum())
    return tuple(sorted((int(row[_X]) * unit, int(row["ao one"])) for row in _fetched(groups)))


def _fetched(frame: Any) -> list[dict[str, Any]]:
    """The few rows of a result; from DuckDB by its own hand, since a frame of another kind would need one more package."""
    native = frame.to_native()
    if hasattr(native, "fetchall"):
        return [dict(zip(native.columns, row, strict=True)) for row in native.fetchall()]
    return list((frame.collect() if hasattr(frame, "collect") else frame).iter_rows(named=True))


def _halves() -> list[Any]:
    """A number in two parts, so that no sum over fewer than four thousand million rows leaves 64 bits."""
    size, sign = _col(_X).abs(), _if(_col(_X) < 0, _lit(-1), _lit(1))
    return [(size // _HALF * sign).alias(_HIGH), (size % _HALF * sign).alias(_LOW)]


def _square_parts() -> list[Any]:
    """The products of three parts of 16 bits of a number, so that the sum of squares is exact in 64 bits."""
    size = _col(_X).abs()
    low, middle, high = size % _LIMB, size // _LIMB % _LIMB, size // (_LIMB * _LIMB)
    pairs = ((low, low), (low, middle), (middle, middle), (low, high), (middle, high), (high, high))
    return [(a * b).alias(name) for name, (a, b) in zip(_SQUARES, pairs, strict=True)]


def _sums(row: Mapping[str, Any], unit: Fraction) -> Sums:
    weights = (1, 2 * _LIMB, _LIMB**2, 2 * _LIMB**2, 2 * _LIMB**3, _LIMB**4)
    squares = sum(weight * int(row.get(name) or 0) for weight, name in zip(weights, _SQUARES, strict=True))
    total = int(row.get(_HIGH) or 0) * _HALF + int(row.get(_LOW) or 0)
    return Sums(int(row["ao one"]), int(row.get(_HIT) or 0), total * unit, squares * unit**2)
