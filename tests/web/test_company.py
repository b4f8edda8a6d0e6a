"""The company's goals: the tree of teams, who may look, and what is told of each."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from juara.tenancy import scope
from tests.goals import cast as goals
from tests.web import day, office
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

# Of the part that refreshes by itself, without forecasts.
QUERIES = 26
TREND_QUERIES = 34

REFRESH = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def noon(hour: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(day.NOON, tick=False)


@pytest.fixture
def line(acme: Office) -> str:
    return day.begun(acme)


def company(client: Client, acme: Office, **query: str) -> Document:
    return read(client.get(acme.path("company/"), {"period": "today", **query}))


def test_the_tree_tells_the_company_and_the_regions_below(
    admin: Client, acme: Office, line: str
) -> None:
    with scope.enter(acme.organization):
        goals.company("calls", "day", "100")
    page = company(admin, acme)

    assert page.texts("goal-owner") == ["Company", "South", "North"]
    assert page.texts("goal-title") == [
        "Calls · target of its own",
        "Calls · the target of 1 person",
        "Calls · the sum of 3 people's targets",
    ]
    assert page.texts("goal-value") == ["23 of 100", "0 of 20", "23 of 60"]
    assert page.texts("goal-gap") == ["Members' targets add up to 80, 20 less"]


def test_without_a_goal_of_its_own_what_people_are_asked_for_stands_in(
    admin: Client, acme: Office, line: str
) -> None:
    page = company(admin, acme)

    assert page.texts("goal-value")[0] == "23 of 80"
    assert page.texts("goal-title")[0] == "Calls · the sum of 4 people's targets"


def test_a_level_leads_down_to_its_people_and_up_again(
    admin: Client, acme: Office, line: str
) -> None:
    page = company(admin, acme)
    north = next(each for each in page.find("a") if each.text == "North")
    region = read(admin.get(north.attributes["href"]))
    assert region.texts("goal-owner") == ["North", "Beta", "Alpha"]

    alpha = next(each for each in region.find("a") if each.text == "Alpha")
    team = read(admin.get(alpha.attributes["href"]))
    assert team.texts("goal-owner") == ["Alpha"]
    assert [each.text for each in team.find("span", of="company-person")] == ["B Budi", "A Ana"]
    assert team.one("nav", of="company-way").text == "Company North Alpha"


def test_what_belongs_to_nobody_is_said(admin: Client, acme: Office, line: str) -> None:
    with scope.enter(acme.organization):
        goals.company("revenue_won", "month", "1000")
    page = company(admin, acme, period="this-month")
    card = next(each for each in page.find("li", of="company-goal") if "Revenue" in each.text)

    # 7.25 of an owner nobody knows.
    assert "of it belongs to nobody yet" in card.text


def test_managers_look_at_their_teams_and_those_above(
    signed_in: SignedIn, acme: Office, globex: Office, line: str
) -> None:
    mira = signed_in("mira")
    page = company(mira, acme)
    assert page.texts("goal-owner") == ["Company", "North"]

    refused = {"team": acme.teams["Gamma"].public_id}
    assert mira.get(acme.path("company/"), refused).status_code == 403
    assert mira.get(acme.path("company/trend/"), refused | {"metric": "calls"}).status_code == 403
    theirs = {"team": globex.teams["Alpha"].public_id}
    assert mira.get(acme.path("company/"), theirs).status_code == 404


def test_a_manager_sees_no_people_of_others(signed_in: SignedIn, acme: Office, line: str) -> None:
    page = company(signed_in("mira"), acme, team=acme.teams["North"].public_id)

    assert page.texts("goal-owner") == ["North", "Alpha"]
    assert "Citra" not in page.one("section", id="company").text


def test_a_rep_is_not_let_in(signed_in: SignedIn, acme: Office, line: str) -> None:
    answer = signed_in("ana").get(acme.path("company/"))

    assert answer.status_code == 403
    assert b"North" not in answer.content


def test_the_past_is_shown_as_it_was_known(admin: Client, acme: Office, line: str) -> None:
    # The calls were heard of at eleven.
    page = company(admin, acme, as_of="2025-03-10T10:30")

    assert page.texts("goal-value")[0] == "0 of 80"
    assert "data-live-topic" not in page.one("section", id="company").attributes


def test_nobody_with_goals_is_taught_how_to_begin(
    admin: Client, signed_in: SignedIn, acme: Office
) -> None:
    page = company(admin, acme)
    assert page.one(of="empty-title").text == "There is no goal for this period yet"
    assert page.find("a", of="button", href=acme.path("goals/"))

    other = company(signed_in("mira"), acme)
    assert other.find("a", of="button", href=acme.path("goals/")) == []


def test_the_numbers_come_as_a_file(admin: Client, acme: Office, line: str) -> None:
    answer = admin.get(acme.path("company/"), {"period": "today", "export": "csv"})
    rows = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    assert any(each.startswith("Company,Calls,23") for each in rows)
    assert any(each.startswith("North,Calls,23") for each in rows)


def test_the_trend_tells_the_last_twelve_periods(admin: Client, acme: Office, line: str) -> None:
    query = {"period": "today", "metric": acme.metrics["calls"]}
    page = read(admin.get(acme.path("company/trend/"), query))

    rows = [each.text for each in page.find("tr")][1:]
    assert len(rows) == 12
    assert rows[-1].endswith("23 80")


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_for_many_as_for_few(
    admin: Client,
    acme: Office,
    line: str,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    with scope.enter(acme.organization):
        office.crowd(count, "North", "Many")
        for metric in ("calls", "emails", "demos")[:count]:
            goals.of_team("North", metric, "day", "50")
    where = {"period": "today"}
    admin.get(acme.path("company/"), where, headers=REFRESH)
    with django_assert_num_queries(QUERIES):
        admin.get(acme.path("company/"), where, headers=REFRESH)
    trend = {"period": "today", "metric": acme.metrics["calls"]}
    with django_assert_num_queries(TREND_QUERIES):
        admin.get(acme.path("company/trend/"), trend)
