"""What metrics add up to over a range, whole organizations at a time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import stretches
from juara.metrics import calc
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting, Sums


def totals(
    metrics: Sequence[MetricFacts], *, from_day: date, until_day: date
) -> dict[str, Decimal | None]:
    """Return by key what each metric comes to for the company, unassigned included.

    By its leading role. One query, from whole months and the days left over at the edges. A ratio
    divides the sums of its two metrics, which must be among those given.
    """
    sums = _sums([each.id for each in metrics], from_day, until_day)
    counting = {
        each.key: calc.value_of(each.aggregation, sums.get(each.id, Sums()))
        for each in metrics
        if isinstance(each.definition, Counting)
    }
    return counting | {
        each.key: calc.ratio_of(
            counting.get(each.definition.numerator), counting.get(each.definition.denominator)
        )
        for each in metrics
        if not isinstance(each.definition, Counting)
    }


def _sums(metric_ids: Sequence[int], from_day: date, until_day: date) -> dict[int, Sums]:
    parts, params = [], dict[str, object]()
    for index, stretch in enumerate(stretches(from_day, until_day)):
        parts.append(
            f"(grain = '{stretch.grain}' AND from_day >= %(from_{index})s"
            f" AND from_day < %(until_{index})s)"
        )
        params |= {f"from_{index}": stretch.from_day, f"until_{index}": stretch.until_day}
    found = db.rows(
        "SELECT metric_id, sum(credits)::bigint, sum(shares)::bigint, sum(total) FROM tally"
        " WHERE organization_id = %(organization)s AND metric_id = ANY(%(metrics)s) AND role = 0"
        f" AND ({' OR '.join(parts) or 'false'}) GROUP BY metric_id",
        {
            "organization": scope.current().organization_id,
            "metrics": list(metric_ids),
            **params,
        },
    )
    return {metric: Sums(credits_, shares, total) for metric, credits_, shares, total in found}
