"""The metrics page, a metric's own page, and what an administrator does with them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.audit.models import AuditEntry
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.metrics.models import Metric
from juara.screens import operations as screens
from juara.tenancy import scope
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

EVERY_PAGE = ("metrics/", "metrics/ready/", "metrics/new/")


def rows(client: Client, acme: Office, **query: str) -> list[Any]:
    found: list[Any] = client.get(acme.path("metrics/"), query).context["rows"]
    return found


def row(client: Client, acme: Office, key: str) -> Any:
    return next(each for each in rows(client, acme) if each.key == key)


def test_every_metric_stands_there_with_its_rule_and_this_months_total(
    admin: Client, acme: Office
) -> None:
    found = row(admin, acme, "revenue_won")
    assert (found.name, found.total, found.unit) == ("Revenue won", "$307", "Money")
    assert str(found.sentence) == (
        "Add up amount of deals where status is won, on the day of closed, credited to owner"
    )
    assert row(admin, acme, "win_rate").total == "100.0%"
    assert row(admin, acme, "emails").total == "0"


def test_where_a_metric_is_used_stands_beside_it(admin: Client, acme: Office) -> None:
    assert [use.text for use in row(admin, acme, "revenue_won").uses] == ["Lobby"]
    assert [use.text for use in row(admin, acme, "deals_won").uses] == ["Win rate"]
    assert [use.text for use in row(admin, acme, "calls").uses] == ["Calls per working day"]
    assert row(admin, acme, "emails").uses == ()


def test_the_rule_is_said_in_the_readers_language(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("metrics/"), headers={"Accept-Language": "id"})
    assert response.status_code == 200
    assert read(response).one("html").attributes["lang"] == "id"


@pytest.mark.parametrize("name", ["mira", "eka"])
def test_managers_and_executives_read_and_change_nothing(
    signed_in: SignedIn, acme: Office, name: str
) -> None:
    client, calls = signed_in(name), acme.metrics["calls"]
    page = read(client.get(acme.path("metrics/")))
    assert len(page.find(of="metric-row")) == 18
    assert not page.find("form", of="metric-order")
    assert client.get(acme.path(f"metrics/{calls}/")).status_code == 200
    for path in ("ready/", "new/", f"{calls}/edit/"):
        assert client.get(acme.path(f"metrics/{path}")).status_code == 403
    for path in ("preview/", "ready/install/", f"{calls}/archive/", f"{calls}/move/",
                 f"{calls}/bring-back/", "new/", f"{calls}/edit/"):  # fmt: skip
        assert client.post(acme.path(f"metrics/{path}"), {"do": "save"}).status_code == 403
    with scope.enter(acme.organization):
        assert set(
            AuditEntry.objects.filter(action__startswith="metric.").values_list("action", flat=True)
        ) == {"metric.defined"}


def test_reps_are_told_it_is_not_for_them(signed_in: SignedIn, acme: Office) -> None:
    for path in (*EVERY_PAGE, f"metrics/{acme.metrics['calls']}/"):
        assert signed_in("ana").get(acme.path(path)).status_code == 403


def test_another_organizations_metric_is_not_there(
    admin: Client, acme: Office, globex: Office
) -> None:
    theirs = globex.metrics["calls"]
    assert admin.get(acme.path(f"metrics/{theirs}/")).status_code == 404
    assert admin.get(acme.path(f"metrics/{theirs}/edit/")).status_code == 404
    assert admin.get(acme.path("metrics/new/"), {"from": theirs}).status_code == 404
    for path in ("archive/", "bring-back/", "move/", "edit/"):
        assert admin.post(acme.path(f"metrics/{theirs}/{path}")).status_code == 404
    found = admin.post(acme.path("metrics/preview/"), {"metric_id": theirs})
    assert found.status_code == 404


def test_the_order_is_changed_one_place_at_a_time(admin: Client, acme: Office) -> None:
    emails = acme.metrics["emails"]
    admin.post(acme.path(f"metrics/{emails}/move/"), {"to": "up"})
    assert [each.key for each in rows(admin, acme)][:3] == ["calls", "emails", "connected_calls"]
    admin.post(acme.path(f"metrics/{emails}/move/"), {"to": "down"})
    assert [each.key for each in rows(admin, acme)][:3] == ["calls", "connected_calls", "emails"]


def test_a_metric_that_something_needs_is_not_archived(admin: Client, acme: Office) -> None:
    for key, needs in (("deals_won", "“Win rate”"), ("revenue_won", "“Lobby”")):
        url = acme.path(f"metrics/{acme.metrics[key]}/archive/")
        assert needs in read(admin.post(url, follow=True)).one(of="toasts").text
    with scope.enter(acme.organization):
        assert not Metric.objects.exclude(archived_at=None).exists()


def test_an_archived_metric_keeps_what_it_had_and_comes_back(admin: Client, acme: Office) -> None:
    calls = acme.metrics["calls"]
    above = acme.metrics["calls_per_day"]
    refusal = admin.post(acme.path(f"metrics/{calls}/archive/"), follow=True)
    assert "“Calls per working day” is worked out from it" in read(refusal).one(of="toasts").text
    for each in (above, calls):
        admin.post(acme.path(f"metrics/{each}/archive/"))
    assert "calls" not in {each.key for each in rows(admin, acme)}
    assert [each.key for each in rows(admin, acme, tab="archived")] == ["calls", "calls_per_day"]
    page = read(admin.get(acme.path(f"metrics/{calls}/")))
    assert "counts nothing more" in page.one(of="banner").text
    with scope.enter(acme.organization):
        cast.deliver(cast.call("late", owner="budi", when=cast.TODAY))

    admin.post(acme.path(f"metrics/{calls}/bring-back/"))
    assert row(admin, acme, "calls").total == "2"
    with scope.enter(acme.organization):
        assert verify().is_sound


def test_what_a_ratio_needs_comes_back_first(admin: Client, acme: Office) -> None:
    for key in ("win_rate", "deals_won"):
        admin.post(acme.path(f"metrics/{acme.metrics[key]}/archive/"))
    url = acme.path(f"metrics/{acme.metrics['win_rate']}/bring-back/")
    assert "“deals_won”" in read(admin.post(url, follow=True)).one(of="toasts").text
    assert {each.key for each in rows(admin, acme, tab="archived")} == {"win_rate", "deals_won"}


def test_its_page_tells_how_the_rule_came_to_be(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        rule = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
        metrics.change_rule(
            "calls", definition=rule, from_day=date(2025, 3, 5), moment=cast.NOW,
            actor="adi@example.com",
        )  # fmt: skip
    page = read(admin.get(acme.path(f"metrics/{acme.metrics['calls']}/")))
    assert page.texts("timeline-title") == ["Changed from Mar 5, 2025 on", "Defined for all time"]
    assert "adi@example.com" in page.texts("timeline-days")[0]
    assert "type is call" in page.texts("timeline-text")[1]


def test_ready_metrics_are_installed_one_by_one_with_what_they_need(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        Metric.objects.filter(key__in=["demos", "win_rate", "deals_closed"]).delete()
    page = admin.get(acme.path("metrics/ready/"))
    missing = [each["key"] for each in page.context["entries"] if not each["state"]]
    assert missing == ["demos", "deals_closed", "win_rate"]

    admin.post(acme.path("metrics/ready/install/"), {"key": "win_rate"})
    assert row(admin, acme, "win_rate").total == "100.0%"
    admin.post(acme.path("metrics/ready/install/"))
    assert {each.key for each in rows(admin, acme)} >= {"demos", "deals_closed"}
    assert admin.get(acme.path("metrics/ready/")).context["missing_count"] == 0


@pytest.mark.parametrize("shown", [1, 3])
def test_the_list_costs_the_same_queries_for_one_metric_as_for_three(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, shown: int
) -> None:
    with scope.enter(acme.organization):
        kept = ["calls", "emails", "demos"][:shown]
        Metric.objects.exclude(key__in=kept).update(archived_at=cast.NOW)
        for key in kept:
            screens.create_screen(
                name=key, metric_key=key, period="today", moment=cast.NOW, actor=cast.ACTOR
            )
    with django_assert_num_queries(20):
        assert len(rows(admin, acme)) == shown


def test_the_total_of_a_metric_is_that_of_its_board(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        assert queries.metric("revenue_won").key == "revenue_won"
    board = admin.get(acme.path("leaderboards/"), {"metric": "revenue_won"}).context["board"]
    assert board.company == Decimal("307.25")
