"""What one person earned in a period, metric by metric."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import Period
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting, Sums


@dataclass(frozen=True, slots=True)
class Earned:
    """A metric and what somebody has of it; None is *no value*."""

    metric: MetricFacts
    value: Decimal | None


# Through the index of tallies by assignment: the days of one person's places, and no other's.
_SUMS = """
    SELECT t.metric_id, sum(t.credits)::bigint, sum(t.shares)::bigint, sum(t.total)
    FROM (SELECT DISTINCT assignment_id FROM assignment
          WHERE organization_id = %(organization)s AND member_id = %(member)s
            AND known_until = %(open)s
            AND valid_from < %(until_day)s AND valid_until > %(from_day)s) a
    JOIN tally t ON t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = 0 AND t.grain = 'd' AND t.assignment_id = a.assignment_id
      AND t.from_day >= %(from_day)s AND t.from_day < %(until_day)s
    GROUP BY t.metric_id
"""


def earned(member_id: int, *, period: Period, day: date) -> tuple[Earned, ...]:
    """Return what somebody earned of every metric in its leading role, by the rules of a day.

    Two queries, whatever the number of metrics.
    """
    every = metrics.metrics(day=day)
    found = db.rows(
        _SUMS,
        {
            "organization": scope.current().organization_id,
            "member": member_id,
            "metrics": [each.id for each in every],
            "from_day": period.from_day,
            "until_day": period.until_day,
            "open": db.OPEN,
        },
    )
    sums = {metric_id: Sums(*rest) for metric_id, *rest in found}
    values = {
        each.key: calc.value_of(each.aggregation, sums.get(each.id, Sums()))
        for each in every
        if isinstance(each.definition, Counting)
    }
    return tuple(Earned(each, _value(each, values)) for each in every)


def _value(metric: MetricFacts, values: dict[str, Decimal | None]) -> Decimal | None:
    if isinstance(metric.definition, Counting):
        return values[metric.key]
    return calc.ratio_of(
        values.get(metric.definition.numerator), values.get(metric.definition.denominator)
    )
