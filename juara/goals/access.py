"""Who may set whose goals: administrators all, managers those of their own teams and people."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop

from juara.core.calendar import ONE_DAY
from juara.core.errors import NotAllowedError
from juara.goals import queries
from juara.goals.types import GoalFacts, Owner
from juara.people import access
from juara.people import calc as tree
from juara.people import queries as people
from juara.people.access import Viewer


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose goals somebody may set: everybody's, or those of these teams and people."""

    is_everything: bool = False
    teams: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.is_everything or bool(self.teams or self.members)

    def sets_company(self) -> bool:
        return self.is_everything

    def sets_team(self, team_id: int | None) -> bool:
        return self.is_everything or team_id in self.teams

    def sets_member(self, member_id: int) -> bool:
        return self.is_everything or member_id in self.members

    def sets(self, goal: GoalFacts) -> bool:
        """Say whether a goal may be changed; one of a job profile is for everybody who holds it."""
        match goal.owner:
            case Owner.MEMBER:
                return self.sets_member(goal.member_id or 0)
            case Owner.TEAM:
                return self.sets_team(goal.team_id)
        return self.is_everything


def reach(viewer: Viewer, *, today: date) -> Reach:
    """Return whose goals the viewer may set on a day.

    Where the organization lets managers set goals: of their own team and those below it, and of
    the people they manage. Nobody but an administrator sets their own.
    """
    if viewer.is_admin:
        return Reach(is_everything=True)
    if viewer.member.role != "manager" or not queries.settings_on(today).managers_set:
        return Reach()
    mine = viewer.member.id
    here = people.places(today, today + ONE_DAY)
    parents = tree.parents_on(people.parent_spans(), today)
    own = {each.team_id for each in here if each.member_id == mine}
    teams = [each for each in people.teams() if own.intersection(tree.line_of(parents, each))]
    managed = access.people_of(viewer.member, today=today) - {mine}
    return Reach(teams=frozenset(teams), members=managed)


def require(allowed: bool) -> None:
    """Raise NotAllowedError where a goal is not the viewer's to set."""
    if not allowed:
        raise NotAllowedError(
            "target.not_yours",
            gettext_noop(
                "These goals are set by an administrator, or by who manages the team or person."
            ),
        )
