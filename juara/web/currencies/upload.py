"""Rates from a file: checked first, then stored."""

from dataclasses import dataclass
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
from juara.core.calendar import ONE_DAY
from juara.core.errors import DomainError
from juara.ledger import currencies as occurring
from juara.ledger import dry_run
from juara.ledger import rates as operations
from juara.metrics import rates_changes, rates_files
from juara.metrics.rates_changes import Foreseen
from juara.metrics.rates_files import Reading
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.currencies import words
from juara.web.entrance import in_organization
from juara.web.errors import sentence

_PROBLEMS_SHOWN = 50
_PATIENCE_SECONDS = 4.0
# Who publishes the table that is worked out over the euro.
_TABLES = "European Central Bank"


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization
def rates_upload(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a file of rates and show what it would do. Nothing is stored but the file."""
    access.require_admin(viewer)
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    if file is None:
        return _page(request, problem=_("Choose a file first."), status=422)
    is_all = bool(request.POST.get("all"))
    try:
        content = file.read(rates_files.MOST_BYTES + 1)
        reading = _read(content, is_all=is_all)
        kept = uploads.keep(
            [content], name=file.name or "rates.csv", moment=clock.now(), actor=viewer.member.email
        )
    except DomainError as refusal:
        return _page(request, problem=sentence(refusal), status=422)
    source = _TABLES if reading.is_table else ""
    return _check_page(request, reading, upload=kept.public_id, source=source, is_all=is_all)


def _read(content: bytes, *, is_all: bool) -> Reading:
    own = core_scope.current().currency
    return rates_files.read(content, own=own, only=None if is_all else _wanted())


def _wanted() -> frozenset[str] | None:
    """Return the currencies of the records; None, for all, where that cannot be told."""
    try:
        with dry_run.undone(_PATIENCE_SECONDS):
            found = frozenset(each.currency for each in occurring.occurring())
    except dry_run.TooLongError:
        return None
    return found or None


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "own": core_scope.current().currency,
        "problem": problem,
        "most_bytes": rates_files.MOST_BYTES,
        "is_all": bool(request.POST.get("all")),
    }
    return render(request, "web/currencies/upload.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a file would do to one currency, in words."""

    code: str
    name: str
    days: str
    latest: str
    foreseen: Foreseen


def _check_page(
    request: HttpRequest,
    reading: Reading,
    *,
    upload: str,
    source: str,
    is_all: bool,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    foreseen = rates_changes.foresee(reading.quotes)
    changing = sum(each.new + each.changed for each in foreseen)
    context: dict[str, Any] = {
        "own": core_scope.current().currency,
        "rows": [_shown(each) for each in foreseen],
        "problems": [(each.row, each.said.said()) for each in reading.problems[:_PROBLEMS_SHOWN]],
        "problem_count": len(reading.problems),
        "problems_more": max(len(reading.problems) - _PROBLEMS_SHOWN, 0),
        "is_table": reading.is_table,
        "upload": upload,
        "source": source,
        "is_all": is_all,
        "problem": problem,
        "longest": rates_changes.LONGEST_SOURCE,
        "store_label": ngettext("Store %(count)s rate", "Store %(count)s rates", changing)
        % {"count": formats.number(changing)}
        if changing
        else "",
    }
    return render(request, "web/currencies/check.html", context, status=status)


def _shown(each: Foreseen) -> _Shown:
    span = words.days(each.first_day, each.last_day + ONE_DAY)
    latest = words.equation(each.currency, each.latest)
    return _Shown(each.currency, words.name(each.currency), span, latest, each)


@require_POST
@in_organization
def rates_store(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Store the good rows of a file that was checked."""
    access.require_admin(viewer)
    upload, is_all = request.POST.get("upload", ""), bool(request.POST.get("all"))
    reading = _read(uploads.path(upload).read_bytes(), is_all=is_all)
    source = request.POST.get("source", "")
    try:
        stored = operations.store(
            reading.quotes, source=source, moment=clock.now(), actor=viewer.member.email
        )
    except DomainError as refusal:
        if refusal.code != "rate.source":
            raise
        return _check_page(
            request, reading, upload=upload, source=source, is_all=is_all,
            problem=sentence(refusal), status=422,
        )  # fmt: skip
    uploads.remove(upload)
    messages.success(
        request,
        ngettext(
            "%(count)s rate is stored, and every amount is counted with it.",
            "%(count)s rates are stored, and every amount is counted with them.",
            stored.total,
        ) % {"count": formats.number(stored.total)},
    )  # fmt: skip
    return redirect("currencies", core_scope.current().slug)
