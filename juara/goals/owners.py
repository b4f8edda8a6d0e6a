"""Where teams and the company stand: their own target, the sum of their people's, and the gap.

A team's value is what was earned in it and below it, whoever did and wherever they are now. What
its people are asked for is added up over everybody assigned to it in the period, each for the
days they are there; expected by now is the sum of what is expected of them. A target of its own
is expected in proportion to the working time of the people there that is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period, period_of
from juara.core.worktime import OwnTime, Span
from juara.goals import asking, calc, lengths, measures
from juara.goals import ground as grounds
from juara.goals.asking import Asked, Held
from juara.goals.calc import Presence
from juara.goals.ground import Ground
from juara.goals.types import GRAINS, GoalFacts, Owner, Pace, RollUp, Terms
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums
from juara.people import calc as tree
from juara.people.types import PlaceSpan, TeamFacts

# Whose sums, beside those of teams by their id.
_NOBODY = 0

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class OwnerGoal:
    """What a team, or the company (no `team`), is asked for over a period, and how far it is.

    `goal` is None where nobody set one and what its people are asked for stands in. `own` is the
    target that was set, `members` the sum of the people's, None where these do not add up; `pace`
    goes by the one the goal says, None without any. `people` are assigned in the period, `asked`
    of them have a target. `unassigned` is what nobody earned of the company's value.
    """

    owner: Owner
    team: TeamFacts | None
    goal: GoalFacts | None
    metric: MetricFacts
    grain: str
    period: Period
    pace: Pace | None
    own: Decimal | None
    members: Decimal | None
    people: int
    asked: int
    credits: int
    value: Decimal | None
    unassigned: Decimal | None = None
    days: Decimal | None = None

    @property
    def roll_up(self) -> RollUp:
        return RollUp.MEMBERS if self.goal is None else self.goal.roll_up

    @property
    def gap(self) -> Decimal | None:
        """Return by how much the target that was set is more than the people's together."""
        return None if self.own is None or self.members is None else self.own - self.members


@dataclass(slots=True)
class _Load:
    """What people at and below a team are asked for together, and the time they have for it."""

    target: Fraction = _NONE
    expected: Fraction = _NONE
    present: Fraction = _NONE
    elapsed: Fraction = _NONE
    asked: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def add(self, other: "_Load") -> None:
        self.target += other.target
        self.expected += other.expected
        self.present += other.present
        self.elapsed += other.elapsed
        self.asked |= other.asked
        self.people |= other.people


@dataclass(slots=True)
class _Stay:
    """People in one team who are asked alike, for working time alike; `place` is that of one.

    `at` is the day whose goals hold for them, `is_telling` that it tells for the whole period.
    """

    place: PlaceSpan
    at: date
    there: Presence
    time: OwnTime
    is_telling: bool
    members: set[int] = field(default_factory=set)
    count: int = 0


class Owners:
    """Progress of teams and the company from ground that has been read; sums are made once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._values: dict[Period, dict[int, dict[int, Sums]]] = {}
        self._loads: dict[tuple[int, str, Period], dict[int, _Load]] = {}
        self._found: dict[Period, Sequence[_Stay]] = {}
        self._clocks: dict[str, datetime] = {}
        self._asked: dict[tuple[object, ...], Asked | None] = {}
        self._lines: dict[date, dict[int, tuple[int, ...]]] = {}

    def goals(self, team: TeamFacts | None, *, grain: str = "") -> tuple[OwnerGoal, ...]:
        """Return the goals set for a team, or for the company, the shortest first.

        With a `grain` those of that length, and what shorter ones make up of it.
        """
        held = self._held(team)
        day = self.ground.day
        found: dict[tuple[int, str, Period], None] = {}
        for each in self._anywhere(team):
            period = (
                period_of(grain, day, rules=self.ground.rules)
                if grain
                else lengths.period_for(each, day, self.ground.rules)
            )
            is_asked = not grain or each.grain in (grain, *lengths.shorter(grain))
            if period is not None and is_asked and self._holds(held, each, period):
                found[each.metric_id, grain or each.grain, period] = None
        shown = [self.of_subject(team, *subject) for subject in found]
        return tuple(sorted(shown, key=_order))

    def of_subject(
        self, team: TeamFacts | None, metric_id: int, grain: str, period: Period
    ) -> OwnerGoal:
        """Return how a team, or the company, stands on a metric over a period, goal or not."""
        ground = self.ground
        metric = ground.metrics[metric_id]
        asked = asking.over(
            ground, self._held(team), metric_id, grain, period, ground.today,
            ground.times.everybodys(0),
        )  # fmt: skip
        goal = None if asked is None else asked.goal
        load = self._load(team, metric_id, grain, period)
        own = None
        if asked is not None and asked.goal.roll_up is RollUp.OWN:
            own = asked.terms.target
        adds_up = measures.accumulates(metric) and bool(load.asked)
        value, credits_, unassigned = self._value(team, goal, metric, period)
        return OwnerGoal(
            owner=Owner.COMPANY if team is None else Owner.TEAM,
            team=team,
            goal=goal,
            metric=metric,
            grain=grain,
            period=period,
            pace=self._pace(asked, own, load, metric, value, period),
            own=own,
            members=calc.to_decimal(load.target) if adds_up else None,
            people=len(load.people),
            asked=len(load.asked),
            credits=credits_,
            value=value,
            unassigned=unassigned,
            days=None if asked is None or asked.times is None else calc.to_decimal(asked.times),
        )

    def _pace(
        self,
        asked: Asked | None,
        own: Decimal | None,
        load: _Load,
        metric: MetricFacts,
        value: Decimal | None,
        period: Period,
    ) -> Pace | None:
        ground = self.ground
        span = Span(period.from_day, period.until_day)
        now = self._clock("")
        time = ground.times.everybodys(0)
        left = time.days_left(span, now)
        thresholds = ground.thresholds(lengths.day_in(period, ground.today))
        if own is not None and asked is not None:
            there = Presence(load.present, load.present, load.elapsed, left)
            if not load.present:
                there = calc.presence(span, spans=[span], now=now, time=time)
            return calc.pace(asked.terms, value, there, thresholds=thresholds)
        if not measures.accumulates(metric) or not load.asked:
            return None
        terms = Terms(calc.to_decimal(load.target), metric.is_higher_better, accumulates=True)
        return calc.paced(
            terms, value, load.target, load.expected, days_left=left, thresholds=thresholds
        )

    # --- What was earned ---

    def _value(
        self, team: TeamFacts | None, goal: GoalFacts | None, metric: MetricFacts, period: Period
    ) -> tuple[Decimal | None, int, Decimal | None]:
        """Return a value, how many credits it is of, and what nobody earned of the company's."""
        ground = self.ground
        measured = ground.measured[metric.id]
        sums = self._sums(period)
        given = ground.given(period)
        if team is not None:
            mine = sums.get(team.id, {})
            load = self._load(team, metric.id, "", period) if measured.names_people else None
            here = given.of(load.people) if load is not None else given.of(())
            return measured.value(mine, here), _credits(mine, measured.ids), None
        mine = dict(sums.get(ground.root_id, {}))
        nobodys = sums.get(_NOBODY, {})
        if goal is None or goal.counts_unassigned:
            for metric_id, each in nobodys.items():
                mine[metric_id] = mine.get(metric_id, Sums()) + each
        unassigned = measured.value(nobodys) if measures.accumulates(metric) else None
        return measured.value(mine, given.company), _credits(mine, measured.ids), unassigned

    def _sums(self, period: Period) -> dict[int, dict[int, Sums]]:
        """Return the sums of every team with those below it, and of nobody."""
        if period not in self._values:
            found: dict[int, dict[int, Sums]] = {}
            for piece in self.ground.pieces(period):
                direct: dict[tuple[int, int], Sums] = {}
                for row in piece.rows:
                    key = (row.team_id, row.metric_id)
                    direct[key] = direct[key] + row.sums if key in direct else row.sums
                for (team_id, metric_id), each in direct.items():
                    line = tree.line_of(piece.parents, team_id) if team_id else (_NOBODY,)
                    for above in line:
                        mine = found.setdefault(above, {})
                        mine[metric_id] = mine.get(metric_id, Sums()) + each
            self._values[period] = found
        return self._values[period]

    # --- What is asked of people ---

    def _load(self, team: TeamFacts | None, metric_id: int, grain: str, period: Period) -> _Load:
        key = (metric_id, grain, period)
        if key not in self._loads:
            self._loads[key] = self._all_loads(metric_id, grain, period)
        return self._loads[key].get(self.ground.root_id if team is None else team.id, _Load())

    def _all_loads(self, metric_id: int, grain: str, period: Period) -> dict[int, _Load]:
        """Return the load of every team with those below it on the day that tells."""
        direct: dict[int, _Load] = {}
        for each in self._stays(period):
            asked = self._asked_of(each, metric_id, grain, period)
            load = direct.setdefault(each.place.team_id, _Load())
            load.add(_weighed(asked, each.there, each.count, is_telling=each.is_telling))
            load.people |= each.members
            if asked is not None:
                load.asked |= each.members
        at = lengths.day_in(period, self.ground.today)
        parents = tree.parents_on(self.ground.parents, at)
        found: dict[int, _Load] = {}
        for team_id, load in direct.items():
            for above in tree.line_of(parents, team_id):
                found.setdefault(above, _Load()).add(load)
        return found

    def _stays(self, period: Period) -> Sequence[_Stay]:
        """Return who is where in a period; those who are asked alike for alike time as one.

        What holds on the last day they are there so far tells.
        """
        if period not in self._found:
            self._found[period] = tuple(self._put_together(period))
        return self._found[period]

    def _put_together(self, period: Period) -> Iterable[_Stay]:
        ground, times = self.ground, self.ground.times
        found: dict[tuple[object, ...], _Stay] = {}
        for member_id, places in ground.places.items():
            own, time = times.of(member_id), times.everybodys(member_id)
            whose = member_id if member_id in ground.goals_of_members else 0
            for place in places:
                first = max(place.from_day, period.from_day)
                until = min(place.until_day, period.until_day)
                if first >= until:
                    continue
                alike = (
                    place.team_id, place.profile_id, place.zone, first, until, id(own), id(time),
                    whose,
                )  # fmt: skip
                if alike not in found:
                    found[alike] = self._stay(place, first, until, period, time)
                found[alike].members.add(member_id)
                found[alike].count += 1
        return found.values()

    def _stay(
        self, place: PlaceSpan, first: date, until: date, period: Period, time: OwnTime
    ) -> _Stay:
        now = self._clock(place.zone)
        tells = lengths.day_in(period, now.date())
        at = max(first, min(tells, until - ONE_DAY))
        there = self.ground.presence(place.member_id, (Span(first, until),), period, now)
        return _Stay(place, at, there, time, is_telling=at == tells)

    def _asked_of(self, stay: _Stay, metric_id: int, grain: str, period: Period) -> Asked | None:
        ground, place = self.ground, stay.place
        whose = place.member_id if place.member_id in ground.goals_of_members else 0
        key = (whose, place.profile_id, metric_id, grain, period, stay.at, id(stay.time))
        if key not in self._asked:
            held = asking.held_by(ground, place.member_id, place.profile_id)
            self._asked[key] = asking.over(
                ground, held, metric_id, grain, period, stay.at, stay.time
            )
        return self._asked[key]

    # --- The goals of groups ---

    def _held(self, team: TeamFacts | None) -> Held:
        every = self._anywhere(team)
        return lambda day: [each for each in every if each.holds_on(day)]

    def _anywhere(self, team: TeamFacts | None) -> Sequence[GoalFacts]:
        if team is None:
            return [each for each in self.ground.goals if each.owner is Owner.COMPANY]
        return [each for each in self.ground.goals if each.team_id == team.id]

    def _holds(self, held: Held, goal: GoalFacts, period: Period) -> bool:
        at = lengths.day_in(period, self.ground.today)
        return any(each.goal_id == goal.goal_id for each in held(at))

    def _clock(self, zone: str) -> datetime:
        if zone not in self._clocks:
            named = ZoneInfo(zone or scope.current().zone)
            self._clocks[zone] = self.ground.moment.astimezone(named)
        return self._clocks[zone]


def of_owners(
    teams: Iterable[TeamFacts | None],
    *,
    moment: datetime,
    batch: int,
    day: date | None = None,
    grain: str = "",
) -> tuple[OwnerGoal, ...]:
    """Return the goals of teams and, for None, of the company, over the running periods.

    `day` is one of the periods asked about instead. The number of queries depends on how many
    lengths of time there are, not on how many teams or people.
    """
    grains = (grain, *lengths.shorter(grain)) if grain else GRAINS
    owners = Owners(grounds.read(grains, moment=moment, batch=batch, day=day))
    return tuple(each for team in teams for each in owners.goals(team, grain=grain))


def _weighed(asked: Asked | None, there: Presence, count: int, *, is_telling: bool) -> _Load:
    """Return what so many people are asked for, alike in targets and in time."""
    load = _Load(present=there.present * count, elapsed=there.elapsed * count)
    if asked is None or not asked.terms.accumulates:
        return load
    if asked.terms.is_prorated:
        target = calc.prorated(asked.terms.target, there)
    else:
        target = Fraction(asked.terms.target) if is_telling else _NONE
    load.target = target * count
    load.expected = calc.expected(target, there) * count
    return load


def _credits(sums: dict[int, Sums], ids: Sequence[int]) -> int:
    return sum(sums[each].credits for each in ids if each in sums)


def _order(goal: OwnerGoal) -> tuple[bool, int, int, str]:
    facts = goal.goal
    return (
        facts is not None and not facts.is_primary,
        GRAINS.index(goal.grain),
        0 if facts is None else facts.position,
        goal.metric.name,
    )
