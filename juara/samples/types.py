"""What the demo consists of: a company, its people, and what is handed over at each sync."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from juara.connect.types import PersonRow, RecordRow


class Profile(StrEnum):
    """How a rep earns a living: finding opportunities, or closing them."""

    SDR = "sdr"
    CLOSER = "closer"


@dataclass(frozen=True, slots=True)
class Team:
    """A team with the clock it lives by and the country whose holidays it keeps."""

    name: str
    region: str
    zone: str
    country: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.region, self.name)


@dataclass(frozen=True, slots=True)
class Posting:
    """A person's place from a day until a day (exclusive; None while it lasts)."""

    path: tuple[str, ...]
    team: Team | None
    from_on: date
    until_on: date | None = None
    # The day somebody typed the posting in; None means in good time.
    entered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Strength:
    """What a rep is good at: three rates, and factors around 1 for the rest."""

    calls: float
    connect_rate: float
    booking_rate: float
    opportunity_rate: float
    wins: float
    deal_size: float
    # The change of form over one year, and where in its ups and downs it starts (radians).
    trend: float
    phase: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company. `left_on` is the first day they are gone, always a Monday.

    `absences` are half-open spans of days off.
    """

    key: str
    name: str
    email: str
    role: str
    title: str
    zone: str
    postings: tuple[Posting, ...]
    hired_on: date
    left_on: date | None = None
    profile: Profile | None = None
    strength: Strength | None = None
    absences: tuple[tuple[date, date], ...] = ()

    def is_employed(self, day: date) -> bool:
        return self.hired_on <= day and (self.left_on is None or day < self.left_on)

    def is_away(self, day: date) -> bool:
        return any(begin <= day < end for begin, end in self.absences)

    def team_on(self, day: date) -> Team | None:
        """Return the team of that day; before the first posting the first, after it the last."""
        found = self.postings[0].team
        for posting in self.postings:
            if posting.from_on <= day:
                found = posting.team
        return found


@dataclass(frozen=True, slots=True)
class UnknownOwner:
    """A user of the CRM who is nobody's colleague, so what they own stays unassigned."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """The company and the span of its story: `starts_at` to `ends_at`, moments in UTC."""

    seed: int
    name: str
    slug: str
    zone: str
    currency: str
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    ends_on: date
    regions: tuple[str, ...]
    teams: tuple[Team, ...]
    people: tuple[Person, ...]
    integration: UnknownOwner
    consultant: UnknownOwner

    @property
    def unknown_owners(self) -> tuple[UnknownOwner, ...]:
        return (self.integration, self.consultant)

    @property
    def reps(self) -> tuple[Person, ...]:
        """Every rep of the thirteen months, those who left included."""
        return self.with_role("rep")

    @property
    def reps_now(self) -> tuple[Person, ...]:
        """The reps employed when the story ends."""
        return tuple(person for person in self.reps if person.is_employed(self.ends_on))

    def with_role(self, role: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.role == role)


class PersonEvent(StrEnum):
    """What can happen to a person's place."""

    JOINED = "joined"
    MOVED = "moved"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Somebody joined, moved or left. `moment` is when it was known, `on` the day it holds from.

    `row` says it as a people file would: the team and, for those leaving, the end.
    """

    moment: datetime
    event: PersonEvent
    on: date
    person: Person
    row: PersonRow


@dataclass(frozen=True, slots=True)
class Batch:
    """What one sync hands over. People come first: their records may be in the same batch.

    No record occurs twice in a batch: like a CRM, it delivers the latest version only.
    """

    moment: datetime
    people: tuple[PersonChange, ...]
    rows: tuple[RecordRow, ...]


@dataclass(frozen=True, slots=True)
class TrickleStep:
    """What happens now, and how long to wait before asking for the next step."""

    after_seconds: float
    rows: tuple[RecordRow, ...]
