"""A list of people as it arrives, pasted or as a file, divided into rows and cells."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from juara.connect import files
from juara.connect.files import Cell
from juara.core.errors import DomainError

MOST_ROWS = 5_000
MOST_BYTES = 10 * 1024 * 1024
# What no cell of a list of people holds; more is something else, pasted by mistake.
LONGEST_CELL = 400
_SEPARATORS = ("\t", ";", ",", "|")
_ADDRESS = r"[^\s<>()\[\],;\"]+@[^\s<>()\[\],;\"]+"
# What a mail program writes: Ana Putri <ana@example.com>
_NAMED_ADDRESS = re.compile(rf'\s*"?([^"<>@]*?)"?[\s,;:]*[<(\[]?\s*({_ADDRESS})\s*[>)\]]?[\s,;]*')
# Whatever no keyboard types into a name: it would break the page, or the database.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, with its number as the list counts it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list; the first may be a header or not."""

    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)


def of_text(text: str) -> Table:
    """Divide a pasted text: a table with tabs, commas or semicolons, or a name a line.

    DomainError for an empty text, for what is no text, and for too many lines.
    """
    if "\x00" in text:
        raise DomainError(
            "people.not_text",
            _("This holds characters that are not text. Copy the list again from where it is."),
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    _refuse_many(len(lines))
    if len(lines) == 1 and (several := _several(lines[0][1])):
        return Table(several)
    separator = _separator([line for _number, line in lines])
    rows = [_row(number, line, separator) for number, line in lines]
    if not any(cell for row in rows for cell in row.cells):
        raise DomainError("people.empty", _("There is nothing here yet. Paste at least one name."))
    return Table(tuple(row for row in rows if any(row.cells)))


def of_file(content: bytes, *, name: str) -> Table:
    """Read an uploaded CSV or XLSX file, however it is written.

    DomainError, in words, for what is no table or too large.
    """
    if len(content) > MOST_BYTES:
        raise DomainError(
            "people.file_too_big",
            _("The file is larger than 10 MB. Keep only the columns of the list and try again."),
        )
    with tempfile.TemporaryDirectory(prefix="juara-list-") as directory:
        # Somebody else chose the name: nothing of it may lead anywhere.
        path = Path(directory) / (re.sub(r"[^\w .()-]", "_", name)[-80:].strip(". ") or "list")
        path.write_bytes(content)
        form = files.sniff(path)
        if form.kind == "csv":
            text = content.decode(form.encoding, errors="replace").removeprefix("\ufeff")
            return of_text(text.partition("\n")[2] if form.has_separator_line else text)
        return _of_sheet(path, form)


def _of_sheet(path: Path, form: files.FileFormat) -> Table:
    rows = [Row(form.header_row, tuple(_cleaned(cell) for cell in form.header))]
    for number, cells in files.open_rows(path, form):
        _refuse_many(len(rows))
        if any(str(cell).strip() for cell in cells):
            rows.append(_checked(number, [_written(cell) for cell in cells]))
    return Table(tuple(rows))


def _written(cell: Cell) -> str:
    """Write a workbook's cell as it would stand in a text."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def text_of(table: Table) -> str:
    """Write a table as tab-separated text that `of_text` divides into the same rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    reached = 0
    for row in table.rows:
        # Empty lines keep the numbers of the rows behind them, as long as they are few.
        out.write("\n" * min(row.number - reached - 1, 1_000))
        reached = row.number
        # A row of one cell keeps its tab, so that it is divided by nothing else.
        writer.writerow([*row.cells, ""] if len(row.cells) < 2 else row.cells)
    return out.getvalue()


def text_of_rows(rows: Sequence[Sequence[str]]) -> str:
    """Write rows somebody filled in by hand as the text of a list."""
    return text_of(Table(tuple(Row(number, tuple(row)) for number, row in enumerate(rows, 1))))


def _refuse_many(count: int) -> None:
    # One more for the header.
    if count > MOST_ROWS + 1:
        raise DomainError(
            "people.too_many",
            _("A list may have up to 5,000 people; this one has more. Divide it into several."),
        )


def _several(line: str) -> tuple[Row, ...]:
    """Divide the one line of addresses that mail programs copy; () for anything else."""
    if line.count("@") < 2 or len(line) > 500_000 or "\t" in line:
        return ()
    parts = [part for part in re.split(r"[;,]", line) if part.strip()]
    if not all(part.count("@") == 1 for part in parts):
        return ()
    found = [_NAMED_ADDRESS.fullmatch(part) for part in parts if len(part) <= LONGEST_CELL]
    if len(found) != len(parts):
        return ()
    return tuple(
        _checked(number, [each[1], each[2]]) for number, each in enumerate(found, 1) if each
    )


def _separator(lines: Sequence[str]) -> str:
    """Return what divides the lines: tabs if there are any, else what most of them have."""
    # One that only stands before everything is an indent.
    if any("\t" in line.lstrip() for line in lines):
        return "\t"
    for separator in _SEPARATORS[1:]:
        if sum(separator in line for line in lines) * 2 >= len(lines):
            return separator
    return ""


def _row(number: int, line: str, separator: str) -> Row:
    line = line if separator == "\t" else " ".join(line[: 20 * LONGEST_CELL].split())
    if len(line) > 20 * LONGEST_CELL:
        return _checked(number, [line])
    cells = [line]
    if separator:
        cells = next(csv.reader([line], delimiter=separator), [line])
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    if len(cells) == 1 and "@" in line and len(line) <= LONGEST_CELL:
        found = _NAMED_ADDRESS.fullmatch(cells[0])
        cells = [found[1], found[2]] if found else cells
    return _checked(number, cells)


def _checked(number: int, cells: Iterable[str]) -> Row:
    return Row(number, tuple(_cleaned(cell) for cell in cells))


def _cleaned(cell: str) -> str:
    """Take away what nobody sees, and the apostrophe that keeps a spreadsheet from calculating."""
    text = " ".join(_CONTROL.sub("", cell[: LONGEST_CELL + 1]).split())
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        return text[1:]
    return text
