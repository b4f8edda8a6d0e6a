"""Reading people, teams and who works where."""

from datetime import date

from django.db.models import Q

from juara.core import db, scope
from juara.core.errors import NotFoundError
from juara.people.models import Assignment, JobProfile, Member, Team, TeamParent
from juara.people.types import MemberFacts, ParentSpan, PlaceSpan, ProfileFacts, TeamFacts

LATEST = db.OPEN - 1

_MEMBER = ("id", "public_id", "name", "email", "role", "user_id")
_TEAM = ("id", "public_id", "name", "is_root")


def members() -> dict[int, MemberFacts]:
    """Return every member by id."""
    return {row[0]: MemberFacts(*row) for row in Member.objects.values_list(*_MEMBER)}


def member_of_user(user_id: int) -> MemberFacts | None:
    row = Member.objects.filter(user_id=user_id).values_list(*_MEMBER).first()
    return None if row is None else MemberFacts(*row)


def member(text: str) -> MemberFacts:
    """Return a member by public id, e-mail or name; NotFoundError when none or several match."""
    found = list(
        Member.objects.filter(Q(public_id=text) | Q(email__iexact=text) | Q(name__iexact=text))
        .order_by("name")
        .values_list(*_MEMBER)[:2]
    )
    if len(found) == 1:
        return MemberFacts(*found[0])
    problem = "There is nobody called" if not found else "Several people are called"
    raise NotFoundError(
        "member.unknown", f"{problem} “{text}”. Use the e-mail address or the id.", name=text
    )


def teams() -> dict[int, TeamFacts]:
    """Return every team by id."""
    return {row[0]: TeamFacts(*row) for row in Team.objects.values_list(*_TEAM)}


def team(text: str) -> TeamFacts:
    """Return a team by public id or name; NotFoundError when none or several match."""
    found = list(
        Team.objects.filter(Q(public_id=text) | Q(name__iexact=text)).values_list(*_TEAM)[:2]
    )
    if len(found) == 1:
        return TeamFacts(*found[0])
    problem = "There is no team" if not found else "There are several teams called"
    raise NotFoundError("team.unknown", f"{problem} “{text}”. Use the name or the id.", name=text)


def root_team() -> TeamFacts:
    row = Team.objects.filter(is_root=True).values_list(*_TEAM).first()
    if row is None:
        raise NotFoundError("team.no_root", "This organization has no company team yet.")
    return TeamFacts(*row)


def profiles() -> dict[int, ProfileFacts]:
    """Return every job profile in use, by id."""
    found = JobProfile.objects.filter(archived_at=None).order_by("name")
    return {row[0]: ProfileFacts(*row) for row in found.values_list("id", "public_id", "name")}


def parent_spans(*, batch: int = LATEST) -> tuple[ParentSpan, ...]:
    """Return the dated tree as known at a batch."""
    found = TeamParent.objects.filter(known_from__lte=batch, known_until__gt=batch).values_list(
        "team_id", "parent_id", "valid_from", "valid_until"
    )
    return tuple(ParentSpan(*row) for row in found)


def places(from_day: date, until_day: date, *, batch: int = LATEST) -> tuple[PlaceSpan, ...]:
    """Return every assignment that touches the days, as known at a batch."""
    found = (
        Assignment.objects.filter(
            known_from__lte=batch,
            known_until__gt=batch,
            valid_from__lt=until_day,
            valid_until__gt=from_day,
        )
        .order_by("member_id", "valid_from")
        .values_list(
            "assignment_id", "member_id", "team_id", "valid_from", "valid_until", "profile_id"
        )
    )
    return tuple(PlaceSpan(*row) for row in found)


def members_changed_since(batch: int) -> tuple[int, ...]:
    """Return the members whose assignments were changed by a later batch."""
    found = db.rows(
        "SELECT DISTINCT member_id FROM assignment WHERE organization_id = %s"
        " AND (known_from > %s OR (known_until > %s AND known_until < %s))",
        [scope.current().organization_id, batch, batch, db.OPEN],
    )
    return tuple(row[0] for row in found)
