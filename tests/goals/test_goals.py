"""Goals of people, teams and the company: overrides, weekdays, lengths, many at once, undone."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.goals import operations, progress, queries
from juara.goals.models import Goal, GoalTarget
from juara.goals.types import Asking, Change, GoalOwner, Owner, Pace, RollUp
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people.models import Member
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals

NOON = cast.at("2025-03-10T13:00")
LATER = cast.at("2025-03-11T09:00")
MARCH, APRIL, MAY = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def paces(member: Member, *, on: date | None = None, grain: str = "") -> dict[str, Pace]:
    found = progress.of_member(member.id, moment=NOON, batch=queries.LATEST, day=on, grain=grain)
    return {each.line.grain: each.pace for each in found.lines}


def laid(member: Member, month: date, until: date, amount: str | None) -> Change:
    owner = GoalOwner(Owner.MEMBER, member.public_id)
    target = None if amount is None else Decimal(amount)
    calls = metric_queries.metric("calls")
    return Change(owner, calls.public_id, "month", target, month, until)


def test_a_goal_of_ones_own_stands_instead_of_the_profiles() -> None:
    ana, budi = goals.hired("Ana", "North"), goals.hired("Budi", "North")
    goals.target("calls", "month", "210")
    goals.of_person(ana, "calls", "month", "100", from_day=MARCH)

    assert paces(ana)["month"].target == 100
    assert paces(budi)["month"].target == 210
    # What was asked before stays.
    assert paces(ana, on=date(2025, 2, 10))["month"].target == 210


def test_an_override_holds_for_its_period_alone() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "month", "210")
    goals.of_person(ana, "calls", "month", "60", from_day=MARCH, until_day=APRIL)

    found = {day: paces(ana, on=day)["month"].whole for day in (date(2025, 2, 3), MARCH, APRIL)}
    assert list(found.values()) == [210, 60, 210]


def test_each_weekday_asks_for_its_part_of_the_day() -> None:
    ana = goals.hired("Ana", "North")
    percents = tuple(Decimal(each) for each in (50, 100, 100, 100, 150, 0, 0))
    goals.of_person(ana, "calls", "day", "20", weekdays=percents)

    assert paces(ana)["day"].target == 10
    assert paces(ana, on=date(2025, 3, 7))["day"].target == 30
    # A week adds them up: 10 + 20 + 20 + 20 + 30.
    assert paces(ana, grain="week")["day"].target == 100


def test_a_quarter_is_made_up_of_its_months() -> None:
    ana = goals.hired("Ana", "North")
    goals.of_person(ana, "calls", "month", "30")
    goals.of_person(ana, "calls", "month", "50", from_day=MARCH, until_day=APRIL)

    assert paces(ana, grain="quarter")["month"].target == 110


def test_a_joiner_is_asked_for_all_of_a_goal_that_is_not_prorated() -> None:
    # March has 21 working days, 14 of them from the 12th.
    budi = goals.hired("Budi", "North", from_day=date(2025, 3, 12))
    goals.of_person(budi, "calls", "month", "21")
    goals.of_person(budi, "emails", "month", "21", is_prorated=False)
    found = progress.of_member(budi.id, moment=cast.at("2025-03-12T17:00"), batch=queries.LATEST)

    assert [(each.pace.target, each.pace.expected) for each in found.lines] == [
        (Decimal(14), Decimal(1)),
        (Decimal(21), Decimal("1.5")),
    ]


@pytest.mark.parametrize(
    ("grain", "value"), [("last-7-days", 4), ("last-30-days", 6), ("fiscal-quarter", 6)]
)
def test_a_goal_may_be_for_a_rolling_or_a_fiscal_length(grain: str, value: int) -> None:
    ana = goals.hired("Ana", "North")
    goals.calls("ana", 2, on="2025-02-20T10:00")
    goals.calls("ana", 4, on="2025-03-05T10:00")
    goals.of_person(ana, "calls", grain, "10")

    assert paces(ana)[grain].value == value


def test_a_custom_goal_has_its_own_days() -> None:
    ana = goals.hired("Ana", "North")
    days = (date(2025, 3, 5), date(2025, 3, 12))
    goals.of_person(ana, "calls", "custom", "10", days=days)
    goals.calls("ana", 3, on="2025-03-04T10:00")
    goals.calls("ana", 4, on="2025-03-05T10:00")

    # Five working days from Wednesday to Tuesday, 3.5 of them over.
    found = paces(ana)["custom"]
    assert (found.value, found.target, found.expected) == (Decimal(4), Decimal(10), Decimal(7))
    assert "custom" not in paces(ana, on=date(2025, 3, 12))


def test_thresholds_are_the_organizations_own_from_a_day_on() -> None:
    ana = goals.hired("Ana", "North")
    goals.of_person(ana, "calls", "day", "20")
    goals.calls("ana", 9)
    before = paces(ana)["day"].status
    operations.set_settings(
        on_track=Decimal("0.9"), behind=Decimal("0.5"), managers_set=True, from_day=cast.TODAY,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    # Nine of the ten expected by noon: 90 %.
    assert (before.value, paces(ana)["day"].status.value) == ("behind", "on_track")


@pytest.mark.parametrize(("on_track", "behind"), [("0.8", "0.9"), ("3", "0.5"), ("1", "0")])
def test_thresholds_that_make_no_sense_are_refused(on_track: str, behind: str) -> None:
    with pytest.raises(DomainError, match="On track begins"):
        operations.set_settings(
            on_track=Decimal(on_track), behind=Decimal(behind), managers_set=True,
            from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip


def test_many_targets_are_laid_in_one_batch_and_put_back_by_one() -> None:
    ana, budi = goals.hired("Ana", "North"), goals.hired("Budi", "North")
    goals.of_person(ana, "calls", "month", "40", is_prorated=False)
    changes = [laid(ana, MARCH, APRIL, "50"), laid(ana, APRIL, MAY, "60"),
               laid(budi, MARCH, APRIL, "70")]  # fmt: skip
    number = operations.lay_targets(changes, moment=LATER, actor=cast.ACTOR)
    assert number == knowledge.last_number()
    assert operations.lay_targets(changes, moment=LATER, actor=cast.ACTOR) is None

    assert [paces(each)["month"].whole for each in (ana, budi)] == [50, 70]
    assert paces(ana, on=APRIL)["month"].whole == 60
    # What else was said of a goal stays with it.
    assert {each.is_prorated for each in queries.goals(MARCH, MAY) if each.member_id == ana.id} == {
        False
    }

    assert operations.put_back(number or 0, moment=LATER, actor=cast.ACTOR)
    assert paces(ana)["month"].whole == paces(ana, on=APRIL)["month"].whole == 40
    assert paces(budi) == {}
    # A page as of then shows what it showed.
    assert len(queries.goals(MARCH, MAY, batch=number or 0)) == 3


def test_what_was_changed_since_is_not_put_back() -> None:
    ana = goals.hired("Ana", "North")
    number = operations.lay_targets([laid(ana, MARCH, APRIL, "50")], moment=LATER, actor=cast.ACTOR)
    goals.of_person(ana, "calls", "month", "55", from_day=MARCH, until_day=APRIL)
    with pytest.raises(ConflictError, match="changed since"):
        operations.put_back(number or 0, moment=LATER, actor=cast.ACTOR)


def test_taking_a_target_away_leaves_the_profiles() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "month", "210")
    goals.of_person(ana, "calls", "month", "60")
    operations.lay_targets([laid(ana, MARCH, APRIL, None)], moment=LATER, actor=cast.ACTOR)

    assert paces(ana)["month"].whole == 210
    assert paces(ana, on=APRIL)["month"].whole == 60


def test_what_cannot_be_asked_is_refused_with_the_reason() -> None:
    ana = goals.hired("Ana", "North")
    with pytest.raises(DomainError, match="can be a sum"):
        goals.of_person(ana, "calls", "month", "1", roll_up=RollUp.MEMBERS)
    with pytest.raises(DomainError, match="add up only for counts and sums"):
        goals.company("win_rate", "month", None)
    with pytest.raises(DomainError, match="Only a target for the day"):
        goals.of_person(ana, "calls", "week", "1", weekdays=(Decimal(100),) * 7)
    with pytest.raises(DomainError, match="each weekday"):
        goals.of_person(ana, "calls", "day", "1", weekdays=(Decimal(100),) * 6)
    with pytest.raises(DomainError, match="first and the last day"):
        goals.of_person(ana, "calls", "custom", "1")
    with pytest.raises(NotFoundError):
        operations.set_goal(
            GoalOwner(Owner.TEAM, "nobody"), metric="calls", grain="month",
            asking=Asking(Decimal(1)), from_day=ALWAYS, moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    assert Goal.objects.count() == GoalTarget.objects.count() == 0


def test_a_goal_serves_one_above_it_and_no_other() -> None:
    ana = goals.hired("Ana", "North")
    company = goals.company("calls", "month", "900")
    team = goals.of_team("North", "calls", "month", "300", serves=company)
    goals.of_person(ana, "calls", "month", "30", serves=team)

    with pytest.raises(DomainError, match="one above it"):
        goals.company("emails", "month", "5", serves=team)
    with pytest.raises(DomainError, match="one above it"):
        goals.of_team("North", "calls", "month", "300", serves=team)


def test_the_database_keeps_owners_and_days_apart() -> None:
    goals.company("calls", "month", "900")
    for change in (
        "UPDATE goal SET owner = 'team'",
        "UPDATE goal SET grain = 'custom'",
        "UPDATE goal SET grain = 'hour'",
        "UPDATE goal_target SET value = NULL",
    ):
        with pytest.raises(IntegrityError), db.transaction(), connection.cursor() as cursor:
            cursor.execute(change)
    assert queries.goals(ALWAYS, FOREVER)[0].owner is Owner.COMPANY
