"""Help with setting a target: what was reached before, and who would have reached it.

Looked at are the last twelve periods of the length that have ended, of a day's target the working
days of the last twelve weeks; none before the metric's first record, and of a person none before
they came. Teams are as the tree stands today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from juara.core.calendar import ONE_DAY, Period, period_of, previous
from juara.core.worktime import Span
from juara.goals import calc, lengths
from juara.goals import ground as grounds
from juara.goals.ground import Ground
from juara.goals.types import CUSTOM
from juara.ledger import daily
from juara.ledger import sums as ledger
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums
from juara.people import calc as tree
from juara.people.types import PlaceSpan, TeamFacts

MOST_PERIODS = 12
WEEKS = 12
SHARE = Fraction(3, 4)

_GROUP = -1


@dataclass(frozen=True, slots=True)
class Help:
    """What stands behind a target before it is set.

    `last` is the value of the last period that has ended, `percentile` what three of four of the
    `sample` periods stayed at or below (for what is better low: at or above), `median` the middle
    person's last value of the `people` in the team. `spread` are the values a target is held
    against: people's of the last period, or, of a team or the company, those of its own periods.
    """

    metric: MetricFacts
    grain: str
    period: Period
    last: Decimal | None
    percentile: Decimal | None
    sample: int
    median: Decimal | None
    people: int
    spread: tuple[Decimal, ...]
    is_of_people: bool


def quantile(values: Sequence[Decimal], share: Fraction) -> Decimal | None:
    """Return the value at a share of the way through, between neighbours in proportion, as
    spreadsheets do (PERCENTILE.INC); None without values. Rounded half up to four places.
    """
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    low, high = Fraction(ordered[below]), Fraction(ordered[above])
    return calc.to_decimal(low + (high - low) * (place - below))


def median(values: Sequence[Decimal]) -> Decimal | None:
    return quantile(values, Fraction(1, 2))


def of_owner(
    metric_id: int,
    grain: str,
    *,
    team: TeamFacts | None = None,
    member_id: int | None = None,
    moment: datetime,
    batch: int = grounds.LATEST,
) -> Help | None:
    """Return help with a target of a person, of a team, or, with neither, of the company.

    None where no period has ended since the first record, and for custom days. Of counts and sums
    four queries beside the ground; of others up to three a period.
    """
    if grain == CUSTOM:
        return None
    reaching = moment.date() - timedelta(days=_reach(grain))
    ground = grounds.read((grain,), moment=moment, batch=batch, reaching=(reaching,))
    if metric_id not in ground.metrics:
        return None
    return _help(ground, ground.metrics[metric_id], grain, team, member_id)


def _help(
    ground: Ground, metric: MetricFacts, grain: str, team: TeamFacts | None, member_id: int | None
) -> Help | None:
    parts = ground.measured[metric.id].components
    first = min(daily.first_days(parts, batch=ground.batch).values(), default=None)
    periods = [] if first is None else _periods(ground, grain, first)
    if not periods:
        return None
    whose = _places(ground, team, member_id)
    values = _values(ground, metric, periods, whose, is_company=team is None)
    last = periods[0]
    there = {each for each, places in whose.items() if any(_is_in(place, last) for place in places)}
    lasts = [values[each][0] for each in sorted(there)]
    people = [each for each in lasts if each is not None]
    own = values[_GROUP] if member_id is None else values.get(member_id, [])
    if member_id is not None:
        mine = whose.get(member_id, ())
        own = [
            each for each, period in zip(own, periods, strict=False)
            if any(_is_in(place, period) for place in mine)
        ]  # fmt: skip
    sample = [each for each in own if each is not None]
    return Help(
        metric=metric,
        grain=grain,
        period=last,
        last=own[0] if own else None,
        percentile=quantile(sample, SHARE if metric.is_higher_better else 1 - SHARE),
        sample=len(sample),
        median=median(people),
        people=len(people),
        spread=tuple(people if member_id is not None else sample),
        is_of_people=member_id is not None,
    )


def _reach(grain: str) -> int:
    """Return how many days back the periods of a length may reach."""
    whole = {"week": 7, "month": 31, "quarter": 92, "year": 366}
    kind = grain.removeprefix("fiscal-")
    if kind in whole:
        # A fiscal month may have five weeks, a year a week more.
        return (whole[kind] + 7) * (MOST_PERIODS + 1)
    return {"day": 7 * WEEKS + 7}.get(grain, 90 * (MOST_PERIODS + 1))


def _periods(ground: Ground, grain: str, first: date) -> list[Period]:
    """Return the periods that have ended, the newest first, from the first record on."""
    here = period_of(grain, ground.today - ONE_DAY, rules=ground.rules)
    if here.until_day > ground.today:
        here = previous(here, rules=ground.rules)
    found: list[Period] = []
    if grain == lengths.DAY:
        time = ground.times.everybodys(0)
        start = ground.today - timedelta(weeks=WEEKS)
        while here.from_day >= max(start, first):
            if time.work(Span(here.from_day, here.until_day)):
                found.append(here)
            here = previous(here, rules=ground.rules)
        return found
    while len(found) < MOST_PERIODS and here.until_day > first:
        found.append(here)
        here = previous(here, rules=ground.rules)
    return found


def _places(
    ground: Ground, team: TeamFacts | None, member_id: int | None
) -> Mapping[int, tuple[PlaceSpan, ...]]:
    """Return the people a target is held against, with where they are: those of the person's own
    team, or of the team and below.
    """
    team_id = None if team is None else team.id
    parents = tree.parents_on(ground.parents, ground.today)
    if member_id is not None:
        mine = ground.places.get(member_id, ())
        held = [each for each in mine if each.from_day <= ground.today < each.until_day]
        team_id = held[0].team_id if held else None
    if team_id is None:
        return ground.places
    inside = tree.subtree_of(parents, team_id, ground.teams)
    kept = {
        each: tuple(place for place in places if place.team_id in inside)
        for each, places in ground.places.items()
    }
    return {each: places for each, places in kept.items() if places}


def _is_in(place: PlaceSpan, period: Period) -> bool:
    return place.from_day < period.until_day and period.from_day < place.until_day


def _values(
    ground: Ground,
    metric: MetricFacts,
    periods: Sequence[Period],
    whose: Mapping[int, tuple[PlaceSpan, ...]],
    *,
    is_company: bool,
) -> dict[int, list[Decimal | None]]:
    """Return the value of every period by member, and of all of them together."""
    if metric.aggregation.is_additive:
        return _added(ground, metric, periods, whose, is_company=is_company)
    found: dict[int, list[Decimal | None]] = {each: [] for each in (*whose, _GROUP)}
    measured = ground.measured[metric.id]
    teams = {place.team_id for places in whose.values() for place in places}
    for period in periods[:MOST_PERIODS]:
        rows = ledger.member_sums(
            measured.components, from_day=period.from_day, until_day=period.until_day,
            batch=ground.batch,
        )  # fmt: skip
        sums: dict[int, dict[int, Sums]] = {}
        for row in rows:
            mine = [row.member_id] if row.member_id in found else []
            if row.team_id in teams or is_company:
                mine.append(_GROUP)
            for each in mine:
                here = sums.setdefault(each, {})
                here[row.metric_id] = here.get(row.metric_id, Sums()) + row.sums
        for each, values in found.items():
            values.append(measured.value(sums.get(each, {})))
    return found


def _added(
    ground: Ground,
    metric: MetricFacts,
    periods: Sequence[Period],
    whose: Mapping[int, tuple[PlaceSpan, ...]],
    *,
    is_company: bool,
) -> dict[int, list[Decimal | None]]:
    groups: dict[int, list[int]] = {
        each: [place.assignment_id for place in places] for each, places in whose.items()
    }
    if is_company:
        groups[daily.NOBODYS] = [daily.NOBODYS]
    start = min(each.from_day for each in periods)
    series = daily.series(
        [metric], groups, from_day=start, until_day=periods[0].until_day, batch=ground.batch
    )
    found: dict[int, list[Decimal | None]] = {}
    together = [Decimal()] * len(periods)
    for each in groups:
        days = series[metric.id, each].days if (metric.id, each) in series else ()
        sums = [Decimal()] * len(periods)
        for day in days:
            for at, period in enumerate(periods):
                if period.contains(day.day):
                    sums[at] += day.total
        together = [one + other for one, other in zip(together, sums, strict=True)]
        found[each] = list(sums)
    found[_GROUP] = list(together)
    return found
