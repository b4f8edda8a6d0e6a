"""Inviting members by one-time links, and welcoming who comes by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from juara.accounts import invitations as links
from juara.accounts import operations as accounts
from juara.accounts import queries as account_queries
from juara.accounts.models import Purpose, User
from juara.accounts.types import InvitationFacts
from juara.audit import operations as audit
from juara.core import db
from juara.core import scope as core_scope
from juara.core.errors import ConflictError, DomainError, GoneError, NotFoundError
from juara.people import operations
from juara.people.models import Member
from juara.people.seating import members_at
from juara.tenancy import scope
from juara.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class NewLink:
    """Who a link is for; the token is shown once and kept nowhere."""

    name: str
    email: str
    token: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who was not invited: `no_email`, or `has_seat` (they come in already)."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Invited:
    links: tuple[NewLink, ...]
    left_out: tuple[LeftOut, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the page behind a link needs to greet somebody."""

    purpose: str
    organization: str
    organization_slug: str
    name: str
    email: str
    has_sign_in: bool


def invite(public_ids: Sequence[str], *, moment: datetime, actor: str) -> Invited:
    """Make a link for each of these members who can be invited; older links of theirs end."""
    members = members_at(public_ids)
    left_out = tuple(
        LeftOut(each.name, "has_seat" if each.user_id else "no_email")
        for each in members
        if each.user_id or not each.email
    )
    invited = [each for each in members if not each.user_id and each.email]
    made = _issue(invited, Purpose.INVITE, action="member.invited", moment=moment, actor=actor)
    return Invited(made, left_out, moment + links.LIFETIME)


def reset_link(public_id: str, *, moment: datetime, actor: str) -> Invited:
    """Make a link by which somebody who forgot their password chooses another.

    ConflictError for who does not sign in here, and for who belongs to another organization,
    too: no administrator of one may open the door to another.
    """
    member = members_at([public_id])[0]
    if member.user_id is None:
        raise ConflictError(
            "member.no_seat", gettext_noop("This person does not sign in yet. Invite them instead.")
        )
    _refuse_shared(member.user_id)
    user = User.objects.get(id=member.user_id)
    made = _issue(
        [member], Purpose.RESET, action="member.reset", moment=moment, actor=actor, email=user.email
    )
    return Invited(made, (), moment + links.LIFETIME)


def withdraw(public_id: str, *, moment: datetime, actor: str) -> str:
    """Let a member's open links stop working; return the member's name."""
    member = members_at([public_id])[0]
    if links.withdraw([member.id], moment=moment):
        audit.record(actor=actor, action="invitation.withdrawn", subject=member.name, at=moment)
    return member.name


def welcome(token: str, *, network: str, now: datetime) -> Welcome:
    """Return who a link welcomes, and to what.

    GoneError says in words why a link is no longer good. One that never was is NotFoundError, and
    counts as a failed guess of this network; after too many it must wait (LimitError).
    """
    keys = [f"welcome:{network}"[:300]]
    accounts.refuse_guessing(keys, moment=now)
    try:
        organization = links.organization_of(token)
        with scope.enter(organization):
            facts = links.opened(token, now=now)
            member = _expected(facts)
    except NotFoundError:
        accounts.note_failure(keys, moment=now)
        raise
    return Welcome(
        purpose=facts.purpose,
        organization=organization.name,
        organization_slug=organization.slug,
        name=member.name,
        email=facts.email,
        has_sign_in=account_queries.has_sign_in(facts.email),
    )


def accept(
    token: str, *, name: str, password: str, network: str, language: str, moment: datetime
) -> User:
    """Let somebody in by their link; return the user they sign in as.

    Whoever signs in elsewhere already proves it with the password they have. Raises DomainError
    for a weak or wrong password, and then the link stays good.
    """
    found = welcome(token, network=network, now=moment)
    user = None
    if found.purpose == Purpose.INVITE and found.has_sign_in:
        # Outside the transaction below, so that a wrong password is counted for good.
        user = accounts.sign_in(
            email=found.email, password=password, network=network, moment=moment
        )
    with scope.enter(links.organization_of(token)):
        facts = links.use(token, moment=moment)
        member = _expected(facts)
        if facts.purpose == Purpose.RESET:
            return _reset(member, password, moment=moment)
        if user is None:
            user = accounts.create_user(
                email=facts.email, password=password, moment=moment, language=language
            )
        if name.strip() and name.strip() != member.name:
            operations.rename(member, name.strip()[:120], moment=moment, actor=facts.email)
        operations.give_seat(member, user, moment=moment, actor=facts.email)
    return user


def _reset(member: Member, password: str, *, moment: datetime) -> User:
    if member.user_id is None:
        raise _withdrawn()
    _refuse_shared(member.user_id)
    user = accounts.set_password(member.user_id, password)
    audit.record(actor=user.email, action="password.reset", subject=member.name, at=moment)
    return user


def _expected(facts: InvitationFacts) -> Member:
    """Return whom a link was made for, if they still are who it was made for."""
    member = Member.objects.filter(id=facts.member_id).first()
    if member is None:
        raise _withdrawn()
    is_invite = facts.purpose == Purpose.INVITE
    if is_invite and (member.user_id is not None or member.email.lower() != facts.email):
        raise _withdrawn()
    if not is_invite and member.user_id is None:
        raise _withdrawn()
    return member


def _withdrawn() -> GoneError:
    return GoneError(
        "invitation.withdrawn",
        gettext_noop(
            "This link has been withdrawn. Ask your administrator whether there is a newer one."
        ),
    )


def _refuse_shared(user_id: int) -> None:
    if account_queries.has_seat_elsewhere(user_id, core_scope.current().organization_id):
        raise ConflictError(
            "member.seat_elsewhere",
            gettext_noop(
                "This person also belongs to another organization, so their password is not "
                "yours to reset. They can change it themselves in My settings."
            ),
        )


def _issue(
    members: Sequence[Member],
    purpose: str,
    *,
    action: str,
    moment: datetime,
    actor: str,
    email: str = "",
) -> tuple[NewLink, ...]:
    organization = Organization.objects.get(id=core_scope.current().organization_id)
    with db.transaction():
        tokens = links.issue(
            {each.id: email or each.email for each in members},
            purpose=purpose,
            organization=organization,
            moment=moment,
        )
        names = [each.name for each in members]
        audit.record_many(actor=actor, action=action, subjects=names, at=moment)
    return tuple(NewLink(each.name, email or each.email, tokens[each.id]) for each in members)


def check_name(name: str) -> str:
    """Return a name as it is kept; DomainError for none."""
    kept = " ".join(name.split())
    if not kept or len(kept) > 120:
        raise DomainError(
            "member.name", gettext_noop("Write a name of one to a hundred and twenty characters.")
        )
    return kept
