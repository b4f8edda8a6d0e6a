"""Trying things on a sample company, and taking it away again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from juara.accounts import removal
from juara.core import clock
from juara.core.errors import NotFoundError
from juara.people import access
from juara.people.access import Viewer
from juara.samples import operations, queries
from juara.web.entrance import in_organization


@require_POST
@in_organization
def sample_create(request: HttpRequest, viewer: Viewer) -> HttpResponse:  # noqa: ARG001
    """Have a sample company made beside this organization, or go to the one there is."""
    access.require_admin(viewer)
    slug = operations.ask_for_sample(viewer.member, moment=clock.now())
    return redirect("sample_progress", slug)


@require_safe
@in_organization
def sample_progress(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show how far the sample company has come; leaving the page stops nothing."""
    access.require_admin(viewer)
    progress = queries.progress()
    if progress is None:
        raise _nothing_here()
    is_part = getattr(request, "htmx", False)
    template = "web/setup/_sample.html" if is_part else "web/setup/sample.html"
    return render(request, template, {"progress": progress})


@require_POST
@in_organization
def sample_remove(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take the sample company away, whole."""
    access.require_admin(viewer)
    organization = request.organization  # type: ignore[attr-defined]
    if not organization.is_sample:
        raise _nothing_here()
    ticket = removal.ask(
        organization, typed=organization.name, moment=clock.now(), actor=viewer.member.email
    )
    return redirect("removal", ticket)


def _nothing_here() -> NotFoundError:
    return NotFoundError("organization.unknown", gettext_noop("There is nothing at this address."))
