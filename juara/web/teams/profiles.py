"""Job profiles: what people are hired to do."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from juara.core import clock, scope
from juara.core.errors import DomainError
from juara.people import access
from juara.people import profiles as operations
from juara.people import queries as people
from juara.people.access import Viewer
from juara.web import as_of as moments
from juara.web.entrance import in_organization
from juara.web.teams import page, words
from juara.web.teams.forms import NameForm


@require_GET
@in_organization
def profiles(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    return _list(request, viewer)


@require_POST
@in_organization
def profile_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    form = NameForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            operations.add_profile(name, moment=clock.now(), actor=viewer.member.email)
        except DomainError as refusal:
            form.add_error("name", words.sentence(refusal))
        else:
            messages.success(request, _("The job profile “%(name)s” is added.") % {"name": name})
            return _to_list()
    return _list(request, viewer, form=form, status=422)


@require_POST
@in_organization
def profile_rename(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.profile_to_change(viewer, public_id)
    form = NameForm(request.POST, auto_id=f"rename-{public_id}-%s")
    if form.is_valid():
        try:
            operations.rename_profile(
                found, form.cleaned_data["name"], moment=clock.now(), actor=viewer.member.email
            )
        except DomainError as refusal:
            form.add_error("name", words.sentence(refusal))
        else:
            messages.success(request, _("The new name is saved."))
            return _to_list()
    return _list(request, viewer, renaming=(public_id, form), status=422)


@require_POST
@in_organization
def profile_archive(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.profile_to_change(viewer, public_id)
    operations.archive_profile(found, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("“%(name)s” is archived.") % {"name": found.name})
    return _to_list()


@require_POST
@in_organization
def profile_restore(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = access.profile_to_change(viewer, public_id)
    operations.restore_profile(found, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("“%(name)s” is back in use.") % {"name": found.name})
    return _to_list()


def _to_list() -> HttpResponse:
    return redirect("profiles", scope.current().slug)


def _list(
    request: HttpRequest,
    viewer: Viewer,
    *,
    form: Form | None = None,
    renaming: tuple[str, Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    as_of = moments.read(request, now=clock.now())
    uses = people.profile_uses(as_of.today, batch=as_of.batch)
    rows = [
        {
            "use": use,
            "form": renaming[1]
            if renaming and renaming[0] == use.public_id
            else NameForm(initial={"name": use.name}, auto_id=f"rename-{use.public_id}-%s"),
            "is_open": bool(renaming and renaming[0] == use.public_id),
        }
        for use in uses
    ]
    context = {
        "tabs": page.tabs("profiles", as_of),
        "as_of": as_of,
        "rows": [row for row, use in zip(rows, uses, strict=True) if not use.is_archived],
        "archived": [row for row, use in zip(rows, uses, strict=True) if use.is_archived],
        "form": form or NameForm(),
        "can_edit": viewer.is_admin and not as_of,
    }
    return render(request, "web/teams/profiles.html", context, status=status)
