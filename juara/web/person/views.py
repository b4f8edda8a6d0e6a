"""A person's page: who they are, where they work and worked, and what they earned."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from juara.core import clock, scope
from juara.core.calendar import period_of
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.leaderboards.freshness import freshness
from juara.ledger import earnings
from juara.people import access, acting, pictures
from juara.people import queries as people
from juara.people import structure as company
from juara.people.access import Viewer
from juara.people.types import MemberFacts
from juara.ui import formats
from juara.ui.parts.story import span_of_days
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.context import ROLES
from juara.web.entrance import in_organization
from juara.web.people.views import picture_url
from juara.web.person import working
from juara.web.person.forms import ActingForm
from juara.web.person.history import history
from juara.web.teams import choices, words


@require_GET
@in_organization
def person(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show everything to who may open the person, name and team to everybody else."""
    found = people.member_of_id(public_id)
    if not viewer.may_open(found.id):
        return _outside(request, found)
    return show(request, viewer, found)


@require_POST
@in_organization
def person_acting(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Name who stands in for a manager for a span of days."""
    found = access.member_to_change(viewer, public_id)
    today = boards.today(clock.now())
    form = ActingForm(request.POST, people=_stand_ins(found, today), day=today)
    if form.is_valid():
        stand_in = people.member_of_id(form.cleaned_data["acting"])
        try:
            acting.name_acting(
                found,
                stand_in,
                from_day=form.cleaned_data["from_day"],
                until_day=form.until_day,
                moment=clock.now(),
                actor=viewer.member.email,
            )
        except DomainError as refusal:
            form.add_error(None, words.sentence(refusal))
        else:
            days = formats.day_range(form.cleaned_data["from_day"], form.until_day)
            values = {"name": stand_in.name, "manager": found.name, "days": days}
            messages.success(request, _("%(name)s stands in for %(manager)s: %(days)s.") % values)
            return _to(public_id)
    return show(request, viewer, found, acting_form=form, status=422)


@require_POST
@in_organization
def person_acting_end(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let nobody stand in for a manager from today on."""
    found = access.member_to_change(viewer, public_id)
    acting.name_acting(
        found,
        None,
        from_day=boards.today(clock.now()),
        moment=clock.now(),
        actor=viewer.member.email,
    )
    messages.success(
        request, _("From today on, nobody stands in for %(name)s.") % {"name": found.name}
    )
    return _to(public_id)


def _to(public_id: str) -> HttpResponse:
    return redirect("person", scope.current().slug, public_id)


def _outside(request: HttpRequest, found: MemberFacts) -> HttpResponse:
    as_of = moments.read(request, now=clock.now())
    today = as_of.today
    places = people.places_of(found.id, batch=as_of.batch)
    place = next(
        (each for each in places if each.from_day <= today < each.until_day),
        None,
    )
    team = people.teams()[place.team_id].name if place else ""
    context = {"name": found.name, "team": team, "as_of": as_of}
    return render(request, "web/person/outside.html", context)


def show(
    request: HttpRequest,
    viewer: Viewer,
    found: MemberFacts,
    *,
    acting_form: Form | None = None,
    absence_form: Form | None = None,
    calendar_form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a person's page whole, with whatever form was refused."""
    now = clock.now()
    as_of = moments.read(request, now=now)
    today, batch = as_of.today, as_of.batch
    structure = company.structure(today, batch=batch)
    story = history(found, structure, today=today, batch=batch)
    # What was known is to look at, not to change.
    can_edit = viewer.is_admin and not as_of
    context: dict[str, Any] = {
        "person": found,
        "picture_url": picture_url(
            scope.current().slug, found.public_id, pictures.fingerprint_of(found.id)
        ),
        "role": ROLES.get(found.role, found.role),
        "is_me": viewer.member.id == found.id,
        "history": story,
        "can_edit": can_edit,
        "can_see_teams": viewer.member.role != "rep",
        "squads": people.squads_of(found.id, today, batch=batch),
        "earned": _earned(found, as_of),
        "freshness": freshness(now=now, batch=batch, is_past=bool(as_of)),
        "as_of": as_of,
        "now": now,
        "month": formats.day_range(*_month(today)),
        "standing_in": _standing_in(found, as_of),
        "acting_form": acting_form
        or (
            ActingForm(people=_stand_ins(found, today), day=today)
            if can_edit and found.role != "rep"
            else None
        ),
        "acting_is_refused": acting_form is not None,
        **working.context(
            viewer, found, as_of, absence_form=absence_form, calendar_form=calendar_form
        ),
    }
    return render(request, "web/person/page.html", context, status=status)


def _month(today: date) -> tuple[date, date]:
    month = period_of("month", today)
    return month.from_day, month.until_day


def _earned(found: MemberFacts, as_of: AsOf) -> list[dict[str, Any]]:
    """Return the month's numbers that are not nothing, each with the way to its records."""
    month = period_of("month", as_of.today)
    asked = {"period": "this-month", "by": "member", "holder": found.public_id}
    earned = earnings.earned(found.id, period=month, day=as_of.today, batch=as_of.batch)
    return [
        {
            "name": _(each.metric.name),
            "value": each.value,
            "measure": boards.board_metric(each.metric),
            "url": as_of.url("leaderboard_evidence", metric=each.metric.public_id, **asked),
        }
        for each in earned
        if each.value
    ]


def _standing_in(found: MemberFacts, as_of: AsOf) -> list[dict[str, Any]]:
    """Return who stands in for whom, not yet over, in words."""
    today = as_of.today
    known = people.acting_of(found.id, batch=as_of.batch)
    spans = [each for each in known if each.until_day > today]
    named = people.members_in(
        {each.acting_id for each in spans} | {each.manager_id for each in spans}
    )
    return [
        {
            "is_for_me": each.manager_id == found.id,
            "name": named[each.acting_id if each.manager_id == found.id else each.manager_id].name,
            "days": span_of_days(each.from_day, each.until_day),
            "is_now": each.from_day <= today,
        }
        for each in spans
    ]


def _stand_ins(found: MemberFacts, today: date) -> choices.Choices:
    """Return who can stand in for a manager: their own people, and whoever leads others."""
    if found.role == "rep":
        return []
    own = access.people_of(found, today=today)
    every = {each.id: each for each in people.leaders()} | people.members_in(own)
    every.pop(found.id, None)
    found_by_name = sorted(every.values(), key=lambda member: member.name.casefold())
    return [("", _("Choose a person"))] + [(each.public_id, each.name) for each in found_by_name]
