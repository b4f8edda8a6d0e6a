"""The targets of one metric as a sheet: people down, periods across, teams with their sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.core.calendar import ONE_DAY, Period, PeriodRules, period_of
from juara.core.worktime import OwnTime
from juara.goals import asking, lengths, measures
from juara.goals import ground as grounds
from juara.goals.ground import Ground
from juara.goals.types import GoalFacts, RollUp
from juara.metrics.queries import MetricFacts
from juara.people import calc as tree
from juara.people.types import MemberFacts, PlaceSpan, TeamFacts


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person is asked for in one period.

    `own` is a target of their own, `asked` what holds without one: their job profile's, or what
    shorter ones come to. Somebody who is nowhere in the period is not asked.
    """

    period: Period
    own: Decimal | None
    asked: Decimal | None
    is_there: bool

    @property
    def target(self) -> Decimal | None:
        return self.asked if self.own is None else self.own


@dataclass(frozen=True, slots=True)
class Row:
    member: MemberFacts
    teams: tuple[int, ...]
    cells: tuple[Cell, ...]

    @property
    def total(self) -> Decimal:
        return sum((each.target or Decimal() for each in self.cells if each.is_there), Decimal())


@dataclass(frozen=True, slots=True)
class Group:
    """A team, `depth` levels below the one asked for, with the people in it itself.

    `sums` are what everybody in it and below is asked for in each period, whole; `own` the team's
    (of the top, the company's) own targets.
    """

    team: TeamFacts
    depth: int
    rows: tuple[Row, ...]
    sums: tuple[Decimal, ...]
    own: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    metric: MetricFacts
    grain: str
    periods: tuple[Period, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def adds_up(self) -> bool:
        return measures.accumulates(self.metric)


def run(grain: str, first: date, count: int, rules: PeriodRules) -> tuple[Period, ...]:
    """Return so many periods of a length one after the other, from the one a day lies in."""
    found = [period_of(grain, first, rules=rules)]
    while len(found) < count:
        found.append(period_of(grain, found[-1].until_day, rules=rules))
    return tuple(found)


def read(
    metric_id: int,
    grain: str,
    *,
    team: TeamFacts | None,
    first: date,
    count: int,
    moment: datetime,
    batch: int = grounds.LATEST,
) -> Grid:
    """Return the sheet of a metric and length for a team with those below it, or for everybody.

    The number of queries does not depend on how many people or periods there are.
    """
    days = {"week": 7, "month": 31, "fiscal-month": 35, "quarter": 92, "fiscal-quarter": 98}
    last = first + ONE_DAY * (days.get(grain, 1) * count)
    grains = (grain, *lengths.shorter(grain))
    ground = grounds.read(grains, moment=moment, batch=batch, reaching=(first, last))
    periods = run(grain, first, count, ground.rules)
    return Grid(
        metric=ground.metrics[metric_id],
        grain=grain,
        periods=periods,
        groups=tuple(_groups(ground, metric_id, grain, periods, team)),
    )


def _groups(
    ground: Ground, metric_id: int, grain: str, periods: Sequence[Period], team: TeamFacts | None
) -> list[Group]:
    parents = tree.parents_on(ground.parents, ground.today)
    top = team or next(each for each in ground.teams.values() if each.is_root)
    rows = _Reading(ground, metric_id, grain, tuple(periods), parents).rows()
    found: list[Group] = []
    for each, depth in in_order(ground.teams.values(), parents, top):
        below = [row for row in rows if each.id in row.teams]
        own = tuple(
            _own(ground, None if each.is_root else each.id, metric_id, grain, period)
            for period in periods
        )
        mine = tuple(row for row in below if row.teams[0] == each.id)
        if below or any(target is not None for target in own):
            found.append(Group(each, depth, mine, _sums(below, len(periods)), own))
    return found


def in_order(
    teams: Iterable[TeamFacts], parents: Mapping[int, int], top: TeamFacts
) -> list[tuple[TeamFacts, int]]:
    """Return a team and those below it as the tree is read, each with its depth."""
    by_id = {each.id: each for each in teams}
    below: dict[int, list[TeamFacts]] = {}
    for child, parent in parents.items():
        if child in by_id:
            below.setdefault(parent, []).append(by_id[child])
    found: list[tuple[TeamFacts, int]] = []

    def walk(team: TeamFacts, depth: int) -> None:
        found.append((team, depth))
        for child in sorted(below.get(team.id, ()), key=lambda each: each.name.casefold()):
            walk(child, depth + 1)

    walk(top, 0)
    return found


def _sums(rows: Sequence[Row], count: int) -> tuple[Decimal, ...]:
    return tuple(
        sum((row.cells[at].target or Decimal() for row in rows if row.cells[at].is_there),
            Decimal())
        for at in range(count)
    )  # fmt: skip


def _own(
    ground: Ground, team_id: int | None, metric_id: int, grain: str, period: Period
) -> Decimal | None:
    """Return the target a team, or the company, has of its own for a period."""
    at = lengths.day_in(period, ground.today)
    for each in ground.goals:
        if (
            each.profile_id is None
            and each.member_id is None
            and each.team_id == team_id
            and (each.metric_id, each.grain) == (metric_id, grain)
            and each.roll_up is RollUp.OWN
            and each.holds_on(at)
        ):
            return each.target
    return None


class _Reading:
    """The rows of a sheet; people of one profile and one working time share what they are asked."""

    def __init__(
        self,
        ground: Ground,
        metric_id: int,
        grain: str,
        periods: tuple[Period, ...],
        parents: Mapping[int, int],
    ) -> None:
        self.ground, self.metric_id, self.grain = ground, metric_id, grain
        self.periods, self.parents = periods, parents
        self._asked: dict[tuple[object, ...], Decimal | None] = {}

    def rows(self) -> list[Row]:
        people = [(self.ground.members[each], held) for each, held in self._placed().items()]
        people.sort(key=lambda each: (each[0].name.casefold(), each[0].id))
        found = [self._row(member, places) for member, places in people]
        # Who neither sells nor leads those who do is not asked, unless somebody says so.
        return [
            each
            for each in found
            if each.member.role in ("rep", "manager")
            or any(cell.target is not None for cell in each.cells)
        ]

    def _placed(self) -> dict[int, list[PlaceSpan]]:
        first, last = self.periods[0].from_day, self.periods[-1].until_day
        found = {
            each: [place for place in places if place.from_day < last and first < place.until_day]
            for each, places in self.ground.places.items()
        }
        return {each: places for each, places in found.items() if places}

    def _row(self, member: MemberFacts, places: list[PlaceSpan]) -> Row:
        today = self.ground.today
        here = next((each for each in places if each.from_day <= today < each.until_day), places[0])
        teams = tree.line_of(self.parents, here.team_id)
        return Row(
            member, teams, tuple(self._cell(member.id, places, each) for each in self.periods)
        )

    def _cell(self, member_id: int, places: list[PlaceSpan], period: Period) -> Cell:
        inside = [
            each
            for each in places
            if each.from_day < period.until_day and period.from_day < each.until_day
        ]
        if not inside:
            return Cell(period, None, None, is_there=False)
        at = lengths.day_in(period, self.ground.today)
        place = next((each for each in inside if each.from_day <= at < each.until_day), inside[-1])
        mine = self.ground.goals_of_members.get(member_id, [])
        own = next(
            (each.target for each in mine if self._is_this(each) and each.holds_on(at)), None
        )
        return Cell(period, own, self._without(member_id, place, period, at), is_there=True)

    def _is_this(self, goal: GoalFacts) -> bool:
        return goal.metric_id == self.metric_id and goal.grain == self.grain

    def _without(
        self, member_id: int, place: PlaceSpan, period: Period, at: date
    ) -> Decimal | None:
        """Return what somebody is asked for where they have no target of their own for it."""
        time = self.ground.times.everybodys(member_id)
        has_own = any(
            each.metric_id == self.metric_id and each.grain != self.grain
            for each in self.ground.goals_of_members.get(member_id, ())
        )
        key = (member_id if has_own else 0, place.profile_id, period, at, id(time))
        if key not in self._asked:
            self._asked[key] = self._over(
                member_id if has_own else 0, place.profile_id, period, time
            )
        return self._asked[key]

    def _over(
        self, member_id: int, profile_id: int | None, period: Period, time: OwnTime
    ) -> Decimal | None:
        own = self.ground.goals_of_members.get(member_id, [])
        shared = self.ground.goals_of_profiles.get(profile_id or 0, [])

        def held(day: date) -> list[GoalFacts]:
            mine = [each for each in own if each.holds_on(day) and not self._is_this(each)]
            subjects = {each.subject for each in mine}
            return mine + [
                each for each in shared if each.holds_on(day) and each.subject not in subjects
            ]

        found = asking.over(
            self.ground, held, self.metric_id, self.grain, period, self.ground.today, time
        )
        return None if found is None else found.terms.target
