"""What the page of the team tree shows, put together once for every way it is reached."""

from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from juara.core import clock, scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.people import pictures
from juara.people import queries as people
from juara.people import structure as company
from juara.people.access import Viewer
from juara.people.structure import Structure, TeamRow
from juara.people.types import TeamFacts
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.asked import page_number
from juara.web.people.views import picture_url
from juara.web.teams import choices
from juara.web.teams.forms import (
    NameForm,
    PeopleMoveForm,
    TeamAddForm,
    TeamCloseForm,
    TeamMoveForm,
)

# How many of a team's people its panel lists at once.
_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a day, the team that is open, where it is about to be dropped."""

    day: date
    today: date
    as_of: AsOf
    team: str = ""
    under: str = ""
    page: int = 1
    # A form that came back refused, by the name of what it does.
    refused: dict[str, Form] = field(default_factory=dict)

    def address(self, **values: str) -> str:
        """Return where the same tree is, on its day and as of its moment."""
        return address(self.day, self.today, as_of=str(self.as_of), **values)


def asked(request: HttpRequest, *, team: str = "", **refused: Form) -> Asked:
    given = request.POST if request.method == "POST" else request.GET
    as_of = moments.read(request, now=clock.now())
    today = as_of.today
    return Asked(
        day=day_of(given.get("day", ""), today),
        today=today,
        as_of=as_of,
        team=team or given.get("team", ""),
        under=given.get("under", "") if request.method == "GET" else "",
        page=page_number(given.get("page", "1")),
        refused=refused,
    )


def day_of(text: str, today: date) -> date:
    """Read a day of an address; today when it is none, or outside of time."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if ALWAYS < found < FOREVER else today


def address(day: date, today: date, **values: str) -> str:
    """Return where the tree of a day is; of today without saying so."""
    given = {name: value for name, value in values.items() if value}
    if day != today:
        given["day"] = day.isoformat()
    query = f"?{urlencode(given)}" if given else ""
    return reverse("teams", args=[scope.current().slug]) + query


def tabs(current: str, as_of: AsOf) -> list[tuple[str, str, bool]]:
    """Return the pages of this area for the component `tabs`, as of the same moment."""
    words = {"teams": _("Teams"), "squads": _("Squads"), "profiles": _("Job profiles")}
    return [(as_of.url(name), text, name == current) for name, text in words.items()]


def shown(
    request: HttpRequest, viewer: Viewer, wanted: Asked, *, status: int = 200
) -> HttpResponse:
    """Render the tree with the open team beside it, or that team alone for a part."""
    structure = company.structure(wanted.day, batch=wanted.as_of.batch)
    open_row = structure.row(wanted.team) or (structure.rows[0] if structure.rows else None)
    closed = next((team for team in structure.closed if team.public_id == wanted.team), None)
    context = {
        "asked": wanted,
        "is_today": wanted.day == wanted.today,
        "can_edit": viewer.is_admin and not wanted.as_of,
        "as_of": wanted.as_of,
        "urls": {
            "page": reverse("teams", args=[scope.current().slug]),
            "today": wanted.as_of.url("teams"),
        },
        "panel": _panel(viewer, wanted, structure, open_row, closed),
    }
    htmx = getattr(request, "htmx", False)
    if htmx and request.headers.get("HX-Request-Type") == "partial":
        return render(request, "web/teams/_panel.html", context, status=status)
    context |= {
        "tabs": tabs("teams", wanted.as_of),
        "rows": [_row(row, wanted, open_row, closed) for row in structure.rows],
        "closed": [
            {
                "public_id": team.public_id,
                "name": team.name,
                "url": wanted.address(team=team.public_id),
                "is_open": team is closed,
            }
            for team in structure.closed
        ],
        "add_form": wanted.refused.get("add")
        or TeamAddForm(
            teams=choices.teams(structure),
            under=open_row.team.public_id if open_row else "",
        ),
        "add_is_open": "add" in wanted.refused,
    }
    return render(request, "web/teams/page.html", context, status=status)


def _row(
    row: TeamRow,
    wanted: Asked,
    open_row: TeamRow | None,
    closed: TeamFacts | None,
) -> dict[str, Any]:
    return {
        "row": row,
        "depth": min(row.level - 1, 8),
        "url": wanted.address(team=row.team.public_id),
        "is_open": closed is None and row is open_row,
    }


def _panel(
    viewer: Viewer,
    wanted: Asked,
    structure: Structure,
    row: TeamRow | None,
    closed: TeamFacts | None,
) -> dict[str, Any] | None:
    """Return the open team: who works there, and the forms that change it."""
    team = closed or (row.team if row else None)
    if team is None:
        return None
    if closed is not None:
        row = None
    offered = choices.teams(structure)
    context: dict[str, Any] = {
        "team": team,
        "row": row,
        "path": structure.path(team.public_id)[:-1] if row and not team.is_root else (),
        "url": wanted.address(team=team.public_id),
    }
    if row is not None:
        context |= _people(viewer, wanted, row)
    if not viewer.is_admin or wanted.as_of:
        return context
    parent = row.parent_id if row else ""
    under = wanted.under or parent
    others = [choice for choice in offered if choice[0] != team.public_id]
    return context | {
        "is_drop": bool(wanted.under),
        "rename_form": wanted.refused.get("rename")
        or NameForm(initial={"name": team.name}, auto_id="rename_%s"),
        "move_form": wanted.refused.get("move")
        or TeamMoveForm(teams=others, under=under, day=wanted.day),
        "close_form": wanted.refused.get("close") or TeamCloseForm(day=wanted.day),
        "people_form": wanted.refused.get("people")
        or PeopleMoveForm(teams=[("", _("Choose a team")), *others], day=wanted.day),
        "opened": "move" if wanted.under else next(iter(wanted.refused), ""),
    }


def _people(viewer: Viewer, wanted: Asked, row: TeamRow) -> dict[str, Any]:
    page_count = max(ceil(row.people / _PEOPLE), 1)
    page = min(wanted.page, page_count)
    profiles = people.profiles()
    found = people.team_people(
        row.team.id, wanted.day, limit=_PEOPLE, offset=(page - 1) * _PEOPLE,
        batch=wanted.as_of.batch,
    )  # fmt: skip
    slug = scope.current().slug
    faces = pictures.fingerprints()

    def at(number: int) -> str:
        if not 1 <= number <= page_count or number == page:
            return ""
        return wanted.address(team=row.team.public_id, page=str(number))

    return {
        "people": [
            {
                "public_id": member.public_id,
                "name": member.name,
                "role": member.role,
                "profile": profiles[place.profile_id].name if place.profile_id in profiles else "",
                "url": wanted.as_of.url("person", member.public_id),
                "picture_url": picture_url(slug, member.public_id, faces.get(member.id, "")),
                "is_me": member.id == viewer.member.id,
            }
            for member, place in found
        ],
        "page": page,
        "page_count": page_count,
        "previous_url": at(page - 1),
        "next_url": at(page + 1),
    }


def refused(
    request: HttpRequest, viewer: Viewer, name: str, form: Form, *, team: str = ""
) -> HttpResponse:
    """Show the page again with a form that could not be followed."""
    wanted = asked(request, team=team)
    return shown(request, viewer, replace(wanted, refused={name: form}), status=422)
