from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from juara.ui import formats
from juara.ui.gallery import SampleMeasure

MOMENT = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", ["1,234,567", "1,234.57", "-2"]), ("id", ["1.234.567", "1.234,57", "-2"])],
)
def test_numbers_take_the_separators_of_the_language(language: str, shown: list[str]) -> None:
    with translation.override(language):
        assert [
            formats.number(1234567),
            formats.number(Decimal("1234.565"), 2),
            formats.number(Decimal("-1.5")),
        ] == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["$1,234.50", "-$1,235", "IDR\u00a01,234,567", "€1,200"]),
        ("id", ["US$1.234,50", "-US$1.235", "Rp\u00a01.234.567", "€1.200"]),
    ],
)
def test_money_carries_its_currency_where_the_language_puts_it(
    language: str, shown: list[str]
) -> None:
    with translation.override(language):
        assert [
            formats.money(Decimal("1234.5"), "USD", 2),
            formats.money(Decimal("-1234.5"), "USD"),
            formats.money(1234567, "IDR"),
            formats.money(1200, "EUR"),
        ] == shown


def test_money_without_a_currency_is_a_plain_number() -> None:
    assert formats.money(Decimal("12.3"), "", 1) == "12.3"


@pytest.mark.parametrize(("language", "shown"), [("en", "35.5%"), ("id", "35,5%")])
def test_a_share_of_one_is_written_as_a_percentage(language: str, shown: str) -> None:
    with translation.override(language):
        assert formats.percent(Decimal("0.3549"), 1) == shown


def test_halves_are_rounded_away_from_zero() -> None:
    assert formats.number(Decimal("0.5")) == "1"
    assert formats.number(Decimal("2.5")) == "3"
    assert formats.percent(Decimal("0.125")) == "13%"
    assert formats.money(Decimal("-2.345"), "USD", 2) == "-$2.35"


@pytest.mark.parametrize(
    ("seconds", "english", "indonesian"),
    [
        (0, "0s", "0 dtk"),
        (45, "45s", "45 dtk"),
        (750, "12m 30s", "12 mnt 30 dtk"),
        (3600, "1h", "1 j"),
        (11_100, "3h 5m", "3 j 5 mnt"),
        (172_799, "47h 59m", "47 j 59 mnt"),
        (172_800, "2d", "2 hr"),
        (3_038_400, "35d 4h", "35 hr 4 j"),
        (-90, "-1m 30s", "-1 mnt 30 dtk"),
    ],
)
def test_a_duration_is_written_in_its_two_largest_units(
    seconds: int, english: str, indonesian: str
) -> None:
    assert formats.duration(seconds) == english
    with translation.override("id"):
        assert formats.duration(seconds) == indonesian


def test_no_value_is_a_dash_in_every_unit() -> None:
    for unit in ("count", "currency", "percent", "duration", "points"):
        assert formats.value(None, unit, "USD", 1) == "–"


def test_a_number_is_written_in_its_own_unit() -> None:
    assert formats.value(Decimal(12), "count") == "12"
    assert formats.value(Decimal(12), "currency", "USD") == "$12"
    assert formats.value(Decimal("0.12"), "percent") == "12%"
    assert formats.value(Decimal(120), "duration") == "2m"
    assert formats.value(Decimal(12), "points") == "12 pts"


def test_shares_lie_percentage_points_apart() -> None:
    rate = SampleMeasure("win rate", "percent", "", 1, None)
    deals = SampleMeasure("deals", "count", "", 0, None)
    assert formats.difference(Decimal("0.058"), rate) == "5.8 pp"
    assert formats.difference(Decimal(3), deals) == "3"
    assert formats.difference(None, rate) == "–"


def test_a_moment_is_written_in_the_active_zone() -> None:
    with timezone.override("Asia/Jakarta"):
        assert formats.clock_time(MOMENT) == "2:02\u202fPM"
        assert formats.moment(MOMENT) == "Nov 23, 2026, 2:02\u202fPM"
        with translation.override("id"):
            assert formats.moment(MOMENT) == "23 Nov 2026, 14.02"
    with timezone.override("Pacific/Kiritimati"):
        assert formats.moment(MOMENT + timedelta(hours=3)) == "Nov 24, 2026, 12:02\u202fAM"


def test_a_moment_of_today_shows_only_its_time() -> None:
    with timezone.override("Asia/Jakarta"):
        assert formats.moment_near(MOMENT, MOMENT + timedelta(hours=5)) == "2:02\u202fPM"
        assert formats.moment_near(MOMENT, MOMENT + timedelta(hours=12)).startswith("Nov 23")


def test_a_bare_day_is_not_taken_for_a_moment() -> None:
    with pytest.raises(ValueError, match="carries its zone"):
        formats.clock_time(datetime(2026, 11, 23, 7, 2))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("from_day", "until_day", "english", "indonesian"),
    [
        ((2026, 11, 23), (2026, 11, 24), "Mon, Nov 23, 2026", "Sen, 23 Nov 2026"),
        ((2026, 11, 16), (2026, 11, 23), "Nov 16\u2009–\u200922, 2026", "16–22 Nov 2026"),
        ((2026, 11, 1), (2026, 12, 1), "November 2026", "November 2026"),
        ((2024, 2, 1), (2024, 3, 1), "February 2024", "Februari 2024"),
        ((2026, 10, 1), (2027, 1, 1), "Q4 2026", "K4 2026"),
        ((2026, 1, 1), (2027, 1, 1), "2026", "2026"),
        (
            (2025, 12, 29),
            (2026, 1, 5),
            "Dec 29, 2025\u2009–\u2009Jan 4, 2026",
            "29 Des 2025\u2009–\u20094 Jan 2026",
        ),
        (
            (2026, 2, 1),
            (2026, 5, 1),
            "Feb 1\u2009–\u2009Apr 30, 2026",
            "1 Feb\u2009–\u200930 Apr 2026",
        ),
    ],
)
def test_a_range_of_days_is_called_what_people_call_it(
    from_day: tuple[int, int, int],
    until_day: tuple[int, int, int],
    english: str,
    indonesian: str,
) -> None:
    assert formats.day_range(date(*from_day), date(*until_day)) == english
    with translation.override("id"):
        assert formats.day_range(date(*from_day), date(*until_day)) == indonesian


def test_what_was_a_while_ago_is_told_from_now() -> None:
    now = MOMENT
    assert formats.relative(now - timedelta(seconds=4), now) == "just now"
    assert formats.relative(now - timedelta(minutes=3), now) == "3 minutes ago"
    assert formats.relative(now + timedelta(days=2), now) == "in 2 days"
    with translation.override("id"):
        assert formats.relative(now - timedelta(minutes=3), now) == "3 menit yang lalu"


def test_a_language_babel_does_not_know_reads_english() -> None:
    assert formats._parsed("tlh-xx").language == "en"
    assert formats._parsed("pt-br").territory == "BR"
