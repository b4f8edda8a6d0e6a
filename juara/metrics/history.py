"""How a metric's rule came to be what it is: each change, from which day, by whom."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from juara.core import db, scope
from juara.core.calendar import FOREVER
from juara.metrics import calc
from juara.metrics.types import Definition


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
_CHANGES = f"""
    SELECT b.committed_at, COALESCE(a.actor, ''), COALESCE(a.action, ''), v.valid_from,
           v.definition, v.known_until = {db.OPEN}
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
      AND v.valid_until = %(forever)s
    ORDER BY v.known_from DESC LIMIT 100
"""


def changes(metric_id: int) -> tuple[RuleChange, ...]:
    """Return every change of a metric's rule, the latest first."""
    found = db.rows(
        _CHANGES,
        {
            "organization": scope.current().organization_id,
            "metric": metric_id,
            "forever": FOREVER,
        },
    )
    return tuple(
        RuleChange(at, actor, action, day, calc.parse_definition(_json(rule)), is_current)
        for at, actor, action, day, rule, is_current in found
    )


def _json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value
