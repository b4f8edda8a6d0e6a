"""Processes of the command line, held at a chosen point by a lock, and killed there."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

# Longer than anything here takes on a machine that is busy with something else.
_PATIENCE_SECONDS = 60.0
_LEDGER_LOCK = 0x4A75


def until(condition: Callable[[], bool]) -> None:
    """Poll until a condition holds, and fail when it never does."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


def application_url(owner_url: str) -> str:
    """Return the database of the tests as a process is given it: a URI, as the application."""
    parts = {key: str(value) for key, value in conninfo_to_dict(owner_url).items()}
    where = f"host={quote(parts['host'], safe='')}&port={parts.get('port', '5432')}"
    password = f":{quote(parts['password'], safe='')}" if "password" in parts else ""
    return f"postgresql://juara_app{password}@/{parts['dbname']}?{where}"


@dataclass
class Command:
    """One `juara` command in a process of its own."""

    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def finish(self) -> tuple[int, str, str]:
        """Wait for its end; return its code, and what it printed."""
        out, err = self.process.communicate(timeout=_PATIENCE_SECONDS)
        return self.process.returncode, out, err


@contextlib.contextmanager
def started(*arguments: object, **environment: str | None) -> Iterator[Command]:
    """Start `juara …`; what still runs at the end of the block is killed.

    `environment` is on top of ours; None takes a variable away.
    """
    merged = os.environ | environment
    ours = {name: value for name, value in merged.items() if value is not None}
    with _running("-c", "from juara.cli import main; main()", *map(str, arguments), **ours) as it:
        yield it


@contextlib.contextmanager
def working() -> Iterator[Command]:
    """Start a worker; it is killed at the end of the block."""
    with _running("-m", "juara.jobs.worker", **os.environ) as worker:
        yield worker


@contextlib.contextmanager
def _running(*arguments: str, **environment: str) -> Iterator[Command]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield Command(process)
    finally:
        process.kill()
        with process:
            pass


@dataclass
class Watcher:
    """Looks at a database from outside, as its superuser, who no wall stops."""

    address: str

    @contextlib.contextmanager
    def _connected(self, *, autocommit: bool) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.address, autocommit=autocommit) as connection:
            yield connection

    def one(self, sql: str) -> int:
        """Return the number a query gives."""
        with self._connected(autocommit=True) as connection:
            row = connection.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def waiting(self) -> int:
        """Return how many processes of the application wait for a lock."""
        return self.one(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = 'juara_app' AND wait_event_type = 'Lock'"
        )

    def forget_workers(self) -> None:
        """Let every worker not have been heard of for long, as if that time had gone by."""
        with self._connected(autocommit=True) as connection:
            connection.execute(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
            )

    def landed(self) -> int:
        return self.one("SELECT coalesce(sum(landed_count), 0) FROM import_run")

    def counts(self) -> dict[str, int]:
        """Return how many rows every table has."""
        with self._connected(autocommit=True) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]
                for (name,) in tables
            }

    @contextlib.contextmanager
    def holding(self, table: str) -> Iterator[None]:
        """Let nobody write to a table inside the block; whoever wants to waits."""
        with self._connected(autocommit=False) as connection:
            connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield
            # Nothing was written; and the server may be gone by now, which is no concern here.
            connection.close()

    @contextlib.contextmanager
    def next_in_line(self) -> Iterator[Callable[[], None]]:
        """Queue for the lock of all ledger writers, behind whoever has it now.

        Yields a function that returns once it is ours; it is until the end of the block.
        """
        with self._connected(autocommit=True) as connection:
            connection.pgconn.send_query(
                f"SELECT pg_advisory_lock({_LEDGER_LOCK}, hashint8(id)) FROM organization".encode()
            )
            until(lambda: self._is_queued(connection.info.backend_pid))

            def ours() -> None:
                while connection.pgconn.get_result() is not None:
                    pass

            yield ours

    def _is_queued(self, pid: int) -> bool:
        return bool(
            self.one(
                f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"
                " AND wait_event_type = 'Lock'"
            )
        )

    def gone(self) -> None:
        """Return when no process of the application but our own is connected."""
        until(
            lambda: (
                not self.one(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND usename = 'juara_app' AND state <> 'idle'"
                )
            )
        )


def watcher_of(server: str, database: str) -> Watcher:
    return Watcher(make_conninfo(server, dbname=database))
