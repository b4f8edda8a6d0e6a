"""Who of several people a record credits: shares, the owner of the time, the managers above."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from juara.connect.types import RecordKind, RecordRow
from juara.core import money
from juara.ledger.verify import verify
from juara.metrics import calc
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people.models import Member
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

REVENUE: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
}  # fmt: skip
COUNT: dict[str, Any] = {"aggregation": "count", "kinds": ["deal"], "date": "closed"}
BY_FIELDS = {"split": {"fields": [
    {"field": "owner", "percent": "attributes.first"},
    {"field": "users.second", "percent": "attributes.second"},
]}}  # fmt: skip
BY_RECORDS = {"split": {"records": True}}


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def shared(number: str, amount: str, first: str | None, second: str | None) -> RecordRow:
    given = {"first": first, "second": second}
    return cast.deal(
        number, owner="ana", amount=amount, users={"owner": "ana", "second": "budi"},
        attributes={name: Decimal(each) for name, each in given.items() if each is not None},
    )  # fmt: skip


def share(number: str, deal: str, owner: str, percent: str, **fields: Any) -> RecordRow:
    return RecordRow(
        1, RecordKind.SPLIT, number, texts={"parent": deal} | fields.pop("texts", {}),
        users={"owner": owner}, attributes={"percent": Decimal(percent)}, **fields,
    )  # fmt: skip


def two() -> None:
    cast.member("Ana", "North")
    cast.member("Budi", "South")


# --- Shares ---


@pytest.mark.parametrize(
    ("amount", "first", "second", "ana", "budi", "nobody"),
    [
        ("100.01", "60", "40", "60.01", "40.00", None),
        # Each half is rounded up; what that is too much the first of the equal shares gives back.
        ("100.03", "50", "50", "50.01", "50.02", None),
        ("0.01", "33.33", "66.67", "0.00", "0.01", None),
        ("-100.01", "60", "40", "-60.01", "-40.00", None),
        ("100.00", "30", "30", "30.00", "30.00", "40.00"),
        ("0.05", "25", "25", "0.01", "0.01", "0.03"),
        # Without any share all of it is the owner's.
        ("100.00", None, None, "100.00", None, None),
        ("100.00", "0", "100", None, "100.00", None),
    ],
)  # fmt: skip
def test_a_shared_amount_is_shared_to_the_last_cent(
    amount: str, first: str | None, second: str | None,
    ana: str | None, budi: str | None, nobody: str | None,
) -> None:  # fmt: skip
    cast.metric("revenue", REVENUE | BY_FIELDS, unit="currency")
    two()
    cast.deliver(shared("1", amount, first, second))

    expected = {"Ana": ana, "Budi": budi, reading.NOBODY: nobody}
    assert reading.totals("revenue") == {
        name: Decimal(value) for name, value in expected.items() if value is not None
    }
    assert verify().is_sound
    # The same in Python.
    shares = [int(Decimal(each or 0) * 100) for each in (first, second)]
    if sum(shares) == calc.WHOLE_SHARE:
        parts = money.split(Decimal(amount), [each for each in shares if each], 2)
        assert list(parts) == [Decimal(each) for each in (ana, budi) if each is not None]


def test_a_share_of_a_count_is_part_of_one_and_an_average_is_by_shares() -> None:
    cast.metric("deals", COUNT | BY_FIELDS)
    cast.metric("size", REVENUE | BY_FIELDS | {"aggregation": "average"}, unit="currency")
    two()
    cast.deliver(shared("1", "100", "60", "40"), shared("2", "50", "100", None))

    assert reading.totals("deals") == {"Ana": Decimal("1.6"), "Budi": Decimal("0.4")}
    # 60 + 50 over 1.6 deals.
    assert reading.totals("size") == {"Ana": Decimal("68.75"), "Budi": Decimal(100)}


def test_shares_over_the_whole_are_refused_with_the_record() -> None:
    cast.metric("revenue", REVENUE | BY_FIELDS, unit="currency")
    two()
    cast.deliver(shared("1", "100", "60", "40.01"), shared("2", "7", "60", "-1"))
    assert reading.totals("revenue") == {}

    cast.deliver(shared("1", "100", "60", "40"))
    assert reading.totals("revenue") == {"Ana": 60, "Budi": 40}


def test_the_rest_nobody_has_says_so() -> None:
    cast.metric("revenue", REVENUE | BY_FIELDS, unit="currency")
    two()
    cast.deliver(shared("1", "100", "60", "30"))

    assert reading.reasons("revenue") == {("split_rest", ""): 10}


def test_shares_that_are_records_of_their_own_flow_in_any_order() -> None:
    cast.metric("revenue", REVENUE | BY_RECORDS, unit="currency")
    two()
    deal = cast.deal("D1", owner="ana", amount="100.01")
    cast.deliver(share("s1", "D1", "ana", "60"), share("s2", "D1", "budi", "40"))
    cast.deliver(deal)
    assert reading.totals("revenue") == {"Ana": Decimal("60.01"), "Budi": Decimal("40.00")}

    # Another share, one that moves to another deal, one deleted: the deal follows.
    cast.deliver(share("s2", "D1", "budi", "20"))
    assert reading.totals("revenue") == {
        "Ana": Decimal("60.01"), "Budi": Decimal("20.00"), reading.NOBODY: Decimal("20.00"),
    }  # fmt: skip
    cast.deliver(share("s2", "D2", "budi", "20"))
    assert reading.totals("revenue") == {
        "Ana": Decimal("60.01"), reading.NOBODY: Decimal("40.00"),
    }  # fmt: skip
    cast.deliver(replace(share("s1", "D1", "ana", "60"), is_deleted=True))
    assert reading.totals("revenue") == {"Ana": Decimal("100.01")}
    assert verify().is_sound


def test_only_shares_of_the_chosen_type_count() -> None:
    cast.metric("revenue", REVENUE | {"split": {"records": "revenue"}}, unit="currency")
    two()
    cast.deliver(
        cast.deal("D1", owner="ana", amount="100"),
        share("s1", "D1", "budi", "100", texts={"type": "Revenue"}),
        share("s2", "D1", "ana", "100", texts={"type": "Overlay"}),
    )
    assert reading.totals("revenue") == {"Budi": 100}


def test_a_match_of_somebody_who_has_only_a_share_credits_the_past() -> None:
    cast.metric("revenue", REVENUE | BY_RECORDS, unit="currency")
    two()
    cast.deliver(
        cast.deal("D1", owner="ana", amount="100"),
        share("s1", "D1", "ana", "75"), share("s2", "D1", "citra", "25"),
    )  # fmt: skip
    assert reading.reasons("revenue") == {("owner_unknown", "citra"): 25}

    cast.member("Citra", "South")
    cast.deliver()
    assert reading.totals("revenue") == {"Ana": 75, "Citra": 25}
    assert verify().is_sound


# --- The owner, now or at the event ---


def owned(owner: str, **fields: Any) -> RecordRow:
    return cast.deal("D1", owner=owner, amount="100", dates={"closed": date(2025, 3, 10)}, **fields)


def owner_change(number: str, when: datetime | date, to: str, before: str = "") -> RecordRow:
    return RecordRow(
        1, RecordKind.CHANGE, number,
        texts={"type": "owner", "parent": "D1", "new_value": to, "old_value": before},
        dates={"occurred": when}, users={"owner": to},
    )  # fmt: skip


def both_ways() -> None:
    cast.metric("now", REVENUE, unit="currency")
    cast.metric("then", REVENUE | {"owner_at": "event"}, unit="currency")
    two()
    cast.member("Citra", "South")


def test_an_owner_changed_in_mid_month_keeps_or_passes_on_what_was_won_as_chosen() -> None:
    both_ways()
    cast.deliver(owned("ana"), moment=cast.at("2025-03-10T12:00"))
    cast.deliver(owned("budi"), moment=cast.at("2025-03-17T12:00"))

    assert reading.totals("now") == {"Budi": 100}
    assert reading.totals("then") == {"Ana": 100}
    assert verify().is_sound


def test_a_rule_that_asks_who_it_was_then_says_the_same_in_every_batch() -> None:
    both_ways()
    said = []
    for number in range(3):
        moment = cast.at(f"2025-03-1{number}T12:00")
        with CaptureQueriesContext(connection) as queries:
            cast.deliver(replace(owned("ana"), external_id=f"D{number}"), moment=moment)
        said.append([each["sql"] for each in queries if "INSERT INTO candidate" in each["sql"]])

    # The first has the metrics to work out from all records.
    assert said[1] == said[2] != []


def test_a_record_first_known_after_its_event_is_the_first_owners_known() -> None:
    both_ways()
    cast.deliver(owned("ana"), moment=cast.at("2025-03-20T12:00"))
    cast.deliver(owned("budi"), moment=cast.at("2025-03-21T12:00"))
    assert reading.totals("then") == {"Ana": 100}


def test_the_sources_own_history_says_who_owned_a_record_when() -> None:
    both_ways()
    cast.deliver(owned("citra"), moment=cast.at("2025-03-20T12:00"))
    assert reading.totals("then") == {"Citra": 100}

    # It arrives late, and out of order: the day of the deal counts as its end.
    cast.deliver(owner_change("c2", cast.at("2025-03-11T00:30"), "citra"))
    cast.deliver(owner_change("c1", cast.at("2025-03-10T15:00"), "budi", before="ana"))
    assert reading.totals("then") == {"Budi": 100}
    cast.deliver(replace(owner_change("c1", date(2025, 3, 10), ""), is_deleted=True))
    assert reading.totals("then") == {"Citra": 100}
    cast.deliver(owner_change("c2", cast.at("2025-03-11T00:30"), "citra", before="ana"))
    assert reading.totals("then") == {"Ana": 100}
    assert reading.totals("now") == {"Citra": 100}
    assert verify().is_sound


def test_a_call_with_the_id_of_a_deal_has_no_part_in_what_belongs_to_the_deal() -> None:
    calls = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
    cast.metric("shared", calls | BY_RECORDS)
    cast.metric("then", calls | {"owner_at": "event"})
    two()
    cast.deliver(
        cast.call("D1", owner="ana", when=date(2025, 3, 10)), owned("budi"),
        owner_change("c1", date(2025, 3, 1), "budi"), share("s1", "D1", "budi", "100"),
    )  # fmt: skip

    assert reading.totals("shared") == reading.totals("then") == {"Ana": 1}


# --- The managers above ---


def under(member: Member, manager: Member | None) -> None:
    people.place(
        member, team=cast.team("North"), zone="UTC", manager=manager, moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip


def test_the_managers_above_are_credited_beside_the_total() -> None:
    cast.metric("revenue", REVENUE | {"overlay": True}, unit="currency")
    ana, budi, citra = (cast.member(name, "North") for name in ("Ana", "Budi", "Citra"))
    under(ana, budi)
    under(budi, citra)
    cast.deliver(
        cast.deal("1", owner="ana", amount="100"), cast.deal("2", owner="budi", amount="10"),
        cast.deal("3", owner="ghost", amount="1"),
    )  # fmt: skip

    assert reading.totals("revenue") == {"Ana": 100, "Budi": 10, reading.NOBODY: 1}
    indirect = reading.totals("revenue", role=calc.INDIRECT)
    assert indirect == {"Budi": 100, "Citra": 110}
    assert verify().is_sound

    # Another line above, and what is below follows.
    under(budi, None)
    cast.deliver()
    assert reading.totals("revenue", role=calc.INDIRECT) == {"Budi": 100}
    under(citra, ana)
    under(budi, citra)
    cast.deliver(cast.deal("1", owner="ana", amount="50"))
    # In a ring everybody is above everybody else, once.
    assert reading.totals("revenue", role=calc.INDIRECT) == {"Ana": 10, "Budi": 50, "Citra": 60}
    assert verify().is_sound


def test_managers_are_credited_from_the_day_of_the_rule_that_says_so() -> None:
    cast.metric("revenue", REVENUE, unit="currency")
    ana, budi = (cast.member(name, "North") for name in ("Ana", "Budi"))
    under(ana, budi)
    metrics.change_rule(
        "revenue", definition=REVENUE | {"overlay": True}, from_day=date(2025, 3, 10),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver(
        cast.deal("1", owner="ana", amount="100", dates={"closed": date(2025, 3, 9)}),
        cast.deal("2", owner="ana", amount="10", dates={"closed": date(2025, 3, 10)}),
    )

    assert reading.totals("revenue") == {"Ana": 110}
    assert reading.totals("revenue", role=calc.INDIRECT) == {"Budi": 10}
    assert verify().is_sound
