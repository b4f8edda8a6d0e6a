"""What one record counts for: every credit of it, as known at a batch."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.core import db, scope
from juara.ledger.queries import LATEST


@dataclass(frozen=True, slots=True)
class RecordCredit:
    """One credit of a record. `team_id` is the team it was earned in, 0 for nobody's."""

    metric_id: int
    role: int
    member_id: int
    team_id: int
    day: date
    occurred_at: datetime | None
    value: Decimal
    share: int
    owner_key: str
    reason: str


_CREDITS = """
    SELECT t.metric_id, t.role, t.member_id, COALESCE(a.team_id, 0), t.day, t.occurred_at,
           t.value, t.share, t.owner_key, t.reason
    FROM credit t
    LEFT JOIN assignment a ON a.organization_id = t.organization_id
      AND a.assignment_id = t.assignment_id
      AND a.known_from <= %(batch)s AND a.known_until > %(batch)s
    WHERE t.organization_id = %(organization)s AND t.record_id = %(record)s
      AND t.known_from <= %(batch)s AND t.known_until > %(batch)s
    ORDER BY t.metric_id, t.role, t.day, t.id
"""


def credits_of(record_id: int, *, batch: int = LATEST) -> tuple[RecordCredit, ...]:
    """Return the credits of a record known at a batch, unassigned ones too."""
    found = db.rows(
        _CREDITS,
        {
            "organization": scope.current().organization_id,
            "record": record_id,
            "batch": batch,
        },
    )
    return tuple(RecordCredit(*row) for row in found)


def members_credited(record_id: int) -> frozenset[int]:
    """Return everybody a record was ever credited to, as far as is known."""
    found = db.rows(
        "SELECT DISTINCT member_id FROM credit"
        " WHERE organization_id = %s AND record_id = %s AND member_id <> 0",
        [scope.current().organization_id, record_id],
    )
    return frozenset(row[0] for row in found)
