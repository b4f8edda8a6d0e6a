"""Reading records and who they belong to."""

from juara.core import db, scope
from juara.records.types import UnknownOwner

# The open versions' owners with nobody behind them. Rows are few: one a user key.
_UNKNOWN_OWNERS = f"""
    SELECT c.key, s.key, s.name, n.records, n.first_day, n.last_day
    FROM source_user s
    JOIN source c ON c.id = s.source_id AND c.organization_id = s.organization_id
    JOIN LATERAL (
        SELECT count(*) AS records,
               min(COALESCE(v.occurred_on, v.occurred_at::date, v.closed_on, v.closed_at::date,
                            v.created_on, v.created_at::date)) AS first_day,
               max(COALESCE(v.occurred_on, v.occurred_at::date, v.closed_on, v.closed_at::date,
                            v.created_on, v.created_at::date)) AS last_day
        FROM record_version v
        WHERE v.organization_id = s.organization_id AND v.source_id = s.source_id
          AND v.known_until = {db.OPEN} AND NOT v.is_deleted AND v.user_keys && ARRAY[s.key]
    ) n ON n.records > 0
    WHERE s.organization_id = %(organization)s AND NOT EXISTS (
        SELECT 1 FROM owner_match m
        WHERE m.organization_id = s.organization_id AND m.source_user_id = s.id
          AND m.known_until = {db.OPEN})
    ORDER BY n.records DESC, s.key
"""


def unknown_owners() -> tuple[UnknownOwner, ...]:
    """Return everybody the records name whom no member is matched to, most records first."""
    found = db.rows(_UNKNOWN_OWNERS, {"organization": scope.current().organization_id})
    return tuple(UnknownOwner(*row) for row in found)


def record_count() -> int:
    """Return how many records the organization has that are not deleted."""
    count: int = db.one(
        "SELECT count(*) FROM record_version WHERE organization_id = %s"
        f" AND known_until = {db.OPEN} AND NOT is_deleted",
        [scope.current().organization_id],
    )[0]
    return count


# Keys are few and rows are many: counted first, then looked up one by one.
_UNKNOWN_IN_LANDING = f"""
    WITH named AS MATERIALIZED (
        SELECT k.key, count(*) AS records
        FROM landing_row l CROSS JOIN LATERAL unnest(l.user_keys) AS k (key)
        WHERE l.organization_id = %(organization)s AND l.run_id = %(run)s
        GROUP BY k.key
    )
    SELECT c.key, n.key, '', n.records
    FROM named n
    JOIN source c ON c.organization_id = %(organization)s AND c.id = %(source)s
    LEFT JOIN LATERAL (
        SELECT m.id FROM source_user s JOIN owner_match m ON m.source_user_id = s.id
        WHERE s.organization_id = %(organization)s AND s.source_id = %(source)s
          AND s.key = n.key AND m.known_until = {db.OPEN} LIMIT 1) known ON true
    WHERE known.id IS NULL
    ORDER BY n.records DESC, n.key LIMIT 1000
"""


def unknown_in_landing(run_id: int, *, source_id: int) -> tuple[UnknownOwner, ...]:
    """Return whom the staged rows of an import name without our knowing them."""
    found = db.rows(
        _UNKNOWN_IN_LANDING,
        {
            "organization": scope.current().organization_id,
            "run": run_id,
            "source": source_id,
        },
    )
    return tuple(UnknownOwner(*row) for row in found)
