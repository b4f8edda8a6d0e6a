"""Periods and their keys.

Keys: ``2017-10-05`` (day), ``2017-W40`` (week), ``2017-10`` (month), ``2017-Q4`` (quarter),
``2017`` (year), ``FY2018`` (fiscal year), ``FY2018-Q1`` (fiscal quarter), ``FY2018-P03`` (fiscal
month), ``2017-10-05..2017-11-04`` (custom, both ends included), and, relative to a given today,
those of `RELATIVE_KEYS`. Rolling windows end today, today included, and are custom periods.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from juara.core.calendar.days import ALWAYS, ONE_DAY, add_months, first_of_month
from juara.core.calendar.rules import PLAIN, Named, PeriodRules, week_name
from juara.core.errors import DomainError

# Where periods that can be asked for end, far enough from the ends of time that the longest of
# them still has a neighbour on either side.
_LAST_UNTIL = date(3000, 1, 1)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
# Units whose days depend on the rules, by the form of their names.
_NAMES = {
    "week": re.compile(r"\d{4}-W\d{2}", re.ASCII),
    "fiscal-year": re.compile(r"FY\d{4}", re.ASCII),
    "fiscal-quarter": re.compile(r"FY\d{4}-Q[1-4]", re.ASCII),
    "fiscal-month": re.compile(r"FY\d{4}-P\d{2}", re.ASCII),
}

CALENDAR_KEYS = (
    "today", "yesterday", "this-week", "last-week", "this-month", "last-month",
    "this-quarter", "last-quarter", "this-year", "last-year",
)  # fmt: skip
FISCAL_KEYS = (
    "this-fiscal-month", "last-fiscal-month", "this-fiscal-quarter", "last-fiscal-quarter",
    "this-fiscal-year", "last-fiscal-year",
)  # fmt: skip
_ROLLING_DAYS = {"last-7-days": 7, "last-30-days": 30, "last-90-days": 90}
ROLLING_KEYS = tuple(_ROLLING_DAYS)
RELATIVE_KEYS = CALENDAR_KEYS + FISCAL_KEYS + ROLLING_KEYS


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `from_day` up to but not including `until_day`.

    `unit` is day, week, month, quarter, year, fiscal-month, fiscal-quarter, fiscal-year or
    custom. `name` is the key of one whose key cannot be told from its days alone.
    """

    unit: str
    from_day: date
    until_day: date
    name: str = field(default="", compare=False)

    @property
    def key(self) -> str:  # noqa: PLR0911 - one return a form is the clearest list of them
        """Return the absolute key that `parse_period` reads back as this period."""
        start = self.from_day
        if self.name:
            return self.name
        match self.unit:
            case "day":
                return start.isoformat()
            case "week":
                return week_name(start + timedelta(days=(3 - start.weekday()) % 7))
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


def period_of(unit: str, day: date, *, rules: PeriodRules = PLAIN) -> Period:
    """Return the period of a unit that `day` lies in; of every unit but custom there is one.

    A rolling window is the one that ends with the day.
    """
    if unit in _ROLLING_DAYS:
        return Period("custom", day + ONE_DAY - timedelta(days=_ROLLING_DAYS[unit]), day + ONE_DAY)
    match unit:
        case "day":
            return Period("day", day, day + ONE_DAY)
        case "month":
            start = first_of_month(day)
            return Period("month", start, add_months(start, 1))
        case "quarter":
            start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return Period("quarter", start, add_months(start, 3))
        case "year":
            return Period("year", date(day.year, 1, 1), date(day.year + 1, 1, 1))
    if unit in _NAMES:
        return _period(unit, rules.around(unit, day))
    raise _unreadable(unit)


def previous(period: Period, *, rules: PeriodRules = PLAIN) -> Period:
    """Return the equal period just before; a custom one is moved back by its own length."""
    if period.unit == "custom":
        length = period.until_day - period.from_day
        return Period("custom", period.from_day - length, period.from_day)
    return period_of(period.unit, period.from_day - ONE_DAY, rules=rules)


def following(period: Period, *, rules: PeriodRules = PLAIN) -> Period:
    """Return the equal period just after."""
    if period.unit == "custom":
        length = period.until_day - period.from_day
        return Period("custom", period.until_day, period.until_day + length)
    return period_of(period.unit, period.until_day, rules=rules)


def parse_period(key: str, *, today: date, rules: PeriodRules = PLAIN) -> Period:
    """Return the period a key names; `today` is what relative keys start from.

    Years are 1900 to 2999. Raises DomainError `period.unreadable` for anything else, naming the
    accepted forms, and `period.none` for a name that a change of the rules has left without days.
    """
    try:
        period = _parse(key.strip(), today=today, rules=rules)
    except (ValueError, OverflowError) as error:
        raise _unreadable(key) from error
    if period.from_day < ALWAYS or period.until_day > _LAST_UNTIL:
        raise _unreadable(key)
    return period


def offered_keys(rules: PeriodRules, *, today: date) -> tuple[str, ...]:
    """Return the relative keys worth offering: fiscal ones where they differ from the calendar."""
    fiscal = rules.fiscal_on(today)
    offered = () if fiscal.is_calendar else FISCAL_KEYS if fiscal.is_weeks else FISCAL_KEYS[2:]
    return CALENDAR_KEYS + offered + ROLLING_KEYS


def _period(unit: str, found: Named) -> Period:
    return Period(unit, found.from_day, found.until_day, found.name)


def _parse(  # noqa: PLR0911 - one return a form is the clearest list of them
    key: str, *, today: date, rules: PeriodRules
) -> Period:
    if key in RELATIVE_KEYS:
        return _relative(key, today=today, rules=rules)
    if _DAY.fullmatch(key):
        return period_of("day", date.fromisoformat(key))
    if found := _MONTH.fullmatch(key):
        return period_of("month", date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(key):
        return period_of("quarter", date(int(found[1]), int(found[2]) * 3, 1))
    if _YEAR.fullmatch(key):
        return period_of("year", date(int(key), 1, 1))
    if unit := _unit_of(key.partition("@")[0]):
        return _named(unit, key, rules)
    return _custom(key)


def _unit_of(name: str) -> str:
    return next((unit for unit, form in _NAMES.items() if form.fullmatch(name)), "")


def _named(unit: str, key: str, rules: PeriodRules) -> Period:
    """Read a key like ``FY2025-Q3``, or with its first day where two have the same name."""
    name, has_day, first = key.partition("@")
    at = date.fromisoformat(first) if has_day else None
    first_day = rules.first_day(unit, name, at=at)
    if first_day is None:
        raise DomainError(
            "period.none",
            f"There is no “{key}”: weeks or the fiscal year were changed, and no day lies in it.",
            key=key,
        )
    return period_of(unit, first_day, rules=rules)


def _custom(key: str) -> Period:
    first, dots, last = key.partition("..")
    if dots and _DAY.fullmatch(first) and _DAY.fullmatch(last):
        from_day, until_day = date.fromisoformat(first), date.fromisoformat(last) + ONE_DAY
        if from_day < until_day:
            return Period("custom", from_day, until_day)
    raise _unreadable(key)


def _relative(key: str, *, today: date, rules: PeriodRules) -> Period:
    if key in ("today", "yesterday"):
        return period_of("day", today - (ONE_DAY if key == "yesterday" else timedelta()))
    if key in _ROLLING_DAYS:
        return period_of(key, today)
    which, _, unit = key.partition("-")
    current = period_of(unit, today, rules=rules)
    return current if which == "this" else previous(current, rules=rules)


def _unreadable(key: str) -> DomainError:
    return DomainError(
        "period.unreadable",
        f"“{key}” is not a period. Write a day (2017-10-05), a week (2017-W40), a month (2017-10), "
        "a quarter (2017-Q4), a year (2017), a fiscal year, quarter or month (FY2018, FY2018-Q1, "
        "FY2018-P03), a range (2017-10-05..2017-11-04), or one of "
        f"{', '.join(RELATIVE_KEYS)}.",
        key=key,
    )
