"""Working time: how much of a day, a week or a month of work there is, and how much is over.

It is measured in working days, as exact fractions: a weekday weighs what the work week says (1 is
a whole day of work, 1/2 a half), and of the running day the part between opening and closing is
over. Everything here is local: days, and moments already turned into the person's own zone.

A `WorkWeek` goes on for ever. A `WorkCalendar` has work weeks by date and days that are different,
and answers for the days it was made for; everybody who works by it shares it. An `OwnTime` is one
person's: whose calendar when, less the time they are away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from typing import Protocol

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


class WorkTime(Protocol):
    """What every kind of working time can be asked."""

    def weight(self, day: date) -> Fraction:
        """Return how much of a working day this day is."""

    def work(self, span: Span) -> Fraction:
        """Return the working days in a span; an empty or reversed one has none."""

    def work_until(self, span: Span, now: datetime) -> Fraction:
        """Return the working days of a span that are over at a local moment."""

    def days_left(self, span: Span, now: datetime) -> Fraction:
        """Return the whole working days of a span still to come, the running one included."""


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
        return _work_until(self, span, now, self.part_of_day(now.time()))

    def days_left(self, span: Span, now: datetime) -> Fraction:
        """Return the whole working days of a span still to come, the running one included.

        Once the running day has closed it no longer counts.
        """
        return _days_left(self, span, now, self.part_of_day(now.time()))


STANDARD = WorkWeek()


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not like its weekday: a holiday, half a day off, an extra working day.

    A day off weighs `weight` at most: half a holiday on a Saturday makes no work. An extra
    working day weighs that at least.
    """

    weight: Fraction = _NONE
    is_extra: bool = False

    def __post_init__(self) -> None:
        if not _NONE <= self.weight <= _WHOLE:
            raise ValueError("A special day weighs from nothing to a whole day.")

    def on(self, weekday: Fraction) -> Fraction:
        """Return what a day of this weight weighs when it is special."""
        return max(weekday, self.weight) if self.is_extra else min(weekday, self.weight)


class WorkCalendar:
    """Work weeks by date, and days that are different, for the days inside its bounds.

    Adding up any span takes the difference of two prefix sums, whatever its length; making the
    calendar takes a step a day, so it is made once and shared by all who work by it.
    """

    __slots__ = ("_sums", "_unit", "_weeks", "bounds")

    def __init__(
        self,
        bounds: Span,
        *,
        weeks: Iterable[tuple[date, WorkWeek]] = (),
        specials: Mapping[date, Special] | None = None,
    ) -> None:
        """Make the calendar of some days: the standard week, from each date on another.

        Dates before the bounds count for their beginning, special days outside are left out.
        """
        self.bounds = bounds
        self._weeks = [(bounds.from_day, STANDARD), *sorted(weeks, key=lambda each: each[0])]
        weights = self._weights(specials or {})
        # Whole numbers of the smallest part any day weighs: adding fractions takes ten times as
        # long, and a year of them is added for every calendar.
        self._unit = lcm(*{weight.denominator for weight in weights})
        parts = {weight: int(weight * self._unit) for weight in set(weights)}
        self._sums = list(accumulate((parts[weight] for weight in weights), initial=0))

    def _weights(self, specials: Mapping[date, Special]) -> list[Fraction]:
        first, last = self.bounds.from_day, self.bounds.until_day
        weights: list[Fraction] = []
        edges = [*(min(max(day, first), last) for day, _ in self._weeks), last]
        for (_, week), (from_day, until_day) in zip(self._weeks, pairwise(edges), strict=True):
            days = (until_day - from_day).days
            start = from_day.weekday()
            weights += [week.weights[(start + at) % 7] for at in range(days)]
        for day, special in specials.items():
            if first <= day < last:
                at = (day - first).days
                weights[at] = special.on(weights[at])
        return weights

    @property
    def days(self) -> list[float]:
        """Return what each day within the bounds weighs, for counting over many days at once."""
        return [(after - before) / self._unit for before, after in pairwise(self._sums)]

    def week_on(self, day: date) -> WorkWeek:
        """Return the work week that holds on a day."""
        return next(week for from_day, week in reversed(self._weeks) if from_day <= day)

    def weight(self, day: date) -> Fraction:
        return self.work(Span(day, day + ONE_DAY))

    def work(self, span: Span) -> Fraction:
        """Return the working days in a span; ValueError for one beyond the bounds."""
        if span.from_day >= span.until_day:
            return _NONE
        if span.from_day < self.bounds.from_day or span.until_day > self.bounds.until_day:
            raise ValueError(f"{span} lies beyond the days this calendar was made for.")
        first, last = ((day - self.bounds.from_day).days for day in (span.from_day, span.until_day))
        return Fraction(self._sums[last] - self._sums[first], self._unit)

    def part_of(self, now: datetime) -> Fraction:
        """Return how much of the running working day is over, from 0 to 1."""
        return self.week_on(max(now.date(), self.bounds.from_day)).part_of_day(now.time())

    def work_until(self, span: Span, now: datetime) -> Fraction:
        return _work_until(self, span, now, self.part_of(now))

    def days_left(self, span: Span, now: datetime) -> Fraction:
        return _days_left(self, span, now, self.part_of(now))


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away for a part of what they would work."""

    span: Span
    part: Fraction = _WHOLE


@dataclass(frozen=True, slots=True)
class Piece:
    """Days on which somebody works a share of what a calendar has."""

    span: Span
    calendar: WorkCalendar
    share: Fraction


class OwnTime:
    """One person's working time: the calendars they work by, less the time they are away.

    Whoever is away twice on a day is away for both parts together, and never for more than the
    day. Days no calendar is named for have no work.
    """

    __slots__ = ("pieces",)

    def __init__(
        self, calendars: Sequence[tuple[Span, WorkCalendar]], away: Sequence[Away] = ()
    ) -> None:
        """`calendars` are by whom and when, not overlapping, each within its calendar's bounds."""
        self.pieces = tuple(
            Piece(piece, calendar, share)
            for span, calendar in sorted(calendars, key=lambda each: each[0].from_day)
            for piece, share in _shares(span, away)
        )

    def weight(self, day: date) -> Fraction:
        return self.work(Span(day, day + ONE_DAY))

    def work(self, span: Span) -> Fraction:
        total = _NONE
        for piece in self.pieces:
            if piece.span.from_day < span.until_day and span.from_day < piece.span.until_day:
                there = piece.calendar.work(_overlap(piece.span, span))
                total += there if piece.share == 1 else there * piece.share
        return total

    def part_of(self, now: datetime) -> Fraction:
        """Return how much of the running working day is over, from 0 to 1."""
        for piece in self.pieces:
            if piece.span.from_day <= now.date() < piece.span.until_day:
                return piece.calendar.part_of(now)
        return STANDARD.part_of_day(now.time())

    def work_until(self, span: Span, now: datetime) -> Fraction:
        return _work_until(self, span, now, self.part_of(now))

    def days_left(self, span: Span, now: datetime) -> Fraction:
        return _days_left(self, span, now, self.part_of(now))


def _shares(span: Span, away: Sequence[Away]) -> list[tuple[Span, Fraction]]:
    """Cut a span where somebody goes away or comes back; say how much of each part they work."""
    touching = [
        each
        for each in away
        if each.span.from_day < span.until_day and span.from_day < each.span.until_day
    ]
    if not touching:
        return [(span, _WHOLE)]
    cuts = {day for each in touching for day in (each.span.from_day, each.span.until_day)}
    inside = sorted(day for day in cuts if span.from_day < day < span.until_day)
    return [
        (Span(*edges), _WHOLE - min(_WHOLE, _away_on(edges[0], touching)))
        for edges in pairwise([span.from_day, *inside, span.until_day])
    ]


def _away_on(day: date, away: Sequence[Away]) -> Fraction:
    there = (each.part for each in away if each.span.from_day <= day < each.span.until_day)
    return sum(there, _NONE)


def _work_until(kept: WorkTime, span: Span, now: datetime, part: Fraction) -> Fraction:
    today = now.date()
    past = kept.work(Span(span.from_day, min(span.until_day, today)))
    if not span.from_day <= today < span.until_day:
        return past
    return past + kept.weight(today) * part


def _days_left(kept: WorkTime, span: Span, now: datetime, part: Fraction) -> Fraction:
    first = now.date() + ONE_DAY * (part == 1)
    return kept.work(Span(max(span.from_day, first), span.until_day))


def _overlap(one: Span, other: Span) -> Span:
    return Span(max(one.from_day, other.from_day), min(one.until_day, other.until_day))


def within(spans: Sequence[Span], bounds: Span) -> tuple[Span, ...]:
    """Return the parts of spans that lie inside others' bounds, none empty."""
    cut = (
        Span(max(span.from_day, bounds.from_day), min(span.until_day, bounds.until_day))
        for span in spans
    )
    return tuple(span for span in cut if span.from_day < span.until_day)


def _microseconds(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
