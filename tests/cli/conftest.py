"""The command line on the test database, on the Monday morning the rows are about."""

from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from juara.core import db
from juara.ops import server
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.tenancy.scope import organization_by_slug
from tests import cast
from tests.cli.calling import juara
from tests.flows import exports


@pytest.fixture(autouse=True)
def given_database(
    db: None, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture
) -> None:
    """Let commands use the test's own connection, as they use any database they are given."""
    monkeypatch.setenv(server.APP_URL, "postgresql://the-test-database/itself")
    time_machine.move_to(cast.NOW, tick=False)


@pytest.fixture
def acme() -> Organization:
    """An organization as the command makes it."""
    assert juara("organization", "create", "acme", "--name", "Acme").code == 0
    return organization_by_slug("acme")


@pytest.fixture
def sales(acme: Organization, tmp_path: Path) -> Organization:
    """Acme with four deals: Ana won 100 and 70, Bob lost one, somebody unknown won 42."""
    people = exports.people(
        tmp_path, ("ana", "Ana", "North"), ("bob", "Bob", "South"), ("cyd", "Cyd", "South")
    )
    deals = exports.deals(
        tmp_path, ("D1", "ana", 100), ("D2", "ana", 70, "2025-03-04"),
        ("D3", "bob", 9, "2025-03-04", "lost"), ("D4", "zed", "42.50"),
    )  # fmt: skip
    called = juara("import", people, deals, "--mapping", exports.mapping(tmp_path))
    assert called.code == 0, called
    return acme


def rows_in(table: str, organization: Organization) -> int:
    with scope.enter(organization):
        count: int = db.one(f"SELECT count(*) FROM {table}")[0]
    return count
