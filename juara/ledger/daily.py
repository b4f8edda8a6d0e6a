"""What metrics came to day by day, for groups of places: what lines and forecasts are drawn from.

Of counts and sums alone, whose days add up. A group is whatever somebody wants a line of: a person
is the group of their assignments, a team of those in it, and `NOBODYS` is the place of what nobody
earned. A place is in one group at most; who wants sums of groups adds them up.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import ONE_DAY
from juara.core.db import LATEST
from juara.metrics.queries import MetricFacts

# The assignment of credits nobody could be given.
NOBODYS = 0


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What was earned on one day, by so many credits; a day without any has none."""

    day: date
    total: Decimal
    credits: int


@dataclass(frozen=True, slots=True)
class Series:
    """The days of one metric and one group on which there is anything, in no order.

    Of each how many days it lies after `from_day`, its total in ten-thousandths, its credits:
    whole numbers side by side, since forecasts read hundreds of these.
    """

    from_day: date
    offsets: Sequence[int] = ()
    units: Sequence[int] = ()
    credits: Sequence[int] = ()

    @property
    def days(self) -> tuple[DayTotal, ...]:
        """Return the days in order, with exact values."""
        found = sorted(zip(self.offsets, self.units, self.credits, strict=True))
        return tuple(
            DayTotal(self.from_day + ONE_DAY * offset, Decimal(units).scaleb(-4), number)
            for offset, units, number in found
        )

    def filled(self, from_day: date, until_day: date) -> tuple[Decimal, ...]:
        """Return one value for each day of a half-open span, 0 where nothing was earned."""
        totals = {each.day: each.total for each in self.days}
        count = max((until_day - from_day).days, 0)
        return tuple(totals.get(from_day + ONE_DAY * at, Decimal(0)) for at in range(count))


_GROUPED = """
    SELECT d.metric_id, d.number, array_agg(d.place), array_agg(d.units), array_agg(d.credits)
    FROM (
        SELECT t.metric_id, g.number, t.{day} - %(from_day)s::date AS place,
               (sum(t.{total}) * 10000)::bigint AS units, sum({credits})::bigint AS credits
        FROM {table} t
        JOIN unnest(%(places)s::bigint[], %(groups)s::bigint[]) AS g (place, number)
          ON g.place = t.assignment_id
        WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
          AND t.role = %(role)s AND t.assignment_id = ANY(%(places)s::bigint[])
          AND t.{day} >= %(from_day)s AND t.{day} < %(until_day)s AND {known}
        GROUP BY 1, 2, 3) d
    GROUP BY 1, 2
"""


def series(
    metrics: Sequence[MetricFacts],
    groups: Mapping[int, Collection[int]],
    *,
    from_day: date,
    until_day: date,
    role: int = 0,
    batch: int = LATEST,
) -> dict[tuple[int, int], Series]:
    """Return the days of each metric and group, by (metric id, group), where there are any.

    `groups` are the assignments each group is made of, under any whole number. From tallies for
    what is known now, from credits as of an earlier batch. One query; none without groups.
    ValueError for a metric whose days do not add up.
    """
    if wrong := [each.key for each in metrics if not each.aggregation.is_additive]:
        raise ValueError(f"The days of {', '.join(wrong)} do not add up.")
    pairs = [(place, number) for number, places in groups.items() for place in places]
    if not pairs or not metrics:
        return {}
    found = db.rows(
        _statement(batch),
        {
            "organization": scope.current().organization_id,
            "metrics": [each.id for each in metrics],
            "places": [place for place, _ in pairs],
            "groups": [number for _, number in pairs],
            "role": role,
            "from_day": from_day,
            "until_day": until_day,
        },
    )
    return {(metric_id, number): Series(from_day, *days) for metric_id, number, *days in found}


def _statement(batch: int) -> str:
    if batch == LATEST:
        return _GROUPED.format(
            table="tally", day="from_day", total="total", credits="t.credits", known="t.grain = 'd'"
        )
    return _GROUPED.format(
        table="credit", day="day", total="value", credits="1", known=db.known("t", batch)
    )


_FIRST = """
    SELECT m.id, f.day FROM unnest(%(metrics)s::bigint[]) AS m (id)
    CROSS JOIN LATERAL (
        SELECT t.{day} AS day FROM {table} t
        WHERE t.organization_id = %(organization)s AND t.metric_id = m.id AND t.role = %(role)s
          AND {known}
        ORDER BY t.{day} LIMIT 1) f
"""


def first_days(
    metrics: Sequence[MetricFacts], *, role: int = 0, batch: int = LATEST
) -> dict[int, date]:
    """Return the first day anybody, or nobody, has anything of each metric. One query."""
    statement = (
        _FIRST.format(table="tally", day="from_day", known="t.grain = 'd'")
        if batch == LATEST
        else _FIRST.format(table="credit", day="day", known=db.known("t", batch))
    )
    asked = {
        "organization": scope.current().organization_id,
        "metrics": [each.id for each in metrics],
        "role": role,
    }
    return dict(db.rows(statement, asked))
