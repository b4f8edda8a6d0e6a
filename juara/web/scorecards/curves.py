"""How a number went over the last weeks, for the small curve beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from juara.core.calendar import ONE_DAY
from juara.ledger import daily
from juara.metrics.queries import MetricFacts
from juara.people import queries as people
from juara.ui import formats
from juara.web.today import shown

WEEKS = 12
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Curve:
    """A value for each of the last weeks, seven days to the last one, and as people read it."""

    values: tuple[Decimal, ...]
    texts: tuple[str, ...]


def of_member(
    member_id: int, metrics: Iterable[MetricFacts], *, last_day: date, batch: int
) -> dict[int, Curve]:
    """Return a curve for each metric whose days add up, by its id. Two queries."""
    adding = list({each.id: each for each in metrics if each.aggregation.is_additive}.values())
    if not adding:
        return {}
    until = last_day + ONE_DAY
    first = until - timedelta(days=WEEKS * _DAYS)
    places = people.places_of(member_id, batch=batch)
    found = daily.series(
        adding,
        {0: [each.assignment_id for each in places]},
        from_day=first, until_day=until, batch=batch,
    )  # fmt: skip
    return {
        each.id: _curve(each, found[each.id, 0].filled(first, until))
        for each in adding
        if (each.id, 0) in found
    }


def _curve(metric: MetricFacts, days: tuple[Decimal, ...]) -> Curve:
    weeks = tuple(sum(days[at : at + _DAYS], Decimal()) for at in range(0, len(days), _DAYS))
    how = shown.measure(metric)
    return Curve(weeks, tuple(formats.measured(each, how) for each in weeks))
