"""What a target of a metric asks for."""

from decimal import Decimal

from juara.goals.types import GoalFacts, Terms
from juara.metrics.queries import MetricFacts


def accumulates(metric: MetricFacts) -> bool:
    """Say whether value and expectation grow with the days: counts and sums of which more is
    better. Averages, ratios and whatever is better low are asked for whole.
    """
    return metric.aggregation.is_additive and metric.is_higher_better


def terms(metric: MetricFacts, goal: GoalFacts, *, target: Decimal | None = None) -> Terms:
    """Say what a goal of this metric asks for; `target` instead of its own."""
    asked = goal.target if target is None else target
    return Terms(
        target=Decimal() if asked is None else asked,
        is_higher_better=metric.is_higher_better,
        accumulates=accumulates(metric),
        is_prorated=goal.is_prorated,
    )
