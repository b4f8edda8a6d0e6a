"""How goals are judged, and who may set them."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError, Kind
from juara.goals import operations, queries
from juara.leaderboards import queries as boards
from juara.people import access
from juara.people.access import Viewer
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.goals.forms import SettingsForm
from juara.web.today import amounts


@require_http_methods(["GET", "POST"])
@in_organization
def goal_settings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    today = boards.today(clock.now())
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=_now(today))
    if request.method == "POST" and form.is_valid() and _save(form, viewer, today):
        messages.success(request, _("The settings of goals are saved."))
        return redirect("goals", core_scope.current().slug)
    status = 422 if form.errors else 200
    return render(request, "web/goals/settings.html", {"form": form}, status=status)


def _now(today: date) -> dict[str, object]:
    held = queries.settings_on(today)
    return {
        "on_track": amounts.typed(Decimal(held.on_track), "percent"),
        "behind": amounts.typed(Decimal(held.behind), "percent"),
        "managers_set": held.managers_set,
        "from_day": today,
    }


def _save(form: SettingsForm, viewer: Viewer, today: date) -> bool:
    given = form.cleaned_data
    try:
        operations.set_settings(
            on_track=given["on_track"], behind=given["behind"],
            managers_set=given["managers_set"], from_day=given["from_day"] or today,
            moment=clock.now(), actor=viewer.member.email,
        )  # fmt: skip
    except DomainError as refusal:
        if refusal.kind is not Kind.INVALID:
            raise
        form.add_error(None, sentence(refusal))
        return False
    return True
