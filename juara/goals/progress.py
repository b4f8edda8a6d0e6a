"""Where people stand against their targets, now or as it was known at a past moment.

The number of queries depends on how many lengths of time and local days are asked about, never
on how many people or lines there are.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period, PeriodRules, period_of
from juara.core.worktime import OwnTime, Span
from juara.goals import calc, measures, queries
from juara.goals.types import GRAINS, Pace, Status, TargetFacts
from juara.ledger import circumstances
from juara.ledger import sums as ledger
from juara.ledger.circumstances import Given
from juara.metrics import queries as metrics
from juara.metrics.measures import Measure, measure
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums
from juara.people import calc as tree
from juara.people import calendars
from juara.people import queries as people
from juara.people.calendar_types import DayOff
from juara.people.calendars import WorkingTimes
from juara.people.types import MemberFacts, PlaceSpan, ProfileFacts, TeamFacts
from juara.tenancy import knowledge, periods

_DAY = "day"


@dataclass(frozen=True, slots=True)
class LineProgress:
    """One line of one person: what is asked, over which days, and how far it has come.

    `days` is set where a target for each day is shown over a longer period: so many of them it
    was multiplied by. `credits` says whether there are records to open behind the value.
    """

    line: TargetFacts
    metric: MetricFacts
    period: Period
    pace: Pace
    credits: int
    days: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """A person with their lines, primary ones first. `local` is the moment on their own clock.

    `day_off` says why they need not work on that day, or on part of it.
    """

    member: MemberFacts
    profile: ProfileFacts | None
    team: TeamFacts | None
    local: datetime
    lines: tuple[LineProgress, ...]
    day_off: DayOff | None = None

    @property
    def primary(self) -> tuple[LineProgress, ...]:
        return tuple(each for each in self.lines if each.line.is_primary)

    @property
    def status(self) -> Status:
        """Return the most urgent status among what counts at a glance."""
        return calc.worst(each.pace.status for each in self.primary or self.lines)

    def line_of(self, metric_id: int) -> LineProgress | None:
        return next((each for each in self.lines if each.metric.id == metric_id), None)


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """The people of a team and below, who needs help first; apart, those without a target.

    `columns` are the metrics anybody has a line of, in the order of the lines. `grains` are the
    lengths of time any of these people has a target for.
    """

    grain: str
    columns: tuple[MetricFacts, ...]
    people: tuple[PersonProgress, ...]
    without: tuple[PersonProgress, ...]
    grains: frozenset[str]


@dataclass(slots=True)
class _Ground:
    """Everything progress rests on, read once, and the sums of each period read on demand."""

    moment: datetime
    batch: int
    times: WorkingTimes
    members: Mapping[int, MemberFacts]
    teams: Mapping[int, TeamFacts]
    profiles: Mapping[int, ProfileFacts]
    metrics: Mapping[int, MetricFacts]
    measured: Mapping[int, Measure]
    places: Mapping[int, tuple[PlaceSpan, ...]]
    targets: tuple[TargetFacts, ...]
    rules: PeriodRules
    sums: dict[Period, dict[int, dict[int, Sums]]] = field(default_factory=dict)
    given: dict[Period, Given] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return self.moment.astimezone(ZoneInfo(scope.current().zone)).date()


def of_member(member_id: int, *, moment: datetime, batch: int) -> PersonProgress:
    """Return a person's progress on all their lines: the shortest period first, then by place."""
    ground = _ground(GRAINS, moment=moment, batch=batch)
    return _person(ground, member_id, grain="")


def of_team(
    team: TeamFacts | None,
    *,
    grain: str,
    among: Collection[int] | None,
    moment: datetime,
    batch: int,
) -> TeamProgress:
    """Return the progress of everybody in a team and below, over one length of time.

    Without a team of everybody who is placed anywhere. Lines of that length are shown as they
    are; of a metric that has none, a primary target for each day is multiplied by the working days.
    `among` keeps to the people that may be shown.
    """
    ground = _ground((grain, _DAY), moment=moment, batch=batch)
    inside = None if team is None else _teams_under(ground, team)
    here = [
        place.member_id
        for places in ground.places.values()
        for place in places
        if place.from_day <= ground.day < place.until_day
        and (inside is None or place.team_id in inside)
        and (among is None or place.member_id in among)
    ]
    everybody = [_person(ground, member_id, grain=grain) for member_id in here]
    shown = sorted((each for each in everybody if each.lines), key=_urgency)
    without = [each for each in everybody if not each.lines and each.member.role == "rep"]
    held = {each.profile.id for each in everybody if each.profile}
    asked = [each for each in ground.targets if each.profile_id in held]
    return TeamProgress(
        grain=grain,
        columns=_columns(shown),
        people=tuple(shown),
        without=tuple(sorted(without, key=lambda each: each.member.name.casefold())),
        grains=frozenset(each.grain for each in asked if each.holds_on(ground.day)),
    )


def _teams_under(ground: _Ground, team: TeamFacts) -> frozenset[int]:
    parents = tree.parents_on(people.parent_spans(batch=ground.batch), ground.day)
    return tree.subtree_of(parents, team.id, ground.teams)


def batch_of(as_of: datetime | None) -> int:
    """Return the batch that was the last one known at a moment; the newest of all for now."""
    return queries.LATEST if as_of is None else knowledge.number_as_of(as_of)


def _ground(grains: Iterable[str], *, moment: datetime, batch: int) -> _Ground:
    day = moment.astimezone(ZoneInfo(scope.current().zone)).date()
    # Somewhere it may already be tomorrow, or still yesterday.
    rules = periods.rules(batch=batch)
    near = [
        period_of(grain, each, rules=rules)
        for grain in grains
        for each in (day - ONE_DAY, day + ONE_DAY)
    ]
    first, last = min(each.from_day for each in near), max(each.until_day for each in near)
    places: dict[int, list[PlaceSpan]] = {}
    for place in people.places(first, last, batch=batch):
        places.setdefault(place.member_id, []).append(place)
    every = metrics.metrics(batch=batch, day=day)
    keys = {each.key: each for each in every}
    return _Ground(
        moment=moment,
        batch=batch,
        times=calendars.working_times(first, last, batch=batch),
        members=people.members(),
        teams=people.teams(),
        profiles=people.profiles(),
        metrics={each.id: each for each in every},
        measured={each.id: measure(each, keys) for each in every},
        places={member_id: tuple(found) for member_id, found in places.items()},
        targets=queries.targets(day - ONE_DAY, day + 2 * ONE_DAY, batch=batch),
        rules=rules,
    )


def _person(ground: _Ground, member_id: int, *, grain: str) -> PersonProgress:
    places = ground.places.get(member_id, ())
    place = next((each for each in places if each.from_day <= ground.day < each.until_day), None)
    zone = ZoneInfo(place.zone if place and place.zone else scope.current().zone)
    profile = ground.profiles.get(place.profile_id or 0) if place else None
    local = ground.moment.astimezone(zone)
    lines: list[LineProgress] = []
    own = ground.times.of(member_id)
    if profile is not None:
        asked = _asked(ground, profile.id, local.date(), grain)
        spans = [
            Span(each.from_day, each.until_day) for each in places if each.profile_id == profile.id
        ]
        lines = [_line(ground, each, member_id, spans, own, local, grain) for each in asked]
    return PersonProgress(
        member=ground.members[member_id],
        profile=profile,
        team=ground.teams.get(place.team_id) if place else None,
        local=local,
        lines=tuple(lines),
        day_off=ground.times.day_off(member_id, local.date()),
    )


def _asked(ground: _Ground, profile_id: int, day: date, grain: str) -> list[TargetFacts]:
    """Return the lines of a profile on a day that belong to a length of time ('' for all)."""
    lines = [
        each
        for each in ground.targets
        if each.profile_id == profile_id and each.holds_on(day) and each.metric_id in ground.metrics
    ]
    if grain:
        own = [each for each in lines if each.grain == grain]
        has = {each.metric_id for each in own}
        lines = own + [
            each
            for each in lines
            if each.grain == _DAY and each.is_primary and each.metric_id not in has
        ]
        return sorted(lines, key=lambda each: (not each.is_primary, each.position))
    return sorted(
        lines, key=lambda each: (not each.is_primary, GRAINS.index(each.grain), each.position)
    )


def _line(
    ground: _Ground,
    asked: TargetFacts,
    member_id: int,
    spans: list[Span],
    own: OwnTime,
    local: datetime,
    grain: str,
) -> LineProgress:
    metric = ground.metrics[asked.metric_id]
    period = period_of(grain or asked.grain, local.date(), rules=ground.rules)
    there = calc.presence(
        Span(period.from_day, period.until_day),
        spans=spans,
        now=local,
        time=own,
        whole=ground.times.everybodys(member_id),
    )
    terms = measures.terms(metric, asked.target)
    days: Fraction | None = None
    if period.unit != asked.grain and terms.accumulates:
        days = there.whole
        terms = measures.terms(metric, calc.scaled(asked.target, days))
    elif asked.grain == _DAY and terms.accumulates and 0 < there.whole < 1:
        # A target for the day is one for a whole day: of half a day half of it is asked.
        terms = measures.terms(metric, calc.scaled(asked.target, there.whole))
    sums = _sums(ground, period).get(member_id, {})
    measured = ground.measured[metric.id]
    given = _given(ground, period).of([member_id])
    return LineProgress(
        line=asked,
        metric=metric,
        period=period,
        pace=calc.pace(terms, measured.value(sums, given), there),
        credits=sum(sums[each].credits for each in measured.ids if each in sums),
        days=None if days is None else calc.to_decimal(days),
    )


def _sums(ground: _Ground, period: Period) -> dict[int, dict[int, Sums]]:
    """Return everybody's sums by member and metric over a period, read once."""
    if period not in ground.sums:
        wanted = {part.id: part for each in _asked_for(ground) for part in each.components}
        found: dict[int, dict[int, Sums]] = {}
        for row in ledger.member_sums(
            tuple(wanted[each] for each in sorted(wanted)),
            from_day=period.from_day,
            until_day=period.until_day,
            batch=ground.batch,
        ):
            mine = found.setdefault(row.member_id, {})
            mine[row.metric_id] = mine.get(row.metric_id, Sums()) + row.sums
        ground.sums[period] = found
    return ground.sums[period]


def _given(ground: _Ground, period: Period) -> Given:
    """Return what formulas need of a period until now, read once where any of them does."""
    if period not in ground.given:
        ground.given[period] = circumstances.read(
            _asked_for(ground),
            period.from_day,
            min(period.until_day, ground.day + ONE_DAY),
            batch=ground.batch,
        )
    return ground.given[period]


def _asked_for(ground: _Ground) -> list[Measure]:
    """Return the measures of the metrics anybody has a target for."""
    wanted = {each.metric_id for each in ground.targets if each.metric_id in ground.metrics}
    return [ground.measured[each] for each in sorted(wanted)]


def _columns(shown: list[PersonProgress]) -> tuple[MetricFacts, ...]:
    """Return the metrics of all lines once each: primary somewhere first, then by place."""
    order: dict[int, tuple[bool, int, int]] = {}
    metric_of: dict[int, MetricFacts] = {}
    for person in shown:
        for each in person.lines:
            key = (not each.line.is_primary, each.line.position, each.metric.id)
            order[each.metric.id] = min(order.get(each.metric.id, key), key)
            metric_of[each.metric.id] = each.metric
    return tuple(metric_of[metric_id] for metric_id in sorted(order, key=lambda one: order[one]))


def _urgency(person: PersonProgress) -> tuple[int, int, Decimal, str]:
    """Order by who needs help: most at risk, then most behind, then least attained, then name."""
    lines = person.primary or person.lines
    scored = [each.pace.attainment for each in lines if each.pace.attainment is not None]
    return (
        -sum(each.pace.status is Status.AT_RISK for each in lines),
        -sum(each.pace.status is Status.BEHIND for each in lines),
        sum(scored, Decimal()) / len(scored) if scored else Decimal(),
        person.member.name.casefold(),
    )
