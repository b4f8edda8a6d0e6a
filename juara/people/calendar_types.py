"""Calendars and absences as those above see them."""

from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction

from juara.core.worktime import DAY_CLOSES, DAY_OPENS, MONDAY_TO_FRIDAY, WorkWeek


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a calendar says of weekdays, hours and whose public holidays are kept."""

    weights: tuple[Fraction, ...] = MONDAY_TO_FRIDAY
    opens: time = DAY_OPENS
    closes: time = DAY_CLOSES
    country: str = ""
    region: str = ""

    @property
    def week(self) -> WorkWeek:
        return WorkWeek(self.weights, self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class PatternSpan:
    """A pattern on the days it holds, half-open."""

    pattern: Pattern
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """A calendar with its patterns in order; where none holds, `Pattern()` does."""

    id: int
    public_id: str
    name: str
    is_default: bool
    is_archived: bool
    patterns: tuple[PatternSpan, ...] = ()

    def on(self, day: date) -> Pattern:
        found = (each for each in self.patterns if each.from_day <= day < each.until_day)
        return next((each.pattern for each in found), Pattern())


@dataclass(frozen=True, slots=True)
class DifferentDay:
    """Days of a calendar that are not like their weekday, half-open (see core.worktime.Special)."""

    calendar_id: int
    is_company: bool
    name: str
    weight: Fraction
    is_extra: bool
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class DayOff:
    """Why somebody need not work on a day, or on part of it.

    `part` is how much of the day they are away for themselves; 0 where the day is free for
    everybody of their calendar: then `name` says of which holiday, "" on an ordinary day off.
    """

    part: Fraction
    name: str = ""

    @property
    def is_whole(self) -> bool:
        return self.part in (0, 1)


@dataclass(frozen=True, slots=True)
class ChosenSpan:
    """Somebody works by a calendar that was chosen for them on these days, half-open."""

    calendar_id: int
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class AbsenceFacts:
    """Somebody is away on these days, half-open, for a part of what they would work."""

    public_id: str
    member_id: int
    kind: str
    note: str
    part: Fraction
    from_day: date
    until_day: date
    entered_by: str
