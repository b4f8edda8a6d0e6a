"""The team tree: looking at it on a day, adding, renaming, moving and closing teams."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from juara.core import clock
from juara.core.errors import DomainError
from juara.ledger import transfers
from juara.people import access, tree
from juara.people import queries as people
from juara.people import structure as company
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.teams import choices, page, words
from juara.web.teams.forms import NameForm, TeamAddForm, TeamCloseForm, TeamMoveForm


@require_GET
@vary_on_headers("HX-Request")
@in_organization
def teams(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    wanted = page.asked(request)
    if wanted.team:
        people.team_of_id(wanted.team)
    return page.shown(request, viewer, wanted)


@require_POST
@in_organization
def team_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    wanted = page.asked(request)
    form = TeamAddForm(request.POST, teams=choices.teams(company.structure(wanted.day)))
    if form.is_valid():
        under = access.team_to_change(viewer, form.cleaned_data["under"])
        try:
            made = tree.add_team(
                form.cleaned_data["name"], under=under, moment=clock.now(),
                actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("name", words.sentence(refusal))
        else:
            messages.success(request, _("%(team)s is in the tree.") % {"team": made.name})
            return redirect(page.address(wanted.day, wanted.today, team=made.public_id))
    return page.refused(request, viewer, "add", form)


@require_POST
@in_organization
def team_rename(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    team = access.team_to_change(viewer, public_id)
    form = NameForm(request.POST, auto_id="rename_%s")
    if form.is_valid():
        try:
            tree.rename_team(
                team, form.cleaned_data["name"], moment=clock.now(), actor=viewer.member.email
            )
        except DomainError as refusal:
            form.add_error("name", words.sentence(refusal))
        else:
            messages.success(request, _("The new name is saved."))
            return _back(request, public_id)
    return page.refused(request, viewer, "rename", form, team=public_id)


@require_POST
@in_organization
def team_move(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    team = access.team_to_change(viewer, public_id)
    wanted = page.asked(request, team=public_id)
    form = TeamMoveForm(
        request.POST, teams=choices.teams(company.structure(wanted.day)), day=wanted.day
    )
    if form.is_valid():
        under = access.team_to_change(viewer, form.cleaned_data["under"])
        from_day = form.cleaned_data["from_day"]
        try:
            changed = transfers.move_team(
                team, under=under, from_day=from_day, moment=clock.now(),
                actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("under", words.sentence(refusal))
        else:
            said = _("From %(day)s on, %(team)s hangs under %(under)s.")
            if not changed:
                said = _("%(team)s hangs under %(under)s already.")
            values = {"day": formats.day(from_day), "team": team.name, "under": under.name}
            messages.success(request, said % values)
            return _back(request, public_id)
    return page.refused(request, viewer, "move", form, team=public_id)


@require_POST
@in_organization
def team_close(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    team = access.team_to_change(viewer, public_id)
    wanted = page.asked(request, team=public_id)
    form = TeamCloseForm(request.POST, day=wanted.day)
    if form.is_valid():
        from_day = form.cleaned_data["from_day"]
        try:
            outcome = transfers.close_team(
                team, from_day=from_day, moment=clock.now(), actor=viewer.member.email
            )
        except DomainError as refusal:
            form.add_error("from_day", words.sentence(refusal))
        else:
            said = {
                "closed": _("%(team)s is closed from %(day)s on."),
                "deleted": _("%(team)s was never used and is deleted."),
            }
            values = {"day": formats.day(from_day), "team": team.name}
            messages.success(request, said[outcome] % values)
            return redirect(page.address(wanted.day, wanted.today))
    return page.refused(request, viewer, "close", form, team=public_id)


def _back(request: HttpRequest, team: str) -> HttpResponse:
    wanted = page.asked(request)
    return redirect(page.address(wanted.day, wanted.today, team=team))
