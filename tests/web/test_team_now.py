"""The team now, for those who lead one."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from juara.people.models import Assignment, JobProfile
from juara.tenancy import scope
from tests import cast
from tests.goals import cast as goals
from tests.web import day, office
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

# Of the part that refreshes by itself; the frame around it has its own.
QUERIES = 32

REFRESH = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def noon(hour: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(day.NOON, tick=False)


@pytest.fixture
def line(acme: Office) -> str:
    return day.begun(acme)


def team(client: Client, acme: Office, **query: str) -> Document:
    return read(client.get(acme.path("today/team/"), query))


def test_people_stand_by_who_needs_help_first(admin: Client, acme: Office, line: str) -> None:
    page = team(admin, acme)

    assert page.texts("heat-name") == ["Dewi", "Citra", "Budi", "Ana"]
    cells = page.find("td", of="heat-cell")
    assert [cell.attributes["data-state"] for cell in cells] == [
        "at_risk", "at_risk", "behind", "on_track"
    ]  # fmt: skip
    # Never colour alone.
    assert [cell.text for cell in cells] == [
        "At risk 0 of 20 / 20", "At risk 2 of 20 / 20", "Behind 9 of 20 / 20",
        "On track 12 of 20 / 20",
    ]  # fmt: skip


def test_the_summary_counts_people_and_columns(admin: Client, acme: Office, line: str) -> None:
    page = team(admin, acme)

    assert page.texts("team-count") == [
        "0 Done", "1 On track", "1 Behind", "2 At risk", "0 Not started"
    ]  # fmt: skip
    assert page.texts("heat-counts") == ["On track 1 Behind 1 At risk 2"]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("mira", ["Budi", "Ana"]),
        ("reza", ["Citra", "Budi", "Ana"]),
        ("eka", ["Dewi", "Citra", "Budi", "Ana"]),
    ],
)
def test_managers_see_their_own_people_and_executives_everybody(
    signed_in: SignedIn, acme: Office, line: str, name: str, seen: list[str]
) -> None:
    page = team(signed_in(name), acme)

    assert page.texts("heat-name") == seen
    told = set(page.texts("counted-name"))
    assert told <= set(seen)


def test_a_rep_is_not_let_in(signed_in: SignedIn, acme: Office, line: str) -> None:
    answer = signed_in("ana").get(acme.path("today/team/"))

    assert answer.status_code == 403
    assert b"Budi" not in answer.content


def test_a_team_can_be_chosen_among_those_one_leads(
    signed_in: SignedIn, acme: Office, globex: Office, line: str
) -> None:
    reza = signed_in("reza")

    assert team(reza, acme, team=acme.teams["Beta"].public_id).texts("heat-name") == ["Citra"]
    others = {"team": acme.teams["Gamma"].public_id}
    assert reza.get(acme.path("today/team/"), others).status_code == 403
    theirs = {"team": globex.teams["Alpha"].public_id}
    assert reza.get(acme.path("today/team/"), theirs).status_code == 404


def test_a_cell_opens_its_records(signed_in: SignedIn, acme: Office, line: str) -> None:
    mira = signed_in("mira")
    links = team(mira, acme).find("a", of="open-value")
    records = read(mira.get(links[0].attributes["href"]))

    assert len(links) == 2
    assert records.one(of="evidence-name").text == "Budi"
    assert records.one(of="evidence-total").text == "9"


def test_the_week_multiplies_the_target_of_a_day(admin: Client, acme: Office, line: str) -> None:
    page = team(admin, acme, period="this-week")

    # Half a day of five asks for ten; Ana has twelve, Budi nine.
    assert [cell.text for cell in page.find("td", of="heat-cell")][2:] == [
        "Behind 9 of 100 / 100", "On track 12 of 100 / 100"
    ]  # fmt: skip


def test_without_a_choice_the_shortest_period_with_targets_is_shown(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        goals.give(acme.members["ana"], "North", "Alpha", profile="AE")
        goals.target("deals_won", "month", "4", profile="AE")
    page = team(admin, acme)

    assert "selected" in page.one("option", value="this-month").attributes
    assert page.texts("heat-name") == ["Ana"]
    assert team(admin, acme, period="today").texts("heat-name") == []


def test_the_goals_of_the_team_stand_above_its_people(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    with scope.enter(acme.organization):
        goals.of_team("Alpha", "calls", "day", "50")
    page = team(signed_in("mira"), acme)

    # Two people with twenty each are asked for forty; half of the day is over.
    row = page.one("li", of="line").text
    assert row.startswith("Calls Members' targets add up to 40, 10 less 21 of 50")
    assert "29 to go" in row


def test_a_period_that_is_over_is_looked_back_at(
    signed_in: SignedIn, acme: Office, line: str
) -> None:
    page = team(signed_in("mira"), acme, period="last-week")

    assert page.texts("heat-value") == ["0", "1"]
    assert "selected" in page.one("option", value="last-week").attributes


def test_people_without_a_target_are_listed_apart(admin: Client, acme: Office, line: str) -> None:
    assert [each.text for each in team(admin, acme).find("li", of="quiet-item")] == ["Z Zul"]


def test_the_past_is_shown_as_it_was_known(admin: Client, acme: Office, line: str) -> None:
    page = team(admin, acme, as_of="2025-03-10T10:30")

    assert page.texts("heat-value") == ["0", "0", "0", "0"]
    assert "data-live-topic" not in page.one("section", id="team-now").attributes


def test_what_just_happened_is_told_with_whom_and_when(
    admin: Client, acme: Office, line: str
) -> None:
    page = team(admin, acme)

    assert page.texts("counted-name")[0] == "Ana"
    assert page.texts("counted-note")[0] == "Calls · Call 11 · 4 hours ago"


def test_the_part_is_the_one_that_stands_in_the_page(
    admin: Client, acme: Office, line: str
) -> None:
    whole = admin.get(acme.path("today/team/")).content.decode()
    part = admin.get(acme.path("today/team/"), headers=REFRESH).content.decode()

    assert part.strip() in whole
    assert read(admin.get(acme.path("today/team/"), headers=REFRESH)).elements[0].tag == "section"


def test_nobody_with_targets_is_taught_how_to_begin(
    admin: Client, signed_in: SignedIn, acme: Office
) -> None:
    page = team(admin, acme)
    assert page.one(of="empty-title").text == "Nobody here has a target for this yet"
    assert page.find("a", of="button", href=acme.path("today/targets/"))

    other = team(signed_in("mira"), acme)
    assert other.find("a", of="button", href=acme.path("today/targets/")) == []
    assert "Ask an administrator to set them." in other.one(of="empty-actions").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_live_part_costs_the_same_for_any_number_of_people(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    day.begun(acme, names=["ana", "budi", "citra"][:count])
    admin.get(acme.path("today/team/"))
    with django_assert_num_queries(QUERIES):
        page = read(admin.get(acme.path("today/team/"), headers=REFRESH))
    assert len(page.texts("heat-name")) == count


def test_three_hundred_people_come_in_pages_of_fifty(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with scope.enter(acme.organization):
        office.crowd(300, "West")
        goals.target("calls", "day", "20")
        Assignment.objects.filter(team=cast.team("West")).update(profile=JobProfile.objects.get())
    with django_assert_num_queries(QUERIES):
        page = read(admin.get(acme.path("today/team/"), headers=REFRESH))

    assert len(page.texts("heat-name")) == 50
    assert page.one(of="pagination-here").text == "Page 1 of 6"
    last = team(admin, acme, page="6")
    assert last.texts("heat-name")[-1] == "Rep 299"
    assert team(admin, acme, page="99").texts("heat-name") == last.texts("heat-name")
