"""How a metric's rule came to be what it is: each change, from which day, by whom."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from juara.core import db, scope
from juara.core.calendar import FOREVER
from juara.metrics import calc
from juara.metrics.types import Definition, Rule


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule as it was laid: valid from a day on, known since a moment, by somebody.

    `action` is the audit entry's: metric.defined, metric.changed or metric.restored.
    """

    known_at: datetime
    actor: str
    action: str
    from_day: date
    definition: Definition
    is_current: bool


# Whatever is laid holds forever at first; only what it cut off from an earlier rule ends.
_CHANGES = """
    SELECT b.committed_at, COALESCE(a.actor, ''), COALESCE(a.action, ''), v.valid_from,
           v.definition, v.known_until > %(batch)s
    FROM metric_version v
    JOIN metric m ON m.organization_id = v.organization_id AND m.id = v.metric_id
    JOIN batch b ON b.organization_id = v.organization_id AND b.number = v.known_from
    LEFT JOIN LATERAL (
        SELECT e.actor, e.action FROM audit_entry e
        WHERE e.organization_id = v.organization_id AND e.subject = m.key
          AND e.action IN ('metric.defined', 'metric.changed', 'metric.restored')
          AND (e.data ->> 'batch' = v.known_from::text
               OR (e.data ->> 'batch' IS NULL AND e.at <= b.committed_at))
        ORDER BY e.data ->> 'batch' IS NULL, e.at DESC LIMIT 1) a ON true
    WHERE v.organization_id = %(organization)s AND v.metric_id = %(metric)s
      AND v.valid_until = %(forever)s AND v.known_from <= %(batch)s
    ORDER BY v.known_from DESC LIMIT 100
"""


def changes(metric_id: int, *, batch: int = db.LATEST) -> tuple[RuleChange, ...]:
    """Return every change of a metric's rule known at a batch, the latest first."""
    found = db.rows(
        _CHANGES,
        {
            "organization": scope.current().organization_id,
            "metric": metric_id,
            "forever": FOREVER,
            "batch": batch,
        },
    )
    return tuple(
        RuleChange(at, actor, action, day, calc.parse_definition(_json(rule)), is_current)
        for at, actor, action, day, rule, is_current in found
    )


def rules_known(batch: int) -> tuple[Rule, ...]:
    """Return every rule of every metric as known at a batch, by metric and first day."""
    found = db.rows(
        "SELECT metric_id, definition, valid_from, valid_until FROM metric_version"
        " WHERE organization_id = %s AND known_from <= %s AND known_until > %s"
        " ORDER BY metric_id, valid_from",
        [scope.current().organization_id, batch, batch],
    )
    return tuple(
        Rule(metric_id, calc.parse_definition(_json(rule)), from_day, until_day)
        for metric_id, rule, from_day, until_day in found
    )


def metrics_known(batch: int) -> frozenset[int]:
    """Return the metrics that had a rule by a batch."""
    found = db.rows(
        "SELECT DISTINCT metric_id FROM metric_version"
        " WHERE organization_id = %s AND known_from <= %s",
        [scope.current().organization_id, batch],
    )
    return frozenset(row[0] for row in found)


def _json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value
