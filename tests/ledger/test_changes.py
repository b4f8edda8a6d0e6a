"""Rows that come late, are corrected, handed over, deleted: every number follows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.types import RecordRow
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people.models import Member
from juara.records import operations as records
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

EARLY, MIDDLE, LATE = date(2025, 3, 3), date(2025, 3, 16), date(2025, 3, 28)


@pytest.fixture(autouse=True)
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def deal(external_id: str, owner: str, amount: str, closed: date, **texts: str) -> RecordRow:
    return cast.deal(
        external_id, owner=owner, amount=amount, dates={"closed": closed}, texts=dict(texts)
    )


def deliver(*rows: RecordRow) -> int:
    batch = cast.deliver(*rows).batch
    assert batch is not None
    assert verify().differences == ()
    return batch


def move(member: Member, team: str, from_day: date, **span: Any) -> None:
    people.place(
        member, team=cast.team(team), from_day=from_day, moment=cast.NOW, actor=cast.ACTOR, **span
    )


def by_team(period: str = reading.EVER) -> dict[tuple[str, str], Decimal]:
    return {key: each.total for key, each in reading.sums("revenue_won", period).items()}


def revenue(period: str = reading.EVER, **known: Any) -> dict[str, Decimal]:
    return reading.totals("revenue_won", period, **known)


def test_a_record_handed_over_credits_the_new_owner_and_the_old_one_as_of_before() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "South")
    before = deliver(deal("1", "ana", "100", EARLY), deal("2", "ana", "30", MIDDLE))

    deliver(deal("1", "budi", "100", EARLY))

    assert revenue() == {"Ana": 30, "Budi": 100}
    assert revenue(batch=before) == {"Ana": 130}


def test_a_transfer_in_the_middle_of_a_month_splits_the_month() -> None:
    ana = cast.member("Ana", "North")
    before = deliver(*(deal(str(day.day), "ana", "10", day) for day in (EARLY, MIDDLE, LATE)))

    move(ana, "South", MIDDLE)
    deliver()

    assert by_team() == {("Ana", "North"): 10, ("Ana", "South"): 20}
    assert by_team("2025-03-16..2025-03-20") == {("Ana", "South"): 10}
    assert revenue() == revenue(batch=before) == {"Ana": 30}


def test_a_stay_elsewhere_gives_back_the_rest_to_the_first_team() -> None:
    ana = cast.member("Ana", "North")
    deliver(*(deal(str(day.day), "ana", "10", day) for day in (EARLY, MIDDLE, LATE)))

    move(ana, "South", date(2025, 3, 10), until_day=date(2025, 3, 20))
    deliver()

    assert by_team() == {("Ana", "North"): 20, ("Ana", "South"): 10}


def test_a_transfer_dated_back_moves_what_was_earned_since() -> None:
    ana = cast.member("Ana", "North")
    deliver(*(deal(str(day.day), "ana", "10", day) for day in (EARLY, MIDDLE, LATE)))
    move(ana, "South", LATE)
    known = deliver()

    move(ana, "South", MIDDLE)
    deliver()

    assert by_team() == {("Ana", "North"): 10, ("Ana", "South"): 20}
    found = reading.sums("revenue_won", batch=known)
    assert found["Ana", "North"].total == 20


def test_a_transfer_before_every_record_leaves_the_credits_of_others_alone() -> None:
    ana = cast.member("Ana", "North")
    cast.member("Budi", "North")
    deliver(deal("1", "ana", "10", EARLY), deal("2", "budi", "10", EARLY))

    move(ana, "South", date(2025, 1, 1))
    absorbed = cast.deliver()

    # One won deal is five credits: won, closed, revenue, average and largest size.
    assert (absorbed.credits_made, absorbed.credits_ended) == (5, 5)


def test_an_end_date_set_later_takes_only_what_came_after() -> None:
    ana = cast.member("Ana", "North")
    deliver(deal("1", "ana", "10", EARLY), deal("2", "ana", "30", LATE))

    people.end_assignment(ana, from_day=MIDDLE, moment=cast.NOW, actor=cast.ACTOR)
    absorbed = cast.deliver()

    assert (absorbed.credits_made, absorbed.credits_ended) == (5, 5)
    assert revenue() == {"Ana": 10, reading.NOBODY: 30}
    assert verify().is_sound


def test_somebody_who_comes_back_is_credited_again() -> None:
    ana = cast.member("Ana", "North", until_day=date(2025, 3, 10))
    deliver(*(deal(str(day.day), "ana", "10", day) for day in (EARLY, MIDDLE, LATE)))
    assert revenue() == {"Ana": 10, reading.NOBODY: 20}

    move(ana, "South", date(2025, 3, 20))
    deliver()

    assert by_team() == {
        ("Ana", "North"): 10, (reading.NOBODY, reading.NOBODY): 10, ("Ana", "South"): 10,
    }  # fmt: skip


def test_a_deleted_record_loses_its_credits_and_gets_them_back() -> None:
    cast.member("Ana", "North")
    there = deliver(deal("1", "ana", "100", EARLY))

    gone = deliver(cast.deal("1", is_deleted=True))
    assert revenue() == {}

    deliver(deal("1", "ana", "100", EARLY))
    assert revenue() == {"Ana": 100}
    assert (revenue(batch=there), revenue(batch=gone)) == ({"Ana": Decimal(100)}, {})


def test_an_amount_corrected_after_the_month_is_over_changes_that_month() -> None:
    cast.member("Ana", "North")
    closed = deliver(deal("1", "ana", "100", date(2025, 1, 31)))

    deliver(deal("1", "ana", "70.5", date(2025, 1, 31)))

    assert revenue("2025-01") == {"Ana": Decimal("70.5")}
    assert revenue("2025-01", batch=closed) == {"Ana": 100}
    assert revenue("2025-02") == {}


def test_a_late_row_counts_in_its_own_month() -> None:
    cast.member("Ana", "North")
    before = deliver(deal("1", "ana", "100", EARLY))

    deliver(deal("late", "ana", "7", date(2024, 12, 31)))

    assert (revenue("2024"), revenue("2025")) == ({"Ana": Decimal(7)}, {"Ana": Decimal(100)})
    assert revenue("2024", batch=before) == {}


def test_a_date_moved_to_another_month_leaves_the_first_one_empty() -> None:
    cast.member("Ana", "North")
    deliver(deal("1", "ana", "100", date(2025, 2, 28)))

    deliver(deal("1", "ana", "100", date(2025, 3, 1)))

    assert (revenue("2025-02"), revenue("2025-03")) == ({}, {"Ana": Decimal(100)})


def test_a_won_deal_opened_again_earns_nothing() -> None:
    cast.member("Ana", "North")
    deliver(deal("1", "ana", "100", EARLY))

    deliver(deal("1", "ana", "100", EARLY, status="open"))

    assert revenue() == {}
    assert reading.totals("deals_closed") == {}


def test_a_change_that_counts_for_nothing_writes_a_version_and_no_credit() -> None:
    cast.member("Ana", "North")
    deliver(deal("1", "ana", "100", EARLY, name="Old name"))

    absorbed = cast.deliver(deal("1", "ana", "100", EARLY, name="New name"))

    assert absorbed.landed.changed == 1
    assert (absorbed.credits_made, absorbed.credits_ended) == (0, 0)
    assert absorbed.metrics_touched == ()
    (credit,) = reading.credits_of("revenue_won")
    assert credit.name == "New name"


def test_only_what_changed_is_credited_anew() -> None:
    cast.member("Ana", "North")
    rows = [deal(str(number), "ana", "10", EARLY) for number in range(9)]
    deliver(*rows)

    absorbed = cast.deliver(*rows[:-1], deal("8", "ana", "11", EARLY))

    assert absorbed.landed.changed == 1
    # Revenue, average and largest size hold the amount; won and closed stay as they were.
    assert (absorbed.credits_made, absorbed.credits_ended) == (3, 3)


def test_of_two_rows_with_one_identity_the_last_stands() -> None:
    cast.member("Ana", "North")
    deliver(deal("1", "ana", "100", EARLY), deal("1", "ana", "5", EARLY))

    assert revenue() == {"Ana": 5}


def test_the_same_id_in_two_sources_or_kinds_is_two_records() -> None:
    ana = cast.member("Ana", "North")
    records.match_owner(
        source_id=cast.source("other").id, key="ana", member=ana, moment=cast.NOW, actor=cast.ACTOR
    )
    cast.deliver(deal("1", "ana", "100", EARLY))
    cast.deliver(deal("1", "ana", "30", EARLY), key="other")
    cast.deliver(cast.call("1", owner="ana", when=EARLY))

    assert revenue() == {"Ana": 130}
    assert reading.totals("calls") == {"Ana": 1}
    assert verify().is_sound


def test_a_key_of_one_source_means_nobody_in_another() -> None:
    cast.member("Ana", "North")
    cast.deliver(deal("1", "ana", "100", EARLY), key="other")

    assert reading.reasons("revenue_won") == {("owner_unknown", "ana"): 100}


def test_many_changes_to_one_record_in_one_delivery_leave_one_credit() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    deliver(deal("1", "ana", "1", EARLY), deal("1", "budi", "2", LATE), deal("1", "ana", "3", LATE))

    assert reading.values("revenue_won") == {"1": 3}
    assert reading.holders("revenue_won") == {"1": "Ana"}
    assert reading.days("revenue_won") == {"1": LATE}


def _nothing(ana: Member) -> None:
    """Absorb with nothing to take in."""


def _same_row(ana: Member) -> None:
    cast.deliver(deal("1", "ana", "100", EARLY))


def _deleted_again(ana: Member) -> None:
    cast.deliver(cast.deal("gone", is_deleted=True))


def _unknown_deleted(ana: Member) -> None:
    cast.deliver(cast.deal("never-seen", is_deleted=True))


def _same_place(ana: Member) -> None:
    move(ana, "North", date(2025, 1, 1), until_day=date(2025, 6, 1))


def _same_match(ana: Member) -> None:
    records.match_owner(
        source_id=cast.source().id, key="ana", member=ana, moment=cast.NOW, actor=cast.ACTOR
    )


def _same_end(ana: Member) -> None:
    people.end_assignment(ana, from_day=date(2025, 6, 1), moment=cast.NOW, actor=cast.ACTOR)


def _same_parent(ana: Member) -> None:
    people.move_team(
        cast.team("North"), under=cast.team(), from_day=EARLY, moment=cast.NOW, actor=cast.ACTOR
    )


def _same_rule(ana: Member) -> None:
    calls = {
        "aggregation": "count", "kinds": ["activity"], "date": "occurred",
        "where": {"all": [{"field": "type", "operator": "in", "value": ["call"]}]},
        "credit": [{"role": "owner", "field": "owner"}],
    }  # fmt: skip
    metrics.change_rule(
        "calls", definition=calls, from_day=EARLY, moment=cast.NOW, actor=cast.ACTOR
    )


def _same_catalogue(ana: Member) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


@pytest.mark.parametrize(
    "again",
    [
        _nothing, _same_row, _deleted_again, _unknown_deleted, _same_place, _same_match, _same_end,
        _same_parent, _same_rule, _same_catalogue,
    ],
)  # fmt: skip
def test_nothing_is_written_anywhere_when_nothing_changed(again: Any) -> None:
    ana = cast.member("Ana", "North", until_day=date(2025, 6, 1))
    cast.deliver(deal("1", "ana", "100", EARLY), deal("gone", "ana", "5", EARLY))
    cast.deliver(cast.deal("gone", is_deleted=True))
    before = reading.contents()
    assert all(len(before[table]) > 0 for table in reading.TABLES)

    again(ana)
    absorbed = cast.deliver()

    assert absorbed.batch is None
    assert reading.contents() == before
