"""What may be typed into an address: a clear page for each, never a crash, never its markup."""

from itertools import product

import pytest
from django.test import Client

from juara.screens import queries as screens
from juara.tenancy import scope
from tests.web.office import Office
from tests.web.reading import read

MARKUP = "\"><script>alert('1')</script>"

EDGES = (
    MARKUP, "0001", "9999-12-31", "0001-W01", "9999-W52", "0001-01-01..9999-12-31",
    "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "-1", "9" * 5000, "٣", "²",
    "' OR 1=1 --",
)  # fmt: skip


def test_an_unknown_metric_is_not_found_in_words(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/"), {"metric": "revenu"})
    page = read(response)

    assert response.status_code == 404
    assert page.one("h1").text == "There is nothing here"
    assert page.one(of="problem-text").text.startswith("There is no metric “revenu”.")


def test_an_unreadable_period_is_refused_with_the_forms_there_are(
    admin: Client, acme: Office
) -> None:
    response = admin.get(acme.path("leaderboards/"), {"period": "soon"})
    words = read(response).one(of="problem-text").text

    assert response.status_code == 400
    assert words.startswith("“soon” is not a period. Write a day (2017-10-05),")


def test_an_unknown_team_is_not_found_in_words(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/"), {"scope": "Atlantis"})

    assert response.status_code == 404
    assert read(response).one(of="problem-text").text.startswith("There is no team “Atlantis”.")


def test_an_unknown_holder_is_not_found_in_words(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/records/"), {"holder": "nobody"})

    assert response.status_code == 404
    assert read(response).one(of="problem-text").text == "There is nobody like that on this board."


@pytest.mark.parametrize("name", ["metric", "period", "by", "scope", "as_of", "from", "to", "all"])
@pytest.mark.parametrize("page", ["leaderboards/", "leaderboards/records/"])
def test_no_choice_breaks_a_page_or_carries_markup(
    admin: Client, acme: Office, page: str, name: str
) -> None:
    for value in EDGES:
        query = {"holder": acme.members["ana"].public_id, "period": "2025-03"}
        if name in ("from", "to"):
            query |= {"period": "custom", "from": "2025-03-01", "to": "2025-03-31"}
        response = admin.get(acme.path(page), query | {name: value})

        assert response.status_code in (200, 400, 404), value[:40]
        assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("value", EDGES)
def test_any_page_number_shows_a_page_there_is(admin: Client, acme: Office, value: str) -> None:
    ana = acme.members["ana"].public_id
    response = admin.get(acme.path("leaderboards/records/"), {"holder": ana, "page": value})

    assert response.status_code == 200
    assert (response.context["evidence"].page, len(response.context["evidence"].rows)) == (1, 2)


def test_hostile_words_are_shown_as_words(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/"), {"metric": MARKUP})

    assert MARKUP in read(response).one(of="problem-text").text
    assert MARKUP not in response.content.decode()


@pytest.mark.parametrize(
    ("address", "query"),
    [
        *product(
            ["/o/acme/leaderboards/", "/o/acme/leaderboards/records/"],
            ["metric=%00", "scope=%00", "holder=a%00b"],
        ),
        ("/o/acme/screens/%00/revoke/", ""),
        ("/tv/acme/%00/", ""),
        ("/o/acme/", "next=%00"),
    ],
)
def test_a_character_the_database_cannot_hold_is_refused(
    admin: Client, address: str, query: str
) -> None:
    method = admin.post if "revoke" in address else admin.get
    response = method(address + ("?" + query if query else ""))

    assert response.status_code == 400
    assert read(response).one("h1").text == "This request could not be understood"


@pytest.mark.parametrize("field", ["name", "metric", "period", "by", "team"])
def test_no_field_of_a_screen_breaks_the_form(admin: Client, acme: Office, field: str) -> None:
    whole = {"name": "Hall", "metric": "calls", "period": "today", "by": "member", "team": ""}
    allowed = 200 if field == "name" else 422
    for value in (MARKUP, "9999-12-31", "9" * 5000, "٣", "", "\x00", "x" * 81):
        wanted = 422 if value in ("", "\x00") or len(value) > 80 else allowed
        if field == "team" and not value:
            wanted = 200
        response = admin.post(acme.path("screens/new/"), whole | {field: value})

        assert response.status_code == wanted, value[:40]
        assert "<script>alert" not in response.content.decode()


def test_a_refused_screen_is_not_made(admin: Client, acme: Office) -> None:
    admin.post(acme.path("screens/new/"), {"name": "", "metric": "calls", "period": "today"})

    with scope.enter(acme.organization):
        assert [screen.name for screen in screens.screens()] == ["Lobby"]


def test_an_address_that_never_was_is_not_found(client: Client) -> None:
    response = client.get("/o/")

    assert response.status_code == 404
    assert read(response).one("h1").text == "There is nothing here"
