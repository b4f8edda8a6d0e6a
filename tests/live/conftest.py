"""A web process for the run, and an organization that is really committed for each test."""

from collections.abc import Iterator

import pytest

from tests.live.server import Server, application_url, session_of
from tests.web import office
from tests.web.office import Office


@pytest.fixture(scope="session")
def server(
    owner_url: str, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("live"), application_url())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def acme(committed: None) -> Office:
    return office.opened("acme", "Acme")


@pytest.fixture
def cookie(acme: Office) -> str:
    return session_of(acme.users["adi"])
