"""The list of people as a file: CSV bit by bit, or a workbook."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from juara.core import clock
from juara.core import scope as core_scope
from juara.people import access, lists
from juara.people.access import Viewer
from juara.people.lists import Listed
from juara.tenancy import scope
from juara.web import as_of as moments
from juara.web.entrance import in_organization
from juara.web.people.views import Chosen
from juara.web.people.words import ROLES, SEATS

# Excel takes a CSV for UTF-8 only with this in front.
_MARK = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def defused(text: str) -> str:
    """Keep a spreadsheet from calculating what somebody wrote as their name."""
    return f"'{text}" if text.startswith(_RISKY) else text


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as CSV, nothing in them a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([defused(cell) for cell in row] for row in rows)
    return out.getvalue()


@require_safe
@in_organization
def people_export(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return the people the filters choose; pasted back, the file changes nothing."""
    access.require_leader(viewer)
    now = clock.now()
    as_of = moments.read(request, now=now)
    reading = _Reading(
        organization=request.organization,  # type: ignore[attr-defined]
        chosen=Chosen.of(request.GET, as_of),
        language=translation.get_language() or "en",
        today=as_of.today,
        now=now,
        batch=as_of.batch,
    )
    name = f"people-{core_scope.current().slug}-{reading.today.isoformat()}"
    if request.GET.get("format") == "xlsx":
        response = HttpResponse(_workbook(reading), content_type=_XLSX)
        response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return response
    # A sync generator would be read to its end before the first byte is sent.
    body = reading.pieces_async() if isinstance(request, ASGIRequest) else reading.pieces()
    streamed = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    streamed["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return streamed  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Reading:
    """An export while it is read: the view's scope has closed, so each step enters its own."""

    organization: Any
    chosen: Chosen
    language: str
    today: date
    now: datetime
    batch: int

    def rows(self, offset: int) -> list[list[str]]:
        """Return some rows, with the header before the first."""
        with scope.enter(self.organization), translation.override(self.language):
            tree = lists.Tree.on(self.today, batch=self.batch)
            asked = self.chosen.asked(tree)
            found = lists.chunk(asked, offset=offset, today=self.today, now=self.now, tree=tree)
            return [*([] if offset else [_header()]), *map(_row, found)]

    def pieces(self) -> Iterator[bytes]:
        yield _MARK.encode()
        offset = 0
        while rows := self.rows(offset):
            yield as_csv(rows).encode()
            offset += lists.CHUNK
            if len(rows) < lists.CHUNK:
                return

    async def pieces_async(self) -> AsyncIterator[bytes]:
        yield _MARK.encode()
        offset = 0
        while rows := await sync_to_async(self.rows)(offset):
            yield as_csv(rows).encode()
            offset += lists.CHUNK
            if len(rows) < lists.CHUNK:
                return


def _header() -> list[str]:
    return [
        _("Name"), _("E-mail"), _("Team"), _("Role"), _("Manager"), _("Job profile"),
        _("Time zone"), _("Start date"), _("Sign-in"),
    ]  # fmt: skip


def _row(each: Listed) -> list[str]:
    is_here = each.place == "here"
    return [
        each.name,
        each.email,
        each.team,
        str(ROLES[each.role]),
        each.named_manager,
        each.profile,
        each.zone,
        each.from_day.isoformat() if is_here and each.from_day else "",
        str(SEATS[each.seat][0]),
    ]


def _workbook(reading: _Reading) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    sheet = book.add_worksheet(_("People")[:31])
    sheet.set_column(0, 2, 28)
    sheet.set_column(3, 8, 18)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    offset = number = 0
    while rows := reading.rows(offset):
        for row in rows:
            for column, cell in enumerate(row):
                sheet.write_string(number, column, defused(cell), None if number else bold)
            number += 1
        offset += lists.CHUNK
        if len(rows) < lists.CHUNK:
            break
    book.close()
    return out.getvalue()
