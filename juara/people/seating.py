"""Giving somebody a seat, taking it away, and what they may do in it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from juara.accounts import invitations
from juara.accounts import operations as accounts
from juara.accounts.models import Seat, User
from juara.audit import operations as audit
from juara.core import db, scope
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.people import operations, queries
from juara.people.models import Member, Role


def seat(
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    member: str = "",
    moment: datetime,
    actor: str,
) -> Member:
    """Let the member with this address sign in, making member and sign-in where missing.

    `member` is the name or id of one who has no address yet and is given this one. A sign-in
    that exists already (the person is in another organization) keeps its password.
    """
    if role not in Role.values:
        raise DomainError("member.role", f"The role is one of {', '.join(Role.values)}.")
    address = email.strip().lower()
    if member:
        operations.give_address(queries.member(member), address, moment=moment, actor=actor)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = accounts.create_user(email=address, password=password, moment=moment)
    seated = operations.ensure_member(
        name=name or address.partition("@")[0], email=address, role=role, moment=moment,
        actor=actor,
    )  # fmt: skip
    operations.set_role(seated, role, moment=moment, actor=actor)
    operations.give_seat(seated, user, moment=moment, actor=actor)
    seated.refresh_from_db()
    return seated


def members_at(public_ids: Sequence[str]) -> list[Member]:
    """Return the members with these public ids, by name; NotFoundError unless all are here."""
    found = list(Member.objects.filter(public_id__in=public_ids).order_by("name", "id"))
    if not found or len(found) != len(set(public_ids)):
        raise NotFoundError("member.unknown", gettext_noop("There is nobody at this address."))
    return found


def change_roles(
    public_ids: Sequence[str], role: str, *, moment: datetime, actor: str
) -> tuple[str, ...]:
    """Let members see and do what a role does; return the names of those who changed.

    ConflictError when nobody would be left to administer the organization.
    """
    if role not in Role.values:
        raise DomainError("member.role", gettext_noop("There is no such role."))
    with db.transaction():
        changing = [each for each in members_at(public_ids) if each.role != role]
        if role != Role.ADMIN:
            refuse_without_admin({each.id for each in changing})
        for member in changing:
            operations.set_role(member, role, moment=moment, actor=actor)
    return tuple(each.name for each in changing)


def take_seat(public_id: str, *, moment: datetime, actor: str) -> str:
    """Let a member in no longer, from their next request on; return their name.

    Their numbers, their place and their sign-in elsewhere stay. ConflictError for the last
    administrator.
    """
    with db.transaction():
        member = members_at([public_id])[0]
        refuse_without_admin({member.id})
        organization_id = scope.current().organization_id
        Seat.objects.filter(user=member.user, organization_id=organization_id).delete()
        Member.objects.filter(id=member.id).update(user=None)
        invitations.withdraw([member.id], moment=moment)
        audit.record(actor=actor, action="member.unseated", subject=member.name, at=moment)
    return member.name


def refuse_without_admin(going: Collection[int]) -> None:
    """Raise ConflictError when these members' going leaves no administrator who can sign in.

    Locks the administrators, so that two of them cannot let go of each other at once.
    """
    admins = Member.objects.select_for_update().filter(role=Role.ADMIN, user__isnull=False)
    here = {each.id for each in admins}
    if here and not here - set(going):
        raise ConflictError(
            "member.last_admin",
            gettext_noop(
                "Somebody has to administer the organization. Make another person an "
                "administrator first."
            ),
        )
