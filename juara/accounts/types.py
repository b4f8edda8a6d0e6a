"""Sign-ins and one-time links as those above see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """A one-time link that is still good: what it is for, and for whom."""

    id: int
    purpose: str
    member_id: int
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UserFacts:
    """A sign-in. `language` '' is left to the browser."""

    id: int
    email: str
    language: str
