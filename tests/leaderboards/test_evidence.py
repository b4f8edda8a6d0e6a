"""Every number on every board opens to exactly the records it is made of."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.core.errors import NotAllowedError, NotFoundError
from juara.leaderboards import queries
from juara.leaderboards.evidence import evidence
from juara.leaderboards.holders import UNASSIGNED
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import EvidencePage
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.access import Viewer
from juara.people.models import Member
from juara.tenancy.models import Organization
from tests import cast

TWO_ROLES: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
    "credit": [{"role": "closer", "field": "owner"}, {"role": "sdr", "field": "users.sdr"}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def company(inside: Organization) -> None:
    """Three people; one moves, her team moves too, and something belongs to nobody."""
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.metric("sold", TWO_ROLES)
    for name, *path in (("Ana", "East", "Alpha"), ("Bea", "East", "Beta"), ("Wim", "West")):
        cast.member(name, *path)
    cast.deliver(
        *(
            cast.deal(
                f"{owner}-{day}", owner=owner, amount=str(day),
                dates={"closed": date(2025, 3, day)},
                texts={"status": "lost" if day % 3 == 0 else "won"},
                users={"sdr": sdr},
            )
            for owner, sdr in (("ana", "wim"), ("bea", "ana"), ("wim", "ghost"), ("ghost", "bea"))
            for day in range(1, 10)
        )
    )  # fmt: skip
    ana = Member.objects.get(name="Ana")
    people.place(
        ana, team=cast.team("West"), from_day=date(2025, 3, 4), until_day=date(2025, 3, 7),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    people.move_team(
        cast.team("East", "Beta"), under=cast.team("West"), from_day=date(2025, 3, 5),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver()


def viewer(*opens: str) -> Viewer:
    every = {each.name: each for each in people_queries.members().values()}
    mine = frozenset(every[name].id for name in opens) if opens else None
    return Viewer(member=every["Ana"], opens=mine)


def opened(asked: Asked, holder: str, page: int = 1, *opens: str) -> EvidencePage:
    return evidence(asked, holder=holder, now=cast.NOW, viewer=viewer(*opens), page=page)


@pytest.mark.parametrize("team", ["", "East", "West", "Alpha"])
@pytest.mark.parametrize("by", queries.BY)
@pytest.mark.parametrize("role", ["", "sdr"], ids=["leading role", "other role"])
def test_the_records_behind_every_row_add_up_to_it(role: str, by: str, team: str) -> None:
    for period in ("2025-03", "2025-03-04..2025-03-05"):
        asked = Asked("sold", period, by=by, team=team, role=role)
        for row in queries.board(asked, now=cast.NOW).rows:
            page = opened(asked, row.public_id)
            assert page.holder_name == row.name
            assert page.total == row.value
            assert sum(each.value for each in page.rows) == row.value
            assert page.record_count == len(page.rows)


def test_the_records_nobody_earned_add_up_too() -> None:
    asked = Asked("sold", "2025-03")

    page = opened(asked, UNASSIGNED)

    assert page.total == queries.board(asked, now=cast.NOW).unassigned == 45
    assert sum(each.value for each in page.rows) == 45
    assert {(each.reason, each.owner_key) for each in page.rows} == {("owner_unknown", "ghost")}


def test_a_rate_opens_to_what_it_is_a_rate_of_with_the_hits_marked() -> None:
    asked = Asked("win_rate", "2025-03")
    (row,) = (row for row in queries.board(asked, now=cast.NOW).rows if row.name == "Ana")

    page = opened(asked, row.public_id)

    assert (page.total, page.record_count) == (Decimal("0.6667"), 9)
    assert sorted(each.external_id for each in page.rows if not each.is_hit) == [
        "ana-3", "ana-6", "ana-9",
    ]  # fmt: skip
    assert (page.row_metric.key, page.hit_name) == ("deals_closed", "Deals won")


def test_evidence_as_of_a_moment_is_what_stood_behind_the_number_then() -> None:
    cast.deliver(
        cast.deal("ana-1", owner="ana", amount="500", dates={"closed": date(2025, 3, 1)}),
        moment=cast.at("2025-03-10T12:00"),
    )
    (row,) = (
        row for row in queries.board(Asked("sold", "2025-03"), now=cast.NOW).rows
        if row.name == "Ana"
    )  # fmt: skip

    then = opened(Asked("sold", "2025-03", as_of=cast.at("2025-03-10T11:00")), row.public_id)
    now = opened(Asked("sold", "2025-03"), row.public_id)

    assert (then.total, now.total) == (Decimal(45), Decimal(544))
    for page in (then, now):
        assert sum(each.value for each in page.rows) == page.total


def test_long_evidence_comes_in_pages_that_add_up() -> None:
    cast.deliver(
        *(
            cast.deal(f"x{number}", owner="wim", amount="1", dates={"closed": date(2025, 2, 3)})
            for number in range(101)
        )
    )
    asked = Asked("sold", "2025-02")
    holder = queries.board(asked, now=cast.NOW).rows[0].public_id

    pages = [opened(asked, holder, number) for number in (1, 2, 3)]

    assert [len(page.rows) for page in pages] == [50, 50, 1]
    assert {(page.page_count, page.record_count, page.total) for page in pages} == {
        (3, 101, Decimal(101))
    }
    assert len({each.record_id for page in pages for each in page.rows}) == 101


def test_a_row_that_is_not_on_the_board_is_not_found() -> None:
    ana = people_queries.member("Ana")

    with pytest.raises(NotFoundError):
        opened(Asked("sold", "2025-02"), ana.public_id)
    with pytest.raises(NotFoundError):
        opened(Asked("sold", "2025-03"), "nobody")
    with pytest.raises(NotFoundError):
        opened(Asked("sold", "2025-03", team="East"), UNASSIGNED)


def test_records_of_others_stay_closed() -> None:
    bea = people_queries.member("Bea")

    assert opened(Asked("sold", "2025-03"), bea.public_id, 1, "Bea").record_count == 9
    with pytest.raises(NotAllowedError):
        opened(Asked("sold", "2025-03"), bea.public_id, 1, "Ana")
    with pytest.raises(NotAllowedError):
        opened(Asked("sold", "2025-03"), UNASSIGNED, 1, "Ana")
