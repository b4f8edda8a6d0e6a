"""For how long a goal is, and how short ones make up longer ones."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from juara.core.calendar import ONE_DAY, Period, PeriodRules, period_of
from juara.core.worktime import OwnTime, Span
from juara.goals.types import CUSTOM, GoalFacts

# Which lengths are made of whole ones of another. Every one is made of days.
_MADE_OF = {
    "quarter": ("month",),
    "year": ("quarter", "month"),
    "fiscal-quarter": ("fiscal-month",),
    "fiscal-year": ("fiscal-quarter", "fiscal-month"),
}
DAY = "day"


def period_for(goal: GoalFacts, day: date, rules: PeriodRules) -> Period | None:
    """Return the period of a goal that a day lies in; None on a day a custom one is not for."""
    if goal.days is None:
        return period_of(goal.grain, day, rules=rules)
    first, last = goal.days
    return Period(CUSTOM, first, last) if first <= day < last else None


def day_in(period: Period, day: date) -> date:
    """Return the day nearest to one inside a period: its last one so far, or its first to come."""
    return min(max(day, period.from_day), period.until_day - ONE_DAY)


def shorter(grain: str) -> tuple[str, ...]:
    """Return of which shorter lengths a target for one is made up, the longest of them first."""
    return (*_MADE_OF.get(grain, ()), *(() if grain == DAY else (DAY,)))


def pieces(grain: str, period: Period, rules: PeriodRules) -> Iterator[Period]:
    """Cut a period into those of a shorter length, inside its bounds, in order."""
    day = period.from_day
    while day < period.until_day:
        piece = period_of(grain, day, rules=rules)
        yield piece
        day = piece.until_day


def weekday_part(goal: GoalFacts, day: date) -> Decimal:
    """Return which part of a day's target its weekday asks for."""
    return Decimal(1) if goal.weekdays is None else goal.weekdays[day.weekday()]


def days_asked(goal: GoalFacts, period: Period, time: OwnTime) -> Fraction:
    """Return for how many whole days' targets a period asks, each weekday for its part."""
    if goal.weekdays is None:
        return time.work(Span(period.from_day, period.until_day))
    every = (period.from_day + ONE_DAY * at for at in range(period.days))
    parts = (time.weight(day) * Fraction(weekday_part(goal, day)) for day in every)
    return sum(parts, Fraction(0))
