"""The page of a person: who sees what, the time line, transfers and standing in."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import ALWAYS
from juara.people import operations as people
from juara.people import queries
from juara.tenancy import scope
from tests import cast
from tests.ledger import reading
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

MARCH = "2025-03"


def of(office: Office, name: str, rest: str = "") -> str:
    return office.path(f"people/{office.members[name].public_id}/{rest}")


def stored(office: Office) -> dict[str, list[str]]:
    with scope.enter(office.organization):
        return reading.contents((*reading.TABLES, "acting_manager"))


def revenue(office: Office, name: str) -> dict[str, int]:
    with scope.enter(office.organization):
        found = reading.sums("revenue_won", MARCH)
        return {team: int(each.total) for (who, team), each in found.items() if who == name}


def place(office: Office, **changes: Any) -> dict[str, Any]:
    whole = {"team": office.teams["Gamma"].public_id, "zone": "UTC", "from_day": "2025-03-05"}
    return whole | changes


def stays(page: Document) -> list[tuple[str, str]]:
    return list(zip(page.texts("timeline-title"), page.texts("timeline-days"), strict=True))


@pytest.mark.parametrize(
    ("viewer", "is_open"),
    [("ana", True), ("budi", False), ("mira", True), ("reza", True), ("eka", True), ("adi", True),
     ("dewi", False)],
)  # fmt: skip
def test_a_page_is_open_to_oneself_and_those_above(
    signed_in: SignedIn, acme: Office, viewer: str, is_open: bool
) -> None:
    text = signed_in(viewer).get(of(acme, "ana")).content.decode()

    assert ("ana@example.com" in text) is is_open
    assert ("Places over time" in text) is is_open
    assert ("$120" in text) is is_open


def test_of_others_there_is_the_name_and_the_team_and_nothing_more(
    signed_in: SignedIn, acme: Office
) -> None:
    page = read(signed_in("budi").get(of(acme, "ana")))

    assert page.one("section", of="person-outside").text == (
        "A Ana Alpha More is open to the person, their managers and executives."
    )


def test_the_numbers_of_the_month_lead_to_their_records(admin: Client, acme: Office) -> None:
    page = read(admin.get(of(acme, "ana")))

    links = page.find("a", of="open-value")
    shown = {each.text.partition(":")[0].strip() for each in links}
    assert {"$120", "2", "1"} <= shown
    for link in links:
        assert admin.get(link.attributes["href"]).status_code == 200


def test_the_time_line_shows_stays_and_the_days_between(admin: Client, acme: Office) -> None:
    ana = acme.members["ana"]
    with scope.enter(acme.organization):
        for team, first, last in (("Beta", "2025-02-01", "2025-02-10"), (None, "2025-02-10",
                                  "2025-02-20")):  # fmt: skip
            span: Any = {
                "from_day": cast.at(f"{first}T00:00").date(),
                "until_day": cast.at(f"{last}T00:00").date(),
                "moment": cast.NOW, "actor": cast.ACTOR,
            }  # fmt: skip
            if team:
                people.place(ana, team=acme.teams[team], zone="UTC", **span)
            else:
                people.end_assignment(ana, **span)

    page = read(admin.get(of(acme, "ana")))

    assert stays(page) == [
        ("North › Alpha", "since Feb 20, 2025"),
        ("Not assigned", "Feb 10 – 19, 2025"),
        ("North › Beta", "Feb 1 – 9, 2025"),
        ("North › Alpha", "until Jan 31, 2025"),
    ]
    assert page.texts("stay")[0] == "reports to Mira UTC"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_long_the_story(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with scope.enter(acme.organization):
        for number in range(count):
            people.place(
                acme.members["ana"], team=acme.teams["Beta" if number % 2 else "Gamma"],
                manager=acme.members["reza"], zone="UTC",
                from_day=cast.at(f"2025-02-0{number}T00:00").date() if number else ALWAYS,
                moment=cast.NOW,
                actor=cast.ACTOR,
            )  # fmt: skip
    with django_assert_num_queries(39):
        response = admin.get(of(acme, "ana"))
    assert len(response.context["history"].entries) == count


def test_a_transfer_says_first_what_it_does_and_then_does_exactly_that(
    admin: Client, acme: Office
) -> None:
    before = stored(acme)
    announced = admin.post(of(acme, "ana", "transfer/"), place(acme))

    assert announced.status_code == 200
    row = next(row for row in announced.context["effect"].rows if row.name == "Revenue won")
    assert (row.value, row.records, row.from_team, row.to_team, row.stayed) == (
        50, 1, "North › Alpha", "South › Gamma", 70,
    )  # fmt: skip
    assert stored(acme) == before

    done = admin.post(of(acme, "ana", "transfer/"), place(acme, confirm="yes"))
    assert done.status_code == 302
    assert revenue(acme, "Ana") == {"Alpha": 70, "Gamma": 50}


def test_what_is_confirmed_is_what_was_shown(admin: Client, acme: Office) -> None:
    given = place(acme, last_day="2025-03-31")
    shown = read(admin.post(of(acme, "ana", "transfer/"), given))

    hidden = {
        each.attributes["name"]: each.attributes.get("value", "")
        for each in shown.find("input", type="hidden")
    }
    wanted = given | {"confirm": "yes", "manager": "", "profile": ""}
    assert {name: hidden.get(name) for name in wanted} == wanted


def test_leaving_ends_the_place_after_the_last_day(admin: Client, acme: Office) -> None:
    given = {"last_day": "2025-03-09"}
    row = admin.post(of(acme, "ana", "leave/"), given).context["effect"].rows
    assert {(each.from_team, each.to_team) for each in row} == {("North › Alpha", "Nobody")}

    admin.post(of(acme, "ana", "leave/"), given | {"confirm": "yes"})

    assert revenue(acme, "Ana") == {"Alpha": 70}
    assert stays(read(admin.get(of(acme, "ana")))) == [
        ("Not assigned", "since Mar 10, 2025"),
        ("North › Alpha", "until Mar 9, 2025"),
    ]


def test_who_left_can_come_back(admin: Client, acme: Office) -> None:
    admin.post(of(acme, "ana", "leave/"), {"last_day": "2025-03-05", "confirm": "yes"})
    assert "Give Ana a place" in admin.get(of(acme, "ana", "transfer/")).content.decode()

    back = place(acme, from_day="2025-03-09", confirm="yes")
    assert admin.post(of(acme, "ana", "transfer/"), back).status_code == 302

    assert revenue(acme, "Ana") == {"Alpha": 70, "Gamma": 50}


def test_a_stay_is_corrected_and_its_days_go_back(admin: Client, acme: Office) -> None:
    admin.post(of(acme, "ana", "transfer/"), place(acme, from_day="2025-03-02", confirm="yes"))
    assert revenue(acme, "Ana") == {"Gamma": 120}

    given = place(acme, from_day="2025-03-08", stay="2025-03-02", confirm="yes")
    assert admin.post(of(acme, "ana", "correct/"), given).status_code == 302

    assert revenue(acme, "Ana") == {"Alpha": 70, "Gamma": 50}


def test_the_first_stay_begins_since_always_unless_a_day_is_given(
    admin: Client, acme: Office
) -> None:
    given = place(acme, from_day="", stay="1900-01-01", confirm="yes")

    assert admin.post(of(acme, "ana", "correct/"), given).status_code == 302

    assert revenue(acme, "Ana") == {"Gamma": 120}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_day": "2025-03-01"}, "The last day lies before the first one."),
        ({"team": "none"}, "Choose one from the list."),
        ({"from_day": ""}, "Choose a day."),
        ({"zone": "Mars/Base"}, "Choose one from the list."),
    ],
)
def test_a_transfer_that_cannot_be_comes_back_in_words(
    admin: Client, acme: Office, changes: dict[str, Any], words: str
) -> None:
    before = stored(acme)
    response = admin.post(of(acme, "ana", "transfer/"), place(acme, **changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert stored(acme) == before


def test_standing_in_opens_the_people_and_is_shown(
    admin: Client, acme: Office, signed_in: SignedIn
) -> None:
    given = {"acting": acme.members["budi"].public_id, "from_day": "2025-03-10",
             "last_day": "2025-03-12"}  # fmt: skip
    assert admin.post(of(acme, "mira", "acting/"), given).status_code == 302

    assert "Places over time" in signed_in("budi").get(of(acme, "ana")).content.decode()
    banner = read(admin.get(of(acme, "mira"))).texts("banner")
    assert banner == ["Budi stands in for Mira: Mar 10 – 12, 2025."]

    assert admin.post(of(acme, "mira", "acting/end/")).status_code == 302
    assert "Places over time" not in signed_in("budi").get(of(acme, "ana")).content.decode()


def test_nobody_stands_in_for_a_rep(admin: Client, acme: Office) -> None:
    before = stored(acme)
    given = {"acting": acme.members["budi"].public_id, "from_day": "2025-03-10",
             "last_day": "2025-03-12"}  # fmt: skip

    assert admin.post(of(acme, "ana", "acting/"), given).status_code == 422
    assert stored(acme) == before


@pytest.mark.parametrize("name", ["ana", "mira", "eka"])
def test_only_administrators_change_places(signed_in: SignedIn, acme: Office, name: str) -> None:
    client, before = signed_in(name), stored(acme)

    for rest in ("transfer/", "leave/", "correct/", "acting/", "acting/end/"):
        response = client.post(of(acme, "ana", rest), place(acme, confirm="yes"))
        assert response.status_code == 403
    assert stored(acme) == before


def test_people_of_another_organization_are_nowhere(
    admin: Client, acme: Office, globex: Office
) -> None:
    theirs = globex.members["ana"].public_id
    before = stored(globex)

    for rest in ("", "transfer/", "leave/", "correct/?stay=1900-01-01"):
        assert admin.get(acme.path(f"people/{theirs}/{rest}")).status_code == 404
    for rest in ("acting/", "acting/end/", "transfer/", "leave/"):
        given = place(acme, confirm="yes", last_day="2025-03-31")
        assert admin.post(acme.path(f"people/{theirs}/{rest}"), given).status_code == 404
    assert stored(globex) == before


def test_a_stay_that_is_none_is_nowhere(admin: Client, acme: Office) -> None:
    for stay in ("2020-01-01", "soon", ""):
        assert admin.get(of(acme, "ana", f"correct/?stay={stay}")).status_code == 404


def test_somebody_without_a_place_can_be_given_one_since_always(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        new = people.ensure_member(name="Nia", moment=cast.NOW, actor=cast.ACTOR)
    address = acme.path(f"people/{new.public_id}/")
    assert "Not placed anywhere yet" in admin.get(address).content.decode()

    given = place(acme, from_day="", confirm="yes")
    assert admin.post(f"{address}transfer/", given).status_code == 302

    with scope.enter(acme.organization):
        found = queries.places_of(new.id)
    assert [each.from_day.isoformat() for each in found] == ["1900-01-01"]
