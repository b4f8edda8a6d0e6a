"""The leaderboard: people or teams in order, with movement, ties and freshness."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import (
    ALWAYS,
    ONE_DAY,
    Period,
    PeriodRules,
    following,
    parse_period,
    previous,
)
from juara.core.errors import DomainError
from juara.events import queries as events
from juara.leaderboards import calc, standing
from juara.leaderboards.calc import Entry, Ranked, Step
from juara.leaderboards.freshness import freshness
from juara.leaderboards.standing import Parts
from juara.leaderboards.types import Board, BoardMetric, BoardPeriod, BoardRow
from juara.ledger import circumstances, sums
from juara.ledger import queries as ledger
from juara.ledger.circumstances import Given
from juara.metrics import calc as metric_calc
from juara.metrics import queries as metrics
from juara.metrics.measures import Measure
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation
from juara.people import calc as tree
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts, ParentSpan, PlaceSpan, TeamFacts
from juara.tenancy import knowledge, periods

BY = ("member", "team", "branch")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a board was asked for. `as_of` None means now; `team` '' means the company."""

    metric: str
    period: str = "this-month"
    by: str = "member"
    team: str = ""
    role: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """Everything a board rests on, read once."""

    measure: Measure
    role: int
    period: Period
    so_far: date
    rules: PeriodRules
    batch: int
    team: TeamFacts
    teams: dict[int, TeamFacts]
    members: dict[int, MemberFacts]
    spans: tuple[ParentSpan, ...]
    places: tuple[PlaceSpan, ...]
    by: str
    given: Given
    # Who works in each row's team, where a formula asks how many people there are.
    crews: Mapping[int, Collection[int]] = field(default_factory=dict)


def today(now: datetime) -> date:
    """Return the organization's calendar day at a moment."""
    return now.astimezone(ZoneInfo(scope.current().zone)).date()


def board(asked: Asked, *, now: datetime, viewer: Viewer | None = None) -> Board:
    """Return the leaderboard asked for.

    Raises DomainError for an unreadable period, an unknown metric, team or role. The number of
    queries does not depend on how many people or teams there are.
    """
    ground = _ground(asked, now=now)
    rows = _sums(ground, ground.period.until_day)
    groups = standing.grouped(rows, by=ground.by, scope_team=ground.team.id)
    places = _ranked(ground, groups)
    before = _ranks_before(ground, now=asked.as_of or now)
    nobody = standing.unassigned(rows) if ground.team.is_root else {}
    return _board(ground, asked, places, before, groups, nobody, viewer=viewer, now=now)


def _ground(asked: Asked, *, now: datetime) -> _Ground:
    if asked.by not in BY:
        raise DomainError("board.by", f"A board is by {', '.join(BY)}, not by “{asked.by}”.")
    batch = ledger.LATEST if asked.as_of is None else knowledge.number_as_of(asked.as_of)
    rules = periods.rules(batch=batch)
    period = parse_period(asked.period, today=today(asked.as_of or now), rules=rules)
    measure = measure_of(asked, period=period, batch=batch, now=now)
    so_far = min(period.until_day, today(asked.as_of or now) + ONE_DAY)
    ground = _Ground(
        measure=measure,
        role=_role(measure, asked.role),
        period=period,
        so_far=so_far,
        rules=rules,
        batch=batch,
        team=people.team(asked.team) if asked.team else people.root_team(),
        teams=people.teams(),
        members=people.members(),
        spans=people.parent_spans(batch=batch),
        places=people.places(period.from_day, period.until_day, batch=batch),
        by=asked.by,
        given=circumstances.read([measure], period.from_day, so_far, batch=batch),
    )
    return replace(ground, crews=_crews(ground)) if ground.given.is_asked else ground


def measure_of(asked: Asked, *, period: Period, batch: int, now: datetime) -> Measure:
    """Return what a board measures by: the rule of its last day that is not still to come."""
    day = min(today(asked.as_of or now), period.until_day - ONE_DAY)
    return standing.measure(asked.metric, batch=batch, day=day)


def topic_of(metric: str) -> str:
    """Return the topic that moves when a board of this metric does."""
    return metrics.metric(metric).topic


def _role(measure: Measure, role: str) -> int:
    """Return the role's place among those the metric credits; the leading one by default."""
    if not role:
        return 0
    roles = measure.components[0].roles
    if role not in roles:
        raise DomainError(
            "board.role", f"“{measure.metric.key}” credits {', '.join(roles)}, not “{role}”."
        )
    return roles.index(role)


def _sums(ground: _Ground, until_day: date) -> list[standing.Placed]:
    found: list[standing.Placed] = []
    segments = ledger.tree_segments(ground.spans, ground.period.from_day, until_day)
    for segment in segments:
        rows = sums.member_sums(
            ground.measure.components,
            role=ground.role,
            from_day=segment.from_day,
            until_day=segment.until_day,
            batch=ground.batch,
            # What stands at the end stands under the tree of the end.
            has_balances=segment is segments[-1],
            is_for_values=True,
        )
        found += standing.placed(rows, segment)
    return found


def _name(ground: _Ground, key: int) -> str:
    found = ground.members.get(key) if ground.by == "member" else ground.teams.get(key)
    return found.name if found else "?"


def _ranked(ground: _Ground, groups: dict[int, Parts]) -> tuple[Ranked, ...]:
    entries = [
        Entry(key, _name(ground, key), value)
        for key, parts in groups.items()
        if (value := _value(ground, key, parts)) is not None
    ]
    tied = calc.tied_keys(entries)
    if tied:
        reached = _reached(ground, tied)
        entries = [
            Entry(entry.key, entry.name, entry.value, reached.get(entry.key)) for entry in entries
        ]
    return calc.ranked(entries, higher_is_better=ground.measure.metric.is_higher_better)


def _earning(ground: _Ground) -> Period:
    """Return the days on which the value was earned: a balance since always."""
    if not sums.sorts(ground.measure.components).balances:
        return ground.period
    return Period("custom", ALWAYS, ground.period.until_day)


def _value(ground: _Ground, key: int, parts: Parts) -> Decimal | None:
    """Return the value of a row: a member's own, or a team's or branch's as a whole."""
    return ground.measure.value(parts, ground.given.of(_people(ground, key)))


def _people(ground: _Ground, key: int) -> Collection[int]:
    """Return who is counted in a row, where a formula asks how many they are."""
    if not ground.given.is_asked:
        return ()
    return (key,) if ground.by == "member" else ground.crews.get(key, ())


def _crews(ground: _Ground) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for member_id, line in _lines(ground):
        row = standing.team_of_row(line, by=ground.by, scope_team=ground.team.id)
        found.setdefault(row, set()).add(member_id)
    return found


def _lines(ground: _Ground) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield who worked inside the board's team so far, with the teams above them on those days."""
    first, until = ground.period.from_day, max(ground.so_far, ground.period.from_day)
    for segment in ledger.tree_segments(ground.spans, first, until):
        for place in ground.places:
            if place.from_day < segment.until_day and segment.from_day < place.until_day:
                line = tree.line_of(segment.parents, place.team_id)
                if ground.team.id in line:
                    yield place.member_id, line


def _reached(ground: _Ground, tied: tuple[int, ...]) -> dict[int, datetime | None]:
    """Return when each tied member or team last reached its value."""
    members = tied if ground.by == "member" else tuple({p.member_id for p in ground.places})
    zone = ZoneInfo(scope.current().zone)
    steps: dict[int, list[Step[Parts]]] = {}
    for row in ledger.moment_sums(
        ground.measure.ids,
        members=members,
        role=ground.role,
        period=_earning(ground),
        batch=ground.batch,
    ):
        parents = tree.parents_on(ground.spans, row.day)
        line = tree.line_of(parents, row.team_id)
        if ground.team.id not in line:
            continue
        key = row.member_id
        if ground.by != "member":
            key = standing.team_of_row(line, by=ground.by, scope_team=ground.team.id)
        at = row.occurred_at or datetime.combine(row.day + ONE_DAY, datetime.min.time(), zone)
        steps.setdefault(key, []).append(Step(at, {row.metric_id: row.sums}))
    zero: Parts = {}
    return {
        key: calc.reached_at(
            steps.get(key, []),
            zero=zero,
            add=standing.add,
            value_of=lambda parts, key=key: _value(ground, key, parts),  # type: ignore[misc]
        )
        for key in tied
    }


def _ranks_before(ground: _Ground, *, now: datetime) -> dict[int, int]:
    """Return the ranks at the end of the day before `now`, counting what the board counts.

    Empty where there is nothing to compare: the period is over, or began today.
    """
    day = today(now)
    if not ground.period.from_day < day < ground.period.until_day:
        return {}
    groups = standing.grouped(_sums(ground, day), by=ground.by, scope_team=ground.team.id)
    entries = [
        Entry(key, "", value)
        for key, parts in groups.items()
        if (value := _value(ground, key, parts)) is not None
    ]
    places = calc.ranked(entries, higher_is_better=ground.measure.metric.is_higher_better)
    return {place.entry.key: place.rank for place in places}


def _board(
    ground: _Ground,
    asked: Asked,
    places: tuple[Ranked, ...],
    before: dict[int, int],
    groups: dict[int, Parts],
    nobody: Parts,
    *,
    viewer: Viewer | None,
    now: datetime,
) -> Board:
    metric = ground.measure.metric
    home = _homes(ground)
    closed = _closed(ground, viewer)
    rows = tuple(
        _row(
            ground,
            place,
            before=before,
            best=places[0].entry.value,
            home=home,
            viewer=viewer,
            closed=closed,
        )
        for place in places
    )
    ranked_keys = {place.entry.key for place in places}
    whole: Parts = {}
    for parts in [*groups.values(), nobody]:
        whole = standing.add(whole, parts)
    additive = metric.adds_over_people
    return Board(
        metric=board_metric(metric),
        period=board_period(ground.period, now=asked.as_of or now, rules=ground.rules),
        by=ground.by,
        scope_name=ground.team.name,
        rows=rows,
        without_data=_without_data(ground, ranked_keys, home, viewer),
        company=ground.measure.value(whole, ground.given.of(_everybody(ground))),
        unassigned=ground.measure.value(nobody) if additive and ground.team.is_root else None,
        is_additive=additive,
        freshness=freshness(
            now=now,
            batch=ground.batch,
            is_past=asked.as_of is not None,
            unassigned=_records_of(metric, nobody),
        ),
        is_past=asked.as_of is not None,
        topic=metric.topic,
        topic_version=events.topic_version(metric.topic),
    )


def _records_of(metric: MetricFacts, parts: Parts) -> int:
    """Return how many records stand behind sums: of a balance those that stand at the end."""
    if metric.aggregation is Aggregation.LATEST:
        return sum(each.shares for each in parts.values()) // metric_calc.WHOLE_SHARE
    return sum(each.credits for each in parts.values())


def _everybody(ground: _Ground) -> Collection[int]:
    """Return whom the board's total is of, where a formula asks how many they are."""
    if not ground.given.is_asked:
        return ()
    return {member_id for member_id, _ in _lines(ground)}


def _row(
    ground: _Ground,
    place: Ranked,
    *,
    before: dict[int, int],
    best: Decimal,
    home: dict[int, str],
    viewer: Viewer | None,
    closed: set[int],
) -> BoardRow:
    key, value = place.entry.key, place.entry.value
    return BoardRow(
        public_id=_public_id(ground, key),
        name=place.entry.name,
        team_name=home.get(key, ""),
        rank=place.rank,
        movement=calc.movement(place.rank, before.get(key)),
        value=value,
        gap=place.gap,
        share=calc.share_of_best(
            value, best, higher_is_better=ground.measure.metric.is_higher_better
        ),
        is_tied=place.is_tied,
        is_viewer=_is_viewer(ground, key, viewer),
        can_open=viewer is not None and key not in closed,
    )


def _public_id(ground: _Ground, key: int) -> str:
    found = ground.members.get(key) if ground.by == "member" else ground.teams.get(key)
    return found.public_id if found else ""


def _is_viewer(ground: _Ground, key: int, viewer: Viewer | None) -> bool:
    return viewer is not None and ground.by == "member" and viewer.member.id == key


def _closed(ground: _Ground, viewer: Viewer | None) -> set[int]:
    """Return the rows whose records are not all the viewer's to open."""
    if viewer is None or viewer.opens is None:
        return set()
    if ground.by == "member":
        return set(ground.members) - viewer.opens
    segments = ledger.tree_segments(ground.spans, ground.period.from_day, ground.period.until_day)
    return {
        team
        for segment in segments
        for place in ground.places
        if place.member_id not in viewer.opens
        and place.from_day < segment.until_day
        and place.until_day > segment.from_day
        for team in tree.line_of(segment.parents, place.team_id)
    }


def _homes(ground: _Ground) -> dict[int, str]:
    """Return each member's team (the latest in the period), or each team's parent."""
    last = ground.period.until_day - ONE_DAY
    if ground.by != "member":
        parents = tree.parents_on(ground.spans, last)
        return {
            team: ground.teams[parent].name for team, parent in parents.items()
            if parent in ground.teams
        }  # fmt: skip
    return {place.member_id: ground.teams[place.team_id].name for place in ground.places}


def _without_data(
    ground: _Ground, ranked_keys: set[int], home: dict[int, str], viewer: Viewer | None
) -> tuple[BoardRow, ...]:
    """Return the reps, or the teams at the bottom of the tree, that have nothing to rank by."""
    parents = tree.parents_on(ground.spans, ground.period.from_day)
    inside = tree.subtree_of(parents, ground.team.id, ground.teams)
    if ground.by == "member":
        keys = {
            place.member_id for place in ground.places
            if place.team_id in inside and ground.members[place.member_id].role == "rep"
        }  # fmt: skip
    elif ground.by == "team":
        keys = {place.team_id for place in ground.places if place.team_id in inside}
        keys -= set(parents.values())
    else:
        keys = {team for team, parent in parents.items() if parent == ground.team.id}
    empty = sorted(keys - ranked_keys, key=lambda key: _name(ground, key).casefold())
    return tuple(
        BoardRow(
            public_id=_public_id(ground, key),
            name=_name(ground, key),
            team_name=home.get(key, ""),
            rank=None,
            movement=None,
            value=None,
            gap=None,
            share=0.0,
            is_tied=False,
            is_viewer=_is_viewer(ground, key, viewer),
            can_open=False,
        )
        for key in empty
    )


def board_metric(metric: MetricFacts) -> BoardMetric:
    return BoardMetric(
        public_id=metric.public_id,
        key=metric.key,
        name=metric.name,
        unit=metric.unit,
        currency=scope.current().currency if metric.unit == "currency" else "",
        decimals=metric.decimals,
        higher_is_better=metric.is_higher_better,
        is_balance=metric.aggregation is Aggregation.LATEST,
    )


def board_period(period: Period, *, now: datetime, rules: PeriodRules) -> BoardPeriod:
    """Return a period with its neighbours; there is no next one before it has begun."""
    after = following(period, rules=rules)
    return BoardPeriod(
        key=period.key,
        from_day=period.from_day,
        until_day=period.until_day,
        previous_key=previous(period, rules=rules).key,
        next_key=after.key if after.from_day <= today(now) else None,
    )
