"""Changing where somebody works: a transfer, a correction, leaving and coming back."""

from datetime import date, datetime

from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.core.errors import ConflictError, DomainError
from juara.people import calc, calendar_operations, operations, queries
from juara.people.models import Assignment, JobProfile, Member, Team
from juara.people.types import PlaceChange
from juara.tenancy import knowledge


def change(wanted: PlaceChange, *, moment: datetime, actor: str) -> bool:
    """Let somebody be where the change says, over any other place on those days.

    Returns whether anything changed. Joins the open batch. Raises DomainError for a span that
    ends before it begins or a zone nobody knows, ConflictError for a team that is closed on any
    of the days or somebody who would report to themselves; then nothing has changed.
    """
    member = Member.objects.get(id=wanted.member_id)
    _refuse(wanted, member)
    with db.transaction(), knowledge.batch(moment=moment, reason=f"place of {member.name}"):
        given_back = _give_back(wanted, member, moment=moment, actor=actor)
        laid = _laid(wanted, member, moment=moment, actor=actor)
        works = wanted.calendar_id is not None and calendar_operations.choose_calendar(
            member, wanted.calendar_id, from_day=wanted.from_day, until_day=wanted.until_day,
            moment=moment, actor=actor,
        )  # fmt: skip
        return laid or given_back or works


def _refuse(wanted: PlaceChange, member: Member) -> None:
    if wanted.from_day >= wanted.until_day:
        raise DomainError(
            "place.span", "The last day lies before the first one. Choose a later one."
        )
    if not ALWAYS <= wanted.from_day < wanted.until_day <= FOREVER:
        raise DomainError("place.day", "Choose a day between 1900 and 9999.")
    if wanted.manager_id == member.id:
        raise ConflictError(
            "place.own_manager", f"{member.name} cannot report to themselves.", name=member.name
        )


def _laid(wanted: PlaceChange, member: Member, *, moment: datetime, actor: str) -> bool:
    if wanted.team_id is None:
        return operations.end_assignment(
            member, from_day=wanted.from_day, until_day=wanted.until_day, moment=moment,
            actor=actor,
        )  # fmt: skip
    manager, profile = wanted.manager_id, wanted.profile_id
    return operations.place(
        member,
        team=Team.objects.get(id=wanted.team_id),
        zone=wanted.zone,
        manager=None if manager is None else Member.objects.get(id=manager),
        profile=None if profile is None else JobProfile.objects.get(id=profile),
        from_day=wanted.from_day,
        until_day=wanted.until_day,
        moment=moment,
        actor=actor,
    )


def _give_back(wanted: PlaceChange, member: Member, *, moment: datetime, actor: str) -> bool:
    """Let what stood before and after a corrected stay take the days it no longer covers."""
    if wanted.instead_of is None:
        return False
    first, last = wanted.instead_of
    early = (first, min(last, wanted.from_day))
    late = (max(first, wanted.until_day), last)
    before = _on(member, first - ONE_DAY) if first > ALWAYS else None
    after = _on(member, last) if last < FOREVER else None
    changed = False
    for (from_day, until_day), neighbour in ((early, before), (late, after)):
        if from_day < until_day:
            changed |= _laid(
                PlaceChange(
                    member_id=member.id,
                    team_id=neighbour.team_id if neighbour else None,
                    manager_id=neighbour.manager_id if neighbour else None,
                    profile_id=neighbour.profile_id if neighbour else None,
                    zone=neighbour.zone if neighbour else "",
                    from_day=from_day,
                    until_day=until_day,
                ),
                member, moment=moment, actor=actor,
            )  # fmt: skip
    return changed


def _on(member: Member, day: date) -> Assignment | None:
    return operations.place_on(member, day)


def moved_to(team_id: int, *, member_id: int, from_day: date) -> PlaceChange:
    """Return the change that moves somebody to a team from a day on, for good.

    Job profile and zone stay as they are on that day, or were last; whoever was named as their
    manager in the old team is not in the new one.
    """
    stays = calc.stays(queries.places_of(member_id))
    here = [stay for stay in stays if stay.from_day <= from_day] or list(stays[:1])
    last = here[-1] if here else None
    return PlaceChange(
        member_id=member_id,
        team_id=team_id,
        manager_id=last.manager_id if last is not None and last.team_id == team_id else None,
        profile_id=None if last is None else last.profile_id,
        zone="" if last is None else last.zone,
        from_day=from_day,
        until_day=FOREVER,
    )
