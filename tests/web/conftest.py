"""Two organizations that stand while a module runs, and a browser-like client at a fixed hour."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker
from time_machine import TimeMachineFixture

from tests import cast
from tests.web import office
from tests.web.office import Office

SignedIn = Callable[[str], Client]


@pytest.fixture(scope="module")
def offices(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Office, Office]]:
    """Open two organizations once for a module whose tests undo what they do."""
    with django_db_blocker.unblock(), office.standing(owner_url) as both:
        yield both


@pytest.fixture
def acme(offices: tuple[Office, Office], db: None) -> Office:
    return offices[0]


@pytest.fixture
def globex(offices: tuple[Office, Office], db: None) -> Office:
    return offices[1]


@pytest.fixture(autouse=True)
def hour(time_machine: TimeMachineFixture) -> None:
    """Let every page be asked for on the Monday morning the rows are about."""
    time_machine.move_to(cast.NOW, tick=False)


@pytest.fixture
def signed_in(acme: Office) -> SignedIn:
    """Return a client signed in as one of Acme's people, by name."""

    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(acme.users[name])
        return client

    return client_of


@pytest.fixture
def admin(signed_in: SignedIn) -> Client:
    return signed_in("adi")
