"""The part of the board that a live refresh asks for."""

from django.test import Client

from tests.web.office import Office
from tests.web.reading import read

REFRESH = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_refresh_gets_only_the_board(admin: Client, acme: Office) -> None:
    part = admin.get(acme.path("leaderboards/"), headers=REFRESH)
    page = read(part)

    assert page.elements[0].tag == "section"
    assert page.elements[0].attributes["id"] == "board"
    assert page.find("html") == page.find("form") == page.find("header", of="top") == []
    assert page.texts("who-name") == ["Ana", "Budi", "Citra", "Dewi"]


def test_the_part_is_the_one_that_stands_in_the_page(admin: Client, acme: Office) -> None:
    query = {"metric": "calls", "by": "team"}
    whole = admin.get(acme.path("leaderboards/"), query).content.decode()
    part = admin.get(acme.path("leaderboards/"), query, headers=REFRESH).content.decode()

    assert part.strip() in whole


def test_a_filter_gets_the_whole_page(admin: Client, acme: Office) -> None:
    full = {"HX-Request": "true", "HX-Request-Type": "full"}

    assert read(admin.get(acme.path("leaderboards/"), headers=full)).find("form", id="filters")


def test_the_header_alone_does_not_make_a_part(admin: Client, acme: Office) -> None:
    alone = {"HX-Request-Type": "partial"}

    assert read(admin.get(acme.path("leaderboards/"), headers=alone)).find("html")


def test_a_cache_keeps_page_and_part_apart(admin: Client, acme: Office) -> None:
    for headers in ({}, REFRESH):
        response = admin.get(acme.path("leaderboards/"), headers=headers)
        varies = {name.strip() for name in response["Vary"].split(",")}
        assert {"HX-Request", "HX-Request-Type", "Cookie"} <= varies


def test_a_cache_keeps_drawer_and_page_apart(admin: Client, acme: Office) -> None:
    ana = acme.members["ana"].public_id
    response = admin.get(acme.path("leaderboards/records/"), {"holder": ana})

    assert {"HX-Request", "Cookie"} <= {name.strip() for name in response["Vary"].split(",")}


def test_the_part_names_its_topic_and_where_a_newer_one_is(admin: Client, acme: Office) -> None:
    part = read(admin.get(acme.path("leaderboards/"), {"metric": "calls"}, headers=REFRESH))
    board = part.one("section", id="board").attributes

    assert board["data-live-topic"] == f"metric:{acme.metrics['calls']}"
    assert board["data-live-version"] == "1"
    assert board["hx-get"].startswith(acme.path("leaderboards/") + "?metric=")


def test_an_expired_session_sends_the_whole_page_to_sign_in(acme: Office) -> None:
    here = "http://testserver" + acme.path("leaderboards/?by=team")
    response = Client().get(acme.path("leaderboards/"), headers=REFRESH | {"HX-Current-URL": here})

    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fo%2Facme%2Fleaderboards%2F%3Fby%3Dteam"
