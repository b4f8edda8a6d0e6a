"""Today for a person, and the team now for those who lead one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.vary import vary_on_headers

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import NotAllowedError
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import TeamFacts
from juara.tenancy import periods
from juara.web.entrance import in_organization
from juara.web.leaderboards.labels import period_label
from juara.web.today import asked as asking
from juara.web.today import reading
from juara.web.today.asked import Asked


@vary_on_headers("HX-Request", "HX-Request-Type")
@in_organization
def today(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    now = clock.now()
    asked = asking.read(request, now=now)
    page = reverse("today", args=[_slug()])
    context = {
        "today": reading.today(asked, viewer=viewer, now=now),
        "now": now,
        "as_of": asked.as_of,
        "is_leader": _leads(viewer),
        "can_set": viewer.is_admin,
        "urls": {"page": page, "part": f"{page}?{asked.query()}"},
    }
    part = "_today" if asking.is_refresh(request) else "page"
    return render(request, f"web/today/{part}.html", context)


@vary_on_headers("HX-Request", "HX-Request-Type")
@in_organization
def team_now(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    if not _leads(viewer):
        raise NotAllowedError(
            "role.leaders_only",
            gettext_noop("This page is for those who lead a team. Yours is Today."),
        )
    now = clock.now()
    asked = asking.read(request, now=now)
    teams = reading.teams_led(viewer, day=asked.as_of.today, batch=asked.as_of.batch)
    team = _team(asked, teams)
    found = reading.team_now(asked, team=team, viewer=viewer, now=now)
    page = reverse("team_now", args=[_slug()])

    def at(number: int) -> str:
        return f"{page}?{asked.query(page=str(number))}" if 1 <= number <= found.page_count else ""

    context = {
        "team": found,
        "now": now,
        "as_of": asked.as_of,
        "title": team.name if team else _everybody(viewer),
        "scopes": [("", _everybody(viewer)), *((each.public_id, each.name) for each in teams)],
        "scope": asked.team,
        "periods": [
            (key, period_label(key, asked.as_of.today))
            for key in asking.offered(
                periods.rules(batch=asked.as_of.batch), today=asked.as_of.today
            )
        ],
        "can_set": viewer.is_admin,
        "urls": {
            "page": page,
            "part": f"{page}?{asked.query()}",
            "previous": at(found.page - 1),
            "next": at(found.page + 1),
        },
    }
    part = "_team" if asking.is_refresh(request) else "team"
    return render(request, f"web/today/{part}.html", context)


def _leads(viewer: Viewer) -> bool:
    return viewer.opens is None or viewer.member.role == "manager" or len(viewer.opens) > 1


def _everybody(viewer: Viewer) -> str:
    return people.root_team().name if viewer.opens is None else _("Everybody I lead")


def _team(asked: Asked, led: tuple[TeamFacts, ...]) -> TeamFacts | None:
    """Return the team asked for; NotFoundError for none of ours, NotAllowedError for another's."""
    if not asked.team:
        return None
    found = people.team(asked.team)
    if found.id not in {each.id for each in led}:
        raise NotAllowedError(
            "team.not_led", gettext_noop("You can look at the teams you lead. Choose one of them.")
        )
    return found


def _slug() -> str:
    return core_scope.current().slug
