"""What changed to what: the history of records, each change or only the first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.ledger import day_jobs
from juara.ledger import operations as ledger
from juara.ledger.verify import verify
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""
    cast.member("Ana", "North")
    cast.member("Budi", "North")


def changes(operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {
        "aggregation": "count", "kinds": ["change"], "date": "occurred",
        "where": {"all": [{"field": "stage", "operator": operator, "value": value}]},
    } | more  # fmt: skip


def change(number: str, when: str, to: str, before: str = "", **texts: str) -> RecordRow:
    return RecordRow(
        1, RecordKind.CHANGE, number,
        texts={"type": "stage", "parent": "D1", "new_value": to, "old_value": before} | texts,
        dates={"occurred": cast.at(when)}, users={"owner": "ana"},
    )  # fmt: skip


def test_changed_to_counts_each_change_or_only_the_first_of_each_thing() -> None:
    cast.metric("each", changes("changed_to", "Proposal"))
    cast.metric("first", changes("changed_to", ["Proposal", "Offer"], occurrence="first"))
    cast.deliver(
        change("1", "2025-03-05T10:00", "proposal"),
        change("2", "2025-03-06T10:00", "Won"),
        change("3", "2025-03-07T10:00", "PROPOSAL"),
        change("4", "2025-03-04T10:00", "Offer", parent="D2"),
        change("5", "2025-03-03T10:00", "Proposal", type="owner"),
    )
    assert set(reading.days("each")) == {"1", "3"}
    assert set(reading.days("first")) == {"1", "4"}

    # An earlier one that arrives late is the first after all; and when it goes, the next is.
    earlier = change("0", "2025-03-04T10:00", "Offer")
    cast.deliver(earlier)
    assert set(reading.days("first")) == {"0", "4"}
    cast.deliver(replace(earlier, is_deleted=True))
    assert set(reading.days("first")) == {"1", "4"}
    assert verify().is_sound


def test_changed_from_to_takes_what_was_there_before_from_the_history() -> None:
    cast.metric("moved", changes("changed_from_to", ["New", "Proposal"]))
    cast.deliver(
        change("1", "2025-03-04T10:00", "New"),
        change("2", "2025-03-05T10:00", "Proposal"),
        change("3", "2025-03-06T10:00", "Proposal", before="New"),
        change("4", "2025-03-06T10:00", "Proposal", parent="D2"),
    )
    assert set(reading.days("moved")) == {"2", "3"}

    cast.deliver(change("5", "2025-03-04T12:00", "Won"))
    assert set(reading.days("moved")) == {"3"}
    assert verify().is_sound


def test_a_rule_reads_what_a_record_belongs_to_and_follows_its_changes() -> None:
    cast.metric("big", {
        "aggregation": "sum", "kinds": ["activity"], "date": "occurred", "value": "parent.amount",
        "where": {"all": [
            {"field": "parent.status", "operator": "equals", "value": "open"},
            {"field": "parent.attributes.vip", "operator": "equals", "value": True},
        ]},
        "credit": [{"role": "owner", "field": "parent.owner"}],
    })  # fmt: skip
    deal = cast.deal(
        "D1", owner="ana", amount="500", texts={"status": "open"}, attributes={"vip": True}
    )
    call = cast.call("c1", owner="budi", when=date(2025, 3, 5), texts={"parent": "D1"})
    cast.deliver(call, cast.call("c2", owner="budi", when=date(2025, 3, 5)))
    assert reading.totals("big") == {}

    cast.deliver(deal)
    assert reading.totals("big") == {"Ana": 500}
    cast.deliver(replace(deal, users={"owner": "budi"}))
    assert reading.totals("big") == {"Budi": 500}
    cast.deliver(replace(deal, texts={"status": "lost"}))
    assert reading.totals("big") == {}
    assert verify().is_sound


def test_a_day_can_be_told_from_another_date_of_the_record() -> None:
    cast.metric("quick", {
        "aggregation": "count", "kinds": ["deal"], "date": "closed",
        "where": {"all": [{"field": "closed", "operator": "less_or_equal",
                           "value": {"field": "created", "days": 30}}]},
    })  # fmt: skip
    cast.deliver(*(
        cast.deal(number, owner="ana", dates={"created": date(2025, 2, day), "closed": closed})
        for number, day, closed in (
            ("a", 1, date(2025, 3, 3)), ("b", 1, date(2025, 3, 4)), ("c", 20, date(2025, 3, 4))
        )
    ), cast.deal("d", owner="ana"))  # fmt: skip
    assert set(reading.days("quick")) == {"a", "c"}


def test_a_day_told_from_today_moves_with_the_day() -> None:
    cast.metric("recent", {
        "aggregation": "count", "kinds": ["deal"], "date": "closed",
        "where": {"all": [{"field": "closed", "operator": "greater_or_equal",
                           "value": {"today": -7}}]},
    })  # fmt: skip
    cast.deliver(*(
        cast.deal(str(day), owner="ana", dates={"closed": date(2025, 3, day)}) for day in (2, 3, 4)
    ))  # fmt: skip
    assert set(reading.days("recent")) == {"3", "4"}
    known = cast.deliver(moment=cast.at("2025-03-10T23:59"))
    assert known.batch is None

    moved = ledger.absorb(moment=cast.at("2025-03-11T00:01"), reason="day")
    assert moved.batch is not None
    assert set(reading.days("recent")) == {"4"}
    assert set(reading.days("recent", batch=moved.batch - 1)) == {"3", "4"}
    assert verify().is_sound


def test_the_new_day_is_taken_in_by_itself(inside: Organization) -> None:
    cast.metric("recent", {
        "aggregation": "count", "kinds": ["deal"], "date": "closed",
        "where": {"all": [{"field": "closed", "operator": "greater", "value": {"today": -7}}]},
    })  # fmt: skip
    cast.deliver(cast.deal("1", owner="ana", dates={"closed": date(2025, 3, 9)}))
    assert set(reading.days("recent")) == {"1"}

    # The clock is years past that.
    day_jobs.new_day()

    assert reading.days("recent") == {}
