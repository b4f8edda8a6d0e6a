"""What today's pages show, read from goals, boards and feeds and put into words."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from juara.core import scope
from juara.core.calendar import ONE_DAY, Period, period_of
from juara.events import queries as events
from juara.goals import feed, lengths, progress, queries
from juara.goals import ground as grounds
from juara.goals.ground import Ground
from juara.goals.owners import Owners
from juara.goals.progress import LineProgress, PersonProgress, TeamProgress
from juara.goals.types import GRAINS, Status
from juara.leaderboards import queries as boards
from juara.leaderboards.freshness import freshness
from juara.leaderboards.types import Freshness
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import calendars, pictures
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.calendar_types import DayOff
from juara.people.types import MemberFacts, TeamFacts
from juara.tenancy import periods
from juara.ui import formats
from juara.web.people.views import picture_url
from juara.web.today import ahead, shown, team_goals
from juara.web.today import asked as asking
from juara.web.today.ahead import Chain
from juara.web.today.asked import Asked
from juara.web.today.shown import CountedShown, LineShown
from juara.web.today.team_goals import TeamGoal

MOST_PRIMARY = 5
FEED = 8
TEAM_FEED = 12
PAGE = 50


@dataclass(frozen=True, slots=True)
class Live:
    """The topics a part follows, and the version of each that it shows."""

    topics: str
    versions: str


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one length of time."""

    grain: str
    title: str
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is on a board, kindly. `rank` None before the first record."""

    title: str
    rank: int | None
    of: int
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Today:
    """A person's day. `lack` says what is missing for there to be lines: profile or targets.

    `off` says that they need not work that day, or not the whole of it; "" on a working day.
    """

    name: str
    greeting: str
    lead: str
    profile: str
    groups: tuple[Group, ...]
    secondary: tuple[Group, ...]
    chains: tuple[Chain, ...]
    place: Place | None
    counted: tuple[CountedShown, ...]
    lack: str
    off: str
    freshness: Freshness
    live: Live


def today(asked: Asked, *, viewer: Viewer, now: datetime) -> Today:
    """Return the viewer's own day, now or as it was known at a moment."""
    batch = asked.as_of.batch
    moment = asked.moment or now
    # Versions before numbers: what changes in between is fetched once more, never missed.
    versions = events.topic_versions()
    ground = grounds.read(moment=moment, batch=batch)
    me = progress.person(ground, viewer.member.id)
    landings = ahead.landings(me, me.primary, as_of=asked.as_of)
    primary = me.primary[:MOST_PRIMARY]
    period = period_of("day", me.local.date())
    every = metrics.metrics(batch=batch, day=me.local.date())
    counting = feed.counted_by([each.metric for each in me.lines], every)
    found = feed.of_member(me.member.id, counting=counting, period=period, batch=batch, limit=FEED)
    lines = primary or me.lines[:1]
    day = formats.day_range(period.from_day, period.until_day)
    profile = me.profile.name if me.profile else ""
    return Today(
        name=me.member.name,
        greeting=greeting(me.member.name, me.local),
        lead=" · ".join(each for each in (day, profile, me.team.name if me.team else "") if each),
        profile=profile,
        groups=_groups(me, primary, asked, landings),
        secondary=_groups(me, [each for each in me.lines if each not in primary], asked),
        chains=ahead.chains(Owners(ground), me),
        place=_place(me, lines[0], asked, viewer=viewer, now=now) if lines else None,
        counted=tuple(shown.counted(each, as_of=str(asked.as_of)) for each in found),
        lack="" if me.lines else "targets" if me.profile else "profile",
        off=_off(me.day_off, is_past=bool(asked.as_of)),
        freshness=freshness(now=now, batch=batch, is_past=asked.moment is not None),
        live=_live(versions, counting, me.lines),
    )


def greeting(name: str, local: datetime) -> str:
    """Greet by the clock on the person's own wall."""
    first = name.split(maxsplit=1)[0] if name.split() else name
    if local.hour < 11:
        words = _("Good morning, %(name)s")
    elif local.hour < 17:
        words = _("Good afternoon, %(name)s")
    else:
        words = _("Good evening, %(name)s")
    return words % {"name": first}


def _off(day_off: DayOff | None, *, is_past: bool) -> str:
    """Say kindly that nothing is asked of somebody, or less."""
    if day_off is None:
        return ""
    if day_off.name:
        said = _("Today is a holiday: %(name)s. Nothing is expected of you.")
        said = _("It was a holiday: %(name)s.") if is_past else said
    elif day_off.is_whole:
        said = _("You are off today. Nothing is expected of you: enjoy it.")
        said = _("You were off that day.") if is_past else said
    else:
        said = _("You are away for part of today, so less is expected of you.")
        said = _("You were away for part of that day.") if is_past else said
    return said % {"name": day_off.name}


def _groups(
    person: PersonProgress,
    lines: Iterable[LineProgress],
    asked: Asked,
    landings: Mapping[Hashable, str] | None = None,
) -> tuple[Group, ...]:
    listed, ahead_of = list(lines), landings or {}
    return tuple(
        Group(grain, shown.grain_title(grain), tuple(
            replace(
                shown.line(person, each, as_of=str(asked.as_of)),
                landing=ahead_of.get(each.line.public_id, ""),
            )
            for each in mine
        ))
        for grain in GRAINS
        if (mine := [each for each in listed if each.line.grain == grain])
    )  # fmt: skip


def _place(
    me: PersonProgress, first: LineProgress, asked: Asked, *, viewer: Viewer, now: datetime
) -> Place:
    """Return where somebody is among their team by their first line."""
    team = me.team.public_id if me.team else ""
    board = boards.board(
        boards.Asked(
            metric=first.metric.public_id, period=first.period.key, team=team, as_of=asked.moment
        ),
        now=now,
        viewer=viewer,
    )
    mine = next((row for row in board.rows if row.is_viewer), None)
    query = {
        "metric": first.metric.public_id, "period": first.period.key, "scope": team,
        "as_of": str(asked.as_of),
    }  # fmt: skip
    address = reverse("leaderboards", args=[scope.current().slug])
    title = f"{_(first.metric.name)} · {shown.grain_title(first.line.grain)}"
    of = len(board.rows) + len(board.without_data)
    return Place(
        title=f"{title} · {board.scope_name}",
        rank=mine.rank if mine else None,
        of=of,
        sentence=_sentence(mine.gap if mine else None, mine is not None, first.metric, of),
        url=f"{address}?{urlencode({name: value for name, value in query.items() if value})}",
    )


def _sentence(gap: Decimal | None, is_ranked: bool, metric: MetricFacts, of: int) -> str:
    if not is_ranked:
        return _("Your first one puts you on the board.")
    if gap is None:
        return _("You are in front. Keep it up.") if of > 1 else _("You are on the board.")
    away = formats.difference(gap, shown.measure(metric))
    return _("%(gap)s to the next place.") % {"gap": away}


def _live(
    versions: dict[str, int],
    counting: Iterable[MetricFacts],
    lines: Iterable[LineProgress],
) -> Live:
    topics = [queries.TOPIC, calendars.TOPIC, *(each.metric.topic for each in lines)]
    topics = list(dict.fromkeys([*topics, *(each.topic for each in counting)]))
    return Live(" ".join(topics), " ".join(str(versions.get(each, 0)) for each in topics))


# --- A team ---


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's line in a table; `line` None where the person has none of that metric."""

    column: str
    line: LineShown | None


@dataclass(frozen=True, slots=True)
class Row:
    public_id: str
    name: str
    picture_url: str
    profile: str
    team: str
    state: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A metric with how many people stand how on it, as (status, count) pairs."""

    name: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unasked:
    """Somebody who has no target for what is looked at."""

    public_id: str
    name: str
    picture_url: str


@dataclass(frozen=True, slots=True)
class TeamNow:
    """A team's people by who needs help first, one page of them, and what has just counted.

    `moment` is when that is: now, or the past moment that is shown.
    """

    period: str
    moment: datetime
    goals: tuple[TeamGoal, ...]
    rule: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    without: tuple[Unasked, ...]
    counts: tuple[tuple[str, int], ...]
    people_count: int
    page: int
    page_count: int
    counted: tuple[CountedShown, ...]
    freshness: Freshness
    live: Live


def _rule(ground: Ground) -> str:
    """Say in which order people come, and from where on somebody is on track."""
    held = queries.on_day(ground.settings, ground.day)
    return _(
        "Most primary targets at risk first, then most behind, then the lowest attainment. On "
        "track from %(on_track)s of what is expected by now, behind from %(behind)s."
    ) % {"on_track": formats.percent(held.on_track), "behind": formats.percent(held.behind)}


def team_now(asked: Asked, *, team: TeamFacts | None, viewer: Viewer, now: datetime) -> TeamNow:
    """Return how the people of a team (or all the viewer may open) stand over a period."""
    batch = asked.as_of.batch
    moment = asked.moment or now
    versions = events.topic_versions()
    ground, found, period = _team_progress(asked, team, viewer, moment, batch)
    every = metrics.metrics(batch=batch, day=boards.today(moment))
    counting = feed.counted_by(found.columns, every)
    news = feed.of_team(
        team, counting=counting, among=viewer.opens, period=_last_days(boards.today(moment)),
        batch=batch, limit=TEAM_FEED,
    )  # fmt: skip
    faces = pictures.fingerprints_by_public_id()
    page_count = max(-(-len(found.people) // PAGE), 1)
    page = min(asked.page, page_count)
    shown_people = found.people[(page - 1) * PAGE : page * PAGE]
    return TeamNow(
        period=period,
        moment=moment,
        rule=_rule(ground),
        goals=team_goals.of_team(
            ground,
            team,
            viewer=viewer,
            grain=found.grain,
            is_past=period in asking.PAST,
            as_of=asked.as_of,
            moment=moment,
        ),
        columns=tuple(_column(found, metric) for metric in found.columns),
        rows=tuple(_row(each, found.columns, asked, faces) for each in shown_people),
        without=tuple(
            Unasked(each.member.public_id, each.member.name, _picture(each.member, faces))
            for each in found.without
        ),
        counts=_counts(each.status for each in found.people),
        people_count=len(found.people),
        page=page,
        page_count=page_count,
        counted=tuple(
            shown.counted(each, as_of=str(asked.as_of), picture_url=_picture(each.member, faces))
            for each in news
        ),
        freshness=freshness(now=now, batch=batch, is_past=asked.moment is not None),
        live=_live(versions, [*counting, *found.columns], ()),
    )


def _team_progress(
    asked: Asked, team: TeamFacts | None, viewer: Viewer, moment: datetime, batch: int
) -> tuple[Ground, TeamProgress, str]:
    """Look over the period asked for; when none was, over the shortest that has targets."""
    keys = [asked.period] if asked.period else ["today", "this-week", "this-month"]
    ground, found = _over(keys[0], team, viewer, moment, batch)
    better = next((key for key in keys if asking.GRAINS[key] in found.grains), keys[0])
    if better == keys[0] or found.people:
        return ground, found, keys[0]
    ground, found = _over(better, team, viewer, moment, batch)
    return ground, found, better


def _over(
    key: str, team: TeamFacts | None, viewer: Viewer, moment: datetime, batch: int
) -> tuple[Ground, TeamProgress]:
    grain = asking.GRAINS[key]
    rules = periods.rules(batch=batch)
    day = asking.day_of(key, today=boards.today(moment), rules=rules)
    grains = (grain, *lengths.shorter(grain))
    ground = grounds.read(grains, moment=moment, batch=batch, day=day)
    return ground, progress.team_progress(ground, team, grain=grain, among=viewer.opens)


def _last_days(day: date) -> Period:
    """Return the days in which something can just have happened, wherever people are."""
    return Period("custom", day - ONE_DAY, day + 2 * ONE_DAY)


def _picture(member: MemberFacts, faces: Mapping[str, str]) -> str:
    fingerprint = faces.get(member.public_id, "")
    return picture_url(scope.current().slug, member.public_id, fingerprint)


def _row(
    person: PersonProgress,
    columns: Iterable[MetricFacts],
    asked: Asked,
    faces: Mapping[str, str],
) -> Row:
    cells = []
    for metric in columns:
        found = person.line_of(metric.id)
        line = None if found is None else shown.cell(person, found, as_of=str(asked.as_of))
        cells.append(Cell(_(metric.name), line))
    return Row(
        public_id=person.member.public_id,
        name=person.member.name,
        picture_url=_picture(person.member, faces),
        profile=person.profile.name if person.profile else "",
        team=person.team.name if person.team else "",
        state=person.status.value,
        cells=tuple(cells),
    )


def _column(found: TeamProgress, metric: MetricFacts) -> Column:
    lines = (each.line_of(metric.id) for each in found.people)
    return Column(_(metric.name), _counts(each.pace.status for each in lines if each is not None))


# In the order people are told of: the good first, then who needs help.
_TOLD = (Status.DONE, Status.ON_TRACK, Status.BEHIND, Status.AT_RISK, Status.NOT_STARTED)


def _counts(statuses: Iterable[Status]) -> tuple[tuple[str, int], ...]:
    listed = list(statuses)
    return tuple((each.value, listed.count(each)) for each in _TOLD)


def teams_led(viewer: Viewer, *, day: date, batch: int) -> tuple[TeamFacts, ...]:
    """Return the teams whose people the viewer may open, by name; the company is not among them."""
    every = people.teams()
    if viewer.opens is None:
        led = {each.id for each in every.values() if not each.is_root}
    else:
        led = {
            place.team_id
            for place in people.places(day, day + ONE_DAY, batch=batch)
            if place.member_id in viewer.opens
        }
    return tuple(sorted((every[each] for each in led), key=lambda each: each.name.casefold()))
