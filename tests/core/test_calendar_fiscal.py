"""Fiscal years, rolling windows, and rules that change on a day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.core.calendar import (
    ALWAYS,
    FISCAL_KEYS,
    PLAIN,
    FiscalYear,
    Period,
    PeriodRules,
    following,
    offered_keys,
    parse_period,
    period_of,
    previous,
    stretches,
)
from juara.core.calendar.rules import CLOSES, FISCAL_UNITS, NAMED_AFTER, read_stored, stored
from juara.core.errors import DomainError

TODAY = date(2024, 2, 29)
SUNDAY, SATURDAY, FRIDAY = 6, 5, 4

# The calendar of the National Retail Federation of the United States.
RETAIL = FiscalYear(2, "4-5-4", SATURDAY, "nearest", "begin")
APRIL = FiscalYear(start_month=4)
JULY = FiscalYear(start_month=7)


def always(fiscal: FiscalYear) -> PeriodRules:
    return PeriodRules.always(fiscal=fiscal)


def days(key: str, rules: PeriodRules, *, today: date = TODAY) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    period = parse_period(key, today=today, rules=rules)
    return period.from_day, period.until_day - timedelta(days=1)


# What is known of real calendars.


@pytest.mark.parametrize(
    ("year", "first", "last", "weeks"),
    [
        (2017, date(2017, 1, 29), date(2018, 2, 3), 53),
        (2018, date(2018, 2, 4), date(2019, 2, 2), 52),
        (2022, date(2022, 1, 30), date(2023, 1, 28), 52),
        (2023, date(2023, 1, 29), date(2024, 2, 3), 53),
        (2024, date(2024, 2, 4), date(2025, 2, 1), 52),
        (2025, date(2025, 2, 2), date(2026, 1, 31), 52),
    ],
)
def test_retail_years_are_those_the_federation_publishes(
    year: int, first: date, last: date, weeks: int
) -> None:
    assert days(f"FY{year}", always(RETAIL)) == (first, last)
    assert RETAIL.weeks_in(year) == weeks


def test_the_retail_months_of_2023_are_those_the_federation_publishes() -> None:
    firsts = [
        date(2023, 1, 29), date(2023, 2, 26), date(2023, 4, 2), date(2023, 4, 30),
        date(2023, 5, 28), date(2023, 7, 2), date(2023, 7, 30), date(2023, 8, 27),
        date(2023, 10, 1), date(2023, 10, 29), date(2023, 11, 26), date(2023, 12, 31),
        date(2024, 2, 4),
    ]  # fmt: skip
    for number, (first, after) in enumerate(pairwise(firsts), start=1):
        assert days(f"FY2023-P{number:02d}", always(RETAIL)) == (
            first, after - timedelta(days=1),
        )  # fmt: skip


def test_the_53rd_week_lies_in_the_last_month_and_quarter() -> None:
    rules = always(RETAIL)

    assert parse_period("FY2023-P12", today=TODAY, rules=rules).days == 5 * 7
    assert parse_period("FY2023-Q4", today=TODAY, rules=rules).days == 14 * 7
    assert parse_period("FY2022-P12", today=TODAY, rules=rules).days == 4 * 7
    assert [
        parse_period(f"FY2022-Q{number}", today=TODAY, rules=rules).days for number in range(1, 5)
    ] == [91, 91, 91, 91]


@pytest.mark.parametrize(
    ("pattern", "weeks"), [("4-4-5", [4, 4, 5]), ("4-5-4", [4, 5, 4]), ("5-4-4", [5, 4, 4])]
)
def test_a_quarter_of_weeks_has_its_months_in_the_order_of_the_pattern(
    pattern: str, weeks: list[int]
) -> None:
    rules = always(FiscalYear(10, pattern, SATURDAY, "last"))

    found = [
        parse_period(f"FY2025-P{number:02d}", today=TODAY, rules=rules).days // 7
        for number in range(1, 10)
    ]

    assert found == weeks * 3


def test_a_year_ends_on_the_last_weekday_in_the_month_or_on_the_one_nearest_to_its_end() -> None:
    # 30 September 2024 is a Monday: the last Saturday of the month is two days before.
    assert days("FY2024", always(FiscalYear(10, "4-4-5", SATURDAY, "last"))) == (
        date(2023, 10, 1), date(2024, 9, 28),
    )  # fmt: skip
    # 30 September 2025 is a Tuesday: the nearest Friday is three days later.
    assert days("FY2025", always(FiscalYear(10, "4-4-5", FRIDAY, "nearest")))[1] == date(
        2025, 10, 3
    )
    assert days("FY2025", always(FiscalYear(10, "4-4-5", FRIDAY, "last")))[1] == date(2025, 9, 26)


@pytest.mark.parametrize(
    ("fiscal", "key", "first", "last"),
    [
        (JULY, "FY2026", date(2025, 7, 1), date(2026, 6, 30)),
        (JULY, "FY2026-Q1", date(2025, 7, 1), date(2025, 9, 30)),
        (JULY, "FY2026-P03", date(2025, 9, 1), date(2025, 9, 30)),
        (JULY, "FY2024-P08", date(2024, 2, 1), date(2024, 2, 29)),
        (APRIL, "FY2025", date(2024, 4, 1), date(2025, 3, 31)),
        (APRIL, "FY2025-Q4", date(2025, 1, 1), date(2025, 3, 31)),
        (APRIL, "FY2025-P12", date(2025, 3, 1), date(2025, 3, 31)),
        (FiscalYear(4, named_after="begin"), "FY2024", date(2024, 4, 1), date(2025, 3, 31)),
        (FiscalYear(), "FY2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        (FiscalYear(named_after="begin"), "FY2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_fiscal_key_names_its_days(fiscal: FiscalYear, key: str, first: date, last: date) -> None:
    assert days(key, always(fiscal)) == (first, last)


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("this-fiscal-month", date(2024, 2, 1), date(2024, 2, 29)),
        ("last-fiscal-month", date(2024, 1, 1), date(2024, 1, 31)),
        ("this-fiscal-quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ("last-fiscal-quarter", date(2023, 10, 1), date(2023, 12, 31)),
        ("this-fiscal-year", date(2023, 7, 1), date(2024, 6, 30)),
        ("last-fiscal-year", date(2022, 7, 1), date(2023, 6, 30)),
        ("last-7-days", date(2024, 2, 23), date(2024, 2, 29)),
        ("last-30-days", date(2024, 1, 31), date(2024, 2, 29)),
        ("last-90-days", date(2023, 12, 2), date(2024, 2, 29)),
    ],
)
def test_relative_keys_start_from_today(key: str, first: date, last: date) -> None:
    assert days(key, always(JULY)) == (first, last)


def test_the_seven_days_before_the_last_seven_are_just_before() -> None:
    week = parse_period("last-7-days", today=TODAY)

    assert previous(week).key == "2024-02-16..2024-02-22"


@pytest.mark.parametrize(
    "key", ["FY2024-P13", "FY2024-P00", "FY2024-Q5", "FY24", "FY0000", "FY9999", "fy2024",
            "FY2024-P1", "FY2024@", "FY2024@soon", "2024-02@2024-02-01", "last-8-days",
            "next-fiscal-year", "FY1900"],
)  # fmt: skip
def test_what_is_no_fiscal_key_is_refused_in_words(key: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_period(key, today=TODAY, rules=always(JULY))

    assert refused.value.code == "period.unreadable"
    assert "FY2018-Q1" in refused.value.message


def test_fiscal_periods_are_offered_where_they_are_others_than_the_calendars() -> None:
    def fiscal(rules: PeriodRules) -> list[str]:
        return [key for key in offered_keys(rules, today=TODAY) if key in FISCAL_KEYS]

    assert fiscal(PLAIN) == []
    assert fiscal(always(JULY)) == list(FISCAL_KEYS[2:])
    assert fiscal(always(RETAIL)) == list(FISCAL_KEYS)


# Rules that change.


def test_periods_are_cut_on_the_day_the_rules_change() -> None:
    rules = PLAIN.with_fiscal(JULY, from_day=date(2025, 7, 1))

    assert days("FY2025", rules) == (date(2025, 1, 1), date(2025, 6, 30))
    assert days("FY2026", rules) == (date(2025, 7, 1), date(2026, 6, 30))
    assert days("FY2024", rules) == (date(2024, 1, 1), date(2024, 12, 31))
    assert days("2025", rules) == (date(2025, 1, 1), date(2025, 12, 31))


def test_of_two_whole_periods_with_a_name_the_later_bears_it() -> None:
    rules = always(JULY).with_fiscal(FiscalYear(), from_day=date(2025, 1, 1))

    assert days("FY2025-Q2", rules) == (date(2025, 4, 1), date(2025, 6, 30))
    assert days("FY2025-Q2@2024-10-01", rules) == (date(2024, 10, 1), date(2024, 12, 31))
    assert days("FY2025-Q3", rules) == (date(2025, 7, 1), date(2025, 9, 30))


def test_of_two_periods_with_a_name_the_whole_one_bears_it_and_the_other_its_first_day() -> None:
    rules = always(FiscalYear(1)).with_fiscal(
        FiscalYear(2, named_after="begin"), from_day=date(2025, 2, 1)
    )

    assert days("FY2025", rules) == (date(2025, 2, 1), date(2026, 1, 31))
    january = period_of("fiscal-year", date(2025, 1, 15), rules=rules)
    assert january.key == "FY2025@2025-01-01"
    assert days("FY2025@2025-01-01", rules) == (date(2025, 1, 1), date(2025, 1, 31))
    assert previous(parse_period("FY2025", today=TODAY, rules=rules), rules=rules) == january


def test_a_name_no_day_is_left_for_is_refused_as_such() -> None:
    rules = always(JULY).with_fiscal(FiscalYear(), from_day=date(2025, 1, 1))

    with pytest.raises(DomainError, match="no day lies in it") as refused:
        parse_period(
            "FY2026-Q1", today=TODAY, rules=rules.with_fiscal(APRIL, from_day=date(2025, 7, 1))
        )
    assert refused.value.code == "period.none"


def test_a_new_week_start_cuts_the_week_it_falls_into_and_no_other() -> None:
    # A Wednesday; weeks began on Monday before and begin on Sunday after.
    rules = PLAIN.with_week_start(SUNDAY, from_day=date(2025, 3, 5))

    assert days("2025-W09", rules) == (date(2025, 2, 24), date(2025, 3, 2))
    assert days("2025-W10", rules) == (date(2025, 3, 5), date(2025, 3, 8))
    assert days("2025-W10@2025-03-03", rules) == (date(2025, 3, 3), date(2025, 3, 4))
    assert days("2025-W11", rules) == (date(2025, 3, 9), date(2025, 3, 15))
    assert period_of("fiscal-year", date(2025, 3, 5), rules=rules).days == 365


def test_a_change_that_changes_nothing_cuts_nothing() -> None:
    same = FiscalYear(last_weekday=2, close="last", named_after="begin")
    rules = PLAIN.with_fiscal(same, from_day=date(2025, 3, 5))

    assert days("FY2025", rules) == (date(2025, 1, 1), date(2025, 12, 31))


# What holds whatever the rules are.

FISCAL = st.builds(
    FiscalYear,
    st.integers(1, 12),
    st.sampled_from(["months", "4-4-5", "4-5-4", "5-4-4"]),
    st.integers(0, 6),
    st.sampled_from(CLOSES),
    st.sampled_from(NAMED_AFTER),
)
CHANGES = st.dates(date(2020, 1, 1), date(2027, 12, 31))
# Close to the changes, so that what is cut is met often.
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
UNITS = st.sampled_from(["week", *FISCAL_UNITS])


@st.composite
def rule_books(draw: st.DrawFn) -> PeriodRules:
    rules = PeriodRules.always(week_start=draw(st.integers(0, 6)), fiscal=draw(FISCAL))
    for _ in range(draw(st.integers(0, 3))):
        rules = rules.with_fiscal(draw(FISCAL), from_day=draw(CHANGES))
        rules = rules.with_week_start(draw(st.integers(0, 6)), from_day=draw(CHANGES))
    return rules


@given(rule_books(), UNITS, DAYS)
def test_a_key_reads_back_as_the_same_period(rules: PeriodRules, unit: str, day: date) -> None:
    period = period_of(unit, day, rules=rules)
    again = parse_period(period.key, today=TODAY, rules=rules)

    assert period.contains(day)
    assert (again, again.key) == (period, period.key)


@given(rule_books(), UNITS, DAYS)
def test_periods_lie_side_by_side_and_no_two_have_the_same_key(
    rules: PeriodRules, unit: str, day: date
) -> None:
    found = [period_of(unit, day, rules=rules)]
    for _ in range(8):
        found.append(following(found[-1], rules=rules))

    for before, after in pairwise(found):
        assert before.until_day == after.from_day
        assert previous(after, rules=rules) == before
    assert len({each.key for each in found}) == len(found)
    for each in found:
        last = each.until_day - timedelta(days=1)
        assert period_of(unit, each.from_day, rules=rules) == each
        assert period_of(unit, last, rules=rules) == each


@given(rule_books(), DAYS)
def test_months_make_up_quarters_and_quarters_years(rules: PeriodRules, day: date) -> None:
    month, quarter, year = (
        period_of(unit, day, rules=rules)
        for unit in ("fiscal-month", "fiscal-quarter", "fiscal-year")
    )

    assert year.from_day <= quarter.from_day <= month.from_day
    assert month.until_day <= quarter.until_day <= year.until_day


@given(FISCAL, st.integers(1950, 2150))
def test_a_year_has_twelve_months_and_52_or_53_weeks(fiscal: FiscalYear, year: int) -> None:
    begins = fiscal.twelfths(year)

    assert sorted(set(begins)) == begins
    assert {fiscal.year_of(day) for day in begins[:12]} == {year}
    assert fiscal.year_of(begins[12]) == year + 1
    if fiscal.is_weeks:
        assert (begins[12] - begins[0]).days in (52 * 7, 53 * 7)
        assert (begins[12] - timedelta(days=1)).weekday() == fiscal.last_weekday


@given(rule_books(), DAYS)
def test_stretches_cover_every_fiscal_period(rules: PeriodRules, day: date) -> None:
    period = period_of("fiscal-quarter", day, rules=rules)
    reached = period.from_day
    for each in stretches(period.from_day, period.until_day):
        assert each.from_day == reached
        reached = each.until_day

    assert reached == period.until_day


@given(rule_books())
def test_rules_are_kept_as_they_are(rules: PeriodRules) -> None:
    assert read_stored(stored(rules)) == rules
    assert read_stored({}) == PLAIN


@given(rule_books(), FISCAL, CHANGES)
def test_a_change_leaves_what_was_before_it_as_it_was(
    rules: PeriodRules, fiscal: FiscalYear, day: date
) -> None:
    changed = rules.with_fiscal(fiscal, from_day=day)
    before = period_of("fiscal-year", day - timedelta(days=400), rules=rules)

    if before.until_day <= day:
        assert period_of("fiscal-year", before.from_day, rules=changed) == before
    assert changed.fiscal_on(day) == fiscal
    assert rules.with_fiscal(fiscal, from_day=ALWAYS).fiscal == ((ALWAYS, fiscal),)


def test_a_period_without_a_name_still_tells_its_key() -> None:
    assert Period("week", date(2025, 3, 3), date(2025, 3, 10)).key == "2025-W10"
