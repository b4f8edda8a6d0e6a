"""Giving somebody a sign-in and a seat in one step."""

from datetime import datetime

from juara.accounts import operations as accounts
from juara.accounts.models import User
from juara.core.errors import DomainError
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
