"""A person's own day."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from juara.goals import operations
from juara.people import absences
from juara.people import queries as people
from juara.tenancy import scope
from tests import cast
from tests.goals import cast as goals
from tests.web import day
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

# Of the part that refreshes by itself, the board it looks up a place on among them.
QUERIES = 38

REFRESH = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def noon(hour: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(day.NOON, tick=False)


@pytest.fixture
def line(acme: Office) -> str:
    return day.begun(acme)


def test_a_rep_sees_value_target_expectation_and_what_is_to_go(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    page = read(signed_in("ana").get(acme.path("today/")))

    assert page.one("h1").text == "Good afternoon, Ana"
    assert page.one(of="lead").text == "Mon, Mar 10, 2025 · SDR · Alpha"
    card = page.one("li", of="today-line")
    assert card.attributes["data-state"] == "on_track"
    assert card.text == "Calls 12 : the records behind it of 20 On track 8 to go 10 expected by now"


def test_a_number_opens_its_records(signed_in: SignedIn, acme: Office, line: str) -> None:
    ana = signed_in("ana")
    opened = read(ana.get(acme.path("today/"))).find("a", of="open-value")[0]
    records = read(ana.get(opened.attributes["href"]))

    assert opened.attributes["hx-target"] == "#drawer-body"
    assert records.one(of="evidence-total").text == "12"


def test_a_number_of_no_records_opens_nothing(signed_in: SignedIn, acme: Office, line: str) -> None:
    page = read(signed_in("dewi").get(acme.path("today/")))

    assert page.find("a", of="open-value") == []
    assert page.one("li", of="today-line").attributes["data-state"] == "at_risk"


def test_the_place_on_the_board_of_the_first_line_is_told_kindly(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    def place(name: str) -> str:
        return read(signed_in(name).get(acme.path("today/"))).one("a", of="today-place").text

    assert place("ana") == (
        "Calls · Today · Alpha #1 of 2 You are in front. Keep it up. Open the board"
    )
    assert place("budi") == "Calls · Today · Alpha #2 of 2 3 to the next place. Open the board"
    assert place("dewi").endswith("– Your first one puts you on the board. Open the board")


def test_what_counted_is_listed_newest_first(signed_in: SignedIn, acme: Office, line: str) -> None:
    page = read(signed_in("citra").get(acme.path("today/")))

    assert page.texts("counted-name") == ["Call 1", "Call 0"]
    assert page.texts("counted-note")[0] == "9:01 AM · Calls"


def test_secondary_lines_are_folded_away(signed_in: SignedIn, acme: Office, line: str) -> None:
    with scope.enter(acme.organization):
        goals.target("emails", "day", "5", is_primary=False)
        goals.target("deals_won", "month", "4")
    page = read(signed_in("ana").get(acme.path("today/")))

    assert page.texts("today-title")[:3] == ["Today", "This month", "Today"]
    assert page.texts("today-name") == ["Calls", "Deals won", "E-mails"]
    folded = page.one("details", of="today-more")
    assert "E-mails" in folded.text
    assert "Deals won" not in folded.text


def test_the_past_is_shown_as_it_was_known(signed_in: SignedIn, acme: Office, line: str) -> None:
    # The calls were heard of at eleven.
    page = read(signed_in("ana").get(acme.path("today/"), {"as_of": "2025-03-10T10:30"}))

    assert page.one("li", of="today-line").text.startswith("Calls 0 of 20 At risk 20 to go")
    assert "data-live-topic" not in page.one("section", id="today").attributes
    assert "10:30" not in page.one(of="freshness").text


def test_a_moment_to_come_is_now(signed_in: SignedIn, acme: Office, line: str) -> None:
    page = read(signed_in("ana").get(acme.path("today/"), {"as_of": "2031-01-01T00:00"}))

    assert "data-live-topic" in page.one("section", id="today").attributes


def test_a_day_off_is_said_kindly(signed_in: SignedIn, acme: Office, line: str) -> None:
    ana = signed_in("ana")
    assert "off today" not in ana.get(acme.path("today/")).content.decode()
    with scope.enter(acme.organization):
        absences.add_absence(
            people.member_of_id(acme.members["ana"].public_id), from_day=cast.TODAY,
            until_day=date(2025, 3, 11), moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    assert "You are off today." in ana.get(acme.path("today/")).content.decode()


def test_the_part_follows_the_topics_of_its_lines(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    ana = signed_in("ana")
    part = read(ana.get(acme.path("today/"), headers=REFRESH))
    section = part.elements[0]
    topics = section.attributes["data-live-topic"].split()
    versions = dict(zip(topics, section.attributes["data-live-version"].split(), strict=True))

    assert section.attributes["id"] == "today"
    assert topics == ["targets", "working_time", f"metric:{acme.metrics['calls']}"]

    with scope.enter(acme.organization):
        operations.change_target(
            line, target=Decimal(5), is_primary=True, from_day=cast.TODAY, moment=day.NOON,
            actor=cast.ACTOR,
        )  # fmt: skip
    again = read(ana.get(acme.path("today/"), headers=REFRESH)).elements[0]
    assert int(again.attributes["data-live-version"].split()[0]) == int(versions["targets"]) + 1


def test_the_part_is_the_one_that_stands_in_the_page(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    ana = signed_in("ana")
    whole = ana.get(acme.path("today/")).content.decode()
    part = ana.get(acme.path("today/"), headers=REFRESH).content.decode()

    assert part.strip() in whole


def test_somebody_without_a_profile_learns_whom_to_ask(signed_in: SignedIn, acme: Office) -> None:
    page = read(signed_in("ana").get(acme.path("today/")))

    assert "Ask your manager or an administrator to give you one" in page.one(of="empty-text").text
    assert page.one(of="empty").text.count("Set targets") == 0


def test_somebody_without_targets_learns_whom_to_ask(signed_in: SignedIn, acme: Office) -> None:
    with scope.enter(acme.organization):
        goals.give(acme.members["ana"], "North", "Alpha", profile="AE")
    page = read(signed_in("ana").get(acme.path("today/")))

    assert page.one(of="empty-text").text.startswith("Nobody has set targets for AE yet.")


@pytest.mark.parametrize(("name", "way"), [("adi", "targets"), ("reza", "team"), ("eka", "team")])
def test_leaders_without_lines_are_shown_the_way_on(
    signed_in: SignedIn, acme: Office, line: str, name: str, way: str
) -> None:
    page = read(signed_in(name).get(acme.path("today/")))
    links = page.find("a", of="button", data_variant="primary")

    assert acme.path(f"today/{way}/") in [link.attributes["href"] for link in links]


@pytest.mark.parametrize("count", [1, 3])
def test_the_live_part_costs_the_same_for_any_number_of_lines(
    signed_in: SignedIn,
    acme: Office,
    line: str,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    with scope.enter(acme.organization):
        for metric in ("emails", "connected_calls")[: count - 1]:
            goals.target(metric, "day", "5")
    ana = signed_in("ana")
    with django_assert_num_queries(QUERIES):
        page = read(ana.get(acme.path("today/"), headers=REFRESH))
    assert len(page.find("li", of="today-line")) == count


def test_an_organization_that_is_not_ones_own_is_not_there(
    signed_in: SignedIn, acme: Office, globex: Office
) -> None:
    assert Client().get(acme.path("today/")).status_code == 302
    assert signed_in("ana").get(globex.path("today/")).status_code == 404


def test_a_month_s_goal_says_what_it_is_part_of(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    with scope.enter(acme.organization):
        goals.target("revenue_won", "month", "200")
        goals.of_team("North", "revenue_won", "month", "500")
        goals.company("revenue_won", "quarter", "1000")
    page = read(signed_in("ana").get(acme.path("today/")))

    assert page.texts("chain-name") == ["Revenue won This month"]
    assert page.texts("chain-link") == [
        "Mine On track $120 of $200",
        "North On track $270 of $500",
        "Company This quarter At risk $307 of $1,000",
    ]
