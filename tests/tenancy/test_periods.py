"""What weeks and fiscal years go by: kept with both spans, and found where a request looks."""

from datetime import date, timedelta

import pytest

from juara.audit.models import AuditEntry
from juara.core import scope as core_scope
from juara.core.calendar import ALWAYS, PLAIN, FiscalYear, PeriodRules, parse_period
from juara.core.errors import DomainError
from juara.events import queries as events
from juara.ledger import periods as operations
from juara.metrics import operations as metrics
from juara.tenancy import knowledge, periods, scope
from juara.tenancy.models import FiscalRule, Organization, WeekRule
from juara.tenancy.operations import create_organization
from tests import cast

SUNDAY = 6
JULY = FiscalYear(start_month=7)
RETAIL = FiscalYear(2, "4-5-4", 5, "nearest", "begin")
DAY = date(2025, 7, 1)


@pytest.fixture
def acme(committed: None) -> Organization:
    return cast.organization("acme")


def lay(fiscal: FiscalYear, day: date, *, hours: int = 0) -> bool:
    return operations.change_fiscal_year(
        fiscal, from_day=day, moment=cast.NOW + timedelta(hours=hours), actor=cast.ACTOR
    )


def test_what_was_said_at_the_beginning_was_known_before_every_batch(committed: None) -> None:
    made = create_organization(
        slug="acme", name="Acme", week_start="sunday", fiscal_start_month=7, moment=cast.NOW
    )
    wanted = PeriodRules.always(week_start=SUNDAY, fiscal=JULY)

    assert made.rules == wanted
    with scope.enter(Organization.objects.get()) as entered:
        assert entered.rules == wanted
        assert periods.rules(batch=0) == wanted


def test_a_change_holds_from_its_day_and_the_time_before_stays(acme: Organization) -> None:
    with scope.enter(acme):
        assert lay(JULY, DAY)
        operations.change_week_start(SUNDAY, from_day=DAY, moment=cast.NOW, actor=cast.ACTOR)
    wanted = PLAIN.with_fiscal(JULY, from_day=DAY).with_week_start(SUNDAY, from_day=DAY)

    with scope.enter(Organization.objects.get()) as entered:
        assert entered.rules == wanted
        # What was plain is not written down: nothing says otherwise.
        assert [each.valid_from for each in FiscalRule.objects.all()] == [DAY]
        assert [each.valid_from for each in WeekRule.objects.all()] == [DAY]


def test_as_of_goes_by_what_was_known_then(acme: Organization) -> None:
    with scope.enter(acme):
        lay(JULY, ALWAYS)
        first = knowledge.last_number()
    with scope.enter(Organization.objects.get()):
        lay(RETAIL, ALWAYS, hours=1)

    with scope.enter(Organization.objects.get()):
        then, now = periods.rules(batch=first), periods.rules()
        assert (then.fiscal_on(DAY), now.fiscal_on(DAY)) == (JULY, RETAIL)
        assert periods.rules(batch=first - 1) == PLAIN
        assert parse_period("FY2026", today=DAY, rules=then).from_day == DAY


def test_a_later_change_gives_way_to_one_from_an_earlier_day(acme: Organization) -> None:
    with scope.enter(acme):
        lay(JULY, date(2026, 7, 1))
        lay(RETAIL, date(2026, 2, 1))

        assert periods.rules() == PLAIN.with_fiscal(RETAIL, from_day=date(2026, 2, 1))
    with scope.enter(Organization.objects.get()) as entered:
        # What the organization carries is what the facts say.
        assert entered.rules_since == knowledge.last_number()
        entered.rules_since += 1
        assert periods.rules(batch=knowledge.last_number()) == entered.rules


def test_saying_what_holds_leaves_no_trace(acme: Organization) -> None:
    with scope.enter(acme):
        assert not lay(FiscalYear(), DAY)
        assert lay(JULY, DAY)
        assert not lay(JULY, DAY + timedelta(days=40))

        assert AuditEntry.objects.filter(action="periods.changed").count() == 1
        assert knowledge.last_number() == 1


def test_every_board_is_told_and_the_audit_says_before_and_after(acme: Organization) -> None:
    with scope.enter(acme):
        cast.team()
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        before = events.topic_versions()
    with scope.enter(acme):
        lay(JULY, DAY)

        after = events.topic_versions()
        assert set(after) > {"freshness"}
        assert all(after[topic] == before.get(topic, 0) + 1 for topic in after)
        entry = AuditEntry.objects.get(action="periods.changed")
    assert (entry.subject, entry.data["from_day"]) == ("fiscal_year", "2025-07-01")
    assert entry.data["before"] == [["1900-01-01", 1, "months", 5, "nearest", "end"]]
    assert entry.data["after"][1] == ["2025-07-01", 7, "months", 5, "nearest", "end"]


@pytest.mark.parametrize(
    "wrong",
    [FiscalYear(13), FiscalYear(1, "4-4-4"), FiscalYear(1, "4-4-5", 7),
     FiscalYear(1, "4-4-5", 5, "first"), FiscalYear(2, named_after="middle")],
)  # fmt: skip
def test_what_no_calendar_can_go_by_is_refused(acme: Organization, wrong: FiscalYear) -> None:
    with scope.enter(acme):
        with pytest.raises(DomainError):
            lay(wrong, DAY)
        assert core_scope.current().rules == PLAIN
        assert not FiscalRule.objects.exists()
