"""Goals and paces as those above see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

# For how long a target is: what a value is added up over, the shortest first. A custom goal
# names its own days.
CUSTOM = "custom"
GRAINS = (
    "day", "last-7-days", "week", "last-30-days", "month", "fiscal-month", "last-90-days",
    "quarter", "fiscal-quarter", "year", "fiscal-year", CUSTOM,
)  # fmt: skip
# Those that repeat from one day to the next without a name of their own.
ROLLING = ("last-7-days", "last-30-days", "last-90-days")

# What a person takes in at a glance; everything else is a secondary line.
MOST_PRIMARY = 5


class Owner(StrEnum):
    """Whose a goal is. One of a job profile is a target for everybody who holds it."""

    COMPANY = "company"
    TEAM = "team"
    PROFILE = "profile"
    MEMBER = "member"


class RollUp(StrEnum):
    """Where the target of a team or the company comes from."""

    OWN = "own"
    MEMBERS = "members"


class Status(StrEnum):
    """How somebody stands against a target, by the names the page components know."""

    DONE = "done"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    AT_RISK = "at_risk"
    NOT_STARTED = "not_started"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """How an organization judges on these days, half-open: from which share of the expectation
    somebody is on track, or behind rather than at risk; whether managers set their people's goals.
    """

    on_track: Decimal
    behind: Decimal
    managers_set: bool
    from_day: date
    until_day: date


STANDARD = SettingsFacts(Decimal("0.99"), Decimal("0.81"), True, date.min, date.max)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a target asks for. `accumulates` says that value and expectation grow with time:
    counts and sums of which more is better. Only those are prorated, and where `is_prorated`
    says no, not even those: all of the target is asked of whoever is there for part of it.
    """

    target: Decimal
    is_higher_better: bool
    accumulates: bool
    is_prorated: bool = True


@dataclass(frozen=True, slots=True)
class Pace:
    """Where somebody should be by now against where they are.

    `whole` is the target of the whole period, `target` what of it is asked of somebody present
    for part of it. `attainment` is a share of one, None where nothing can be scored. `needed` is
    what is still missing and `needed_per_day` what of it each working day left would take; both
    None where the target does not accumulate, the second also where no day is left.
    """

    value: Decimal | None
    whole: Decimal
    target: Decimal
    expected: Decimal
    attainment: Decimal | None
    status: Status
    needed: Decimal | None
    needed_per_day: Decimal | None
    is_prorated: bool


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """A goal with its target on the days it holds, half-open.

    One of `profile_id`, `member_id` and `team_id` says whose it is; none of them: the company's.
    `days` are the days of a custom goal. `target` is None where the goal is the sum of what its
    people are asked for (`roll_up`). `weekdays` are the parts, Monday first, of a day's target
    that each weekday asks for, None where all ask the same. `serves_id` is the goal this one is
    part of, where somebody said so.
    """

    goal_id: int
    public_id: str
    profile_id: int | None
    member_id: int | None
    team_id: int | None
    metric_id: int
    grain: str
    days: tuple[date, date] | None
    position: int
    is_primary: bool
    target: Decimal | None
    roll_up: RollUp
    is_prorated: bool
    weekdays: tuple[Decimal, ...] | None
    counts_unassigned: bool
    serves_id: int | None
    from_day: date
    until_day: date

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day < self.until_day

    @property
    def owner(self) -> Owner:
        if self.profile_id is not None:
            return Owner.PROFILE
        if self.member_id is not None:
            return Owner.MEMBER
        return Owner.COMPANY if self.team_id is None else Owner.TEAM

    @property
    def subject(self) -> tuple[int, str, tuple[date, date] | None]:
        """Return what is asked for: whoever has a goal of their own for it has no other."""
        return self.metric_id, self.grain, self.days


@dataclass(frozen=True, slots=True)
class PlannedGoal:
    """A goal as it is shown to who looks after targets.

    `now` holds on the day that was asked about, None before the first. `next_day` is when that
    changes next, to what `after` says, or to an end where that is None.
    """

    first: GoalFacts
    now: GoalFacts | None
    next_day: date | None
    after: GoalFacts | None

    @property
    def target(self) -> Decimal | None:
        return None if self.now is None else self.now.target

    @property
    def next_target(self) -> Decimal | None:
        return None if self.after is None else self.after.target


@dataclass(frozen=True, slots=True)
class GoalOwner:
    """Whose a goal is to be; the company needs no public id."""

    kind: Owner
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a goal is to ask for.

    `weekdays` are percents of a day's target, Monday first. `serves` is the public id of the goal
    above that this one is part of, '' for the nearest of the same metric.
    """

    target: Decimal | None
    roll_up: RollUp = RollUp.OWN
    is_prorated: bool = True
    weekdays: tuple[Decimal, ...] | None = None
    counts_unassigned: bool = True
    serves: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One target for one stretch of days, as a sheet says it; None takes it away.

    `metric` is a public id.
    """

    owner: GoalOwner
    metric: str
    grain: str
    target: Decimal | None
    from_day: date
    until_day: date
