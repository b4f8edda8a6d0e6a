"""Pace by everybody's own working time: holidays, short Fridays, joiners, who is away."""

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import ALWAYS
from juara.goals import progress
from juara.goals.types import Pace, Status
from juara.metrics import operations as metrics
from juara.people import absences, calendar_operations, queries
from juara.people.calendar_types import DayOff, Pattern
from juara.people.models import Member, WorkCalendar
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals

# Half of Monday is over, and then all of it.
NOON = cast.at("2025-03-10T13:00")
EVENING = cast.at("2025-03-10T17:00")
ONE, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)
ZERO = Decimal(0)
SHORT_FRIDAY = (ONE, ONE, ONE, ONE, HALF, NONE, NONE)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def everybody_works_by(
    pattern: Pattern, *, from_day: date = ALWAYS, moment: datetime = cast.NOW
) -> None:
    found = WorkCalendar.objects.get(is_default=True)
    calendar_operations.change_calendar(
        found.public_id, name=found.name, pattern=pattern, from_day=from_day, today=cast.TODAY,
        moment=moment, actor=cast.ACTOR,
    )  # fmt: skip


def away(member: Member, first: str, until: str, part: Fraction = ONE) -> None:
    absences.add_absence(
        queries.member_of_id(member.public_id), from_day=date.fromisoformat(first),
        until_day=date.fromisoformat(until), part=part, moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip


def pace(member: Member, moment: datetime = NOON, *, as_of: datetime | None = None) -> Pace:
    found = progress.of_member(member.id, moment=moment, batch=progress.batch_of(as_of))
    return found.lines[0].pace


def test_a_joiner_with_13_of_20_days_is_expected_to_have_1_after_a_day() -> None:
    # March 2025 has 21 working days; the Monday of the 31st is a public holiday in Indonesia.
    everybody_works_by(Pattern(country="ID"))
    budi = goals.hired("Budi", "North", from_day=date(2025, 3, 12))
    goals.target("calls", "month", "20")
    first = pace(budi, cast.at("2025-03-12T17:00"))
    assert (first.whole, first.target, first.expected) == (Decimal(20), Decimal(13), Decimal(1))
    assert (first.needed, first.needed_per_day) == (Decimal(13), Decimal("1.0833"))
    # On the holiday nothing more is expected than the evening before, which is everything.
    assert pace(budi, cast.at("2025-03-28T17:00")).expected == 13
    assert pace(budi, cast.at("2025-03-31T11:00")).expected == 13


def test_a_public_holiday_asks_for_nothing_and_makes_the_month_shorter() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "month", "21")
    line = goals.target("calls", "day", "20")
    everybody_works_by(Pattern(country="ID"))
    person = progress.of_member(
        ana.id, moment=cast.at("2025-03-31T13:00"), batch=progress.batch_of(None)
    )
    day, month = person.lines
    assert day.line.public_id == line
    assert (day.pace.target, day.pace.expected) == (ZERO, ZERO)
    assert day.pace.status is Status.NOT_STARTED
    assert (month.pace.target, month.pace.expected) == (Decimal(21), Decimal(21))
    assert person.day_off == DayOff(NONE, "Hari Raya Idul Fitri")
    # Everybody's month is as short: nobody is asked for less.
    assert not month.pace.is_prorated


def test_half_a_friday_is_half_a_day_of_target_and_half_over_sooner() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "day", "20")
    goals.target("calls", "week", "90")
    everybody_works_by(Pattern(SHORT_FRIDAY, time(8), time(12)))
    person = progress.of_member(
        ana.id, moment=cast.at("2025-03-14T10:00"), batch=progress.batch_of(None)
    )
    day, week = (each.pace for each in person.lines)
    assert (day.target, day.expected) == (Decimal(10), Decimal(5))
    # Four days and a quarter of four days and a half.
    assert (week.target, week.expected) == (Decimal(90), Decimal(85))


def test_an_absence_in_the_middle_of_a_month_takes_its_days_from_the_target() -> None:
    ana, bo = goals.hired("Ana", "North"), goals.hired("Bo", "North")
    goals.target("calls", "month", "42")
    # Two whole days and half of a third; the weekend between them is no work to be away from.
    away(ana, "2025-03-06", "2025-03-10")
    away(ana, "2025-03-10", "2025-03-11", HALF)
    mine, others = pace(ana, EVENING), pace(bo, EVENING)
    assert (mine.whole, mine.target, mine.is_prorated) == (Decimal(42), Decimal(37), True)
    assert (mine.expected, others.expected) == (Decimal(7), Decimal(12))
    assert (others.target, others.is_prorated) == (Decimal(42), False)
    # Both have 15 days to go.
    assert (mine.needed_per_day, others.needed_per_day) == (Decimal("2.4667"), Decimal("2.8"))


def test_a_day_away_asks_for_nothing_and_says_so() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "day", "20")
    away(ana, "2025-03-10", "2025-03-11")
    person = progress.of_member(ana.id, moment=NOON, batch=progress.batch_of(None))
    assert person.day_off == DayOff(ONE)
    assert (person.lines[0].pace.target, person.lines[0].pace.expected) == (ZERO, ZERO)
    assert person.status is Status.NOT_STARTED


def test_a_calendar_changed_later_leaves_what_was_known_before() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "month", "42")
    everybody_works_by(
        Pattern(SHORT_FRIDAY), from_day=date(2025, 3, 1), moment=cast.at("2025-03-10T14:00")
    )
    now, then = pace(ana, EVENING), pace(ana, NOON, as_of=NOON)
    # Five days and a half of 19, where five and a half of 21 were known of.
    assert (now.target, then.target) == (Decimal(42), Decimal(42))
    assert now.expected == Decimal("12.1579")
    assert then.expected == Decimal(11)


def test_people_of_another_calendar_are_paced_by_their_own() -> None:
    ana, kai = goals.hired("Ana", "North"), goals.hired("Kai", "North")
    goals.target("calls", "week", "30")
    sunday_week = calendar_operations.add_calendar(
        "Gulf", Pattern((ONE, ONE, ONE, NONE, NONE, NONE, ONE)), today=cast.TODAY,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    calendar_operations.choose_calendar(
        queries.member_of_id(kai.public_id), sunday_week.id, moment=cast.NOW, actor=cast.ACTOR
    )
    assert (pace(ana, EVENING).expected, pace(kai, EVENING).expected) == (
        Decimal(6),
        Decimal("7.5"),
    )


def test_days_of_a_target_for_each_day_are_those_of_the_own_calendar() -> None:
    goals.hired("Ana", "North")
    goals.target("calls", "day", "20")
    everybody_works_by(Pattern(SHORT_FRIDAY))
    (person,) = progress.of_team(
        None, grain="week", among=None, moment=NOON, batch=progress.batch_of(None)
    ).people
    assert (person.lines[0].days, person.lines[0].pace.target) == (Decimal("4.5"), Decimal(90))


def test_calendars_and_absences_cost_the_same_for_one_as_for_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    goals.target("calls", "day", "20")
    for name in ("Ana", "Bo", "Cy"):
        away(goals.hired(name, "North"), "2025-03-05", "2025-03-06")
        with django_assert_num_queries(13):
            progress.of_team(
                None, grain="day", among=None, moment=NOON, batch=progress.batch_of(None)
            )
