"""Landing rows: what is new, what changed, what went; each version succeeded, never edited."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.types import DELIVERED_KINDS, RecordKind, RecordRow
from juara.core import db
from juara.records import queries
from juara.records.models import Record, RecordVersion
from juara.records.types import Landed
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def landed(*rows: RecordRow) -> Landed:
    return cast.deliver(*rows).landed


def versions(external_id: str = "1") -> list[RecordVersion]:
    record = Record.objects.get(external_id=external_id)
    return list(RecordVersion.objects.filter(record_id=record.id).order_by("known_from"))


FULL: dict[str, Any] = {
    "texts": {
        "type": "new", "stage": "Won", "status": "won", "outcome": "ok", "name": "Deal",
        "account": "Acme", "product": "GTX", "origin": "web", "currency": "USD",
        "url": "https://crm.example.com/1",
    },
    "amount": Decimal("10.1234"),
    "duration_seconds": 90,
    "dates": {
        "created": cast.at("2025-03-01T10:00"), "closed": date(2025, 3, 3),
        "occurred": cast.at("2025-03-02T23:59"),
    },
    "users": {"owner": "ana", "creator": "budi", "sdr": "citra"},
    "attributes": {"region": "North", "points": Decimal("2.50"), "is_new": True},
}  # fmt: skip


def full(**changes: Any) -> RecordRow:
    return RecordRow(1, RecordKind.DEAL, "1", **(FULL | changes))


def test_a_row_is_kept_as_it_came() -> None:
    assert landed(full()) == Landed(created=1)

    (version,) = versions()
    assert (version.stage, version.url) == ("Won", "https://crm.example.com/1")
    assert (version.amount, version.duration_seconds) == (Decimal("10.1234"), 90)
    assert (version.created_at, version.created_on) == (cast.at("2025-03-01T10:00"), None)
    assert (version.closed_at, version.closed_on) == (None, date(2025, 3, 3))
    assert (version.owner_key, version.creator_key, version.users) == (
        "ana", "budi", {"sdr": "citra"},
    )  # fmt: skip
    assert version.user_keys == ["ana", "budi", "citra"]
    assert version.attributes == {"region": "North", "points": 2.5, "is_new": True}
    stored = db.one("SELECT attributes::text FROM record_version")[0]
    assert '"points": 2.50' in stored


CHANGES: list[dict[str, Any]] = [
    *({"texts": FULL["texts"] | {name: "other"}} for name in FULL["texts"]),
    {"texts": {}},
    {"amount": Decimal("10.1235")},
    {"amount": None},
    {"amount": Decimal(0)},
    {"duration_seconds": 91},
    {"duration_seconds": None},
    {"dates": FULL["dates"] | {"closed": date(2025, 3, 4)}},
    {"dates": FULL["dates"] | {"closed": cast.at("2025-03-03T00:00")}},
    {"dates": FULL["dates"] | {"created": cast.at("2025-03-01T10:01")}},
    {"dates": {}},
    {"users": FULL["users"] | {"owner": "budi"}},
    {"users": FULL["users"] | {"sdr": "dewi"}},
    {"users": {}},
    {"attributes": FULL["attributes"] | {"points": Decimal("2.51")}},
    {"attributes": FULL["attributes"] | {"is_new": False}},
    {"attributes": FULL["attributes"] | {"more": "x"}},
    {"attributes": {}},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change)[:40])
def test_any_change_makes_a_new_version_and_ends_the_old_one(change: dict[str, Any]) -> None:
    landed(full())

    assert landed(full(**change)) == Landed(changed=1)

    old, new = versions()
    assert old.known_until == new.known_from
    assert new.known_until == db.OPEN
    assert landed(full(**change)) == Landed()
    assert landed(full()) == Landed(changed=1)
    assert len(versions()) == 3


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"amount": Decimal("10.12340")},
        {"attributes": FULL["attributes"] | {"points": Decimal("2.5")}},
        {"texts": FULL["texts"] | {"nothing": ""}},
        {"users": dict(reversed(FULL["users"].items()))},
    ],
)
def test_the_same_row_said_otherwise_is_no_change(same: dict[str, Any]) -> None:
    landed(full())
    before = reading.contents()

    assert landed(full(**same)) == Landed()
    assert reading.contents() == before


def test_a_deleted_record_keeps_what_it_said() -> None:
    landed(full())

    assert landed(RecordRow(1, RecordKind.DEAL, "1", is_deleted=True)) == Landed(deleted=1)

    _, tombstone = versions()
    assert tombstone.is_deleted
    assert (tombstone.name, tombstone.amount) == ("Deal", Decimal("10.1234"))
    assert queries.record_count() == 0


def test_a_record_can_come_back() -> None:
    landed(full())
    landed(RecordRow(1, RecordKind.DEAL, "1", is_deleted=True))

    assert landed(full()) == Landed(changed=1)
    assert [version.is_deleted for version in versions()] == [False, True, False]
    assert queries.record_count() == 1


def test_deleting_what_was_never_there_or_is_gone_changes_nothing() -> None:
    gone = RecordRow(1, RecordKind.DEAL, "1", is_deleted=True)
    assert landed(gone) == Landed()
    landed(full())
    landed(gone)
    before = reading.contents()

    assert landed(gone) == Landed()
    assert reading.contents() == before


def test_new_changed_and_deleted_rows_of_one_delivery_are_counted_apart() -> None:
    landed(*(cast.deal(str(n), amount="1") for n in range(4)))

    found = landed(
        cast.deal("0", amount="1"), cast.deal("1", amount="2"), cast.deal("2", is_deleted=True),
        cast.deal("9", amount="1"), cast.deal("8", is_deleted=True),
    )  # fmt: skip

    assert found == Landed(created=1, changed=1, deleted=1)
    assert found.total == 3


def test_of_several_rows_of_one_record_the_last_stands() -> None:
    found = landed(
        cast.deal("1", amount="1"), cast.deal("1", amount="2"), cast.deal("2", amount="1"),
        cast.deal("2", is_deleted=True),
    )  # fmt: skip

    assert found == Landed(created=1)
    assert [version.amount for version in versions()] == [2]


def test_each_kind_has_ids_of_its_own() -> None:
    landed(*(RecordRow(1, kind, "1") for kind in DELIVERED_KINDS))

    assert queries.record_count() == len(DELIVERED_KINDS)


def test_exactly_one_version_of_a_record_is_open() -> None:
    for amount in ("1", "2", "3"):
        landed(cast.deal("1", amount=amount))

    found = versions()
    assert [version.known_until for version in found] == [
        found[1].known_from, found[2].known_from, db.OPEN,
    ]  # fmt: skip
    with pytest.raises(Exception, match="record_version_one_open"), db.transaction():
        db.execute(f"UPDATE record_version SET known_until = {db.OPEN}")


def test_ids_and_texts_of_every_script_come_through() -> None:
    name = "Ünïcödé 販売 🏆 \t tab \\ backslash \\N"
    landed(RecordRow(1, RecordKind.DEAL, name, texts={"name": name}, attributes={name: name}))

    (version,) = versions(name)
    assert (version.name, version.attributes) == (name, {name: name})


def test_thousands_of_rows_land_in_one_delivery() -> None:
    rows = [cast.deal(str(n), owner=f"u{n % 7}", amount=str(n)) for n in range(3_000)]

    assert landed(*rows) == Landed(created=3_000)
    assert landed(*rows) == Landed()
    assert landed(*rows[:-1], cast.deal("2999", owner="u0", amount="1")) == Landed(changed=1)
    assert len(queries.unknown_owners()) == 7
