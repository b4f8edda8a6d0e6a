"""Working time: exact parts of days, weeks and spans."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.core.worktime import STANDARD, Span, WorkWeek, within

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
