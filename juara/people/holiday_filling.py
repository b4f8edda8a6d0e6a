"""Filling public holidays in: stored once, so that what was counted by them stays counted.

A newer edition of the package changes nothing that is filled in already; it brings the years that
come. Ten years back are enough for what history usually is brought in.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from juara.core import db, succession
from juara.core.calendar import ALWAYS, ONE_DAY
from juara.events import operations as events
from juara.people import calendars, public_holidays
from juara.people.models import CalendarDay, HolidayFill, WorkCalendar, WorkPattern
from juara.tenancy import knowledge

YEARS_BACK = 10
YEARS_AHEAD = 2

# Whose holidays: country and region.
Place = tuple[str, str]


def horizon(today: date) -> tuple[date, date]:
    """Return the days that are filled in at a day, half-open: whole years."""
    return date(today.year - YEARS_BACK, 1, 1), date(today.year + YEARS_AHEAD + 1, 1, 1)


def fill(calendar: WorkCalendar, *, batch: int, today: date) -> bool:
    """Bring a calendar's public holidays in line with whose it keeps; return whether any changed.

    Fills in what is missing inside the horizon, takes out what is of somewhere else by now, and
    leaves alone what is there. Belongs to an open batch.
    """
    steps = _steps(calendar, today)
    for from_day, until_day, place in steps:
        _replace(calendar, place, from_day, until_day, batch)
    return bool(steps)


def is_due(*, today: date) -> bool:
    """Say whether any calendar has public holidays to be filled in."""
    return any(_steps(each, today) for each in _kept())


def extend_all(*, today: date, moment: datetime) -> int:
    """Fill in the years that have come into sight; return of how many calendars. One batch."""
    with db.transaction(), knowledge.batch(moment=moment, reason="public holidays") as batch:
        changed = sum(fill(each, batch=batch.number, today=today) for each in _kept())
        batch.is_used |= changed > 0
        if changed:
            events.bump_topics([calendars.TOPIC])
    return changed


def _kept() -> Iterable[WorkCalendar]:
    return WorkCalendar.objects.filter(archived_at=None).order_by("id")


def _steps(calendar: WorkCalendar, today: date) -> list[tuple[date, date, Place | None]]:
    """Return on which days the holidays of which place are to stand that do not yet."""
    first, last = horizon(today)
    wanted, there = _places(WorkPattern, calendar), _places(HolidayFill, calendar)
    days = sorted({first, last} | {day for span in (*wanted, *there) for day in span[:2]})
    steps = []
    for from_day, until_day in pairwise(days):
        want, have = _on(wanted, from_day), _on(there, from_day)
        if not first <= from_day < last and want != have:
            # Beyond the horizon nothing is added, and what is no longer wanted goes.
            want = None
        if want != have:
            steps.append((from_day, until_day, want))
    return steps


def _places(
    model: type[WorkPattern] | type[HolidayFill], calendar: WorkCalendar
) -> list[tuple[date, date, Place]]:
    """Return whose holidays a calendar keeps, or has, and when."""
    found = model.objects.filter(calendar=calendar, known_until=db.OPEN).exclude(country="")
    return [
        (first, last, (country, region))
        for first, last, country, region in found.values_list(
            "valid_from", "valid_until", "country", "region"
        )
    ]


def _on(spans: Sequence[tuple[date, date, Place]], day: date) -> Place | None:
    return next((place for first, last, place in spans if first <= day < last), None)


def _replace(
    calendar: WorkCalendar, place: Place | None, from_day: date, until_day: date, batch: int
) -> None:
    """Let the holidays of a place, or none, stand in a calendar on a span of days."""
    old = CalendarDay.objects.filter(
        calendar=calendar, is_company=False, known_until=db.OPEN,
        valid_from__gte=from_day, valid_from__lt=until_day,
    )  # fmt: skip
    # What this very batch filled in was never known to anyone.
    old.filter(known_from=batch).delete()
    old.update(known_until=batch)
    values = None
    if place is not None:
        country, region = place
        values = {"country": country, "region": region, "edition": public_holidays.EDITION}
        CalendarDay.objects.bulk_create(
            CalendarDay(
                calendar=calendar, is_company=False, name=each.name, known_from=batch,
                valid_from=each.day, valid_until=each.day + ONE_DAY,
            )
            for each in public_holidays.public_holidays(country, region, from_day, until_day)
        )  # fmt: skip
    succession.lay(
        HolidayFill, about={"calendar_id": calendar.id}, values=values,
        from_day=max(from_day, ALWAYS), until_day=until_day, batch=batch,
    )  # fmt: skip
