"""Who may see and do what. Every page asks here."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop

from juara.core.calendar import ALWAYS, ONE_DAY
from juara.core.errors import NotAllowedError, NotFoundError
from juara.people import calc, queries
from juara.people.types import MemberFacts, ProfileUse, SquadFacts, TeamFacts


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a member with a role, and whose records they may open.

    `opens` is None for everybody.
    """

    member: MemberFacts
    opens: frozenset[int] | None

    @property
    def is_admin(self) -> bool:
        return self.member.role == "admin"

    def may_open(self, member_id: int) -> bool:
        """Say whether the records behind this member's numbers are theirs to see."""
        return self.opens is None or member_id in self.opens


def viewer_of_user(user_id: int, *, today: date) -> Viewer:
    """Return who a signed-in user is here; NotFoundError (it is not theirs) if nobody.

    Executives and admins open everybody's records, managers those of the people in their own
    team and below and of those who report to them by name, reps their own. Who stands in for a
    manager that day opens the same people.
    """
    member = queries.member_of_user(user_id)
    if member is None:
        raise NotFoundError(
            "organization.unknown", gettext_noop("There is nothing at this address.")
        )
    return Viewer(member=member, opens=_opens(member, today))


def _opens(member: MemberFacts, today: date) -> frozenset[int] | None:
    if member.role in ("admin", "executive"):
        return None
    stood_in_for = {each.id for each in queries.stood_in_for(member.id, today)}
    own = {member.id} if member.role == "manager" else set[int]()
    if not own and not stood_in_for:
        return frozenset({member.id})
    here = queries.places(today, today + ONE_DAY)
    parents = calc.parents_on(queries.parent_spans(), today)
    # Whoever stands in for somebody opens that one's people, not that one.
    lent = calc.people_of(stood_in_for, here, parents) - stood_in_for
    return frozenset({member.id} | calc.people_of(own, here, parents) | lent)


def people_of(member: MemberFacts, *, today: date) -> frozenset[int]:
    """Return whom a manager manages on a day: by team and below, and by name."""
    here = queries.places(today, today + ONE_DAY)
    parents = calc.parents_on(queries.parent_spans(), today)
    return calc.people_of({member.id}, here, parents)


def require_admin(viewer: Viewer) -> None:
    """Raise NotAllowedError unless the viewer administers the organization."""
    if not viewer.is_admin:
        raise NotAllowedError(
            "role.admin_only",
            gettext_noop("Only an administrator can do that. Ask one of yours."),
        )


def require_open(viewer: Viewer, member_id: int) -> None:
    """Raise NotAllowedError unless the viewer may open this member's records."""
    if not viewer.may_open(member_id):
        raise NotAllowedError(
            "records.closed",
            gettext_noop("These records are open to the person, their managers and executives."),
        )


def member_to_read(viewer: Viewer, public_id: str) -> MemberFacts:
    """Return a member whose page the viewer may open whole; NotFoundError, NotAllowedError."""
    found = queries.member_of_id(public_id)
    require_open(viewer, found.id)
    return found


def member_to_change(viewer: Viewer, public_id: str) -> MemberFacts:
    """Return a member whose place the viewer may change: administrators only."""
    require_admin(viewer)
    return queries.member_of_id(public_id)


def may_enter_absence(viewer: Viewer, member: MemberFacts) -> bool:
    """Say whether the viewer may say when somebody is away: they themselves, who manages them,
    administrators. Executives look.
    """
    if viewer.is_admin or viewer.member.id == member.id:
        return True
    return viewer.opens is not None and member.id in viewer.opens


def absence_to_enter(viewer: Viewer, member: MemberFacts, *, today: date) -> date:
    """Return from which day on the viewer may say when somebody is away; NotAllowedError if never.

    Of themselves people say so from the day on: what was expected of them on days that are over
    is for who manages them, or an administrator, to put right.
    """
    require_open(viewer, member.id)
    if not may_enter_absence(viewer, member):
        raise NotAllowedError(
            "absence.not_yours",
            gettext_noop("Absences are entered by the person, their managers and administrators."),
        )
    return ALWAYS if viewer.is_admin or viewer.member.id != member.id else today


def team_to_change(viewer: Viewer, public_id: str) -> TeamFacts:
    require_admin(viewer)
    return queries.team_of_id(public_id)


def squad_to_change(viewer: Viewer, public_id: str) -> SquadFacts:
    require_admin(viewer)
    return queries.squad_of_id(public_id)


def profile_to_change(viewer: Viewer, public_id: str) -> ProfileUse:
    require_admin(viewer)
    return queries.profile_of_id(public_id)


def require_leader(viewer: Viewer) -> None:
    """Raise NotAllowedError for reps: how the company is put together is for those who lead."""
    if viewer.member.role == "rep":
        raise NotAllowedError(
            "role.leaders_only",
            gettext_noop("This page is for managers, executives and administrators."),
        )
