"""Days and periods: half-open ranges of calendar days, named by keys people can read.

Keys: ``2017-10-05`` (day), ``2017-W40`` (week), ``2017-10`` (month), ``2017-Q4`` (quarter),
``2017`` (year), ``2017-10-05..2017-11-04`` (custom, both ends included), and, relative to a given
today, ``today``, ``yesterday``, ``this-week``, ``last-week``, ``this-month``, ``last-month``,
``this-quarter``, ``last-quarter``, ``this-year``, ``last-year``.
"""

import calendar as months
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from juara.core.errors import DomainError

# Sentinels instead of NULL keep every span comparison one plain expression, in SQL too.
ALWAYS = date(1900, 1, 1)
FOREVER = date(9999, 12, 31)

# Where periods that can be asked for end, far enough from the ends of time that the longest of
# them still has a neighbour on either side.
_LAST_UNTIL = date(3000, 1, 1)

ONE_DAY = timedelta(days=1)
MONDAY = 0

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")

RELATIVE_KEYS = (
    "today", "yesterday", "this-week", "last-week", "this-month", "last-month",
    "this-quarter", "last-quarter", "this-year", "last-year",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `from_day` up to but not including `until_day`.

    `unit` is day, week, month, quarter, year or custom.
    """

    unit: str
    from_day: date
    until_day: date

    @property
    def key(self) -> str:
        """Return the absolute key that `parse_period` reads back as this period."""
        start = self.from_day
        match self.unit:
            case "day":
                return start.isoformat()
            case "week":
                # The ISO week whose Thursday lies in these seven days, whatever the first day.
                thursday = start + timedelta(days=(3 - start.weekday()) % 7)
                year, week, _ = thursday.isocalendar()
                return f"{year}-W{week:02d}"
            case "month":
                return f"{start.year:04d}-{start.month:02d}"
            case "quarter":
                return f"{start.year:04d}-Q{(start.month + 2) // 3}"
            case "year":
                return f"{start.year:04d}"
            case _:
                return f"{start.isoformat()}..{(self.until_day - ONE_DAY).isoformat()}"

    @property
    def days(self) -> int:
        return (self.until_day - self.from_day).days

    def contains(self, day: date) -> bool:
        return self.from_day <= day < self.until_day


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


def period_of(unit: str, day: date, *, week_start: int = MONDAY) -> Period:
    """Return the day, week, month, quarter or year that `day` lies in.

    `week_start` is 0 for Monday to 6 for Sunday.
    """
    match unit:
        case "day":
            return Period("day", day, day + ONE_DAY)
        case "week":
            start = day - timedelta(days=(day.weekday() - week_start) % 7)
            return Period("week", start, start + timedelta(days=7))
        case "month":
            start = first_of_month(day)
            return Period("month", start, add_months(start, 1))
        case "quarter":
            start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return Period("quarter", start, add_months(start, 3))
        case "year":
            return Period("year", date(day.year, 1, 1), date(day.year + 1, 1, 1))
        case _:
            raise _unreadable(unit)


def previous(period: Period, *, week_start: int = MONDAY) -> Period:
    """Return the equal period just before; a custom one is moved back by its own length."""
    if period.unit == "custom":
        length = period.until_day - period.from_day
        return Period("custom", period.from_day - length, period.from_day)
    return period_of(period.unit, period.from_day - ONE_DAY, week_start=week_start)


def following(period: Period, *, week_start: int = MONDAY) -> Period:
    """Return the equal period just after."""
    if period.unit == "custom":
        length = period.until_day - period.from_day
        return Period("custom", period.until_day, period.until_day + length)
    return period_of(period.unit, period.until_day, week_start=week_start)


def parse_period(key: str, *, today: date, week_start: int = MONDAY) -> Period:
    """Return the period a key names; `today` is what relative keys start from.

    Years are 1900 to 2999. Raises DomainError `period.unreadable` for anything else, naming the
    accepted forms.
    """
    try:
        period = _parse(key.strip(), today=today, week_start=week_start)
    except (ValueError, OverflowError) as error:
        raise _unreadable(key) from error
    if period.from_day < ALWAYS or period.until_day > _LAST_UNTIL:
        raise _unreadable(key)
    return period


def _parse(  # noqa: PLR0911 - one return a form is the clearest list of them
    key: str, *, today: date, week_start: int
) -> Period:
    if key in RELATIVE_KEYS:
        return _relative(key, today=today, week_start=week_start)
    if _DAY.fullmatch(key):
        return period_of("day", date.fromisoformat(key))
    if found := _WEEK.fullmatch(key):
        thursday = date.fromisocalendar(int(found[1]), int(found[2]), 4)
        return period_of("week", thursday, week_start=week_start)
    if found := _MONTH.fullmatch(key):
        return period_of("month", date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(key):
        return period_of("quarter", date(int(found[1]), int(found[2]) * 3, 1))
    if _YEAR.fullmatch(key):
        return period_of("year", date(int(key), 1, 1))
    first, dots, last = key.partition("..")
    if dots and _DAY.fullmatch(first) and _DAY.fullmatch(last):
        from_day, until_day = date.fromisoformat(first), date.fromisoformat(last) + ONE_DAY
        if from_day < until_day:
            return Period("custom", from_day, until_day)
    raise _unreadable(key)


def _relative(key: str, *, today: date, week_start: int) -> Period:
    if key in ("today", "yesterday"):
        return period_of("day", today - (ONE_DAY if key == "yesterday" else timedelta()))
    which, unit = key.split("-")
    current = period_of(unit, today, week_start=week_start)
    return current if which == "this" else previous(current, week_start=week_start)


def _unreadable(key: str) -> DomainError:
    return DomainError(
        "period.unreadable",
        f"“{key}” is not a period. Write a day (2017-10-05), a week (2017-W40), a month (2017-10), "
        "a quarter (2017-Q4), a year (2017), a range (2017-10-05..2017-11-04), or one of "
        f"{', '.join(RELATIVE_KEYS)}.",
        key=key,
    )


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
