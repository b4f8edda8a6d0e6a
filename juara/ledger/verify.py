"""The promise, checked: everything worked out again beside the live tables, and compared."""

from juara.core import db, scope
from juara.core.db import OPEN
from juara.ledger import statements
from juara.ledger.types import Difference, Verification
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.records import incoming

_RULED = "c.metric_id IN (SELECT unnest(%(ruled)s::bigint[]))"

_MISSING_CREDITS = f"""
    SELECT f.metric_id, count(*), min(f.record_id) FROM fresh f
    WHERE NOT EXISTS (
        SELECT 1 FROM credit c WHERE c.organization_id = %(organization)s
          AND c.known_until = {OPEN} AND {statements.SAME})
    GROUP BY f.metric_id
"""
_SURPLUS_CREDITS = f"""
    SELECT c.metric_id, count(*), min(c.record_id) FROM credit c
    WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN} AND {_RULED}
      AND NOT EXISTS (SELECT 1 FROM fresh f WHERE {statements.SAME})
    GROUP BY c.metric_id
"""
# Two identical open credits would each find their fresh twin, so they are looked for apart. On
# one day a record has one rule, hence one credit a role; on two days two rules may each count it.
_DOUBLED_CREDITS = f"""
    SELECT metric_id, count(*), min(record_id) FROM (
        SELECT metric_id, record_id FROM credit
        WHERE organization_id = %(organization)s AND known_until = {OPEN}
        GROUP BY metric_id, role, record_id, day HAVING count(*) > 1) d
    GROUP BY metric_id
"""
_TALLY_DIFFERENCES = f"""
    SELECT COALESCE(t.metric_id, n.metric_id), COALESCE(t.grain, n.grain),
           CASE WHEN t.metric_id IS NULL THEN 'missing'
                WHEN n.metric_id IS NULL THEN 'surplus' ELSE 'different' END,
           count(*), min(COALESCE(t.from_day, n.from_day)::text || ' assignment '
                         || COALESCE(t.assignment_id, n.assignment_id))
    FROM (SELECT * FROM tally WHERE organization_id = %(organization)s) t
    FULL JOIN ({statements.TALLY_FROM_CREDITS}) n
      ON t.metric_id = n.metric_id AND t.role = n.role AND t.grain = n.grain
     AND t.from_day = n.from_day AND t.assignment_id = n.assignment_id
    WHERE t.metric_id IS NULL OR n.metric_id IS NULL
       OR (t.member_id, t.credits, t.shares, t.total)
          IS DISTINCT FROM (n.member_id, n.credits, n.shares, n.total)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_OVERLAPPING_VERSIONS = """
    SELECT count(*), min(record_id) FROM (
        SELECT record_id, known_until,
               lead(known_from) OVER (PARTITION BY record_id ORDER BY known_from) AS next_from
        FROM record_version WHERE organization_id = %(organization)s) v
    WHERE next_from IS NOT NULL AND known_until <> next_from
"""


def verify() -> Verification:
    """Recompute credits from the records and tallies from the credits; compare all of it.

    Reads only; the caller's transaction should be repeatable read or hold the ledger lock, so
    that nothing moves meanwhile (the command line takes the lock). Costs a full recompute.
    """
    with db.ledger_role():
        current = scope.current()
        rules = metrics.rules()
        params = {
            "organization": current.organization_id,
            "ruled": sorted({rule.metric_id for rule in rules}),
        }
        _recompute(params)
        keys = {metric.id: metric.key for metric in metrics.metrics()}
        differences = [
            *_credit_differences(params, keys),
            *(
                Difference("tally", keys.get(metric, str(metric)), problem, count, f"{grain} {at}")
                for metric, grain, problem, count, at in db.rows(_TALLY_DIFFERENCES, params)
            ),
            *_version_gaps(params),
        ]
        counts = db.one(
            f"""SELECT
                (SELECT count(*) FROM record WHERE organization_id = %(organization)s),
                (SELECT count(*) FROM credit WHERE organization_id = %(organization)s
                    AND known_until = {OPEN}),
                (SELECT count(*) FROM tally WHERE organization_id = %(organization)s)""",
            params,
        )
    return Verification(
        is_sound=not differences,
        records=counts[0],
        credits=counts[1],
        tallies=counts[2],
        differences=tuple(differences),
    )


def _recompute(params: dict[str, object]) -> None:
    current = scope.current()
    incoming.prepare()
    db.execute(statements.CREATE_TABLES)
    db.execute(statements.EMPTY_TABLES)
    query = metrics_compile.candidates(
        metrics.rules(),
        organization_id=current.organization_id,
        zone=current.zone,
        currency=current.currency,
        touched=False,
    )
    db.analyze("candidate", db.execute(statements.FILL_CANDIDATES + query.sql, query.params))
    db.analyze("fresh", db.execute(statements.RESOLVE, params))


def _credit_differences(params: dict[str, object], keys: dict[int, str]) -> list[Difference]:
    return [
        Difference("credit", keys.get(metric, str(metric)), problem, count, f"record {record}")
        for problem, sql in (
            ("missing", _MISSING_CREDITS),
            ("surplus", _SURPLUS_CREDITS),
            ("doubled", _DOUBLED_CREDITS),
        )
        for metric, count, record in db.rows(sql, params)
    ]


def _version_gaps(params: dict[str, object]) -> list[Difference]:
    count, record = db.one(_OVERLAPPING_VERSIONS, params)
    if not count:
        return []
    return [Difference("record_version", "", "history torn", count, f"record {record}")]
