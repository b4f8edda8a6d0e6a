from collections import Counter
from datetime import UTC, date, datetime

import pytest

from juara.samples import seasons
from juara.samples.chance import generator
from juara.samples.company import TEAMS

JAKARTA, HONOLULU = TEAMS[0], TEAMS[-1]


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, (date(2025, 3, 31),)),
        (2026, (date(2026, 3, 20),)),
        (2033, (date(2033, 1, 3), date(2033, 12, 23))),
    ],
)
def test_eid_follows_the_islamic_calendar(year: int, days: tuple[date, ...]) -> None:
    assert seasons.eid_days(year) == days


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5))],
)
def test_easter_follows_the_moon(year: int, day: date) -> None:
    assert seasons.easter_sunday(year) == day


def test_holidays_are_those_of_the_country() -> None:
    assert date(2026, 8, 17) in seasons.holidays("ID", 2026)
    assert date(2026, 11, 26) in seasons.holidays("US", 2026)
    assert date(2026, 5, 25) in seasons.holidays("US", 2026)
    assert date(2026, 6, 8) in seasons.holidays("AU", 2026)
    assert seasons.day_weight("US", date(2026, 8, 17)) > 0.7
    assert seasons.day_weight("ID", date(2026, 8, 17)) == 0


def test_jakarta_is_nearly_empty_around_eid_and_sydney_is_not() -> None:
    assert not seasons.is_workable("ID", date(2026, 3, 19))
    assert seasons.day_weight("ID", date(2026, 3, 26)) < 0.75
    assert seasons.day_weight("AU", date(2026, 3, 26)) > 1


def test_days_between_the_years_are_slow_everywhere() -> None:
    for country in ("ID", "AU", "US"):
        assert seasons.day_weight(country, date(2025, 12, 30)) < 0.5


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2025, 1, 1), date(2025, 3, 31)),
        (date(2025, 6, 30), date(2025, 6, 30)),
        (date(2025, 10, 2), date(2025, 12, 31)),
    ],
)
def test_quarters_end_with_their_last_day(day: date, end: date) -> None:
    assert seasons.quarter_end(day) == end


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("Asia/Jakarta", date(2026, 1, 5), datetime(2026, 1, 5, 2, 0, tzinfo=UTC)),
        ("Pacific/Honolulu", date(2026, 1, 5), datetime(2026, 1, 5, 19, 0, tzinfo=UTC)),
        # The days on which clocks change.
        ("America/New_York", date(2026, 3, 8), datetime(2026, 3, 8, 13, 0, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 1), datetime(2026, 11, 1, 14, 0, tzinfo=UTC)),
        ("Australia/Sydney", date(2026, 4, 5), datetime(2026, 4, 4, 23, 0, tzinfo=UTC)),
        ("Australia/Sydney", date(2026, 10, 4), datetime(2026, 10, 3, 22, 0, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_is_nine_on_the_local_clock(
    zone: str, day: date, moment: datetime
) -> None:
    assert seasons.local_moment(zone, day, 9 * 3600) == moment


def test_office_hours_have_a_dip_at_lunch() -> None:
    rng = generator("lunch")
    hours = Counter(int(seasons.office_second(rng) // 3600) for _ in range(20_000))

    assert (min(hours), max(hours)) == (8, 17)
    assert hours[12] < hours[11] / 2
    assert hours[12] < hours[14] / 2


def test_office_time_is_by_the_teams_clock_and_calendar() -> None:
    assert seasons.is_office_time(JAKARTA, datetime(2026, 7, 15, 2, 0, tzinfo=UTC))
    assert not seasons.is_office_time(HONOLULU, datetime(2026, 7, 15, 2 + 6, 0, tzinfo=UTC))
    # Tuesday evening UTC is Wednesday morning in Jakarta but still Tuesday noon in Honolulu.
    assert seasons.is_office_time(HONOLULU, datetime(2026, 7, 14, 22, 0, tzinfo=UTC))
    assert not seasons.is_office_time(JAKARTA, datetime(2026, 8, 17, 2, 0, tzinfo=UTC))


def test_deals_are_pulled_to_the_end_of_the_quarter_but_never_before_they_may_close() -> None:
    rng = generator("push")
    planned, earliest = date(2026, 1, 6), date(2025, 11, 20)
    days = Counter(seasons.closing_day(rng, planned, earliest) for _ in range(2_000))

    assert 0.5 < sum(n for day, n in days.items() if day.year == 2025) / 2_000 < 0.6
    assert min(days) == date(2025, 12, 25)
    assert {seasons.closing_day(rng, planned, date(2025, 12, 28)) for _ in range(200)} == {planned}
