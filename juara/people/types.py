"""People and teams as those above see them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MemberFacts:
    id: int
    public_id: str
    name: str
    email: str
    role: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class TeamFacts:
    id: int
    public_id: str
    name: str
    is_root: bool


@dataclass(frozen=True, slots=True)
class ParentSpan:
    """A team hangs under a parent on these days, half-open."""

    team_id: int
    parent_id: int
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """A member works in a team on these days, half-open."""

    assignment_id: int
    member_id: int
    team_id: int
    from_day: date
    until_day: date
    profile_id: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    id: int
    public_id: str
    name: str
