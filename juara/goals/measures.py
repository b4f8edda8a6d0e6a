"""From a person's sums to the value of a metric: divided at the last moment, never averaged."""

from collections.abc import Mapping
from decimal import Decimal

from juara.goals.types import Terms
from juara.metrics import calc
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting, Sums

Catalogue = Mapping[str, MetricFacts]


def components(metric: MetricFacts, every: Catalogue) -> tuple[MetricFacts, ...]:
    """Return the counting metrics a value is worked out from: itself, or the two of a ratio.

    A ratio whose parts are there no longer has none.
    """
    if isinstance(metric.definition, Counting):
        return (metric,)
    ends = (metric.definition.numerator, metric.definition.denominator)
    return tuple(every[end] for end in ends if end in every)


def value(metric: MetricFacts, sums: Mapping[int, Sums], every: Catalogue) -> Decimal | None:
    """Return a metric's value from sums by metric id; None is *no value*."""
    values = [
        calc.value_of(each.aggregation, sums.get(each.id, Sums()))
        for each in components(metric, every)
    ]
    if isinstance(metric.definition, Counting):
        return values[0]
    return calc.ratio_of(values[0], values[1]) if len(values) == 2 else None


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
