"""Reading records and who they belong to."""

from juara.core import db, scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.records.types import KnownPerson, UnknownOwner

# The owners of known versions with nobody behind them on the record's day. Who is matched for all
# time is passed over at once; the records of those left are found by the index of whom records
# name, all in one go.
_UNKNOWN_OWNERS = """
    WITH stranger AS MATERIALIZED (
        SELECT s.* FROM source_user s
        WHERE s.organization_id = %(organization)s AND NOT EXISTS (
            SELECT 1 FROM owner_match m
            WHERE m.organization_id = s.organization_id AND m.source_user_id = s.id
              AND {match_known}
              AND m.valid_from = %(always)s AND m.valid_until = %(forever)s)
    ), named AS (
        SELECT s.id, count(*) AS records, min(d.day) AS first_day, max(d.day) AS last_day
        FROM record_version v
        CROSS JOIN LATERAL (SELECT DISTINCT unnest(v.user_keys) AS key) k
        JOIN stranger s ON s.source_id = v.source_id AND s.key = k.key
        CROSS JOIN LATERAL (
            SELECT COALESCE(
                v.occurred_on, (v.occurred_at AT TIME ZONE %(zone)s)::date,
                v.closed_on, (v.closed_at AT TIME ZONE %(zone)s)::date,
                v.created_on, (v.created_at AT TIME ZONE %(zone)s)::date) AS day) d
        WHERE v.organization_id = %(organization)s AND {version_known} AND NOT v.is_deleted
          AND v.user_keys && (SELECT array_agg(key) FROM stranger)
          AND NOT EXISTS (
            SELECT 1 FROM owner_match m
            WHERE m.organization_id = s.organization_id AND m.source_user_id = s.id
              AND {match_known}
              AND (d.day IS NULL OR d.day >= m.valid_from AND d.day < m.valid_until))
        GROUP BY s.id
    )
    SELECT c.key, s.key, s.name, n.records, n.first_day, n.last_day, s.email, c.name
    FROM named n JOIN stranger s ON s.id = n.id
    JOIN source c ON c.id = s.source_id AND c.organization_id = s.organization_id
    ORDER BY n.records DESC, s.key
"""


def unknown_owners(*, batch: int = db.LATEST) -> tuple[UnknownOwner, ...]:
    """Return everybody the records name whom no member is matched to, most records first.

    As known at a batch. Of somebody matched for some days only, the records on other days are
    counted.
    """
    current = scope.current()
    # Beneath the row-level policy that index would not be used.
    with db.ledger_role():
        found = db.rows(
            _UNKNOWN_OWNERS.format(
                version_known=db.known("v", batch), match_known=db.known("m", batch)
            ),
            {
                "organization": current.organization_id,
                "zone": current.zone,
                "always": ALWAYS,
                "forever": FOREVER,
            },
        )
    return tuple(UnknownOwner(*row) for row in found)


_KNOWN_PEOPLE = f"""
    SELECT DISTINCT ON (s.key) s.key, s.id, m.member_id, s.name, s.email
    FROM source_user s
    JOIN owner_match m ON m.organization_id = s.organization_id AND m.source_user_id = s.id
    WHERE s.organization_id = %(organization)s AND s.source_id = %(source)s
      AND m.known_until = {db.OPEN}
    ORDER BY s.key, m.valid_until DESC
"""


def known_people(source_id: int) -> dict[str, KnownPerson]:
    """Return by key whom a source's users are, those matched to anybody, as matched last."""
    found = db.rows(
        _KNOWN_PEOPLE, {"organization": scope.current().organization_id, "source": source_id}
    )
    return {key: KnownPerson(*facts) for key, *facts in found}


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
