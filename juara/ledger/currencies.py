"""Which currencies the records are in, and on which of their days there is no rate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from juara.connect.types import RecordKind
from juara.core import db, scope


@dataclass(frozen=True, slots=True)
class Occurring:
    """A currency that records have amounts in, other than the organization's.

    What tells of a change is left out: it repeats its deal's amount. A record's day is the one it
    closed, happened or was made on, in this order. `uncovered` is how many lie on a day without a
    rate, or on none; their amounts are in no sum of money.
    """

    currency: str
    records: int
    total: Decimal
    first_day: date | None
    last_day: date | None
    uncovered: int
    uncovered_days: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a rate, with what the records on them come to in the currency itself."""

    from_day: date
    until_day: date
    records: int
    total: Decimal


_AMOUNTS = f"""
    SELECT v.currency, v.amount, COALESCE(
        v.closed_on, (v.closed_at AT TIME ZONE %(zone)s)::date,
        v.occurred_on, (v.occurred_at AT TIME ZONE %(zone)s)::date,
        v.created_on, (v.created_at AT TIME ZONE %(zone)s)::date) AS day
    FROM record_version v
    WHERE v.organization_id = %(organization)s AND v.known_until = {db.OPEN} AND NOT v.is_deleted
      AND v.amount IS NOT NULL AND v.kind NOT IN ('{RecordKind.ENTRY}', '{RecordKind.CHANGE}')
      AND v.currency NOT IN ('', %(own)s)
"""


def occurring() -> tuple[Occurring, ...]:
    """Return the other currencies of the records, most records first. Reads every record once."""
    found = db.rows(
        f"""SELECT v.currency, count(*), sum(v.amount), min(v.day), max(v.day),
                   count(*) FILTER (WHERE x.id IS NULL),
                   count(DISTINCT v.day) FILTER (WHERE x.id IS NULL)
            FROM ({_AMOUNTS}) v
            LEFT JOIN exchange_rate x ON x.organization_id = %(organization)s
              AND x.currency = v.currency AND x.known_until = {db.OPEN}
              AND v.day >= x.valid_from AND v.day < x.valid_until
            GROUP BY v.currency ORDER BY count(*) DESC, v.currency""",
        _params(),
    )
    return tuple(Occurring(*row) for row in found)


def gaps(currency: str, *, limit: int) -> tuple[Gap, ...]:
    """Return where a currency's records lie on days without a rate, the first ones first."""
    found = db.rows(
        f"""WITH v AS MATERIALIZED ({_AMOUNTS} AND v.currency = %(currency)s), gap AS (
                SELECT unnest(
                    datemultirange(daterange(min(day), max(day) + 1)) - COALESCE((
                        SELECT range_agg(daterange(valid_from, valid_until)) FROM exchange_rate
                        WHERE organization_id = %(organization)s AND currency = %(currency)s
                          AND known_until = {db.OPEN}), '{{}}')) AS days
                FROM v HAVING min(day) IS NOT NULL)
            SELECT lower(gap.days), upper(gap.days), count(*), sum(v.amount)
            FROM gap JOIN v ON v.day <@ gap.days
            GROUP BY gap.days ORDER BY gap.days LIMIT %(limit)s""",
        _params() | {"currency": currency, "limit": limit},
    )
    return tuple(Gap(*row) for row in found)


def _params() -> dict[str, object]:
    current = scope.current()
    return {
        "organization": current.organization_id,
        "zone": current.zone,
        "own": current.currency,
    }
