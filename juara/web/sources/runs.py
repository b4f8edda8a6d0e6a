"""An import on its way and afterwards: its progress, its report, what can be done about it."""

from datetime import datetime
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from juara.connect import mappings, queries
from juara.connect.queries import RunDetail
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.ledger import imports
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.sources import again, checking, labels, ready
from juara.web.sources.frame import csv_of, toml_of


@require_safe
@in_organization
def import_run(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show how far an import is, and its report once it is over."""
    access.require_admin(viewer)
    run = queries.run(public_id)
    part = "_run" if getattr(request, "htmx", False) else "run"
    return render(request, f"web/sources/{part}.html", _context(run))


def _context(run: RunDetail) -> dict[str, object]:
    slug = core_scope.current().slug
    report = checking.report(run.report)
    kinds = {
        checking.KINDS[each["what"]]
        for each in run.report.get("parts", ())
        if each["what"] in checking.KINDS and each["what"] != "people"
    }
    is_done = run.state == "done"
    query = ready.board_query(boards.today(clock.now())) if is_done else ""
    return {
        "run": run,
        "now": clock.now(),
        "state": labels.RUN_STATES[run.state],
        "phase": labels.phase(run.phase),
        "job_state": _job_state(run),
        "done": run.rows_landed if run.phase == "landing" else run.rows_read,
        "total": run.row_count if run.phase == "landing" else None,
        "report": report,
        "counts": _counts(run) if run.report else (),
        "metrics": ready.counting(kinds) if is_done else (),
        "installed": _installed(run),
        "board_url": reverse("leaderboards", args=[slug]) + query if query else "",
        "is_saved": bool(mappings.saved(run.source_key)),
    }


def _job_state(run: RunDetail) -> str:
    if run.phase == "queued":
        return "waiting"
    if not run.is_over:
        return "running"
    return {"done": "done", "failed": "failed"}.get(run.state, "stopped")


def _counts(run: RunDetail) -> tuple[tuple[str, str], ...]:
    """What came in, as pairs of what and how many."""
    unchanged = max(run.row_count - run.created - run.changed - run.deleted, 0)
    people = run.report.get("people", {})
    found = [
        (_("New"), run.created),
        (_("Changed"), run.changed),
        (_("As before"), unchanged if run.state == "done" else 0),
        (_("Marked as deleted"), run.deleted),
        (_("People, new or changed"), people.get("changed", 0)),
        (_("Left out"), run.bad),
    ]
    return tuple(
        (label, formats.number(count))
        for place, (label, count) in enumerate(found)
        if count or place in (0, 5)
    )


def _installed(run: RunDetail) -> tuple[str, ...]:
    """The ready metrics that were set up together with this import."""
    if run.draft is None:
        return ()
    names = queries.draft(run.draft).choices.get("installed", ())
    return tuple(_(name) for name in names)


class _Asked(Protocol):
    """Something that can be asked of an import, done by a worker."""

    def __call__(self, public_id: str, *, moment: datetime, actor: str) -> None: ...


@require_POST
@in_organization
def import_cancel(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    return _ask(request, viewer, public_id, imports.cancel)


@require_POST
@in_organization
def import_undo(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    return _ask(request, viewer, public_id, imports.begin_undo)


@require_POST
@in_organization
def import_retry(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    return _ask(request, viewer, public_id, imports.try_again)


def _ask(request: HttpRequest, viewer: Viewer, public_id: str, asked: _Asked) -> HttpResponse:
    """Ask something of an import and lead back to it, with the refusal where there is one."""
    access.require_admin(viewer)
    # What is another organization's is not there, whatever is asked of it.
    queries.run(public_id)
    try:
        asked(public_id, moment=clock.now(), actor=viewer.member.email)
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
    return redirect("import_run", core_scope.current().slug, public_id)


@require_safe
@in_organization
def import_rows(
    request: HttpRequest,  # noqa: ARG001
    viewer: Viewer,
    public_id: str,
) -> HttpResponse:
    """Hand over the rows that were left out, as a file to mend and import."""
    access.require_admin(viewer)
    return csv_of(imports.bad_rows_csv(public_id), _("rows-left-out"))


@require_safe
@in_organization
def import_run_mapping(
    request: HttpRequest,  # noqa: ARG001
    viewer: Viewer,
    public_id: str,
) -> HttpResponse:
    access.require_admin(viewer)
    run = queries.run(public_id)
    return toml_of(run.mapping, run.source_key)


@require_POST
@in_organization
def import_keep(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Save the mapping of an import under a name; with `next` go on to a schedule that uses it."""
    access.require_admin(viewer)
    run = queries.run(public_id)
    name = request.POST.get("name", "").strip() or run.source_name
    try:
        kept = mappings.save(
            source_key=run.source_key, name=name, text=again.lasting(run.mapping),
            moment=clock.now(), actor=viewer.member.email,
        )  # fmt: skip
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return redirect("import_run", core_scope.current().slug, public_id)
    messages.success(request, _("The mapping is saved. The next file needs only the check."))
    if request.POST.get("next") == "schedule":
        address = reverse("source_feed_add", args=[core_scope.current().slug])
        return redirect(f"{address}?mapping={kept.public_id}")
    return redirect("import_run", core_scope.current().slug, public_id)
