"""Landing forecasts of people, teams and the company, from what the ledger knows.

Only of counts and sums: the days of everything else do not add up. The history of an owner are
their finished working days of the last half year: of a person those they were placed and not away,
of a team and of the company those on which anybody in it was, with the working time of all of
them. What was earned on a day off belongs to the working day before it. Days before anybody had
anything of a metric say nothing about it and are left out. A day at the end of a
quarter is worth as many others as it was for the owner before.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period, PeriodRules, period_of
from juara.core.db import LATEST
from juara.core.worktime import OwnTime, Span, WorkCalendar
from juara.insights import calc
from juara.insights.types import Answer, Flags, History, NotForecast, Question, Real, Whole, Why
from juara.ledger import daily
from juara.ledger.daily import NOBODYS, Series
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation
from juara.people import calendars
from juara.people import queries as people
from juara.people.calendars import WorkingTimes
from juara.people.types import PlaceSpan
from juara.tenancy import periods

# How far back is looked for working days: 26 weeks have 90 even for whoever works four a week.
REACH_DAYS = 182
# At the end of a quarter of the fiscal year deals are closed that would have come later.
LATE_DAYS = 14
# Up to so many people calendars are read for them alone.
_FEW = 200
# What is left is handed over as an exact number of millionths of a day.
_MILLIONTH = 1_000_000

_REASONS = {
    Aggregation.LATEST: Why.BALANCE,
    Aggregation.DISTINCT: Why.DISTINCT,
    Aggregation.AVERAGE: Why.AVERAGE,
    Aggregation.MINIMUM: Why.EXTREME,
    Aggregation.MAXIMUM: Why.EXTREME,
    Aggregation.RATIO: Why.DIVIDED,
    Aggregation.FORMULA: Why.DIVIDED,
}


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose number it is: a person's, what was earned in some teams, or, with neither, everybody's.

    With `has_unassigned` what nobody earned is counted, too.
    """

    member_id: int | None = None
    team_ids: frozenset[int] | None = None
    has_unassigned: bool = False

    def holds(self, place: PlaceSpan) -> bool:
        if self.member_id is not None:
            return place.member_id == self.member_id
        return self.team_ids is None or place.team_id in self.team_ids


@dataclass(frozen=True, slots=True)
class Asked:
    """One forecast that is wanted, filed under `key`.

    `value` is the owner's number of the period so far, `target` what is asked of them, already
    prorated. `since` leaves out what was before, such as another job.
    """

    key: Hashable
    metric: MetricFacts
    period: Period
    whose: Whose
    value: Decimal | None
    target: Decimal | Fraction | None = None
    since: date | None = None


def why_not(metric: MetricFacts) -> Why | None:
    """Say why a metric cannot be forecast, None where it can."""
    return _REASONS.get(metric.aggregation)


def read(
    asked: Sequence[Asked], *, moment: datetime, batch: int = LATEST
) -> dict[Hashable, Answer]:
    """Return a forecast for everything that is asked, or why there is none, by its key.

    As of a moment and a batch: the days before the moment's day are the history, what is left of
    that day and of the period is forecast. Seven queries, whatever is asked; none where nothing
    can be forecast.
    """
    refused = {each.key: reason for each in asked if (reason := why_not(each.metric))}
    put = questions(asked, moment=moment, batch=batch)
    found = calc.forecasts(tuple(put.values()))
    return {key: NotForecast(why) for key, why in refused.items()} | dict(
        zip(put, found, strict=True)
    )


def questions(
    asked: Sequence[Asked], *, moment: datetime, batch: int = LATEST
) -> dict[Hashable, Question]:
    """Return what forecasts are made from, of all that can be forecast, by its key."""
    wanted = [each for each in asked if why_not(each.metric) is None]
    if not wanted:
        return {}
    ground = _ground(wanted, moment=moment, batch=batch)
    return {each.key: _question(ground, each) for each in wanted}


@dataclass(frozen=True, slots=True)
class _Time:
    """An owner's working time, day by day: over, and still to come.

    `until` is the first day that runs yet for anybody: somewhere it may be yesterday still.
    """

    past: Real
    coming: Real
    until: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all forecasts of a page rest on. Arrays hold a place for each day of the bounds."""

    bounds: Span
    # The days on which a quarter ends.
    late: Flags
    times: Mapping[Whose, _Time]
    totals: Mapping[tuple[int, Whose], Whole]
    credits: Mapping[tuple[int, Whose], Whole]
    first_days: Mapping[int, date]

    @property
    def length(self) -> int:
        return (self.bounds.until_day - self.bounds.from_day).days

    def at(self, day: date) -> int:
        return min(max((day - self.bounds.from_day).days, 0), self.length)


def _ground(wanted: Sequence[Asked], *, moment: datetime, batch: int) -> _Ground:
    today = moment.astimezone(ZoneInfo(scope.current().zone)).date()
    last = max(today + 2 * ONE_DAY, *(each.period.until_day for each in wanted))
    bounds = Span(today - REACH_DAYS * ONE_DAY, last)
    owners = tuple(dict.fromkeys(each.whose for each in wanted))
    metrics = tuple({each.metric.id: each.metric for each in wanted}.values())
    places = people.places(bounds.from_day, bounds.until_day, batch=batch)
    atoms = _atoms(owners, places)
    single = {each.member_id for each in owners if each.member_id is not None}
    few = single if len(single) == len(owners) and len(single) < _FEW else None
    times = calendars.working_times(bounds.from_day, last, batch=batch, member_ids=few)
    series = daily.series(
        metrics,
        dict(enumerate(atoms.values())),
        from_day=bounds.from_day, until_day=today, batch=batch,
    )  # fmt: skip
    totals, credits_ = _added(series, tuple(atoms), bounds)
    return _Ground(
        bounds=bounds,
        late=_late(bounds, periods.rules(batch=batch)),
        times=_times(owners, places, times, moment),
        totals=totals,
        credits=credits_,
        first_days=daily.first_days(metrics, batch=batch),
    )


def _atoms(
    owners: Sequence[Whose], places: Sequence[PlaceSpan]
) -> dict[tuple[Whose, ...], list[int]]:
    """Return the assignments by whose number they are part of, so that each is read once."""
    people_ = {each.member_id: each for each in owners if each.member_id is not None}
    groups = [each for each in owners if each.member_id is None]
    by_team: dict[int, tuple[Whose, ...]] = {}
    atoms: dict[tuple[Whose, ...], list[int]] = {}
    for place in places:
        if place.team_id not in by_team:
            by_team[place.team_id] = tuple(each for each in groups if each.holds(place))
        alone = people_.get(place.member_id)
        of = (alone, *by_team[place.team_id]) if alone else by_team[place.team_id]
        if of:
            atoms.setdefault(of, []).append(place.assignment_id)
    if nobodys := tuple(each for each in owners if each.has_unassigned):
        atoms.setdefault(nobodys, []).append(NOBODYS)
    return {of: list(dict.fromkeys(ids)) for of, ids in atoms.items()}


def _added(
    series: Mapping[tuple[int, int], Series], atoms: Sequence[tuple[Whose, ...]], bounds: Span
) -> tuple[dict[tuple[int, Whose], Whole], dict[tuple[int, Whose], Whole]]:
    """Return each metric's and owner's ten-thousandths and credits, day by day."""
    length = (bounds.until_day - bounds.from_day).days
    totals: dict[tuple[int, Whose], Whole] = {}
    credits_: dict[tuple[int, Whose], Whole] = {}
    for (metric_id, number), found in series.items():
        at = np.array(found.offsets)
        units, counts = np.array(found.units, np.int64), np.array(found.credits, np.int64)
        for whose in atoms[number]:
            key = (metric_id, whose)
            for kept, new in ((totals, units), (credits_, counts)):
                kept.setdefault(key, np.zeros(length, np.int64))[at] += new
    return totals, credits_


def _times(
    owners: Iterable[Whose],
    places: Sequence[PlaceSpan],
    times: WorkingTimes,
    moment: datetime,
) -> dict[Whose, _Time]:
    """Return each owner's working time: that of all who are placed there, while they are."""
    made = _Weights(times, moment)
    by_member: dict[int, list[PlaceSpan]] = {}
    by_team: dict[int, list[PlaceSpan]] = {}
    for place in places:
        by_member.setdefault(place.member_id, []).append(place)
        by_team.setdefault(place.team_id, []).append(place)
    teams: dict[int, _Time] = {}
    found: dict[Whose, _Time] = {}
    for whose in owners:
        if whose.member_id is not None:
            found[whose] = made.of(by_member.get(whose.member_id, ()))
            continue
        ids = by_team if whose.team_ids is None else whose.team_ids & by_team.keys()
        for team_id in ids:
            if team_id not in teams:
                teams[team_id] = made.of(by_team[team_id])
        found[whose] = made.sum([teams[team_id] for team_id in ids])
    return found


class _Weights:
    """Working time as arrays of a place for each day. A person's, and a calendar's, made once."""

    def __init__(self, times: WorkingTimes, moment: datetime) -> None:
        self._times = times
        self._moment = moment
        self._length = (times.bounds.until_day - times.bounds.from_day).days
        self._calendars: dict[int, Real] = {}
        self._members: dict[int, tuple[OwnTime, Real]] = {}

    def of(self, places: Iterable[PlaceSpan]) -> _Time:
        """Return the working time of these stays together, each on its own clock."""
        total, until = self.sum(()), REACH_DAYS
        # Those who work alike on the same days are worked out once.
        alike: dict[tuple[object, ...], list[PlaceSpan]] = {}
        for place in places:
            first, last = self._at(place.from_day), self._at(place.until_day)
            key = (id(self._times.of(place.member_id)), place.zone, first, last)
            alike.setdefault(key, []).append(place)
        for each in alike.values():
            place, count = each[0], len(each)
            own, weights = self._member(place.member_id)
            zone = place.zone or scope.current().zone
            local = self._moment.astimezone(ZoneInfo(zone))
            today = self._at(local.date())
            first, last = self._at(place.from_day), self._at(place.until_day)
            total.past[first : min(today, last)] += count * weights[first : min(today, last)]
            after = max(first, today + 1)
            total.coming[after:last] += count * weights[after:last]
            if first <= today < last:
                until = min(until, today)
                total.coming[today] += count * weights[today] * float(1 - own.part_of(local))
        return _Time(total.past, total.coming, until)

    def sum(self, times: Sequence[_Time]) -> _Time:
        past, coming = np.zeros(self._length), np.zeros(self._length)
        for each in times:
            past += each.past
            coming += each.coming
        until = min((each.until for each in times), default=REACH_DAYS)
        return _Time(past, coming, until)

    def _at(self, day: date) -> int:
        return min(max((day - self._times.bounds.from_day).days, 0), self._length)

    def _member(self, member_id: int) -> tuple[OwnTime, Real]:
        if member_id not in self._members:
            own = self._times.of(member_id)
            weights = np.zeros(self._length)
            for piece in own.pieces:
                first, last = self._at(piece.span.from_day), self._at(piece.span.until_day)
                weights[first:last] = self._calendar(piece.calendar)[first:last]
                if piece.share != 1:
                    weights[first:last] *= float(piece.share)
            self._members[member_id] = (own, weights)
        return self._members[member_id]

    def _calendar(self, calendar: WorkCalendar) -> Real:
        # A calendar lives as long as the working times, which are held here.
        if id(calendar) not in self._calendars:
            self._calendars[id(calendar)] = np.array(calendar.days)
        return self._calendars[id(calendar)]


def _question(ground: _Ground, asked: Asked) -> Question:
    time = ground.times[asked.whose]
    first, last = ground.at(asked.period.from_day), ground.at(asked.period.until_day)
    worked = _worked(ground, asked, time)
    past = _history(ground, asked, time, worked)
    worth = np.where(ground.late, calc.lateness(past, ground.late[worked]), 1.0)
    left = float((time.coming * worth)[first:last].sum())
    return Question(
        history=replace(past, weights=past.weights * worth[worked]),
        value=asked.value or Decimal(0),
        left=Fraction(round(left * _MILLIONTH), _MILLIONTH),
        target=asked.target,
        is_higher_better=asked.metric.is_higher_better,
    )


def _late(bounds: Span, rules: PeriodRules) -> Flags:
    """Return which days are among the last of a fiscal quarter."""
    late = np.zeros((bounds.until_day - bounds.from_day).days, np.bool_)
    day = bounds.from_day
    while day < bounds.until_day:
        day = period_of("fiscal-quarter", day, rules=rules).until_day
        end = (day - bounds.from_day).days
        late[max(end - LATE_DAYS, 0) : end] = True
    return late


def _worked(ground: _Ground, asked: Asked, time: _Time) -> Whole:
    """Return the finished working days that say something about a metric."""
    begins = max(
        ground.at(ground.first_days.get(asked.metric.id, ground.bounds.until_day)),
        ground.at(asked.since) if asked.since else 0,
    )
    worked = np.flatnonzero(time.past[: time.until] > 0)
    return worked[worked >= begins]


def _history(ground: _Ground, asked: Asked, time: _Time, worked: Whole) -> History:
    """Return the owner's finished working days, with what days off brought added to them."""
    key = (asked.metric.id, asked.whose)
    return History(
        totals=_gathered(ground.totals.get(key), worked, time.until),
        credits=_gathered(ground.credits.get(key), worked, time.until),
        weights=time.past[worked],
    )


def _gathered(amounts: Whole | None, worked: Whole, until: int) -> Whole:
    """Add up what was earned from each working day until the next one."""
    if amounts is None or not len(worked):
        return np.zeros(len(worked), np.int64)
    return np.asarray(np.add.reduceat(amounts[:until], worked), dtype=np.int64)
