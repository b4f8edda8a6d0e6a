"""Data health: what could make a number wrong, and how to put it right."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from juara.connect import queries as connect
from juara.connect.types import DELIVERED_KINDS
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError, NotFoundError
from juara.events import queries as events
from juara.leaderboards import queries as boards
from juara.leaderboards.holders import UNASSIGNED
from juara.ledger import coverage, dry_run, matching, recounts, strangers, verifications
from juara.ledger.strangers import Lying, Stranger
from juara.metrics import queries as metrics
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.health.words import difference_text, kind_name, reason_text
from juara.web.records.asked import Selected

PAGE = 25
_RUNS_SHOWN = 10
# Reading every record must not hold a page up.
_PATIENCE_SECONDS = 4.0


@in_organization
def health(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    return _page(request)


def _page(
    request: HttpRequest, *, problem: str = "", status: int = 200, page: int | None = None
) -> HttpResponse:
    number = page_number(request.GET.get("page", "1")) if page is None else page
    now = clock.now()
    as_of = moments.read(request, now=now)
    found = strangers.strangers(limit=PAGE, offset=(number - 1) * PAGE, batch=as_of.batch)
    pages = max(1, -(-found.count // PAGE))
    context = {
        "now": now,
        "as_of": as_of,
        "waiting": connect.health().rows_waiting,
        "sources": [(each, each.is_late(now)) for each in connect.source_list()],
        "strangers": [_shown(each, as_of) for each in found.shown],
        "stranger_count": found.count,
        "stranger_records": found.records,
        "sure_count": found.sure,
        "people": _people(),
        "page": number,
        "page_count": pages,
        "previous_url": as_of.url("health", page=f"{number - 1}") + "#owners" if number > 1 else "",
        "next_url": as_of.url("health", page=f"{number + 1}") + "#owners" if number < pages else "",
        "problem": problem,
        **_verifications(),
    }
    return render(request, "web/health/page.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A stranger with what they come to: the metric, the value in words, where its records are."""

    who: Stranger
    totals: tuple[tuple[str, str, str], ...]
    days: str


def _shown(each: Stranger, as_of: AsOf) -> _Shown:
    return _Shown(
        who=each,
        totals=tuple(
            (
                _(one.metric.name),
                formats.measured(one.value, boards.board_metric(one.metric)),
                _records_url(each, one, as_of),
            )
            for one in each.totals
        ),
        days=_days(each),
    )


def _records_url(who: Stranger, lying: Lying, as_of: AsOf) -> str:
    period = f"{lying.first_day}..{lying.last_day}"
    return Selected(as_of, lying.metric.public_id, period).url(
        "leaderboard_evidence", holder=UNASSIGNED, reason="owner_unknown", owner=who.key,
        source=who.source_key,
    )  # fmt: skip


def _days(each: Stranger) -> str:
    if each.first_day is None or each.last_day is None:
        return ""
    if each.first_day == each.last_day:
        return formats.day(each.first_day)
    return f"{formats.day(each.first_day)} – {formats.day(each.last_day)}"


def _people() -> list[tuple[str, str]]:
    """Return whom an unknown owner can be matched to, namesakes told apart by address."""
    every = sorted(people.members().values(), key=lambda member: member.name.casefold())
    names = [member.name for member in every]
    return [
        (
            member.public_id,
            f"{member.name} ({member.email})"
            if names.count(member.name) > 1 and member.email
            else member.name,
        )
        for member in every
    ]


def _verifications() -> dict[str, object]:
    """Return what the part about verifying and recounting shows; two topics move it."""
    # Versions before what they are of: what changes in between is fetched once more.
    versions = events.topic_versions()
    topics = (verifications.TOPIC, recounts.TOPIC)
    recount = recounts.last_run()
    runs = verifications.runs(limit=_RUNS_SHOWN)
    last = runs[0] if runs else None
    every = metrics.metrics() if recount or (last and last.differences) else ()
    by_id = {each.id: _(each.name) for each in every}
    by_key = {each.key: _(each.name) for each in every}
    return {
        "verifications": runs,
        "differences": [
            (by_key.get(each.metric_key, each.metric_key), difference_text(each), each)
            for each in (last.differences if last else ())
        ],
        "is_mended_by_recount": last is not None
        and all(each.is_mended_by_recount for each in last.differences),
        "recount": recount,
        "recount_at": by_id.get(recount.at or 0, "") if recount else "",
        "topic": " ".join(topics),
        "topic_version": " ".join(str(versions.get(each, 0)) for each in topics),
    }


@require_POST
@in_organization
def health_match(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say who an unknown owner is, and credit their past with it."""
    access.require_admin(viewer)
    member = people.member(request.POST.get("member", ""))
    matching.match(
        source_key=request.POST.get("source", ""), key=request.POST.get("key", ""),
        member=member.public_id, moment=clock.now(), actor=viewer.member.email,
    )  # fmt: skip
    messages.success(request, _("Matched to %(name)s. Their past counts now.") % {
        "name": member.name
    })  # fmt: skip
    return _back()


@require_POST
@in_organization
def health_match_sure(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Match everybody whose e-mail address says who they are."""
    access.require_admin(viewer)
    matches = strangers.sure_matches()
    if matches:
        matching.match_many(matches, moment=clock.now(), actor=viewer.member.email)
    messages.success(
        request,
        ngettext(
            "%(count)s person matched by e-mail.", "%(count)s people matched by e-mail.",
            len(matches),
        ) % {"count": formats.number(len(matches))},
    )  # fmt: skip
    return _back()


@require_POST
@in_organization
def health_introduce(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add an unknown owner as a new person."""
    access.require_admin(viewer)
    name = request.POST.get("name", "").strip()[:120]
    if not name:
        return _page(request, problem=_("Write the name of the person to add."), status=422)
    try:
        made = matching.introduce(
            source_key=request.POST.get("source", ""), key=request.POST.get("key", ""), name=name,
            email=_address(request.POST.get("key", "")), moment=clock.now(),
            actor=viewer.member.email,
        )  # fmt: skip
    except DomainError as refusal:
        if isinstance(refusal, NotFoundError):
            raise
        return _page(request, problem=sentence(refusal), status=422)
    messages.success(request, _("%(name)s is added, and their past counts now.") % {
        "name": made.name
    })  # fmt: skip
    return _back()


def _address(key: str) -> str:
    """Take the key for an address where it looks like one."""
    local, at, domain = key.strip().partition("@")
    is_address = bool(local and at and "." in domain and " " not in key.strip())
    return key.strip() if is_address and len(key) <= 254 else ""


@in_organization
def health_records(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return the part that says how many records nothing counts; read when the page stands."""
    access.require_admin(viewer)
    as_of = moments.read(request, now=clock.now())
    try:
        with dry_run.undone(_PATIENCE_SECONDS):
            kinds = coverage.coverage(batch=as_of.batch, day=as_of.today)
            foreign = coverage.foreign_amounts(batch=as_of.batch)
    except dry_run.TooLongError:
        return render(request, "web/health/_records.html", {"is_too_large": True})
    shown = [
        {
            "kind": each.kind,
            "name": kind_name(each.kind),
            "records": each.records,
            "uncounted": each.uncounted,
            "has_metric": each.has_metric,
        }
        for each in kinds
    ]
    context = {
        "kinds": shown,
        "foreign": foreign,
        "currency": core_scope.current().currency,
        "as_of": as_of,
    }
    return render(request, "web/health/_records.html", context)


@in_organization
def health_uncounted(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    """List records of a kind that no metric counts, each with the reasons."""
    access.require_admin(viewer)
    if kind not in {each.value for each in DELIVERED_KINDS}:
        raise NotFoundError("kind.unknown", "There is nothing at this address.")
    number = page_number(request.GET.get("page", "1"))
    # One more than is shown tells whether there are more.
    as_of = moments.read(request, now=clock.now())
    found = coverage.uncounted(
        kind, day=as_of.today, limit=PAGE + 1, offset=(number - 1) * PAGE, batch=as_of.batch
    )
    rows = [
        {
            "record": each,
            "reasons": [(_(metric), reason_text(reason)) for metric, reason in each.reasons],
        }
        for each in found[:PAGE]
    ]
    context = {
        "kind_name": kind_name(kind),
        "rows": rows,
        "as_of": as_of,
        "previous_url": f"?page={number - 1}{as_of.more}" if number > 1 else "",
        "next_url": f"?page={number + 1}{as_of.more}" if len(found) > PAGE else "",
    }
    return render(request, "web/health/uncounted.html", context)


@require_POST
@in_organization
def verify_begin(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    verifications.ask(actor=viewer.member.email)
    messages.success(
        request, _("Everything is being worked out again. The result appears here by itself.")
    )
    return redirect(reverse("health", args=[core_scope.current().slug]) + "#verifications")


@require_POST
@in_organization
def recount_begin(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Have everything worked out again and mended, or go on with what was interrupted."""
    access.require_admin(viewer)
    recounts.begin(moment=clock.now(), actor=viewer.member.email)
    messages.success(
        request, _("Numbers are being recounted, metric by metric. You can leave this page.")
    )
    return redirect(reverse("health", args=[core_scope.current().slug]) + "#verifications")


@in_organization
def verify_history(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return the part that lists verifications; fetched again when one begins or ends."""
    access.require_admin(viewer)
    return render(request, "web/health/_verifications.html", _verifications() | {
        "now": clock.now()
    })  # fmt: skip


def _back() -> HttpResponse:
    return redirect(reverse("health", args=[core_scope.current().slug]) + "#owners")
