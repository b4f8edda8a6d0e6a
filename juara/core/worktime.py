"""Working time: how much of a day, a week or a month of work there is, and how much is over.

It is measured in working days, as exact fractions: a weekday weighs what the work week says (1 is
a whole day of work, 1/2 a half), and of the running day the part between opening and closing is
over. Everything here is local: days, and moments already turned into the person's own zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

ONE_DAY = timedelta(days=1)

# When a working day begins and ends unless somebody says otherwise, by the clock on the wall.
DAY_OPENS = time(9)
DAY_CLOSES = time(17)

_WHOLE = Fraction(1)
_NONE = Fraction(0)
MONDAY_TO_FRIDAY = (_WHOLE, _WHOLE, _WHOLE, _WHOLE, _WHOLE, _NONE, _NONE)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `from_day` up to but not including `until_day`."""

    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """What each weekday weighs, Monday first, and the hours work is done in."""

    weights: tuple[Fraction, ...] = MONDAY_TO_FRIDAY
    opens: time = DAY_OPENS
    closes: time = DAY_CLOSES

    def __post_init__(self) -> None:
        if len(self.weights) != 7 or any(weight < 0 for weight in self.weights):
            raise ValueError("A work week weighs seven weekdays, none below zero.")
        if self.opens >= self.closes:
            raise ValueError("A working day opens before it closes.")

    def weight(self, day: date) -> Fraction:
        """Return how much of a working day this day is."""
        return self.weights[day.weekday()]

    def work(self, span: Span) -> Fraction:
        """Return the working days in a span; an empty or reversed one has none."""
        days = max((span.until_day - span.from_day).days, 0)
        weeks, rest = divmod(days, 7)
        odd = (span.from_day + ONE_DAY * (weeks * 7 + extra) for extra in range(rest))
        return sum(self.weights) * weeks + sum((self.weight(day) for day in odd), _NONE)

    def part_of_day(self, at: time) -> Fraction:
        """Return how much of a working day is over at a time of it, from 0 to 1."""
        opens, closes, now = (_microseconds(each) for each in (self.opens, self.closes, at))
        return min(max(Fraction(now - opens, closes - opens), _NONE), _WHOLE)

    def work_until(self, span: Span, now: datetime) -> Fraction:
        """Return the working days of a span that are over at a local moment.

        The running day counts by the part of its working hours that has gone by.
        """
        today = now.date()
        past = self.work(Span(span.from_day, min(span.until_day, today)))
        if not span.from_day <= today < span.until_day:
            return past
        return past + self.weight(today) * self.part_of_day(now.time())

    def days_left(self, span: Span, now: datetime) -> Fraction:
        """Return the whole working days of a span still to come, the running one included.

        Once the running day has closed it no longer counts.
        """
        today = now.date()
        is_closed = self.part_of_day(now.time()) == 1
        return self.work(Span(max(span.from_day, today + ONE_DAY * is_closed), span.until_day))


STANDARD = WorkWeek()


def within(spans: Sequence[Span], bounds: Span) -> tuple[Span, ...]:
    """Return the parts of spans that lie inside others' bounds, none empty."""
    cut = (
        Span(max(span.from_day, bounds.from_day), min(span.until_day, bounds.until_day))
        for span in spans
    )
    return tuple(span for span in cut if span.from_day < span.until_day)


def _microseconds(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
