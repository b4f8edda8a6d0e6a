"""Every address there is: who may come in, and that nobody's is anybody else's."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker

from juara.core import db
from juara.screens import operations as screens
from juara.tenancy import scope
from tests import cast
from tests.web import office
from tests.web.office import Office
from tests.web.reading import read
from tests.whole.routes import ADMIN, EVERYBODY, INSIDE, OUTSIDE, TELEVISIONS, Things, things

# A stream gives its connection back at once, which would end a test's transaction: apart, below.
inside = pytest.mark.parametrize("name", [name for name in INSIDE if name != "live"])
# What a page says that lets somebody in, whatever it then makes of what was sent.
REFUSALS = (401, 403, 404, 405, 500)


@pytest.fixture(scope="module")
def offices(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Office, Office]]:
    with django_db_blocker.unblock(), office.standing(owner_url) as both:
        yield both


@pytest.fixture(scope="module")
def ids(offices: tuple[Office, Office]) -> tuple[Things, Things]:
    """What there is in either organization, by the names of its ids."""
    return things(offices[0]), things(offices[1])


@pytest.fixture
def acme(offices: tuple[Office, Office], ids: tuple[Things, Things], db: None) -> Office:
    """An organization with one of everything; what a test does to it is undone."""
    return offices[0]


@pytest.fixture
def globex(offices: tuple[Office, Office], ids: tuple[Things, Things], db: None) -> Office:
    return offices[1]


def signed_in(office: Office, name: str = ADMIN, **options: Any) -> Client:
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


def address(name: str, slug: str, known: Things) -> str:
    """Fill the places of a route's pattern."""
    wanted = iter(INSIDE[name].ids)

    def fill(_place: re.Match[str]) -> str:
        what = next(wanted)
        return what[1:] if what.startswith("=") else known[what]

    rest = EVERY[name].removeprefix("o/<slug:slug>/")
    return f"/o/{slug}/" + re.sub(r"<\w+:\w+>", fill, rest)


def methods(name: str) -> list[str]:
    route = INSIDE[name]
    return ["get"] * route.gets + ["post"] * route.posts


def everything_of(office: Office) -> dict[str, str]:
    """Return a digest of every row of an organization, table by table."""
    tables = db.rows(
        "SELECT quote_ident(c.relname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " AND a.attname = 'organization_id' WHERE c.relkind = 'r'"
        " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    with scope.enter(office.organization):
        return {
            table: db.one(
                f"SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
                f" FROM {table} t WHERE organization_id = %s",
                [office.organization.id],
            )[0]
            for (table,) in tables
        }


def test_every_route_is_listed() -> None:
    assert set(EVERY) == set(INSIDE) | set(TELEVISIONS) | set(OUTSIDE)


def test_every_route_is_listed_as_what_it_is() -> None:
    of = {name: pattern.split("/")[0] for name, pattern in EVERY.items() if "<slug" in pattern}

    assert {name for name, first in of.items() if first == "o"} == set(INSIDE)
    assert {name for name, first in of.items() if first == "tv"} == set(TELEVISIONS)
    assert {
        name for name, route in INSIDE.items()
        if len(route.ids) != EVERY[name].count("<") - 1
    } == set()  # fmt: skip


@inside
def test_it_lets_in_whom_it_is_meant_for_and_nobody_else(
    acme: Office, ids: tuple[Things, Things], name: str
) -> None:
    route = INSIDE[name]
    found = {}
    for who in sorted(EVERYBODY):
        client = signed_in(acme, who)
        for method in methods(name):
            with db.transaction():
                answer = getattr(client, method)(address(name, acme.slug, ids[0]))
                connection.set_rollback(True)
            lets_in = answer.status_code not in REFUSALS or answer.status_code == route.lacking
            found[who, method] = lets_in and answer.status_code != 403

    assert found == {
        (who, method): who in route.who for who in EVERYBODY for method in methods(name)
    }


@inside
def test_somebody_from_another_organization_finds_nothing(
    acme: Office, globex: Office, ids: tuple[Things, Things], name: str
) -> None:
    for who in sorted(EVERYBODY):
        client = signed_in(globex, who)
        for method in methods(name):
            answer = getattr(client, method)(address(name, acme.slug, ids[0]))
            # The same as where no organization is at all.
            nowhere = getattr(client, method)(address(name, "nowhere", ids[0]))

            assert (answer.status_code, nowhere.status_code) == (404, 404), (who, method)
            assert answer.content == nowhere.content
            assert "Acme" not in answer.content.decode()


@pytest.mark.parametrize("name", [name for name, each in INSIDE.items() if each.ids])
def test_another_organizations_ids_are_nothing_inside_ones_own(
    acme: Office, globex: Office, ids: tuple[Things, Things], name: str
) -> None:
    if all(each.startswith("=") for each in INSIDE[name].ids):
        return
    client = signed_in(globex)
    for method in methods(name):
        answer = getattr(client, method)(address(name, globex.slug, ids[0]))
        assert answer.status_code == 404, method


def test_what_strangers_ask_for_changes_nothing(
    acme: Office, globex: Office, ids: tuple[Things, Things]
) -> None:
    before = everything_of(acme)
    client = signed_in(globex)
    for name, route in INSIDE.items():
        for method in methods(name) if name != "live" else ():
            getattr(client, method)(address(name, acme.slug, ids[0]))
            if route.ids and not all(each.startswith("=") for each in route.ids):
                getattr(client, method)(address(name, globex.slug, ids[0]))

    assert everything_of(acme) == before
    assert before["member"] != ""


@inside
def test_somebody_anonymous_is_sent_to_sign_in(
    acme: Office, ids: tuple[Things, Things], name: str
) -> None:
    for method in methods(name):
        answer = getattr(Client(), method)(address(name, acme.slug, ids[0]))

        assert answer.status_code == INSIDE[name].anonymous
        if answer.status_code == 302:
            way = "/sign-in/?next=%2F" if method == "get" else "/sign-in/"
            assert answer["Location"].startswith(way)


@inside
def test_somebody_turned_off_is_sent_to_sign_in(
    acme: Office, ids: tuple[Things, Things], name: str
) -> None:
    client = signed_in(acme, "budi")
    user = acme.users["budi"]
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    for method in methods(name):
        answer = getattr(client, method)(address(name, acme.slug, ids[0]))
        assert answer.status_code == INSIDE[name].anonymous


@pytest.mark.parametrize("name", [name for name in INSIDE if not INSIDE[name].gets])
def test_what_changes_something_takes_a_form(
    acme: Office, ids: tuple[Things, Things], name: str
) -> None:
    where = address(name, acme.slug, ids[0])
    for method in ("get", "head", "put", "delete"):
        assert getattr(signed_in(acme), method)(where).status_code == 405
        assert getattr(Client(), method)(where).status_code == 405


@pytest.mark.parametrize(
    "name", [name for name in (*INSIDE, *OUTSIDE) if (INSIDE | OUTSIDE)[name].posts]
)
def test_a_form_without_its_token_is_refused_on_a_page_of_ours(
    acme: Office, ids: tuple[Things, Things], name: str
) -> None:
    where = OUTSIDE[name].address if name in OUTSIDE else address(name, acme.slug, ids[0])
    for token in ("", "x" * 64, "x" * 32):
        client = signed_in(acme, enforce_csrf_checks=True)
        answer = client.post(where, {"csrfmiddlewaretoken": token} if token else {})
        page = read(answer)

        assert answer.status_code == 403
        assert page.one(of="problem-text").text == (
            "This form has expired. Go back, reload the page and send it again."
        )
        assert page.find("style") == []
        assert "Content-Security-Policy" in answer.headers
        assert client.get("/o/acme/leaderboards/").status_code == 200, "still signed in"


PERIOD = {"period": office.PERIOD}
SCREEN = {"name": "Hall", "metric": "calls", "period": "today", "by": "member", "team": ""}


@pytest.mark.parametrize(
    ("name", "method", "sent", "status"),
    [
        ("leaderboards", "get", lambda other, _: {"metric": other.metrics["calls"]}, 404),
        ("leaderboards", "get", lambda other, _: {"scope": other.teams["North"].public_id}, 404),
        ("leaderboard_evidence", "get",
         lambda other, _: PERIOD | {"holder": other.members["ana"].public_id}, 404),
        ("leaderboard_evidence", "get",
         lambda other, _: PERIOD | {"holder": other.teams["Alpha"].public_id, "by": "team"}, 404),
        ("team_now", "get", lambda other, _: {"team": other.teams["North"].public_id}, 404),
        ("teams", "get", lambda other, _: {"team": other.teams["North"].public_id}, 404),
        ("metric_new", "get", lambda other, known: {"from": known["metric"]}, 404),
        # A choice that is not offered is a form to mend, the same as one that never existed.
        ("screen_create", "post",
         lambda other, _: SCREEN | {"team": other.teams["North"].public_id}, 422),
        ("screen_create", "post",
         lambda other, _: SCREEN | {"metric": other.metrics["calls"]}, 422),
        ("entry_create", "post",
         lambda other, known: {"metric": "calls", "member": known["member"], "day": "2025-03-04",
                               "quantity": "1", "reason": "x"}, 422),
        ("health_match", "post",
         lambda other, known: {"source": "crm", "key": "ghost", "member": known["member"]}, 404),
    ],
)  # fmt: skip
def test_what_is_another_organizations_is_nothing_to_choose(
    acme: Office, globex: Office, ids: tuple[Things, Things], name: str, method: str, sent: Any,
    status: int,
) -> None:  # fmt: skip
    before = everything_of(acme), everything_of(globex)
    client = signed_in(globex)
    answer = getattr(client, method)(address(name, globex.slug, ids[1]), sent(acme, ids[0]))

    assert answer.status_code == status
    assert (everything_of(acme), everything_of(globex)) == before


def test_a_stream_is_for_those_inside(offices: tuple[Office, Office]) -> None:
    acme, globex = offices
    for who in sorted(EVERYBODY):
        assert signed_in(acme, who).get("/o/acme/live/").status_code == 200
        assert signed_in(globex, who).get("/o/acme/live/").status_code == 404
    assert Client().get("/o/acme/live/").status_code == 404
    assert signed_in(globex).get("/o/nowhere/live/").status_code == 404


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_lies_outside_answers_as_listed(acme: Office, name: str) -> None:
    assert Client().get(OUTSIDE[name].address).status_code == OUTSIDE[name].gets


@pytest.mark.parametrize("name", TELEVISIONS)
def test_a_television_opens_with_its_own_key_only(
    offices: tuple[Office, Office], name: str
) -> None:
    acme, globex = offices

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
