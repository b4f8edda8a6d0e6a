"""Targets from a sheet: checked first, then saved in one batch that can be undone."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from juara.connect import uploads
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import DomainError
from juara.goals import access as goal_access
from juara.goals import operations, sheets
from juara.goals.sheets import Reading, Said
from juara.leaderboards import queries as boards
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.goals import reading, shown
from juara.web.today import amounts

MOST_BYTES = 8 << 20
_SHOWN = 100


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization
def goals_import(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a sheet and show what it would change. Nothing is stored but the file."""
    access.require_leader(viewer)
    reach = goal_access.reach(viewer, today=boards.today(clock.now()))
    goal_access.require(bool(reach))
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    if file is None:
        return _page(request, problem=_("Choose a file first."))
    if (file.size or 0) > MOST_BYTES:
        return _page(request, problem=_("This file is larger than a sheet of targets can be."))
    kept = ""
    try:
        kept = uploads.keep(
            file.chunks(), name=file.name or "targets.csv", moment=clock.now(),
            actor=viewer.member.email,
        ).public_id  # fmt: skip
        found = _read(uploads.path(kept), reach)
    except DomainError as refusal:
        if kept:
            uploads.remove(kept)
        return _page(request, problem=sentence(refusal))
    return _check(request, found, kept)


def _read(path: Path, reach: goal_access.Reach) -> Reading:
    today = boards.today(clock.now())
    return sheets.read(path, today=today, reach=reach, parse=amounts.parse)


def _page(request: HttpRequest, *, problem: str = "") -> HttpResponse:
    context = {
        "problem": problem,
        "most_bytes": MOST_BYTES,
        "sample_target": formats.number(24000),
        "sample_month": boards.today(clock.now()).isoformat()[:7],
    }
    status = 422 if problem else 200
    return render(request, "web/goals/import.html", context, status=status)


def _check(request: HttpRequest, found: Reading, upload: str) -> HttpResponse:
    changes = found.changes
    context: dict[str, Any] = {
        "upload": upload,
        "rows": [_row(each) for each in changes[:_SHOWN]],
        "more": max(len(changes) - _SHOWN, 0),
        "same": len(found.rows) - len(changes),
        "problems": [(each.row, each.said.said()) for each in found.problems[:_SHOWN]],
        "problem_count": len(found.problems),
        "problems_more": max(len(found.problems) - _SHOWN, 0),
        "save_label": ngettext("Save %(count)s target", "Save %(count)s targets", len(changes))
        % {"count": formats.number(len(changes))}
        if changes
        else "",
    }
    return render(request, "web/goals/import_check.html", context)


def _row(each: Said) -> dict[str, str]:
    period = each.period
    return {
        "row": formats.number(each.row),
        "name": each.member.name,
        "metric": _(each.metric.name),
        "period": formats.period(period.key, period.from_day, period.until_day),
        "before": "" if each.before is None else shown.amount(each.metric, each.before),
        "target": shown.amount(each.metric, each.target),
    }


@require_POST
@in_organization
def goals_import_store(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Save the good rows of a sheet that was checked."""
    access.require_leader(viewer)
    reach = goal_access.reach(viewer, today=boards.today(clock.now()))
    goal_access.require(bool(reach))
    upload = request.POST.get("upload", "")
    found = _read(uploads.path(upload), reach)
    changes = [each.change for each in found.changes]
    batch = operations.lay_targets(changes, moment=clock.now(), actor=viewer.member.email)
    uploads.remove(upload)
    reading.remember(request, batch, len(changes))
    messages.success(
        request,
        ngettext("%(count)s target is saved.", "%(count)s targets are saved.", len(changes))
        % {"count": formats.number(len(changes))},
    )
    return redirect("goals", core_scope.current().slug)
