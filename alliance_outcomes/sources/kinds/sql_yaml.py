"""``.sql.yaml``: what one read-only SELECT of a database gives, by a query that stands in the file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ..query import read_query
from ..table import Table, grid


def read(path: Path, known: Collection[str]) -> Table:
    """The table that the query in a file selects.

    Raises ContractError for a faulty file (AO1xx, AO538), DataError for a query that is not one SELECT (AO535), takes too
    long (AO536) or fails (AO537), UsageError for a missing extra or variable (AO050, AO051).
    """
    query = read_query(path)
    with query.opened() as (names, rows):
        return grid(str(path), "SQL", {"database": query.stated.database}, names, rows)
