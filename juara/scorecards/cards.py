"""Scorecards worked out: what is read once for a period, and each person's lines and score."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period
from juara.goals import ground as grounds
from juara.goals import lengths, progress
from juara.goals.ground import Ground
from juara.goals.owners import OwnerGoal
from juara.goals.progress import LineProgress, PersonProgress
from juara.goals.types import CUSTOM, GoalFacts, Pace
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people.types import MemberFacts, PlaceSpan, ProfileFacts, TeamFacts
from juara.scorecards import calc, queries
from juara.scorecards.calc import Measured
from juara.scorecards.queries import Rules
from juara.scorecards.types import (
    DEFAULT_CAP,
    PACE_DAYS,
    WHOLE,
    Definition,
    Kind,
    Line,
    Mode,
    Score,
    Step,
    WithoutValue,
)
from juara.scorecards.windows import Windows


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """A line of a scorecard with the step it gave.

    `pace` is how it stood over the days it was measured (`period`); None without a target. `goal`
    is None where nobody set one. `kind` is None where nobody has set a scorecard. `credits` says
    whether there are records to open behind the value. Of a team or the company `group` says
    where the target comes from, and the gap.
    """

    metric: MetricFacts
    grain: str
    kind: Kind | None
    period: Period
    goal: GoalFacts | None
    pace: Pace | None
    credits: int
    step: Step
    group: OwnerGoal | None = None

    @property
    def is_primary(self) -> bool:
        return self.goal is not None and self.goal.is_primary


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The score of somebody over a period, line by line in the order of the scorecard.

    `member` is whose it is; of a team's it is None and `team` says whose, of the company's both
    are. `definition` is None where nobody has set one: every line with a target weighs the same.
    """

    period: Period
    member: MemberFacts | None
    profile: ProfileFacts | None
    team: TeamFacts | None
    definition: Definition | None
    score: Score
    lines: tuple[ScoredLine, ...]

    @property
    def is_equal(self) -> bool:
        return self.definition is None

    @property
    def primary(self) -> tuple[ScoredLine, ...]:
        return tuple(each for each in self.lines if each.is_primary)


@dataclass(slots=True)
class _Wanted:
    """One line to be measured: what is asked of it, and the goal it is, if there is one."""

    line: Line
    metric: MetricFacts
    weight: Decimal | Fraction
    found: LineProgress | None
    kind: Kind | None


@dataclass(slots=True)
class _Taken:
    """A line as it was measured, before it is scored."""

    wanted: _Wanted
    progress: LineProgress | None
    measured: Measured


@dataclass(slots=True)
class Reading:
    """Everything scores of a period rest on, read once; people are worked out on demand."""

    ground: Ground
    period: Period
    rules: Rules
    windows: Windows
    _people: dict[int, PersonProgress] = field(default_factory=dict)
    _taken: dict[int, list[_Taken]] = field(default_factory=dict)
    _ranked: dict[int, Mapping[int, Score]] = field(default_factory=dict)
    _metrics: dict[str, MetricFacts] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Return the day that tells which scorecard holds: the last one so far."""
        return lengths.day_in(self.period, self.ground.day)

    @property
    def trailing(self) -> Period:
        """Return the days a pace index looks back on."""
        until = self.day + ONE_DAY
        return Period(CUSTOM, until - timedelta(days=PACE_DAYS), until)

    def card(self, member_id: int) -> Scorecard:
        person = self.person(member_id)
        definition = self.definition_of(person)
        taken = self.taken(member_id)
        found = self._score(person, definition, taken)
        return Scorecard(
            period=self.period,
            member=person.member,
            profile=person.profile,
            team=person.team,
            definition=definition,
            score=found,
            lines=self._lines(taken, found),
        )

    def person(self, member_id: int) -> PersonProgress:
        if member_id not in self._people:
            self._people[member_id] = progress.person(self.ground, member_id)
        return self._people[member_id]

    def definition_of(self, person: PersonProgress) -> Definition | None:
        return self.rules.of_profile(person.profile.id if person.profile else None)

    def taken(self, member_id: int) -> list[_Taken]:
        if member_id not in self._taken:
            person = self.person(member_id)
            definition = self.definition_of(person)
            wanted = self._wanted(person, definition)
            mode = Mode.WEIGHTED if definition is None else definition.mode
            self._taken[member_id] = [self._take(person, each, mode) for each in wanted]
        return self._taken[member_id]

    def _wanted(self, person: PersonProgress, definition: Definition | None) -> list[_Wanted]:
        if definition is None:
            weight = calc.equal_weights(len(person.lines))
            return [
                _Wanted(
                    Line(each.metric.public_id, each.line.grain, WHOLE), each.metric, weight, each,
                    None,
                )
                for each in person.lines
            ]  # fmt: skip
        return [
            _Wanted(
                line,
                self.metric(line.metric),
                line.weight,
                next(
                    (
                        each
                        for each in person.lines
                        if (each.metric.public_id, each.line.grain) == (line.metric, line.grain)
                    ),
                    None,
                ),
                line.kind,
            )
            for line in definition.lines
        ]

    def metric(self, public_id: str) -> MetricFacts:
        """Return a metric, in use or archived."""
        if not self._metrics:
            self._metrics = {each.public_id: each for each in self.ground.metrics.values()}
        if public_id not in self._metrics:
            self._metrics[public_id] = metrics.any_metric(public_id)
        return self._metrics[public_id]

    def _take(self, person: PersonProgress, wanted: _Wanted, mode: Mode) -> _Taken:
        """Measure a line over the days that count for it."""
        found = None if wanted.found is None else self._over(person, wanted.found, mode)
        pace = found.pace if found else None
        return _Taken(
            wanted, found, measured(wanted.line, wanted.weight, wanted.metric, pace, mode)
        )

    def _over(self, person: PersonProgress, line: LineProgress, mode: Mode) -> LineProgress:
        """Return a line as it is where its own period reaches as far as the score's."""
        if mode is Mode.PACE_INDEX:
            return self.windows.over(person, line, self.trailing)
        if line.line.grain == self.period.unit or covers(line.period, self.period):
            return line
        return self.windows.over(person, line, self.period)

    def _score(
        self, person: PersonProgress, definition: Definition | None, taken: Sequence[_Taken]
    ) -> Score:
        if definition is not None and definition.mode is Mode.RANK_POINTS and person.profile:
            return self._among_peers(person.profile.id, person.member.id)
        return score(definition, [each.measured for each in taken])

    def _among_peers(self, profile_id: int, member_id: int) -> Score:
        if profile_id not in self._ranked:
            peers = dict.fromkeys(
                [place.member_id for place in self._placed() if place.profile_id == profile_id]
            )
            self._ranked[profile_id] = calc.rank_points(
                {each: [line.measured for line in self.taken(each)] for each in peers}
            )
        ranked = self._ranked[profile_id]
        if member_id in ranked:
            return ranked[member_id]
        # Whoever has left by that day has no peers any more, but is ranked among those there are.
        others = {each: [line.measured for line in self.taken(each)] for each in ranked}
        mine = [line.measured for line in self.taken(member_id)]
        return calc.rank_points({**others, member_id: mine})[member_id]

    def _lines(self, taken: Sequence[_Taken], found: Score) -> tuple[ScoredLine, ...]:
        return tuple(
            ScoredLine(
                metric=each.wanted.metric,
                grain=each.wanted.line.grain,
                kind=each.wanted.kind,
                period=each.progress.period if each.progress else self.period,
                goal=each.progress.line if each.progress else None,
                pace=each.progress.pace if each.progress else None,
                credits=each.progress.credits if each.progress else 0,
                step=step,
            )
            for each, step in zip(taken, found.steps, strict=True)
        )

    def team_peers(self, member_id: int) -> list[int]:
        """Return who has the same job profile in the same team, oneself included."""
        person = self.person(member_id)
        if person.team is None or person.profile is None:
            return [member_id]
        here = (person.team.id, person.profile.id)
        found = [
            each.member_id for each in self._placed() if (each.team_id, each.profile_id) == here
        ]
        return list(dict.fromkeys([member_id, *found]))

    def _placed(self) -> Iterable[PlaceSpan]:
        """Return where everybody is on the day."""
        day = self.ground.day
        for places in self.ground.places.values():
            yield from (each for each in places if each.from_day <= day < each.until_day)


def read(period: Period, moment: datetime, batch: int) -> Reading:
    today = moment.astimezone(ZoneInfo(scope.current().zone)).date()
    day = lengths.day_in(period, today)
    first = min(period.from_day, day - timedelta(days=PACE_DAYS))
    ground = grounds.read(
        moment=moment,
        batch=batch,
        day=None if period.contains(today) else day,
        reaching=(first, period.until_day - ONE_DAY),
    )
    return Reading(ground, period, queries.rules_on(day, batch=batch), Windows(ground))


def covers(own: Period, period: Period) -> bool:
    """Say whether a line's own period reaches as far as that of the score."""
    return own.from_day <= period.from_day and period.until_day <= own.until_day


def measured(
    line: Line, weight: Decimal | Fraction, metric: MetricFacts, pace: Pace | None, mode: Mode
) -> Measured:
    """Return a line as it is scored: against its target, or of a pace index what was expected."""
    target = None
    if pace is not None:
        target = pace.expected if mode is Mode.PACE_INDEX else pace.target
    return Measured(
        weight=weight,
        value=pace.value if pace else None,
        target=target,
        is_higher_better=metric.is_higher_better,
        cap=line.cap,
        start=line.start,
        skips=line.without_value is WithoutValue.SKIP,
    )


def score(definition: Definition | None, lines: Sequence[Measured]) -> Score:
    """Add lines up in the way their scorecard says; without one by weight."""
    if definition is not None and definition.mode is Mode.PACE_INDEX:
        return calc.pace_index(lines, cap=definition.cap)
    return calc.weighted(lines, cap=DEFAULT_CAP if definition is None else definition.cap)
