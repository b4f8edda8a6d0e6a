"""Reading people, teams and who works where."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_noop

from juara.core import db, scope
from juara.core.errors import NotFoundError
from juara.people.models import (
    ActingManager,
    Assignment,
    JobProfile,
    Member,
    MemberPicture,
    Role,
    Squad,
    SquadMember,
    Team,
    TeamParent,
)
from juara.people.types import (
    ActingSpan,
    MemberFacts,
    ParentSpan,
    PlaceSpan,
    ProfileFacts,
    ProfileUse,
    SquadFacts,
    SquadSpan,
    TeamFacts,
)

LATEST = db.LATEST

NOBODY = gettext_noop("There is nobody at this address.")
NOTHING = gettext_noop("There is nothing at this address.")


_MEMBER = ("id", "public_id", "name", "email", "role", "user_id")
_TEAM = ("id", "public_id", "name", "is_root")
_PLACE = (
    "assignment_id", "member_id", "team_id", "valid_from", "valid_until", "profile_id",
    "manager_id", "zone",
)  # fmt: skip


def members() -> dict[int, MemberFacts]:
    """Return every member by id."""
    return {row[0]: MemberFacts(*row) for row in Member.objects.values_list(*_MEMBER)}


def member_of_user(user_id: int) -> MemberFacts | None:
    """Return who a user is here, with their picture; None if nobody."""
    pictures = MemberPicture.objects.filter(member=OuterRef("id")).values("fingerprint")
    found = Member.objects.filter(user_id=user_id).annotate(
        picture=Coalesce(Subquery(pictures[:1]), Value(""))
    )
    row = found.values_list(*_MEMBER, "picture").first()
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


def member_of_id(public_id: str) -> MemberFacts:
    """Return the member with a public id; NotFoundError for another organization's, too."""
    row = Member.objects.filter(public_id=public_id).values_list(*_MEMBER).first()
    if row is None:
        raise NotFoundError("member.unknown", NOBODY, name=public_id)
    return MemberFacts(*row)


def members_of_ids(public_ids: Sequence[str]) -> tuple[MemberFacts, ...]:
    """Return the members with these public ids, by name; NotFoundError unless all are there."""
    found = Member.objects.filter(public_id__in=public_ids).order_by(Lower("name"), "id")
    rows = tuple(MemberFacts(*row) for row in found.values_list(*_MEMBER))
    if len(rows) < len(set(public_ids)):
        raise NotFoundError("member.unknown", NOBODY)
    return rows


def leaders() -> tuple[MemberFacts, ...]:
    """Return everybody who is more than a rep, by name: those one can report to."""
    found = Member.objects.exclude(role=Role.REP).order_by(Lower("name"), "id")
    return tuple(MemberFacts(*row) for row in found.values_list(*_MEMBER))


def members_in(ids: Collection[int]) -> dict[int, MemberFacts]:
    """Return some members by id; an id of nobody is left out."""
    found = Member.objects.filter(id__in=ids).values_list(*_MEMBER)
    return {row[0]: MemberFacts(*row) for row in found}


def members_called(text: str, *, limit: int = 20) -> tuple[MemberFacts, ...]:
    """Return members whose name or e-mail address holds a text, by name."""
    found = Member.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    rows = found.order_by(Lower("name"), "id").values_list(*_MEMBER)[:limit]
    return tuple(MemberFacts(*row) for row in rows)


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


def team_of_id(public_id: str) -> TeamFacts:
    """Return the team with a public id; NotFoundError for another organization's, too."""
    row = Team.objects.filter(public_id=public_id).values_list(*_TEAM).first()
    if row is None:
        raise NotFoundError("team.unknown", NOTHING, name=public_id)
    return TeamFacts(*row)


def root_team() -> TeamFacts:
    row = Team.objects.filter(is_root=True).values_list(*_TEAM).first()
    if row is None:
        raise NotFoundError("team.no_root", "This organization has no company team yet.")
    return TeamFacts(*row)


def profiles() -> dict[int, ProfileFacts]:
    """Return every job profile in use, by id."""
    found = JobProfile.objects.filter(archived_at=None).order_by("name")
    return {row[0]: ProfileFacts(*row) for row in found.values_list("id", "public_id", "name")}


def profile_uses(day: date, *, batch: int = LATEST) -> tuple[ProfileUse, ...]:
    """Return every job profile with how many people hold it on a day; archived ones last."""
    held = Assignment.objects.filter(
        **db.known_then(batch), valid_from__lte=day, valid_until__gt=day, profile__isnull=False
    )
    counts = dict(held.values_list("profile_id").annotate(Count("id")))
    found = JobProfile.objects.order_by(Lower("name")).values_list(
        "id", "public_id", "name", "archived_at"
    )
    uses = [ProfileUse(id_, key, name, at is not None, counts.get(id_, 0))
            for id_, key, name, at in found]  # fmt: skip
    return tuple(sorted(uses, key=lambda use: use.is_archived))


def profile_of_id(public_id: str) -> ProfileUse:
    """Return a job profile by its public id, without counting who holds it."""
    row = (
        JobProfile.objects.filter(public_id=public_id)
        .values_list("id", "public_id", "name", "archived_at")
        .first()
    )
    if row is None:
        raise NotFoundError("profile.unknown", NOTHING)
    return ProfileUse(row[0], row[1], row[2], row[3] is not None, 0)


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
        .values_list(*_PLACE)
    )
    return tuple(PlaceSpan(*row) for row in found)


def places_of(member_id: int, *, batch: int = LATEST) -> tuple[PlaceSpan, ...]:
    """Return everywhere somebody works, worked or will work, in order, as known at a batch."""
    found = Assignment.objects.filter(
        member_id=member_id, known_from__lte=batch, known_until__gt=batch
    )
    return tuple(PlaceSpan(*row) for row in found.order_by("valid_from").values_list(*_PLACE))


def team_sizes(day: date, *, batch: int = LATEST) -> dict[int, int]:
    """Return how many people work in each team itself on a day, as known at a batch."""
    here = Assignment.objects.filter(
        **db.known_then(batch), valid_from__lte=day, valid_until__gt=day
    )
    return dict(here.values_list("team_id").annotate(Count("id")))


def team_people(
    team_id: int, day: date, *, limit: int, offset: int = 0, batch: int = LATEST
) -> tuple[tuple[MemberFacts, PlaceSpan], ...]:
    """Return who works in a team itself on a day, by name, with their place."""
    here = Assignment.objects.filter(
        team_id=team_id, **db.known_then(batch), valid_from__lte=day, valid_until__gt=day
    ).order_by(Lower("member__name"), "member_id")
    rows = here.values_list(*[f"member__{name}" for name in _MEMBER], *_PLACE)
    return tuple(
        (MemberFacts(*row[: len(_MEMBER)]), PlaceSpan(*row[len(_MEMBER) :]))
        for row in rows[offset : offset + limit]
    )


def managers_on(day: date, *, batch: int = LATEST) -> dict[int, tuple[MemberFacts, ...]]:
    """Return who manages each team on a day, by name: the managers assigned to the team itself."""
    here = Assignment.objects.filter(
        member__role=Role.MANAGER, **db.known_then(batch), valid_from__lte=day, valid_until__gt=day
    ).order_by(Lower("member__name"), "member_id")
    found: dict[int, tuple[MemberFacts, ...]] = {}
    for team_id, *row in here.values_list("team_id", *[f"member__{name}" for name in _MEMBER]):
        found[team_id] = (*found.get(team_id, ()), MemberFacts(*row))
    return found


_SQUAD = ("squad_id", "member_id", "valid_from", "valid_until")
_ACTING = ("manager_id", "acting_id", "valid_from", "valid_until")


def acting_on(day: date, *, batch: int = LATEST) -> dict[int, MemberFacts]:
    """Return who stands in for each manager that is stood in for on a day, by the manager."""
    found = ActingManager.objects.filter(
        **db.known_then(batch), valid_from__lte=day, valid_until__gt=day
    ).exclude(manager__role=Role.REP)
    rows = found.values_list("manager_id", *[f"acting__{name}" for name in _MEMBER])
    return {manager_id: MemberFacts(*row) for manager_id, *row in rows}


def acting_of(member_id: int, *, batch: int = LATEST) -> tuple[ActingSpan, ...]:
    """Return when somebody stands in for others, and others for them, in order."""
    found = ActingManager.objects.filter(
        Q(manager_id=member_id) | Q(acting_id=member_id),
        known_from__lte=batch, known_until__gt=batch,
    ).order_by("valid_from", "id")  # fmt: skip
    return tuple(ActingSpan(*row) for row in found.values_list(*_ACTING))


def stood_in_for(member_id: int, day: date) -> tuple[MemberFacts, ...]:
    """Return the managers somebody stands in for on a day. One who manages no more is none."""
    found = ActingManager.objects.filter(
        acting_id=member_id, known_until=db.OPEN, valid_from__lte=day, valid_until__gt=day
    ).exclude(manager__role=Role.REP)
    rows = found.order_by("id").values_list(*[f"manager__{name}" for name in _MEMBER])
    return tuple(MemberFacts(*row) for row in rows)


def squads() -> tuple[SquadFacts, ...]:
    """Return every squad by name, archived ones last."""
    found = Squad.objects.order_by(Lower("name")).values_list(
        "id", "public_id", "name", "archived_at"
    )
    every = [SquadFacts(id_, key, name, at is not None) for id_, key, name, at in found]
    return tuple(sorted(every, key=lambda squad: squad.is_archived))


def squad_of_id(public_id: str) -> SquadFacts:
    """Return the squad with a public id; NotFoundError for another organization's, too."""
    row = (
        Squad.objects.filter(public_id=public_id)
        .values_list("id", "public_id", "name", "archived_at")
        .first()
    )
    if row is None:
        raise NotFoundError("squad.unknown", NOTHING)
    return SquadFacts(row[0], row[1], row[2], row[3] is not None)


def squad_members(
    squad_id: int, from_day: date, until_day: date, *, batch: int = LATEST
) -> tuple[SquadSpan, ...]:
    """Return who belongs to a squad on any of the days (half-open), as known at a batch."""
    found = SquadMember.objects.filter(
        squad_id=squad_id, known_from__lte=batch, known_until__gt=batch,
        valid_from__lt=until_day, valid_until__gt=from_day,
    ).order_by("valid_from", "id")  # fmt: skip
    return tuple(SquadSpan(*row) for row in found.values_list(*_SQUAD))


def squad_sizes(day: date, *, batch: int = LATEST) -> dict[int, int]:
    """Return how many people belong to each squad on a day, as known at a batch."""
    here = SquadMember.objects.filter(
        **db.known_then(batch), valid_from__lte=day, valid_until__gt=day
    )
    return dict(here.values_list("squad_id").annotate(Count("id")))


def squads_of(member_id: int, day: date, *, batch: int = LATEST) -> tuple[SquadFacts, ...]:
    """Return the squads in use that somebody belongs to on a day, by name."""
    found = SquadMember.objects.filter(
        member_id=member_id, squad__archived_at=None, **db.known_then(batch),
        valid_from__lte=day, valid_until__gt=day,
    ).order_by(Lower("squad__name"))  # fmt: skip
    rows = found.values_list("squad_id", "squad__public_id", "squad__name")
    return tuple(SquadFacts(*row, is_archived=False) for row in rows)


def members_changed_since(batch: int) -> tuple[int, ...]:
    """Return the members whose assignments were changed by a later batch."""
    found = db.rows(
        "SELECT DISTINCT member_id FROM assignment WHERE organization_id = %s"
        " AND (known_from > %s OR (known_until > %s AND known_until < %s))",
        [scope.current().organization_id, batch, batch, db.OPEN],
    )
    return tuple(row[0] for row in found)


def headcount() -> tuple[int, int, int]:
    """Return how many people there are, how many of them can sign in, and how many teams."""
    found = db.one(
        "SELECT count(*), count(user_id),"
        " (SELECT count(*) FROM team WHERE organization_id = %(o)s AND NOT is_root)"
        " FROM member WHERE organization_id = %(o)s",
        {"o": scope.current().organization_id},
    )
    people, seated, teams_below = found
    return people, seated, teams_below
