"""The test database: a real PostgreSQL, the application's own role, both walls up."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("JUARA_HOME", tempfile.mkdtemp(prefix="juara-test-"))

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation
from psycopg import sql

from juara.ops import migrate, postgres
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast

# Everyday runs try the same cases every time and are never failed by a busy machine; the long
# campaigns of `make soak` look for new ones.
hypothesis.settings.register_profile(
    "juara",
    deadline=None,
    derandomize=not os.environ.get("JUARA_LONG"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("juara")

_SERVER = "JUARA_TEST_SERVER"
_cluster: postgres.Cluster | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for the whole run, unless one is named; workers share it."""
    global _cluster  # noqa: PLW0603 - one server for the run
    if hasattr(config, "workerinput") or os.environ.get(_SERVER):
        return
    if config.option.collectonly:
        return
    home = Path(tempfile.mkdtemp(prefix="juara-pg-"))
    # As root the server runs as a user of its own, who must be able to enter.
    home.chmod(0o755)
    binaries = os.environ.get("JUARA_TEST_BINARIES")
    _cluster = postgres.Cluster(
        home,
        binaries=Path(binaries) if binaries else None,
        extra_settings={"fsync": "off", "synchronous_commit": "off"},
    )
    _cluster.start()
    os.environ[_SERVER] = _cluster.supervisor_url


# What takes longest, so that at the end no worker is left alone with it.
_FIRST = ("browser", "whole", "flows", "samples", "ops", "ledger")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the directories that take longest; the order within them stays."""
    turns = {name: turn for turn, name in enumerate(_FIRST)}
    root = Path(__file__).parent
    items.sort(key=lambda item: turns.get(item.path.relative_to(root).parts[0], len(turns)))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _cluster is not None:
        directory = _cluster.data_dir.parents[1]
        _cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def owner_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Make a database of this worker's own; yield the address its owner connects by."""
    server = os.environ[_SERVER]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"juara_test_{worker}_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        postgres.bootstrap_roles(connection, name)
    yield psycopg.conninfo.make_conninfo(server, dbname=name, user="juara_owner")
    connections.close_all()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(owner_url: str, django_db_blocker: pytest.FixtureRequest) -> None:
    """Migrate as the owner, then let every test connect as the application does."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _connect_as(owner_url, "juara_owner")
        migrate.migrate()
        _connect_as(owner_url, "juara_app")


def _connect_as(owner_url: str, user: str) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(owner_url)
    address: dict[str, Any] = {
        "NAME": parts["dbname"],
        "USER": user,
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": {},
    }
    connections["default"].close()
    connections["default"].settings_dict.update(address)
    settings.DATABASES["default"].update(address)


@pytest.fixture
def committed(
    owner_url: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """Let a test commit for real; afterwards every table is empty again."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        connections["default"].close()
    with psycopg.connect(owner_url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('django_migrations', 'django_content_type')"
        ).fetchall()
        _empty(connection, f"TRUNCATE {', '.join(row[0] for row in tables)} CASCADE")


def _empty(connection: "psycopg.Connection[Any]", statement: str) -> None:
    """Empty the tables, again where a page that is still being asked for stands in the way."""
    for _ in range(5):
        try:
            connection.execute(statement)
        except psycopg.errors.DeadlockDetected:
            continue
        return
    connection.execute(statement)


@pytest.fixture(autouse=True)
def english() -> None:
    """Begin in English: a page asked for in another language leaves it set for its thread."""
    translation.deactivate_all()
    translation.activate("en")


@pytest.fixture
def organization(db: None) -> Organization:
    return cast.organization()


@pytest.fixture
def inside(organization: Organization) -> Iterator[Organization]:
    """Run the test inside the organization's scope."""
    with scope.enter(organization):
        yield organization
