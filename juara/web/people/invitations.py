"""Inviting people by links that are shown once, and taking their seats away."""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from juara.core import clock, scope
from juara.core.errors import ConflictError
from juara.people import access, invitations, seating
from juara.people.access import Viewer
from juara.people.invitations import Invited
from juara.web import export
from juara.web.entrance import in_organization
from juara.web.people.views import back, refused


@never_cache
@require_POST
@in_organization
def invite_people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a link for everybody ticked, and show the links this once."""
    access.require_admin(viewer)
    members = request.POST.getlist("members")
    if not members:
        messages.info(request, _("Tick the people to invite first."))
        return back(request)
    made = invitations.invite(members, moment=clock.now(), actor=viewer.member.email)
    return links(request, made, purpose="invite")


@never_cache
@require_POST
@in_organization
def invite_reset(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Make a link by which somebody chooses a new password."""
    access.require_admin(viewer)
    try:
        made = invitations.reset_link(public_id, moment=clock.now(), actor=viewer.member.email)
    except ConflictError as refusal:
        return refused(request, viewer, refusal, status=409)
    return links(request, made, purpose="reset")


def links(request: HttpRequest, made: Invited, *, purpose: str) -> HttpResponse:
    """Show links to send on; they are nowhere to be found again."""
    shown = [
        {
            "id": f"link-{number}",
            "name": each.name,
            "email": each.email,
            "address": request.build_absolute_uri(reverse("welcome", args=[each.token])),
        }
        for number, each in enumerate(made.links, 1)
    ]
    rows = [[_("Name"), _("E-mail"), _("Link")]]
    rows += [[each["name"], each["email"], each["address"]] for each in shown]
    # Inside the page itself, so that nothing has to keep the links to offer them as a file.
    file = base64.b64encode((export.MARK + export.as_csv(rows)).encode()).decode()
    context = {
        "links": shown,
        "all_links": "\n".join(f"{each['name']}\t{each['address']}" for each in shown),
        "file": f"data:text/csv;charset=utf-8;base64,{file}",
        "left_out": {
            "no_email": [each.name for each in made.left_out if each.reason == "no_email"],
            "has_seat": [each.name for each in made.left_out if each.reason == "has_seat"],
        },
        "expires_at": made.expires_at,
        "purpose": purpose,
        "people_url": reverse("people", args=[scope.current().slug]),
    }
    return render(request, "web/people/links.html", context)


@require_POST
@in_organization
def invite_withdraw(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    name = invitations.withdraw(public_id, moment=clock.now(), actor=viewer.member.email)
    said = _("The invitation of %(name)s is withdrawn; the link no longer works.")
    messages.success(request, said % {"name": name})
    return back(request)


@require_POST
@in_organization
def people_unseat(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let somebody in no longer; who they are and what they earned stays."""
    access.require_admin(viewer)
    try:
        name = seating.take_seat(public_id, moment=clock.now(), actor=viewer.member.email)
    except ConflictError as refusal:
        return refused(request, viewer, refusal, status=409)
    messages.success(
        request, _("%(name)s can no longer sign in here. Their numbers stay.") % {"name": name}
    )
    return back(request)
