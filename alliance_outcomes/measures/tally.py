"""Counting records: many questions about a table in as few passes of an engine as can be, for every payee at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .cells import Roles, prepared
from .keys import has_repeats
from .marks import col
from .moments import day_of
from .passes import Pass, Table, fetched
from .query import Counted, Question


def count_all(questions: Sequence[Question], table: Table, by: str = "") -> dict[str, list[Counted]]:
    """What every question comes to, in their order, for each value of the column ``by``; the key is "" without one.

    All questions are about ``table``, whatever their periods. With ``by`` (the column of the payee, the area) each value
    has its own counts, as if the table held its rows only: who has rows under two values counts under each. Rows without a
    value stand under "". A value that no question counts anything for is left out.
    Raises ContractError (AO318) for a formula that cannot be read row by row.
    """
    found: dict[str, list[Counted]] = {} if by else {"": [Counted() for _ in questions]}
    repeated = _repeated(questions, table)
    for places in _passes(questions, table, repeated):
        asked = [questions[place] for place in places]
        for value, counted in Pass(asked, table, by, repeated).run().items():
            every = found.setdefault(value, [Counted() for _ in questions])
            for place, each in zip(places, counted, strict=True):
                every[place] = each
    return dict(sorted(found.items()))


def values_of(table: Table, column: str, days: bool = False) -> list[str]:
    """The different values of a column, as text, in order; of a column of ``days`` (and moments) the days."""
    only = frozenset({column})
    rows, cells = prepared(table.frame, Roles(days=only) if days else Roles(ids=only), table.decimal_comma)
    value = day_of(col(column)) if days and column not in cells.typed else col(column)
    found = fetched(rows.select(value.alias(column)).unique())
    return sorted({"" if row[column] is None else str(row[column])[: 10 if days else None] for row in found})


def _passes(questions: Sequence[Question], table: Table, repeated: set[str]) -> Iterable[list[int]]:
    """The questions that one pass can answer together, by their places: of one person column, one period, one key.

    Pandas asks one after the other: it is quicker over few rows than over many columns. For the same reason persons are put
    together period by period where the rows of each can be read without the others; Spark, which has the room, reads once.
    """
    alone, roomy = table.frame.implementation.is_pandas(), table.frame.implementation.is_pyspark()
    passes: dict[object, list[int]] = {}
    read: dict[object, Roles] = {}
    for place, question in enumerate(questions):
        query, roles = question.query, question.query.roles
        # Which rows are repeated depends on the columns that are looked at.
        key = (query.key, *roles.all) if query.key in repeated else ()
        period = question.period if table.by_parts and query.person and not roomy else None
        about = (query.person, query.period, query.day, key, period)
        for turn in range(len(questions)):
            chosen = (about, place if alone else turn)
            if read.setdefault(chosen, roles).fits(roles):
                read[chosen] |= roles
                passes.setdefault(chosen, []).append(place)
                break
    return passes.values()


def _repeated(questions: Sequence[Question], table: Table) -> set[str]:
    """The key columns of which rows share a value."""
    found = set()
    for key in sorted({question.query.key for question in questions} - {""}):
        rows, _ = prepared(table.frame, Roles(ids=frozenset({key})), table.decimal_comma)
        if has_repeats(rows, key):
            found.add(key)
    return found
