"""What metrics come to over a range, whole organizations at a time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from juara.core.db import LATEST
from juara.ledger import circumstances, sums
from juara.metrics import measures
from juara.metrics.queries import MetricFacts


def totals(
    metrics: Sequence[MetricFacts], *, from_day: date, until_day: date, batch: int = LATEST
) -> dict[str, Decimal | None]:
    """Return by key what each metric comes to for the company, unassigned included.

    By its leading role, as known at a batch. At most three queries, and those for people and
    working days where a formula names them. What a ratio or a formula names must be among them.
    """
    every = {each.key: each for each in metrics}
    measured = [measures.measure(each, every) for each in metrics]
    components = {part.id: part for each in measured for part in each.components}
    found = sums.sums(
        tuple(components.values()), from_day=from_day, until_day=until_day, batch=batch
    )
    parts = {metric_id: each for (metric_id,), each in found.items()}
    given = circumstances.read(measured, from_day, until_day, batch=batch)
    return {each.metric.key: each.value(parts, given.company) for each in measured}
