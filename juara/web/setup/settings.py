"""What holds for the whole organization, and its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from juara.accounts import queries as accounts
from juara.accounts import removal
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.ledger import settings as organization_settings
from juara.metrics import rates
from juara.people import access, zone_change
from juara.people.access import Viewer
from juara.tenancy import operations as tenancy
from juara.tenancy.operations import Settings
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.setup import choices, periods
from juara.web.setup.forms import RemoveForm, SettingsForm


@require_http_methods(["GET", "POST"])
@in_organization
def settings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    standing = tenancy.settings_of(core_scope.current().organization_id)
    if request.method != "POST":
        return _page(request, SettingsForm(initial=_initial(standing)), standing)
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, standing, status=422)
    changed = organization_settings.change(
        form.wanted(), moment=clock.now(), actor=viewer.member.email
    )
    if changed.is_recounting:
        messages.info(
            request,
            _("Every number is being worked out again. The new zone or currency holds as soon as "
              "that is done; until then nothing changes."),
        )  # fmt: skip
    elif changed.names:
        messages.success(request, _("The settings are saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("settings", core_scope.current().slug)


@require_POST
@in_organization
def settings_remove(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Remove the organization, once its name was typed."""
    access.require_admin(viewer)
    organization = request.organization  # type: ignore[attr-defined]
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            ticket = removal.ask(
                organization,
                typed=form.cleaned_data["typed"],
                moment=clock.now(),
                actor=viewer.member.email,
            )
        except DomainError as refusal:
            if refusal.code != "organization.name_differs":
                raise
            form.add_error(
                "typed", _("This is not the name. Type it exactly as it is written above.")
            )
        else:
            return redirect("removal", ticket)
    standing = tenancy.settings_of(core_scope.current().organization_id)
    filled = SettingsForm(initial=_initial(standing))
    return _page(request, filled, standing, remove_form=form, status=422)


def _initial(standing: Settings) -> dict[str, Any]:
    return {
        "name": standing.name,
        "zone": standing.zone,
        "currency": standing.currency,
        "needs_entry_approval": standing.needs_entry_approval,
    }


def _page(
    request: HttpRequest,
    form: SettingsForm,
    standing: Settings,
    *,
    remove_form: RemoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    followers = zone_change.living_by(standing.zone)
    rated = rates.currencies()
    context = {
        "form": form,
        "standing": standing,
        "zones": choices.zone_names(),
        "periods": periods.told(core_scope.current().rules, boards.today(clock.now())),
        "has_numbers": organization_settings.has_numbers(),
        "is_restating": organization_settings.is_restating(),
        "rated": ", ".join(each.currency for each in rated),
        "rate_count": sum(each.count for each in rated),
        "followers": ngettext(
            "%(count)s person lives by it", "%(count)s people live by it", followers
        )
        % {"count": formats.number(followers)},
        "is_only_one": len(accounts.organizations_of(request.user.pk or 0)) == 1,
        "remove_form": remove_form or RemoveForm(),
    }
    return render(request, "web/setup/settings.html", context, status=status)
