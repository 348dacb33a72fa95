"""A real PostgreSQL server on this machine for the tests that need one, with a role that may write: the source may not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PASSWORD = "canary-password-7731"
LONGEST_LIFE = 900  # seconds after which the server ends by itself, whatever became of the tests


@dataclass(frozen=True)
class Server:
    """A running server: how its owner and how a source reaches it."""

    port: int

    @property
    def dsn(self) -> str:
        """A connection string with a password in it, as a source gets it from the environment."""
        return f"host=127.0.0.1 port={self.port} dbname=postgres user=postgres password={PASSWORD}"

    def run(self, statement: str, *rows: tuple[object, ...]) -> None:
        """Execute a statement as the owner, once for each row."""
        with psycopg.connect(self.dsn, autocommit=True) as connection, connection.cursor() as cursor:
            if rows:
                cursor.executemany(statement.encode(), rows)
            else:
                cursor.execute(statement.encode())

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with psycopg.connect(self.dsn) as connection:
            found = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert found
        return int(found[0])


def as_owner(*command: str | Path) -> list[str]:
    """A command run by a person who is not root: PostgreSQL refuses to run as root."""
    return [*(("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()), *map(str, command)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server of its own, in a folder of its own, on a free port of the loopback address."""
    if not shutil.which("initdb") or not shutil.which("postgres"):
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="alliance-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD, "utf-8")
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        auth = (
            "--auth-host=scram-sha-256",
            "--auth-local=reject",
            "--username=postgres",
            f"--pwfile={folder}/password",
        )
        made = as_owner("initdb", "-D", folder / "data", "--no-sync", "--encoding=UTF8", "--locale=C", *auth)
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off",
            "shared_buffers": "16MB", "max_connections": "10", "log_min_messages": "panic",
        }  # fmt: skip
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        limit = ("timeout", "--kill-after=5", str(LONGEST_LIFE))
        command = as_owner(*limit, "postgres", "-D", folder / "data", *options)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        try:
            waited = as_owner("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port))
            subprocess.run(
                ["timeout", "60", "sh", "-c", 'until "$@"; do sleep 0.05; done', "wait", *waited],
                check=True,
                cwd=folder,
            )
            yield Server(port)
        finally:
            stop = as_owner("pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "-t", "30", "stop")
            subprocess.run(stop, check=False, stdout=subprocess.DEVNULL, cwd=folder)
            process.wait(timeout=60)
