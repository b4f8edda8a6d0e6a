"""Saying when somebody is away, and by which calendar they work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from juara.core import clock, scope
from juara.core.errors import DomainError
from juara.people import absences, access, calendar_operations, calendars
from juara.people import queries as people
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.person import views
from juara.web.person.forms import AbsenceForm, CalendarChoiceForm
from juara.web.person.working import calendar_choices, their_day


@require_POST
@in_organization
def absence_add(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = people.member_of_id(public_id)
    first = access.absence_to_enter(viewer, found, today=their_day(found, clock.now()))
    form = AbsenceForm(request.POST, earliest=first)
    if form.is_valid():
        given = form.cleaned_data
        try:
            absences.add_absence(
                found, from_day=given["first_day"], until_day=form.until_day, part=form.part,
                kind=given["kind"], note=given["note"], moment=clock.now(),
                actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, sentence(refusal))
        else:
            days = formats.day_range(given["first_day"], form.until_day)
            messages.success(
                request,
                _("Noted: %(days)s. Targets ask for less in that time.") % {"days": days},
            )
            return _to(public_id)
    return views.show(request, viewer, found, absence_form=form, status=422)


@require_POST
@in_organization
def absence_withdraw(
    request: HttpRequest, viewer: Viewer, public_id: str, absence: str
) -> HttpResponse:
    """Take an absence back, as far as its days may still be changed by who asks."""
    found = people.member_of_id(public_id)
    first = access.absence_to_enter(viewer, found, today=their_day(found, clock.now()))
    changed = absences.withdraw_absence(
        found, absence, from_day=first, moment=clock.now(), actor=viewer.member.email
    )
    said = _("The absence is withdrawn.") if changed else _("That absence is over already.")
    messages.success(request, said)
    return _to(public_id)


@require_POST
@in_organization
def person_calendar(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let somebody work by another calendar from a day on."""
    found = access.member_to_change(viewer, public_id)
    form = CalendarChoiceForm(request.POST, calendars=calendar_choices(calendars.calendars()))
    if form.is_valid():
        chosen = calendars.calendar_of_id(form.cleaned_data["calendar"])
        try:
            changed = calendar_operations.choose_calendar(
                found, chosen.id, from_day=form.starts_on, moment=clock.now(),
                actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, sentence(refusal))
        else:
            said = _("%(name)s works by “%(calendar)s” from then on.")
            if not changed:
                said = _("Nothing to change: it is like that already.")
            messages.success(request, said % {"name": found.name, "calendar": chosen.name})
            return _to(public_id)
    return views.show(request, viewer, found, calendar_form=form, status=422)


def _to(public_id: str) -> HttpResponse:
    return redirect("person", scope.current().slug, public_id)
