"""Explanations: every credit behind a number, and the number is what they come to."""

from datetime import date
from decimal import Decimal

import pytest

from juara.core.errors import DomainError, NotFoundError
from juara.ledger.explain import Explanation, explain
from juara.metrics import operations as metrics
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

CLOSED = {"lost": {"status": "lost"}, "won": {"status": "won"}}


@pytest.fixture(autouse=True)
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Ana", "North")
    cast.member("Budi", "North", email="budi@example.com")


def deal(external_id: str, owner: str, amount: str, day: int, status: str = "won") -> None:
    cast.deliver(
        cast.deal(
            external_id, owner=owner, amount=amount, dates={"closed": date(2025, 3, day)},
            texts=CLOSED[status],
        )
    )  # fmt: skip


def told(metric: str, member: str = "Ana", period: str = "2025-03") -> Explanation:
    return explain(metric, member=member, period_key=period, now=cast.NOW)


def test_the_credits_add_up_to_the_number_newest_first() -> None:
    deal("1", "ana", "100", 3)
    deal("2", "ana", "50.25", 7)
    deal("3", "budi", "9", 7)

    found = told("revenue_won")

    assert (found.holder, found.period, found.value) == ("Ana", "2025-03", Decimal("150.25"))
    (part,) = found.parts
    assert [(each.external_id, each.value) for each in part.credits] == [
        ("2", Decimal("50.25")), ("1", Decimal(100)),
    ]  # fmt: skip
    assert sum(each.value for each in part.credits) == found.value


def test_each_credit_comes_with_its_record() -> None:
    deal("1", "ana", "100", 3)

    (credit,) = told("revenue_won").parts[0].credits

    assert (credit.external_id, credit.kind, credit.source_key) == ("1", "deal", "crm")
    assert (credit.status, credit.amount, credit.day) == ("won", Decimal(100), date(2025, 3, 3))
    assert (credit.is_deleted, credit.reason) == (False, "")


def test_a_ratio_is_explained_by_both_of_its_sides() -> None:
    deal("1", "ana", "1", 3)
    deal("2", "ana", "1", 4, "lost")
    deal("3", "ana", "1", 5, "lost")

    found = told("win_rate")

    assert found.value == Decimal("0.3333")
    assert [(part.metric_key, part.value) for part in found.parts] == [
        ("deals_won", Decimal(1)), ("deals_closed", Decimal(3)),
    ]  # fmt: skip
    assert [len(part.credits) for part in found.parts] == [1, 3]


def test_an_average_is_explained_by_what_it_is_the_mean_of() -> None:
    deal("1", "ana", "10", 3)
    deal("2", "ana", "15", 3)

    assert told("average_deal_size").value == Decimal("12.5")


def test_a_number_that_is_none_is_told_apart_from_zero() -> None:
    assert (told("revenue_won").value, told("average_deal_size").value) == (Decimal(0), None)
    assert told("win_rate").value is None
    assert told("revenue_won").parts[0].credits == ()


def test_what_nobody_earned_can_be_explained_too() -> None:
    deal("1", "ghost", "70", 3)

    found = told("revenue_won", "unassigned")

    assert (found.holder, found.value) == ("unassigned", Decimal(70))
    (credit,) = found.parts[0].credits
    assert (credit.reason, credit.owner_key) == ("owner_unknown", "ghost")


def test_an_explanation_keeps_to_its_period() -> None:
    deal("1", "ana", "10", 3)
    deal("2", "ana", "15", 4)

    assert told("revenue_won", period="2025-03-04").value == 15
    assert told("revenue_won", period="this-week").value == 0
    assert told("revenue_won", period="last-week").value == 25
    assert told("revenue_won", period="last-week").period == "2025-W10"


def test_an_explanation_as_of_a_moment_is_the_one_given_then() -> None:
    cast.deliver(cast.deal("1", owner="ana", amount="100"), moment=cast.at("2025-03-10T10:00"))
    cast.deliver(cast.deal("1", owner="ana", amount="40"), moment=cast.at("2025-03-10T12:00"))

    then = explain(
        "revenue_won", member="Ana", period_key="2025-03", as_of=cast.at("2025-03-10T11:00"),
        now=cast.at("2025-03-11T09:00"),
    )  # fmt: skip

    assert then.value == 100
    assert then.parts[0].credits[0].amount == 100
    assert told("revenue_won").value == 40


def test_somebody_is_found_by_name_address_or_public_id() -> None:
    deal("1", "budi", "5", 3)
    budi = cast.member("Budi", "North", email="budi@example.com")

    for name in ("budi", "BUDI@example.com", budi.public_id):
        assert told("revenue_won", name).value == 5


@pytest.mark.parametrize(
    ("metric", "member", "period", "code"),
    [
        ("nothing", "Ana", "2025-03", "metric.unknown"),
        ("revenue_won", "Nemo", "2025-03", "member.unknown"),
        ("revenue_won", "Ana", "soon", "period.unreadable"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(
    metric: str, member: str, period: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        told(metric, member, period)

    assert refused.value.code == code


def test_two_people_of_one_name_must_be_told_apart() -> None:
    cast.member("Ana", "South", email="ana@example.com", key="ana2")

    with pytest.raises(NotFoundError) as refused:
        told("revenue_won")

    assert refused.value.message.startswith("Several people are called “Ana”.")


def test_many_records_are_explained_whole() -> None:
    cast.deliver(*(cast.deal(f"D{n}", owner="ana", amount="1") for n in range(150)))

    found = told("revenue_won")

    assert (found.value, len(found.parts[0].credits)) == (Decimal(150), 150)
    assert reading.totals("revenue_won") == {"Ana": 150}
