"""Numbers as people write them, each read exactly or refused."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.connect.files import Cell
from juara.connect.files.shapes import decimal_evidence
from juara.connect.translate.cells import CellError
from juara.connect.translate.numbers import duration_reader, number_reader


def reader(
    mark: str = ".", *, places: int | None = 4
) -> tuple[Callable[[Cell], Decimal], list[str]]:
    noticed: list[str] = []
    read = number_reader(
        lambda: mark, lambda code, value: noticed.append(f"{code} {value}".strip()), places=places
    )
    return read, noticed


def refused(mark: str, cell: Cell) -> CellError:
    with pytest.raises(CellError) as caught:
        reader(mark)[0](cell)
    return caught.value


@pytest.mark.parametrize(
    ("mark", "text", "value"),
    [
        (".", "1054", "1054"),
        (".", "-5", "-5"),
        (".", "+5", "5"),
        (".", "0.5", "0.5"),
        (".", ".5", "0.5"),
        (".", "1234.5678", "1234.5678"),
        (".", "1,234.56", "1234.56"),
        (".", "1,234", "1234"),
        (".", "1,234,567", "1234567"),
        (".", "12,34,567.50", "1234567.50"),
        (".", "1'234.56", "1234.56"),
        (".", "1 234.56", "1234.56"),
        (".", "1\u00a0234.56", "1234.56"),
        (".", "1\u202f234\u202f567", "1234567"),
        (",", "1.234,56", "1234.56"),
        (",", "1.234", "1234"),
        (",", "1 234,56", "1234.56"),
        (",", "0,5", "0.5"),
        (",", "1234,5", "1234.5"),
        (".", "$1,234.50", "1234.50"),
        (".", "$ 1,234.50", "1234.50"),
        (".", "-$1,234.50", "-1234.50"),
        (".", "$-1,234.50", "-1234.50"),
        (".", "(1,234.50)", "-1234.50"),
        (".", "($1,234.50)", "-1234.50"),
        (".", "1,234.50-", "-1234.50"),
        (".", "\u22125", "-5"),
        (",", "Rp 1.234.567", "1234567"),
        (",", "R$ 1.234,50", "1234.50"),
        (",", "1.234,50 €", "1234.50"),
        (".", "EUR 12.50", "12.50"),
        (".", "12.50 USD", "12.50"),
        (".", "12%", "0.12"),
        (",", "12,5 %", "0.125"),
        (".", "9999999999999999.9999", "9999999999999999.9999"),
    ],
)
def test_a_number_is_read_exactly(mark: str, text: str, value: str) -> None:
    assert reader(mark)[0](text) == Decimal(value)


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (".", "abc"), (".", "1.2.3"), (".", "1,23"), (".", "1,2345"), (".", "12,34,56"),
        (".", "1.234,56"), (",", "1,234.56"), (",", "1234.56"), (".", "--5"), (".", "(5"),
        (".", "(-5)"), (".", "5M"), (".", "5 MIO"), (".", "12k"), (".", "$5 USD"), (".", "NaN"),
        (".", "Infinity"), (".", "1_000"), (".", "٣"), (".", "0x10"), (".", "=1+1"), (".", "-"),
        (".", "1 234 56"), (".", "2017-03-01"), (".", "."), (".", "1" * 61),
    ],
)  # fmt: skip
def test_what_is_no_number_in_the_columns_style_is_refused(mark: str, text: str) -> None:
    assert refused(mark, text).code == "bad_number"


def test_a_refusal_says_how_to_mend_it() -> None:
    assert refused(".", "abc").message == "'abc' is not a number; write it like 1234.50"
    assert refused(",", "1,234.56").message == (
        "'1,234.56' does not agree with ',' as the decimal mark of this column; write it like the "
        "others, or say decimal in the mapping"
    )
    assert refused(".", "1.23E+11").message == (
        "'1.23E+11' was shortened by a spreadsheet; format the column as a number and export it "
        "again"
    )


@pytest.mark.parametrize("cell", ["10000000000000000", "-99999999999999999.5", 1e16, 10**20])
def test_more_than_sixteen_digits_are_too_large(cell: Cell) -> None:
    assert refused(".", cell).code == "number_too_large"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.23455", "1.2346"), ("1.23445", "1.2344"), ("0.00005", "0"), ("-1.000051", "-1.0001")],
)
def test_more_than_four_decimals_are_rounded_half_to_even_and_noticed(
    text: str, value: str
) -> None:
    read, noticed = reader()
    assert read(text) == Decimal(value)
    assert noticed == ["rounded"]


def test_decimals_that_are_zero_are_no_loss() -> None:
    read, noticed = reader()
    assert read("1.500000") == Decimal("1.5")
    assert noticed == []


def test_an_attribute_keeps_all_its_decimals() -> None:
    read, noticed = reader(places=None)
    assert read("1.23456789") == Decimal("1.23456789")
    assert noticed == []


def test_a_money_sign_is_noticed() -> None:
    read, noticed = reader()
    read("€5")
    read("5 USD")
    assert noticed == ["money €", "money USD"]


@pytest.mark.parametrize(
    ("cell", "value"), [(10, "10"), (1.5, "1.5"), (0.1 + 0.2, "0.3"), (1234567.891, "1234567.891")]
)
def test_a_workbooks_number_is_taken_as_it_is_shown(cell: Cell, value: str) -> None:
    read, noticed = reader(",")
    assert read(cell) == Decimal(value)
    assert noticed == []


@pytest.mark.parametrize("cell", [True, date(2017, 3, 1), time(1, 2)])
def test_a_workbooks_date_or_yes_is_no_number(cell: Cell) -> None:
    assert refused(".", cell).code == "bad_number"


def test_the_mark_is_not_asked_for_while_no_cell_needs_it() -> None:
    def unasked() -> str:
        raise AssertionError

    assert number_reader(unasked, lambda _code, _value: None)("-1234") == Decimal(-1234)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("1.234,56", ","), ("1,234.56", "."), ("12.5", "."), ("12,5", ","), ("1.234.567", ","),
        ("1,234,567", "."), ("1,234", "?,"), ("1.234", "?."), ("0,125", ","), ("0.125", "."),
        ("1234,567", ","), ("$1,234", "?,"), ("(12,50)", ","), ("1054", ""), ("abc", ""),
        ("1.2.3", ""), ("2017-03-01", ""), ("10.12.2017", ""), ("", ""), ("1 234,5", ","),
    ],
)  # fmt: skip
def test_a_cell_proves_a_decimal_mark_or_does_not(text: str, evidence: str) -> None:
    assert decimal_evidence(text) == evidence


amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=4, allow_nan=False)


@given(value=amounts, places=st.integers(0, 4), style=st.sampled_from([".", ","]))
def test_an_amount_written_in_either_style_is_read_back(
    value: Decimal, places: int, style: str
) -> None:
    value = round(value, places)
    text = f"{value:,.{places}f}"
    if style == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert reader(style)[0](text) == value


@given(value=amounts, places=st.sampled_from([0, 1, 2, 4]), style=st.sampled_from([".", ","]))
def test_what_a_cell_proves_is_the_style_it_was_written_in(
    value: Decimal, places: int, style: str
) -> None:
    text = f"{round(value, places):,.{places}f}"
    if style == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert decimal_evidence(text) in (style, "", "?.", "?,")


@given(text=st.text(alphabet="0123456789.,'()-+$€% EUSDRp", max_size=20))
def test_any_text_is_a_number_or_a_refusal_and_never_anything_else(text: str) -> None:
    for mark in (".", ","):
        with suppress(CellError):
            assert reader(mark)[0](text).is_finite()


@pytest.mark.parametrize(
    ("unit", "cell", "seconds"),
    [
        ("seconds", "90", 90),
        ("seconds", "90.5", 90),
        ("seconds", "91.5", 92),
        ("milliseconds", "90000", 90),
        ("minutes", "1.5", 90),
        ("hours", "2", 7200),
        ("seconds", "1:01:05", 3665),
        ("mm:ss", "61:05", 3665),
        ("hh:mm", "1:05", 3900),
        ("seconds", timedelta(minutes=2), 120),
        ("seconds", time(0, 2, 5), 125),
        ("minutes", 1.5, 90),
    ],
)
def test_a_duration_becomes_whole_seconds(unit: str, cell: Cell, seconds: int) -> None:
    assert duration_reader(unit, lambda: ".", lambda _c, _v: None)(cell) == seconds


@pytest.mark.parametrize("cell", ["12:30", "-5", "1:99:00", "99999999999", "1:2:3:4"])
def test_a_duration_that_is_unclear_or_impossible_is_refused(cell: str) -> None:
    with pytest.raises(CellError) as caught:
        duration_reader("seconds", lambda: ".", lambda _c, _v: None)(cell)
    assert caught.value.code == "bad_duration"
