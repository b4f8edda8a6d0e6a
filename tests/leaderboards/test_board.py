"""The board: order, ties, movement, teams, and what nobody earned."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from juara.leaderboards import queries
from juara.leaderboards.evidence import evidence
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import Board
from juara.metrics import operations as metrics
from juara.people import access
from juara.people import queries as people_queries
from juara.tenancy.models import Organization
from tests import cast


@pytest.fixture(autouse=True)
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def board(metric: str = "revenue_won", **asked: Any) -> Board:
    return queries.board(Asked(metric, **{"period": "2025-03"} | asked), now=cast.NOW)


def test_equal_values_share_a_rank_and_the_first_to_reach_it_stands_above() -> None:
    for name in ("Ana", "Budi", "Citra", "Dewi"):
        cast.member(name, "North")
    cast.deliver(
        cast.deal("1", owner="ana", amount="50", dates={"closed": date(2025, 3, 7)}),
        cast.deal("2", owner="budi", amount="50", dates={"closed": date(2025, 3, 5)}),
        cast.deal("3", owner="citra", amount="90", dates={"closed": date(2025, 3, 6)}),
        cast.deal("4", owner="dewi", amount="10", dates={"closed": date(2025, 3, 6)}),
    )

    rows = board().rows

    assert [(row.name, row.rank, row.is_tied) for row in rows] == [
        ("Citra", 1, False),
        ("Budi", 2, True),
        ("Ana", 2, True),
        ("Dewi", 4, False),
    ]
    assert [row.gap for row in rows] == [None, 40, 40, 40]


def test_rows_and_unassigned_add_up_to_the_company() -> None:
    cast.member("Ana", "North")
    cast.deliver(
        cast.deal("1", owner="ana", amount="50"), cast.deal("2", owner="ghost", amount="7.25")
    )

    found = board()

    assert (found.company, found.unassigned) == (Decimal("57.25"), Decimal("7.25"))
    assert found.freshness.unassigned_records == 1


def test_movement_counts_places_since_the_end_of_yesterday() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        cast.deal("1", owner="ana", amount="50", dates={"closed": date(2025, 3, 7)}),
        cast.deal("2", owner="budi", amount="40", dates={"closed": date(2025, 3, 7)}),
        cast.deal("3", owner="budi", amount="40", dates={"closed": cast.TODAY}),
    )

    assert [(row.name, row.movement) for row in board().rows] == [("Budi", 1), ("Ana", -1)]


def test_a_ratio_of_a_team_comes_from_its_sums() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    lost = {"status": "lost"}
    cast.deliver(
        cast.deal("1", owner="ana", amount="1"),
        *(cast.deal(f"b{n}", owner="budi", amount="1", texts=lost) for n in range(3)),
    )

    by_team = board("win_rate", by="team")
    by_member = board("win_rate")

    assert [(row.name, row.value) for row in by_team.rows] == [("North", Decimal("0.25"))]
    assert [(row.name, row.value) for row in by_member.rows] == [
        ("Ana", Decimal(1)),
        ("Budi", Decimal(0)),
    ]
    assert (by_team.company, by_team.unassigned) == (Decimal("0.25"), None)


def test_people_without_data_are_listed_at_the_end() -> None:
    cast.member("Ana", "North")
    cast.member("Zul", "North")
    cast.deliver(cast.deal("1", owner="ana", amount="50"))

    assert [row.name for row in board().without_data] == ["Zul"]


def test_a_team_that_moves_leaves_its_past_under_the_old_parent() -> None:
    from juara.people import operations as people

    cast.member("Ana", "East", "Alpha")
    west = cast.team("West")
    cast.deliver(
        cast.deal("1", owner="ana", amount="50", dates={"closed": date(2025, 3, 4)}),
        cast.deal("2", owner="ana", amount="8", dates={"closed": date(2025, 3, 6)}),
    )
    people.move_team(
        cast.team("East", "Alpha"), under=west, from_day=date(2025, 3, 5),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    assert {row.name: row.value for row in board(by="branch").rows} == {"East": 50, "West": 8}
    assert [row.value for row in board(team="West").rows] == [8]


def test_a_board_as_of_a_moment_is_what_was_shown_then() -> None:
    cast.member("Ana", "North")
    cast.deliver(cast.deal("1", owner="ana", amount="50"), moment=cast.at("2025-03-10T10:00"))
    cast.deliver(cast.deal("1", owner="ana", amount="20"), moment=cast.at("2025-03-10T12:00"))
    asked = Asked("revenue_won", "2025-03", as_of=datetime(2025, 3, 10, 11, 0, tzinfo=UTC))

    then = queries.board(asked, now=cast.at("2025-03-10T13:00"))

    assert [row.value for row in then.rows] == [50]
    assert [row.value for row in board().rows] == [20]
    assert then.is_past


def test_evidence_adds_up_to_the_number_it_opens() -> None:
    boss = cast.member("Boss", email="boss@example.com", role="executive")
    ana = cast.member("Ana", "North")
    cast.deliver(cast.deal("1", owner="ana", amount="50"), cast.deal("2", owner="ana", amount="8"))
    viewer = access.Viewer(member=people_queries.members()[boss.id], opens=None)

    page = evidence(
        Asked("revenue_won", "2025-03"), holder=ana.public_id, now=cast.NOW, viewer=viewer
    )

    assert (page.holder_name, page.total, page.record_count) == ("Ana", Decimal(58), 2)
    assert sorted(row.external_id for row in page.rows) == ["1", "2"]
    assert sum(row.value for row in page.rows) == page.total
