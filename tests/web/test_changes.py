"""The pages that explain a number: why it changed, what of it is nobody's, and the ways there."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from juara.people import operations as people
from juara.tenancy import scope
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

MORNING, NOON = cast.at("2025-03-11T08:00"), cast.at("2025-03-11T12:00")


@pytest.fixture
def later(time_machine: TimeMachineFixture, acme: Office) -> Office:
    """Next day at noon: in the morning a deal was corrected, one re-assigned, one came."""
    time_machine.move_to(NOON, tick=False)
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("1", owner="ana", amount="41.50"),
            cast.deal("3", owner="ana", amount="90", dates={"closed": date(2025, 3, 4)}),
            cast.deal("8", owner="ana", amount="7", dates={"closed": date(2025, 3, 11)}),
            moment=MORNING,
        )
    return acme


def asked(client: Client, office: Office, holder: str, **query: str) -> Any:
    key = office.members[holder].public_id if holder in office.members else holder
    return client.get(office.path("records/changes/"), {"holder": key} | query)


def lines(response: Any) -> list[tuple[str, str, str]]:
    return [(e.external_id, e.change, "; ".join(e.causes)) for e in response.context["lines"]]


def test_since_yesterday_a_number_is_told_record_by_record(admin: Client, later: Office) -> None:
    response = asked(admin, later, "ana", metric="revenue_won")

    assert lines(response) == [
        ("3", "+$90", "Re-assigned: Budi → Ana"),
        ("1", "-$28.50", "Changed: amount: 70 → 41.50"),
        ("8", "+$7", "New record"),
    ]
    page = read(response)
    assert [each.text for each in page.find("p", of="change-value")] == [
        "$120",
        "$189 : the records behind it",
    ]
    assert page.one("p", of="change-whole").text == (
        "+$69 from 3 records. The lines add up to exactly this."
    )


def test_between_two_moments_of_ones_own(admin: Client, later: Office) -> None:
    response = asked(
        admin, later, "ana", metric="revenue_won", since="2025-03-11T09:00",
        as_of="2025-03-11T11:00",
    )  # fmt: skip

    assert lines(response) == []
    assert "It is what it was" in read(response).one("main").text


def test_the_total_of_a_region_changes_by_what_came_and_went(admin: Client, later: Office) -> None:
    north = later.teams["North"].public_id

    response = asked(admin, later, north, metric="revenue_won", by="branch")

    assert [each[0] for each in lines(response)] == ["1", "8"]
    assert response.context["changed"].change == Decimal("-21.5")


@pytest.mark.parametrize(
    ("name", "holder", "status"),
    [
        ("ana", "ana", 200), ("ana", "budi", 403), ("ana", "total", 403), ("mira", "ana", 200),
        ("mira", "dewi", 403), ("mira", "unassigned", 403), ("eka", "total", 200),
        ("adi", "unassigned", 200), ("adi", "nobody", 404),
    ],
)  # fmt: skip
def test_whoever_may_open_a_numbers_records_may_ask_why_it_changed(
    signed_in: SignedIn, later: Office, name: str, holder: str, status: int
) -> None:
    assert asked(signed_in(name), later, holder, metric="revenue_won").status_code == status


def test_a_team_is_told_only_to_who_opens_all_its_people(
    signed_in: SignedIn, later: Office
) -> None:
    for name, team, status in (
        ("mira", "Alpha", 200),
        ("mira", "Beta", 403),
        ("ana", "Alpha", 403),
    ):
        key = later.teams[team].public_id
        answer = asked(signed_in(name), later, key, metric="revenue_won", by="team")
        assert (name, team, answer.status_code) == (name, team, status)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_record_as_for_three(
    admin: Client, later: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    holder = "budi" if count == 1 else "ana"
    asked(admin, later, holder, metric="revenue_won")
    with django_assert_num_queries(26):
        response = asked(admin, later, holder, metric="revenue_won")
    assert len(lines(response)) == count


def test_the_drawer_leads_to_why_and_each_record_to_its_page(admin: Client, later: Office) -> None:
    ana = later.members["ana"].public_id
    drawer = read(
        admin.get(
            later.path("leaderboards/records/"), {"holder": ana, "metric": "revenue_won"},
            headers={"HX-Request": "true"},
        )
    )  # fmt: skip

    links = [each.attributes["href"] for each in drawer.find("a")]
    assert any(each.startswith("/o/acme/records/changes/?") and ana in each for each in links)
    records = [each for each in links if each.startswith("/o/acme/records/") and "?" not in each]
    assert len(records) == 4
    assert all(admin.get(each).status_code == 200 for each in records)


def test_the_whole_of_a_board_opens_to_all_its_records(signed_in: SignedIn, later: Office) -> None:
    query = {"holder": "total", "metric": "revenue_won"}
    found = signed_in("eka").get(later.path("leaderboards/records/"), query).context["evidence"]

    assert (found.total, found.record_count) == (Decimal("285.75"), 7)
    assert sum(row.value for row in found.rows) == found.total
    mira = signed_in("mira")
    assert mira.get(later.path("leaderboards/records/"), query).status_code == 403
    alpha = {**query, "scope": later.teams["Alpha"].public_id}
    found = mira.get(later.path("leaderboards/records/"), alpha).context["evidence"]
    assert (found.total, found.record_count) == (Decimal("188.5"), 4)


def unassigned(client: Client, office: Office, **query: str) -> Any:
    return client.get(office.path("records/unassigned/"), {"metric": "revenue_won"} | query)


@pytest.fixture
def nobodys(acme: Office) -> Office:
    """Beside ghost's 7.25: a deal that names nobody, one of Zul's before Zul was there."""
    with scope.enter(acme.organization):
        people.end_assignment(
            acme.members["zul"], from_day=date(2025, 3, 5), moment=cast.NOW, actor=cast.ACTOR
        )
        cast.deliver(
            cast.deal("n", amount="3"),
            cast.deal("g", owner="ghost", amount="2"),
            cast.deal("z", owner="zul", amount="4", dates={"closed": date(2025, 3, 6)}),
        )
    return acme


def test_what_is_nobodys_is_told_by_reason_and_owner(admin: Client, nobodys: Office) -> None:
    response = unassigned(admin, nobodys)

    parts = [
        (each.part.total.reason, each.part.total.owner_key, each.value)
        for each in response.context["parts"]
    ]
    assert parts == [
        ("owner_unknown", "ghost", "$9"),
        ("owner_empty", "", "$3"),
        ("not_assigned", "zul", "$4"),
    ]
    assert response.context["found"].value == Decimal("16.25")
    board = admin.get(nobodys.path("leaderboards/"), {"metric": "revenue_won"}).context["board"]
    assert board.unassigned == Decimal("16.25")


def test_each_part_opens_to_exactly_its_records(admin: Client, nobodys: Office) -> None:
    shown = unassigned(admin, nobodys).context["parts"]

    for each in shown:
        found = admin.get(each.records_url).context["evidence"]
        assert sum(row.value for row in found.rows) == found.total == each.part.value
        assert {row.owner_key for row in found.rows} == {each.part.total.owner_key}


def test_matching_there_credits_the_past_and_comes_back(admin: Client, nobodys: Office) -> None:
    response = admin.post(
        nobodys.path("records/unassigned/match/"),
        {
            "metric": "revenue_won", "period": "2025-03", "source": "crm", "key": "ghost",
            "member": nobodys.members["dewi"].public_id,
        },
    )  # fmt: skip

    assert response.status_code == 302
    assert response["Location"].startswith("/o/acme/records/unassigned/?metric=")
    left = admin.get(response["Location"]).context["found"]
    assert left.value == 7
    dewi = next(
        row for row in admin.get(
            nobodys.path("leaderboards/"), {"metric": "revenue_won"}).context["board"].rows
        if row.name == "Dewi"
    )  # fmt: skip
    assert dewi.value == Decimal("39.25")


def test_who_had_no_place_leads_to_giving_one(admin: Client, nobodys: Office) -> None:
    zul = nobodys.members["zul"].public_id

    links = [each.attributes["href"] for each in read(unassigned(admin, nobodys)).find("a")]

    assert f"/o/acme/people/{zul}/transfer/" in links


@pytest.mark.parametrize(
    ("name", "status"), [("ana", 403), ("mira", 403), ("eka", 200), ("adi", 200)]
)
def test_what_is_nobodys_is_for_who_opens_everything_and_mended_by_admins(
    signed_in: SignedIn, nobodys: Office, name: str, status: int
) -> None:
    client = signed_in(name)
    assert unassigned(client, nobodys).status_code == status
    if name != "adi":
        given = {"source": "crm", "key": "ghost", "member": nobodys.members["ana"].public_id}
        assert client.post(nobodys.path("records/unassigned/match/"), given).status_code == 403
        found = unassigned(client, nobodys)
        assert status == 403 or "Match" not in [e.text for e in read(found).find("button")]


@pytest.mark.parametrize("period", ["2025-03-03", "2025-03"])
def test_it_costs_the_same_for_any_number_of_parts(
    admin: Client, nobodys: Office, django_assert_num_queries: DjangoAssertNumQueries, period: str
) -> None:
    unassigned(admin, nobodys)
    with django_assert_num_queries(14):
        assert unassigned(admin, nobodys, period=period).context["parts"]
