"""Periods: what each key names, which days it covers, and what lies before and after."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.core.calendar import (
    RELATIVE_KEYS,
    Period,
    PeriodRules,
    add_months,
    following,
    parse_period,
    period_of,
    previous,
    stretches,
)
from juara.core.errors import DomainError

TODAY = date(2024, 2, 29)  # a Thursday, in a leap year
SUNDAY = 6
SATURDAY = 5

UNITS = st.sampled_from(["day", "week", "month", "quarter", "year"])
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
WEEK_STARTS = st.integers(0, 6)


def read(key: str, *, today: date = TODAY, week_start: int = 0) -> tuple[str, date, date]:
    period = parse_period(key, today=today, rules=PeriodRules.always(week_start=week_start))
    return period.unit, period.from_day, period.until_day


@pytest.mark.parametrize(
    ("key", "unit", "from_day", "until_day"),
    [
        ("2017-10-05", "day", date(2017, 10, 5), date(2017, 10, 6)),
        ("2024-02-29", "day", date(2024, 2, 29), date(2024, 3, 1)),
        ("2017-W40", "week", date(2017, 10, 2), date(2017, 10, 9)),
        ("2017-10", "month", date(2017, 10, 1), date(2017, 11, 1)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 3, 1)),
        ("2025-02", "month", date(2025, 2, 1), date(2025, 3, 1)),
        ("2017-12", "month", date(2017, 12, 1), date(2018, 1, 1)),
        ("2017-Q1", "quarter", date(2017, 1, 1), date(2017, 4, 1)),
        ("2017-Q4", "quarter", date(2017, 10, 1), date(2018, 1, 1)),
        ("2024", "year", date(2024, 1, 1), date(2025, 1, 1)),
        ("2017-10-05..2017-11-04", "custom", date(2017, 10, 5), date(2017, 11, 5)),
        ("2017-10-05..2017-10-05", "custom", date(2017, 10, 5), date(2017, 10, 6)),
        ("  2017-10  ", "month", date(2017, 10, 1), date(2017, 11, 1)),
    ],
)
def test_an_absolute_key_names_its_days(
    key: str, unit: str, from_day: date, until_day: date
) -> None:
    assert read(key) == (unit, from_day, until_day)


@pytest.mark.parametrize(
    ("key", "from_day", "until_day"),
    [
        ("today", date(2024, 2, 29), date(2024, 3, 1)),
        ("yesterday", date(2024, 2, 28), date(2024, 2, 29)),
        ("this-week", date(2024, 2, 26), date(2024, 3, 4)),
        ("last-week", date(2024, 2, 19), date(2024, 2, 26)),
        ("this-month", date(2024, 2, 1), date(2024, 3, 1)),
        ("last-month", date(2024, 1, 1), date(2024, 2, 1)),
        ("this-quarter", date(2024, 1, 1), date(2024, 4, 1)),
        ("last-quarter", date(2023, 10, 1), date(2024, 1, 1)),
        ("this-year", date(2024, 1, 1), date(2025, 1, 1)),
        ("last-year", date(2023, 1, 1), date(2024, 1, 1)),
    ],
)
def test_a_relative_key_starts_from_today(key: str, from_day: date, until_day: date) -> None:
    assert read(key)[1:] == (from_day, until_day)


def test_every_relative_key_listed_can_be_read() -> None:
    assert len(RELATIVE_KEYS) == 19
    for key in RELATIVE_KEYS:
        parse_period(key, today=TODAY)


@pytest.mark.parametrize(
    ("week_start", "from_day"),
    [(0, date(2024, 2, 26)), (SUNDAY, date(2024, 2, 25)), (SATURDAY, date(2024, 2, 24))],
)
def test_a_week_begins_on_the_organizations_first_day(week_start: int, from_day: date) -> None:
    assert read("this-week", week_start=week_start)[1:] == (from_day, from_day + timedelta(7))


def test_a_week_that_begins_on_sunday_keeps_the_number_of_its_thursday() -> None:
    sundays = PeriodRules.always(week_start=SUNDAY)
    assert read("2017-W40", week_start=SUNDAY)[1:] == (date(2017, 10, 1), date(2017, 10, 8))
    assert period_of("week", date(2017, 10, 1), rules=sundays).key == "2017-W40"


def test_week_53_exists_only_in_long_iso_years() -> None:
    assert read("2020-W53")[1:] == (date(2020, 12, 28), date(2021, 1, 4))
    with pytest.raises(DomainError):
        parse_period("2021-W53", today=TODAY)


def test_the_first_days_of_a_year_can_belong_to_the_last_week_of_the_year_before() -> None:
    assert period_of("week", date(2021, 1, 1)).key == "2020-W53"
    assert period_of("week", date(2024, 12, 30)).key == "2025-W01"


@pytest.mark.parametrize(
    "key",
    [
        "", " ", "2017-13", "2017-00", "2017-Q5", "2017-Q0", "2017-W00", "2017-W54", "2017-02-29",
        "2017-10-32", "17-10", "2017-1-1", "2017/10/05", "20171005", "tomorrow", "this-decade",
        "next-month", "2017-11-04..2017-10-05", "2017-10-05..", "..2017-10-05", "2017-10..2017-11",
        "0000", "9999", "9999-12-31", "9999-W52", "' OR 1=1", "2017-10-05..2017-11-04..2017-12-01",
    ],
)  # fmt: skip
def test_an_unreadable_key_is_refused_with_the_accepted_forms(key: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_period(key, today=TODAY)
    assert refused.value.code == "period.unreadable"
    assert refused.value.data["key"].strip() == key.strip()
    for form in ("2017-10-05", "2017-W40", "2017-10", "2017-Q4", "2017-10-05..2017-11-04"):
        assert form in refused.value.message


@given(st.text(max_size=30))
def test_any_text_is_either_a_period_or_refused_in_words(key: str) -> None:
    try:
        period = parse_period(key, today=TODAY)
    except DomainError:
        return
    assert period.from_day < period.until_day


@given(st.sampled_from(["{:04d}", "{:04d}-W01", "{:04d}-01", "{:04d}-Q4"]), st.integers(0, 9999))
def test_every_period_that_can_be_read_has_neighbours(form: str, year: int) -> None:
    try:
        period = parse_period(form.format(year), today=TODAY)
    except DomainError:
        return
    assert previous(period).until_day == period.from_day
    assert following(period).from_day == period.until_day


def test_a_custom_range_as_long_as_can_be_has_neighbours() -> None:
    for key in ("1900-01-01..2999-12-31", "0001-01-01..9998-12-31", "0001-01-01..0001-12-31"):
        try:
            period = parse_period(key, today=TODAY)
        except DomainError:
            continue
        assert previous(period).until_day == period.from_day
        assert following(period).from_day == period.until_day


@given(UNITS, DAYS, WEEK_STARTS)
def test_a_key_reads_back_as_the_same_period(unit: str, day: date, week_start: int) -> None:
    rules = PeriodRules.always(week_start=week_start)
    period = period_of(unit, day, rules=rules)

    assert period.contains(day)
    assert parse_period(period.key, today=TODAY, rules=rules) == period


@given(DAYS, st.integers(0, 800))
def test_a_custom_key_reads_back_as_the_same_period(day: date, length: int) -> None:
    period = Period("custom", day, day + timedelta(days=length + 1))

    assert parse_period(period.key, today=TODAY) == period
    assert period.days == length + 1


@given(UNITS, DAYS, WEEK_STARTS)
def test_neighbours_touch_and_lead_back(unit: str, day: date, week_start: int) -> None:
    rules = PeriodRules.always(week_start=week_start)
    period = period_of(unit, day, rules=rules)
    before = previous(period, rules=rules)
    after = following(period, rules=rules)

    assert (before.unit, after.unit) == (unit, unit)
    assert (before.until_day, after.from_day) == (period.from_day, period.until_day)
    assert following(before, rules=rules) == period
    assert previous(after, rules=rules) == period


def test_a_custom_range_moves_by_its_own_length() -> None:
    period = parse_period("2017-10-05..2017-11-04", today=TODAY)

    assert previous(period).key == "2017-09-04..2017-10-04"
    assert following(period).key == "2017-11-05..2017-12-05"


def test_a_period_contains_its_first_day_and_not_its_end() -> None:
    march = period_of("month", date(2025, 3, 15))

    assert march.contains(date(2025, 3, 1))
    assert march.contains(date(2025, 3, 31))
    assert not march.contains(date(2025, 4, 1))
    assert not march.contains(date(2025, 2, 28))


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, count: int, result: date) -> None:
    assert add_months(day, count) == result


def _days(from_day: date, until_day: date) -> Iterator[date]:
    while from_day < until_day:
        yield from_day
        from_day += timedelta(days=1)


@given(DAYS, st.integers(0, 900))
def test_stretches_cover_a_range_exactly_and_in_order(from_day: date, length: int) -> None:
    until_day = from_day + timedelta(days=length)
    found = list(stretches(from_day, until_day))

    assert len(found) <= 3
    assert all(each.from_day < each.until_day for each in found)
    assert [day for each in found for day in _days(each.from_day, each.until_day)] == list(
        _days(from_day, until_day)
    )
    for each in found:
        if each.grain == "m":
            assert (each.from_day.day, each.until_day.day) == (1, 1)


@given(DAYS, st.integers(0, 900))
def test_no_whole_month_is_left_to_days(from_day: date, length: int) -> None:
    for each in stretches(from_day, from_day + timedelta(days=length)):
        if each.grain == "d":
            inside = [day for day in _days(each.from_day, each.until_day) if day.day == 1]
            assert all(add_months(day, 1) > each.until_day for day in inside)


def test_a_year_is_one_stretch_of_months() -> None:
    (only,) = stretches(date(2024, 1, 1), date(2025, 1, 1))

    assert (only.grain, only.from_day, only.until_day) == (
        "m", date(2024, 1, 1), date(2025, 1, 1),
    )  # fmt: skip
