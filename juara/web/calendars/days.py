"""Company days: what a company does otherwise than its calendar says."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from juara.core import clock, scope
from juara.core.errors import DomainError, NotFoundError
from juara.people import access, calendar_operations
from juara.people import calendars as queries
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.calendars import views
from juara.web.calendars.forms import KINDS, CompanyDayForm
from juara.web.entrance import in_organization
from juara.web.errors import sentence


@require_POST
@in_organization
def calendar_day_add(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let days be different, in this calendar or in all that are in use."""
    access.require_admin(viewer)
    found = queries.calendar_of_id(public_id)
    form = CompanyDayForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        weight, is_extra = KINDS[given["kind"]]
        every = [each.public_id for each in queries.calendars() if not each.is_archived]
        try:
            calendar_operations.add_company_day(
                every if given["is_everywhere"] else [found.public_id],
                name=given["name"],
                from_day=given["first_day"],
                until_day=form.until_day,
                weight=weight,
                is_extra=is_extra,
                moment=clock.now(),
                actor=viewer.member.email,
            )
        except DomainError as refusal:
            form.add_error(None, sentence(refusal))
        else:
            days = formats.day_range(given["first_day"], form.until_day)
            messages.success(
                request, _("%(name)s is noted: %(days)s.") % {"name": given["name"], "days": days}
            )
            return _to(public_id, given["first_day"].year)
    return views.page(request, public_id, form=form, status=422)


@require_POST
@in_organization
def calendar_day_withdraw(
    request: HttpRequest, viewer: Viewer, public_id: str, day: str
) -> HttpResponse:
    access.require_admin(viewer)
    try:
        first = date.fromisoformat(day)
    except ValueError as error:
        raise NotFoundError(
            "calendar.day_unknown", gettext_noop("There is no such company day.")
        ) from error
    name = calendar_operations.withdraw_company_day(
        public_id, first, moment=clock.now(), actor=viewer.member.email
    )
    messages.success(request, _("%(name)s is withdrawn.") % {"name": name})
    return _to(public_id, first.year)


def _to(public_id: str, year: int) -> HttpResponse:
    response = redirect("calendar", scope.current().slug, public_id)
    response["Location"] += f"?year={year}"
    return response
