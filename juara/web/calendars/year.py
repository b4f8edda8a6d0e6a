"""A year of a calendar at a glance: twelve small months, and what is different in them."""

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from babel import dates

from juara.core.calendar import ONE_DAY
from juara.core.worktime import Span, WorkCalendar
from juara.people import calendars
from juara.people.calendar_types import CalendarFacts, DifferentDay
from juara.ui import formats
from juara.web.calendars import words


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: `state` is work, part, free, holiday, company or extra; `title` says what is."""

    number: int
    state: str
    title: str = ""
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month with empty places before its first day. `work` is its working days."""

    name: str
    before: range
    days: tuple[Cell, ...]
    work: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A different day as the list beside the months says it; `day` finds it in an address."""

    name: str
    days: str
    what: str
    is_company: bool
    is_over: bool
    day: str
    # On a day that is free anyway a holiday takes nothing.
    is_idle: bool


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    months: tuple[Month, ...]
    weekdays: tuple[str, ...]
    listed: tuple[Listed, ...]
    work: str
    # Whether public holidays should be there and are not known yet, or no more.
    is_beyond: bool


def year_of(facts: CalendarFacts, number: int, *, today: date, batch: int, week_start: int) -> Year:
    """Return a year of a calendar as known at a batch."""
    first, last = date(number, 1, 1), date(number + 1, 1, 1)
    days = calendars.different_days(first, last, calendar_id=facts.id, batch=batch)
    work = calendars.work_calendar(facts, days, Span(first, last))
    names = [words.weekday((week_start + at) % 7, is_short=True) for at in range(7)]
    keeps = any(
        each.pattern.country and each.from_day < last and each.until_day > first
        for each in facts.patterns
    )
    return Year(
        number=number,
        months=tuple(
            _month(date(number, at, 1), work, days, today, week_start) for at in range(1, 13)
        ),
        weekdays=tuple(name[:2] for name in names),
        listed=tuple(
            _listed(each, facts, today) for each in sorted(days, key=lambda each: each.from_day)
        ),
        work=amount(work.work(Span(first, last))),
        is_beyond=keeps and not any(not each.is_company for each in days),
    )


def amount(days: Fraction) -> str:
    """Write a number of working days, with as many decimals as it has, two at most."""
    return formats.plain(Decimal(days.numerator) / days.denominator)


def _month(
    first: date,
    work: WorkCalendar,
    days: Sequence[DifferentDay],
    today: date,
    week_start: int,
) -> Month:
    length = months.monthrange(first.year, first.month)[1]
    cells = [_cell(first.replace(day=number), work, days, today) for number in range(1, length + 1)]
    until = first.replace(day=length) + ONE_DAY
    return Month(
        name=dates.format_skeleton("MMMM", first, locale=formats.locale()),
        before=range((first.weekday() - week_start) % 7),
        days=tuple(cells),
        work=amount(work.work(Span(first, until))),
    )


def _cell(day: date, work: WorkCalendar, days: Sequence[DifferentDay], today: date) -> Cell:
    here = [each for each in days if each.from_day <= day < each.until_day]
    # The company's own comes last, and holds.
    found = here[-1] if here else None
    weight = work.weight(day)
    state = "work" if weight == 1 else "part" if weight else "free"
    if found is not None:
        state = "extra" if found.is_extra else "company" if found.is_company else "holiday"
        if weight and not found.is_extra:
            state = "part"
    return Cell(
        day.day, state, "" if found is None else f"{formats.day(day)}: {found.name}", day == today
    )


def _days(each: DifferentDay) -> str:
    """Write one day without its year, which stands above; several with everything."""
    if each.from_day + ONE_DAY < each.until_day:
        return formats.first_to_last(each.from_day, each.until_day)
    at = datetime.combine(each.from_day, time())
    return str(dates.format_skeleton("MMMEd", at, locale=formats.locale()))


def _listed(each: DifferentDay, facts: CalendarFacts, today: date) -> Listed:
    week = facts.on(each.from_day).week
    span = Span(each.from_day, each.until_day)
    return Listed(
        name=each.name,
        days=_days(each),
        what=words.different_day(each),
        is_company=each.is_company,
        is_over=each.until_day <= today,
        day=each.from_day.isoformat(),
        is_idle=not each.is_extra and week.work(span) == 0,
    )
