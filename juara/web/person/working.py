"""By which calendar somebody works and when they are away, as their page says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.calendar import FOREVER
from juara.leaderboards import queries as boards
from juara.people import access, calendars
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.calendar_types import AbsenceFacts, CalendarFacts, Pattern
from juara.people.types import MemberFacts
from juara.ui import formats
from juara.ui.parts.story import span_of_days
from juara.web.as_of import AsOf
from juara.web.calendars import words
from juara.web.person.forms import AbsenceForm, CalendarChoiceForm

KINDS = {
    "vacation": gettext_lazy("Vacation"),
    "sick": gettext_lazy("Sick"),
    "other": gettext_lazy("Other"),
}
# How long an absence that is over is still listed.
_LISTED = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class AbsenceShown:
    """An absence in words; `part` is "" for whole days."""

    public_id: str
    kind: str
    days: str
    part: str
    note: str
    is_over: bool
    is_now: bool
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class WorkShown:
    """By which calendar somebody works, what it says, and when they are away."""

    calendar: str
    calendar_public_id: str
    says: str
    days: str
    next_calendar: str
    next_day: str
    absences: tuple[AbsenceShown, ...]
    can_enter: bool


def context(
    viewer: Viewer,
    found: MemberFacts,
    as_of: AsOf,
    *,
    absence_form: Form | None = None,
    calendar_form: Form | None = None,
) -> dict[str, Any]:
    """Return what the page says of somebody's working time, with the forms to change it."""
    today = their_day(found, as_of.at)
    is_close = access.may_enter_absence(viewer, found)
    can_enter = is_close and not as_of
    first = access.absence_to_enter(viewer, found, today=today) if can_enter else today
    every = calendars.calendars(batch=as_of.batch)
    current = _current(found, every, as_of, today, is_close=is_close, earliest=first)
    is_admin = viewer.is_admin and not as_of
    return {
        "work": current,
        "absence_form": absence_form
        or (AbsenceForm(initial={"first_day": today}, earliest=first) if can_enter else None),
        "absence_is_refused": absence_form is not None,
        "calendar_form": calendar_form
        or (
            CalendarChoiceForm(
                calendars=calendar_choices(every),
                initial={"calendar": current.calendar_public_id, "from_day": today},
            )
            if is_admin
            else None
        ),
        "calendar_is_refused": calendar_form is not None,
    }


def their_day(found: MemberFacts, moment: datetime) -> date:
    """Return the day it is where somebody works; of who works nowhere, the organization's."""
    today = boards.today(moment)
    spans = people.places_of(found.id)
    zone = next((each.zone for each in spans if each.from_day <= today < each.until_day), "")
    return moment.astimezone(ZoneInfo(zone)).date() if zone else today


def calendar_choices(every: Iterable[CalendarFacts]) -> list[tuple[str, str]]:
    """Return the calendars that can be chosen."""
    return [(each.public_id, each.name) for each in every if not each.is_archived]


def _current(
    found: MemberFacts,
    every: Iterable[CalendarFacts],
    as_of: AsOf,
    today: date,
    *,
    is_close: bool,
    earliest: date,
) -> WorkShown:
    can_enter = is_close and not as_of
    batch = as_of.batch
    default = next((each for each in every if each.is_default), None)
    by_id = {each.id: each for each in every}
    spans = calendars.chosen_by(found.id, batch=batch)
    chosen = next((each for each in spans if each.from_day <= today < each.until_day), None)
    after = next((each for each in spans if each.from_day > today), None)
    here = by_id[chosen.calendar_id] if chosen else default
    away = calendars.absences_of(found.id, today - _LISTED, FOREVER, batch=batch)
    return WorkShown(
        calendar=here.name if here else _("Standard"),
        calendar_public_id=here.public_id if here else "",
        says=words.pattern(here.on(today) if here else Pattern()),
        days=span_of_days(chosen.from_day, chosen.until_day) if chosen else "",
        next_calendar=by_id[after.calendar_id].name if after else "",
        next_day=formats.day(after.from_day) if after else "",
        absences=tuple(
            _shown(each, today, is_close=is_close, can_enter=can_enter, earliest=earliest)
            for each in reversed(away)
        ),
        can_enter=can_enter,
    )


def _shown(
    each: AbsenceFacts, today: date, *, is_close: bool, can_enter: bool, earliest: date
) -> AbsenceShown:
    return AbsenceShown(
        public_id=each.public_id,
        # Why is for those who enter it, not for everybody who may open the page.
        kind=str(KINDS.get(each.kind, each.kind)) if is_close else _("Away"),
        days=formats.day_range(each.from_day, each.until_day),
        part="" if each.part == 1 else words.share(each.part),
        note=each.note if is_close else "",
        is_over=each.until_day <= today,
        is_now=each.from_day <= today < each.until_day,
        can_withdraw=can_enter and each.until_day > earliest,
    )
