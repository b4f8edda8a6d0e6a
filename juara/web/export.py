"""A page's table as a file: CSV bit by bit, or a workbook.

A view that shows a table answers the same address with `?export=csv` or `?export=xlsx`, so that
whoever may see the page, and nobody else, gets the file. Numbers stay numbers and dates dates;
text that a spreadsheet would calculate is kept from it.
"""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from juara.core import clock
from juara.core import scope as core_scope
from juara.tenancy import scope
from juara.ui.formats import Measured

Cell = str | int | Decimal | date | datetime | None
Row = Sequence[Cell]

KINDS = ("csv", "xlsx")

# Excel takes a CSV for UTF-8 only with this in front.
MARK = "\ufeff"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a cell of a workbook holds at most, and a step of sending it.
_LONGEST = 32_767
_STEP = 64 * 1024


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; `measure` says how its numbers look in a workbook."""

    name: str
    measure: Measured | None = None
    width: int = 18


def _no_rows(_offset: int) -> Sequence[Row]:
    return ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written down.

    `read` returns the rows from an offset on, as many as it likes, none at the end; every call
    happens in a scope of its own, so that a long list is never held whole. `facts` say what the
    numbers are of (period, as of); they stand above a CSV and on a workbook's second sheet.
    A `is_plain` CSV is the table alone, for lists that are brought back.
    """

    name: str
    title: str
    columns: Sequence[Column]
    read: Callable[[int], Sequence[Row]] = _no_rows
    facts: Sequence[tuple[str, Cell]] = field(default_factory=tuple)
    is_plain: bool = False


def at_once(rows: Sequence[Row]) -> Callable[[int], Sequence[Row]]:
    """Return a reader of rows that are there already."""
    return lambda offset: rows[offset:]


def asked(request: HttpRequest) -> str:
    """Return which file the address asks for: csv, xlsx, or "" for the page."""
    kind = request.GET.get("export", "")
    return kind if kind in KINDS else ""


def respond(request: HttpRequest, sheet: Sheet, kind: str) -> HttpResponse:
    """Return the table as a file of this kind, sent piece by piece."""
    reading = _Reading(
        organization=request.organization,  # type: ignore[attr-defined]
        sheet=sheet,
        language=translation.get_language() or "en",
        zone=timezone.get_current_timezone_name(),
    )
    pieces = reading.workbook() if kind == "xlsx" else reading.csv()
    # A sync generator would be read to its end before the first byte is sent.
    body = _stepped(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(body, content_type=_XLSX if kind == "xlsx" else _CSV)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(sheet)}.{kind}"'
    # What is of one person and moment is kept by nobody on the way.
    response["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


def _file_name(sheet: Sheet) -> str:
    day = timezone.localdate(clock.now()).isoformat()
    return "-".join(part for part in (slugify(sheet.name), core_scope.current().slug, day) if part)


async def _stepped(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    def following() -> bytes:
        return next(pieces, b"")

    while piece := await sync_to_async(following)():
        yield piece


def defused(text: str) -> str:
    """Keep a spreadsheet from calculating what somebody wrote as their name."""
    return f"'{text}" if text.startswith(_RISKY) else text


def as_csv(rows: Sequence[Row]) -> str:
    """Write rows as CSV, nothing in them a formula; numbers and dates as machines read them."""
    out = io.StringIO()
    csv.writer(out).writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else str(cell)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An export while it is read: the view's scope has closed, so each step enters its own."""

    organization: Any
    sheet: Sheet
    language: str
    zone: str

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """Write as whoever asked reads; nothing may be yielded in here, threads change between."""
        with translation.override(self.language), timezone.override(self.zone):
            yield

    def _steps(self) -> Iterator[Sequence[Row]]:
        offset = 0
        while True:
            with scope.enter(self.organization), self._spoken():
                rows = self.sheet.read(offset)
            if not rows:
                return
            offset += len(rows)
            yield rows

    def _header(self) -> list[str]:
        return [column.name for column in self.sheet.columns]

    def _facts(self) -> list[tuple[str, Cell]]:
        return [(_("Organization"), self.organization.name), *self.sheet.facts]

    def csv(self) -> Iterator[bytes]:
        """Yield the file: what it is of, an empty line, the table."""
        with self._spoken():
            above = [] if self.sheet.is_plain else [(self.sheet.title,), *self._facts(), ()]
            piece = MARK + as_csv([*above, self._header()])
        yield piece.encode()
        for rows in self._steps():
            with self._spoken():
                piece = as_csv(rows)
            yield piece.encode()

    def workbook(self) -> Iterator[bytes]:
        """Yield the file, once it is whole: a workbook's index stands at its end.

        It is put together on the disk, so that memory does not grow with its rows.
        """
        with tempfile.TemporaryFile() as file:
            self._write(file)
            file.seek(0)
            while piece := file.read(_STEP):
                yield piece

    def _write(self, file: IO[bytes]) -> None:
        given = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
        book = xlsxwriter.Workbook(file, given)
        with self._spoken():
            writing = _Writing.of(book, self.sheet)
            # A row may only be written once the one above it is.
            writing.row(0, self._header(), is_head=True)
            number = 1
            for rows in self._steps():
                for row in rows:
                    writing.row(number, row)
                    number += 1
            writing.facts(_("About this file"), self.sheet.title, self._facts())
        book.close()


@dataclass(frozen=True, slots=True)
class _Writing:
    """A workbook while it is written, with the looks of its cells."""

    book: Any
    page: Any
    bold: Any
    day: Any
    moment: Any
    numbers: Sequence[Any]
    durations: Sequence[bool]

    @classmethod
    def of(cls, book: Any, sheet: Sheet) -> "_Writing":
        page = book.add_worksheet(_sheet_name(sheet.title))
        page.freeze_panes(1, 0)
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, column.width)
        looks = [_look(column.measure) for column in sheet.columns]
        return cls(
            book=book,
            page=page,
            bold=book.add_format({"bold": True}),
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            numbers=[book.add_format({"num_format": look}) if look else None for look in looks],
            durations=[
                column.measure is not None and column.measure.unit == "duration"
                for column in sheet.columns
            ],
        )

    def row(self, number: int, row: Row, *, is_head: bool = False) -> None:
        for at, cell in enumerate(row):
            if is_head:
                self.page.write_string(number, at, defused(str(cell)), self.bold)
            else:
                self._cell(self.page, number, at, cell)

    def facts(self, name: str, title: str, facts: Sequence[tuple[str, Cell]]) -> None:
        page = self.book.add_worksheet(_sheet_name(name))
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 48)
        page.write_string(0, 0, defused(title)[:_LONGEST], self.bold)
        for number, (term, cell) in enumerate(facts, 1):
            page.write_string(number, 0, term)
            self._cell(page, number, 1, cell, is_fact=True)

    def _cell(self, page: Any, row: int, at: int, cell: Cell, *, is_fact: bool = False) -> None:
        if cell is None:
            return
        if isinstance(cell, str):
            page.write_string(row, at, defused(cell)[:_LONGEST])
        elif isinstance(cell, datetime):
            # A workbook knows no zones.
            page.write_datetime(row, at, timezone.localtime(cell).replace(tzinfo=None), self.moment)
        elif isinstance(cell, date):
            page.write_datetime(row, at, cell, self.day)
        elif is_fact:
            page.write_number(row, at, float(cell))
        else:
            # A workbook counts time in days.
            amount = cell / Decimal(86_400) if self.durations[at] else cell
            page.write_number(row, at, float(amount), self.numbers[at])


def _look(measure: Measured | None) -> str:
    """Return how a workbook writes a number of this measure."""
    if measure is None:
        return ""
    if measure.unit == "duration":
        return "[h]:mm:ss"
    decimals = "." + "0" * measure.decimals if measure.decimals else ""
    if measure.unit == "percent":
        return f"0{decimals}%"
    # Amounts show no cents on a page, yet have them.
    if measure.unit == "currency":
        return f'#,##0.00 "{measure.currency}"' if measure.currency else "#,##0.00"
    return f"#,##0{decimals}"


def _sheet_name(title: str) -> str:
    """Return a name a workbook allows: 31 characters, none of []:*?/\\ , no quote at an end."""
    kept = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)
    return kept[:31].strip("' ") or "1"
