"""Schedules: a folder or an address that a source's files come from by themselves."""

from datetime import time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from juara.connect import feeds, mappings
from juara.connect.feeds import FeedFacts
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.sources import again

_EVERY = {
    "15": gettext_lazy("every 15 minutes"),
    "60": gettext_lazy("every hour"),
    "240": gettext_lazy("every 4 hours"),
    "daily": gettext_lazy("once a day, at"),
}


class ScheduleForm(forms.Form):
    mapping = forms.ChoiceField(label=gettext_lazy("What it is read with"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Where the files come from"),
        choices=[
            ("folder", gettext_lazy("A folder on the server")),
            ("address", gettext_lazy("An address on the web (https)")),
        ],
        widget=forms.RadioSelect,
        initial="folder",
    )
    place = forms.CharField(
        label=gettext_lazy("Folder or address"),
        max_length=1000,
        error_messages={"required": gettext_lazy("Write the folder or the address.")},
    )
    pattern = forms.CharField(
        label=gettext_lazy("Names of the files"),
        max_length=120,
        initial="*",
        required=False,
        help_text=gettext_lazy("* stands for anything: deals-*.csv"),
    )
    every = forms.ChoiceField(
        label=gettext_lazy("How often to look"), choices=list(_EVERY.items()), initial="60"
    )
    at = forms.TimeField(
        label=gettext_lazy("Time of day"),
        required=False,
        initial=time(6, 0),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Only for once a day, in the organization's time zone."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mapping"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (each.public_id, f"{each.name} ({each.source_key})") for each in mappings.saved()
            ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("every") == "daily" and not given.get("at"):
            self.add_error("at", _("Write the time of day."))
        return given


@require_safe
@in_organization
def source_feeds(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    context = {
        "feeds": [_line(each) for each in feeds.feeds()],
        "has_mappings": bool(mappings.saved()),
        "now": clock.now(),
    }
    return render(request, "web/sources/feeds.html", context)


@in_organization
def source_feed_add(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a schedule; it is looked at as soon as it is there."""
    access.require_admin(viewer)
    if not mappings.saved():
        return redirect("source_feeds", core_scope.current().slug)
    if request.method != "POST":
        chosen = request.GET.get("mapping", "")
        initial = {"mapping": chosen}
        if any(each.public_id == chosen for each in mappings.saved()):
            initial["pattern"] = again.pattern(mappings.load(chosen))
        return _form_page(request, ScheduleForm(initial=initial))
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        _create(form.cleaned_data, viewer.member.email)
    except DomainError as refusal:
        form.add_error("place", sentence(refusal))
        return _form_page(request, form, status=422)
    messages.success(request, _("The schedule is on. The first look happens now."))
    return redirect("source_feeds", core_scope.current().slug)


def _create(given: dict[str, Any], actor: str) -> None:
    is_daily = given["every"] == "daily"
    feeds.create(
        mapping=given["mapping"],
        kind=given["kind"],
        place=given["place"],
        pattern=given["pattern"] or "*",
        every_minutes=None if is_daily else int(given["every"]),
        daily_at=given["at"] if is_daily else None,
        moment=clock.now(),
        actor=actor,
    )


def _form_page(request: HttpRequest, form: ScheduleForm, status: int = 200) -> HttpResponse:
    return render(request, "web/sources/feed_add.html", {"form": form}, status=status)


@require_POST
@in_organization
def source_feed_turn(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Turn a schedule on or off."""
    access.require_admin(viewer)
    is_on = request.POST.get("on") == "1"
    feeds.turn(public_id, is_on=is_on, moment=clock.now(), actor=viewer.member.email)
    said = _("The schedule is on.") if is_on else _("The schedule is off.")
    messages.success(request, said)
    return redirect("source_feeds", core_scope.current().slug)


@require_POST
@in_organization
def source_feed_look(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Look now, whether it is time or not."""
    access.require_admin(viewer)
    feeds.check_now(public_id)
    messages.success(request, _("Looking now. Reload this page in a moment."))
    return redirect("source_feeds", core_scope.current().slug)


@require_POST
@in_organization
def source_feed_remove(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    feeds.remove(public_id, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("The schedule is gone. What it imported stays."))
    return redirect("source_feeds", core_scope.current().slug)


def _line(feed: FeedFacts) -> dict[str, object]:
    """A schedule as the list shows it."""
    state = (
        ("bad", "triangle-alert", _("Failing"))
        if feed.failure_count or feed.last_run_state == "failed"
        else (
            ("good", "circle-check", _("On"))
            if feed.is_on
            else ("neutral", "circle-minus", _("Off"))
        )
    )
    slug = core_scope.current().slug
    return {
        "facts": feed,
        "tone": state[0],
        "icon": state[1],
        "word": state[2],
        "when": _when(feed),
        "run_url": reverse("import_run", args=[slug, feed.last_run]) if feed.last_run else "",
    }


def _when(feed: FeedFacts) -> str:
    if feed.daily_at is not None:
        return _("every day at %(time)s") % {"time": feed.daily_at.strftime("%H:%M")}
    minutes = feed.every_minutes or 0
    known = str(_EVERY.get(str(minutes), ""))
    return known or _("every %(count)s minutes") % {"count": formats.number(minutes)}
