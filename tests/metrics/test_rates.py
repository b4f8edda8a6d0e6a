"""Rates of other currencies: laid from a day, corrected, withdrawn, and known as of a batch."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juara.audit.models import AuditEntry
from juara.core import db
from juara.core.calendar import FOREVER
from juara.core.errors import DomainError, NotFoundError
from juara.metrics import rates
from juara.metrics import rates_changes as changes
from juara.metrics.models import ExchangeRate
from juara.metrics.rates import Span
from juara.metrics.rates_changes import Quote
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast


def march(day: int) -> date:
    return date(2025, 3, 1) + timedelta(days=day - 1)


def lay(day: int, rate: str, *, currency: str = "EUR", until: int | None = None) -> bool:
    return changes.lay(
        Quote(currency, march(day), Decimal(rate)),
        source="Bank",
        until_day=None if until is None else march(until),
        moment=cast.NOW,
        actor=cast.ACTOR,
    )


def lay_many(*quotes: Quote) -> dict[str, int]:
    return changes.lay_many(quotes, source="Bank", moment=cast.NOW, actor=cast.ACTOR)


def eur(day: int, rate: str) -> Quote:
    return Quote("EUR", march(day), Decimal(rate))


def held(currency: str = "EUR", batch: int = db.OPEN - 1) -> list[tuple[str, date, date]]:
    return [
        (format(each.rate.normalize(), "f"), each.from_day, each.until_day)
        for each in reversed(rates.rates(currency, batch))
    ]


def test_a_rate_holds_from_its_day_until_the_next_one_known(inside: Organization) -> None:
    lay(3, "1.10")
    lay(10, "1.20")
    lay(5, "1.15")

    assert held() == [
        ("1.1", march(3), march(5)),
        ("1.15", march(5), march(10)),
        ("1.2", march(10), FOREVER),
    ]


def test_a_correction_leaves_what_was_known_before_as_it_was(inside: Organization) -> None:
    lay(3, "1.10")
    lay(10, "1.20")
    before = knowledge.last_number()

    assert lay(3, "1.05")

    assert held() == [("1.05", march(3), march(10)), ("1.2", march(10), FOREVER)]
    assert held(batch=before) == [("1.1", march(3), march(10)), ("1.2", march(10), FOREVER)]
    assert rates.rates_changed_since(before) == (Span("EUR", march(3), march(10)),)


def test_a_later_rate_changes_no_day_before_it(inside: Organization) -> None:
    lay(3, "1.10")
    before = knowledge.last_number()
    first = rates.rate_on("EUR", march(4))

    lay(10, "1.20")

    assert rates.rates_changed_since(before) == (Span("EUR", march(10), FOREVER),)
    assert first is not None
    kept = rates.rate_on("EUR", march(4))
    assert kept is not None
    assert kept.rate_id == first.rate_id
    assert rates.facts([first.rate_id])[first.rate_id].from_day == march(3)


def test_laying_what_holds_already_changes_nothing_and_leaves_no_batch(
    inside: Organization,
) -> None:
    lay(3, "1.10")
    before = knowledge.last_number()

    assert not lay(3, "1.10")
    assert not lay(7, "1.100")

    assert knowledge.last_number() == before
    assert rates.rates_changed_since(before) == ()
    assert AuditEntry.objects.filter(action="rate.laid").count() == 1


def test_a_rate_until_a_day_leaves_the_days_behind_it_as_they_were(inside: Organization) -> None:
    lay(3, "1.10")
    lay(5, "1.30", until=7)

    assert held() == [
        ("1.1", march(3), march(5)),
        ("1.3", march(5), march(7)),
        ("1.1", march(7), FOREVER),
    ]


def test_many_rates_hold_each_until_the_next_whatever_their_order(inside: Organization) -> None:
    lay(4, "9")

    counts = lay_many(
        eur(10, "1.3"), eur(3, "1.1"), eur(5, "1.2"), eur(5, "1.25"),
        Quote("JPY", march(3), Decimal("0.0067")),
    )  # fmt: skip

    assert counts == {"EUR": 3, "JPY": 1}
    assert held() == [
        ("1.1", march(3), march(4)),
        ("9", march(4), march(5)),
        ("1.25", march(5), march(10)),
        ("1.3", march(10), FOREVER),
    ]
    assert held("JPY") == [("0.0067", march(3), FOREVER)]
    entry = AuditEntry.objects.get(action="rate.laid", subject="EUR", data__count=3)
    assert (entry.data["from_day"], entry.data["source"]) == ("2025-03-03", "Bank")
    assert lay_many(eur(3, "1.1"), eur(5, "1.25")) == {}


def test_many_rates_cost_the_same_number_of_statements_as_two(
    inside: Organization,
) -> None:
    with CaptureQueriesContext(connection) as two:
        lay_many(eur(1, "1.1"), eur(2, "1.2"))
    with CaptureQueriesContext(connection) as many:
        lay_many(*(eur(each, f"2.{each:03}") for each in range(1, 120)))

    # Beside them: what the first left is ended.
    assert len(many) <= len(two) + 2


def test_a_withdrawn_rate_leaves_its_days_without_one(inside: Organization) -> None:
    lay(3, "1.10")
    lay(5, "1.15")
    lay(10, "1.20")
    before = knowledge.last_number()

    changes.withdraw("EUR", from_day=march(5), moment=cast.NOW, actor=cast.ACTOR)

    assert held() == [("1.1", march(3), march(5)), ("1.2", march(10), FOREVER)]
    assert rates.rate_on("EUR", march(7)) is None
    assert rates.rates_changed_since(before) == (Span("EUR", march(5), march(10)),)
    [withdrawn, *_] = rates.history("EUR", limit=5)
    assert (withdrawn.is_withdrawal, withdrawn.before) == (True, Decimal("1.15"))
    with pytest.raises(NotFoundError):
        changes.withdraw("EUR", from_day=march(7), moment=cast.NOW, actor=cast.ACTOR)


def test_all_rates_go_at_once(inside: Organization) -> None:
    lay(3, "1.10")
    lay(5, "1.15")
    lay(3, "0.0067", currency="JPY")

    assert changes.withdraw_all(moment=cast.NOW, actor=cast.ACTOR) == 3

    assert rates.currencies() == ()


@pytest.mark.parametrize(
    ("currency", "rate", "code"),
    [
        ("ABC", "1", "rate.currency"),
        ("eur", "1", "rate.currency"),
        ("USD", "1", "rate.own"),
        ("EUR", "0", "rate.sign"),
        ("EUR", "-1.1", "rate.sign"),
        ("EUR", "NaN", "rate.sign"),
        ("EUR", "Infinity", "rate.sign"),
        ("EUR", "10000000000", "rate.large"),
        ("EUR", "1.00000000001", "rate.decimals"),
    ],
)
def test_what_cannot_be_a_rate_is_refused(
    inside: Organization, currency: str, rate: str, code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        lay_many(eur(3, "1.1"), Quote(currency, march(4), Decimal(rate)))

    assert refusal.value.code == code
    assert not ExchangeRate.objects.exists()
    assert knowledge.last_number() == 0


def test_a_rate_without_a_source_or_with_its_days_turned_round_is_refused(
    inside: Organization,
) -> None:
    with pytest.raises(DomainError, match="where the rate is from"):
        changes.lay(eur(3, "1.1"), source=" ", moment=cast.NOW, actor=cast.ACTOR)
    with pytest.raises(DomainError, match="last day"):
        lay(3, "1.1", until=3)

    assert not ExchangeRate.objects.exists()


def test_ten_decimals_and_zeros_behind_them_are_kept_exactly(inside: Organization) -> None:
    lay(3, "0.00006352940000")

    assert held()[0][0] == "0.0000635294"


def test_the_database_refuses_two_rates_of_a_currency_on_one_day(inside: Organization) -> None:
    lay(3, "1.10")

    with pytest.raises(DatabaseError, match="one_at_a_time"), db.transaction():
        ExchangeRate(
            currency="EUR", rate=Decimal(2), source="x", valid_from=march(4), known_from=9
        ).save(force_insert=True)


steps = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["1", "2", "3"])), min_size=1, max_size=5
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, steps)
def test_changed_days_are_those_on_which_the_rate_is_another(
    inside: Organization, first: Sequence[tuple[int, str]], then: Sequence[tuple[int, str]]
) -> None:
    changes.withdraw_all(moment=cast.NOW, actor=cast.ACTOR)
    lay_many(*(eur(*each) for each in first))
    before = knowledge.last_number()
    for each in then:
        lay(*each)

    every = [march(day) for day in range(0, 15)]
    changed = {
        day
        for span in rates.rates_changed_since(before)
        for day in every
        if span.from_day <= day < span.until_day
    }
    for day in every:
        old, new = rates.rate_on("EUR", day, before), rates.rate_on("EUR", day)
        assert (day in changed) == (
            (old.rate_id if old else None) != (new.rate_id if new else None)
        )
        if (old.rate if old else None) != (new.rate if new else None):
            assert day in changed
