"""Moving several people to a team: first what it does, then doing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from juara.core import clock, scope
from juara.core.errors import DomainError
from juara.ledger import transfers
from juara.people import access, places
from juara.people import queries as people
from juara.people import structure as company
from juara.people.access import Viewer
from juara.people.types import MemberFacts, PlaceChange, TeamFacts
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.teams import choices, effects, page, words
from juara.web.teams.forms import PeopleMoveForm


@require_POST
@in_organization
def team_people_move(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what moving these people would do; with `confirm`, do exactly that."""
    access.require_admin(viewer)
    wanted = page.asked(request, team=request.POST.get("here", ""))
    structure = company.structure(wanted.day)
    form = PeopleMoveForm(request.POST, teams=choices.teams(structure), day=wanted.day)
    if not form.is_valid():
        return page.refused(request, viewer, "people", form, team=wanted.team)
    members = people.members_of_ids(form.cleaned_data["members"])
    team = access.team_to_change(viewer, form.cleaned_data["team"])
    from_day = form.cleaned_data["from_day"]
    changes = [
        places.moved_to(team.id, member_id=member.id, from_day=from_day) for member in members
    ]
    carry_out = transfers.transfer if "confirm" in request.POST else transfers.effect
    try:
        effect = carry_out(changes, moment=clock.now(), actor=viewer.member.email)
    except DomainError as refusal:
        form.add_error("team", words.sentence(refusal))
        return page.refused(request, viewer, "people", form, team=wanted.team)
    if "confirm" in request.POST:
        _say(request, members, team, changes)
        return redirect(page.address(wanted.day, wanted.today, team=team.public_id))
    context = {
        "form": form,
        "members": members,
        "team": team,
        "from_day": from_day,
        "here": wanted.team,
        "day": request.POST.get("day", ""),
        "back": page.address(wanted.day, wanted.today, team=wanted.team),
        "action": reverse("team_people_move", args=[scope.current().slug]),
        "effect": effects.shown(effect, choices.team_names(structure), from_day=from_day),
    }
    return render(request, "web/teams/move.html", context)


def _say(
    request: HttpRequest,
    members: tuple[MemberFacts, ...],
    team: TeamFacts,
    changes: list[PlaceChange],
) -> None:
    values = {
        "count": formats.number(len(members)),
        "name": members[0].name,
        "team": team.name,
        "day": formats.day(changes[0].from_day),
    }
    if len(members) == 1:
        said = _("%(name)s is in %(team)s from %(day)s on.")
    else:
        said = _("%(count)s people are in %(team)s from %(day)s on.")
    messages.success(request, said % values)
