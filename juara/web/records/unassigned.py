"""What nobody earned: by reason and owner key, with totals, records and the way to mend it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from juara.core import clock, scope
from juara.leaderboards import nobodys
from juara.leaderboards.holders import UNASSIGNED
from juara.leaderboards.nobodys import Nobodys, Part
from juara.ledger import matching
from juara.metrics import queries as metrics
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.records import asked as asking
from juara.web.records import words
from juara.web.records.asked import Selected


@dataclass(frozen=True, slots=True)
class PartShown:
    """One reason and key in words, with where its records are and how it is mended."""

    part: Part
    why: str
    value: str
    records_url: str
    place_url: str


@require_safe
@in_organization
def unassigned(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List what a metric counts for nobody, for who opens every record."""
    now = clock.now()
    as_of = moments.read(request, now=now)
    every = moments.metrics_in_use(as_of) or metrics.metrics()
    selected = asking.selected(request.GET, every, as_of=as_of)
    found = nobodys.nobodys(
        selected.asked(), now=now, viewer=viewer, page=page_number(request.GET.get("page", "1"))
    )

    def at(number: int) -> str:
        if not 1 <= number <= found.page_count or number == found.page:
            return ""
        return selected.url("unassigned", page=str(number))

    context = {
        "found": found,
        "selected": selected,
        "as_of": as_of,
        "reasons": _reasons(found),
        "parts": [_shown(each, found, selected, viewer) for each in found.parts],
        "can_mend": viewer.is_admin and not as_of,
        "people": _people() if viewer.is_admin else [],
        "metrics": asking.metric_choices(every),
        "periods": asking.period_choices(selected.period, as_of.today),
        "urls": {
            "page": reverse("unassigned", args=[scope.current().slug]),
            "previous": at(found.page - 1),
            "next": at(found.page + 1),
            "board": selected.url("leaderboards"),
            "changes": selected.url("changes", holder=UNASSIGNED),
        },
    }
    return render(request, "web/records/unassigned.html", context)


@require_POST
@in_organization
def unassigned_match(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say who a key is, and come back to what is still nobody's."""
    access.require_admin(viewer)
    as_of = moments.read(request, now=clock.now())
    selected = asking.selected(request.POST, metrics.metrics(), as_of=as_of)
    member = people.member_of_id(request.POST.get("member", ""))
    matching.match(
        source_key=request.POST.get("source", ""), key=request.POST.get("key", ""),
        member=member.public_id, moment=clock.now(), actor=viewer.member.email,
    )  # fmt: skip
    messages.success(
        request, _("Matched to %(name)s. Their past counts now.") % {"name": member.name}
    )
    return redirect(selected.url("unassigned"))


def reason_title(reason: str) -> str:
    """Return what a reason is called where it heads a sum."""
    words_ = {
        "owner_unknown": _("Owner not matched to anybody"),
        "owner_empty": _("No owner named"),
        "not_assigned": _("Owner in no team that day"),
        "split_rest": _("Shares that are nobody's"),
    }
    return words_.get(reason, reason)


def _reasons(found: Nobodys) -> list[tuple[str, int, str]]:
    return [
        (reason_title(reason), count, formats.measured(value, found.row_metric))
        for reason, count, value in found.by_reason
    ]


def _shown(each: Part, found: Nobodys, selected: Selected, viewer: Viewer) -> PartShown:
    total = each.total
    place = ""
    if total.reason == "not_assigned" and each.member and viewer.is_admin:
        place = reverse("person_transfer", args=[scope.current().slug, each.member.public_id])
    return PartShown(
        part=each,
        why=words.nobody_text(total.reason, total.owner_key),
        value=formats.measured(each.value, found.row_metric),
        records_url=selected.url(
            "leaderboard_evidence", holder=UNASSIGNED, reason=total.reason, owner=total.owner_key,
            source=total.source_key,
        ),
        place_url=place,
    )  # fmt: skip


def _people() -> list[tuple[str, str]]:
    every = sorted(people.members().values(), key=lambda member: member.name.casefold())
    return [(member.public_id, member.name) for member in every]
