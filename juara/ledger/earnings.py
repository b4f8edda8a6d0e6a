"""What one person earned in a period, metric by metric."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import ONE_DAY, Period
from juara.ledger import circumstances, sums
from juara.metrics import measures
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts


@dataclass(frozen=True, slots=True)
class Earned:
    """A metric and what somebody has of it; None is *no value*."""

    metric: MetricFacts
    value: Decimal | None


def earned(
    member_id: int, *, period: Period, day: date, batch: int = db.LATEST
) -> tuple[Earned, ...]:
    """Return what somebody earned of every metric in its leading role, by the rules of a day.

    Numbers and rules as known at a batch. At most five queries, whatever the number of metrics,
    and those for working days where a formula names them.
    """
    every = metrics.metrics(batch=batch, day=day)
    keys = {each.key: each for each in every}
    measured = [measures.measure(each, keys) for each in every]
    found = sums.sums(
        tuple(each for each in every if each.aggregation.reads_records),
        from_day=period.from_day,
        until_day=period.until_day,
        batch=batch,
        assignments=_places(member_id, batch),
    )
    parts = {metric_id: each for (metric_id,), each in found.items()}
    so_far = min(period.until_day, day + ONE_DAY)
    given = circumstances.read(
        measured, period.from_day, so_far, batch=batch, members=[member_id]
    ).of([member_id])
    return tuple(Earned(each.metric, each.value(parts, given)) for each in measured)


def _places(member_id: int, batch: int) -> list[int]:
    """Return every place somebody ever had, as known at a batch."""
    found = db.rows(
        "SELECT DISTINCT a.assignment_id FROM assignment a WHERE a.organization_id = %s"
        f" AND a.member_id = %s AND {db.known('a', batch)}",
        [scope.current().organization_id, member_id],
    )
    return [row[0] for row in found]
