"""One-time links: made once, kept as a hash, good for a week, used once.

The link's token is the organization's public id and a secret. The first part says where to look,
so that the rows can stand behind row-level security; only the second opens anything.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from juara.accounts.models import Invitation, Purpose
from juara.accounts.types import InvitationFacts
from juara.core.errors import GoneError, NotFoundError
from juara.tenancy.models import Organization

LIFETIME = timedelta(days=7)
_ID_LENGTH = 12
_GONE = {
    "used": gettext_noop(
        "This link has been used already. Sign in with your e-mail address and password."
    ),
    "withdrawn": gettext_noop(
        "This link has been withdrawn. Ask your administrator whether there is a newer one."
    ),
    "expired": gettext_noop(
        "This link is older than seven days. Ask your administrator for a new one."
    ),
}


def issue(
    whom: Mapping[int, str], *, purpose: str, organization: Organization, moment: datetime
) -> dict[int, str]:
    """Make a link for each member, by id with their e-mail address; return the tokens by member.

    Earlier links of theirs for the same purpose stop working. The tokens are kept nowhere.
    """
    withdraw(list(whom), purposes=[purpose], moment=moment)
    tokens = {member: organization.public_id + secrets.token_urlsafe(32) for member in whom}
    Invitation.objects.bulk_create(
        Invitation(
            token_hash=_hash(tokens[member]),
            purpose=purpose,
            member_id=member,
            email=email.lower(),
            made_at=moment,
            expires_at=moment + LIFETIME,
        )
        for member, email in whom.items()
    )
    return tokens


def withdraw(
    members: Sequence[int],
    *,
    purposes: Sequence[str] = (Purpose.INVITE, Purpose.RESET),
    moment: datetime,
) -> int:
    """Let the open links of these members stop working; return how many there were."""
    return Invitation.objects.filter(
        member_id__in=members, purpose__in=purposes, used_at=None, withdrawn_at=None
    ).update(withdrawn_at=moment)


def organization_of(token: str) -> Organization:
    """Return where a link leads; NotFoundError if it never was one."""
    found = Organization.objects.filter(public_id=token[:_ID_LENGTH]).first()
    if found is None:
        raise _unknown()
    return found


def opened(token: str, *, now: datetime) -> InvitationFacts:
    """Return what a link is for, inside its organization.

    GoneError says in words why one is no longer good, NotFoundError that it never was one.
    """
    found = Invitation.objects.filter(token_hash=_hash(token)).first()
    if found is None:
        raise _unknown()
    if state := _spent(found, now):
        raise GoneError(f"invitation.{state}", _GONE[state], email=found.email)
    return InvitationFacts(found.id, found.purpose, found.member_id, found.email, found.expires_at)


def use(token: str, *, moment: datetime) -> InvitationFacts:
    """Use a link up; of two who use it at once, one gets GoneError."""
    facts = opened(token, now=moment)
    taken = Invitation.objects.filter(id=facts.id, used_at=None, withdrawn_at=None).update(
        used_at=moment
    )
    if not taken:
        raise GoneError("invitation.used", _GONE["used"], email=facts.email)
    return facts


def _spent(found: Invitation, now: datetime) -> str:
    if found.used_at is not None:
        return "used"
    if found.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if found.expires_at <= now else ""


def _unknown() -> NotFoundError:
    return NotFoundError("invitation.unknown", gettext_noop("There is nothing at this address."))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
