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


_UNKNOWN_IN_LANDING = f"""
    SELECT c.key, k.key, '', count(*)
    FROM landing_row l
    JOIN source c ON c.id = %(source)s AND c.organization_id = l.organization_id
    CROSS JOIN LATERAL unnest(l.user_keys) AS k (key)
    WHERE l.organization_id = %(organization)s AND l.run_id = %(run)s AND NOT EXISTS (
        SELECT 1 FROM owner_match m JOIN source_user s ON s.id = m.source_user_id
        WHERE m.organization_id = l.organization_id AND s.source_id = %(source)s
          AND s.key = k.key AND m.known_until = {db.OPEN})
    GROUP BY c.key, k.key ORDER BY count(*) DESC, k.key LIMIT 1000
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
