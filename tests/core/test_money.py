"""Money: minor units, converting, and splits that lose nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.core import money

amounts = st.decimals(
    min_value=Decimal("-9999999999999999"), max_value=Decimal("9999999999999999"), places=4
)


@st.composite
def shares(draw: st.DrawFn) -> list[int]:
    """Draw one to six shares in ten-thousandths that come to the whole or less."""
    cuts = sorted(draw(st.lists(st.integers(0, money.WHOLE), min_size=1, max_size=6)))
    return [after - before for before, after in zip([0, *cuts], cuts, strict=False)]


@pytest.mark.parametrize(
    ("currency", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("IDR", 2)]
)
def test_a_currency_is_counted_in_its_minor_units(currency: str, decimals: int) -> None:
    assert money.minor_units(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "expected"),
    [
        ("1000", "1.0812345678", "USD", "1081.23"),
        ("10.50", "162.37", "JPY", "1705"),
        ("0.5", "1", "JPY", "1"),
        ("-0.5", "1", "JPY", "-1"),
        ("12345", "0.0020512", "KWD", "25.322"),
        ("9999999999999999.9999", "9999999999.9999999999", "USD", "99999999999999999998000000.00"),
    ],
)
def test_converting_rounds_half_away_from_zero_to_the_minor_unit(
    amount: str, rate: str, currency: str, expected: str
) -> None:
    assert str(money.converted(Decimal(amount), Decimal(rate), currency)) == expected


@pytest.mark.parametrize(
    ("amount", "parts", "decimals", "expected"),
    [
        # 60.006 and 40.004, each rounded: nothing is left over.
        ("100.01", [6000, 4000], 2, ["60.01", "40.00"]),
        # Three thirds of a dollar are 99 cents: the cent goes to the largest share …
        ("1.00", [3333, 3334, 3333], 2, ["0.33", "0.34", "0.33"]),
        # … and of equal ones to the first; or is taken from it, where rounding gave too much.
        ("0.01", [5000, 5000], 2, ["0.00", "0.01"]),
        ("-100.01", [6000, 4000], 2, ["-60.01", "-40.00"]),
        ("1000", [5000, 2500, 2500], 0, ["500", "250", "250"]),
        ("1001", [3333, 3333, 3334], 0, ["334", "334", "333"]),
        ("0.001", [5000, 5000], 3, ["0.000", "0.001"]),
        # What is unassigned is a share like the others.
        ("0.01", [3000], 2, ["0.00", "0.01"]),
        ("100", [2500, 2500], 2, ["25.00", "25.00", "50.00"]),
        ("5.00", [10000, 0], 2, ["5.00", "0.00"]),
    ],
)
def test_a_split_gives_what_rounding_leaves_to_the_largest_share(
    amount: str, parts: list[int], decimals: int, expected: list[str]
) -> None:
    found = money.split(Decimal(amount), parts, decimals)

    assert [str(each) for each in found] == expected


@given(amounts, shares(), st.sampled_from([0, 2, 3, 4]))
def test_a_split_adds_up_to_the_amount_and_strays_from_no_share(
    amount: Decimal, parts: list[int], decimals: int
) -> None:
    found = money.split(amount, parts, decimals)

    assert sum(found) == amount
    every = [*parts, money.WHOLE - sum(parts)] if sum(parts) < money.WHOLE else parts
    assert len(found) == len(every)
    largest = every.index(max(every))
    for place, (share, part) in enumerate(zip(every, found, strict=True)):
        if place != largest:
            assert part == money.rounded(amount * share / money.WHOLE, decimals)


@pytest.mark.parametrize("parts", [[6000, 4001], [-1, 5000]])
def test_a_split_refuses_more_than_the_whole_and_less_than_nothing(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="together"):
        money.split(Decimal(1), parts, 2)


def test_codes_of_currencies_no_longer_in_use_are_known_and_inventions_are_not() -> None:
    assert money.is_known("DEM")
    assert not money.is_known("ABC")
    assert not money.is_known("XXX")
    assert "DEM" not in money.in_use()
    assert {"EUR", "IDR", "USD"} <= money.in_use()
