"""Targets and paces as those above see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

# For how long a target is: what a line's value is added up over.
GRAINS = ("day", "week", "month", "quarter", "year")


class Status(StrEnum):
    """How somebody stands against a target, by the names the page components know."""

    DONE = "done"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    AT_RISK = "at_risk"
    NOT_STARTED = "not_started"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a target asks for. `accumulates` says that value and expectation grow with time:
    counts and sums of which more is better. Only those are prorated.
    """

    target: Decimal
    is_higher_better: bool
    accumulates: bool


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
class TargetFacts:
    """A line of a job profile with its target on the days it holds, half-open."""

    line_id: int
    public_id: str
    profile_id: int
    metric_id: int
    grain: str
    position: int
    is_primary: bool
    target: Decimal
    from_day: date
    until_day: date

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day < self.until_day


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line as it is shown to who looks after targets.

    `now` is the target of the day that was asked about, None before the first. `next_day` is
    when that changes next, to `next_target`, or to an end where that is None.
    """

    public_id: str
    profile_id: int
    metric_id: int
    grain: str
    is_primary: bool
    now: Decimal | None
    next_day: date | None
    next_target: Decimal | None
