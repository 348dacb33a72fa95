"""One pass over a table: columns of whole numbers made first, then one aggregation, whose sums are all that an engine returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .cells import BLANK, Roles, prepared
from .exact_sums import has_wide_numbers, parts_of, speaks_sql, squares_in, sums_in_sql, total_in
from .keys import without_repeats
from .marks import COUNTED, LOOSE, Marks, all_of, any_of, code, col, first_of, lit, only, roles_of
from .query import FAULTS, Counted, Question, Sums

_PERSON, _BY, _LEFT, _ONE = "ao person", "ao by", "ao left", "ao one"
_NUMBER = "ao x "
"""What the names of the columns begin with whose totals and squares are added up."""
_PACK = 2**32
"""How many met the condition stands above how many there are, in one whole number: no table has so many rows."""

Row = Mapping[str, Any]
Values = tuple[tuple[Any, int], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Records as an engine holds them: a narwhals frame, and whether numbers in text may have a decimal comma.

    ``by_parts`` says that a part of the rows is read without the rest, as of Parquet.
    """

    frame: Any
    decimal_comma: bool = False
    by_parts: bool = False


class Pass:
    """Questions of one person column, one period column and one key, over one reading of the table."""

    def __init__(self, questions: Sequence[Question], table: Table, by: str, repeated: set[str]) -> None:
        query = questions[0].query
        self.person, self.by, self.wide = query.person, by, has_wide_numbers(table.frame)
        self.in_sql = speaks_sql(table.frame)
        roles = roles_of(questions) | Roles(ids=frozenset({by} - {""}))
        rows, self.cells = prepared(table.frame, roles, table.decimal_comma)
        if query.key in repeated:
            rows = without_repeats(rows, query.key)
        self.marks = [Marks(each, self.cells, place, query.key in repeated) for place, each in enumerate(questions)]
        self.inside: dict[int, str] = {}
        self.rows = self._narrowed(rows, roles)

    def _narrowed(self, rows: Any, roles: Roles) -> Any:
        """The rows that any question is about, with their numbers, and columns that say which questions are about them."""
        periods = {mark.question.period: mark.of_period() for mark in self.marks}
        rows = rows.filter(any_of(list(periods.values())))
        known, numbers = self.cells.known(roles), self.cells.numbers(roles)
        for mark in self.marks:
            more = mark.moments()
            known, numbers = known + more[0], numbers + more[1]
        rows = rows.with_columns(*known) if known else rows
        rows = rows.with_columns(*numbers) if numbers else rows
        tests: dict[object, Any] = {}
        for mark in self.marks:
            period = mark.question.period if len(periods) > 1 else None
            about = (period, mark.query.population)
            if about not in tests:  # many questions are about the same rows
                tests[about] = all_of(_flat([None if period is None else periods[period], mark.of_population()]))
            if tests[about] is not None:
                self.inside[mark.place] = f"ao inside {list(tests).index(about)}"
        named = [test.alias(f"ao inside {place}") for place, test in enumerate(tests.values()) if test is not None]
        rows = rows.with_columns(*named) if named else rows
        every = len(self.inside) == len(self.marks)
        return rows.filter(any_of([col(name) for name in sorted(set(self.inside.values()))])) if every else rows

    def _inside(self, mark: Marks) -> list[Any]:
        """What must hold for the question to be about the row, where it is not about all."""
        return [col(self.inside[mark.place])] if mark.place in self.inside else []

    def run(self) -> dict[str, list[Counted]]:
        """What the questions come to, in their order, by the value of the column that is counted by."""
        return self._of_persons() if self.person else self._of_rows()

    # -- each row counts -----------------------------------------------------------------------------------------------

    def _of_rows(self) -> dict[str, list[Counted]]:
        """Who counts, first; then why others do not, over the few rows that any question leaves out."""
        counted = [all_of([*self._inside(mark), *(~test for _, test in _reasons(mark))]) for mark in self.marks]
        doubts = {name: test for mark in self.marks for name, test in mark.doubts().items()}
        left = any_of(list(doubts.values()))
        sums = [self._own(), only(left, lit(1), lit(0)).alias(_LEFT)]
        for mark, test in zip(self.marks, counted, strict=True):
            sums += self._sums(mark, COUNTED, test, mark.hit() if mark.asks_hits else None, _number(mark))
        found = self._summed(self.rows.select(*_flat(sums)))
        others: dict[str, Row] = {}
        if any(row[_LEFT] for row in found.values()):
            columns = [column for mark in self.marks for column in self._coded(mark)]
            others = self._by_code(self.rows.filter(left).select(*_flat([self._own(), *columns])), _reason_codes)
        ordered = [
            self._ordered(
                mark, self.rows.filter(test).select(*_flat([self._own(), mark.of.whole.alias(mark.name("x"))]))
            )
            if mark.query.ordered and mark.of
            else {}
            for mark, test in zip(self.marks, counted, strict=True)
        ]
        return self._read(found, others, ordered)

    def _left(self, mark: Marks) -> Any:
        """Whether a question is about a row and leaves it out."""
        return all_of([*self._inside(mark), any_of([test for _, test in _reasons(mark)])])

    def _coded(self, mark: Marks) -> list[Any]:
        """The row's code and what it counts, as columns."""
        columns = [only(self._left(mark), first_of(_reasons(mark)), code(COUNTED)).alias(mark.name("code"))]
        if mark.asks_hits:
            columns.append(only(mark.hit(), code(1), code(0)).alias(mark.name("hit")))
        if mark.of is not None:
            columns.append(_number(mark).alias(mark.name("x")))
        return columns

    # -- each person counts --------------------------------------------------------------------------------------------

    def _of_persons(self) -> dict[str, list[Counted]]:
        """What persons come to; then the rows that are nobody's, where there are any."""
        loose = self.marks[0].loose()
        persons = self._persons(loose)
        lost = only(col(_PERSON).is_null(), lit(1), lit(0)).alias(_LEFT)
        found = self._by_code(persons.with_columns(lost), _person_codes, _LEFT)
        others: dict[str, Row] = {}
        if any(row[_LEFT] for row in found.values()):
            columns = [self._lost(mark) for mark in self.marks]
            others = self._by_code(self.rows.filter(loose).select(*_flat([self._own(), *columns])), _lost_codes)
        ordered = [
            self._ordered(mark, persons.filter(col(mark.name("code")) == COUNTED)) if mark.query.ordered else {}
            for mark in self.marks
        ]
        return self._read(found, others, ordered)

    def _persons(self, loose: Any) -> Any:
        """One row a person, and one without a person for all rows that are nobody's."""
        import narwhals as nw

        columns = [self._own(), nw.when(~loose).then(col(self.person)).alias(_PERSON)]
        for mark in self.marks:
            columns += mark.row_of_person(all_of([~loose, *self._inside(mark)]))
        keys = [_BY, _PERSON] if self.by else [_PERSON]
        grouped = self.rows.select(*_flat(columns)).group_by(*keys).agg(*[s for m in self.marks for s in m.of_person()])
        settled = [column for mark in self.marks for column in mark.settled()]
        return grouped.with_columns(*settled) if settled else grouped

    def _lost(self, mark: Marks) -> Any:
        """The code of a row that is nobody's; COUNTED stands for one that the question is not about."""
        reason = first_of([each for each in mark.faults() if each[0] in LOOSE])
        inside = all_of(self._inside(mark))
        return (reason if inside is None else only(inside, reason, code(COUNTED))).alias(mark.name("code"))

    # -- sums ----------------------------------------------------------------------------------------------------------

    def _own(self) -> Any:
        """The column that is counted by, under a name of its own; None without one."""
        import narwhals as nw

        if not self.by:
            return None
        if self.by in self.cells.typed:
            return col(self.by).alias(_BY)
        return only(col(self.by).is_in(BLANK), nw.lit(""), col(self.by)).alias(_BY)

    def _sums(self, mark: Marks, at: int, test: Any, hit: Any, number: Any) -> list[Any]:
        """The columns whose sums tell of the rows where ``test`` holds (None: everywhere) what the question asks."""
        name, one = f"ao n {mark.place} {at}", lit(1)
        count = one if hit is None else only(hit, lit(1 + _PACK), one)
        found = [(count if test is None else only(test, count, lit(0))).alias(name)]
        if number is not None:
            whole = number if test is None else only(test, number, lit(0))
            name = f"{_NUMBER}{mark.place} {at}"
            found += [whole.alias(name)] if self.in_sql else parts_of(whole, name, self.wide, squares=True)
        return found

    def _by_code(self, rows: Any, codes: Any, *more: str) -> dict[str, Row]:
        """The sums of rows by code, for the codes that each question has, and of the columns ``more``."""
        columns: list[Any] = [col(_BY) if self.by else None, *map(col, more)]
        for mark in self.marks:
            for at in codes(mark):
                told = at == COUNTED or at in mark.exclusions
                hit = col(mark.name("hit")) == 1 if told and (mark.asks_hits or mark.query.by) else None
                number = col(mark.name("x")) if told and mark.of is not None and not mark.query.by else None
                columns += self._sums(mark, at, col(mark.name("code")) == at, hit, number)
        return self._summed(rows.select(*_flat(columns)))

    def _summed(self, rows: Any) -> dict[str, Row]:
        """The sum of every column, by the value of the column that is counted by."""
        names = [name for name in rows.collect_schema().names() if name != _BY]
        if self.in_sql:
            found = _summed_in_sql(rows, names, [_BY] if self.by else [])
        else:
            sums = [col(name).sum() for name in names]
            found = fetched(rows.group_by(_BY).agg(*sums) if self.by else rows.select(*sums))
        return {_text(row[_BY]) if self.by else "": row for row in found}

    def _ordered(self, mark: Marks, rows: Any) -> dict[str, Values]:
        """The numbers of those counted, in order, each with how many have it; by the value that is counted by."""
        keys = [_BY, mark.name("x")] if self.by else [mark.name("x")]
        groups = rows.select(*map(col, keys), lit(1).alias(_ONE)).group_by(*keys).agg(col(_ONE).sum())
        found: dict[str, list[tuple[Any, int]]] = {}
        for row in fetched(groups):
            value = int(row[mark.name("x")]) * mark.unit
            found.setdefault(_text(row[_BY]) if self.by else "", []).append((value, int(row[_ONE])))
        return {value: tuple(sorted(each)) for value, each in found.items()}

    # -- reading -------------------------------------------------------------------------------------------------------

    def _read(
        self, found: Mapping[str, Row], others: Mapping[str, Row], ordered: list[dict[str, Values]]
    ) -> dict[str, list[Counted]]:
        there = {name for rows in (found, others) for name in next(iter(rows.values()), {})}
        reasons = [
            [
                (at, name, n)
                for at, name in enumerate(mark.query.reasons, 1)
                if (n := f"ao n {mark.place} {at}") in there
            ]
            for mark in self.marks
        ]
        result = {}
        for value, row in found.items():
            every = {**row, **others[value]} if value in others else row
            result[value] = [
                Counted(
                    _sums_in(every, mark, COUNTED),
                    {name: _left_in(every, mark, at, name) for at, name, n in names if every.get(n)},
                    values.get(value, ()),
                )
                for mark, names, values in zip(self.marks, reasons, ordered, strict=True)
            ]
        return result


def fetched(frame: Any) -> list[dict[str, Any]]:
    """The few rows of a result; each engine in its own way, since a frame of another kind would need one more package."""
    native = frame.to_native()
    if frame.implementation.is_polars():
        return list(native.lazy().collect(engine="streaming").iter_rows(named=True))
    if frame.implementation.is_duckdb():
        return [dict(zip(native.columns, row, strict=True)) for row in native.fetchall()]
    if frame.implementation.is_pandas():
        return [dict(row) for row in native.to_dict("records")]
    return [row.asDict() for row in native.collect()]


def _summed_in_sql(rows: Any, names: list[str], keys: list[str]) -> list[dict[str, Any]]:
    """The sums of the columns, and of the parts of the numbers among them, on Spark."""
    import narwhals as nw
    from pyspark.sql.functions import expr

    sums = [
        sql
        for name in names
        for sql in (sums_in_sql(name) if name.startswith(_NUMBER) else [f"sum(`{name}`) as `{name}`"])
    ]
    return fetched(nw.from_native(rows.to_native().groupBy(*keys).agg(*map(expr, sums))))


def _reasons(mark: Marks) -> list[tuple[int, Any]]:
    """Why a row that counts by itself is left out, by code, the first that holds being the one that counts."""
    return [*mark.faults(), *mark.beyond(), *mark.left_out()]


def _number(mark: Marks) -> Any:
    return None if mark.of is None else mark.capped(mark.of.whole)


def _reason_codes(mark: Marks) -> list[int]:
    return [at for at, _ in _reasons(mark)]


def _person_codes(mark: Marks) -> list[int]:
    late = range(mark.no_value, mark.no_value + 3) if mark.of is not None else ()
    return [COUNTED, *(at for at, _ in (*mark.faults(), *mark.left_out()) if at not in LOOSE), *late]


def _lost_codes(mark: Marks) -> list[int]:
    return list(LOOSE)


def _sums_in(row: Row, mark: Marks, at: int) -> Sums:
    hits, n = divmod(int(row.get(f"ao n {mark.place} {at}") or 0), _PACK)
    if mark.of is None or mark.query.by:
        return Sums(n, hits)
    name = f"{_NUMBER}{mark.place} {at}"
    return Sums(n, hits, total_in(row, name) * mark.unit, squares_in(row, name) * mark.unit**2)


def _left_in(row: Row, mark: Marks, at: int, reason: str) -> Sums:
    """Those left out for a reason; of what the records do not say only how many."""
    found = _sums_in(row, mark, at)
    return Sums(found.n) if reason in FAULTS else found


def _flat(columns: Iterable[Any]) -> list[Any]:
    return [column for column in columns if column is not None]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
