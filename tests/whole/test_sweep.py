"""Every address there is: who may come in, and that nobody's is anybody else's.

A route that is not listed here fails the first test: say who may use it before it is served.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker

from juara.screens import operations as screens
from juara.screens import queries as screen_queries
from juara.tenancy import scope
from tests import cast
from tests.web import office
from tests.web.office import PERIOD, Office
from tests.web.reading import read

Fill = Callable[[Office], dict[str, str]]
SCREEN = {"name": "Hall", "metric": "calls", "period": "today", "by": "member", "team": ""}


def nothing(_office: Office) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Inside:
    """A route inside an organization: its path after the slug, and how it is used."""

    path: Callable[[Office], str]
    method: str = "get"
    data: Fill = nothing
    anonymous: int = 302
    # What the user it is meant for gets, so that the refusals of others mean something.
    own: int = 200
    # Public ids as values of the query or the form: another tenant's, inside one's own slug.
    foreign: tuple[Fill, ...] = ()
    foreign_status: int = 404

    def ask(self, client: Client, where: Office, of: Office | None = None) -> Any:
        """Ask for it under one organization's slug with the ids `of` another."""
        address = f"/o/{where.slug}/{self.path(of or where)}"
        return getattr(client, self.method)(address, self.data(of or where))


@dataclass(frozen=True, slots=True)
class Outside:
    """A route outside every organization."""

    gets: int
    posts: bool = False
    only_posts: bool = False
    names: frozenset[str] = field(default_factory=frozenset)


INSIDE = {
    "organization": Inside(lambda office: ""),
    "leaderboards": Inside(
        lambda office: "leaderboards/",
        foreign=(
            lambda other: {"metric": other.metrics["calls"]},
            lambda other: {"scope": other.teams["North"].public_id},
        ),
    ),
    "leaderboard_evidence": Inside(
        lambda office: "leaderboards/records/",
        data=lambda office: {"holder": office.members["ana"].public_id, "period": PERIOD},
        foreign=(
            lambda other: {"metric": other.metrics["calls"]},
            lambda other: {"scope": other.teams["North"].public_id},
            lambda other: {"holder": other.members["ana"].public_id},
            lambda other: {"holder": other.teams["Alpha"].public_id, "by": "team"},
        ),
    ),
    "screens": Inside(lambda office: "screens/"),
    "screen_create": Inside(
        lambda office: "screens/new/",
        method="post",
        data=lambda office: SCREEN,
        # A choice that is not offered is a form to mend, the same as one that never existed.
        foreign=(
            lambda other: SCREEN | {"team": other.teams["North"].public_id},
            lambda other: SCREEN | {"metric": other.metrics["calls"]},
        ),
        foreign_status=422,
    ),
    "screen_revoke": Inside(
        lambda office: f"screens/{office.screen_id}/revoke/", method="post", own=302
    ),
    "live": Inside(lambda office: "live/", anonymous=404),
}

TELEVISIONS = {"tv": "", "tv_part": "part/", "tv_live": "live/"}

OUTSIDE = {
    "home": Outside(gets=302),
    "sign_in": Outside(gets=200, posts=True),
    "sign_out": Outside(gets=405, posts=True, only_posts=True),
    # A look at it leads back and changes nothing (tests/web/test_language.py).
    "set_language": Outside(gets=302, posts=True),
    "design": Outside(gets=404),
}
ADDRESSES = {
    "home": "/",
    "sign_in": "/sign-in/",
    "sign_out": "/sign-out/",
    "set_language": "/language/setlang/",
    "design": "/design/",
}

inside = pytest.mark.parametrize("name", INSIDE)


@pytest.fixture(scope="module")
def offices(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Office, Office]]:
    with django_db_blocker.unblock(), office.standing(owner_url) as both:
        yield both


@pytest.fixture(scope="module")
def acme(offices: tuple[Office, Office]) -> Office:
    return offices[0]


@pytest.fixture(scope="module")
def globex(offices: tuple[Office, Office]) -> Office:
    return offices[1]


def signed_in(office: Office, name: str = "adi", **options: Any) -> Client:
    client = Client(**options)
    client.force_login(office.users[name])
    return client


def routes(patterns: list[Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Walk an URLconf: the name and the whole pattern of every route."""
    for pattern in patterns:
        whole = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, whole)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{whole} has no name"
            yield pattern.name, whole


EVERY = dict(routes(get_resolver().url_patterns))


def shown(office: Office) -> list[str]:
    with scope.enter(office.organization):
        return [screen.name for screen in screen_queries.screens()]


def test_every_route_is_listed() -> None:
    assert set(EVERY) == set(INSIDE) | set(TELEVISIONS) | set(OUTSIDE)


def test_every_route_is_listed_as_what_it_is() -> None:
    of = {name: pattern.split("/")[0] for name, pattern in EVERY.items() if "<slug" in pattern}

    assert {name for name, first in of.items() if first == "o"} == set(INSIDE)
    assert {name for name, first in of.items() if first == "tv"} == set(TELEVISIONS)
    assert set(OUTSIDE) == set(ADDRESSES)


@inside
def test_it_is_there_for_whom_it_is_meant(acme: Office, name: str) -> None:
    route = INSIDE[name]
    if name == "screen_revoke":
        with scope.enter(acme.organization):
            made = screens.create_screen(
                name="Spare", metric_key="calls", moment=cast.NOW, actor=cast.ACTOR
            )
        address = f"screens/{made.screen.public_id}/revoke/"
        route = Inside(lambda office: address, method="post", own=302)

    assert route.ask(signed_in(acme), acme).status_code == route.own


@inside
@pytest.mark.parametrize("who", ["ana", "mira", "eka", "adi"])
def test_somebody_from_another_organization_finds_nothing(
    acme: Office, globex: Office, name: str, who: str
) -> None:
    before = shown(acme)
    response = INSIDE[name].ask(signed_in(globex, who), acme)

    assert response.status_code == 404
    assert shown(acme) == before
    # The same as where no organization is at all.
    nowhere = signed_in(globex, who)
    address = f"/o/nowhere/{INSIDE[name].path(acme)}"
    missing = getattr(nowhere, INSIDE[name].method)(address, INSIDE[name].data(acme))
    assert missing.content == response.content
    assert "Acme" not in response.content.decode()


@inside
def test_somebody_anonymous_is_sent_to_sign_in(acme: Office, name: str) -> None:
    before = shown(acme)
    response = INSIDE[name].ask(Client(), acme)

    assert response.status_code == INSIDE[name].anonymous
    if response.status_code == 302:
        assert response["Location"].startswith("/sign-in/?next=%2Fo%2Facme%2F")
    assert shown(acme) == before


@inside
def test_somebody_turned_off_is_sent_to_sign_in(acme: Office, name: str) -> None:
    client = signed_in(acme, "budi")
    type(acme.users["budi"]).objects.filter(pk=acme.users["budi"].pk).update(is_active=False)
    try:
        assert INSIDE[name].ask(client, acme).status_code == INSIDE[name].anonymous
    finally:
        type(acme.users["budi"]).objects.filter(pk=acme.users["budi"].pk).update(is_active=True)


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, route in INSIDE.items() for number in range(len(route.foreign))],
)
def test_another_tenants_ids_are_nothing_inside_ones_own(
    acme: Office, globex: Office, name: str, number: int
) -> None:
    route = INSIDE[name]
    before = shown(globex), shown(acme)
    mine = route.data(globex) | route.foreign[number](globex)
    theirs = route.data(globex) | route.foreign[number](acme)
    address, client = f"/o/globex/{route.path(globex)}", signed_in(globex)

    response = getattr(client, route.method)(address, theirs)

    assert response.status_code == route.foreign_status
    assert (shown(globex), shown(acme)) == before
    if route.method == "get":
        assert getattr(client, route.method)(address, mine).status_code == 200


@pytest.mark.parametrize("name", [name for name in INSIDE if "<str:" in EVERY[name]])
def test_another_tenants_id_in_the_path_is_nothing(acme: Office, globex: Office, name: str) -> None:
    before = shown(acme)
    response = INSIDE[name].ask(signed_in(globex), globex, of=acme)

    assert response.status_code == 404
    assert shown(acme) == before


@pytest.mark.parametrize("name", [name for name in INSIDE if INSIDE[name].method == "post"])
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_what_changes_something_takes_a_form(acme: Office, name: str, method: str) -> None:
    before = shown(acme)
    address = f"/o/acme/{INSIDE[name].path(acme)}"

    assert getattr(signed_in(acme), method)(address).status_code == 405
    assert getattr(Client(), method)(address).status_code == 405
    assert shown(acme) == before


POSTS = [f"/o/acme/{{{name}}}" for name in INSIDE if INSIDE[name].method == "post"] + [
    ADDRESSES[name] for name in OUTSIDE if OUTSIDE[name].posts
]


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("token", ["", "x" * 64, "x" * 32])
def test_a_form_without_its_token_is_refused_on_a_page_of_ours(
    acme: Office, address: str, token: str
) -> None:
    before = shown(acme)
    client = signed_in(acme, enforce_csrf_checks=True)
    path = address.format(**{name: INSIDE[name].path(acme) for name in INSIDE})
    response = client.post(path, SCREEN | ({"csrfmiddlewaretoken": token} if token else {}))
    page = read(response)

    assert response.status_code == 403
    assert page.one(of="problem-text").text == (
        "This form has expired. Go back, reload the page and send it again."
    )
    assert page.find("style") == []
    assert "Content-Security-Policy" in response.headers
    assert shown(acme) == before
    assert client.get("/o/acme/").status_code == 200, "still signed in"


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_lies_outside_answers_as_listed(acme: Office, name: str) -> None:
    assert Client().get(ADDRESSES[name]).status_code == OUTSIDE[name].gets


@pytest.mark.parametrize("name", TELEVISIONS)
def test_a_television_opens_with_its_own_key_only(acme: Office, globex: Office, name: str) -> None:
    def ask(slug: str, token: str, client: Client | None = None) -> Any:
        return (client or Client()).get(f"/tv/{slug}/{token}/{TELEVISIONS[name]}")

    with scope.enter(acme.organization):
        gone = screens.create_screen(
            name="Gone", metric_key="calls", moment=cast.NOW, actor=cast.ACTOR
        )
        screens.revoke_screen(gone.screen.public_id, moment=cast.NOW, actor=cast.ACTOR)

    refused = [
        ask("acme", "x" * 24),
        ask("acme", acme.screen_id),
        ask("acme", gone.token),
        ask("acme", globex.token),
        ask("globex", acme.token),
        ask("nowhere", acme.token),
        # Being signed in opens no television.
        ask("acme", "x" * 24, signed_in(acme)),
    ]

    assert ask("acme", acme.token).status_code == 200
    assert [response.status_code for response in refused] == [404] * 7
    assert len({response.content for response in refused}) == 1
