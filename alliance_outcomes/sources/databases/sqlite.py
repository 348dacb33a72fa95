"""SQLite: opened for reading, with an authoriser that lets only SELECT through."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from ..query import Query, Rows

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_STEPS, _LONGEST_TEXT = 1000, 1_000_000


@contextmanager
def opened(query: Query) -> Iterator[Rows]:
    """The columns and rows of the query. Raises DataError (AO535, AO536, AO537)."""
    end = time.monotonic() + query.seconds
    denied: list[int] = []

    def allow(action: int, *_: str | None) -> int:
        if action in _ALLOWED:
            return sqlite3.SQLITE_OK
        denied.append(action)
        return sqlite3.SQLITE_DENY

    try:
        with closing(sqlite3.connect(f"{query.file().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_TEXT)
            connection.text_factory = lambda data: data.decode("utf-8")
            connection.set_authorizer(allow)
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            cursor = connection.execute(query.stated.select)
            if cursor.description is None:
                raise query.refused("it gives no rows")
            yield [column[0] for column in cursor.description], cursor
    except UnicodeDecodeError:
        raise query.failed("a text of it is not UTF-8") from None
    except (sqlite3.Error, sqlite3.Warning) as error:
        if denied or "one statement" in str(error):
            raise query.refused("it is several statements, or would write, attach or set something") from None
        raise (query.late() if time.monotonic() > end else query.failed(str(error))) from None
