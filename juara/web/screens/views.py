"""Managing office TVs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from juara.core import clock
from juara.core import scope as core_scope
from juara.leaderboards import queries as boards
from juara.metrics import queries as metrics
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.screens import operations, queries
from juara.web.entrance import in_organization
from juara.web.leaderboards.labels import offered_periods, period_label


class ScreenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name it after the room it hangs in.")},
    )
    metric = forms.ChoiceField(label=gettext_lazy("Leaderboard"))
    period = forms.ChoiceField(label=gettext_lazy("Period"))
    by = forms.ChoiceField(
        label=gettext_lazy("Who is ranked"),
        choices=[
            ("member", gettext_lazy("People")),
            ("team", gettext_lazy("Teams")),
            ("branch", gettext_lazy("Regions")),
        ],
    )
    team = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = boards.today(clock.now())
        root = people.root_team()
        self._choices("metric", [(each.key, _(each.name)) for each in metrics.metrics()])
        self._choices("period", offered_periods(today))
        self.fields["period"].initial = "this-month"
        teams = sorted(people.teams().values(), key=lambda team: team.name.casefold())
        self._choices(
            "team",
            [("", root.name), *((each.public_id, each.name) for each in teams if not each.is_root)],
        )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


@in_organization
def screens(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    return _page(request, ScreenForm())


@require_POST
@in_organization
def screen_create(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a screen and show its address this once."""
    access.require_admin(viewer)
    form = ScreenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    made = operations.create_screen(
        name=form.cleaned_data["name"],
        metric_key=form.cleaned_data["metric"],
        period=form.cleaned_data["period"],
        by=form.cleaned_data["by"],
        team=form.cleaned_data["team"],
        moment=clock.now(),
        actor=viewer.member.email,
    )
    address = request.build_absolute_uri(
        reverse("tv", args=[core_scope.current().slug, made.token])
    )
    return _page(request, ScreenForm(), new={"name": made.screen.name, "address": address})


@require_POST
@in_organization
def screen_revoke(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    operations.revoke_screen(public_id, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("The screen is revoked. Its address no longer works."))
    return redirect("screens", core_scope.current().slug)


def _page(
    request: HttpRequest,
    form: ScreenForm,
    *,
    new: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    today = boards.today(now)
    names = {each.key: _(each.name) for each in metrics.metrics()}
    shown = [
        {
            "public_id": each.public_id,
            "name": each.name,
            "shows": f"{names.get(each.metric_key, each.metric_key)} · "
            f"{period_label(each.period, today)}",
            "last_seen_at": each.last_seen_at,
        }
        for each in queries.screens()
    ]
    context = {"screens": shown, "form": form, "new_screen": new, "now": now}
    return render(request, "web/screens/page.html", context, status=status)
