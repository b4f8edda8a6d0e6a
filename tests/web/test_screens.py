"""The page of the televisions, and a television itself."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from juara.screens import operations as screens
from juara.tenancy import scope
from tests import cast
from tests.web import office
from tests.web.office import Office
from tests.web.reading import read

WHOLE = {"name": "Hall", "metric": "calls", "period": "today", "by": "member", "team": ""}


def television(token: str, slug: str = "acme", rest: str = "") -> Any:
    return Client().get(f"/tv/{slug}/{token}/{rest}")


def test_a_new_screen_shows_its_address_once(admin: Client, acme: Office) -> None:
    made = admin.post(acme.path("screens/new/"), WHOLE)
    page = read(made)
    address = page.one("input", id="screen-address").attributes["value"]

    assert made.status_code == 200
    assert page.one("h2", id="created-title").text == "“Hall” is ready"
    assert address.startswith("http://testserver/tv/acme/")
    assert Client().get(urlsplit(address).path).status_code == 200
    assert address not in admin.get(acme.path("screens/")).content.decode()


def test_a_screen_shows_what_was_chosen(admin: Client, acme: Office) -> None:
    chosen = WHOLE | {"metric": "revenue_won", "period": "last-week", "by": "team"}
    chosen["team"] = acme.teams["North"].public_id
    made = read(admin.post(acme.path("screens/new/"), chosen))
    path = urlsplit(made.one("input", id="screen-address").attributes["value"]).path

    board = Client().get(path).context["board"]

    assert (board.metric.key, board.by, board.scope_name) == ("revenue_won", "team", "North")
    assert [(row.name, row.value) for row in board.rows] == [("Alpha", 160), ("Beta", 60)]


def test_the_page_lists_the_screens_with_what_they_show(admin: Client, acme: Office) -> None:
    television(acme.token)
    page = read(admin.get(acme.path("screens/")))

    assert [each.text for each in page.find("h3")] == ["Lobby"]
    assert page.one("p", of="tile-what").text == "Revenue won · March 2025"


def test_a_refused_screen_says_what_is_missing_and_keeps_the_rest(
    admin: Client, acme: Office
) -> None:
    response = admin.post(acme.path("screens/new/"), WHOLE | {"name": " ", "period": "today"})
    page = read(response)

    assert response.status_code == 422
    assert "Name it after the room it hangs in." in response.content.decode()
    chosen = {each.attributes["value"] for each in page.find("option", selected="")}
    assert {"calls", "today", "member"} <= chosen


def test_a_revoked_screen_is_turned_away_at_once(admin: Client, acme: Office) -> None:
    assert television(acme.token).status_code == 200

    revoked = admin.post(acme.path(f"screens/{acme.screen_id}/revoke/"), follow=True)

    assert "The screen is revoked. Its address no longer works." in revoked.content.decode()
    assert revoked.context["screens"] == []
    assert [television(acme.token, rest=rest).status_code for rest in ("", "part/")] == [404, 404]


def test_revoking_twice_is_not_found(admin: Client, acme: Office) -> None:
    address = acme.path(f"screens/{acme.screen_id}/revoke/")

    assert [admin.post(address).status_code for _ in range(2)] == [302, 404]


def test_without_screens_the_page_teaches_how_to_begin(admin: Client, acme: Office) -> None:
    admin.post(acme.path(f"screens/{acme.screen_id}/revoke/"))

    assert (
        "Put the race where everybody sees it" in admin.get(acme.path("screens/")).content.decode()
    )


def test_a_television_needs_no_sign_in_and_offers_nothing_to_click(acme: Office) -> None:
    page = read(television(acme.token))

    assert page.one("h1").text == "Revenue won"
    assert page.texts("tv-name") == ["Ana", "Budi", "Citra", "Dewi"]
    assert [text.replace("\xa0", " ") for text in page.texts("tv-value")] == [
        "$120", "$90", "$60", "$30",
    ]  # fmt: skip
    assert page.find("a") == page.find("form") == page.find("button") == []
    assert "records" not in television(acme.token).content.decode()


def test_a_television_gets_its_part_alone(acme: Office) -> None:
    whole, part = television(acme.token), television(acme.token, rest="part/")
    section = read(part).elements[0]

    assert (section.tag, section.has("tv-board")) == ("section", True)
    assert part.content.decode().strip() in whole.content.decode()
    assert section.attributes["data-live-topic"] == f"metric:{acme.metrics['revenue_won']}"


def test_a_television_shows_at_most_ten(acme: Office) -> None:
    with scope.enter(acme.organization):
        people = office.crowd(12, "South", "Crowd")
        cast.deliver(
            *(
                cast.deal(f"c{n}", owner=member.name.lower(), amount=str(500 + n))
                for n, member in enumerate(people)
            )
        )
    page = read(television(acme.token))

    assert len(page.texts("tv-name")) == 10
    assert page.texts("tv-name")[0] == "Rep 011"
    assert page.one(of="tv-board").attributes["data-rows"] == "10"


@pytest.mark.parametrize("rest", ["", "part/"])
def test_every_wrong_address_looks_the_same(acme: Office, globex: Office, rest: str) -> None:
    wrong = [
        television("x" * 24, rest=rest),
        television(globex.token, rest=rest),
        television(acme.token, slug="globex", rest=rest),
        television(acme.token, slug="nowhere", rest=rest),
    ]

    assert {response.status_code for response in wrong} == {404}
    assert len({response.content for response in wrong}) == 1
    assert read(wrong[0]).one(of="problem-text").text == (
        "This screen is not connected. Ask for a new address."
    )


def test_a_television_is_never_kept_by_a_cache_or_told_to_others(acme: Office) -> None:
    for rest in ("", "part/"):
        assert "no-store" in television(acme.token, rest=rest)["Cache-Control"]
    page = read(television(acme.token))
    assert page.one("meta", name="referrer").attributes["content"] == "no-referrer"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"


def test_the_screens_page_says_when_a_screen_was_last_seen(
    admin: Client, acme: Office, time_machine: TimeMachineFixture
) -> None:
    television(acme.token)
    time_machine.move_to(cast.NOW + timedelta(minutes=40), tick=False)

    page = read(admin.get(acme.path("screens/")))

    assert "40 minutes ago" in page.one(of="tile-note").text


def test_a_screen_of_a_team_follows_it_through_a_new_name(acme: Office) -> None:
    from juara.people.models import Team

    with scope.enter(acme.organization):
        made = screens.create_screen(
            name="North", metric_key="revenue_won", period="2025-03", team="North",
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
        Team.objects.filter(name="North").update(name="Utara")

    assert television(made.token).context["board"].scope_name == "Utara"
