"""The leaderboard page: for every choice, the numbers in its context and the words on it."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from juara.leaderboards.types import Board
from juara.tenancy import scope
from tests import cast
from tests.web import office
from tests.web.office import Office
from tests.web.reading import read


def board(client: Client, acme: Office, **query: str) -> Board:
    shown: Board = client.get(acme.path("leaderboards/"), query).context["board"]
    return shown


def ranks(found: Board) -> list[tuple[Any, ...]]:
    return [(row.rank, row.name, row.value) for row in found.rows]


def test_it_opens_on_revenue_won_this_month(admin: Client, acme: Office) -> None:
    found = board(admin, acme)

    assert (found.metric.key, found.period.key, found.by) == ("revenue_won", "2025-03", "member")
    assert ranks(found) == [(1, "Ana", 120), (2, "Budi", 90), (3, "Citra", 60), (4, "Dewi", 30)]
    assert [row.movement for row in found.rows] == [1, -1, 0, 0]
    assert (found.company, found.unassigned) == (Decimal("307.25"), Decimal("7.25"))
    assert [row.name for row in found.without_data] == ["Zul"]


def test_the_page_says_what_the_board_holds(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path()))

    assert page.one("h1").text == "Revenue won"
    assert page.one("title").text == "Revenue won · Juara"
    assert page.texts("rank-number") == ["1", "2", "3", "4"]
    assert page.texts("who-name") == ["Ana", "Budi", "Citra", "Dewi"]
    assert page.texts("who-team") == ["Alpha", "Alpha", "Beta", "Gamma"]
    assert [text.split(" ")[0] for text in page.texts("rank-value")] == [
        "$120", "$90", "$60", "$30",
    ]  # fmt: skip
    assert page.texts("rank-gap") == ["", "$30 to the next", "$30 to the next", "$30 to the next"]
    assert page.one(of="total").text == "$307 : the records behind it"
    assert "$7" in page.one(of="unassigned").text
    assert page.texts("quiet-item") == ["Z Zul"]


def test_the_organizations_own_address_shows_the_leaderboard(admin: Client, acme: Office) -> None:
    assert ranks(admin.get(acme.path()).context["board"]) == ranks(board(admin, acme))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"metric": "calls"}, [(1, "Ana", 1)]),
        ({"metric": "deals_won"}, [(1, "Ana", 2), (2, "Budi", 1), (2, "Citra", 1), (2, "Dewi", 1)]),
        ({"metric": "average_deal_size"},
         [(1, "Budi", 90), (2, "Citra", 60), (2, "Ana", 60), (4, "Dewi", 30)]),
        ({"metric": "demos"}, []),
        ({"period": "today"}, [(1, "Ana", 50)]),
        ({"period": "yesterday"}, []),
        ({"period": "last-week"},
         [(1, "Budi", 90), (2, "Ana", 70), (3, "Citra", 60), (4, "Dewi", 30)]),
        ({"period": "this-quarter"},
         [(1, "Ana", 120), (2, "Budi", 90), (3, "Citra", 60), (4, "Dewi", 30)]),
        ({"period": "2025-03-04"}, [(1, "Budi", 90)]),
        ({"period": "2025-W11"}, [(1, "Ana", 50)]),
        ({"period": "2025"}, [(1, "Ana", 120), (2, "Budi", 90), (3, "Citra", 60), (4, "Dewi", 30)]),
        ({"period": "2024"}, []),
        ({"by": "team"}, [(1, "Alpha", 210), (2, "Beta", 60), (3, "Gamma", 30)]),
        ({"by": "branch"}, [(1, "North", 270), (2, "South", 30)]),
        ({"period": "custom", "from": "2025-03-04", "to": "2025-03-05"},
         [(1, "Budi", 90), (2, "Citra", 60)]),
        # The days the wrong way round are taken as they were meant.
        ({"period": "custom", "from": "2025-03-05", "to": "2025-03-04"},
         [(1, "Budi", 90), (2, "Citra", 60)]),
        # Half a range is no range: the page stays on the month.
        ({"period": "custom", "from": "2025-03-05"},
         [(1, "Ana", 120), (2, "Budi", 90), (3, "Citra", 60), (4, "Dewi", 30)]),
        ({"by": "nonsense", "period": "today"}, [(1, "Ana", 50)]),
        ({"as_of": "nonsense", "period": "today"}, [(1, "Ana", 50)]),
    ],
)  # fmt: skip
def test_each_choice_shows_its_own_numbers(
    admin: Client, acme: Office, query: dict[str, str], expected: list[Any]
) -> None:
    found = board(admin, acme, **query)

    assert ranks(found) == expected
    assert not found.is_past


@pytest.mark.parametrize(
    ("team", "expected", "total"),
    [
        ("North", [("Ana", 120), ("Budi", 90), ("Citra", 60)], 270),
        ("Alpha", [("Ana", 120), ("Budi", 90)], 210),
        ("Gamma", [("Dewi", 30)], 30),
    ],
)
def test_a_scope_shows_only_its_people_and_no_unassigned(
    admin: Client, acme: Office, team: str, expected: list[Any], total: int
) -> None:
    response = admin.get(acme.path("leaderboards/"), {"scope": acme.teams[team].public_id})
    found = response.context["board"]

    assert [(row.name, row.value) for row in found.rows] == expected
    assert (found.scope_name, found.company, found.unassigned) == (team, total, None)
    assert read(response).find(of="unassigned") == []


def test_a_metric_can_be_named_by_its_public_id(admin: Client, acme: Office) -> None:
    assert board(admin, acme, metric=acme.metrics["calls"]).metric.key == "calls"


def test_the_steps_keep_every_other_choice(admin: Client, acme: Office) -> None:
    chosen = {"metric": acme.metrics["calls"], "period": "2025-02", "by": "team"}
    urls = admin.get(acme.path("leaderboards/"), chosen).context["urls"]

    assert parse_qs(urlsplit(urls["previous"]).query) == {
        "metric": [acme.metrics["calls"]], "period": ["2025-01"], "by": ["team"],
    }  # fmt: skip
    assert parse_qs(urlsplit(urls["next"]).query)["period"] == ["2025-03"]


def test_there_is_no_step_into_the_future(admin: Client, acme: Office) -> None:
    assert admin.get(acme.path("leaderboards/")).context["urls"]["next"] == ""


def test_the_filters_show_what_is_chosen(admin: Client, acme: Office) -> None:
    page = read(
        admin.get(
            acme.path("leaderboards/"),
            {"metric": "calls", "period": "last-week", "by": "branch"},
        )
    )

    chosen = {element.text for element in page.find("option") if "selected" in element.attributes}
    assert {"Calls", "Last week", "Company"} <= chosen
    by = [each for each in page.find("input", name="by") if "checked" in each.attributes]
    assert [each.attributes["value"] for each in by] == ["branch"]


def test_a_board_of_the_past_shows_what_was_known_then(
    admin: Client, acme: Office, time_machine: TimeMachineFixture
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("3", owner="budi", amount="10", dates={"closed": cast.TODAY}),
            moment=cast.at("2025-03-10T10:00"),
        )
    time_machine.move_to(cast.at("2025-03-10T11:00"), tick=False)

    then = admin.get(acme.path("leaderboards/"), {"as_of": "2025-03-10T09:59"})
    now = admin.get(acme.path("leaderboards/"))

    assert ("Budi", 90) in [(row.name, row.value) for row in then.context["board"].rows]
    assert ("Budi", 10) in [(row.name, row.value) for row in now.context["board"].rows]
    assert then.context["board"].is_past
    # The past does not change under the reader.
    assert "data-live-topic" not in then.content.decode()
    assert "data-live-topic" in now.content.decode()
    assert then.context["as_of"].now_url == acme.path("leaderboards/")


def test_nothing_was_known_before_the_first_row(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/"), {"as_of": "2025-03-10T08:59"})

    assert ranks(response.context["board"]) == []
    assert "nothing was known yet" in response.content.decode()


def test_as_of_is_read_in_the_zone_of_the_organization(db: None) -> None:
    there = cast.organization("jakarta", zone="Asia/Jakarta")
    with scope.enter(there):
        ana = cast.member("Ana", "North", email="ana@example.com", role="admin")
        from juara.metrics import operations as metrics

        metrics.install_catalogue(moment=cast.at("2025-03-10T02:00"), actor=cast.ACTOR)
        cast.deliver(cast.deal("1", owner="ana", amount="5"), moment=cast.NOW)
        client = Client()
        client.force_login(office.seated(ana, "jakarta"))

    # Nine in the morning in UTC is four in the afternoon in Jakarta.
    before = client.get("/o/jakarta/leaderboards/", {"as_of": "2025-03-10T15:59"})
    after = client.get("/o/jakarta/leaderboards/", {"as_of": "2025-03-10T16:00"})

    assert ranks(before.context["board"]) == []
    assert ranks(after.context["board"]) == [(1, "Ana", 5)]


def test_who_is_looking_finds_their_own_place_marked(signed_in: Any, acme: Office) -> None:
    page = read(signed_in("budi").get(acme.path("leaderboards/")))

    mine = [
        row.attributes["id"]
        for row in page.find("li", of="rank-row")
        if "data-me" in row.attributes
    ]
    assert mine == [f"place-{acme.members['budi'].public_id}"]
    assert page.one(of="summary-mine").text == "You #2 $30 to the next place"


def test_ties_share_their_rank_and_say_so(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path("leaderboards/"), {"metric": "deals_won"}))

    assert page.texts("rank-number") == ["1", "2", "2", "2"]
    assert page.texts("rank-tied") == ["=", "=", "="]


def test_a_long_board_is_cut_but_never_without_who_is_looking(acme: Office) -> None:
    with scope.enter(acme.organization):
        crowd = office.crowd(201, "South", "Crowd")
        last = cast.member("Last", "South", "Crowd", email="last@example.com")
        cast.deliver(
            *(
                cast.deal(f"c{n}", owner=m.name.lower(), amount=str(1000 - n))
                for n, m in enumerate(crowd)
            ),
            cast.deal("last", owner="last", amount="1"),
        )
        client = Client()
        client.force_login(office.seated(last, "acme"))

    cut = client.get(acme.path("leaderboards/"))
    whole = client.get(acme.path("leaderboards/"), {"all": "1"})

    names = [row.name for row in cut.context["board"].rows]
    assert (len(names), names[0], names[-1]) == (201, "Rep 000", "Last")
    assert (len(whole.context["board"].rows), whole.context["urls"]["all"]) == (206, "")
    assert "Show 5 more" in cut.content.decode()
    # What is cut from sight still counts.
    assert cut.context["board"].company == whole.context["board"].company


def test_without_metrics_the_page_teaches_how_to_begin(db: None) -> None:
    empty = cast.organization("empty")
    with scope.enter(empty):
        adi = cast.member("Adi", role="admin", email="adi@example.com")
        client = Client()
        client.force_login(office.seated(adi, "empty"))

    response = client.get("/o/empty/")

    assert response.status_code == 200
    assert "juara import deals.csv" in response.content.decode()


def test_an_empty_board_leads_to_the_last_results(admin: Client, acme: Office) -> None:
    answer = admin.get(acme.path("leaderboards/"), {"metric": "revenue_won", "period": "2001-01"})
    newest = answer.context["newest"]

    assert newest.metric_name == ""
    led = admin.get(newest.url).context["board"]
    assert led.rows
    assert newest.period_name in answer.content.decode()


def test_an_empty_board_of_a_metric_without_results_leads_to_one_that_has_some(
    admin: Client, acme: Office
) -> None:
    newest = admin.get(acme.path("leaderboards/"), {"metric": "demos"}).context["newest"]

    assert newest.metric_name != ""
    assert admin.get(newest.url).context["board"].rows


def test_a_board_with_rows_leads_nowhere_else(admin: Client, acme: Office) -> None:
    assert admin.get(acme.path("leaderboards/")).context["newest"] is None
