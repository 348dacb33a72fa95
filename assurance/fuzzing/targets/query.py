"""Queries: the file of one, against a SQLite and a DuckDB database beside it; neither may change, nothing else may be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ..form import Run
from ._settling import HEADER, ROWS, contract_in, settled

SQLITE, DUCKDB = "care.db", "care.duckdb"
_WORDS = "database: file: select: time_limit: environment: sqlite duckdb care.db care.duckdb SELECT FROM WHERE UNION JOIN WITH"
_WORDS_2 = (
    "RECURSIVE measured sqlite_master party period indicator value CAST( randomblob( zeroblob( group_concat( printf("
)
WORDS = (
    *_WORDS.split(),
    *_WORDS_2.split(),
    *(
        "ATTACH",
        "PRAGMA",
        "INSERT INTO",
        "DELETE FROM",
        "read_csv(",
        "COPY",
        "; ",
        "--",
        "x'00'",
        "1e999",
        "NULL",
        "AS",
        "|\n  ",
    ),
)


def seeds() -> Sequence[bytes]:
    """One of each database, and two that would write."""
    return [
        f"database: sqlite\nfile: {SQLITE}\nselect: SELECT party, period, indicator, value FROM measured\ntime_limit: 1\n".encode(),
        f"database: duckdb\nfile: {DUCKDB}\nselect: |\n  SELECT * FROM measured WHERE period = '2020'\ntime_limit: 1\n".encode(),
        f"database: sqlite\nfile: {SQLITE}\nselect: DELETE FROM measured\n".encode(),
        f"database: duckdb\nfile: {DUCKDB}\nselect: SELECT * FROM read_csv('care.db')\n".encode(),
    ]


def ready(folder: Path) -> Run:
    """Read by its name, settle, survey; the databases stay as they are."""
    import duckdb

    contract, file = contract_in(folder), folder / "measured.sql.yaml"
    made = f"CREATE TABLE measured ({', '.join(f'{name} TEXT' for name in HEADER)})"
    filled = f"INSERT INTO measured VALUES ({', '.join('?' for _ in HEADER)})"
    for name in (SQLITE, DUCKDB):
        (folder / name).unlink(missing_ok=True)
    with closing(sqlite3.connect(folder / SQLITE)) as database:
        database.execute(made)
        database.executemany(filled, ROWS)
        database.commit()
    with duckdb.connect(str(folder / DUCKDB)) as held:
        held.execute(made)
        held.executemany(filled, ROWS)
    before = {name: (folder / name).read_bytes() for name in (SQLITE, DUCKDB)}

    def run(data: bytes) -> object:
        # A limit of its own, so that a slow query ends before the fuzzer's patience does.
        file.write_bytes(
            b"\n".join(line for line in data.split(b"\n") if b"time_limit" not in line) + b"\ntime_limit: 1\n"
        )
        try:
            return settled(contract, file)
        finally:
            if any((folder / name).read_bytes() != data for name, data in before.items()):
                raise AssertionError("a query changed a database")

    return run
