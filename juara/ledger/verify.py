"""The promise, checked: everything worked out again beside the live tables, and compared."""

from collections.abc import Sequence

from juara.core import db, scope
from juara.core.db import OPEN
from juara.ledger import crediting, soundness, statements
from juara.ledger.types import Difference, Verification
from juara.metrics import queries as metrics
from juara.metrics.types import Rule

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
        GROUP BY metric_id, role, part, record_id, day HAVING count(*) > 1) d
    GROUP BY metric_id
"""
_TALLY_DIFFERENCES = f"""
    SELECT COALESCE(t.metric_id, n.metric_id), COALESCE(t.grain, n.grain),
           CASE WHEN t.metric_id IS NULL THEN 'missing'
                WHEN n.metric_id IS NULL THEN 'surplus' ELSE 'different' END,
           count(*), min(COALESCE(t.from_day, n.from_day)::text || ' '
                         || COALESCE(t.assignment_id, n.assignment_id))
    FROM (SELECT * FROM tally WHERE organization_id = %(organization)s) t
    FULL JOIN ({statements.TALLY_FROM_CREDITS}) n
      ON t.metric_id = n.metric_id AND t.role = n.role AND t.grain = n.grain
     AND t.from_day = n.from_day AND t.assignment_id = n.assignment_id
    WHERE t.metric_id IS NULL OR n.metric_id IS NULL
       OR (t.member_id, t.credits, t.shares, t.total, t.lowest, t.highest)
          IS DISTINCT FROM (n.member_id, n.credits, n.shares, n.total, n.lowest, n.highest)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def verify() -> Verification:
    """Recompute credits from the records and tallies from the credits; compare all of it.

    Also looks at what the numbers rest on (see `soundness`). Reads only; the caller's transaction
    should be repeatable read or hold the ledger lock, so that nothing moves meanwhile (the command
    line takes the lock). Costs a full recompute.
    """
    with db.ledger_role():
        rules = metrics.rules()
        params = {
            "organization": scope.current().organization_id,
            "ruled": sorted({rule.metric_id for rule in rules}),
        }
        _recompute(rules)
        every = (*metrics.metrics(), *metrics.archived_metrics())
        keys = {metric.id: metric.key for metric in every}
        differences = [
            *_credit_differences(params, keys),
            *(
                Difference(
                    "tally", keys.get(metric, str(metric)), problem, count, _cell_name(grain, at)
                )
                for metric, grain, problem, count, at in db.rows(_TALLY_DIFFERENCES, params)
            ),
            *soundness.differences(keys),
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


def _recompute(rules: Sequence[Rule]) -> None:
    crediting.prepare()
    db.analyze("candidate", crediting.fill(rules, crediting.ground(), touched=False))
    db.analyze("fresh", crediting.resolve(rules))


def _credit_differences(params: dict[str, object], keys: dict[int, str]) -> list[Difference]:
    return [
        Difference(
            "credit", keys.get(metric, str(metric)), problem, count, soundness.record_name(record)
        )
        for problem, sql in (
            ("missing", _MISSING_CREDITS),
            ("surplus", _SURPLUS_CREDITS),
            ("doubled", _DOUBLED_CREDITS),
        )
        for metric, count, record in db.rows(sql, params)
    ]


def _cell_name(grain: str, at: str) -> str:
    """Say which day or month of whom in which team a tally counts."""
    day, assignment = at.split()
    when = day if grain == "d" else day[:7]
    found = db.rows(
        "SELECT m.name, t.name FROM assignment a JOIN member m ON m.id = a.member_id"
        " JOIN team t ON t.id = a.team_id WHERE a.organization_id = %s AND a.assignment_id = %s"
        " ORDER BY a.known_from DESC LIMIT 1",
        [scope.current().organization_id, int(assignment)],
    )
    who = f"{found[0][0]}, {found[0][1]}" if found else "nobody"
    return f"{when}, {who}"
