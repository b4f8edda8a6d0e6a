"""Amounts in other currencies: converted at the rate of their day, and again when it changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from juara.connect.types import RecordRow
from juara.core.calendar import FOREVER
from juara.ledger import coverage, currencies, operations, rates
from juara.ledger import settings as organization_settings
from juara.ledger.currencies import Gap, Occurring
from juara.ledger.models import Credit
from juara.ledger.verify import verify
from juara.metrics import rates as known_rates
from juara.metrics.rates_changes import Quote
from juara.tenancy import knowledge, scope
from juara.tenancy import operations as tenancy
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

REVENUE = {
    "aggregation": "sum",
    "kinds": ["deal"],
    "where": {"all": [{"field": "status", "operator": "equals", "value": "won"}]},
    "date": "closed",
    "value": "amount",
    "credit": [{"role": "owner", "field": "owner"}],
}


@pytest.fixture
def revenue(inside: Organization) -> None:
    begin()


def begin() -> None:
    cast.member("Ana", "North")
    cast.metric("revenue", REVENUE, unit="currency", decimals=2)
    operations.absorb(moment=cast.NOW, reason="begin")


def won(external_id: str, amount: str, day: int, *, currency: str = "EUR") -> RecordRow:
    return cast.deal(
        external_id, owner="ana", amount=amount, texts={"currency": currency},
        dates={"closed": date(2025, 3, day)},
    )  # fmt: skip


def lay(day: int, rate: str, *, currency: str = "EUR") -> bool:
    quote = Quote(currency, date(2025, 3, day), Decimal(rate))
    return rates.lay(quote, source="Bank", moment=cast.NOW, actor=cast.ACTOR)


def values(batch: int | None = None) -> dict[str, str]:
    """Return what each record is credited with."""
    found = reading.values("revenue") if batch is None else reading.values("revenue", batch=batch)
    return {name: format(value.normalize(), "f") for name, value in sorted(found.items())}


@pytest.mark.usefixtures("revenue")
def test_a_deal_is_converted_at_the_rate_of_its_own_day() -> None:
    lay(1, "1.10")
    lay(15, "1.20")

    cast.deliver(
        won("a", "100", 14), won("b", "100", 15), won("c", "100.33", 31),
        won("d", "7", 2, currency=""), won("e", "9", 2, currency="USD"),
    )  # fmt: skip

    assert values() == {"a": "110", "b": "120", "c": "120.4", "d": "7", "e": "9"}
    assert verify().is_sound


@pytest.mark.usefixtures("revenue")
def test_the_credit_keeps_its_rate_with_date_and_source() -> None:
    lay(1, "1.10")
    cast.deliver(won("a", "100", 14), won("b", "100", 14, currency="USD"))
    lay(15, "1.20")

    kept = {each.value: each.rate_id for each in Credit.objects.all()}

    assert kept[Decimal(100)] is None
    rate_id = kept[Decimal(110)]
    assert rate_id is not None
    told = known_rates.facts([rate_id])[rate_id]
    assert (told.currency, told.rate, told.source, told.from_day) == (
        "EUR", Decimal("1.10"), "Bank", date(2025, 3, 1),
    )  # fmt: skip


@pytest.mark.usefixtures("revenue")
def test_a_rate_from_mid_month_credits_only_the_days_from_it_on_again() -> None:
    lay(1, "1.10")
    cast.deliver(won("a", "100", 14), won("b", "100", 15), won("c", "100", 16, currency="USD"))
    before = knowledge.last_number()

    assert lay(15, "1.25")

    assert values() == {"a": "110", "b": "125", "c": "100"}
    assert values(before) == {"a": "110", "b": "110", "c": "100"}
    # One ended, one made: what lies before the day was not touched.
    assert Credit.objects.filter(known_until=knowledge.last_number()).count() == 1
    assert Credit.objects.filter(known_from=knowledge.last_number()).count() == 1
    assert reading.totals("revenue", "2025-03") == {"Ana": Decimal(335)}
    assert verify().is_sound


@pytest.mark.usefixtures("revenue")
def test_a_corrected_rate_credits_the_past_again_and_as_of_keeps_the_old_number() -> None:
    lay(1, "1.10")
    lay(15, "1.20")
    cast.deliver(won("a", "100", 14), won("b", "100", 20))
    before = knowledge.last_number()

    lay(1, "1.05")

    assert values() == {"a": "105", "b": "120"}
    assert reading.totals("revenue", "2025-03") == {"Ana": Decimal(225)}
    assert reading.totals("revenue", "2025-03", batch=before) == {"Ana": Decimal(230)}
    assert verify().is_sound


@pytest.mark.usefixtures("revenue")
def test_an_amount_without_a_rate_does_not_count_and_says_so() -> None:
    lay(10, "1.10")

    cast.deliver(won("a", "100", 9), won("b", "100", 10), won("c", "5", 9, currency="GBP"))

    assert values() == {"b": "110"}
    reasons = {
        each.external_id: dict(each.reasons)["Revenue"]
        for each in coverage.uncounted("deal", day=cast.TODAY, limit=10)
    }
    assert reasons == {"a": "currency", "c": "currency"}
    assert currencies.occurring() == (
        Occurring("EUR", 2, Decimal(200), date(2025, 3, 9), date(2025, 3, 10), 1, 1),
        Occurring("GBP", 1, Decimal(5), date(2025, 3, 9), date(2025, 3, 9), 1, 1),
    )


@pytest.mark.usefixtures("revenue")
def test_withdrawing_a_rate_takes_what_it_converted_out_of_the_numbers() -> None:
    lay(1, "1.10")
    cast.deliver(won("a", "100", 9), won("b", "100", 9, currency="USD"))

    rates.withdraw("EUR", from_day=date(2025, 3, 1), moment=cast.NOW, actor=cast.ACTOR)

    assert values() == {"b": "100"}
    assert verify().is_sound


@pytest.mark.usefixtures("revenue")
def test_a_file_of_rates_counts_everything_at_once_in_one_batch() -> None:
    cast.deliver(won("a", "100", 9), won("b", "1000", 11, currency="JPY"))
    before = knowledge.last_number()

    stored = rates.store(
        [
            Quote("EUR", date(2025, 3, 1), Decimal("1.1")),
            Quote("EUR", date(2025, 3, 10), Decimal("1.2")),
            Quote("JPY", date(2025, 3, 10), Decimal("0.0067")),
        ],
        source="Bank", moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    assert (stored.counts, stored.total) == ({"EUR": 2, "JPY": 1}, 3)
    assert knowledge.last_number() == before + 1
    assert values() == {"a": "110", "b": "6.7"}


@pytest.mark.parametrize(
    ("own", "amount", "currency", "rate", "expected"),
    [
        # Whole yen, half of one up.
        ("JPY", "10.50", "EUR", "162.3810", "1705"),
        ("JPY", "0.05", "USD", "150", "8"),
        # Thousandths of a dinar, and an amount that has them, in cents.
        ("KWD", "1234.5", "EUR", "0.3345", "412.94"),
        ("KWD", "1", "JPY", "0.0020567", "0.002"),
        ("USD", "12.345", "KWD", "3.25", "40.12"),
        ("USD", "-0.005", "EUR", "1", "-0.01"),
    ],
)
def test_what_is_converted_is_rounded_to_the_minor_unit_of_the_own_currency(
    db: None, own: str, amount: str, currency: str, rate: str, expected: str
) -> None:
    with scope.enter(cast.organization(currency=own)):
        begin()
        lay(1, rate, currency=currency)

        cast.deliver(won("a", amount, 9, currency=currency))

        assert values() == {"a": expected}


def test_a_moment_is_converted_at_the_rate_of_the_organizations_day(db: None) -> None:
    with scope.enter(cast.organization(zone="Asia/Jakarta")):
        begin()
        lay(1, "1.1")
        lay(10, "1.2")

        # Five in the afternoon in London is midnight in Jakarta.
        cast.deliver(
            cast.deal("a", owner="ana", amount="100", texts={"currency": "EUR"},
                      dates={"closed": cast.at("2025-03-09T16:59")}),
            cast.deal("b", owner="ana", amount="100", texts={"currency": "EUR"},
                      dates={"closed": cast.at("2025-03-09T17:00")}),
        )  # fmt: skip
        assert values() == {"a": "110", "b": "120"}

        lay(10, "1.3")
        assert values() == {"a": "110", "b": "130"}


@pytest.mark.usefixtures("revenue")
def test_another_currency_of_the_organization_withdraws_the_rates_that_were_to_the_old_one(
    inside: Organization,
) -> None:
    lay(1, "1.10")
    cast.deliver(
        won("a", "100", 9), won("b", "40", 9, currency="USD"), won("c", "3", 9, currency="")
    )
    before = knowledge.last_number()

    organization_settings.restate(zone="", currency="EUR", moment=cast.NOW, actor=cast.ACTOR)

    assert known_rates.currencies() == ()
    assert values() == {"a": "100", "c": "3"}
    assert values(before) == {"a": "110", "b": "40", "c": "3"}
    lay(1, "0.9", currency="USD")
    assert values() == {"a": "100", "b": "36", "c": "3"}
    assert verify().is_sound


def test_rates_go_with_the_old_currency_before_anything_was_counted_too(
    inside: Organization,
) -> None:
    lay(1, "1.10")
    standing = tenancy.settings_of(inside.id)

    organization_settings.change(
        replace(standing, currency="EUR"), moment=cast.NOW, actor=cast.ACTOR
    )

    assert known_rates.currencies() == ()


@pytest.mark.usefixtures("revenue")
def test_the_days_without_a_rate_are_told_as_stretches_with_what_lies_on_them() -> None:
    cast.deliver(
        won("a", "10", 1), won("b", "20", 2), won("c", "40", 8), won("d", "80", 20),
        won("e", "160", 21), won("f", "5", 9, currency="GBP"),
    )  # fmt: skip
    lay(5, "1.1")
    lay(20, "1.2")
    rates.withdraw("EUR", from_day=date(2025, 3, 20), moment=cast.NOW, actor=cast.ACTOR)

    assert currencies.gaps("EUR", limit=10) == (
        Gap(date(2025, 3, 1), date(2025, 3, 5), 2, Decimal(30)),
        Gap(date(2025, 3, 20), date(2025, 3, 22), 2, Decimal(240)),
    )
    assert currencies.gaps("CHF", limit=10) == ()
    assert known_rates.rates("EUR")[0].until_day < FOREVER
