"""What a board costs in queries: the same for one row, for three and for thirty."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.leaderboards import queries
from juara.leaderboards.evidence import evidence
from juara.leaderboards.queries import Asked
from juara.metrics import operations as metrics
from juara.people import queries as people
from juara.people.access import Viewer
from juara.tenancy.models import Organization
from tests import cast

# How many people have something in which month.
SIZES = {"2025-01": 1, "2025-02": 3, "2025-03": 30}
LATER = cast.at("2025-04-10T09:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    """Thirty teams of one person; one sells in January, three in February, all in March."""
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    rows = []
    for number in range(30):
        cast.member(f"P{number}", f"Team {number}")
        for month, sellers in ((1, 1), (2, 3), (3, 30)):
            if number < sellers:
                day = date(2025, month, 1) + timedelta(days=number % 9)
                rows.append(
                    cast.deal(
                        f"{month}-{number}", owner=f"p{number}", amount=str(1 + number),
                        dates={"created": day, "closed": day},
                    )
                )  # fmt: skip
    cast.deliver(*rows)


def viewers() -> list[Viewer | None]:
    me = next(each for each in people.members().values() if each.name == "P0")
    return [None, Viewer(member=me, opens=None), Viewer(member=me, opens=frozenset({me.id}))]


@pytest.mark.parametrize("by", queries.BY)
def test_a_board_of_any_length_costs_the_same(
    django_assert_num_queries: DjangoAssertNumQueries, by: str
) -> None:
    for viewer in viewers():
        for period, size in SIZES.items():
            asked = Asked("revenue_won", period, by=by)
            with django_assert_num_queries(10):
                found = queries.board(asked, now=LATER, viewer=viewer)
            assert len(found.rows) == size


@pytest.mark.parametrize("by", queries.BY)
def test_movement_of_any_number_costs_one_query_more(
    django_assert_num_queries: DjangoAssertNumQueries, by: str
) -> None:
    for period, size in SIZES.items():
        with django_assert_num_queries(11):
            found = queries.board(
                Asked("revenue_won", period, by=by), now=cast.at(f"{period}-20T09:00")
            )
        assert [row.movement for row in found.rows] == [0] * size


@pytest.mark.parametrize("by", queries.BY)
def test_ties_of_any_number_cost_one_query_more(
    django_assert_num_queries: DjangoAssertNumQueries, by: str
) -> None:
    for period in ("2025-02", "2025-03"):
        with django_assert_num_queries(11):
            found = queries.board(Asked("opportunities_created", period, by=by), now=LATER)
        assert [row.is_tied for row in found.rows] == [True] * SIZES[period]


def test_a_board_as_of_a_moment_costs_one_query_more(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for period, size in SIZES.items():
        asked = Asked("revenue_won", period, as_of=cast.at("2025-04-09T09:00"))
        with django_assert_num_queries(11):
            found = queries.board(asked, now=LATER)
        assert len(found.rows) == size


def test_evidence_of_any_length_costs_the_same(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    viewer = viewers()[1]
    assert viewer is not None
    cast.deliver(
        *(
            cast.deal(f"more-{number}", owner="p0", amount="1", dates={"closed": date(2025, 3, 1)})
            for number in range(40)
        )
    )
    holder = people.team("Team 0").public_id
    for period, records in (("2025-01", 1), ("2025-03", 41)):
        asked = Asked("revenue_won", period, by="branch")
        with django_assert_num_queries(17):
            page = evidence(asked, holder=holder, now=LATER, viewer=viewer)
        assert (page.record_count, len(page.rows)) == (records, records)
