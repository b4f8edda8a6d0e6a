"""Weeks and the fiscal year: said, shown before they are saved, changed from a day on, and used."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from juara.core.calendar import ALWAYS, PLAIN, FiscalYear, PeriodRules
from juara.leaderboards import queries as boards
from juara.ledger import periods
from juara.ledger.explain import explain
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.web.office import Office
from tests.web.reading import read

PAGE = "set-up/settings/periods/"
SUNDAY = 6
FISCAL = {
    "what": "fiscal", "start_month": "7", "named_after": "end", "pattern": "months",
    "last_weekday": "saturday", "close": "nearest", "since": "always", "day": "",
}  # fmt: skip
RETAIL = {"start_month": "2", "named_after": "begin", "pattern": "4-5-4"}


def sent(client: Client, acme: Office, **changes: str) -> Any:
    return client.post(acme.path(PAGE), FISCAL | changes)


def standing() -> PeriodRules:
    return Organization.objects.get(slug="acme").rules


def test_a_fiscal_year_that_always_held_is_said_everywhere(admin: Client, acme: Office) -> None:
    response = sent(admin, acme)

    assert response["Location"] == acme.path(PAGE)
    assert standing() == PeriodRules.always(fiscal=FiscalYear(start_month=7))
    for path in (PAGE, "set-up/settings/"):
        assert "The fiscal year begins in July." in admin.get(acme.path(path)).content.decode()


def test_from_a_day_on_it_is_another_and_until_then_the_page_says_it_is_coming(
    admin: Client, acme: Office
) -> None:
    sent(admin, acme, since="day", day="2090-07-01")

    assert standing() == PLAIN.with_fiscal(FiscalYear(7), from_day=date(2090, 7, 1))
    page = admin.get(acme.path("set-up/settings/")).content.decode()
    assert "The fiscal year is the calendar year." in page
    assert "From Jul 1, 2090: The fiscal year begins in July." in page


def test_the_next_fiscal_year_begins_whole(admin: Client, acme: Office) -> None:
    sent(admin, acme, since="next")

    (_, plain), (day, july) = standing().fiscal
    assert (plain, july) == (FiscalYear(), FiscalYear(7))
    assert (day.month, day.day) == (7, 1)


def test_weeks_begin_on_another_day(admin: Client, acme: Office) -> None:
    week = {"what": "week", "week_start": "sunday", "since": "next", "day": ""}
    admin.post(acme.path(PAGE), week)

    (_, monday), (day, sunday) = standing().weeks
    assert (monday, sunday, day.weekday()) == (0, SUNDAY, SUNDAY)


def test_what_it_comes_to_is_shown_before_anything_is_saved(admin: Client, acme: Office) -> None:
    response = sent(admin, acme, **RETAIL, look="1", since="day", day="2090-01-29")

    assert (response.status_code, standing()) == (200, PLAIN)
    page = read(response)
    assert page.one(id="outlook").text.startswith("So the coming periods are")
    rows = [row.text for row in page.find("tr")]
    assert rows[1:4] == [
        "FY2090 Jan 29, 2090 Feb 3, 2091 53 weeks",
        "FY2090 Q1 Jan 29, 2090 Apr 29, 2090 13 weeks",
        "FY2090 Q2 Apr 30, 2090 Jul 29, 2090 13 weeks",
    ]
    assert page.texts("outlook-note") == [
        "The year before it is a short one: Jan 1 – 28, 2090.",
        "The weeks of this year begin on Sunday, while weeks begin on Monday.",
        "FY2090 has 53 weeks; the extra one lies in its last month.",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"start_month": "13"}, "start_month"), ({"pattern": "4-4-4"}, "pattern"),
     ({"since": "day"}, "day"), ({"since": "day", "day": "1850-01-01"}, "day"),
     ({"since": "sometime"}, "since"), ({"last_weekday": "8"}, "last_weekday")],
)  # fmt: skip
def test_what_could_not_work_is_refused_at_its_field(
    admin: Client, acme: Office, changes: dict[str, str], field: str
) -> None:
    response = sent(admin, acme, **changes)

    assert response.status_code == 422
    assert list(response.context["fiscal"].errors) == [field]
    assert standing() == PLAIN


def test_the_leaderboard_offers_fiscal_periods_where_they_are_others(
    admin: Client, acme: Office
) -> None:
    def offered() -> list[str]:
        page = admin.get(acme.path("leaderboards/"))
        return [label for _key, label in page.context["periods"]]

    assert "Last 30 days" in offered()
    assert "This fiscal quarter" not in offered()
    sent(admin, acme)

    assert "This fiscal quarter" in offered()
    assert "This fiscal month" not in offered()
    sent(admin, acme, **RETAIL)
    assert "This fiscal month" in offered()


def test_a_board_of_a_fiscal_quarter_counts_its_days_and_says_them(
    admin: Client, acme: Office
) -> None:
    # Its first quarter ends on 29 March: March ends two days later.
    sent(admin, acme, start_month="1", pattern="4-4-5")
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("in", owner="ana", amount="7", dates={"closed": cast.at("2025-03-29T10:00")}),
            cast.deal("out", owner="ana", amount="900",
                      dates={"closed": cast.at("2025-03-30T10:00")}),
        )  # fmt: skip
    with scope.enter(Organization.objects.get(slug="acme")):
        quarter, march = (
            boards.board(boards.Asked(metric="revenue_won", period=key), now=cast.NOW)
            for key in ("FY2025-Q1", "2025-03")
        )
    assert (quarter.period.from_day, quarter.period.until_day) == (
        date(2024, 12, 29), date(2025, 3, 30),
    )  # fmt: skip
    assert quarter.period.previous_key == "FY2024-Q4"
    assert (march.company or 0) - (quarter.company or 0) == 900

    page = read(admin.get(acme.path("leaderboards/?period=FY2025-Q1")))
    assert "FY2025 Q1 · Dec 29, 2024 – Mar 29, 2025" in page.one(of="lead").text


def test_a_board_as_of_a_moment_goes_by_the_fiscal_year_known_then(acme: Office) -> None:
    asked = boards.Asked(metric="revenue_won", period="FY2025-Q1")
    with scope.enter(acme.organization):
        periods.change_fiscal_year(
            FiscalYear(7), from_day=ALWAYS, moment=cast.NOW + timedelta(hours=2), actor=cast.ACTOR
        )
        now, then = (
            boards.board(replace(asked, as_of=as_of), now=cast.NOW + timedelta(hours=3))
            for as_of in (None, cast.NOW + timedelta(hours=1))
        )
        explained = explain(
            "revenue_won", member="Ana", period_key="FY2025-Q1",
            as_of=cast.NOW + timedelta(hours=1), now=cast.NOW + timedelta(hours=3),
        )  # fmt: skip

    assert (now.period.from_day, then.period.from_day) == (date(2024, 7, 1), date(2025, 1, 1))
    row = next(row for row in then.rows if row.name == "Ana")
    assert explained.value == row.value
