"""What the pages of goals read: owners with their goals, and undoing what was saved last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.core import scope
from juara.core.calendar import PeriodRules
from juara.goals import grid, lengths, measures, queries
from juara.goals import ground as grounds
from juara.goals.access import Reach
from juara.goals.ground import Ground
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.types import GRAINS, GoalFacts, Owner, PlannedGoal
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import calc as tree
from juara.people.types import TeamFacts
from juara.ui import formats
from juara.web.goals import shown
from juara.web.goals.shown import GoalShown
from juara.web.today import shown as today_shown

_LAID = "goals.laid"


@dataclass(frozen=True, slots=True)
class OwnerShown:
    """The company, or a team so many levels below it, with its goals. `public_id` "" is the
    company's.
    """

    public_id: str
    name: str
    depth: int
    people: str
    goals: tuple[GoalShown, ...]
    can_set: bool


def owners(reach: Reach, *, moment: datetime, batch: int) -> tuple[OwnerShown, ...]:
    """Return the company and every team in the order of the tree, with the goals of each."""
    ground = grounds.read(GRAINS, moment=moment, batch=batch)
    planned = queries.planned(ground.today, batch=batch)
    found = Owners(ground)
    names = goal_names(ground, planned)
    root = next(each for each in ground.teams.values() if each.is_root)
    parents = tree.parents_on(ground.parents, ground.today)
    sizes = _sizes(ground, parents)
    return tuple(
        OwnerShown(
            public_id="" if team.is_root else team.public_id,
            name=team.name,
            depth=depth,
            people=today_shown.people_count(sizes.get(team.id, 0)),
            goals=_goals(found, planned, None if team.is_root else team, reach, names),
            can_set=reach.sets_company() if team.is_root else reach.sets_team(team.id),
        )
        for team, depth in grid.in_order(ground.teams.values(), parents, root)
    )


def _goals(
    found: Owners,
    planned: Iterable[PlannedGoal],
    team: TeamFacts | None,
    reach: Reach,
    names: dict[int, str],
) -> tuple[GoalShown, ...]:
    kind, team_id = (Owner.COMPANY, None) if team is None else (Owner.TEAM, team.id)
    mine = [each for each in planned if each.first.owner is kind and each.first.team_id == team_id]
    mine.sort(key=lambda each: (GRAINS.index(each.first.grain), each.first.position))
    return tuple(
        shown.goal(
            each,
            found.ground.metrics[each.first.metric_id],
            standing=standing(found, each, team),
            names=names,
            can_set=reach.sets(each.first),
            can_divide=measures.accumulates(found.ground.metrics[each.first.metric_id]),
        )
        for each in mine
        if each.first.metric_id in found.ground.metrics
    )


def standing(found: Owners, planned: PlannedGoal, team: TeamFacts | None) -> OwnerGoal | None:
    """Return how a team, or the company, stands on a goal now; None where it does not hold yet."""
    if planned.now is None:
        return None
    period = lengths.period_for(planned.now, found.ground.day, found.ground.rules)
    if period is None:
        return None
    return found.of_subject(team, planned.now.metric_id, planned.now.grain, period)


def goal_names(ground: Ground, planned: Iterable[PlannedGoal]) -> dict[int, str]:
    """Return what the goals of teams and the company are called, by their id."""
    return {
        each.first.goal_id: goal_name(ground, each.first)
        for each in planned
        if each.first.owner in (Owner.TEAM, Owner.COMPANY)
        and each.first.metric_id in ground.metrics
    }


def goal_name(ground: Ground, facts: GoalFacts) -> str:
    root = next(each for each in ground.teams.values() if each.is_root)
    team = ground.teams[facts.team_id] if facts.team_id else root
    return _("%(owner)s: %(metric)s, %(length)s") % {
        "owner": team.name,
        "metric": _(ground.metrics[facts.metric_id].name),
        "length": shown.length(facts),
    }


def _sizes(ground: Ground, parents: dict[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for places in ground.places.values():
        for place in places:
            if place.from_day <= ground.today < place.until_day:
                for team_id in tree.line_of(parents, place.team_id):
                    found[team_id] = found.get(team_id, 0) + 1
    return found


def first_metric(every: Iterable[MetricFacts]) -> MetricFacts | None:
    """Return what a first company goal is best about: revenue won, else money, else anything."""
    found = [each for each in every if measures.accumulates(each)]
    found.sort(key=lambda each: (each.key != "revenue_won", each.unit != "currency"))
    return found[0] if found else None


def metric_of(public_id: str) -> MetricFacts | None:
    return next((each for each in metrics.metrics() if each.public_id == public_id), None)


def rules_now() -> PeriodRules:
    return scope.current().rules


# --- Undoing what was saved last ---


def remember(request: HttpRequest, batch: int | None, count: int) -> None:
    """Keep for this sign-in which batch it laid last, so that it can be undone."""
    if batch is not None:
        laid = {"slug": scope.current().slug, "batch": batch, "count": count}
        request.session[_LAID] = laid


def last_laid(request: HttpRequest) -> int | None:
    """Return the batch this sign-in laid last here."""
    laid: dict[str, Any] = request.session.get(_LAID) or {}
    return laid["batch"] if laid.get("slug") == scope.current().slug else None


def forget(request: HttpRequest) -> None:
    request.session.pop(_LAID, None)


def undo_words(request: HttpRequest) -> str:
    """Say what can be undone; "" for nothing."""
    if last_laid(request) is None:
        return ""
    count = int(request.session[_LAID]["count"])
    return ngettext("You changed %(count)s target.", "You changed %(count)s targets.", count) % {
        "count": formats.number(count)
    }


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
