"""Any record: what it says, what counts it, and why not; and finding one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from juara.connect.types import RecordKind
from juara.core import clock
from juara.leaderboards.freshness import freshness
from juara.ledger import access, dry_run
from juara.people.access import Viewer
from juara.records import history, values
from juara.web import as_of as moments
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.records import reading, words

_MOST_FOUND = 50
_LONGEST = 200
# Looking through every record must not hold a page up.
_PATIENCE_SECONDS = 4.0


@require_safe
@in_organization
def records(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Find records by their id or name, among those the viewer may open."""
    asked = request.GET.get("q", "").strip()[:_LONGEST]
    context: dict[str, Any] = {"asked": asked, "found": [], "opens_all": viewer.opens is None}
    if asked:
        # Of a few people all is looked through: their records are found by whom they name.
        is_whole = viewer.opens is not None or bool(request.GET.get("all"))
        context |= _found(asked, viewer, newest=None if is_whole else history.NEWEST)
    return render(request, "web/records/search.html", context)


def _found(asked: str, viewer: Viewer, *, newest: int | None) -> dict[str, Any]:
    found = history.with_id(asked, members=viewer.opens, limit=_MOST_FOUND)
    is_too_large = False
    try:
        with dry_run.undone(_PATIENCE_SECONDS):
            known = {each.record_id for each in found}
            named = history.with_name(
                asked, members=viewer.opens, limit=_MOST_FOUND + 1, newest=newest
            )
            found += tuple(each for each in named if each.record_id not in known)
    except dry_run.TooLongError:
        is_too_large = True
    has_more = len(found) > _MOST_FOUND
    return {
        "found": [(each, words.kind_name(each.kind)) for each in found[:_MOST_FOUND]],
        "has_more": has_more,
        "is_too_large": is_too_large,
        "newest": newest if not has_more and newest and _are_more_than(newest) else 0,
        "all_url": f"?{urlencode({'q': asked, 'all': '1'})}",
    }


def _are_more_than(newest: int) -> bool:
    return values.are_more_than(newest, [each.value for each in RecordKind])


@require_safe
@in_organization
def record(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show one record as it is known, now or at a moment."""
    facts = access.record_to_open(viewer, public_id)
    as_of = moments.read(request, now=clock.now())
    page = page_number(request.GET.get("page", "1"))
    found = reading.shown(facts, viewer=viewer, as_of=as_of, page=page)

    def at(number: int) -> str:
        return as_of.url("record", public_id, page=str(number) if number > 1 else "")

    context = {
        "record": found,
        "as_of": as_of,
        "now": as_of.now,
        "freshness": freshness(now=as_of.now, batch=as_of.batch, is_past=bool(as_of)),
        "can_see_imports": viewer.is_admin,
        "urls": {
            "newer": at(page - 1) if page > 1 else "",
            "older": at(page + 1) if found.has_older else "",
        },
    }
    return render(request, "web/records/record.html", context)
