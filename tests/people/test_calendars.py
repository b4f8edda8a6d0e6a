"""Calendars and absences: dated, known since when, and never filled in twice."""

from datetime import date, time, timedelta
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.core.worktime import Span
from juara.people import (
    absences,
    calendar_operations,
    calendars,
    holiday_filling,
    public_holidays,
    queries,
)
from juara.people.calendar_types import DayOff, Pattern
from juara.people.calendars import WorkingTimes
from juara.people.models import (
    Absence,
    CalendarDay,
    HolidayFill,
    Member,
    MemberCalendar,
    WorkCalendar,
)
from juara.people.types import MemberFacts
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast

MARCH = (date(2025, 3, 1), date(2025, 4, 1))
WHOLE, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)
SHORT_FRIDAY = (WHOLE, WHOLE, WHOLE, WHOLE, HALF, NONE, NONE)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")


def facts(member: Member) -> MemberFacts:
    return queries.member_of_id(member.public_id)


def calendar(name: str = "Indonesia", pattern: Pattern | None = None) -> WorkCalendar:
    return calendar_operations.add_calendar(
        name, pattern or Pattern(country="ID"), today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )


def change(made: WorkCalendar, pattern: Pattern, *, from_day: date = ALWAYS) -> bool:
    return calendar_operations.change_calendar(
        made.public_id, name=made.name, pattern=pattern, from_day=from_day, today=cast.TODAY,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip


def choose(member: Member, made: WorkCalendar | None, *, from_day: date = ALWAYS) -> bool:
    return calendar_operations.choose_calendar(
        facts(member),
        None if made is None else made.id,
        from_day=from_day,
        moment=cast.NOW,
        actor=cast.ACTOR,
    )


def default() -> WorkCalendar:
    return WorkCalendar.objects.get(is_default=True)


def away(member: Member, first: str, until: str, part: Fraction = WHOLE) -> str:
    return absences.add_absence(
        facts(member), from_day=date.fromisoformat(first), until_day=date.fromisoformat(until),
        part=part, moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip


def work(member: Member, *, batch: int = queries.LATEST) -> Fraction:
    return calendars.workdays([member.id], *MARCH, batch=batch)[member.id]


def times(*, batch: int = queries.LATEST) -> WorkingTimes:
    return calendars.working_times(*MARCH, batch=batch)


def holidays_of(made: WorkCalendar, year: int = 2025) -> list[date]:
    days = calendars.different_days(
        date(year, 1, 1), date(year + 1, 1, 1), calendar_id=made.id
    )  # fmt: skip
    return [each.from_day for each in days]


def test_an_organization_begins_with_one_default_that_says_nothing() -> None:
    (only,) = calendars.calendars()
    assert (only.name, only.is_default, only.patterns) == ("Standard", True, ())
    assert only.on(cast.TODAY) == Pattern()
    assert work(cast.member("Ana", "North")) == 21


def test_public_holidays_are_filled_in_for_whole_years_on_both_sides() -> None:
    made = calendar()
    (fill,) = HolidayFill.objects.all()
    assert (fill.valid_from, fill.valid_until) == (date(2015, 1, 1), date(2028, 1, 1))
    assert (fill.country, fill.edition) == ("ID", public_holidays.EDITION)
    assert {date(2025, 3, 29), date(2025, 3, 31), date(2025, 8, 17)} <= set(holidays_of(made))
    ana = cast.member("Ana", "North")
    choose(ana, made)
    # Nyepi on Saturday the 29th takes nothing; the feast on Monday the 31st takes a day.
    assert work(ana) == 20
    assert times().day_off(ana.id, date(2025, 3, 31)) == DayOff(NONE, "Hari Raya Idul Fitri")


def test_what_is_filled_in_is_not_filled_in_again_by_another_edition() -> None:
    made = calendar()
    # As if an older edition had not known the day of independence, and named another.
    CalendarDay.objects.filter(valid_from=date(2025, 8, 17)).delete()
    before = holidays_of(made)
    assert not holiday_filling.is_due(today=cast.TODAY)
    assert holiday_filling.extend_all(today=cast.TODAY, moment=cast.NOW) == 0
    next_year = date(2026, 1, 1)
    assert holiday_filling.is_due(today=next_year)
    assert holiday_filling.extend_all(today=next_year, moment=cast.at("2026-01-01T00:20")) == 1
    assert holidays_of(made) == before
    assert date(2028, 8, 17) in holidays_of(made, 2028)
    assert [
        (fill.valid_from.year, fill.valid_until.year)
        for fill in HolidayFill.objects.order_by("valid_from")
    ] == [(2015, 2028), (2028, 2029)]


def test_another_country_keeps_its_holidays_from_the_day_of_the_change() -> None:
    made = calendar()
    before = knowledge.last_number()
    assert change(made, Pattern(country="DE", region="BE"), from_day=date(2025, 7, 1))
    days = holidays_of(made)
    assert date(2025, 3, 31) in days
    assert date(2025, 8, 17) not in days
    assert date(2025, 10, 3) in days
    known = calendars.different_days(
        date(2025, 7, 1), date(2026, 1, 1), calendar_id=made.id, batch=before
    )
    assert date(2025, 8, 17) in [each.from_day for each in known]


def test_no_country_takes_the_holidays_out() -> None:
    made = calendar()
    assert change(made, Pattern(), from_day=date(2025, 1, 1))
    assert holidays_of(made) == []
    assert holidays_of(made, 2024)
    assert not change(made, Pattern(), from_day=date(2025, 1, 1))


def test_a_half_friday_and_a_company_day_are_known_from_then_on() -> None:
    ana = cast.member("Ana", "North")
    first = knowledge.last_number()
    change(default(), Pattern(SHORT_FRIDAY, time(8), time(16)), from_day=date(2025, 3, 10))
    # Three Fridays are left in March 2025.
    assert work(ana) == 19 + HALF
    second = knowledge.last_number()
    calendar_operations.add_company_day(
        [default().public_id], name="Founders' day", from_day=date(2025, 3, 19),
        until_day=date(2025, 3, 20), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    assert work(ana) == 18 + HALF
    assert (work(ana, batch=first), work(ana, batch=second)) == (Fraction(21), 19 + HALF)


def test_the_companys_own_day_comes_before_a_public_holiday() -> None:
    made = calendar()
    ana = cast.member("Ana", "North")
    choose(ana, made)
    calendar_operations.add_company_day(
        [made.public_id], name="Stocktaking", from_day=date(2025, 3, 29),
        until_day=date(2025, 4, 1), weight=HALF, is_extra=True, moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    # Saturday, Sunday half a day; Monday is a whole one again.
    assert work(ana) == 22
    name = calendar_operations.withdraw_company_day(
        made.public_id, date(2025, 3, 29), moment=cast.NOW, actor=cast.ACTOR
    )
    assert (name, work(ana)) == ("Stocktaking", Fraction(20))
    with pytest.raises(NotFoundError):
        calendar_operations.withdraw_company_day(
            made.public_id, date(2025, 3, 29), moment=cast.NOW, actor=cast.ACTOR
        )


def test_a_person_works_by_another_calendar_from_a_day_without_another_place() -> None:
    ana = cast.member("Ana", "North")
    made = calendar("Short", Pattern(SHORT_FRIDAY))
    places = queries.places_of(ana.id)
    assert choose(ana, made, from_day=date(2025, 3, 10))
    assert work(ana) == 19 + HALF
    assert queries.places_of(ana.id) == places
    assert not choose(ana, made, from_day=date(2025, 3, 10))
    # Back to the default, which is what holds where nothing is chosen.
    assert choose(ana, default(), from_day=date(2025, 3, 24))
    assert work(ana) == 20
    assert [each.calendar_id for each in calendars.chosen_by(ana.id)] == [made.id]


def test_only_days_somebody_is_assigned_and_not_away_are_theirs() -> None:
    joiner = cast.member("Joiner", "North", from_day=date(2025, 3, 12))
    gone = cast.member("Gone", "North", until_day=date(2025, 3, 1))
    away(joiner, "2025-03-20", "2025-03-22")
    away(joiner, "2025-03-24", "2025-03-25", HALF)
    assert calendars.workdays([joiner.id, gone.id], *MARCH) == {
        joiner.id: 11 + HALF, gone.id: NONE
    }  # fmt: skip


def test_an_absence_withdrawn_is_still_there_as_of_before() -> None:
    ana, bo = cast.member("Ana", "North"), cast.member("Bo", "North")
    key = away(ana, "2025-03-03", "2025-03-08")
    before = knowledge.last_number()
    with pytest.raises(NotFoundError):
        absences.withdraw_absence(facts(bo), key, moment=cast.NOW, actor=cast.ACTOR)
    absences.withdraw_absence(
        facts(ana), key, from_day=date(2025, 3, 6), moment=cast.NOW, actor=cast.ACTOR
    )
    assert (work(ana), work(ana, batch=before)) == (Fraction(18), Fraction(16))
    assert absences.withdraw_absence(facts(ana), key, moment=cast.NOW, actor=cast.ACTOR)
    assert not absences.withdraw_absence(facts(ana), key, moment=cast.NOW, actor=cast.ACTOR)
    assert (work(ana), work(ana, batch=before)) == (Fraction(21), Fraction(16))
    assert Absence.objects.count() == 2


def test_a_day_off_says_why() -> None:
    ana = cast.member("Ana", "North")
    away(ana, "2025-03-05", "2025-03-06")
    away(ana, "2025-03-06", "2025-03-07", HALF)
    found = [times().day_off(ana.id, date(2025, 3, day)) for day in (4, 5, 6, 8)]
    assert found == [None, DayOff(WHOLE), DayOff(HALF), DayOff(NONE)]


def test_a_calendar_people_work_by_stays_and_so_does_the_default() -> None:
    ana = cast.member("Ana", "North")
    made = calendar()
    choose(ana, made)
    for each in (made, default()):
        with pytest.raises(ConflictError):
            calendar_operations.archive_calendar(
                each.public_id, today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
            )
    choose(ana, None, from_day=cast.TODAY)
    calendar_operations.archive_calendar(
        made.public_id, today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )
    with pytest.raises(ConflictError, match="archived"):
        choose(ana, made, from_day=cast.TODAY)
    calendar_operations.restore_calendar(made.public_id, moment=cast.NOW, actor=cast.ACTOR)
    assert not any(each.is_archived for each in calendars.calendars())


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (Pattern((NONE,) * 7), "calendar.no_work"),
        (Pattern((Fraction(2),) * 7), "calendar.weights"),
        (Pattern(opens=time(17), closes=time(9)), "calendar.hours"),
        (Pattern(country="XX"), "calendar.country"),
        (Pattern(country="DE", region="CA"), "calendar.country"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(pattern: Pattern, code: str) -> None:
    before = knowledge.last_number()
    with pytest.raises(DomainError) as refusal:
        calendar("Odd", pattern)
    assert refusal.value.code == code
    assert (WorkCalendar.objects.count(), knowledge.last_number()) == (1, before)


def test_two_calendars_of_a_name_are_refused() -> None:
    calendar("Europe")
    with pytest.raises(ConflictError):
        calendar("europe")


def test_working_time_costs_the_same_for_one_as_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = calendar()
    people = [cast.member(f"Person {number}", "North") for number in range(3)]
    for each in people:
        choose(each, made)
        away(each, "2025-03-05", "2025-03-06")
    for asked in (people[:1], people):
        with django_assert_num_queries(5):
            found = calendars.workdays([each.id for each in asked], *MARCH)
        assert set(found.values()) == {Fraction(19)}


def test_everybody_by_one_calendar_shares_it() -> None:
    ana, bo = cast.member("Ana", "North"), cast.member("Bo", "North")
    known = times()
    spans = [Span(date(2025, 3, 3), date(2025, 3, 3) + timedelta(days=7))] * 2
    assert [known.of(each.id).work(span) for each, span in zip((ana, bo), spans, strict=True)] == [
        5, 5
    ]  # fmt: skip
    assert known.calendar(default().id) is known.calendar(default().id)
    assert MemberCalendar.objects.filter(valid_until=FOREVER).count() == 0
