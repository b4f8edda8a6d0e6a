"""Sources: where rows come from, how each of them does, and its imports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from juara.connect import feeds, mappings, queries
from juara.connect.queries import RunFacts
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import NotFoundError
from juara.ledger import entries
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.sources import labels

_SAMPLE = """id,deal,salesperson,customer,stage,created,closed,amount
D-1001,Office chairs,Ana Wijaya,Nusantara Hotel,Won,2026-01-05,2026-01-19,4200
D-1002,Standing desks,Budi Santoso,Kopi Kita,Negotiation,2026-01-08,,2750
D-1003,Meeting table,Ana Wijaya,Rumah Sakit Harapan,Lost,2026-01-09,2026-02-02,1800
D-1004,Reception desk,Citra Lestari,Bank Samudra,Won,2026-01-12,2026-01-30,6100
"""


@require_safe
@in_organization
def sources(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the sources, the imports in preparation, and the newest imports of all."""
    access.require_admin(viewer)
    now = clock.now()
    page, count = page_number(request.GET.get("page", "1")), queries.run_count()
    found = queries.runs(limit=queries.PAGE_SIZE, after=(page - 1) * queries.PAGE_SIZE)
    schedules = feeds.feeds()
    context = {
        "now": now,
        "sources": [
            {
                "facts": each,
                "is_late": each.is_late(now),
                "last": _line(each.last_run) if each.last_run else None,
            }
            for each in queries.source_list()
            # What people type is no feed that could be late or sent again.
            if each.key != entries.SOURCE
        ],
        "drafts": [each for each in queries.drafts() if each.files],
        "runs": [_line(each) for each in found],
        "feed_count": len(schedules),
        **_paged("sources", [], page, count),
    }
    return render(request, "web/sources/page.html", context)


@require_safe
@in_organization
def source(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Show one source: its imports, its schedules, its saved mappings."""
    access.require_admin(viewer)
    found = next((each for each in queries.source_list() if each.key == key), None)
    if found is None:
        raise NotFoundError("source.unknown", _("There is no such source."))
    page, count = page_number(request.GET.get("page", "1")), found.run_count
    runs = queries.runs(
        source_key=key, limit=queries.PAGE_SIZE, after=(page - 1) * queries.PAGE_SIZE
    )
    now = clock.now()
    context = {
        "now": now,
        "source": found,
        "is_late": found.is_late(now),
        "runs": [_line(each) for each in runs],
        "feeds": feeds.feeds(key),
        "mappings": mappings.saved(key),
        **_paged("source", [key], page, count),
    }
    return render(request, "web/sources/source.html", context)


@require_safe
@in_organization
def source_sample(request: HttpRequest, viewer: Viewer) -> HttpResponse:  # noqa: ARG001
    """Hand over a small file of deals as an example of what can be imported."""
    access.require_admin(viewer)
    answer = HttpResponse(_SAMPLE, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sample-deals.csv"'
    return answer


def _line(run: RunFacts) -> dict[str, object]:
    """One import as a list shows it."""
    tone, icon, word = labels.RUN_STATES[run.state]
    return {
        "facts": run,
        "tone": tone,
        "icon": icon,
        "word": word,
        "files": ", ".join(run.files[:3]) + (", …" if len(run.files) > 3 else ""),
        "rows": formats.number(run.rows),
        "bad": formats.number(run.bad) if run.bad else "",
        "by": _("on a schedule") if run.feed else run.actor,
    }


def _paged(name: str, rest: list[str], page: int, count: int) -> dict[str, object]:
    pages = max(-(-count // queries.PAGE_SIZE), 1)
    here = reverse(name, args=[core_scope.current().slug, *rest])
    return {
        "run_page": page,
        "page_count": pages,
        "previous_url": f"{here}?page={page - 1}" if page > 1 else "",
        "next_url": f"{here}?page={page + 1}" if page < pages else "",
    }
