"""The records behind a number: in the drawer, and as a page of its own."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.web.reading import read

DRAWER = {"HX-Request": "true", "HX-Request-Type": "partial"}


def opened(client: Client, acme: Office, holder: str, **query: str) -> Any:
    asked = {"holder": holder} | query
    return client.get(acme.path("leaderboards/records/"), asked).context["evidence"]


def test_a_persons_number_opens_to_its_records_newest_first(admin: Client, acme: Office) -> None:
    found = opened(admin, acme, acme.members["ana"].public_id)

    assert (found.holder_name, found.total, found.record_count) == ("Ana", 120, 2)
    assert [(row.external_id, row.value) for row in found.rows] == [("2", 50), ("1", 70)]


@pytest.mark.parametrize(
    ("by", "team", "total", "records"),
    [
        ("team", "Alpha", 210, ["1", "2", "3"]),
        ("branch", "North", 270, ["1", "2", "3", "4"]),
        ("branch", "South", 30, ["5"]),
    ],
)
def test_a_teams_number_opens_to_the_records_of_its_people(
    admin: Client, acme: Office, by: str, team: str, total: int, records: list[str]
) -> None:
    found = opened(admin, acme, acme.teams[team].public_id, by=by)

    assert (found.holder_name, found.total) == (team, total)
    assert sorted(row.external_id for row in found.rows) == records
    assert sum(row.value for row in found.rows) == found.total


def test_what_was_earned_in_the_scope_itself_opens_without_what_is_below(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("own", owner="reza", amount="11"))
    north = acme.teams["North"].public_id

    found = opened(admin, acme, north, by="branch", scope=north)

    assert (found.total, [row.external_id for row in found.rows]) == (11, ["own"])


def test_a_scoped_number_opens_only_to_what_was_earned_there(admin: Client, acme: Office) -> None:
    from juara.people import operations as people

    with scope.enter(acme.organization):
        people.place(
            acme.members["ana"], team=acme.teams["Gamma"], from_day=cast.TODAY,
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
        cast.deliver(cast.deal("8", owner="ana", amount="1", dates={"closed": cast.TODAY}))
    ana, south = acme.members["ana"].public_id, acme.teams["South"].public_id

    here = opened(admin, acme, ana, scope=south)
    everywhere = opened(admin, acme, ana)

    assert (here.total, sorted(row.external_id for row in here.rows)) == (51, ["2", "8"])
    assert (everywhere.total, everywhere.record_count) == (121, 3)


def test_unassigned_opens_for_who_opens_everything(admin: Client, acme: Office) -> None:
    found = opened(admin, acme, "unassigned")

    assert (found.holder_name, found.total) == ("Unassigned", Decimal("7.25"))
    assert [(row.external_id, row.owner_key) for row in found.rows] == [("6", "ghost")]


def test_a_ratio_opens_to_what_it_is_out_of_and_marks_what_counts(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("lost", owner="ana", amount="1", texts={"status": "lost"}))

    found = opened(admin, acme, acme.members["ana"].public_id, metric="win_rate")

    assert round(found.total, 4) == Decimal("0.6667")
    assert {row.external_id: row.is_hit for row in found.rows} == {
        "1": True, "2": True, "lost": False,
    }  # fmt: skip


def test_the_past_opens_to_the_past(
    admin: Client, acme: Office, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(cast.at("2025-03-10T10:00"), tick=False)
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("1", owner="ana", amount="9"), moment=cast.at("2025-03-10T09:30"))
    ana = acme.members["ana"].public_id

    then = opened(admin, acme, ana, as_of="2025-03-10T09:29")
    now = opened(admin, acme, ana)

    assert (then.total, now.total) == (120, 59)
    assert sum(row.value for row in then.rows) == 120


def test_the_drawer_gets_only_its_content(admin: Client, acme: Office) -> None:
    query = {"holder": acme.members["ana"].public_id}
    drawer = read(admin.get(acme.path("leaderboards/records/"), query, headers=DRAWER))

    assert drawer.elements[0].attributes["class"] == "evidence"
    assert (drawer.find("html"), drawer.find("h1")) == ([], [])
    assert drawer.one("h2").text == "Ana"


def test_the_page_stands_alone_and_leads_back_to_the_same_board(
    admin: Client, acme: Office
) -> None:
    query = {"holder": acme.members["ana"].public_id, "period": "2025-W10"}
    page = read(admin.get(acme.path("leaderboards/records/"), query))

    assert (page.one("h1").text, page.one(of="evidence-total").text) == ("Ana", "$70")
    assert page.one(of="evidence-count").text == "1 record makes this number"
    back = page.one("p", of="back")
    assert back.text == "Back to the board"
    links = [link.attributes["href"] for link in page.find("a")]
    assert any(link.startswith("/o/acme/leaderboards/?") and "2025-W10" in link for link in links)


def test_a_record_shows_its_name_moment_id_and_the_way_to_the_crm(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(
            cast.call(
                "c-9", owner="dewi", when=datetime(2025, 3, 8, 13, 5, tzinfo=UTC),
                texts={"name": "<b>Call</b> Acme", "url": "https://crm.example/c-9"},
            )
        )  # fmt: skip
    page = read(
        admin.get(
            acme.path("leaderboards/records/"),
            {"holder": acme.members["dewi"].public_id, "metric": "calls"},
        )
    )

    link = next(each for each in page.find("a") if "crm.example" in each.attributes["href"])
    assert link.text == "Open <b>Call</b> Acme in the CRM"
    record = next(each for each in page.find("a") if each.text == "<b>Call</b> Acme")
    assert admin.get(record.attributes["href"]).context["record"].name == "<b>Call</b> Acme"
    assert link.attributes["rel"] == "noopener noreferrer"
    assert page.one("time", datetime="2025-03-08T13:05:00+00:00").text == "Mar 8, 2025, 1:05 PM"
    assert page.one(of="record-id").text == "c-9"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_a_record_never_links_to_anything_but_a_web_address(
    admin: Client, acme: Office, address: str
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("evil", owner="dewi", amount="1", texts={"url": address}))

    response = admin.get(
        acme.path("leaderboards/records/"), {"holder": acme.members["dewi"].public_id}
    )

    hrefs = [link.attributes.get("href", "") for link in read(response).find("a")]
    assert [row.external_id for row in response.context["evidence"].rows] == ["5", "evil"]
    assert address not in hrefs


@pytest.mark.parametrize(
    ("page", "shown", "previous", "following"),
    [("1", 50, False, True), ("2", 4, True, False), ("99", 4, True, False)],
)
def test_many_records_come_in_pages_of_fifty(
    admin: Client, acme: Office, page: str, shown: int, previous: Any, following: Any
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(*(cast.deal(f"m{n}", owner="dewi", amount="1") for n in range(53)))

    response = admin.get(
        acme.path("leaderboards/records/"),
        {"holder": acme.members["dewi"].public_id, "page": page},
    )

    found, urls = response.context["evidence"], response.context["urls"]
    assert (found.record_count, found.page_count, len(found.rows)) == (54, 2, shown)
    assert (bool(urls["previous"]), bool(urls["next"])) == (previous, following)
    assert found.total == 83
