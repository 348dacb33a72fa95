"""PostgreSQL: one SELECT by a cursor on the server, in a transaction that only reads, with a time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..extras import need
from ..query import Query, Rows

_ROWS_AT_ONCE, _CONNECTING_SECONDS = 1000, 10


@contextmanager
def opened(query: Query) -> Iterator[Rows]:
    """The columns and rows of the query. Raises DataError (AO535, AO536, AO537), UsageError (AO050, AO051).

    The server declares the cursor by the extended protocol, which takes one statement, and only a SELECT. The connection
    string is the environment's; what the server says of it is not shown, for it may repeat it.
    """
    need("psycopg", "sql", "Reading PostgreSQL")
    import psycopg
    from psycopg import errors

    try:
        connection = psycopg.connect(query.connection(), connect_timeout=_CONNECTING_SECONDS, autocommit=False)
    except psycopg.Error:
        sentence = (
            f"the server that {query.stated.environment} names cannot be reached; try psql with the same variable"
        )
        raise query.failed(sentence) from None
    end = time.monotonic() + query.seconds
    timer = threading.Timer(query.seconds, connection.cancel)
    try:
        connection.read_only = True
        connection.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(query.seconds * 1000) or 1)])
        timer.start()
        with connection.cursor(name="measured") as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            cursor.execute(query.stated.select.encode())
            yield [column.name for column in cursor.description or ()], cursor
    except errors.QueryCanceled:
        raise query.late() from None
    except (errors.SyntaxError, errors.ReadOnlySqlTransaction, errors.FeatureNotSupported) as error:
        raise query.refused(error.diag.message_primary or "the server refused it") from None
    except psycopg.Error as error:
        # Messages of class 42 are about the statement; others may quote a row.
        about_statement = (error.sqlstate or "").startswith("42")
        why = error.diag.message_primary if about_statement else f"SQLSTATE {error.sqlstate}"
        raise (query.late() if time.monotonic() > end else query.failed(str(why))) from None
    finally:
        timer.cancel()
        connection.close()
