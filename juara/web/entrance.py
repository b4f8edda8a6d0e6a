"""The way into an organization's pages: signed in, with a seat, inside the scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_noop

from juara.accounts import queries as accounts
from juara.core import clock
from juara.core.errors import NotFoundError
from juara.leaderboards import queries as boards
from juara.people import access
from juara.people.access import Viewer
from juara.tenancy import scope

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]


def in_organization(view: View[P]) -> Callable[..., HttpResponse]:
    """Run a view inside the organization its address names, with who is looking.

    Anonymous people are sent to sign in and back; who has no seat there gets the same 404 as
    for an organization that does not exist. The scope's transaction is the request's.
    """

    @wraps(view)
    def entered(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        user_id = request.user.pk
        organization = accounts.organization_of(user_id, slug)
        if organization is None:
            raise NotFoundError(
                "organization.unknown", gettext_noop("There is nothing at this address.")
            )
        with scope.enter(organization), timezone.override(organization.zone):
            today = boards.today(clock.now())
            viewer = access.viewer_of_user(user_id, today=today)
            request.viewer = viewer  # type: ignore[attr-defined]
            request.organization = organization  # type: ignore[attr-defined]
            return view(request, viewer, *args, **kwargs)

    return entered


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back; of a part of a page, the whole page."""
    address = reverse("sign_in")
    if target := _page_of(request):
        address += f"?{urlencode({'next': target})}"
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _page_of(request: HttpRequest) -> str:
    """Return the page a request was made from, where it can be looked at again; "" if unknown.

    What was sent is not sent again after signing in: the page of the form is, on which what was
    typed still stands.
    """
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.current_url_abs_path:
        return str(htmx.current_url_abs_path)
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return ""
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
