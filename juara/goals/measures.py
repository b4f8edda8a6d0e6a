"""What a target of a metric asks for."""

from decimal import Decimal

from juara.goals.types import Terms
from juara.metrics.queries import MetricFacts


def terms(metric: MetricFacts, target: Decimal) -> Terms:
    """Say what a target of this metric asks for.

    Counts and sums of which more is better grow with the days, so their target is prorated;
    averages, ratios and whatever is better low are asked for whole.
    """
    return Terms(
        target=target,
        is_higher_better=metric.is_higher_better,
        accumulates=metric.aggregation.is_additive and metric.is_higher_better,
    )
