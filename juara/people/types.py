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
    # The fingerprint of their picture, where it was asked for.
    picture: str = ""


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
    manager_id: int | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """Where somebody is to be from a day until a day; `team_id` None is nowhere: they left.

    `instead_of` corrects: these days (half-open) of the stay that was wrong are given back to
    what stands before and after it, as far as the new span does not cover them. `calendar_id` is
    by which calendar they work on the new days; None leaves that as it is.
    """

    member_id: int
    team_id: int | None
    manager_id: int | None
    profile_id: int | None
    zone: str
    from_day: date
    until_day: date
    instead_of: tuple[date, date] | None = None
    calendar_id: int | None = None


@dataclass(frozen=True, slots=True)
class ActingSpan:
    """Somebody stands in for a manager on these days, half-open."""

    manager_id: int
    acting_id: int
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ProfileUse:
    """A job profile, and how many people hold it on the day that was asked about."""

    id: int
    public_id: str
    name: str
    is_archived: bool
    people: int


@dataclass(frozen=True, slots=True)
class SquadFacts:
    id: int
    public_id: str
    name: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class SquadSpan:
    """Somebody belongs to a squad on these days, half-open."""

    squad_id: int
    member_id: int
    from_day: date
    until_day: date
