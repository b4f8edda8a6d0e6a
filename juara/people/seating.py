"""Giving somebody a sign-in and a seat in one step."""

from datetime import datetime

from juara.accounts import operations as accounts
from juara.accounts.models import User
from juara.core.errors import DomainError
from juara.people import operations
from juara.people.models import Member, Role


def seat(
    *, email: str, name: str, role: str, password: str, moment: datetime, actor: str
) -> Member:
    """Let the member with this address sign in, making member and sign-in where missing.

    A sign-in that exists already (the person is in another organization) keeps its password.
    """
    if role not in Role.values:
        raise DomainError("member.role", f"The role is one of {', '.join(Role.values)}.")
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        user = accounts.create_user(email=address, password=password, moment=moment)
    member = operations.ensure_member(
        name=name or address.partition("@")[0], email=address, role=role, moment=moment,
        actor=actor,
    )  # fmt: skip
    operations.set_role(member, role, moment=moment, actor=actor)
    operations.give_seat(member, user, moment=moment, actor=actor)
    member.refresh_from_db()
    return member
