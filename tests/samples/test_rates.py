"""The sample company's rates: one set a month, the first reaching back before the story."""

from datetime import date
from decimal import Decimal

from juara.core import money
from juara.metrics import rates
from juara.samples import rates as sample
from juara.samples.rows import OTHER_CURRENCIES, currency_of
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast


def test_each_month_has_its_rates_once_and_the_first_ones_hold_before_it(
    inside: Organization,
) -> None:
    for moment in ("2025-10-20T09:00", "2025-10-21T09:00", "2025-11-01T02:00", "2026-01-05T09:00"):
        with knowledge.batch(moment=cast.at(moment), reason="demo"):
            sample.lay_month(7, cast.at(moment), cast.ACTOR)

    begins = [each.from_day for each in reversed(rates.rates("EUR"))]
    assert begins == [date(2024, 10, 1), date(2025, 11, 1), date(2026, 1, 1)]
    assert {each.currency for each in rates.currencies()} == set(OTHER_CURRENCIES)
    assert knowledge.last_number() == 3


def test_rates_are_the_same_for_a_seed_and_near_what_is_usual() -> None:
    month = date(2025, 10, 1)

    assert sample.quotes(7, month) == sample.quotes(7, month)
    assert sample.quotes(7, month) != sample.quotes(8, month)
    [euro] = [each for each in sample.quotes(7, month) if each.currency == "EUR"]
    assert Decimal("1.0525") <= euro.rate <= Decimal("1.1175")


def test_a_deal_keeps_its_currency_and_few_are_in_another() -> None:
    drawn = [currency_of(f"D-{number:06d}", "USD") for number in range(5000)]

    assert drawn == [currency_of(f"D-{number:06d}", "USD") for number in range(5000)]
    assert 0.97 < drawn.count("USD") / 5000 < 0.985
    assert all(money.is_known(code) for code in drawn)
