"""Everything progress rests on, read once: people, calendars, goals, rules, and sums on demand.

The number of queries depends on how many lengths of time are asked about, never on how many
people, teams or goals there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period, PeriodRules, period_of
from juara.core.worktime import Span, within
from juara.goals import calc, queries
from juara.goals.calc import Presence, Thresholds
from juara.goals.types import CUSTOM, GRAINS, GoalFacts, SettingsFacts
from juara.ledger import circumstances
from juara.ledger import queries as ledger_queries
from juara.ledger import sums as ledger
from juara.ledger.circumstances import Given
from juara.ledger.types import MemberSums
from juara.metrics import queries as metrics
from juara.metrics.measures import Measure, measure
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums
from juara.people import calendars
from juara.people import queries as people
from juara.people.calendars import WorkingTimes
from juara.people.types import MemberFacts, ParentSpan, PlaceSpan, ProfileFacts, TeamFacts
from juara.tenancy import periods

LATEST = queries.LATEST


@dataclass(frozen=True, slots=True)
class Piece:
    """What a team earned on days on which the tree of teams stood still."""

    parents: Mapping[int, int]
    rows: tuple[MemberSums, ...]


@dataclass
class Ground:
    """What progress on a day rests on, as known at a batch.

    `moment` is now, or the past moment everything is shown as of. `chosen` is a day of the
    periods that are asked about, None for the running ones. Where only some people are shown,
    `only` says whose sums are read.
    """

    moment: datetime
    batch: int
    chosen: date | None
    times: WorkingTimes
    members: Mapping[int, MemberFacts]
    teams: Mapping[int, TeamFacts]
    profiles: Mapping[int, ProfileFacts]
    metrics: Mapping[int, MetricFacts]
    measured: Mapping[int, Measure]
    places: Mapping[int, tuple[PlaceSpan, ...]]
    parents: tuple[ParentSpan, ...]
    goals: tuple[GoalFacts, ...]
    settings: tuple[SettingsFacts, ...]
    rules: PeriodRules
    only: frozenset[int] | None = None
    _sums: dict[Period, dict[int, dict[int, Sums]]] = field(default_factory=dict)
    _pieces: dict[Period, tuple[Piece, ...]] = field(default_factory=dict)
    _given: dict[Period, Given] = field(default_factory=dict)
    _presence: dict[tuple[object, ...], Presence] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the organization's own day at the moment."""
        return self.moment.astimezone(ZoneInfo(scope.current().zone)).date()

    @property
    def day(self) -> date:
        """Return the day that is asked about."""
        return self.chosen or self.today

    @cached_property
    def root_id(self) -> int:
        """Return the team that is the company, 0 before there is one."""
        return next((each.id for each in self.teams.values() if each.is_root), 0)

    @cached_property
    def goals_of_members(self) -> dict[int, list[GoalFacts]]:
        return _by(self.goals, "member_id")

    @cached_property
    def goals_of_profiles(self) -> dict[int, list[GoalFacts]]:
        return _by(self.goals, "profile_id")

    @cached_property
    def asked_for(self) -> list[Measure]:
        """Return the measures of the metrics anybody has a goal for."""
        wanted = {each.metric_id for each in self.goals if each.metric_id in self.metrics}
        return [self.measured[each] for each in sorted(wanted)]

    @cached_property
    def components(self) -> tuple[MetricFacts, ...]:
        """Return the metrics that count records among what they are worked out from."""
        found = {part.id: part for each in self.asked_for for part in each.components}
        return tuple(found[each] for each in sorted(found))

    def zone_of(self, place: PlaceSpan | None) -> ZoneInfo:
        return ZoneInfo(place.zone if place and place.zone else scope.current().zone)

    def on(self, day: date) -> "Ground":
        """Return the same for the periods of another day; what was read is shared."""
        return replace(self, chosen=day)

    def among(self, member_ids: frozenset[int]) -> "Ground":
        """Return the same for showing only these people, all else shared."""
        return replace(self, only=member_ids, _sums={})

    def thresholds(self, day: date) -> Thresholds:
        held = queries.on_day(self.settings, day)
        return calc.thresholds(held.on_track, held.behind)

    def sums(self, period: Period) -> dict[int, dict[int, Sums]]:
        """Return everybody's sums by member and metric over a period, read once."""
        if period not in self._sums:
            found: dict[int, dict[int, Sums]] = {}
            for row in self._rows(period.from_day, period.until_day):
                mine = found.setdefault(row.member_id, {})
                mine[row.metric_id] = mine.get(row.metric_id, Sums()) + row.sums
            self._sums[period] = found
        return self._sums[period]

    def pieces(self, period: Period) -> tuple[Piece, ...]:
        """Return what was earned in which team over a period, cut where the tree changed.

        A balance stands under the tree of the last day.
        """
        if period not in self._pieces:
            segments = ledger_queries.tree_segments(self.parents, period.from_day, period.until_day)
            last = segments[-1]
            self._pieces[period] = tuple(
                Piece(
                    each.parents,
                    self._rows(
                        each.from_day, each.until_day, has_balances=each is last, is_by_team=True
                    ),
                )
                for each in segments
            )
        return self._pieces[period]

    def _rows(
        self,
        from_day: date,
        until_day: date,
        *,
        has_balances: bool = True,
        is_by_team: bool = False,
    ) -> tuple[MemberSums, ...]:
        return ledger.member_sums(
            self.components,
            from_day=from_day,
            until_day=until_day,
            batch=self.batch,
            has_balances=has_balances,
            is_for_values=is_by_team,
            is_by_team=is_by_team,
            member_ids=None if is_by_team else self.only,
        )

    def given(self, period: Period) -> Given:
        """Return what formulas need of a period until now, read once where any of them does."""
        if period not in self._given:
            self._given[period] = circumstances.read(
                self.asked_for,
                period.from_day,
                min(period.until_day, self.today + ONE_DAY),
                batch=self.batch,
            )
        return self._given[period]

    def presence(
        self, member_id: int, spans: tuple[Span, ...], period: Period, now: datetime
    ) -> Presence:
        """Return somebody's working time of a period on the spans they are there; `now` is local.

        Worked out once for all who work alike.
        """
        bounds = Span(period.from_day, period.until_day)
        own, whole = self.times.of(member_id), self.times.everybodys(member_id)
        there = within(spans, bounds)
        key = (id(own), id(whole), there, bounds, now)
        if key not in self._presence:
            self._presence[key] = calc.presence(bounds, spans=there, now=now, time=own, whole=whole)
        return self._presence[key]


def read(
    grains: Iterable[str] = GRAINS,
    *,
    moment: datetime,
    batch: int = LATEST,
    day: date | None = None,
    reaching: Iterable[date] = (),
) -> Ground:
    """Read what progress rests on over the periods that a day, by default today, is in.

    `reaching` are further days whose periods are to be asked about.
    """
    today = moment.astimezone(ZoneInfo(scope.current().zone)).date()
    rules = periods.rules(batch=batch)
    # Somewhere it may already be tomorrow, or still yesterday.
    around = (day,) if day is not None else (today - ONE_DAY, today + ONE_DAY)
    near = [
        period_of(grain, each, rules=rules)
        for grain in grains
        if grain != CUSTOM
        for each in (*around, *reaching)
    ]
    first, last = min(each.from_day for each in near), max(each.until_day for each in near)
    goals = queries.goals(first, last, batch=batch)
    custom = [each.days for each in goals if each.days is not None]
    if custom and CUSTOM in tuple(grains):
        first = min(first, *(each[0] for each in custom))
        last = max(last, *(each[1] for each in custom))
    places: dict[int, list[PlaceSpan]] = {}
    for place in people.places(first, last, batch=batch):
        places.setdefault(place.member_id, []).append(place)
    every = metrics.metrics(batch=batch, day=min(day or today, today))
    keys = {each.key: each for each in every}
    return Ground(
        moment=moment,
        batch=batch,
        chosen=day,
        times=calendars.working_times(first, last, batch=batch),
        members=people.members(),
        teams=people.teams(),
        profiles=people.profiles(),
        metrics={each.id: each for each in every},
        measured={each.id: measure(each, keys) for each in every},
        places={member_id: tuple(found) for member_id, found in places.items()},
        parents=people.parent_spans(batch=batch),
        goals=tuple(each for each in goals if each.metric_id in {found.id for found in every}),
        settings=queries.settings(batch=batch),
        rules=rules,
    )


def _by(goals: Iterable[GoalFacts], owner: str) -> dict[int, list[GoalFacts]]:
    found: dict[int, list[GoalFacts]] = {}
    for each in goals:
        whose: int | None = getattr(each, owner)
        if whose is not None:
            found.setdefault(whose, []).append(each)
    return found
