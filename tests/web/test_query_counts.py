"""What a page costs in queries: the same for one row as for three."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.screens import operations as screens
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office


@pytest.fixture
def acme(acme: Office) -> Office:
    """On top: in January one deal, in February one of each of three people."""
    january, february = cast.at("2025-01-15T00:00").date(), cast.at("2025-02-12T00:00").date()
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("j", owner="ana", amount="5", dates={"closed": january}),
            cast.deal("f1", owner="ana", amount="5", dates={"closed": february}),
            cast.deal("f2", owner="budi", amount="6", dates={"closed": february}),
            cast.deal("f3", owner="dewi", amount="7", dates={"closed": february}),
        )
    return acme


def rows(response: Any) -> int:
    return len(response.context["board"].rows)


@pytest.mark.parametrize(("period", "shown"), [("2025-01", 1), ("2025-02", 3)])
def test_a_leaderboard(
    admin: Client,
    acme: Office,
    django_assert_num_queries: DjangoAssertNumQueries,
    period: str,
    shown: int,
) -> None:
    with django_assert_num_queries(22):
        response = admin.get(acme.path("leaderboards/"), {"period": period})
    assert rows(response) == shown


@pytest.mark.parametrize(("period", "shown"), [("2025-01", 1), ("2025-02", 2)])
def test_a_leaderboard_of_regions(
    admin: Client,
    acme: Office,
    django_assert_num_queries: DjangoAssertNumQueries,
    period: str,
    shown: int,
) -> None:
    with django_assert_num_queries(21):
        response = admin.get(acme.path("leaderboards/"), {"period": period, "by": "branch"})
    assert rows(response) == shown


@pytest.mark.parametrize(("period", "shown"), [("2025-01", 1), ("2025-02", 3)])
def test_the_part_of_a_leaderboard_that_refreshes(
    admin: Client,
    acme: Office,
    django_assert_num_queries: DjangoAssertNumQueries,
    period: str,
    shown: int,
) -> None:
    refresh = {"HX-Request": "true", "HX-Request-Type": "partial"}
    with django_assert_num_queries(20):
        response = admin.get(acme.path("leaderboards/"), {"period": period}, headers=refresh)
    assert rows(response) == shown


@pytest.mark.parametrize(("metric", "shown"), [("calls", 1), ("revenue_won", 4)])
def test_a_leaderboard_of_the_present_with_its_movement(
    admin: Client,
    acme: Office,
    django_assert_num_queries: DjangoAssertNumQueries,
    metric: str,
    shown: int,
) -> None:
    with django_assert_num_queries(23):
        response = admin.get(acme.path("leaderboards/"), {"metric": metric})
    assert rows(response) == shown


@pytest.mark.parametrize(("period", "shown"), [("2025-01", 1), ("2025-02", 3)])
def test_a_television(
    acme: Office, django_assert_num_queries: DjangoAssertNumQueries, period: str, shown: int
) -> None:
    with scope.enter(acme.organization):
        made = screens.create_screen(
            name="Hall", metric_key="revenue_won", period=period, moment=cast.NOW, actor=cast.ACTOR
        )
    address = f"/tv/acme/{made.token}/part/"
    Client().get(address)  # the first visit notes that the screen is alive

    with django_assert_num_queries(16):
        response = Client().get(address)
    assert rows(response) == shown


@pytest.mark.parametrize(("name", "shown"), [("dewi", 1), ("ana", 3)])
def test_the_records_behind_a_number(
    admin: Client,
    acme: Office,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    shown: int,
) -> None:
    # Dewi has one deal in March; Ana has three from February to March.
    period = "2025-03" if shown == 1 else "2025-02-01..2025-03-31"
    with django_assert_num_queries(25):
        response = admin.get(
            acme.path("leaderboards/records/"),
            {"holder": acme.members[name].public_id, "period": period},
        )
    assert len(response.context["evidence"].rows) == shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_screens(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with scope.enter(acme.organization):
        for number in range(1, count):
            screens.create_screen(
                name=f"Hall {number}", metric_key="calls", moment=cast.NOW, actor=cast.ACTOR
            )
    with django_assert_num_queries(13):
        response = admin.get(acme.path("screens/"))
    assert len(response.context["screens"]) == count
