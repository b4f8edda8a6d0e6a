"""Who may see and do what. Every page asks here."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop

from juara.core.calendar import ONE_DAY
from juara.core.errors import NotAllowedError, NotFoundError
from juara.people import calc, queries
from juara.people.types import MemberFacts


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
    team and below, reps their own.
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
    if member.role == "rep":
        return frozenset({member.id})
    here = queries.places(today, today + ONE_DAY)
    own = {place.team_id for place in here if place.member_id == member.id}
    parents = calc.parents_on(queries.parent_spans(), today)
    return frozenset(
        {member.id}
        | {place.member_id for place in here if own & set(calc.line_of(parents, place.team_id))}
    )


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
