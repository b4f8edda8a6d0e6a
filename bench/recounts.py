"""Working one metric out from all records against the plain statements that give the same."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from bench import ground
from juara.core import db, ids
from juara.core.db import OPEN
from juara.ledger import operations as ledger
from juara.metrics import operations as metrics
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization

MEMBERS = 1_000
_DEFINITION = {
    "aggregation": "count", "kinds": ["activity"], "date": "occurred",
    "where": {"all": [{"field": "type", "operator": "equals", "value": "call"}]},
    "credit": [{"role": "owner", "field": "owner"}],
}  # fmt: skip

_RECORDS = """
    INSERT INTO record (organization_id, id, source_id, kind, external_id)
    SELECT %(organization)s, n, %(source)s, 'activity', 'B' || n
    FROM generate_series(1, %(records)s::bigint) n
"""
_VERSIONS = f"""
    INSERT INTO record_version (organization_id, id, record_id, source_id, kind, known_from,
        known_until, is_deleted, type, occurred_at, owner_key, user_keys, users, attributes,
        {{texts}})
    SELECT %(organization)s, n, n, %(source)s, 'activity', 1, {OPEN}, false, 'call',
           timestamptz '2025-01-01 09:00+00' + (n * 7919 %% 365) * interval '1 day',
           'u' || n * 31 %% {MEMBERS}, ARRAY['u' || n * 31 %% {MEMBERS}], '{{{{}}}}', '{{{{}}}}',
           {{empty}}
    FROM generate_series(1, %(records)s::bigint) n
"""
_TEXTS = (
    "stage", "status", "outcome", "name", "account", "product", "origin", "currency", "url",
    "parent", "old_value", "new_value", "creator_key",
)  # fmt: skip

# The plain pair: what somebody would write who knew this one rule and these tables.
_CREDITS = f"""
    INSERT INTO credit (organization_id, id, metric_id, role, part, member_id, assignment_id, day,
        occurred_at, value, share, item, record_id, source_id, owner_key, reason, known_from,
        known_until)
    SELECT %(organization)s, %(base)s + row_number() OVER (), %(metric)s, 0, 0, a.member_id,
           a.assignment_id, (v.occurred_at AT TIME ZONE a.zone)::date, v.occurred_at, 1, 10000, '',
           v.record_id, v.source_id, v.owner_key, '', 1, {OPEN}
    FROM record_version v
    JOIN source_user s ON s.organization_id = %(organization)s AND s.source_id = v.source_id
        AND s.key = v.owner_key
    JOIN owner_match m ON m.organization_id = %(organization)s AND m.source_user_id = s.id
        AND m.known_until = {OPEN}
    JOIN assignment a ON a.organization_id = %(organization)s AND a.member_id = m.member_id
        AND a.known_until = {OPEN}
    WHERE v.organization_id = %(organization)s AND v.known_until = {OPEN} AND NOT v.is_deleted
      AND v.kind = 'activity' AND lower(v.type) = 'call'
"""
_TALLIES = """
    INSERT INTO tally (organization_id, metric_id, role, grain, from_day, assignment_id, member_id,
                       credits, shares, total, lowest, highest)
    SELECT %(organization)s, %(metric)s, 0, g.grain, g.from_day, c.assignment_id, c.member_id,
           count(*), sum(c.share), sum(c.value), min(c.value), max(c.value)
    FROM credit c
    CROSS JOIN LATERAL (VALUES ('d', c.day), ('m', date_trunc('month', c.day)::date))
        AS g (grain, from_day)
    WHERE c.organization_id = %(organization)s AND c.metric_id = %(metric)s
    GROUP BY g.grain, g.from_day, c.assignment_id, c.member_id
"""


def run(records: int, repeats: int) -> dict[str, Any]:
    """Return the seconds of both and their ratio, and the peak memory of this process."""
    with ground.database():
        organization, source_id = ground.organization("bench", MEMBERS)
        params = {
            "organization": organization.id, "source": source_id, "records": records,
            "base": ids.new_id(), "metric": 1,
        }  # fmt: skip
        with tenancy.enter(organization):
            # A first batch, after which the people stand and are no news.
            rows = list(ground.records(1, members=MEMBERS))
            ledger.absorb_rows(rows, source_id=source_id, moment=ground.NOW, reason="bench")
        with tenancy.enter(organization):
            ground.keep_metrics(0)
        with tenancy.enter(organization), db.ledger_role():
            db.execute(_RECORDS, params)
            texts = {"texts": ", ".join(_TEXTS), "empty": ", ".join(["''"] * len(_TEXTS))}
            db.execute(_VERSIONS.format(**texts), params)
        ground.as_owner("VACUUM ANALYZE")
        before = ground.peak_memory_mib()
        plain, worked_out = [], []
        for _turn in range(repeats):
            plain.append(_seconds_of(lambda: _plainly(params), organization))
            worked_out.append(_seconds_of(_absorb, organization))
            ground.as_owner("VACUUM ANALYZE")
        after = ground.peak_memory_mib()
    return {
        "records": records,
        "plain_seconds": ground.median(plain),
        "recompute_seconds": ground.median(worked_out),
        "recompute_over_plain": ground.median(worked_out) / ground.median(plain),
        "peak_memory_before_mib": before,
        "peak_memory_after_mib": after,
        "load": ground.load(),
    }


def _seconds_of(work: Callable[[], float], organization: Organization) -> float:
    """Time some work in a transaction that leaves nothing behind."""
    with db.transaction():
        with tenancy.enter(organization):
            spent = work()
        transaction.set_rollback(True)
    return spent


def _plainly(params: dict[str, Any]) -> float:
    with db.ledger_role():
        # Whoever writes it by hand would see to the right plan.
        db.execute("SET LOCAL enable_nestloop = off")
        return ground.seconds(lambda: (db.execute(_CREDITS, params), db.execute(_TALLIES, params)))


def _absorb() -> float:
    metrics.define(
        key="bench", name="Bench", definition=_DEFINITION, moment=ground.NOW, actor="bench"
    )
    return ground.seconds(lambda: ledger.absorb(moment=ground.NOW, reason="bench"))
