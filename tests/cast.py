"""The people and rows tests are about: small, named, exact."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from juara.connect.models import Source
from juara.connect.types import RecordKind, RecordRow
from juara.core.calendar import ALWAYS, FOREVER
from juara.ledger import operations as ledger
from juara.ledger.types import Absorbed
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people.models import Member, Team
from juara.records import operations as records
from juara.tenancy.models import Organization

# A Monday morning; every test's "now" unless it says otherwise.
NOW = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
TODAY = date(2025, 3, 10)
ACTOR = "tests"


def at(text: str) -> datetime:
    """Return a UTC moment written like 2025-03-10T09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def organization(slug: str = "acme", **changes: Any) -> Organization:
    made = Organization(
        **{"slug": slug, "name": slug.title(), "zone": "UTC", "currency": "USD", "created_at": NOW}
        | changes
    )
    made.save(force_insert=True)
    return made


def source(key: str = "crm") -> Source:
    found = Source.objects.filter(key=key).first()
    if found is None:
        found = Source(key=key, name=key.title(), vendor="file")
        found.save(force_insert=True)
    return found


def team(*path: str) -> Team:
    people.ensure_root(name="Company")
    return people.ensure_team(path, moment=NOW)


def member(
    name: str,
    *path: str,
    zone: str = "UTC",
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
    key: str | None = None,
    email: str = "",
    role: str = "rep",
) -> Member:
    """Add somebody to a team, known to the CRM by their name in lower case."""
    home = team(*path)
    made = people.ensure_member(name=name, email=email, role=role, moment=NOW, actor=ACTOR)
    people.place(
        made, team=home, zone=zone, from_day=from_day, until_day=until_day, moment=NOW, actor=ACTOR
    )
    records.match_owner(
        source_id=source().id, key=key or name.lower(), member=made, moment=NOW, actor=ACTOR
    )
    return made


def deal(
    external_id: str, *, owner: str = "", amount: str | None = None, **fields: Any
) -> RecordRow:
    """Return a deal won on 3 March 2025, unless said otherwise."""
    texts = {"status": "won", "name": f"Deal {external_id}"} | fields.pop("texts", {})
    dates = {"closed": date(2025, 3, 3)} | fields.pop("dates", {})
    users = ({"owner": owner} if owner else {}) | fields.pop("users", {})
    return RecordRow(
        row_number=fields.pop("row_number", 1),
        kind=RecordKind.DEAL,
        external_id=external_id,
        texts=texts,
        amount=None if amount is None else Decimal(amount),
        dates=dates,
        users=users,
        **fields,
    )


def call(external_id: str, *, owner: str, when: datetime | date, **fields: Any) -> RecordRow:
    return RecordRow(
        row_number=1,
        kind=RecordKind.ACTIVITY,
        external_id=external_id,
        texts={"type": "call"} | fields.pop("texts", {}),
        dates={"occurred": when},
        users={"owner": owner},
        **fields,
    )


def deliver(*rows: RecordRow, moment: datetime = NOW, key: str = "crm") -> Absorbed:
    """Let a source deliver rows and the ledger take them in."""
    numbered = [replace(row, row_number=index) for index, row in enumerate(rows, 1)]
    return ledger.absorb_rows(numbered, source_id=source(key).id, moment=moment, reason="test")


def metric(key: str, definition: Mapping[str, Any], **changes: Any) -> None:
    metrics.define(
        **{"key": key, "name": key.title(), "definition": dict(definition)} | changes,
        moment=NOW,
        actor=ACTOR,
    )
