"""Tallies: exactly the sums of the credits, by day and by month, and never a row of zeros."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juara.core import db, scope
from juara.ledger import queries
from juara.ledger.models import Tally
from juara.ledger.verify import verify
from juara.metrics import queries as metrics
from juara.people import operations as people
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

REVENUE: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
}  # fmt: skip


@pytest.fixture(autouse=True)
def revenue(inside: Organization) -> None:
    cast.metric("revenue", REVENUE)


def deliver(*deals: tuple[str, str, str, date]) -> None:
    cast.deliver(
        *(
            cast.deal(name, owner=owner, amount=amount, dates={"closed": day})
            for name, owner, amount, day in deals
        )
    )


def tallies() -> set[tuple[str, str, str, int, Decimal]]:
    """Return the whole tally: grain, first day, team, credits, total."""
    found = db.rows(
        "SELECT t.grain, t.from_day::text, coalesce(m.name || ' ' || g.name, '-'), t.credits,"
        " t.total FROM tally t"
        f" LEFT JOIN assignment a ON a.assignment_id = t.assignment_id"
        f" AND a.known_until = {db.OPEN}"
        " LEFT JOIN team g ON g.id = a.team_id LEFT JOIN member m ON m.id = t.member_id"
        " WHERE t.organization_id = %s",
        [scope.current().organization_id],
    )
    assert all(row[3] > 0 for row in found)
    return set(found)


def test_each_day_and_each_month_is_counted_once() -> None:
    cast.member("Ana", "North")
    deliver(
        ("1", "ana", "10", date(2025, 3, 3)),
        ("2", "ana", "5.5", date(2025, 3, 3)),
        ("3", "ana", "1", date(2025, 3, 31)),
        ("4", "ana", "2", date(2025, 4, 1)),
        ("5", "ghost", "7", date(2025, 4, 1)),
    )

    assert tallies() == {
        ("d", "2025-03-03", "Ana North", 2, Decimal("15.5")),
        ("d", "2025-03-31", "Ana North", 1, Decimal(1)),
        ("d", "2025-04-01", "Ana North", 1, Decimal(2)),
        ("d", "2025-04-01", "-", 1, Decimal(7)),
        ("m", "2025-03-01", "Ana North", 3, Decimal("16.5")),
        ("m", "2025-04-01", "Ana North", 1, Decimal(2)),
        ("m", "2025-04-01", "-", 1, Decimal(7)),
    }


def test_a_transfer_splits_a_month_into_two_tallies() -> None:
    ana = cast.member("Ana", "North")
    deliver(("1", "ana", "10", date(2025, 3, 3)), ("2", "ana", "5", date(2025, 3, 20)))

    people.place(
        ana, team=cast.team("South"), from_day=date(2025, 3, 10), moment=cast.NOW, actor=cast.ACTOR
    )
    cast.deliver()

    assert tallies() == {
        ("d", "2025-03-03", "Ana North", 1, Decimal(10)),
        ("d", "2025-03-20", "Ana South", 1, Decimal(5)),
        ("m", "2025-03-01", "Ana North", 1, Decimal(10)),
        ("m", "2025-03-01", "Ana South", 1, Decimal(5)),
    }


def test_what_becomes_empty_is_thrown_away() -> None:
    cast.member("Ana", "North")
    deliver(("1", "ana", "10", date(2025, 3, 3)), ("2", "ana", "5", date(2025, 3, 4)))

    cast.deliver(cast.deal("1", is_deleted=True))
    assert {(grain, day) for grain, day, *_ in tallies()} == {
        ("d", "2025-03-04"), ("m", "2025-03-01"),
    }  # fmt: skip

    cast.deliver(cast.deal("2", is_deleted=True))
    assert tallies() == set()


def test_credits_that_add_up_to_zero_are_credits_all_the_same() -> None:
    cast.member("Ana", "North")
    deliver(
        ("1", "ana", "10", date(2025, 3, 3)),
        ("2", "ana", "-10", date(2025, 3, 3)),
        ("3", "ana", "0", date(2025, 3, 4)),
    )

    assert tallies() == {
        ("d", "2025-03-03", "Ana North", 2, Decimal(0)),
        ("d", "2025-03-04", "Ana North", 1, Decimal(0)),
        ("m", "2025-03-01", "Ana North", 3, Decimal(0)),
    }


def test_an_amount_of_four_places_is_kept_exactly() -> None:
    cast.member("Ana", "North")
    deliver(*((str(number), "ana", "0.1001", date(2025, 3, 3)) for number in range(30)))

    assert reading.totals("revenue") == {"Ana": Decimal("3.0030")}


def test_a_very_large_amount_is_kept_exactly() -> None:
    cast.member("Ana", "North")
    deliver(
        ("1", "ana", "9999999999999999.9999", date(2025, 3, 3)),
        ("2", "ana", "9999999999999999.9999", date(2025, 3, 3)),
    )

    assert reading.totals("revenue") == {"Ana": Decimal("19999999999999999.9998")}
    assert verify().is_sound


def test_a_free_number_too_large_to_count_does_not_stop_everything_else() -> None:
    cast.metric("points", REVENUE | {"value": "attributes.points"})
    cast.member("Ana", "North")
    cast.deliver(
        cast.deal("huge", owner="ana", amount="1", attributes={"points": Decimal("1e30")}),
        cast.deal("edge", owner="ana", attributes={"points": Decimal("9999999999999999.99996")}),
        cast.deal("plain", owner="ana", amount="1", attributes={"points": Decimal(3)}),
    )

    assert reading.totals("revenue") == {"Ana": 2}
    assert reading.totals("points") == {"Ana": 3}
    assert verify().is_sound


def test_a_tally_belongs_to_the_organization_and_is_refused_without_one() -> None:
    cast.member("Ana", "North")
    deliver(("1", "ana", "10", date(2025, 3, 3)))

    assert Tally.objects.count() == 2


DAYS = [date(2024, 12, 20) + timedelta(days=offset) for offset in range(0, 110, 3)]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.integers(0, 120), length=st.integers(0, 120))
def test_any_range_of_days_is_the_sum_of_its_credits(
    revenue: None, first: int, length: int
) -> None:
    if not Tally.objects.exists():
        cast.member("Ana", "North", zone="Asia/Jakarta")
        deliver(*((str(day), "ana", str(day.day), day) for day in DAYS))
    from_day = date(2024, 12, 15) + timedelta(days=first)
    until_day = from_day + timedelta(days=length)

    rows = queries.member_sums(
        [metrics.metric("revenue").id], from_day=from_day, until_day=until_day
    )

    inside = [day.day for day in DAYS if from_day <= day < until_day]
    assert sum(row.sums.total for row in rows) == sum(inside)
    assert sum(row.sums.credits for row in rows) == len(inside)
