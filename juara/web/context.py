"""What every page's frame needs: who is signed in, where, and where they can go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

from juara.core import clock
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.navigation import Navigation

ROLES = {
    "rep": gettext_lazy("Sales rep"),
    "manager": gettext_lazy("Manager"),
    "executive": gettext_lazy("Executive"),
    "admin": gettext_lazy("Administrator"),
}

# The stylesheets that the pages of an area (a package in juara.web) load beside the common one.
AREA_STYLES = {
    "begin": ("setup",),
    "calendars": ("teams", "calendars"),
    "company": ("company", "figures"),
    "currencies": ("currencies",),
    "design": ("figures",),
    "entries": ("health",),
    "goals": ("goal-pages", "figures"),
    "health": ("health",),
    "me": ("people",),
    "metrics": ("metrics",),
    "people": ("people",),
    "person": ("teams",),
    "records": ("records",),
    "scorecards": ("scorecard", "figures"),
    "scorecard_rules": ("scorecard_rules", "figures"),
    "setup": ("setup",),
    "sources": ("sources",),
    "teams": ("teams",),
    "today": ("today",),
}

# The scripts that only the pages of an area need, beside the common one.
AREA_SCRIPTS = {
    "goals": ("goal-sheet",),
    "metrics": ("metrics",),
    "people": ("people",),
    "teams": ("people",),
}


@dataclass(frozen=True, slots=True)
class Shell:
    """The signed-in person as the frame shows them."""

    # Tells people apart who use one browser; not for reading.
    key: str
    name: str
    email: str
    role: str = ""
    role_word: str = ""
    picture_url: str = ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `viewer`, `organization` and `navigation`, where there are such."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    user = getattr(request, "user", None)
    area = _area(request)
    frame: dict[str, Any] = {
        "styles": AREA_STYLES.get(area, ()),
        "scripts": AREA_SCRIPTS.get(area, ()),
        "me_url": reverse("me"),
    }
    if viewer is not None:
        return frame | _inside(request, viewer)
    if user is not None and user.is_authenticated:
        return frame | {"viewer": Shell(str(user.pk), user.email, user.email)}
    return frame


def _area(request: HttpRequest) -> str:
    """Return the area whose view answers, "" for none."""
    match = request.resolver_match
    return match.func.__module__.removeprefix("juara.web.").partition(".")[0] if match else ""


def _inside(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    member = viewer.member
    organization = getattr(request, "organization", None)
    slug = organization.slug if organization else ""
    person = Shell(
        key=member.public_id,
        name=member.name,
        email=member.email,
        role=member.role,
        role_word=str(ROLES.get(member.role, "")),
        picture_url=reverse("member_picture", args=[slug, member.public_id, member.picture])
        if slug and member.picture
        else "",
    )
    match = request.resolver_match
    return {
        "printed_at": SimpleLazyObject(lambda: formats.moment(clock.now())),
        "viewer": person,
        "organization": organization,
        # Parts of a page are drawn without it.
        "navigation": SimpleLazyObject(
            lambda: Navigation(
                role=member.role,
                slug=slug,
                url_name=(match.url_name or "") if match else "",
            )
        ),
    }
