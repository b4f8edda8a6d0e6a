"""Placing people: teams, members, assignments. Every change belongs to a knowledge batch."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from juara.accounts.models import Seat, User
from juara.audit import operations as audit
from juara.core import db, ids, scope, succession, zones
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.core.models import DatedFact
from juara.people import calc, queries
from juara.people.models import (
    Assignment,
    JobProfile,
    Member,
    Role,
    Team,
    TeamParent,
    WorkCalendar,
)
from juara.people.types import MemberFacts
from juara.tenancy import knowledge

DEFAULT_CALENDAR = "Standard"


def ensure_root(*, name: str) -> Team:
    """Return the company, the root of the team tree, making it on first use.

    The calendar everybody works by is made with it.
    """
    root = Team.objects.filter(is_root=True).first()
    if root is None:
        root = Team(name=name, is_root=True)
        root.save(force_insert=True)
        ensure_default_calendar()
    return root


def ensure_default_calendar() -> WorkCalendar:
    """Return the organization's default calendar, making it on first use.

    It says nothing yet, which is Monday to Friday, nine to five: no number changes by it.
    """
    found = WorkCalendar.objects.filter(is_default=True).first()
    if found is None:
        found = WorkCalendar(name=DEFAULT_CALENDAR, is_default=True)
        found.save(force_insert=True)
    return found


def ensure_team(path: Sequence[str], *, moment: datetime) -> Team:
    """Return the team at a path of names below the company, making what is missing.

    A new team hangs under its parent since always: a team nobody knew was nowhere else.
    """
    parent = Team.objects.get(is_root=True)
    for name in path:
        parent = _child(parent, name.strip(), moment=moment)
    return parent


def _child(parent: Team, name: str, *, moment: datetime) -> Team:
    placed = TeamParent.objects.filter(
        parent=parent, team__name__iexact=name, known_until=db.OPEN
    ).select_related("team")
    if found := placed.order_by("-valid_until").first():
        _keep_open(found, moment=moment)
        return found.team
    with knowledge.batch(moment=moment, reason=f"team {name}") as batch:
        made = Team(name=name)
        made.save(force_insert=True)
        TeamParent(team=made, parent=parent, known_from=batch.number).save(force_insert=True)
        batch.is_used = True
    return made


def _keep_open(place: TeamParent, *, moment: datetime) -> None:
    """Let a team that was closed hang where it was last: whoever names it again works there."""
    if place.valid_until == FOREVER:
        return
    later = TeamParent.objects.filter(
        team_id=place.team_id, known_until=db.OPEN, valid_until=FOREVER
    )
    if later.exists():
        return
    with knowledge.batch(moment=moment, reason=f"team {place.team.name}") as batch:
        batch.is_used |= succession.lay(
            TeamParent,
            about={"team_id": place.team_id},
            values={"parent_id": place.parent_id},
            from_day=place.valid_until,
            until_day=FOREVER,
            batch=batch.number,
        )


def ensure_profile(name: str, *, moment: datetime, actor: str) -> JobProfile:
    """Return the job profile of this name, making it on first use; an archived one is back."""
    found = JobProfile.objects.filter(name__iexact=name.strip()).first()
    if found is not None and found.archived_at is not None:
        found.archived_at = None
        found.save(update_fields=["archived_at"])
        audit.record(actor=actor, action="profile.restored", subject=found.name, at=moment)
    if found is None:
        found = JobProfile(name=name.strip()[:80])
        found.save(force_insert=True)
        audit.record(actor=actor, action="profile.added", subject=found.name, at=moment)
    return found


def move_team(team: Team, *, under: Team, from_day: date, moment: datetime, actor: str) -> bool:
    """Hang a team under another from a day on; what it earned before stays with the old parent.

    Raises ConflictError when that would hang a team below itself on that day or a later one, or
    under a team that is closed by then.
    """
    # The tree must not change between looking and hanging.
    knowledge.lock_ledger()
    spans = queries.parent_spans()
    root = Team.objects.get(is_root=True)
    for day in calc.days_of_change(spans, from_day):
        line = calc.line_of(calc.parents_on(spans, day), under.id)
        if team.id in line:
            raise ConflictError(
                "team.loop",
                f"{team.name} cannot hang under {under.name}, which is below it.",
                team=team.name, under=under.name,
            )  # fmt: skip
        if root.id not in line:
            raise _closed(under.name, day)
    with knowledge.batch(moment=moment, reason=f"move {team.name}") as batch:
        changed = succession.lay(
            TeamParent,
            about={"team_id": team.id},
            values={"parent_id": under.id},
            from_day=from_day,
            until_day=FOREVER,
            batch=batch.number,
        )
        batch.is_used |= changed
        if changed:
            audit.record(actor=actor, action="team.moved", subject=team.name, at=moment)
    return changed


def _closed(team: str, day: date) -> ConflictError:
    return ConflictError(
        "team.closed",
        f"{team} is closed on {day}. Choose another team, or open it again first.",
        team=team, day=day,
    )  # fmt: skip


def ensure_member(
    *, name: str, email: str = "", role: str = Role.REP, moment: datetime, actor: str
) -> Member:
    """Return the member with this e-mail address, or make one.

    Without an address the name identifies: the first member of that name who has none either.
    """
    found = (
        Member.objects.filter(email__iexact=email)
        if email
        else Member.objects.filter(name__iexact=name, email="")
    ).first()
    if found is None:
        found = Member(name=name, email=email.lower(), role=role)
        found.save(force_insert=True)
        audit.record(actor=actor, action="member.added", subject=name, at=moment)
    return found


def place(
    member: Member,
    *,
    team: Team,
    zone: str = "",
    manager: Member | None = None,
    profile: JobProfile | None = None,
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Assign a member to a team from a day until a day, over any other place on those days.

    What was earned before a transfer stays with the old team. Returns whether anything changed.
    """
    if from_day >= until_day:
        raise DomainError(
            "assignment.span", f"{member.name} would leave {team.name} before joining it.",
            member=member.name, team=team.name,
        )  # fmt: skip
    zone = zone or scope.current().zone
    check_zone(zone)
    values = {
        "team_id": team.id,
        "manager_id": None if manager is None else manager.id,
        "profile_id": None if profile is None else profile.id,
        "zone": zone,
    }
    # No team may be closed between looking and placing.
    with knowledge.batch(moment=moment, reason=f"place of {member.name}"):
        _check_open(team, from_day, until_day)
        return _lay(
            member,
            {**values, "assignment_id": ids.new_id()},
            compare=values,
            team=team.name,
            from_day=from_day,
            until_day=until_day,
            moment=moment,
            actor=actor,
        )


def _check_open(team: Team, from_day: date, until_day: date) -> None:
    """Raise ConflictError unless a team is in the tree on all these days."""
    if team.is_root:
        return
    held = TeamParent.objects.filter(
        team=team, known_until=db.OPEN, valid_from__lt=until_day, valid_until__gt=from_day
    ).values_list("valid_from", "valid_until")
    spans = list(held)
    if not calc.is_covered(spans, from_day, until_day):
        last = max((until for _, until in spans), default=from_day)
        raise _closed(team.name, last if last < until_day else from_day)


def place_on(member: Member, day: date) -> Assignment | None:
    """Return where a member works on a day, as known now, with team and manager."""
    return (
        Assignment.objects.filter(
            member=member, known_until=db.OPEN, valid_from__lte=day, valid_until__gt=day
        )
        .select_related("team", "manager", "profile")
        .first()
    )


def places_on(day: date) -> dict[int, Assignment]:
    """Return where everybody works on a day, by member, as `place_on` does for one."""
    found = Assignment.objects.filter(
        known_until=db.OPEN, valid_from__lte=day, valid_until__gt=day
    ).select_related("team", "manager", "profile")
    return {each.member_id: each for each in found}


def was_placed(member: Member) -> bool:
    """Say whether a member works, worked or will work anywhere, as known now."""
    return Assignment.objects.filter(member=member, known_until=db.OPEN).exists()


def end_assignment(
    member: Member, *, from_day: date, until_day: date = FOREVER, moment: datetime, actor: str
) -> bool:
    """Let a member belong nowhere from a day on: they have left, until they return."""
    return _lay(
        member,
        None,
        compare={},
        team="",
        from_day=from_day,
        until_day=until_day,
        moment=moment,
        actor=actor,
    )


def _lay(
    member: Member,
    values: dict[str, object] | None,
    *,
    compare: Mapping[str, object],
    team: str,
    from_day: date,
    until_day: date,
    moment: datetime,
    actor: str,
) -> bool:
    with knowledge.batch(moment=moment, reason=f"place of {member.name}") as batch:
        current = Assignment.objects.filter(
            member=member,
            known_until=db.OPEN,
            valid_from__lte=from_day,
            valid_until__gte=until_day,
        ).first()
        if current and values and all(getattr(current, k) == v for k, v in compare.items()):
            return False
        changed = succession.lay(
            Assignment,
            about={"member_id": member.id},
            values=values,
            from_day=from_day,
            until_day=until_day,
            batch=batch.number,
            adjust=_renew_right_remainder(from_day),
        )
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="member.placed", subject=member.name, at=moment, team=team,
                from_day=from_day.isoformat(), until_day=until_day.isoformat(),
            )  # fmt: skip
    return changed


def _renew_right_remainder(from_day: date) -> Callable[[DatedFact, date, date], None]:
    """Give the part of a cut assignment that lies behind the cut an identity of its own."""

    def adjust(fact: DatedFact, old_from: date, old_until: date) -> None:  # noqa: ARG001
        if isinstance(fact, Assignment) and fact.valid_from >= from_day:
            fact.assignment_id = ids.new_id()

    return adjust


def give_seat(member: Member, user: User, *, moment: datetime, actor: str) -> None:
    """Let a user enter the organization as this member."""
    if Member.objects.filter(user=user).exclude(id=member.id).exists():
        raise ConflictError("member.user_taken", f"{user.email} already is another member.")
    Member.objects.filter(id=member.id).update(user=user)
    Seat.objects.get_or_create(user=user, organization_id=scope.current().organization_id)
    audit.record(actor=actor, action="member.seated", subject=user.email, at=moment)


def rename(member: Member, name: str, *, moment: datetime, actor: str) -> bool:
    """Call a member something else from now on; what they earned stays theirs."""
    changed = Member.objects.filter(id=member.id).exclude(name=name).update(name=name) > 0
    if changed:
        audit.record(actor=actor, action="member.renamed", subject=name, at=moment, was=member.name)
    return changed


def give_address(member: MemberFacts, email: str, *, moment: datetime, actor: str) -> None:
    """Give a member who has none an e-mail address. ConflictError where there is one already."""
    if member.email.lower() == email:
        return
    if member.email:
        raise ConflictError(
            "member.has_email", f"{member.name} already has the address {member.email}."
        )
    if Member.objects.filter(email__iexact=email).exists():
        raise ConflictError("member.email_taken", f"{email} is the address of somebody else.")
    Member.objects.filter(id=member.id).update(email=email)
    audit.record(actor=actor, action="member.addressed", subject=member.name, at=moment)


def set_role(member: Member, role: str, *, moment: datetime, actor: str) -> None:
    """Change what a member may see and do."""
    if role not in Role.values:
        raise DomainError("member.role", f"The role is one of {', '.join(Role.values)}.")
    if Member.objects.filter(id=member.id).exclude(role=role).update(role=role):
        audit.record(actor=actor, action="member.role", subject=member.name, at=moment, role=role)


def check_zone(zone: str) -> None:
    """Raise DomainError unless `zone` is an IANA time zone such as Asia/Jakarta."""
    if zone not in zones.names():
        raise DomainError(
            "zone.unknown", f"“{zone}” is not a time zone. Write one like Asia/Jakarta.", zone=zone
        )
