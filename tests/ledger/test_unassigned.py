"""Nothing vanishes: what nobody earned is kept, with the reason, and can be matched later."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.core.errors import NotFoundError
from juara.ledger import matching
from juara.ledger.verify import verify
from juara.metrics.types import Sums
from juara.people import operations as people
from juara.people.models import Member
from juara.records import operations as records
from juara.records import queries as record_queries
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

REVENUE: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
}  # fmt: skip


@pytest.fixture(autouse=True)
def revenue(inside: Organization) -> None:
    cast.metric("revenue", REVENUE)


def deliver(*deals: tuple[str, str, str, date]) -> None:
    cast.deliver(
        *(
            cast.deal(name, owner=owner, amount=amount, dates={"closed": day})
            for name, owner, amount, day in deals
        )
    )


def match(member: Member, key: str, **days: Any) -> bool:
    return records.match_owner(
        source_id=cast.source().id, key=key, member=member, moment=cast.NOW, actor=cast.ACTOR,
        **days,
    )  # fmt: skip


def march(day: int) -> date:
    return date(2025, 3, day)


def test_each_reason_stands_with_the_key_the_record_names() -> None:
    cast.member("Ana", "North", from_day=march(10))
    deliver(
        ("1", "", "1", march(3)),
        ("2", "ghost", "2", march(3)),
        ("3", "ghost", "4", march(4)),
        ("4", "other", "8", march(3)),
        ("5", "ana", "16", march(9)),
        ("6", "ana", "32", march(10)),
    )

    assert reading.reasons("revenue") == {
        ("owner_empty", ""): 1,
        ("owner_unknown", "ghost"): 6,
        ("owner_unknown", "other"): 8,
        ("not_assigned", "ana"): 16,
    }
    assert reading.totals("revenue") == {"Ana": 32, reading.NOBODY: 31}
    assert verify().is_sound


def test_the_reasons_of_a_period_are_those_of_its_days() -> None:
    deliver(("1", "ghost", "1", march(3)), ("2", "ghost", "2", date(2025, 4, 1)))

    assert reading.reasons("revenue", "2025-03") == {("owner_unknown", "ghost"): 1}
    assert reading.reasons("revenue", "2025-Q1") == {("owner_unknown", "ghost"): 1}
    assert reading.reasons("revenue", "2025") == {("owner_unknown", "ghost"): 3}


def test_what_was_counted_is_what_was_credited_and_what_was_not() -> None:
    cast.member("Ana", "North", until_day=march(20))
    deliver(*((str(n), ("ana", "ghost", "")[n % 3], str(n), march(n)) for n in range(1, 31)))

    sums = [each for _, each in sorted(reading.sums("revenue").items())]

    assert sum(sums, Sums()) == Sums(30, 300_000, Decimal(465), Decimal(1), Decimal(30))


def test_a_match_credits_the_past_and_leaves_what_was_known_then() -> None:
    deliver(("1", "ghost", "5", date(2024, 1, 1)), ("2", "ghost", "7", march(3)))
    absorbed = cast.deliver(cast.deal("3", owner="ghost", amount="1"))
    assert absorbed.batch is not None

    budi = cast.member("Budi", "North")
    match(budi, "ghost")
    cast.deliver()

    assert reading.totals("revenue") == {"Budi": 13}
    assert reading.totals("revenue", batch=absorbed.batch) == {reading.NOBODY: 13}
    assert verify().is_sound


def test_a_key_can_mean_one_person_until_a_day_and_another_from_it() -> None:
    """A seat in the CRM is handed to the successor, under the same key."""
    ana, budi = cast.member("Ana", "North", key="x"), cast.member("Budi", "South", key="y")
    deliver(*((str(day), "seat-7", str(day), march(day)) for day in (3, 9, 10, 20)))

    match(ana, "seat-7", until_day=march(10))
    cast.deliver()
    assert reading.totals("revenue") == {"Ana": 12, reading.NOBODY: 30}
    assert reading.reasons("revenue") == {("owner_unknown", "seat-7"): 30}

    match(budi, "seat-7", from_day=march(10))
    cast.deliver()
    assert reading.totals("revenue") == {"Ana": 12, "Budi": 30}
    assert verify().is_sound


def test_a_match_moved_to_somebody_else_for_some_days_moves_only_those() -> None:
    cast.member("Ana", "North", key="seat")
    budi = cast.member("Budi", "South")
    deliver(*((str(day), "seat", str(day), march(day)) for day in (3, 9, 10, 20)))

    match(budi, "seat", from_day=march(9), until_day=march(20))
    absorbed = cast.deliver()

    assert (absorbed.credits_made, absorbed.credits_ended) == (2, 2)
    assert reading.totals("revenue") == {"Ana": 23, "Budi": 19}
    assert verify().is_sound


def test_a_matched_person_without_a_place_is_not_assigned() -> None:
    cast.member("Ana", "North", key="other")
    nobody = people.ensure_member(name="Zul", moment=cast.NOW, actor=cast.ACTOR)
    match(nobody, "zul")
    deliver(("1", "zul", "5", march(3)))

    assert reading.reasons("revenue") == {("not_assigned", "zul"): 5}
    assert verify().is_sound


def test_the_reason_follows_what_becomes_known() -> None:
    deliver(("1", "zul", "5", march(3)))
    assert reading.reasons("revenue") == {("owner_unknown", "zul"): 5}

    zul = people.ensure_member(name="Zul", moment=cast.NOW, actor=cast.ACTOR)
    match(zul, "zul")
    cast.deliver()
    assert reading.reasons("revenue") == {("not_assigned", "zul"): 5}

    people.place(zul, team=cast.team("North"), moment=cast.NOW, actor=cast.ACTOR)
    cast.deliver()
    assert reading.reasons("revenue") == {}
    assert reading.totals("revenue") == {"Zul": 5}


def test_one_person_can_have_several_keys() -> None:
    ana = cast.member("Ana", "North", key="ana@old")
    match(ana, "ana@new")
    deliver(("1", "ana@old", "5", march(3)), ("2", "ana@new", "7", march(3)))

    assert reading.totals("revenue") == {"Ana": 12}


def test_keys_are_told_apart_by_every_character() -> None:
    cast.member("Ana", "North", key="AB-1")
    deliver(
        ("1", "ab-1", "5", march(3)), ("2", "AB-1 ", "7", march(3)), ("3", "AB-1", "1", march(3))
    )

    assert reading.totals("revenue") == {"Ana": 1, reading.NOBODY: 12}


def test_matching_by_name_credits_in_the_same_batch() -> None:
    cast.member("Budi", "North")
    deliver(("1", "ghost", "5", march(3)))

    absorbed = matching.match(
        source_key="crm", key="ghost", member="Budi", moment=cast.NOW, actor=cast.ACTOR
    )

    assert (absorbed.credits_made, absorbed.credits_ended) == (1, 1)
    assert reading.totals("revenue") == {"Budi": 5}
    assert verify().is_sound


@pytest.mark.parametrize(
    ("source", "member", "code"),
    [("nowhere", "Budi", "source.unknown"), ("crm", "Nemo", "member.unknown")],
)
def test_matching_what_is_not_there_is_refused_and_changes_nothing(
    source: str, member: str, code: str
) -> None:
    cast.member("Budi", "North")
    deliver(("1", "ghost", "5", march(3)))
    before = reading.contents()

    with pytest.raises(NotFoundError) as refused:
        matching.match(
            source_key=source, key="ghost", member=member, moment=cast.NOW, actor=cast.ACTOR
        )

    assert refused.value.code == code
    assert reading.contents() == before


def test_unknown_owners_are_listed_with_how_much_they_have_most_first() -> None:
    cast.member("Ana", "North")
    deliver(
        ("1", "few", "1", march(3)),
        ("2", "many", "1", march(4)),
        ("3", "many", "1", march(9)),
        ("4", "ana", "1", march(3)),
    )

    found = [
        (each.source_key, each.key, each.record_count, each.first_day, each.last_day)
        for each in record_queries.unknown_owners()
    ]

    assert found == [
        ("crm", "many", 2, march(4), march(9)), ("crm", "few", 1, march(3), march(3)),
    ]  # fmt: skip


def test_one_named_in_several_roles_is_one_and_a_namesake_of_another_source_another() -> None:
    both = {"owner": "ghost", "creator": "ghost", "sdr": "shade"}
    cast.deliver(cast.deal("1", users=both, amount="1"), cast.deal("2", owner="ghost", amount="1"))
    cast.deliver(cast.deal("1", owner="ghost", amount="1"), key="other")

    found = [
        (each.source_key, each.key, each.record_count) for each in record_queries.unknown_owners()
    ]

    assert sorted(found) == [("crm", "ghost", 2), ("crm", "shade", 1), ("other", "ghost", 1)]


def test_an_owner_known_only_on_some_days_is_listed_with_what_lies_outside_them() -> None:
    ana = cast.member("Ana", "North", key="x")
    match(ana, "seat-7", until_day=march(10))
    deliver(*((str(day), "seat-7", "1", march(day)) for day in (3, 10, 20)))

    found = [
        (each.key, each.record_count, each.first_day, each.last_day)
        for each in record_queries.unknown_owners()
    ]

    assert found == [("seat-7", 2, march(10), march(20))]


def test_an_owner_of_deleted_records_only_is_not_listed() -> None:
    deliver(("1", "ghost", "1", march(3)))
    cast.deliver(cast.deal("1", is_deleted=True))

    assert record_queries.unknown_owners() == ()
    assert reading.totals("revenue") == {}


def test_a_matched_owner_is_listed_no_longer() -> None:
    deliver(("1", "ghost", "1", march(3)))
    assert [each.key for each in record_queries.unknown_owners()] == ["ghost"]

    match(cast.member("Budi", "North"), "ghost")

    assert record_queries.unknown_owners() == ()
