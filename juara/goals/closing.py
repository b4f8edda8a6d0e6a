"""How goals ended: as they stood when their period closed, and as they stand since corrections.

Nothing is stored: the day after a period's last, its goal is judged by what was known at that
midnight, and again by whatever is known now. Where the two differ, the goal was judged anew. A
goal, or an organization, that nobody knew of at the close was never judged then.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period, period_of, previous
from juara.goals import ground as grounds
from juara.goals import lengths, progress, queries
from juara.goals.ground import Ground
from juara.goals.owners import Owners
from juara.goals.types import CUSTOM, Pace
from juara.people import queries as people
from juara.people.types import TeamFacts
from juara.tenancy import knowledge, periods

_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a goal came to. `is_reached` is None where nothing could be scored."""

    value: Decimal | None
    target: Decimal
    attainment: Decimal | None

    @property
    def is_reached(self) -> bool | None:
        return None if self.attainment is None else self.attainment >= _WHOLE


@dataclass(frozen=True, slots=True)
class Ended:
    """A goal over a period that is over. `then` is None where it was not known at the close."""

    period: Period
    now: Outcome
    then: Outcome | None

    @property
    def is_corrected(self) -> bool:
        """Say whether a correction since has changed the value or the target."""
        return self.then is not None and self.then != self.now

    @property
    def is_judged_anew(self) -> bool:
        """Say whether that changed if it was reached."""
        return self.then is not None and self.then.is_reached != self.now.is_reached


def of_member(
    member_id: int, metric_id: int, grain: str, *, count: int, moment: datetime, batch: int
) -> tuple[Ended, ...]:
    """Return how somebody's goal ended in the last periods, the newest first.

    Periods in which it was not asked are left out. The number of queries depends on `count`.
    """

    def pace(ground: Ground) -> Pace | None:
        if member_id not in ground.members:
            return None
        found = progress.person(ground, member_id, grain=grain)
        line = next((each for each in found.lines if each.metric.id == metric_id), None)
        return None if line is None or not line.pace.whole else line.pace

    places = people.places_of(member_id, batch=batch)
    zone = _zone(places[-1].zone if places else "")
    return _ended(pace, grain, zone, count=count, moment=moment, batch=batch)


def of_team(
    team: TeamFacts | None,
    metric_id: int,
    grain: str,
    *,
    count: int,
    moment: datetime,
    batch: int,
) -> tuple[Ended, ...]:
    """Return how a goal of a team, or of the company, ended in the last periods, newest first."""

    def pace(ground: Ground) -> Pace | None:
        if metric_id not in ground.metrics:
            return None
        period = period_of(grain, ground.day, rules=ground.rules)
        return Owners(ground).of_subject(team, metric_id, grain, period).pace

    return _ended(pace, grain, _zone(""), count=count, moment=moment, batch=batch)


def _ended(
    pace: Callable[[Ground], Pace | None],
    grain: str,
    zone: ZoneInfo,
    *,
    count: int,
    moment: datetime,
    batch: int,
) -> tuple[Ended, ...]:
    if grain == CUSTOM or count < 1:
        return ()
    rules = periods.rules(batch=batch)
    period = period_of(grain, moment.astimezone(zone).date(), rules=rules)
    before: list[Period] = []
    for _ in range(count):
        period = previous(period, rules=rules)
        before.append(period)
    last_days = [each.until_day - ONE_DAY for each in before]
    wide = grounds.read(
        (grain, *lengths.shorter(grain)), moment=moment, batch=batch, reaching=last_days
    )
    found: list[Ended] = []
    for each, day in zip(before, last_days, strict=True):
        now = pace(wide.on(day))
        if now is None:
            continue
        at_close = knowledge.number_as_of(datetime.combine(each.until_day, time(), zone))
        then = pace(_as_known(wide, each, min(at_close, batch))) if at_close else None
        found.append(Ended(each, _outcome(now), None if then is None else _outcome(then)))
    return tuple(found)


def _as_known(wide: Ground, period: Period, batch: int) -> Ground:
    """Return the ground with goals and values as known at a batch; people and calendars as now."""
    goals = queries.goals(period.from_day, period.until_day, batch=batch)
    known = tuple(each for each in goals if each.metric_id in wide.metrics)
    return replace(
        wide,
        batch=batch,
        chosen=period.until_day - ONE_DAY,
        goals=known,
        _sums={},
        _pieces={},
        _given={},
    )


def _outcome(pace: Pace) -> Outcome:
    return Outcome(pace.value, pace.target, pace.attainment)


def _zone(zone: str) -> ZoneInfo:
    return ZoneInfo(zone or scope.current().zone)
