"""Where people stand against their targets, now or as it was known at a past moment.

The number of queries depends on how many lengths of time and local days are asked about, never
on how many people or goals there are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.core.calendar import Period
from juara.core.worktime import Span
from juara.goals import asking, calc, lengths, queries
from juara.goals import ground as grounds
from juara.goals.asking import Asked
from juara.goals.ground import Ground
from juara.goals.types import GRAINS, GoalFacts, Pace, Status
from juara.metrics.queries import MetricFacts
from juara.people import calc as tree
from juara.people.calendar_types import DayOff
from juara.people.types import MemberFacts, PlaceSpan, ProfileFacts, TeamFacts
from juara.tenancy import knowledge


@dataclass(frozen=True, slots=True)
class LineProgress:
    """One goal of one person: what is asked, over which days, and how far it has come.

    `days` is set where the target is made up of shorter ones: so many of them it was multiplied
    by (of a day's target the working days). `credits` says whether there are records to open
    behind the value.
    """

    line: GoalFacts
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


def of_member(
    member_id: int, *, moment: datetime, batch: int, day: date | None = None, grain: str = ""
) -> PersonProgress:
    """Return a person's progress on all their goals: the shortest period first, then by place.

    `day` is one of the periods that are asked about instead of the running ones. With a `grain`
    of that length of time alone.
    """
    grains = (grain, *lengths.shorter(grain)) if grain else GRAINS
    ground = grounds.read(grains, moment=moment, batch=batch, day=day)
    return person(ground, member_id, grain=grain)


def of_team(
    team: TeamFacts | None,
    *,
    grain: str,
    among: Collection[int] | None,
    moment: datetime,
    batch: int,
    day: date | None = None,
) -> TeamProgress:
    """Return the progress of everybody in a team and below, over one length of time.

    Without a team of everybody who is placed anywhere. Goals of that length are shown as they
    are; of a metric that has none, a shorter primary one is multiplied. `among` keeps to the
    people that may be shown.
    """
    ground = grounds.read((grain, *lengths.shorter(grain)), moment=moment, batch=batch, day=day)
    return team_progress(ground, team, grain=grain, among=among)


def team_progress(
    ground: Ground, team: TeamFacts | None, *, grain: str, among: Collection[int] | None
) -> TeamProgress:
    inside = None if team is None else teams_under(ground, team)
    here = [
        place
        for places in ground.places.values()
        for place in places
        if place.from_day <= ground.day < place.until_day
        and (inside is None or place.team_id in inside)
        and (among is None or place.member_id in among)
    ]
    ground = ground.among(frozenset(place.member_id for place in here))
    everybody = [person(ground, place.member_id, grain=grain) for place in here]
    shown = sorted((each for each in everybody if each.lines), key=_urgency)
    without = [each for each in everybody if not each.lines and each.member.role == "rep"]
    return TeamProgress(
        grain=grain,
        columns=_columns(shown),
        people=tuple(shown),
        without=tuple(sorted(without, key=lambda each: each.member.name.casefold())),
        grains=_grains(ground, here),
    )


def _grains(ground: Ground, here: Collection[PlaceSpan]) -> frozenset[str]:
    members = {each.member_id for each in here}
    profiles = {each.profile_id for each in here if each.profile_id is not None}
    return frozenset(
        each.grain
        for each in ground.goals
        if each.holds_on(ground.day) and (each.member_id in members or each.profile_id in profiles)
    )


def teams_under(ground: Ground, team: TeamFacts) -> frozenset[int]:
    """Return the teams at and below one on the day that is asked about."""
    parents = tree.parents_on(ground.parents, ground.day)
    return tree.subtree_of(parents, team.id, ground.teams)


def batch_of(as_of: datetime | None) -> int:
    """Return the batch that was the last one known at a moment; the newest of all for now."""
    return queries.LATEST if as_of is None else knowledge.number_as_of(as_of)


def person(ground: Ground, member_id: int, *, grain: str = "") -> PersonProgress:
    """Return somebody's progress from ground that has been read."""
    places = ground.places.get(member_id, ())
    place = _place_on(places, ground)
    local = ground.moment.astimezone(ground.zone_of(place))
    profile = ground.profiles.get(place.profile_id or 0) if place else None
    asked: list[Asked] = []
    if place is not None:
        asked = asking.of_person(
            ground, member_id, profile.id if profile else None, local.date(), grain
        )
    return PersonProgress(
        member=ground.members[member_id],
        profile=profile,
        team=ground.teams.get(place.team_id) if place else None,
        local=local,
        lines=tuple(_line(ground, each, member_id, places, local) for each in asked),
        day_off=ground.times.day_off(member_id, ground.chosen or local.date()),
    )


def _place_on(places: Collection[PlaceSpan], ground: Ground) -> PlaceSpan | None:
    """Return where somebody is on the day asked about; of a past one, else where they were last."""
    for each in places:
        if each.from_day <= ground.day < each.until_day:
            return each
    if ground.chosen is None:
        return None
    return next((each for each in reversed(list(places)) if each.from_day <= ground.day), None)


def _line(
    ground: Ground,
    asked: Asked,
    member_id: int,
    places: Collection[PlaceSpan],
    local: datetime,
) -> LineProgress:
    goal, period = asked.goal, asked.period
    metric = ground.metrics[goal.metric_id]
    spans = tuple(
        Span(each.from_day, each.until_day)
        for each in places
        if goal.profile_id is None or each.profile_id == goal.profile_id
    )
    there = ground.presence(member_id, spans, period, local)
    sums = ground.sums(period).get(member_id, {})
    measured = ground.measured[metric.id]
    value = measured.value(sums, ground.given(period).of([member_id]))
    return LineProgress(
        line=goal,
        metric=metric,
        period=period,
        pace=calc.pace(
            asked.terms,
            value,
            there,
            thresholds=ground.thresholds(lengths.day_in(period, local.date())),
        ),
        credits=sum(sums[each].credits for each in measured.ids if each in sums),
        days=None if asked.times is None else calc.to_decimal(asked.times),
    )


def _columns(shown: list[PersonProgress]) -> tuple[MetricFacts, ...]:
    """Return the metrics of all lines once each: primary somewhere first, then by place."""
    order: dict[int, tuple[bool, int, int]] = {}
    metric_of: dict[int, MetricFacts] = {}
    for each_person in shown:
        for each in each_person.lines:
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
