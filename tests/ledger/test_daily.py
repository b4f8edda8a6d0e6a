"""Day by day: what was earned on each, by whom, now and as it was known."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.ledger import daily
from juara.ledger.daily import NOBODYS, DayTotal, Series
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.metrics.queries import MetricFacts
from juara.people import queries as people
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast

FIRST, UNTIL = date(2025, 3, 1), date(2025, 4, 1)
THIRD, FOURTH = date(2025, 3, 3), date(2025, 3, 4)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Ana", "North")
    cast.member("Bob", "South")


def deal(number: int, owner: str, amount: int, day: date = THIRD, when: str = "") -> None:
    row = cast.deal(f"D{number}", owner=owner, amount=str(amount), dates={"closed": day})
    cast.deliver(row, moment=cast.at(when) if when else cast.NOW)


def places() -> dict[str, int]:
    """Return everybody's assignment by their name."""
    names = people.members()
    return {names[each.member_id].name: each.assignment_id for each in people.places(FIRST, UNTIL)}


def revenue() -> MetricFacts:
    return queries.metric("revenue_won")


def test_each_group_has_its_days_and_the_credits_of_each() -> None:
    deal(1, "ana", 100)
    deal(2, "ana", 50)
    deal(3, "bob", 7, FOURTH)
    deal(4, "stranger", 1000)
    place = places()
    groups = {1: [place["Ana"]], 2: [place["Bob"], NOBODYS]}

    found = daily.series([revenue()], groups, from_day=FIRST, until_day=UNTIL)

    assert {key: each.days for key, each in found.items()} == {
        (revenue().id, 1): (DayTotal(THIRD, Decimal(150), 2),),
        (revenue().id, 2): (DayTotal(THIRD, Decimal(1000), 1), DayTotal(FOURTH, Decimal(7), 1)),
    }


def test_a_line_has_a_zero_where_nothing_was_earned() -> None:
    deal(1, "ana", 100)
    deal(2, "ana", 9, date(2025, 3, 5))
    found = daily.series([revenue()], {1: [places()["Ana"]]}, from_day=FIRST, until_day=UNTIL)

    line = found[revenue().id, 1].filled(date(2025, 3, 2), date(2025, 3, 6))

    assert line == (Decimal(0), Decimal(100), Decimal(0), Decimal(9))
    assert Series(THIRD).filled(THIRD, FOURTH) == (Decimal(0),)


def test_days_outside_the_range_are_left_out() -> None:
    deal(1, "ana", 100, date(2025, 2, 28))
    deal(2, "ana", 100, date(2025, 4, 1))

    assert daily.series([revenue()], {1: [places()["Ana"]]}, from_day=FIRST, until_day=UNTIL) == {}


def test_as_of_an_earlier_batch_it_says_what_was_known_then() -> None:
    deal(1, "ana", 100, when="2025-03-10T09:00")
    then = knowledge.number_as_of(cast.at("2025-03-10T10:00"))
    deal(1, "ana", 170, when="2025-03-11T09:00")
    deal(2, "ana", 30, date(2025, 2, 3), when="2025-03-11T10:00")
    group = {1: [places()["Ana"]]}

    now = daily.series([revenue()], group, from_day=FIRST, until_day=UNTIL)
    before = daily.series([revenue()], group, from_day=FIRST, until_day=UNTIL, batch=then)

    assert [day.total for day in now[revenue().id, 1].days] == [170]
    assert [day.total for day in before[revenue().id, 1].days] == [100]
    assert daily.first_days([revenue()]) == {revenue().id: date(2025, 2, 3)}
    assert daily.first_days([revenue()], batch=then) == {revenue().id: THIRD}


def test_whatever_is_asked_it_is_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    deal(1, "ana", 100)
    two = [revenue(), queries.metric("deals_won")]
    place = places()

    with django_assert_num_queries(1):
        assert (
            len(
                daily.series(
                    two, {1: [place["Ana"]], 2: [place["Bob"]]}, from_day=FIRST, until_day=UNTIL
                )
            )
            == 2
        )
    with django_assert_num_queries(1):
        assert len(daily.series(two[:1], {1: [place["Ana"]]}, from_day=FIRST, until_day=UNTIL)) == 1
    with django_assert_num_queries(0):
        assert daily.series(two, {}, from_day=FIRST, until_day=UNTIL) == {}


def test_what_does_not_add_up_over_days_is_refused() -> None:
    with pytest.raises(ValueError, match="average_deal_size do not add up"):
        daily.series(
            [queries.metric("average_deal_size")], {1: [1]}, from_day=FIRST, until_day=UNTIL
        )
