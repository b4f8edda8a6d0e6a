"""Squads: groups across teams."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from juara.core import clock, scope
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.people import access
from juara.people import queries as people
from juara.people import squads as operations
from juara.people.access import Viewer
from juara.people.types import MemberFacts, SquadFacts, SquadSpan
from juara.ui import formats
from juara.ui.parts.story import span_of_days
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.entrance import in_organization
from juara.web.teams import page, words
from juara.web.teams.forms import NameForm, SquadJoinForm, SquadLeaveForm

# How many people a search for somebody to add offers.
_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Belonging:
    """Somebody's days in a squad, as the page lists them."""

    member: MemberFacts
    url: str
    span: SquadSpan
    days: str
    is_over: bool
    is_to_come: bool


@require_GET
@in_organization
def squads(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    return _list(request, viewer)


@require_POST
@in_organization
def squad_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            made = operations.create_squad(
                form.cleaned_data["name"], moment=clock.now(), actor=viewer.member.email
            )
        except DomainError as refusal:
            form.add_error("name", words.sentence(refusal))
        else:
            messages.success(
                request, _("%(squad)s is there. Now add its people.") % {"squad": made.name}
            )
            return _to(made.public_id)
    return _list(request, viewer, form=form, status=422)


@require_GET
@in_organization
def squad(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_leader(viewer)
    return _page(request, viewer, people.squad_of_id(public_id))


@require_POST
@in_organization
def squad_rename(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.squad_to_change(viewer, public_id)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            operations.rename_squad(
                found, form.cleaned_data["name"], moment=clock.now(), actor=viewer.member.email
            )
        except DomainError as refusal:
            form.add_error("name", words.sentence(refusal))
        else:
            messages.success(request, _("The new name is saved."))
            return _to(public_id)
    return _page(request, viewer, found, rename_form=form, status=422)


@require_POST
@in_organization
def squad_archive(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.squad_to_change(viewer, public_id)
    operations.archive_squad(found, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("%(squad)s is archived.") % {"squad": found.name})
    return redirect("squads", scope.current().slug)


@require_POST
@in_organization
def squad_restore(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.squad_to_change(viewer, public_id)
    operations.restore_squad(found, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("%(squad)s is back in use.") % {"squad": found.name})
    return _to(public_id)


@require_POST
@in_organization
def squad_add(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.squad_to_change(viewer, public_id)
    form = SquadJoinForm(request.POST, day=_today())
    if form.is_valid():
        members = people.members_of_ids(form.cleaned_data["members"])
        last = form.cleaned_data["last_day"]
        try:
            count = operations.join_squad(
                found,
                members,
                from_day=form.cleaned_data["from_day"],
                until_day=last + ONE_DAY if last and last < FOREVER else FOREVER,
                moment=clock.now(),
                actor=viewer.member.email,
            )
        except DomainError as refusal:
            form.add_error(None, words.sentence(refusal))
        else:
            said = ngettext("%(count)s person added.", "%(count)s people added.", count)
            messages.success(request, said % {"count": formats.number(count)})
            return _to(public_id)
    return _page(request, viewer, found, join_form=form, status=422)


@require_POST
@in_organization
def squad_remove(
    request: HttpRequest, viewer: Viewer, public_id: str, member_id: str
) -> HttpResponse:
    found = access.squad_to_change(viewer, public_id)
    member = people.member_of_id(member_id)
    form = SquadLeaveForm(request.POST, day=_today())
    if not form.is_valid():
        return _page(request, viewer, found, leave_form=form, leaving=member_id, status=422)
    from_day = form.cleaned_data["from_day"]
    operations.leave_squad(
        found, [member], from_day=from_day, moment=clock.now(), actor=viewer.member.email
    )
    messages.success(
        request,
        _("%(name)s is no longer in %(squad)s from %(day)s on.")
        % {"name": member.name, "squad": found.name, "day": formats.day(from_day)},
    )
    return _to(public_id)


def _today() -> date:
    return boards.today(clock.now())


def _to(public_id: str) -> HttpResponse:
    return redirect("squad", scope.current().slug, public_id)


def _list(
    request: HttpRequest, viewer: Viewer, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    as_of = moments.read(request, now=clock.now())
    sizes = people.squad_sizes(as_of.today, batch=as_of.batch)
    every = [
        {
            "facts": each,
            "people": sizes.get(each.id, 0),
            "url": as_of.url("squad", each.public_id),
        }
        for each in people.squads()
    ]
    context = {
        "tabs": page.tabs("squads", as_of),
        "as_of": as_of,
        "squads": [each for each in every if not _facts(each).is_archived],
        "archived": [each for each in every if _facts(each).is_archived],
        "form": form or NameForm(),
        "can_edit": viewer.is_admin and not as_of,
    }
    return render(request, "web/teams/squads.html", context, status=status)


def _facts(listed: dict[str, Any]) -> SquadFacts:
    facts: SquadFacts = listed["facts"]
    return facts


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: SquadFacts,
    *,
    rename_form: Form | None = None,
    join_form: Form | None = None,
    leave_form: Form | None = None,
    leaving: str = "",
    status: int = 200,
) -> HttpResponse:
    as_of = moments.read(request, now=clock.now())
    today = as_of.today
    ever = people.squad_members(found.id, ALWAYS, FOREVER, batch=as_of.batch)
    named = people.members_in({span.member_id for span in ever})
    every = [_belonging(span, named, as_of) for span in ever]
    here = {each.member.id for each in every if not each.is_over and not each.is_to_come}
    wanted = request.GET.get("q", "").strip()
    offered = people.members_called(wanted, limit=_OFFERED + len(here))
    context: dict[str, Any] = {
        "tabs": page.tabs("squads", as_of),
        "as_of": as_of,
        "squad": found,
        "now": _by_name(every, lambda each: not each.is_over and not each.is_to_come),
        "to_come": _by_name(every, lambda each: each.is_to_come),
        "over": sorted(
            (each for each in every if each.is_over),
            key=lambda each: each.span.until_day,
            reverse=True,
        ),
        "q": wanted,
        "offered": [each for each in offered if each.id not in here][:_OFFERED],
        "rename_form": rename_form or NameForm(initial={"name": found.name}),
        "join_form": join_form or SquadJoinForm(day=today),
        "leave_form": leave_form or SquadLeaveForm(day=today, auto_id=False),
        "leaving": leaving,
        "can_edit": viewer.is_admin and not as_of,
    }
    return render(request, "web/teams/squad.html", context, status=status)


def _by_name(every: list[Belonging], holds: Callable[[Belonging], bool]) -> list[Belonging]:
    return sorted(filter(holds, every), key=lambda each: each.member.name.casefold())


def _belonging(span: SquadSpan, named: dict[int, MemberFacts], as_of: AsOf) -> Belonging:
    member, today = named[span.member_id], as_of.today
    return Belonging(
        member=member,
        url=as_of.url("person", member.public_id),
        span=span,
        days=span_of_days(span.from_day, span.until_day),
        is_over=span.until_day <= today,
        is_to_come=span.from_day > today,
    )
