"""Who stands on a board and who does not: scopes, ties over time, people without data."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from juara.connect import operations as connect
from juara.connect.types import RecordRow
from juara.core.errors import DomainError, NotFoundError
from juara.leaderboards import queries
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import Board
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.access import Viewer
from juara.people.models import Member, Team
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast

EARLY = date(2025, 3, 3)


@pytest.fixture(autouse=True)
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def march(day: int) -> date:
    return date(2025, 3, day)


def deal(
    external_id: str, owner: str, amount: str, when: date | datetime = EARLY, **texts: str
) -> RecordRow:
    return cast.deal(
        external_id, owner=owner, amount=amount, dates={"closed": when}, texts=dict(texts)
    )


def board(metric: str = "revenue_won", *, now: datetime = cast.NOW, **asked: Any) -> Board:
    return queries.board(Asked(metric, **{"period": "2025-03"} | asked), now=now)


def standing(found: Board) -> list[tuple[int | None, str, Decimal | None]]:
    return [(row.rank, row.name, row.value) for row in found.rows]


def names(found: Board) -> list[str]:
    return [row.name for row in found.rows]


def move(team: Team, under: Team, from_day: date) -> None:
    people.move_team(team, under=under, from_day=from_day, moment=cast.NOW, actor=cast.ACTOR)


# Ties.


def test_of_equal_values_the_one_whose_value_came_last_stands_last() -> None:
    for name in ("Ana", "Budi", "Citra"):
        cast.member(name, "North")
    cast.deliver(
        deal("a1", "ana", "50", march(4)), deal("a2", "ana", "50", march(7)),
        deal("b", "budi", "100", march(6)),
        deal("c", "citra", "100", march(5)),
    )  # fmt: skip

    assert [(row.rank, row.name) for row in board().rows] == [
        (1, "Citra"), (1, "Budi"), (1, "Ana"),
    ]  # fmt: skip


def test_a_value_that_was_lost_and_won_back_counts_from_the_return() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        deal("a1", "ana", "100", march(3)), deal("a2", "ana", "-40", march(6)),
        deal("a3", "ana", "40", march(8)), deal("b", "budi", "100", march(7)),
    )  # fmt: skip

    assert names(board()) == ["Budi", "Ana"]


def test_a_date_without_time_counts_as_the_end_of_its_day() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        deal("a", "ana", "100", march(5)),
        deal("b", "budi", "100", cast.at("2025-03-05T23:59")),
    )

    assert names(board()) == ["Budi", "Ana"]


def test_equal_values_reached_at_one_moment_stand_by_name() -> None:
    for name in ("citra", "Ana", "Budi"):
        cast.member(name, "North")
    cast.deliver(*(deal(name, name, "5") for name in ("citra", "ana", "budi")))

    assert names(board()) == ["Ana", "Budi", "citra"]


def test_tied_teams_stand_by_when_their_people_together_reached_it() -> None:
    cast.member("Ana", "North")
    cast.member("Aldo", "North")
    cast.member("Budi", "South")
    cast.deliver(
        deal("1", "ana", "60", march(3)), deal("2", "aldo", "40", march(7)),
        deal("3", "budi", "100", march(6)),
    )  # fmt: skip

    assert [(row.rank, row.name) for row in board(by="team").rows] == [(1, "South"), (1, "North")]


def test_tied_rates_stand_by_when_they_became_what_they_are() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        deal("a1", "ana", "1", march(3)), deal("a2", "ana", "1", march(4), status="lost"),
        deal("b1", "budi", "1", march(5), status="lost"), deal("b2", "budi", "1", march(7)),
    )  # fmt: skip

    assert standing(board("win_rate")) == [(1, "Ana", Decimal("0.5")), (1, "Budi", Decimal("0.5"))]


def test_where_lower_is_better_the_lowest_leads_and_gaps_are_positive() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        cast.deal("a", owner="ana", dates={"created": march(1), "closed": march(3)}),
        cast.deal("b", owner="budi", dates={"created": march(1), "closed": march(2)}),
    )

    rows = board("sales_cycle").rows

    assert [(row.rank, row.name, row.gap) for row in rows] == [
        (1, "Budi", None), (2, "Ana", Decimal(86_400)),
    ]  # fmt: skip


def test_a_value_of_zero_or_less_is_a_value() -> None:
    for name in ("Ana", "Budi", "Citra"):
        cast.member(name, "North")
    cast.deliver(deal("a", "ana", "0"), deal("b", "budi", "-5"))

    found = board()

    assert standing(found) == [(1, "Ana", Decimal(0)), (2, "Budi", Decimal(-5))]
    assert [row.name for row in found.without_data] == ["Citra"]
    assert [row.share for row in found.rows] == [0.0, 0.0]


# Movement.


def test_somebody_new_has_no_movement() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(deal("a", "ana", "5"), deal("b", "budi", "9", cast.TODAY))

    assert [(row.name, row.movement) for row in board().rows] == [("Budi", None), ("Ana", -1)]


@pytest.mark.parametrize("period", ["2025-02", "2025-03-10", "today", "2025-Q4"])
def test_a_period_that_is_over_or_has_just_begun_shows_no_movement(period: str) -> None:
    cast.member("Ana", "North")
    cast.deliver(
        deal("1", "ana", "5", date(2025, 2, 3)), deal("2", "ana", "5", cast.TODAY),
        deal("3", "ana", "5", date(2025, 11, 1)),
    )  # fmt: skip

    assert [row.movement for row in board(period=period).rows] == [None]


def test_the_day_before_is_the_organizations() -> None:
    """At 23:30 in UTC it is the next day in Jakarta: what counted today counts as yesterday's."""
    with scope.enter(cast.organization("jakarta", zone="Asia/Jakarta")):
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        cast.member("Ana", "North", zone="Asia/Jakarta")
        cast.member("Budi", "North", zone="Asia/Jakarta")
        cast.deliver(deal("a", "ana", "5", march(9)), deal("b", "budi", "9", march(10)))

        before = board(now=cast.at("2025-03-10T16:30")).rows
        after = board(now=cast.at("2025-03-10T17:30")).rows

    assert [(row.name, row.movement) for row in before] == [("Budi", None), ("Ana", -1)]
    assert [(row.name, row.movement) for row in after] == [("Budi", 0), ("Ana", 0)]


# Scope.


@pytest.fixture
def tree() -> None:
    """East with Alpha and Beta, and West; one person in each, two in East itself."""
    for name, *path in (
        ("Eve", "East"), ("Ana", "East", "Alpha"), ("Bea", "East", "Beta"), ("Wim", "West"),
        ("Root",),
    ):  # fmt: skip
        cast.member(name, *path)
    cast.deliver(
        deal("e", "eve", "1"), deal("a", "ana", "2"), deal("b", "bea", "4"), deal("w", "wim", "8"),
        deal("r", "root", "16"), deal("g", "ghost", "32"),
    )  # fmt: skip


def values(found: Board) -> dict[str, int]:
    return {row.name: int(row.value or 0) for row in found.rows}


def test_a_board_of_the_company_shows_everybody(tree: None) -> None:
    assert values(board()) == {"Eve": 1, "Ana": 2, "Bea": 4, "Wim": 8, "Root": 16}
    assert values(board(by="team")) == {
        "East": 1, "Alpha": 2, "Beta": 4, "West": 8, "Company": 16,
    }  # fmt: skip
    assert values(board(by="branch")) == {"East": 7, "West": 8, "Company": 16}


def test_a_board_of_a_team_shows_what_was_earned_in_it_and_below(tree: None) -> None:
    assert values(board(team="East")) == {"Eve": 1, "Ana": 2, "Bea": 4}
    assert values(board(team="East", by="team")) == {"East": 1, "Alpha": 2, "Beta": 4}
    assert values(board(team="East", by="branch")) == {"East": 1, "Alpha": 2, "Beta": 4}
    assert values(board(team="Alpha", by="branch")) == {"Alpha": 2}
    assert board(team="East").scope_name == "East"


def test_what_nobody_earned_belongs_to_the_company_only(tree: None) -> None:
    whole, part = board(), board(team="East")

    assert (whole.company, whole.unassigned) == (Decimal(63), Decimal(32))
    assert (part.company, part.unassigned) == (Decimal(7), None)
    assert (whole.freshness.unassigned_records, part.freshness.unassigned_records) == (1, 0)


def test_somebody_who_moved_stands_in_each_team_with_what_was_earned_there(tree: None) -> None:
    people.place(
        Member.objects.get(name="Ana"), team=cast.team("West"), from_day=march(5),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver(deal("a2", "ana", "100", march(6)))

    assert values(board())["Ana"] == 102
    assert values(board(team="East"))["Ana"] == 2
    assert values(board(team="West")) == {"Ana": 100, "Wim": 8}
    assert {row.name: row.team_name for row in board().rows}["Ana"] == "West"


def test_each_row_says_its_team_and_each_team_what_it_is_part_of(tree: None) -> None:
    assert {row.name: row.team_name for row in board().rows} == {
        "Eve": "East", "Ana": "Alpha", "Bea": "Beta", "Wim": "West", "Root": "Company",
    }  # fmt: skip
    assert {row.name: row.team_name for row in board(by="team").rows} == {
        "East": "Company", "Alpha": "East", "Beta": "East", "West": "Company", "Company": "",
    }  # fmt: skip


def test_a_moved_team_is_counted_under_each_parent_on_its_days(tree: None) -> None:
    cast.deliver(deal("a2", "ana", "100", march(6)))
    move(cast.team("East", "Alpha"), cast.team("West"), march(5))

    assert values(board(by="branch")) == {"East": 7, "West": 108, "Company": 16}
    assert values(board(team="West")) == {"Ana": 100, "Wim": 8}
    assert values(board(team="East", by="branch")) == {"East": 1, "Alpha": 2, "Beta": 4}
    assert values(board(team="East", period="2025-03-06")) == {}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"team": "Nowhere"}, "team.unknown"),
        ({"by": "planet"}, "board.by"),
        ({"period": "soon"}, "period.unreadable"),
        ({"metric": "nothing"}, "metric.unknown"),
        ({"role": "king"}, "board.role"),
    ],
)
def test_a_board_that_cannot_be_is_refused_in_words(
    tree: None, asked: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        board(**asked)
    assert refused.value.code == code


def test_a_board_without_a_company_is_not_found() -> None:
    with pytest.raises(NotFoundError) as refused:
        board()
    assert refused.value.code == "team.no_root"


# Who has nothing yet.


def test_only_reps_who_were_there_in_the_period_are_listed_without_data() -> None:
    cast.member("Zul", "North")
    cast.member("Joiner", "North", from_day=march(31))
    cast.member("later", "North", from_day=date(2025, 4, 1))
    cast.member("gone", "North", until_day=march(1))
    cast.member("Leaver", "North", until_day=march(2))
    cast.member("boss", "North", role="manager")
    cast.member("seller", "North")
    cast.deliver(deal("1", "seller", "1"))

    found = board()

    assert [row.name for row in found.without_data] == ["Joiner", "Leaver", "Zul"]
    assert {(row.rank, row.value, row.movement, row.can_open) for row in found.without_data} == {
        (None, None, None, False)
    }


def test_teams_and_branches_without_data_are_listed_too(tree: None) -> None:
    cast.member("Nil", "South")
    cast.member("Nul", "East", "Gamma")

    def empty(**asked: Any) -> list[str]:
        return [row.name for row in board(**asked).without_data]

    assert empty(by="team") == ["Gamma", "South"]
    assert empty(by="branch") == ["South"]
    assert empty(by="team", team="East") == ["Gamma"]
    assert empty(by="member", team="West") == []


def test_somebody_with_no_value_is_without_data_and_one_with_zero_is_not() -> None:
    for name in ("Ana", "Budi"):
        cast.member(name, "North")
    cast.deliver(deal("1", "ana", "1", status="lost"), deal("2", "budi", "1", status="open"))

    found = board("win_rate")

    assert standing(found) == [(1, "Ana", Decimal(0))]
    assert [row.name for row in found.without_data] == ["Budi"]


# What stands around the rows.


def test_a_board_says_its_metric_and_its_period() -> None:
    cast.member("Ana", "North")
    found = board()

    assert (found.metric.key, found.metric.unit, found.metric.currency) == (
        "revenue_won", "currency", "USD",
    )  # fmt: skip
    assert (found.period.key, found.period.previous_key, found.period.next_key) == (
        "2025-03", "2025-02", None,
    )  # fmt: skip
    assert board(period="2025-02").period.next_key == "2025-03"
    assert board(period="last-week").period.key == "2025-W10"
    assert board("calls").metric.currency == ""
    assert (found.is_past, board(as_of=cast.NOW).is_past) == (False, True)


def test_a_board_says_how_fresh_and_how_whole_it_is() -> None:
    cast.member("Ana", "North")
    cast.deliver(deal("1", "ana", "1"), deal("2", "ghost", "1"), deal("3", "ghost", "1", march(4)))
    connect.received(cast.source().id, moment=cast.at("2025-03-10T08:58"))

    fresh = board(now=cast.at("2025-03-10T09:00")).freshness

    assert (fresh.as_of, fresh.source_lag_seconds) == (cast.NOW, 120)
    assert (fresh.rows_waiting, fresh.unassigned_records) == (0, 2)


def test_a_board_before_anything_arrived_says_so() -> None:
    cast.team()
    fresh = board(as_of=cast.at("2020-01-01T00:00")).freshness

    assert (fresh.as_of, fresh.source_lag_seconds) == (None, None)


def test_a_topic_moves_when_a_boards_numbers_do() -> None:
    cast.member("Ana", "North")
    cast.deliver(deal("1", "ana", "1"))
    first = board()

    cast.deliver(cast.call("c", owner="ana", when=march(3)))
    assert board().topic_version == first.topic_version

    cast.deliver(deal("1", "ana", "2"))
    assert board().topic == first.topic == queries.topic_of("revenue_won")
    assert board().topic_version == first.topic_version + 1


# Who may open what.


def viewer(name: str, *opens: str) -> Viewer:
    every = {each.name: each for each in people_queries.members().values()}
    return Viewer(member=every[name], opens=frozenset(every[each].id for each in opens))


def opened(found: Viewer, **asked: Any) -> dict[str, bool]:
    shown = queries.board(Asked("revenue_won", "2025-03", **asked), now=cast.NOW, viewer=found)
    return {row.name: row.can_open for row in shown.rows}


def test_a_row_can_be_opened_by_who_may_open_all_behind_it(tree: None) -> None:
    eve = viewer("Eve", "Eve", "Ana", "Bea")

    assert opened(eve) == {"Eve": True, "Ana": True, "Bea": True, "Wim": False, "Root": False}
    assert opened(eve, by="team") == {
        "East": True, "Alpha": True, "Beta": True, "West": False, "Company": False,
    }  # fmt: skip
    assert opened(eve, by="branch") == {"East": True, "West": False, "Company": False}


def test_a_branch_another_team_was_part_of_for_some_days_stays_closed(tree: None) -> None:
    west, beta = cast.team("West"), cast.team("East", "Beta")
    move(beta, west, march(2))
    move(beta, cast.team("East"), march(8))

    assert opened(viewer("Wim", "Wim"), by="branch")["West"] is False
    assert opened(viewer("Wim", "Wim", "Bea"), by="branch")["West"] is True


def test_a_viewer_finds_their_own_row(tree: None) -> None:
    shown = queries.board(
        Asked("revenue_won", "2025-03"), now=cast.NOW, viewer=viewer("Ana", "Ana")
    )

    assert [row.name for row in shown.rows if row.is_viewer] == ["Ana"]
