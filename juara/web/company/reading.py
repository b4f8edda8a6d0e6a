"""What the page of the company's goals shows: the goals of a level, and the tree below it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.core import scope
from juara.core.errors import NotAllowedError, NotFoundError
from juara.events import queries as events
from juara.goals import ground as grounds
from juara.goals import lengths, progress, queries
from juara.goals.ground import Ground
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.progress import PersonProgress
from juara.goals.types import GoalFacts, Owner
from juara.insights.forecasts import Whose
from juara.leaderboards.freshness import freshness
from juara.leaderboards.types import Freshness
from juara.metrics.queries import MetricFacts
from juara.people import calc as tree
from juara.people import calendars, pictures
from juara.people.access import Viewer
from juara.people.queries import NOTHING
from juara.people.types import TeamFacts
from juara.web.company import shown
from juara.web.company.asked import Asked
from juara.web.company.shown import Node
from juara.web.people.views import picture_url
from juara.web.today import landing
from juara.web.today.landing import Landing, Running
from juara.web.today.reading import Live
from juara.web.today.shown import LineShown, cell

# More people of one team than anybody reads at once.
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team that is looked at, with a line or None for each metric."""

    public_id: str
    name: str
    picture_url: str
    state: str
    lines: tuple[LineShown | None, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """The goals of one level (the company, or a team), and what the chosen one is made of.

    `above` leads from the company down to the level. `columns` are the metrics `people` have.
    `hidden` of them are not listed.
    """

    level: str
    team: str
    metrics: tuple[tuple[str, str], ...]
    metric: MetricFacts | None
    goals: tuple[Node, ...]
    top: Node | None
    below: tuple[Node, ...]
    above: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    people: tuple[Person, ...]
    hidden: int
    freshness: Freshness
    live: Live


@dataclass(frozen=True, slots=True)
class Level:
    """What is looked at: the company or a team, from ground that has been read."""

    owners: Owners
    team: TeamFacts | None
    parents: Mapping[int, int]
    seen: frozenset[int] | None

    @property
    def ground(self) -> Ground:
        return self.owners.ground

    @property
    def team_id(self) -> int:
        if self.team is not None:
            return self.team.id
        return next((each.id for each in self.ground.teams.values() if each.is_root), 0)

    def under(self, team_id: int) -> frozenset[int]:
        return tree.subtree_of(dict(self.parents), team_id, self.ground.teams)

    def whose(self, team: TeamFacts | None, goal: GoalFacts | None) -> Whose:
        if team is None:
            return Whose(has_unassigned=goal is None or goal.counts_unassigned)
        return Whose(team_ids=self.under(team.id))


def level(ground: Ground, public_id: str, *, viewer: Viewer) -> Level:
    """Return the level of a team, of the company for ''.

    Managers look at the teams of the people they may open and at those above them. NotFoundError
    for no team of ours, NotAllowedError for one that is not theirs.
    """
    parents = tree.parents_on(ground.parents, ground.day)
    seen = None
    if viewer.opens is not None:
        here = {
            place.team_id
            for member_id in viewer.opens
            for place in ground.places.get(member_id, ())
            if place.from_day <= ground.day < place.until_day
        }
        seen = frozenset(above for each in here for above in tree.line_of(parents, each))
    team = None
    if public_id:
        named = (each for each in ground.teams.values() if each.public_id == public_id)
        team = next(named, None)
        if team is None:
            raise NotFoundError("team.unknown", NOTHING, name=public_id)
        if seen is not None and team.id not in seen:
            raise NotAllowedError(
                "team.not_led", _("You can look at the teams you lead. Choose one of them.")
            )
        if team.is_root:
            team = None
    return Level(Owners(ground), team, parents, seen)


def company(asked: Asked, *, viewer: Viewer, now: datetime, has_forecasts: bool = True) -> Company:
    """Return the goals of the company or a team over a period, and what one is made of.

    Forecasts rest on half a year of days of everybody: the page is there without them first.
    """
    moment, batch = asked.as_of.moment or now, asked.as_of.batch
    # Versions before numbers: what changes in between is fetched once more, never missed.
    versions = events.topic_versions()
    grains = (asked.grain, *lengths.shorter(asked.grain))
    ground = grounds.read(grains, moment=moment, batch=batch, day=asked.day)
    here = level(ground, asked.team, viewer=viewer)
    own = _of_level(here, asked)
    chosen = next((each for each in own if each.metric.public_id == asked.metric), None)
    chosen = chosen or next(iter(own), None)
    children = _children(here, chosen, asked) if chosen else []
    landings: dict[object, Landing] = {}
    if has_forecasts:
        landings = _landings(here, [*own, *children], asked, moment=moment, batch=batch)
    columns, people = _people(here, asked, viewer)
    root = next((each.name for each in ground.teams.values() if each.is_root), "")
    topics = [queries.TOPIC, calendars.TOPIC, *(each.metric.topic for each in own)]
    topics = list(dict.fromkeys(topics))
    unassigned = chosen.unassigned if chosen else None
    return Company(
        level=here.team.name if here.team else root,
        team=here.team.public_id if here.team else "",
        metrics=tuple((each.metric.public_id, _(each.metric.name)) for each in own),
        metric=chosen.metric if chosen else None,
        goals=tuple(shown.node(each, root, landings.get(_key(each)), asked) for each in own),
        top=shown.node(chosen, root, landings.get(_key(chosen)), asked) if chosen else None,
        below=tuple(shown.node(each, root, landings.get(_key(each)), asked) for each in children),
        above=tuple(_above(here, root)),
        columns=tuple(_(each.name) for each in columns),
        people=tuple(people[:MOST_PEOPLE]),
        hidden=max(len(people) - MOST_PEOPLE, 0),
        freshness=freshness(
            now=now, batch=batch, is_past=asked.as_of.moment is not None,
            unassigned=1 if unassigned else 0,
        ),
        live=Live(" ".join(topics), " ".join(str(versions.get(each, 0)) for each in topics)),
    )  # fmt: skip


def _of_level(here: Level, asked: Asked) -> list[OwnerGoal]:
    """Return the level's goals of that length, and what only its people are asked for."""
    set_ = here.owners.goals(here.team, grain=asked.grain)
    found = {each.metric.id: each for each in reversed(set_) if each.period == asked.period}
    ordered = [each for each in set_ if found.get(each.metric.id) is each]
    wanted = dict.fromkeys(
        each.metric_id
        for each in here.ground.goals
        if each.owner is not Owner.COMPANY
        and each.metric_id not in found
        and _asks_for(each, asked)
    )
    for metric_id in wanted:
        each = here.owners.of_subject(here.team, metric_id, asked.grain, asked.period)
        if each.pace is not None:
            ordered.append(each)
    return ordered


def _asks_for(goal: GoalFacts, asked: Asked) -> bool:
    if not goal.holds_on(lengths.day_in(asked.period, asked.as_of.today)):
        return False
    is_part = goal.is_primary and goal.grain in lengths.shorter(asked.grain)
    return goal.grain == asked.grain or is_part


def _children(here: Level, chosen: OwnerGoal, asked: Asked) -> list[OwnerGoal]:
    """Return the chosen goal of the teams right below, those who are furthest behind first."""
    direct = [
        here.ground.teams[each]
        for each, parent in here.parents.items()
        if parent == here.team_id and (here.seen is None or each in here.seen)
    ]
    found = [
        here.owners.of_subject(team, chosen.metric.id, asked.grain, asked.period) for team in direct
    ]
    return sorted(
        (each for each in found if each.people or each.value),
        key=lambda each: (
            Decimal(2) if each.pace is None or each.pace.attainment is None
            else each.pace.attainment,
            each.team.name.casefold() if each.team else "",
        ),
    )  # fmt: skip


def _key(goal: OwnerGoal) -> tuple[int, int]:
    return goal.team.id if goal.team else 0, goal.metric.id


def _landings(
    here: Level, goals: Iterable[OwnerGoal], asked: Asked, *, moment: datetime, batch: int
) -> dict[object, Landing]:
    running = {
        _key(each): Running(
            _key(each), each.metric, each.period, here.whose(each.team, each.goal), each.pace
        )
        for each in goals
        if each.pace is not None
    }
    return dict(
        landing.of_running(running.values(), today=asked.as_of.today, moment=moment, batch=batch)
    )


def _above(here: Level, root: str) -> Iterable[tuple[str, str]]:
    """Return the levels above as (public id, name), the company first."""
    if here.team is None:
        return
    line = tree.line_of(here.parents, here.team.id)
    for team_id in reversed(line[1:]):
        team = here.ground.teams[team_id]
        yield ("", root) if team.is_root else (team.public_id, team.name)


def _people(
    here: Level, asked: Asked, viewer: Viewer
) -> tuple[tuple[MetricFacts, ...], list[Person]]:
    """Return who works in the team itself with their lines, as far as they may be shown."""
    ground = here.ground
    among = {
        place.member_id
        for places in ground.places.values()
        for place in places
        if place.team_id == here.team_id
        and place.from_day <= ground.day < place.until_day
        and viewer.may_open(place.member_id)
    }
    if not among:
        return (), []
    found = progress.team_progress(ground, None, grain=asked.grain, among=among)
    faces = pictures.fingerprints_by_public_id()
    return found.columns, [_person(each, found.columns, asked, faces) for each in found.people]


def _person(
    person: PersonProgress,
    columns: Collection[MetricFacts],
    asked: Asked,
    faces: Mapping[str, str],
) -> Person:
    lines = [person.line_of(metric.id) for metric in columns]
    key = person.member.public_id
    return Person(
        public_id=key,
        name=person.member.name,
        picture_url=picture_url(scope.current().slug, key, faces.get(key, "")),
        state=person.status.value,
        lines=tuple(
            None if each is None else cell(person, each, as_of=str(asked.as_of)) for each in lines
        ),
    )
