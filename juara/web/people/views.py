"""The list of people: looking somebody up, and changing what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from juara.core import clock, scope
from juara.core.errors import ConflictError, DomainError
from juara.people import access, lists, seating
from juara.people.access import Viewer
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.people.words import PLACES, ROLES, SEATS

_ORDERS = ("name", "team", "role", "seat")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the filters and the columns of the list say, as the address has it."""

    q: str = ""
    team: str = ""
    role: str = ""
    seat: str = ""
    place: str = ""
    order: str = "name"
    way: str = ""
    page: int = 1
    as_of: str = ""

    @classmethod
    def of(cls, given: QueryDict, as_of: AsOf) -> "Chosen":
        return cls(
            q=given.get("q", "")[:200],
            team=given.get("team", ""),
            role=_one_of(given.get("role", ""), lists.ROLES),
            seat=_one_of(given.get("seat", ""), lists.SEATS),
            place=_one_of(given.get("place", ""), lists.PLACES),
            order=_one_of(given.get("order", ""), _ORDERS) or "name",
            way="down" if given.get("way") == "down" else "",
            page=page_number(given.get("page", "1")),
            as_of=str(as_of),
        )

    def asked(self, tree: lists.Tree) -> lists.Asked:
        """Return what to ask for; a team that is not here is no filter that finds anybody."""
        team_id = None
        if self.team:
            found = [each.id for each in tree.teams.values() if each.public_id == self.team]
            team_id = found[0] if found else -1
        return lists.Asked(
            text=self.q, team_id=team_id, role=self.role, seat=self.seat, place=self.place,
            order=self.order, is_descending=self.way == "down",
        )  # fmt: skip

    def query(self, **changes: Any) -> str:
        said: Mapping[str, Any] = {
            "q": self.q, "team": self.team, "role": self.role, "seat": self.seat,
            "place": self.place, "order": "" if self.order == "name" else self.order,
            "way": self.way, "page": "" if self.page == 1 else self.page,
            "as_of": self.as_of,
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.team or self.role or self.seat or self.place)


def _one_of(given: str, known: tuple[str, ...]) -> str:
    return given if given in known else ""


@require_safe
@in_organization
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    return page(request, viewer)


def page(request: HttpRequest, viewer: Viewer, *, status: int = 200) -> HttpResponse:
    """Show the list as the address asks for it."""
    now = clock.now()
    as_of = moments.read(request, now=now)
    today = as_of.today
    chosen = Chosen.of(request.GET, as_of)
    tree = lists.Tree.on(today, batch=as_of.batch)
    found = lists.page(chosen.asked(tree), number=chosen.page, today=today, now=now, tree=tree)
    slug = scope.current().slug
    context = {
        "rows": [_row(each, viewer, slug, as_of) for each in found.rows],
        "found": found,
        "count_text": formats.number(found.count),
        "chosen": chosen,
        "can_change": viewer.is_admin and not as_of,
        "as_of": as_of,
        "today": today,
        "teams": [(each.public_id, tree.label(each.id)) for each in tree.open_ones()],
        "roles": [(key, str(name)) for key, name in ROLES.items()],
        "options": {
            "team": [
                ("", _("Every team")),
                *((each.public_id, tree.label(each.id)) for each in tree.open_ones()),
            ],
            "role": [("", _("Every role")), *((key, str(name)) for key, name in ROLES.items())],
            "seat": [("", _("Any sign-in")), *((key, str(each[0])) for key, each in SEATS.items())],
            "place": [("", _("Everybody")), *((key, str(name)) for key, name in PLACES.items())],
        },
        "columns": {name: _column(chosen, name) for name in _ORDERS},
        "urls": _urls(chosen, found),
        "kept": {
            "order": "" if chosen.order == "name" else chosen.order,
            "way": chosen.way,
            "as_of": chosen.as_of,
        },
    }
    return render(request, "web/people/page.html", context, status=status)


def _row(each: lists.Listed, viewer: Viewer, slug: str, as_of: AsOf) -> dict[str, Any]:
    label, tone, icon = SEATS[each.seat]
    return {
        "person": each,
        "role": ROLES[each.role],
        "seat": {"label": label, "tone": tone, "icon": icon},
        "place": "" if each.place == "here" else PLACES[each.place],
        "url": as_of.url("person", each.public_id) if viewer.may_open(each.id) else "",
        "picture_url": picture_url(slug, each.public_id, each.picture),
        "can_invite": each.seat != "active" and bool(each.email),
        "is_viewer": each.id == viewer.member.id,
    }


def picture_url(slug: str, public_id: str, fingerprint: str) -> str:
    """Return where a member's picture is; "" for nobody who has one."""
    return reverse("member_picture", args=[slug, public_id, fingerprint]) if fingerprint else ""


def _column(chosen: Chosen, name: str) -> dict[str, str]:
    is_here = chosen.order == name
    way = "down" if is_here and not chosen.way else ""
    order = "" if not is_here else "descending" if chosen.way else "ascending"
    here = reverse("people", args=[scope.current().slug])
    said = chosen.query(order="" if name == "name" else name, way=way, page="")
    return {"url": f"{here}?{said}", "order": order}


def _urls(chosen: Chosen, found: lists.Page) -> dict[str, str]:
    slug = scope.current().slug
    here = reverse("people", args=[slug])
    export = reverse("people_export", args=[slug])

    def at(number: int) -> str:
        if not 1 <= number <= found.page_count or number == found.number:
            return ""
        return f"{here}?{chosen.query(page=number if number > 1 else '')}"

    return {
        "here": here,
        "back": f"{here}?{replace(chosen, page=found.number).query()}",
        "previous": at(found.number - 1),
        "next": at(found.number + 1),
        "csv": f"{export}?{chosen.query(page='', format='csv')}",
        "xlsx": f"{export}?{chosen.query(page='', format='xlsx')}",
    }


@require_POST
@in_organization
def people_role(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give one person or several another role."""
    access.require_admin(viewer)
    role = request.POST.get("role", "")
    try:
        changed = seating.change_roles(
            request.POST.getlist("members"), role, moment=clock.now(), actor=viewer.member.email
        )
    except ConflictError as refusal:
        return refused(request, viewer, refusal, status=409)
    # Two sentences: where one form serves every number, it could not name the one.
    one, several = (
        _("%(name)s has the role %(role)s now."),
        _("%(count)s people have the role %(role)s now."),
    )
    if changed:
        values = {"name": changed[0], "count": len(changed), "role": str(ROLES[role])}
        messages.success(request, (one if len(changed) == 1 else several) % values)
    else:
        messages.info(request, _("Nothing to change: the role is the same."))
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """Return to the list as it was when the button was pressed."""
    target = request.POST.get("back", "")
    here = reverse("people", args=[scope.current().slug])
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours and target.partition("?")[0] == here else here)


def refused(
    request: HttpRequest, viewer: Viewer, refusal: DomainError, *, status: int
) -> HttpResponse:
    """Say a refusal above the list, with nothing changed."""
    messages.error(request, sentence(refusal))
    return page(request, viewer, status=status)
