"""What somebody changes about themselves, in every organization they belong to."""

from dataclasses import dataclass
from datetime import datetime

from juara.accounts import operations as accounts
from juara.accounts import queries as account_queries
from juara.audit import operations as audit
from juara.people import operations, pictures, queries
from juara.people.invitations import check_name
from juara.people.models import Member
from juara.people.types import MemberFacts
from juara.tenancy import scope
from juara.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class Membership:
    """An organization somebody belongs to, and who they are in it."""

    name: str
    slug: str
    member: MemberFacts


def memberships(user_id: int) -> tuple[Membership, ...]:
    """Return the organizations of a user by name, with their picture in each."""
    return tuple(
        Membership(organization.name, organization.slug, member)
        for organization in account_queries.organizations_of(user_id)
        for member in _in(organization, user_id)
    )


def rename(user_id: int, name: str, *, moment: datetime) -> None:
    """Be called something else everywhere. DomainError for no name, or one too long."""
    kept = check_name(name)
    for organization in account_queries.organizations_of(user_id):
        for facts in _in(organization, user_id):
            with scope.enter(organization):
                member = Member.objects.get(id=facts.id)
                operations.rename(member, kept, moment=moment, actor=_actor(facts))


def set_picture(user_id: int, uploaded: bytes, *, moment: datetime) -> None:
    """Look like this everywhere. DomainError, in words, for what is no picture."""
    for organization in account_queries.organizations_of(user_id):
        for facts in _in(organization, user_id):
            with scope.enter(organization):
                pictures.set_picture(facts.public_id, uploaded, moment=moment, actor=_actor(facts))


def remove_picture(user_id: int, *, moment: datetime) -> None:
    """Be shown by one's initials everywhere."""
    for organization in account_queries.organizations_of(user_id):
        for facts in _in(organization, user_id):
            with scope.enter(organization):
                pictures.remove_picture(facts.public_id, moment=moment, actor=_actor(facts))


def change_password(user_id: int, *, old: str, new: str, network: str, moment: datetime) -> None:
    """Choose another password; every other session ends.

    Raises what `accounts.operations.change_password` raises, with nothing changed.
    """
    accounts.change_password(user_id, old=old, new=new, network=network, moment=moment)
    _note(user_id, "password.changed", moment)


def sign_out_everywhere(user_id: int, *, moment: datetime) -> None:
    """End every session there is, this one too."""
    accounts.end_sessions(user_id)
    _note(user_id, "sessions.ended", moment)


def _note(user_id: int, action: str, moment: datetime) -> None:
    """Leave a trace with each organization: its administrators answer for who comes in."""
    for organization in account_queries.organizations_of(user_id):
        for facts in _in(organization, user_id):
            with scope.enter(organization):
                audit.record(actor=_actor(facts), action=action, subject=facts.name, at=moment)


def _in(organization: Organization, user_id: int) -> list[MemberFacts]:
    with scope.enter(organization):
        member = queries.member_of_user(user_id)
    return [] if member is None else [member]


def _actor(facts: MemberFacts) -> str:
    return facts.email or facts.name
