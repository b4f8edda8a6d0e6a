"""A scorecard on its page."""

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from juara.scorecards.types import Mode
from juara.tenancy import scope
from tests.goals import cast as goals
from tests.scorecards import cast as scorecards
from tests.web import day
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

REFRESH = {"HX-Request": "true", "HX-Request-Type": "partial"}
# Of the part that refreshes by itself.
QUERIES = 51


@pytest.fixture(autouse=True)
def noon(hour: None, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(day.NOON, tick=False)


@pytest.fixture
def office(acme: Office) -> Office:
    """Twenty calls a day are asked for; Ana has made 12, Budi 9, Citra 2, Dewi none."""
    day.begun(acme)
    return acme


def _page(signed_in: SignedIn, office: Office, who: str, rest: str = "?period=today") -> Document:
    return read(signed_in(who).get(office.path(f"scorecard/{rest}")))


def _of(office: Office, name: str) -> str:
    return f"{office.members[name].public_id}/?period=today"


def test_a_line_says_where_one_stands_and_what_it_brings(
    signed_in: SignedIn, office: Office
) -> None:
    page = _page(signed_in, office, "ana")

    assert page.one("h1").text == "My scorecard"
    line = page.one("li", of="score-line")
    assert line.attributes["data-state"] == "on_track"
    assert line.text == (
        "Calls Day 12 : the records behind it of 20 On track 8 to go 10 expected by now"
        " Attainment 60% Weight 100 Points 60"
    )


def test_equal_weights_are_said_openly_and_the_sum_is_shown(
    signed_in: SignedIn, office: Office
) -> None:
    page = _page(signed_in, office, "ana")

    assert page.texts("score-remark") == [
        "Nobody has set weights, so every line with a target counts the same."
    ]
    assert page.texts("score-step") == ["Calls · Day On track 12 ÷ 20 = 60% 60% × 100 = 60"]
    assert page.one(of="score-total").text == "Score 60"


def test_set_weights_count_and_a_cap_is_told(signed_in: SignedIn, office: Office) -> None:
    with scope.enter(office.organization):
        goals.target("revenue_won", "month", "50")
        scorecards.scorecard("calls day 80", "revenue_won month 20")
    page = _page(signed_in, office, "ana", "?period=this-month")

    # 120 of 50 is 240 %, and no line earns more than 200 % of its weight.
    assert page.texts("score-step")[1] == (
        "Revenue won · Month Done $120 ÷ $50 = 240% capped at 200% 200% × 20 = 40"
    )
    assert page.texts("score-remark") == []


def test_what_cannot_be_scored_is_left_out_and_the_scaling_is_said(
    signed_in: SignedIn, office: Office
) -> None:
    with scope.enter(office.organization):
        scorecards.scorecard("calls day 80", "emails day 20")
    page = _page(signed_in, office, "ana")

    assert page.texts("score-step") == [
        "Calls · Day On track 12 ÷ 20 = 60% weight 80, scaled to 100 60% × 100 = 60",
        "E-mails · Day No target there is no target not scored",
    ]
    assert page.texts("score-remark") == [
        "Lines that cannot be scored are left out: weights of 80 were scaled to 100."
    ]


def test_ranks_are_told_as_ranks(signed_in: SignedIn, office: Office) -> None:
    with scope.enter(office.organization):
        scorecards.scorecard("calls day 100", mode=Mode.RANK_POINTS)
    page = _page(signed_in, office, "budi")

    assert page.texts("score-step") == [
        "Calls · Day Behind 9 ÷ 20 = 45% rank 2 of 4 2 × 100 ÷ 100 = 2"
    ]
    assert page.find(of="gauge") == []


def test_a_score_stands_beside_the_team_s_where_enough_people_have_one(
    signed_in: SignedIn, office: Office
) -> None:
    assert page_facts(_page(signed_in, office, "ana")) == ["Target 100 everything on target"]
    with scope.enter(office.organization):
        for name in ("citra", "dewi"):
            goals.give(office.members[name], "North", "Alpha", profile="SDR")

    # 60, 45, 10 and 0.
    assert page_facts(_page(signed_in, office, "ana"))[0] == ("Median of the team 27.5 of 4 people")


def page_facts(page: Document) -> list[str]:
    return [each for each in page.texts("score-fact") if not each.startswith("The period before")]


def test_a_number_opens_its_records_of_the_period_that_is_shown(
    signed_in: SignedIn, office: Office
) -> None:
    ana = signed_in("ana")
    opened = read(ana.get(office.path("scorecard/"))).find("a", of="open-value")[0]
    records = read(ana.get(opened.attributes["href"]))

    assert opened.attributes["hx-target"] == "#drawer-body"
    assert records.one(of="evidence-total").text == "13"


def test_secondary_lines_are_folded_for_oneself_and_open_for_a_manager(
    signed_in: SignedIn, office: Office
) -> None:
    with scope.enter(office.organization):
        goals.target("emails", "day", "5", is_primary=False)
    own = _page(signed_in, office, "ana").one("details", of="score-more")
    managers = _page(signed_in, office, "mira", _of(office, "ana")).one("details", of="score-more")

    assert own.text.startswith("Secondary lines (1) E-mails")
    assert "open" not in own.attributes
    assert "open" in managers.attributes


def test_only_who_may_open_a_person_sees_their_scorecard(
    signed_in: SignedIn, office: Office
) -> None:
    address = office.path(f"scorecard/{_of(office, 'ana')}")
    past = office.path(f"scorecard/past/?holder={office.members['ana'].public_id}")

    assert _page(signed_in, office, "mira", _of(office, "ana")).one("h1").text == "Ana"
    assert [signed_in("budi").get(each).status_code for each in (address, past)] == [403, 403]
    assert signed_in("ana").get(office.path("scorecard/company/")).status_code == 403


def test_the_company_adds_its_people_up(signed_in: SignedIn, office: Office) -> None:
    with scope.enter(office.organization):
        goals.company("calls", "day", None)
    page = _page(signed_in, office, "eka", "company/?period=today")

    assert page.texts("score-step") == ["Calls · Day At risk 23 ÷ 80 = 28.8% 28.8% × 100 = 28.75"]
    opened = page.one("a", of="open-value").attributes["href"]
    assert read(signed_in("eka").get(opened)).one(of="evidence-total").text == "23"


def test_a_team_is_shown_to_who_leads_it(signed_in: SignedIn, office: Office) -> None:
    with scope.enter(office.organization):
        goals.of_team("Alpha", "calls", "day", "50")
    address = f"teams/{office.teams['Alpha'].public_id}/?period=today"
    page = _page(signed_in, office, "mira", address)
    opened = page.one("a", of="open-value").attributes["href"]

    assert page.one("h1").text == "Alpha"
    assert page.texts("score-step") == ["Calls · Day Behind 21 ÷ 50 = 42% 42% × 100 = 42"]
    assert read(signed_in("mira").get(opened)).one(of="evidence-total").text == "21"
    assert signed_in("ana").get(office.path(f"scorecard/{address}")).status_code == 403


def test_the_past_is_as_it_was_known(signed_in: SignedIn, office: Office) -> None:
    # The calls arrived at eleven.
    page = _page(signed_in, office, "ana", "?period=today&as_of=2025-03-10T10:30")

    assert page.one("strong", data_roll=_roll(page)).text == "0"
    assert "data-live-topic" not in page.one("section", of="scorecard").attributes


def _roll(page: Document) -> str:
    return page.one("li", of="score-line").attributes["data-key"]


def test_how_it_went_is_a_chart_with_its_numbers(signed_in: SignedIn, office: Office) -> None:
    part = read(signed_in("ana").get(office.path("scorecard/past/?period=today"), headers=REFRESH))
    rows = [each.text for each in part.find("tr")]

    assert rows[0] == "Period Score Everything on target"
    assert rows[-1].startswith("Mon, Mar 10, 2025 60")
    assert len(rows) == 7


def test_it_can_be_taken_away_as_a_file(signed_in: SignedIn, office: Office) -> None:
    answer = signed_in("ana").get(office.path("scorecard/?period=today&export=csv"))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]

    assert lines[-1].startswith("Calls,Day,12,20,10,0.6,On track,100,100,0.6,60")


def test_without_targets_the_page_says_what_will_be_there(
    signed_in: SignedIn, acme: Office
) -> None:
    assert "Your score will stand here" in _page(signed_in, acme, "ana").one("main").text
    assert "A scorecard begins with targets" in _page(signed_in, acme, "adi").one("main").text


def test_a_period_that_cannot_be_read_is_this_month(signed_in: SignedIn, office: Office) -> None:
    for asked in ("never", "2999", "custom"):
        page = _page(signed_in, office, "ana", f"?period={asked}")
        assert page.one(of="lead").text == "March 2025 · SDR · Alpha"


def test_lines_cost_no_queries(
    signed_in: SignedIn, office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ana, part = signed_in("ana"), office.path("scorecard/")
    ana.get(part)
    with django_assert_num_queries(QUERIES):
        assert ana.get(part, headers=REFRESH).status_code == 200
    with scope.enter(office.organization):
        for number, metric in enumerate(("emails", "deals_won", "revenue_won")):
            goals.target(metric, "day", str(Decimal(number + 1)))
    with django_assert_num_queries(QUERIES):
        found = read(ana.get(part, headers=REFRESH))

    assert len(found.find("li", of="score-line")) == 4
