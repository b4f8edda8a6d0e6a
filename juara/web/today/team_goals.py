"""The goals of the team that is looked at, in words: value, target, gap, where it lands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.goals import progress
from juara.goals.ground import Ground
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.types import Status
from juara.insights.forecasts import Whose
from juara.people.access import Viewer
from juara.people.types import TeamFacts
from juara.web.as_of import AsOf
from juara.web.today import landing
from juara.web.today.landing import NOWHERE, Landing, Running
from juara.web.today.shown import amount, to_do


@dataclass(frozen=True, slots=True)
class TeamGoal:
    """One goal of a team; `gap` says where its own target and its people's differ."""

    key: str
    name: str
    value: str
    target: str
    share: Decimal | None
    expected: Decimal | None
    state: str
    needed: str
    gap: str
    outlook: str


def of_team(
    ground: Ground,
    team: TeamFacts | None,
    *,
    viewer: Viewer,
    grain: str,
    is_past: bool,
    as_of: AsOf,
    moment: datetime,
) -> tuple[TeamGoal, ...]:
    """Return the goals of a team; of the company for whoever leads it, else of one's own team.

    Of the company without forecasts: its own page works them out.
    """
    if team is None and viewer.opens is not None:
        team = _own(ground, viewer)
        if team is None:
            return ()
    found = Owners(ground).goals(team, grain=grain)
    landings: dict[object, Landing] = {}
    if team is not None and not is_past:
        whose = Whose(team_ids=progress.teams_under(ground, team))
        running = [
            Running(at, each.metric, each.period, whose, each.pace)
            for at, each in enumerate(found)
            if each.pace is not None
        ]
        landings = dict(
            landing.of_running(running, today=as_of.today, moment=moment, batch=as_of.batch)
        )
    return tuple(_shown(each, landings.get(at, NOWHERE)) for at, each in enumerate(found))


def _own(ground: Ground, viewer: Viewer) -> TeamFacts | None:
    """Return the team the viewer belongs to on the day that is asked about."""
    for place in ground.places.get(viewer.member.id, ()):
        if place.from_day <= ground.day < place.until_day:
            found = ground.teams[place.team_id]
            return None if found.is_root else found
    return None


def _shown(goal: OwnerGoal, where: Landing) -> TeamGoal:
    pace, metric = goal.pace, goal.metric
    outlook = (where.text, where.chance, where.lack)
    return TeamGoal(
        key=f"team-goal-{metric.public_id}",
        name=_(metric.name),
        value=amount(metric, goal.value),
        target=amount(metric, pace.target) if pace else "",
        share=_share(goal),
        expected=pace.expected / pace.target
        if pace and pace.needed is not None and pace.target
        else None,
        state=(pace.status if pace else Status.NO_TARGET).value,
        needed=_("%(needed)s to go") % {"needed": to_do(metric, pace.needed)}
        if pace and pace.needed
        else "",
        gap=gap_text(goal),
        outlook=" · ".join(each for each in outlook if each),
    )


def _share(goal: OwnerGoal) -> Decimal | None:
    pace = goal.pace
    if pace is None or pace.needed is None:
        return None if pace is None else pace.attainment
    return max((pace.value or Decimal()) / pace.target, Decimal()) if pace.target else None


def gap_text(goal: OwnerGoal) -> str:
    """Say by how much a target of its own and the sum of its people's differ."""
    if not goal.gap or goal.members is None:
        return ""
    said = {
        "members": amount(goal.metric, goal.members),
        "gap": amount(goal.metric, abs(goal.gap)),
    }
    if goal.gap > 0:
        return _("Members' targets add up to %(members)s, %(gap)s less") % said
    return _("Members' targets add up to %(members)s, %(gap)s more") % said
