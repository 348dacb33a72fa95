"""The row about SQL in the list of bad inputs, against real databases: one SELECT that only reads, or a coded refusal.

"SQL source | DELETE went through | read only: one SELECT, an authoriser or a read-only role, a time limit; credentials
never in a contract"
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tests.faulty import CONTRACT, written
from tests.postgres import PASSWORD, Server
from tests.running import Run, alliance

VARIABLE = "CARE_DATABASE"
ROWS = [
    ("firm", "2020", "cost", "1000"),
    ("", "2020", "plan", "60 %"),
    ("", "2020", "balance", "0.5"),
    ("", "2020", "visits", "45"),
]
TABLE = "measured(party, period, indicator, value)"
SELECT = "SELECT party, period, indicator, value FROM measured"
WRITES = {
    "a delete": "DELETE FROM measured",
    "an insert that returns rows": "INSERT INTO measured VALUES ('', '2020', 'visits', '90') RETURNING *",
    "a second statement": f"{SELECT}; DELETE FROM measured",
    "an end of the transaction": f"{SELECT}; COMMIT; DELETE FROM measured",
    "an update": "UPDATE measured SET value = '90' RETURNING *",
    "a table": "CREATE TABLE more AS SELECT 1 AS one",
    "a drop": "DROP TABLE measured",
    "nothing": "-- nothing",
}


def asked(folder: Path, query: str) -> Run:
    """Settle what the query gives."""
    file = folder / "measured.sql.yaml"
    file.write_text(query, "utf-8")
    return alliance("settle", written(folder, CONTRACT), file, "--period", "2020", "-o", folder / "out.json")


def refused(run: Run, folder: Path, *codes: str) -> None:
    """Exit 1, a coded problem at the place of the query, no output left, no password anywhere."""
    assert run.code == 1, run
    assert run.err.startswith(f"{folder / 'measured.sql.yaml'}:")
    assert any(f" {code} " in run.err for code in codes), run.err
    assert run.out == ""
    assert not (folder / "out.json").exists()
    assert PASSWORD not in run.err


# -- SQLite and DuckDB --------------------------------------------------------------------------------------------------


def sqlite_file(folder: Path) -> Path:
    """A database of SQLite with the rows in it."""
    file = folder / "care.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE measured(party TEXT, period TEXT, indicator TEXT, value TEXT)")
        connection.executemany("INSERT INTO measured VALUES (?, ?, ?, ?)", ROWS)
    return file


def duckdb_file(folder: Path) -> Path:
    """A database of DuckDB with the rows in it."""
    file = folder / "care.db"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE measured(party TEXT, period TEXT, indicator TEXT, value TEXT)")
        connection.executemany("INSERT INTO measured VALUES (?, ?, ?, ?)", ROWS)
    return file


FILES: dict[str, Callable[[Path], Path]] = {"sqlite": sqlite_file, "duckdb": duckdb_file}


def query(database: str, select: str, more: str = "") -> str:
    """The file of a query of the database care.db."""
    return f"database: {database}\nfile: care.db\n{more}select: |\n  {select}\n"


@pytest.mark.parametrize("database", FILES)
def test_a_select_of_a_file_is_settled(database: str, tmp_path: Path) -> None:
    """Its rows are measured data like any other; the file of the database stays as it was."""
    before = FILES[database](tmp_path).read_bytes()
    assert asked(tmp_path, query(database, SELECT)).code == 0
    assert (tmp_path / "out.json").exists()
    assert (tmp_path / "care.db").read_bytes() == before


FILE_TRICKS = {
    "sqlite": {
        "another file": "ATTACH 'other.db' AS other",
        "a setting": "PRAGMA writable_schema = ON",
        "a copy": "VACUUM INTO 'copy.db'",
        "a writable table in front": "WITH gone AS (SELECT 1) DELETE FROM measured",
        "a library": "SELECT load_extension('evil')",
    },
    "duckdb": {
        "another file": "ATTACH 'other.db' AS other",
        "a setting": "SET enable_external_access = true",
        "a setting asked for": "PRAGMA enable_progress_bar",
        "a copy": "COPY measured TO 'copy.csv'",
        "a file of the machine": "SELECT * FROM read_csv('/etc/passwd')",
        "a file by its name": "SELECT * FROM '/etc/passwd'",
        "a library": "LOAD httpfs",
    },
}


@pytest.mark.parametrize(
    ("database", "select"),
    [
        pytest.param(database, select, id=f"{database}: {name}")
        for database in FILES
        for name, select in {**WRITES, **FILE_TRICKS[database]}.items()
    ],
)
def test_a_file_is_only_read(database: str, select: str, tmp_path: Path) -> None:
    """ "SQL source | DELETE went through | read only: one SELECT, an authoriser ...": every row is still there."""
    before = FILES[database](tmp_path).read_bytes()
    refused(asked(tmp_path, query(database, select)), tmp_path, "AO535", "AO537")
    assert (tmp_path / "care.db").read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["care.db", "contracts", "measured.sql.yaml"]


SLOW = {
    "sqlite": "SELECT count(*) AS value FROM measured a, measured b, measured c, measured d, measured e, measured f, "
    "measured g, measured h, measured i, measured j, measured k, measured l, measured m, measured n, measured o",
    "duckdb": "SELECT count(*) AS value FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3",
}


@pytest.mark.parametrize("database", FILES)
def test_a_slow_query_of_a_file_is_stopped(database: str, tmp_path: Path) -> None:
    """ "SQL source | ... | a time limit": a query that would take hours ends at the limit."""
    FILES[database](tmp_path)
    refused(asked(tmp_path, query(database, SLOW[database], "time_limit: 0.3\n")), tmp_path, "AO536")


def test_values_of_a_database_keep_every_digit(tmp_path: Path) -> None:
    """ "9007199254740993 beside a blank | ...992": a whole number comes through as it is, beside nothing too."""
    from alliance_outcomes.sources.kinds import read_table

    with closing(sqlite3.connect(tmp_path / "care.db")) as connection, connection:
        connection.execute("CREATE TABLE t(value INTEGER, share REAL)")
        connection.execute("INSERT INTO t VALUES (9007199254740993, 0.725), (NULL, 1e-5)")
    file = tmp_path / "q.sql.yaml"
    file.write_text(query("sqlite", "SELECT value, share FROM t"), "utf-8")
    read = read_table(file, {"value"}, 1, "")
    assert [cells for _, cells in read.records] == [["9007199254740993", "0.725"], ["", "0.00001"]]


def test_bytes_are_no_value(tmp_path: Path) -> None:
    """What is neither text nor number nor day is refused, with its row and column."""
    with closing(sqlite3.connect(tmp_path / "care.db")) as connection, connection:
        connection.execute("CREATE TABLE t(period TEXT, indicator TEXT, value BLOB)")
        connection.execute("INSERT INTO t VALUES ('2020', 'visits', x'00ff')")
    run = asked(tmp_path, query("sqlite", "SELECT * FROM t"))
    assert "measured.sql.yaml:row 1, value: AO539" in run.err


def test_a_text_that_is_not_utf_8_is_not_shown(tmp_path: Path) -> None:
    """What a database holds may be anything: the refusal quotes none of it."""
    with closing(sqlite3.connect(tmp_path / "care.db")) as connection, connection:
        connection.execute("CREATE TABLE t(period TEXT, indicator TEXT, value TEXT)")
        connection.execute("INSERT INTO t VALUES ('2020', 'visits', CAST(x'63616e617279ff' AS TEXT))")
    run = asked(tmp_path, query("sqlite", "SELECT * FROM t"))
    refused(run, tmp_path, "AO537")
    assert "canary" not in run.err


OUTSIDE = [
    "../care.db",
    "/etc/passwd",
    "file:///etc/passwd",
    "folder/../../care.db",
    "link.db",
    "pipe.db",
    "no.db",
    ".",
]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("database", FILES)
def test_a_database_lies_beside_its_query(database: str, name: str, tmp_path: Path) -> None:
    """ "../../etc/passwd, absolute, file://, symlink out, FIFO | read or hang | only regular files under the declared root"."""
    import os

    FILES[database](tmp_path)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.db").symlink_to(tmp_path / "care.db")
    os.mkfifo(inner / "pipe.db")
    run = asked(inner, query(database, SELECT).replace("care.db", name))
    refused(run, inner, "AO538")


FAULTY = {
    "an unknown database": ("database: oracle\nselect: SELECT 1\n", "AO103"),
    "no statement": ("database: sqlite\nfile: care.db\n", "AO102"),
    "no file": ("database: sqlite\nselect: SELECT 1\n", "AO538"),
    "no variable": ("database: postgresql\nselect: SELECT 1\n", "AO538"),
    "a password in the file": (f"database: postgresql\npassword: {PASSWORD}\nselect: SELECT 1\n", "AO101"),
    "a connection in the file": (
        f"database: postgresql\nenvironment: postgresql://me:{PASSWORD}@host/care\nselect: SELECT 1\n",
        "AO538",
    ),
    "a limit of a day": ("database: sqlite\nfile: care.db\ntime_limit: 86400\nselect: SELECT 1\n", "AO112"),
    "no limit at all": ("database: sqlite\nfile: care.db\ntime_limit: 0\nselect: SELECT 1\n", "AO112"),
}


@pytest.mark.parametrize(("text", "code"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_query_is_told_with_its_place(text: str, code: str, tmp_path: Path) -> None:
    """A query is as strict as a contract; a password or an address in it is refused."""
    refused(asked(tmp_path, text), tmp_path, code)


def test_a_variable_that_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2: the command line is not ready, and it says which variable is missing."""
    monkeypatch.delenv(VARIABLE, raising=False)
    run = asked(tmp_path, f"database: postgresql\nenvironment: {VARIABLE}\nselect: SELECT 1\n")
    assert run.code == 2
    assert run.err.startswith(f"AO051 The environment variable {VARIABLE} is not set.")


def test_a_broken_database(tmp_path: Path) -> None:
    """Bytes that are no database are told as such, by both."""
    (tmp_path / "care.db").write_bytes(b"no database at all, whatever its name says" * 99)
    for database in FILES:
        refused(asked(tmp_path, query(database, SELECT)), tmp_path, "AO537")


# -- PostgreSQL ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(postgres: Server) -> Server:
    """The server with the rows in it."""
    postgres.run("CREATE TABLE measured(party text, period text, indicator text, value text)")
    postgres.run("INSERT INTO measured VALUES (%s, %s, %s, %s)", *ROWS)
    return postgres


@pytest.fixture
def known(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, whose address and password the environment holds."""
    monkeypatch.setenv(VARIABLE, server.dsn)
    return server


def served(select: str, more: str = "") -> str:
    """The file of a query of the server."""
    return f"database: postgresql\nenvironment: {VARIABLE}\n{more}select: |\n  {select}\n"


def test_a_select_of_a_server_is_settled(known: Server, tmp_path: Path) -> None:
    """Its rows are measured data like any other."""
    run = asked(tmp_path, served(f"{SELECT} WHERE indicator LIKE '%' ORDER BY indicator"))
    assert (run.code, run.err) == (0, "")
    assert (tmp_path / "out.json").exists()


SERVER_TRICKS = {
    **WRITES,
    "a writable table in front": f"WITH gone AS (DELETE FROM measured RETURNING *) {SELECT}",
    "a write after the transaction was opened up": "SELECT set_config('transaction_read_only', 'off', true) AS value, "
    "'2020' AS period, 'visits' AS indicator",
    "a table made on the way": "SELECT * INTO more FROM measured",
    "a function that writes": "SELECT wipe() AS value, '2020' AS period, 'visits' AS indicator",
    "a copy": "COPY measured TO '/tmp/copy.csv'",
    "a program": "COPY measured TO PROGRAM 'cat'",
    "a prepared transaction": "BEGIN; DELETE FROM measured; COMMIT",
    "a lock": "SELECT * FROM measured FOR UPDATE",
}


@pytest.mark.parametrize("select", SERVER_TRICKS.values(), ids=SERVER_TRICKS)
def test_a_server_is_only_read(select: str, known: Server, tmp_path: Path) -> None:
    """ "SQL source | DELETE went through | read only": a role that may write does not, and every row is still there."""
    known.run(
        "CREATE OR REPLACE FUNCTION wipe() RETURNS int LANGUAGE sql VOLATILE AS 'DELETE FROM measured RETURNING 1'"
    )
    refused(asked(tmp_path, served(select)), tmp_path, "AO535", "AO537")
    assert known.count("measured") == len(ROWS)


def test_a_slow_query_of_a_server_is_stopped(known: Server, tmp_path: Path) -> None:
    """ "SQL source | ... | a time limit": by the server, and by us where the query lifts the server's limit."""
    slow = "SELECT pg_sleep(600)::text AS value, '2020' AS period, 'visits' AS indicator"
    refused(asked(tmp_path, served(slow, "time_limit: 0.3\n")), tmp_path, "AO536")
    lifted = f"SELECT set_config('statement_timeout', '0', false) AS value UNION ALL ({slow.partition(',')[0]})"
    columns = f"SELECT value, '2020' AS period, 'visits' AS indicator FROM ({lifted}) AS one"
    refused(asked(tmp_path, served(columns, "time_limit: 0.3\n")), tmp_path, "AO536")


def test_no_password_is_told(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "credentials never in a contract", nor in what is said of a server that cannot be reached."""
    wrong = [
        "port=1",
        "port=many",
        "nonsense",
        f"postgresql://me:{PASSWORD}@127.0.0.1:1/care",
        f"password={PASSWORD} =",
    ]
    for dsn in [server.dsn.replace(PASSWORD, f"{PASSWORD}x"), *wrong]:
        monkeypatch.setenv(VARIABLE, dsn if "password" in dsn or "://" in dsn else f"password={PASSWORD} {dsn}")
        refused(asked(tmp_path, served(SELECT)), tmp_path, "AO537")


def test_values_of_a_server_keep_every_digit(known: Server, tmp_path: Path) -> None:
    """Whole numbers, numeric, floats of both sizes, days and flags, each exactly; an error of a row quotes none of it."""
    from alliance_outcomes.sources.kinds import read_table

    file = tmp_path / "q.sql.yaml"
    file.write_text(
        served(
            "SELECT 9007199254740993::bigint AS value, 1.2500::numeric AS n, 0.1::real AS r, 0.725::float8 AS f, "
            "DATE '2023-01-31' AS d, true AS b, NULL::int AS nothing"
        ),
        "utf-8",
    )
    read = read_table(file, {"value"}, 1, "")
    assert read.records[0][1] == ["9007199254740993", "1.25", "0.1", "0.725", "2023-01-31", "true", ""]
    run = asked(tmp_path, served("SELECT ('canary' || indicator)::int AS value, '2020' AS period FROM measured"))
    refused(run, tmp_path, "AO537")
    assert "canary" not in run.err


def resealed(data: bytes, old: bytes, new: bytes) -> bytes:
    """A file of DuckDB with some bytes replaced, and the checksum of each of its blocks made right again."""
    made = bytearray(data.replace(old, new))
    for start, size in [
        *((at, 4096) for at in range(0, 12288, 4096)),
        *((at, 2**18) for at in range(12288, len(made), 2**18)),
    ]:
        found = 5381
        for (word,) in struct.iter_unpack("<Q", made[start + 8 : start + size]):
            found ^= word * 0xBF58476D1CE4E5B9 % 2**64
        struct.pack_into("<Q", made, start, found)
    return bytes(made)


@pytest.mark.parametrize("broken", [b"payments", b"spoiled"])
def test_duckdb_with_text_that_is_none(broken: bytes, tmp_path: Path) -> None:
    """A name, or a text, that is no UTF-8 in a file whose checksums are right: a fault of the binding before, refused."""
    file = tmp_path / "care.db"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE measured AS SELECT '2020' AS period, 'spoiled' AS indicator, 1 AS payments")
    whole = file.read_bytes()
    query = tmp_path / "measured.sql.yaml"
    query.write_text("database: duckdb\nfile: care.db\nselect: SELECT * FROM measured\n", "utf-8")
    file.write_bytes(resealed(whole, broken, broken))
    assert file.read_bytes() == whole
    file.write_bytes(resealed(whole, broken, broken.replace(b"p", b"\xe5", 1)))
    assert file.read_bytes() != whole
    run = alliance("settle", written(tmp_path, CONTRACT), query, "--period", "2020")
    assert (run.code, "AO537 duckdb could not answer" in run.err) == (1, True), run.err
