"""DuckDB: opened for reading, with no way to other files, for one statement that its own parser calls a SELECT."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..extras import need
from ..query import Query, Rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "memory_limit": "1GB",
}
_ROWS_AT_ONCE = 1000


@contextmanager
def opened(query: Query) -> Iterator[Rows]:
    """The columns and rows of the query. Raises DataError (AO535, AO536, AO537), UsageError (AO050)."""
    need("duckdb", "scale", "Reading DuckDB")
    import duckdb

    try:
        with duckdb.connect(str(query.file()), read_only=True, config=_SETTINGS) as connection:
            connection.execute("SET lock_configuration = true")
            statements = connection.extract_statements(query.stated.select)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise query.refused("it is several statements, or one of another kind")
            timer = threading.Timer(query.seconds, connection.interrupt)
            timer.start()
            try:
                connection.execute(statements[0])
                yield [column[0] for column in connection.description], _rows(connection)
            finally:
                timer.cancel()
    except duckdb.InterruptException:
        raise query.late() from None
    except duckdb.ParserException as error:
        raise query.refused(_first_line(error)) from None
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException) as error:
        raise query.failed(_first_line(error)) from None  # about the statement, so it quotes no row
    except (UnicodeDecodeError, RuntimeError):  # what the binding raises for a name or a text of a broken file
        raise query.failed("a text of it is not UTF-8") from None
    except duckdb.Error as error:
        raise query.failed(type(error).__name__) from None


def _rows(connection: DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while rows := connection.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
