"""Getting to the database: the address given, or the embedded server of the data directory."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from juara.core.environment import database_settings
from juara.ops import migrate, postgres
from juara.ops.postgres import ServerHandle

Notify = Callable[[str], None]

APP_URL = "DATABASE_URL"
OWNER_URL = "DATABASE_OWNER_URL"


@contextmanager
def database(home: Path, *, notify: Notify) -> Iterator[None]:
    """Run the block on a database that answers and is up to date.

    `DATABASE_URL` names any PostgreSQL 15 or later (and `DATABASE_OWNER_URL` the one that owns
    it, for migrations); without it the embedded server of `home` is attached to or started.
    """
    if os.environ.get(APP_URL):
        # A refusal to connect is told at once: no pool that goes on trying.
        connection.settings_dict["OPTIONS"].pop("pool", None)
        yield
        return
    start = postgres.attach_or_start(home, binaries=_binaries(), notify=notify)
    with start as handle, _addresses(home, handle):
        migrate_if_needed(notify=notify)
        yield


@contextmanager
def owned_database(home: Path, *, notify: Notify) -> Iterator[None]:
    """Like `database`, but as the owner of the embedded server for as long as the block runs.

    For `run` and `demo`: a second one on the same data directory is refused in words.
    """
    if os.environ.get(APP_URL):
        yield
        return
    cluster = postgres.Cluster(home, binaries=_binaries(), notify=notify)
    with cluster.start() as handle, _addresses(home, handle):
        migrate_if_needed(notify=notify)
        yield


def _binaries() -> Path | None:
    """Return the PostgreSQL programs to run instead of those that come along, if any."""
    given = os.environ.get("JUARA_POSTGRES_BINARIES")
    return Path(given).expanduser() if given else None


@contextmanager
def _addresses(home: Path, handle: ServerHandle) -> Iterator[None]:
    """Let Django here, and every process started from here, find the embedded server."""
    kept = dict(connection.settings_dict)
    mine = {"JUARA_HOME": str(home), APP_URL: handle.app_url, OWNER_URL: handle.owner_url}
    before = {name: os.environ.get(name) for name in mine}
    os.environ.update(mine)
    _connect_to(handle.app_url)
    try:
        yield
    finally:
        _connect_to(None, kept)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _connect_to(url: str | None, described: dict[str, Any] | None = None) -> None:
    """Point the default connection elsewhere; one connection, no pool, is enough for a command."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    if url is not None:
        described = database_settings(url)
        described["OPTIONS"].pop("pool", None)
    connection.settings_dict.update(described or {})


def migrate_if_needed(*, notify: Notify) -> bool:
    """Apply pending migrations as the owner; return whether there were any."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    notify("Preparing the database…")
    with _as_owner():
        migrate.migrate()
    return True


@contextmanager
def _as_owner() -> Iterator[None]:
    """Connect as the owner of the tables for the time of the block."""
    kept = dict(connection.settings_dict)
    _connect_to(os.environ.get(OWNER_URL) or os.environ[APP_URL])
    try:
        yield
    finally:
        _connect_to(None, kept)
