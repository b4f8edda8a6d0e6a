"""Calendars: by what weekdays, hours and holidays people work. Administrators look after them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from juara.core import clock, scope
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.people import access, calendar_operations, holiday_filling, public_holidays
from juara.people import calendars as queries
from juara.people.access import Viewer
from juara.people.calendar_types import CalendarFacts, Pattern
from juara.people.public_holidays import PublicHoliday
from juara.ui import formats
from juara.ui.parts.story import span_of_days
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.calendars import words
from juara.web.calendars.forms import CalendarForm, CompanyDayForm, HolidaysForm, initial
from juara.web.calendars.year import year_of
from juara.web.entrance import in_organization
from juara.web.errors import sentence

# Which years can be looked at: those that public holidays are filled in for.
_YEARS_BACK, _YEARS_AHEAD = holiday_filling.YEARS_BACK, holiday_filling.YEARS_AHEAD


@require_GET
@in_organization
def calendars(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    as_of = moments.read(request, now=clock.now())
    chosen = queries.people_by_calendar(as_of.today, batch=as_of.batch)
    every = [
        {
            "facts": each,
            "says": words.pattern(each.on(as_of.today)),
            "people": chosen.get(each.id, 0),
            "url": as_of.url("calendar", each.public_id),
        }
        for each in queries.calendars(batch=as_of.batch)
    ]
    context = {
        "as_of": as_of,
        "calendars": [each for each in every if not _facts(each).is_archived],
        "archived": [each for each in every if _facts(each).is_archived],
        "can_edit": not as_of,
    }
    return render(request, "web/calendars/list.html", context)


def _facts(shown: dict[str, Any]) -> CalendarFacts:
    facts: CalendarFacts = shown["facts"]
    return facts


@require_GET
@in_organization
def calendar(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    return page(request, public_id)


def page(
    request: HttpRequest, public_id: str, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    """Show a calendar: a year of it, its days, and what it said and will say."""
    as_of = moments.read(request, now=clock.now())
    today, batch = as_of.today, as_of.batch
    found = queries.calendar_of_id(public_id, batch=batch)
    number = _year(request, today)
    week_start = scope.current().rules.week_start_on(today)
    context = {
        "as_of": as_of,
        "calendar": found,
        "says": words.pattern(found.on(today)),
        "people": queries.people_by_calendar(today, batch=batch).get(found.id, 0),
        "year": year_of(found, number, today=today, batch=batch, week_start=week_start),
        "ways": _ways(found, number, today, as_of),
        "patterns": [
            (words.pattern(each.pattern), span_of_days(each.from_day, each.until_day),
             each.from_day <= today < each.until_day)
            for each in reversed(found.patterns)
        ],
        "form": form or CompanyDayForm(initial={"kind": "off", "first_day": today}),
        "can_edit": not as_of,
    }  # fmt: skip
    return render(request, "web/calendars/calendar.html", context, status=status)


def _year(request: HttpRequest, today: date) -> int:
    text = request.GET.get("year", "")
    asked = int(text) if text.isdecimal() and len(text) < 5 else today.year
    return min(max(asked, today.year - _YEARS_BACK), today.year + _YEARS_AHEAD)


def _ways(found: CalendarFacts, number: int, today: date, as_of: AsOf) -> dict[str, str]:
    """Return the addresses of the years before and after, "" where there is nothing to see."""
    first, last = today.year - _YEARS_BACK, today.year + _YEARS_AHEAD
    ways = {"before": number - 1, "after": number + 1}
    return {
        name: as_of.url("calendar", found.public_id, year=str(year))
        if first <= year <= last
        else ""
        for name, year in ways.items()
    }


@in_organization
def calendar_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    form = _form(request, Pattern())
    if _is_sent(request) and form.is_valid():
        try:
            made = calendar_operations.add_calendar(
                form.cleaned_data["name"], form.pattern, today=_today(), moment=clock.now(),
                actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(_field_of(refusal), sentence(refusal))
        else:
            messages.success(
                request,
                _("%(name)s is there. Choose it for people on their own pages.")
                % {"name": made.name},
            )
            return _to(made.public_id)
    return _form_page(request, form, None)


@in_organization
def calendar_change(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let a calendar say something else from a day on."""
    access.require_admin(viewer)
    found = queries.calendar_of_id(public_id)
    today = _today()
    form = _form(request, found.on(today), name=found.name, from_day=today)
    if _is_sent(request) and form.is_valid():
        try:
            is_changed = calendar_operations.change_calendar(
                public_id, name=form.cleaned_data["name"], pattern=form.pattern,
                from_day=form.starts_on, today=today, moment=clock.now(),
                actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(_field_of(refusal), sentence(refusal))
        else:
            said = _("Saved. Expectations follow at once.")
            if not is_changed:
                said = _("Nothing to change: it is like that already.")
            messages.success(request, said)
            return _to(public_id)
    return _form_page(request, form, found)


@require_GET
@in_organization
def calendar_holidays(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the regions of a country and the holidays of the coming year: part of the form."""
    access.require_admin(viewer)
    given = {name: request.GET.get(name, "") for name in ("country", "region")}
    if not public_holidays.is_known(given["country"], given["region"]):
        # Another country: the region was of the one before.
        given["region"] = ""
    form = HolidaysForm(initial=given, shown_at=_shown_at())
    context = {"form": form, "holidays": _coming(given["country"], given["region"])}
    return render(request, "web/calendars/_holidays.html", context)


@require_POST
@in_organization
def calendar_archive(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    found = queries.calendar_of_id(public_id)
    try:
        calendar_operations.archive_calendar(
            public_id, today=_today(), moment=clock.now(), actor=viewer.member.email
        )
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return _to(public_id)
    messages.success(request, _("%(name)s is archived.") % {"name": found.name})
    return redirect("calendars", scope.current().slug)


@require_POST
@in_organization
def calendar_restore(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    found = queries.calendar_of_id(public_id)
    calendar_operations.restore_calendar(public_id, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("%(name)s is back in use.") % {"name": found.name})
    return _to(public_id)


def _form(
    request: HttpRequest, pattern: Pattern, *, name: str = "", from_day: date | None = None
) -> CalendarForm:
    return CalendarForm(
        request.POST if request.method == "POST" else None,
        shown_at=_shown_at(),
        initial=initial(pattern) | {"name": name, "from_day": from_day},
    )


def _is_sent(request: HttpRequest) -> bool:
    """Say whether the form was sent to be saved, and not to look at the holidays first."""
    return request.method == "POST" and "look" not in request.POST


def _form_page(
    request: HttpRequest, form: CalendarForm, found: CalendarFacts | None
) -> HttpResponse:
    context = {
        "form": form,
        "calendar": found,
        "holidays": _coming(form["country"].value() or "", form["region"].value() or ""),
    }
    is_refused = _is_sent(request) and bool(form.errors)
    return render(request, "web/calendars/form.html", context, status=422 if is_refused else 200)


def _coming(country: str, region: str) -> list[tuple[str, str]]:
    """Return the public holidays of the twelve months that come, as (day, name)."""
    if not country or not public_holidays.is_known(country, region):
        return []
    today = _today()
    found: tuple[PublicHoliday, ...] = public_holidays.public_holidays(
        country, region, today, date(today.year + 1, today.month, 1)
    )
    return [(formats.day(each.day), each.name) for each in found]


def _shown_at() -> str:
    return reverse("calendar_holidays", args=[scope.current().slug])


def _field_of(refusal: DomainError) -> str | None:
    return {
        "calendar.name": "name", "calendar.name_taken": "name", "calendar.hours": "closes",
        "calendar.country": "country", "calendar.day": "from_day",
    }.get(refusal.code)  # fmt: skip


def _today() -> date:
    return boards.today(clock.now())


def _to(public_id: str) -> HttpResponse:
    return redirect("calendar", scope.current().slug, public_id)
