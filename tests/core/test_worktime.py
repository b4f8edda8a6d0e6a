"""Working time: exact parts of days, weeks and spans."""

import os
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juara.core.worktime import (
    STANDARD,
    Away,
    OwnTime,
    Span,
    Special,
    WorkCalendar,
    WorkWeek,
    within,
)

MONDAY = date(2025, 3, 3)
NEXT_MONDAY = date(2025, 3, 10)
MARCH = Span(date(2025, 3, 1), date(2025, 4, 1))

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
times = st.times()
weights = st.tuples(*[st.fractions(0, 1, max_denominator=4)] * 7)


def test_a_week_has_five_working_days_and_march_2025_has_21() -> None:
    assert STANDARD.work(Span(MONDAY, NEXT_MONDAY)) == 5
    assert STANDARD.work(MARCH) == 21


def test_a_day_opens_at_nine_and_closes_at_five() -> None:
    parts = {time(8, 59): 0, time(9): 0, time(11): Fraction(1, 4), time(13): Fraction(1, 2),
             time(17): 1, time(23, 59): 1}  # fmt: skip
    assert {at: STANDARD.part_of_day(at) for at in parts} == parts


def test_the_running_day_counts_by_its_part() -> None:
    wednesday_noon = datetime(2025, 3, 5, 12, 0, tzinfo=UTC)
    assert STANDARD.work_until(Span(MONDAY, NEXT_MONDAY), wednesday_noon) == 2 + Fraction(3, 8)


def test_nothing_of_a_span_to_come_and_all_of_a_past_one_is_over() -> None:
    week = Span(MONDAY, NEXT_MONDAY)
    assert STANDARD.work_until(week, datetime(2025, 2, 28, 16, 0, tzinfo=UTC)) == 0
    assert STANDARD.work_until(week, datetime(2025, 3, 10, 9, 30, tzinfo=UTC)) == 5


def test_a_weekend_adds_nothing() -> None:
    saturday = datetime(2025, 3, 8, 12, 0, tzinfo=UTC)
    assert STANDARD.work_until(Span(MONDAY, NEXT_MONDAY), saturday) == 5
    assert STANDARD.work(Span(date(2025, 3, 8), NEXT_MONDAY)) == 0


def test_the_running_day_is_among_those_left_until_it_closes() -> None:
    week = Span(MONDAY, NEXT_MONDAY)
    assert STANDARD.days_left(week, datetime(2025, 3, 5, 16, 59, tzinfo=UTC)) == 3
    assert STANDARD.days_left(week, datetime(2025, 3, 5, 17, 0, tzinfo=UTC)) == 2
    assert STANDARD.days_left(week, datetime(2025, 3, 8, 10, 0, tzinfo=UTC)) == 0


def test_another_week_weighs_as_it_says() -> None:
    # Sunday to Thursday, the last of them a half day.
    one, half, none = Fraction(1), Fraction(1, 2), Fraction(0)
    week = WorkWeek((one, one, one, half, none, none, one))
    assert week.work(Span(MONDAY, NEXT_MONDAY)) == Fraction(9, 2)
    thursday = datetime(2025, 3, 6, 13, 0, tzinfo=UTC)
    assert week.work_until(Span(MONDAY, NEXT_MONDAY), thursday) == 3 + Fraction(1, 4)


def test_a_week_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="seven weekdays"):
        WorkWeek((Fraction(1),) * 6)
    with pytest.raises(ValueError, match="opens before it closes"):
        WorkWeek(opens=time(17), closes=time(9))


def test_spans_are_cut_to_their_bounds() -> None:
    spans = [Span(date(2025, 2, 1), date(2025, 3, 5)), Span(date(2025, 3, 20), date(2025, 5, 1))]
    assert within(spans, MARCH) == (
        Span(date(2025, 3, 1), date(2025, 3, 5)), Span(date(2025, 3, 20), date(2025, 4, 1))
    )  # fmt: skip
    assert within([Span(date(2025, 4, 1), date(2025, 4, 2))], MARCH) == ()


@given(first=days, length=st.integers(0, 400), cut=st.integers(0, 400), weights=weights)
def test_work_adds_up_over_the_parts_of_a_span(
    first: date, length: int, cut: int, weights: tuple[Fraction, ...]
) -> None:
    week = WorkWeek(weights)
    last, middle = first + timedelta(days=length), first + timedelta(days=min(cut, length))
    whole = week.work(Span(first, last))
    assert whole == week.work(Span(first, middle)) + week.work(Span(middle, last))
    assert whole == sum(week.weight(first + timedelta(days=day)) for day in range(length))


@given(first=days, length=st.integers(1, 60), offset=st.integers(-10, 70), at=times, later=times)
def test_time_only_goes_forward_and_never_past_the_whole(
    first: date, length: int, offset: int, at: time, later: time
) -> None:
    span = Span(first, first + timedelta(days=length))
    day = first + timedelta(days=offset)
    early, late = sorted((at, later))
    before = STANDARD.work_until(span, datetime.combine(day, early))
    after = STANDARD.work_until(span, datetime.combine(day, late))
    assert 0 <= before <= after <= STANDARD.work(span)


# A calendar: weeks by date, and days that are different.

YEAR = Span(date(2025, 1, 1), date(2026, 1, 1))
HALF = Fraction(1, 2)


def test_a_holiday_weighs_nothing_and_a_half_day_half() -> None:
    specials = {date(2025, 3, 6): Special(), date(2025, 3, 7): Special(HALF)}
    calendar = WorkCalendar(YEAR, specials=specials)
    assert calendar.work(Span(MONDAY, NEXT_MONDAY)) == 3 + HALF
    assert [calendar.weight(date(2025, 3, day)) for day in (5, 6, 7, 8)] == [1, 0, HALF, 0]


def test_half_a_holiday_makes_no_saturday_work_and_an_extra_day_does() -> None:
    saturdays = {date(2025, 3, 8): Special(HALF), date(2025, 3, 15): Special(Fraction(1), True)}
    calendar = WorkCalendar(YEAR, specials=saturdays)
    assert calendar.weight(date(2025, 3, 8)) == 0
    assert calendar.weight(date(2025, 3, 15)) == 1


def test_another_week_holds_from_its_date_with_its_own_hours() -> None:
    short = WorkWeek((Fraction(1),) * 4 + (HALF, Fraction(0), Fraction(0)), time(8), time(12))
    calendar = WorkCalendar(YEAR, weeks=[(date(2025, 3, 5), short)])
    assert calendar.work(Span(MONDAY, NEXT_MONDAY)) == 4 + HALF
    assert (
        calendar.work_until(Span(MONDAY, NEXT_MONDAY), datetime(2025, 3, 5, 10, tzinfo=UTC))
        == 2 + HALF
    )
    assert (
        calendar.work_until(Span(MONDAY, NEXT_MONDAY), datetime(2025, 3, 4, 13, tzinfo=UTC))
        == 1 + HALF
    )
    assert (
        calendar.days_left(Span(MONDAY, NEXT_MONDAY), datetime(2025, 3, 7, 11, 59, tzinfo=UTC))
        == HALF
    )


def test_a_calendar_answers_for_its_own_days_only() -> None:
    calendar = WorkCalendar(YEAR)
    assert calendar.work(Span(date(2030, 1, 2), date(2030, 1, 1))) == 0
    with pytest.raises(ValueError, match="beyond the days"):
        calendar.work(Span(date(2024, 12, 31), date(2025, 1, 2)))


def test_somebody_away_twice_on_a_day_is_away_once() -> None:
    away = [Away(Span(MONDAY, date(2025, 3, 6)), HALF), Away(Span(date(2025, 3, 4), NEXT_MONDAY))]
    own = OwnTime([(YEAR, WorkCalendar(YEAR))], away)
    assert own.work(Span(MONDAY, NEXT_MONDAY)) == HALF
    assert own.work(MARCH) == 16 + HALF


def test_half_a_day_away_is_half_over_when_half_the_day_is() -> None:
    own = OwnTime([(YEAR, WorkCalendar(YEAR))], [Away(Span(MONDAY, date(2025, 3, 4)), HALF)])
    noon = datetime(2025, 3, 3, 13, tzinfo=UTC)
    assert own.work_until(Span(MONDAY, NEXT_MONDAY), noon) == Fraction(1, 4)
    assert own.days_left(Span(MONDAY, NEXT_MONDAY), noon) == 4 + HALF


def test_another_calendar_holds_from_the_day_of_the_change() -> None:
    free = WorkCalendar(YEAR, specials={date(2025, 3, 5): Special(), date(2025, 3, 6): Special()})
    own = OwnTime([
        (Span(YEAR.from_day, date(2025, 3, 6)), WorkCalendar(YEAR)),
        (Span(date(2025, 3, 6), YEAR.until_day), free),
    ])  # fmt: skip
    assert own.work(Span(MONDAY, NEXT_MONDAY)) == 4


inside = st.integers(0, 364).map(lambda day: YEAR.from_day + timedelta(days=day))
parts = st.fractions(0, 1, max_denominator=4)
specials = st.dictionaries(inside, st.builds(Special, parts, st.booleans()), max_size=12)
spans = st.tuples(inside, inside).map(lambda pair: Span(*sorted(pair)))
awaynesses = st.lists(st.builds(Away, spans, parts.filter(bool)), max_size=4)
weeks = st.dictionaries(inside, st.builds(WorkWeek, weights), max_size=3).map(dict.items)
works = st.builds(
    WorkCalendar,
    st.just(YEAR),
    weeks=weeks,
    specials=specials,
)


# Each of them adds up a year day by day.
@settings(max_examples=200 if os.environ.get("JUARA_LONG") else 25)
@given(one=works, other=works, change=inside, away=awaynesses, span=spans, cut=inside, at=times)
def test_own_time_adds_up_day_by_day_and_never_exceeds_the_calendar(
    one: WorkCalendar,
    other: WorkCalendar,
    change: date,
    away: list[Away],
    span: Span,
    cut: date,
    at: time,
) -> None:
    calendars = [
        (Span(YEAR.from_day, change), one), (Span(change, YEAR.until_day), other)
    ]  # fmt: skip
    everybodys, own = OwnTime(calendars), OwnTime(calendars, away)
    days = [span.from_day + timedelta(days=day)
            for day in range((span.until_day - span.from_day).days)]  # fmt: skip
    middle = min(max(cut, span.from_day), span.until_day)
    whole = own.work(span)
    assert whole == own.work(Span(span.from_day, middle)) + own.work(Span(middle, span.until_day))
    assert whole == sum(own.weight(day) for day in days)
    assert all(0 <= own.weight(day) <= everybodys.weight(day) for day in days)
    now = datetime.combine(cut, at)
    assert 0 <= own.work_until(span, now) <= whole
    assert 0 <= own.days_left(span, now) <= whole
    if at >= time(17) or at < time(9):
        assert own.work_until(span, now) + own.days_left(span, now) == whole


@given(calendar=works, span=spans)
def test_a_calendars_span_is_the_sum_of_its_days(calendar: WorkCalendar, span: Span) -> None:
    length = (span.until_day - span.from_day).days
    each = [calendar.weight(span.from_day + timedelta(days=day)) for day in range(length)]
    assert calendar.work(span) == sum(each)
    assert all(weight >= 0 for weight in each)
