"""Single days, months of days, and how a range is cut into both."""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

# Sentinels instead of NULL keep every span comparison one plain expression, in SQL too.
ALWAYS = date(1900, 1, 1)
FOREVER = date(9999, 12, 31)

ONE_DAY = timedelta(days=1)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of whole months (`grain` ``m``) or of single days (`grain` ``d``), half-open."""

    grain: str
    from_day: date
    until_day: date


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def stretches(from_day: date, until_day: date) -> Iterator[Stretch]:
    """Cut a half-open range into whole months and the days left over at its edges.

    At most three stretches, in order, none empty, together exactly the range.
    """
    first_whole = from_day if from_day.day == 1 else add_months(first_of_month(from_day), 1)
    last_whole = first_of_month(until_day)
    if first_whole >= last_whole:
        if from_day < until_day:
            yield Stretch("d", from_day, until_day)
        return
    if from_day < first_whole:
        yield Stretch("d", from_day, first_whole)
    yield Stretch("m", first_whole, last_whole)
    if last_whole < until_day:
        yield Stretch("d", last_whole, until_day)
