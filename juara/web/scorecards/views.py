"""Scorecards: one's own, those of the people one looks after, of their teams and the company."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from juara.core import clock, scope
from juara.core.errors import NotAllowedError
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts, TeamFacts
from juara.web import export
from juara.web.entrance import in_organization
from juara.web.scorecards import asked as asking
from juara.web.scorecards import past, reading
from juara.web.scorecards.asked import Asked
from juara.web.scorecards.file import sheet
from juara.web.scorecards.reading import CardShown
from juara.web.today.asked import is_refresh
from juara.web.today.reading import teams_led


@vary_on_headers("HX-Request", "HX-Request-Type")
@require_GET
@in_organization
def scorecard(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show one's own."""
    return _of_member(request, viewer, viewer.member, reverse("scorecard", args=[_slug()]))


@vary_on_headers("HX-Request", "HX-Request-Type")
@require_GET
@in_organization
def scorecard_person(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.member_to_read(viewer, public_id)
    page = reverse("scorecard_person", args=[_slug(), found.public_id])
    return _of_member(request, viewer, found, page)


@vary_on_headers("HX-Request", "HX-Request-Type")
@require_GET
@in_organization
def scorecard_team(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show a team's, to who leads it."""
    now = clock.now()
    asked = asking.read(request, now=now)
    team = _team(viewer, public_id, asked)
    page = reverse("scorecard_team", args=[_slug(), team.public_id])
    return _of_group(request, viewer, None if team.is_root else team, asked, page)


@vary_on_headers("HX-Request", "HX-Request-Type")
@require_GET
@in_organization
def scorecard_company(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the company's, to those who lead."""
    access.require_leader(viewer)
    asked = asking.read(request, now=clock.now())
    return _of_group(request, viewer, None, asked, reverse("scorecard_company", args=[_slug()]))


@require_GET
@in_organization
def scorecard_past(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show how a score went; a part that comes when the page is there, since it reads much."""
    asked = asking.read(request, now=clock.now())
    holder = request.GET.get("holder", "")
    team = request.GET.get("team", "")
    if team:
        found_team = _team(viewer, team, asked)
        found = past.of_group(None if found_team.is_root else found_team, asked)
    else:
        member = access.member_to_read(viewer, holder) if holder else viewer.member
        found = past.of_member(member, asked)
    part = "_curve" if request.GET.get("small") else "_past"
    context = {"past": found, "key": f"past-{asked.period.key}", "as_of": asked.as_of}
    if not getattr(request, "htmx", False):
        part = "past"
    return render(request, f"web/scorecards/{part}.html", context)


def _of_member(
    request: HttpRequest, viewer: Viewer, member: MemberFacts, page: str
) -> HttpResponse:
    now = clock.now()
    asked = asking.read(request, now=now)
    found = reading.of_member(member, asked, now=now)
    is_me = member.id == viewer.member.id
    context = {
        "is_me": is_me,
        "is_leader": viewer.opens is None or len(viewer.opens) > 1,
        "person_url": "" if is_me else asked.as_of.url("person", member.public_id),
        "above": _team_link(viewer, found.card.team, asked),
        "past_url": _past_url(asked, holder=member.public_id),
    }
    return _answer(request, viewer, found, asked, page, context)


def _of_group(
    request: HttpRequest, viewer: Viewer, team: TeamFacts | None, asked: Asked, page: str
) -> HttpResponse:
    found = reading.of_group(team, asked, opens_all=viewer.opens is None, now=asked.as_of.now)
    whose = team or people.root_team()
    context = {
        "is_me": False,
        "is_leader": True,
        "person_url": "",
        "above": ("", "") if team is None else _company_link(asked),
        "past_url": _past_url(asked, team=whose.public_id),
    }
    return _answer(request, viewer, found, asked, page, context)


def _answer(
    request: HttpRequest,
    viewer: Viewer,
    found: CardShown,
    asked: Asked,
    page: str,
    context: dict[str, Any],
) -> HttpResponse:
    if kind := export.asked(request):
        return export.respond(request, sheet(found, at=asked.as_of.at), kind)
    whole = context | {
        "scorecard": found,
        "asked": asked,
        "as_of": asked.as_of,
        "now": asked.as_of.now,
        "can_set": viewer.is_admin,
        "urls": {
            "page": page,
            "part": f"{page}?{asked.query()}",
            "csv": f"{page}?{asked.query(export='csv')}",
            "xlsx": f"{page}?{asked.query(export='xlsx')}",
            "previous": f"{page}?{asked.query(period=asked.previous_key)}",
            "next": f"{page}?{asked.query(period=asked.next_key)}" if asked.next_key else "",
        },
    }
    part = "_card" if is_refresh(request) else "page"
    return render(request, f"web/scorecards/{part}.html", whole)


def _team(viewer: Viewer, public_id: str, asked: Asked) -> TeamFacts:
    """Return a team one leads; NotFoundError for none of ours, NotAllowedError for another's."""
    found = people.team_of_id(public_id)
    if viewer.opens is None:
        return found
    led = teams_led(viewer, day=asked.as_of.today, batch=asked.as_of.batch)
    if viewer.member.role == "rep" or found.id not in {each.id for each in led}:
        raise NotAllowedError(
            "team.not_led", gettext_noop("You can look at the teams you lead. Choose one of them.")
        )
    return found


def _team_link(viewer: Viewer, team: TeamFacts | None, asked: Asked) -> tuple[str, str]:
    """Return the name and address of the scorecard above, for who leads; '' for none."""
    if viewer.member.role == "rep":
        return "", ""
    if team is None or team.is_root:
        return _company_link(asked)
    return team.name, _linked(asked, "scorecard_team", team.public_id)


def _company_link(asked: Asked) -> tuple[str, str]:
    return people.root_team().name, _linked(asked, "scorecard_company")


def _linked(asked: Asked, name: str, *ids: str) -> str:
    page, query = reverse(name, args=[_slug(), *ids]), asked.query()
    return f"{page}?{query}" if query else page


def _past_url(asked: Asked, **whose: str) -> str:
    return f"{reverse('scorecard_past', args=[_slug()])}?{asked.query(**whose)}"


def _slug() -> str:
    return scope.current().slug
