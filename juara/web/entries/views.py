"""Values entered by hand: adding one, and deciding about those that wait."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError, Kind
from juara.leaderboards import queries as boards
from juara.leaderboards.types import BoardMetric
from juara.ledger import access as entry_access
from juara.ledger import entries as operations
from juara.ledger import entry_queries
from juara.ledger.entry_queries import EntryFacts
from juara.metrics import queries as metrics
from juara.people import queries as people
from juara.people.access import Viewer
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.errors import sentence

PAGE = 25
STATES = ("waiting", "counted", "refused", "withdrawn")


class EntryForm(forms.Form):
    metric = forms.ChoiceField(label=gettext_lazy("Metric"))
    member = forms.ChoiceField(label=gettext_lazy("Person"))
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the day it counts on."),
            "invalid": gettext_lazy("This is not a day. Write it like 2025-03-10."),
        },
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("How much"),
        help_text=gettext_lazy("Added to what is there. Begin with a minus to take away."),
        max_digits=20,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": gettext_lazy("Write how much to add or take away."),
            "invalid": gettext_lazy("This is not a number."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Stands beside the number for everybody who may open it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why: the reason stands beside the number.")},
    )

    def __init__(self, viewer: Viewer, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices(
            "metric",
            [(each.key, _(each.name)) for each in metrics.metrics()
             if each.aggregation.is_additive],
        )  # fmt: skip
        every = sorted(people.members().values(), key=lambda member: member.name.casefold())
        self._choices(
            "member",
            [(each.public_id, each.name) for each in every if viewer.may_open(each.id)],
        )
        self.fields["member"].initial = viewer.member.public_id
        self.fields["day"].initial = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


@in_organization
def entries(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    today = boards.today(clock.now())
    known = {name: request.GET[name] for name in ("metric", "member", "day") if name in request.GET}
    return _page(request, viewer, EntryForm(viewer, today, initial=known))


@require_POST
@in_organization
def entry_create(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    now = clock.now()
    today = boards.today(now)
    form = EntryForm(viewer, today, request.POST)
    if not form.is_valid():
        return _page(request, viewer, form, status=422)
    given = form.cleaned_data
    member = entry_access.member_to_enter_for(viewer, given["member"])
    must_wait = entry_access.must_wait(viewer, member.id)
    asked = operations.EntryAsked(
        given["metric"], member, given["day"], given["quantity"], given["reason"]
    )
    try:
        operations.enter(asked, by=viewer.member, must_wait=must_wait, today=today, moment=now)
    except DomainError as refusal:
        if refusal.kind is not Kind.INVALID:
            raise
        form.add_error(_FIELDS.get(refusal.code), sentence(refusal))
        return _page(request, viewer, form, status=422)
    messages.success(
        request,
        _("Entered. It counts once it has been approved.")
        if must_wait
        else _("Entered, and counted."),
    )
    return _back()


_FIELDS = {
    "entry.future": "day",
    "entry.not_assigned": "day",
    "entry.reason": "reason",
    "entry.quantity": "quantity",
    "entry.whole": "quantity",
    "entry.too_large": "quantity",
    "entry.not_additive": "metric",
}


@require_POST
@in_organization
def entry_approve(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = entry_access.entry_to_decide(viewer, public_id)
    return _decided(
        request,
        lambda: operations.approve(found.public_id, by=viewer.member, moment=clock.now()),
        _("Approved: it counts now."),
    )


@require_POST
@in_organization
def entry_refuse(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = entry_access.entry_to_decide(viewer, public_id)
    note = request.POST.get("note", "")
    return _decided(
        request,
        lambda: operations.refuse(found.public_id, note=note, by=viewer.member, moment=clock.now()),
        _("Refused. The person sees why."),
    )


@require_POST
@in_organization
def entry_withdraw(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    found = entry_access.entry_to_withdraw(viewer, public_id)
    return _decided(
        request,
        lambda: operations.withdraw(found.public_id, by=viewer.member, moment=clock.now()),
        _("Taken back: it no longer counts."),
    )


def _decided(request: HttpRequest, decide: Callable[[], None], said: str) -> HttpResponse:
    try:
        decide()
    except DomainError as refusal:
        if refusal.kind not in (Kind.INVALID, Kind.CONFLICT):
            raise
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, said)
    return _back()


def _page(
    request: HttpRequest, viewer: Viewer, form: EntryForm, *, status: int = 200
) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    number = page_number(request.GET.get("page", "1"))
    as_of = moments.read(request, now=clock.now())
    found = entry_queries.entries(
        of=viewer.opens, state=state, limit=PAGE, offset=(number - 1) * PAGE,
        as_of=as_of.moment, batch=as_of.batch,
    )  # fmt: skip
    pages = max(1, -(-found.count // PAGE))
    shown = {each.id: boards.board_metric(each) for each in metrics.metrics()}
    context = {
        "form": form,
        "entries": [
            _shown(viewer, each, shown.get(each.metric_id), as_of) for each in found.entries
        ],
        "waiting": found.waiting,
        "must_wait": entry_access.must_wait(viewer, viewer.member.id),
        "tabs": _tabs(as_of, state),
        "as_of": as_of,
        "now": as_of.at,
        "page": number,
        "page_count": pages,
        "previous_url": as_of.url("entries", state=state, page=f"{number - 1}")
        if number > 1
        else "",
        "next_url": as_of.url("entries", state=state, page=f"{number + 1}")
        if number < pages
        else "",
    }
    return render(request, "web/entries/page.html", context, status=status)


def _tabs(as_of: AsOf, state: str) -> list[tuple[str, str, bool]]:
    names = {
        "": _("All"),
        "waiting": _("Waiting"),
        "counted": _("Counted"),
        "refused": _("Refused"),
        "withdrawn": _("Taken back"),
    }
    return [(as_of.url("entries", state=key), name, key == state) for key, name in names.items()]


def _shown(
    viewer: Viewer, each: EntryFacts, metric: BoardMetric | None, as_of: AsOf
) -> dict[str, Any]:
    may_change = not as_of
    return {
        "entry": each,
        "metric": metric,
        "can_decide": may_change
        and each.is_waiting
        and entry_access.may_decide(viewer, each.member_id),
        "can_withdraw": may_change
        and (each.is_waiting or each.is_counted)
        and entry_access.may_withdraw(viewer, each),
    }


def _back() -> HttpResponse:
    return redirect("entries", core_scope.current().slug)
