"""Dates and moments in the forms CRMs, spreadsheets and people give them."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.connect.files import Cell
from juara.connect.files.shapes import date_evidence
from juara.connect.translate.cells import CellError
from juara.connect.translate.dates import date_reader
from juara.connect.types import Dated

DAY = date(2017, 3, 9)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(cell: Cell, *, order: str = "dmy", zone: str = "UTC", kind: str = "date") -> Dated:
    return date_reader(lambda: order, ZoneInfo(zone), kind)(cell)


def refused(cell: Cell, *, order: str = "dmy", kind: str = "date") -> str:
    with pytest.raises(CellError) as caught:
        read(cell, order=order, kind=kind)
    assert caught.value.code == "bad_date"
    return caught.value.message


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ("dmy", "2017-03-09"), ("mdy", "2017-03-09"), ("dmy", "2017/03/09"), ("mdy", "2017/3/9"),
        ("dmy", "2017.03.09"), ("dmy", "20170309"), ("dmy", "09/03/2017"), ("mdy", "03/09/2017"),
        ("dmy", "9/3/2017"), ("dmy", "09.03.2017"), ("dmy", "09-03-2017"), ("mdy", "3-9-17"),
        ("dmy", "9/3/17"), ("ymd", "17-03-09"), ("dmy", "9 March 2017"), ("dmy", "9 Mar 2017"),
        ("mdy", "9-Mar-17"), ("dmy", "09 Maret 2017"), ("dmy", "March 9, 2017"),
        ("dmy", "Mar 9th, 2017"), ("dmy", "Thu, 9 Mar 2017"), ("dmy", "Kamis, 9 Maret 2017"),
    ],
)  # fmt: skip
def test_a_bare_day_is_read_in_every_form_and_stays_a_day(order: str, text: str) -> None:
    found = read(text, order=order, zone="Asia/Jakarta")
    assert found == DAY
    assert not isinstance(found, datetime)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1 Januari 2017", 1), ("1 Februari 2017", 2), ("1 Peb 2017", 2), ("1 Maret 2017", 3),
        ("1 April 2017", 4), ("1 Mei 2017", 5), ("1 Juni 2017", 6), ("1 Juli 2017", 7),
        ("1 Agustus 2017", 8), ("1 Agu 2017", 8), ("1 September 2017", 9), ("1 Sept 2017", 9),
        ("1 Oktober 2017", 10), ("1 Okt 2017", 10), ("1 Nopember 2017", 11),
        ("1 Desember 2017", 12), ("1 Des 2017", 12), ("1 May 2017", 5), ("1 AUG 2017", 8),
    ],
)  # fmt: skip
def test_months_are_read_in_english_and_indonesian(text: str, month: int) -> None:
    assert read(text) == date(2017, month, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2017-03-09 21:32:09", "2017-03-09T21:32:09", "2017-03-09T21:32:09Z",
        "2017-03-09T21:32:09.000Z", "2017-03-10T04:32:09+07:00", "2017-03-10 04:32:09 +0700",
        "2017-03-10T04:32:09+07", "2017-03-09 21:32:09 UTC", "2017-03-10 04:32:09 WIB",
        "09/03/2017 21:32:09", "09/03/2017, 9:32:09 PM", "9 Mar 2017 21:32:09",
        "Mar 9, 2017 9:32:09 p.m.", "20170309T213209Z", "2017-03-09 21:32:09.000000",
        "2017-03-09T16:32:09-05:00", "9 Maret 2017 21.32.09", "2017-03-09 21:32:09,0",
    ],
)  # fmt: skip
def test_a_day_with_a_time_is_a_moment_in_utc(text: str) -> None:
    found = read(text)
    assert found == at("2017-03-09 21:32:09")
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


def test_fractions_of_a_second_are_kept() -> None:
    assert read("2024-01-08 20:10:48.825186") == at("2024-01-08 20:10:48.825186")
    assert read("09/03/2017 10:00:00.5") == at("2017-03-09 10:00:00.500000")


def test_noon_and_midnight_are_told_apart() -> None:
    assert read("9/3/2017 12:00 AM") == at("2017-03-09 00:00")
    assert read("9/3/2017 12:00 PM") == at("2017-03-09 12:00")


def test_a_moment_without_an_offset_is_one_of_the_mappings_zone() -> None:
    assert read("2017-03-09 21:32:09", zone="Asia/Jakarta") == at("2017-03-09 14:32:09")
    assert read("09/03/2017 21:32", zone="Asia/Jakarta") == at("2017-03-09 14:32")
    assert read("2017-03-09T21:32:09Z", zone="Asia/Jakarta") == at("2017-03-09 21:32:09")


def test_the_hour_that_comes_twice_is_taken_the_first_time() -> None:
    assert read("2017-11-05 01:30:00", zone="America/New_York") == at("2017-11-05 05:30")


def test_the_hour_that_never_was_is_taken_as_if_the_clock_had_not_moved() -> None:
    assert read("2017-03-12 02:30:00", zone="America/New_York") == at("2017-03-12 07:30")


@pytest.mark.parametrize(
    ("text", "year"), [("1/1/00", 2000), ("1/1/68", 2068), ("1/1/69", 1969), ("1/1/99", 1999)]
)
def test_a_year_of_two_digits_is_near_ours(text: str, year: int) -> None:
    assert read(text) == date(year, 1, 1)


def test_the_29th_of_february_exists_in_leap_years_only() -> None:
    assert read("29/02/2016") == date(2016, 2, 29)
    assert "'29/02/2017' is not a date in the order day, month, year" in refused("29/02/2017")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (42803.0, date(2017, 3, 9)),
        (42803, date(2017, 3, 9)),
        (42803.5, at("2017-03-09 12:00")),
        (42803.90565972222, at("2017-03-09 21:44:09")),
        (1.0, date(1900, 1, 1)),
        (59.0, date(1900, 2, 28)),
        (61.0, date(1900, 3, 1)),
        (20170309.0, date(2017, 3, 9)),
        (date(2017, 3, 9), date(2017, 3, 9)),
        (datetime.fromisoformat("2017-03-09 10:59:59.999900"), at("2017-03-09 11:00")),
    ],
)
def test_a_workbooks_numbers_and_dates_are_read(cell: Cell, found: Dated) -> None:
    assert read(cell) == found


@pytest.mark.parametrize("cell", [True, 0.0, -5.0, 1e9, "45000"])
def test_a_number_that_is_no_date_is_refused(cell: Cell) -> None:
    refused(cell)


@pytest.mark.parametrize(
    ("kind", "cell", "found"),
    [
        ("epoch", "1489095129", at("2017-03-09 21:32:09")),
        ("epoch", 1489095129.0, at("2017-03-09 21:32:09")),
        ("epoch", "1489095129.25", at("2017-03-09 21:32:09.250000")),
        ("epoch_ms", "1489095129250", at("2017-03-09 21:32:09.250000")),
        ("epoch", "0", at("1970-01-01 00:00")),
    ],
)
def test_a_count_since_1970_is_read_where_it_is_said_to_be_one(
    kind: str, cell: Cell, found: Dated
) -> None:
    assert read(cell, kind=kind) == found


def test_a_count_since_1970_that_nobody_declared_is_refused_with_the_remedy() -> None:
    assert 'say type = "epoch" in the mapping' in refused("1489095129")
    assert 'say type = "epoch_ms" in the mapping' in refused("1489095129250")
    assert 'say type = "epoch_ms"' in refused("1489095129250", kind="epoch")
    assert "is not a count since 1970" in refused("2017-03-09", kind="epoch")


def test_a_day_takes_a_moment_for_the_day_it_falls_on_in_the_zone() -> None:
    assert read("2017-03-09 00:00:00", zone="Asia/Jakarta", kind="day") == DAY
    assert read("2017-03-09T18:00:00Z", zone="Asia/Jakarta", kind="day") == date(2017, 3, 10)
    assert read("09/03/2017", kind="day") == DAY


@pytest.mark.parametrize(
    "text",
    [
        "31/31/2017", "2017-02-30", "2017-13-01", "2017-03-09 25:00:00", "9/3/2017 13:00 PM",
        "9 Foo 2017", "soon", "9/3", "2017", "00/00/0000", "9/3-2017", "9/3/2017 10:00 XYZ",
        "2017-03-09 " + " " * 5_000 + "x", "=TODAY()", "9/3/217",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    refused(text)


def test_a_day_that_does_not_fit_the_columns_order_is_refused_and_not_turned_round() -> None:
    assert refused("31/12/2017", order="mdy") == (
        "'31/12/2017' is not a date in the order month, day, year, which this column is read in; "
        "write it like 2017-12-31, or say dates in the mapping"
    )


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01 10:00"])
def test_a_year_nobody_means_is_refused_with_the_remedy(text: str) -> None:
    assert "is outside the years 1900 to 2199" in refused(text)
    assert "list it under empty in the mapping" in refused(text)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("31/12/2017", "dmy"), ("12/31/2017", "mdy"), ("03/04/2017", "?"), ("05/05/2017", ""),
        ("2017-03-04", "ymd"), ("2017/03/04 10:00", "ymd"), ("04.03.2017", "dmy"),
        ("31/31/2017", ""), ("3/4/17 10:00", "?"), ("45/01/02", "ymd"), ("abc", ""),
        ("1/2/345", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_date_proves_an_order_or_does_not(text: str, evidence: str) -> None:
    assert date_evidence(text) == evidence


@given(
    day=st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)),
    order=st.sampled_from(["dmy", "mdy", "ymd"]),
    separator=st.sampled_from(["/", "-", "."]),
)
def test_a_day_written_in_any_order_is_read_back(day: date, order: str, separator: str) -> None:
    parts = {"d": f"{day.day:02d}", "m": f"{day.month:02d}", "y": f"{day.year:04d}"}
    assert read(separator.join(parts[part] for part in order), order=order) == day


@given(text=st.text(alphabet="0123456789/-.:TZ +apmJanDes,", max_size=30))
def test_any_text_is_a_date_or_a_refusal_and_never_anything_else(text: str) -> None:
    for order in ("dmy", "mdy", "ymd"):
        with suppress(CellError):
            assert 1899 <= read(text, order=order).year <= 2200
