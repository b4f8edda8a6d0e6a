"""The command line on a test database that keeps what a module brings in."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from juara.ops import server


@pytest.fixture(scope="module")
def kept(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Let what a module imports stand until its last test; then every table is empty again."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as environment:
        environment.setenv(server.APP_URL, "postgresql://the-test-database/itself")
        yield
        connections["default"].close()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        tables = owner.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('django_migrations', 'django_content_type')"
        ).fetchall()
        owner.execute(f"TRUNCATE {', '.join(row[0] for row in tables)} CASCADE")
