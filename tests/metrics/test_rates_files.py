"""Files of exchange rates: both layouts, and what is said of rows that are none."""

from datetime import date

import pytest

from juara.core import scope
from juara.core.errors import DomainError
from juara.metrics import rates_files
from juara.metrics.rates_files import Reading

pytestmark = pytest.mark.usefixtures("inside")

MONDAY, TUESDAY = date(2025, 3, 10), date(2025, 3, 11)


def read(text: str, *, own: str = "USD", only: frozenset[str] | None = None) -> Reading:
    return rates_files.read(text.encode(), own=own, only=only)


def quoted(reading: Reading) -> list[tuple[str, date, str]]:
    return [(each.currency, each.day, format(each.rate, "f")) for each in reading.quotes]


def told(reading: Reading) -> list[tuple[int, str]]:
    return [(each.row, each.said.said()) for each in reading.problems]


@pytest.mark.parametrize(
    "text",
    [
        "date,currency,rate\n2025-03-10,EUR,1.0812\n2025-03-11,eur,1.09\n",
        "Source,Rate,Day,Code\nx,1.0812,2025-03-10,EUR\nx,1.09,2025-03-11,EUR\n",
        "Tanggal;Mata uang;Kurs\n2025-03-10;EUR;1,0812\n2025-03-11;EUR;1,09\n",
        "\ufeff2025-03-10\tEUR\t1.0812\r\n\r\n11 March 2025\tEUR\t1.09\r\n",
    ],
)
def test_a_list_is_read_whatever_its_order_and_its_marks(text: str) -> None:
    reading = read(text)

    assert quoted(reading) == [("EUR", MONDAY, "1.0812"), ("EUR", TUESDAY, "1.09")]
    assert told(reading) == []


def test_a_bad_row_is_told_with_its_line_and_the_good_ones_are_read() -> None:
    reading = read(
        "date,currency,rate\n"
        "2025-03-10,EUR,1.0812\n"
        "10/03/2025,EUR,1.1\n"
        "2025-03-11,EURO,1.1\n"
        "2025-03-11,USD,1\n"
        "2025-03-11,EUR,0\n"
        '2025-03-11,IDR,"16,250"\n'
        "2025-02-30,EUR,1.1\n"
        "2025-03-10,EUR,1.2\n"
        "2025-03-11,EUR,1.00000000001\n"
        "2025-03-11,EUR\n"
        "2025-03-12,EUR,1.07\n"
    )

    assert quoted(reading) == [
        ("EUR", MONDAY, "1.0812"), ("EUR", date(2025, 3, 12), "1.07"),
    ]  # fmt: skip
    assert told(reading) == [
        (3, "“10/03/2025” is not a day. Write it like 2025-03-10."),
        (4, "“EURO” is not a currency. Write three letters such as EUR."),
        (5, "USD is the organization's own currency. It needs no rate."),
        (6, "A rate is more than 0."),
        (7, "“16,250” is not a rate. Write it like 1.0812, without signs or separators."),
        (8, "“2025-02-30” is not a day. Write it like 2025-03-10."),
        (9, "EUR has a rate on 2025-03-10 already, further up."),
        (10, "A rate has at most 10 decimals."),
        (11, "“” is not a rate. Write it like 1.0812, without signs or separators."),
    ]


ECB = (
    "Date,USD,JPY,BGN,IDR,\n"
    "2025-03-11,1.0912,161.21,1.9558,17900.5,\n"
    "2025-03-10,1.0854,159.75,N/A,17712.44,\n"
)


def test_a_table_over_the_euro_is_crossed_to_the_organizations_currency() -> None:
    reading = read(ECB)

    assert reading.is_table
    assert quoted(reading) == [
        ("EUR", TUESDAY, "1.0912"),
        # 1.0912 / 161.21, to ten decimals.
        ("JPY", TUESDAY, "0.0067688109"),
        ("BGN", TUESDAY, "0.5579302587"),
        ("IDR", TUESDAY, "0.0000609592"),
        ("EUR", MONDAY, "1.0854"),
        ("JPY", MONDAY, "0.0067943662"),
        ("IDR", MONDAY, "0.000061279"),
    ]
    assert told(reading) == []


def test_a_table_over_the_euro_is_turned_round_where_that_is_the_own_currency() -> None:
    scope.current().currency = "EUR"

    reading = read(ECB, own="EUR", only=frozenset({"USD", "JPY"}))

    assert quoted(reading)[:2] == [
        ("USD", TUESDAY, "0.9164222874"),
        ("JPY", TUESDAY, "0.0062030891"),
    ]
    assert reading.currencies == ("JPY", "USD")


def test_only_the_currencies_asked_for_are_read_and_inventions_are_still_told() -> None:
    reading = read(
        "date,currency,rate\n2025-03-10,EUR,1.1\n2025-03-10,GBP,1.3\n2025-03-10,QQQ,1\n",
        only=frozenset({"GBP"}),
    )

    assert quoted(reading) == [("GBP", MONDAY, "1.3")]
    assert [line for line, _ in told(reading)] == [4]


def test_a_day_without_the_own_currency_is_told_and_one_bad_cell_spoils_no_other() -> None:
    reading = read("Date,USD,JPY,GBP\n2025-03-10,N/A,159,0.84\n2025-03-11,1.09,oops,0.84\n")

    assert [each.currency for each in reading.quotes] == ["EUR", "GBP"]
    assert told(reading) == [
        (2, "There is no rate of USD on this day."),
        (3, "“oops” is not a rate. Write it like 1.0812, without signs or separators."),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rates.empty"),
        ("name,team\nAna,North\n", "rates.columns"),
        ("Date,JPY,GBP\n2025-03-10,159,0.84\n", "rates.no_own"),
        ("x" * (rates_files.MOST_BYTES + 1), "rates.too_large"),
    ],
)
def test_a_file_without_rates_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read(text)

    assert refusal.value.code == code
    assert refusal.value.message


def test_a_file_in_an_older_encoding_is_read() -> None:
    reading = rates_files.read(
        "date,currency,rate,note\n2025-03-10,EUR,1.1,geprüft".encode("cp1252"), own="USD"
    )

    assert quoted(reading) == [("EUR", MONDAY, "1.1")]
