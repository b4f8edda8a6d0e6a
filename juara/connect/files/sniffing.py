"""Finding out how a file is written, so that a person has to say only what no file can."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from juara.connect.files.delimited import find_header, header_at, open_delimited, open_text
from juara.connect.files.dialect import Dialect, find_dialect
from juara.connect.files.format import (
    AS_FOUND,
    Cell,
    FileFormat,
    OnTrouble,
    RowStream,
    RowTrouble,
    Written,
    unique_names,
)
from juara.connect.files.shapes import date_evidence, decimal_evidence
from juara.connect.files.sheet import Workbook, open_sheet, rows_below_header
from juara.connect.files.survey import Survey, survey
from juara.core.errors import DomainError

SAMPLE_ROWS = 20
_ROWS_LOOKED_AT = 1_000
_MOST_COLUMNS = 4_000


def sniff(path: Path, *, sheet: str = "", written: Written = AS_FOUND) -> FileFormat:
    """Find out how a file is written: reads all its bytes once and its first thousand rows twice.

    `sheet` names the sheet of a workbook; the first visible one with anything in it is taken
    otherwise. `written` is what a person knows better. Raises `DomainError` for what is no table:
    empty, not text, an old or protected workbook, one that would unpack beyond all bounds.
    """
    found = survey(path)
    if found.is_zip:
        book = Workbook(path)
        form = _workbook_format(path.name, found, book, sheet, written)
        rows = [row for _, row in islice(_sheet_rows(book, form), _ROWS_LOOKED_AT)]
    else:
        form = _text_format(path, found, written)
        stream = open_rows(path, form)
        rows = [row for _, row in islice(stream, _ROWS_LOOKED_AT)]
        stream.close()
    return _with_styles(replace(form, sample=tuple(tuple(row) for row in rows[:SAMPLE_ROWS])), rows)


def _sheet_rows(book: Workbook, form: FileFormat) -> Iterator[tuple[int, list[Cell]]]:
    return rows_below_header(book.rows(form.sheet), form)


def open_rows(path: Path, form: FileFormat, trouble: OnTrouble | None = None) -> RowStream:
    """Stream the rows below the header, each with its number as a spreadsheet shows it.

    Empty rows are passed over (and counted). A row that does not fit the header is given to
    `trouble` instead, or dropped where nobody listens.
    """
    if form.kind == "xlsx":
        return open_sheet(path, form)
    return open_delimited(path, form, trouble or _ignore)


def _ignore(_trouble: RowTrouble) -> None:
    return


def _text_format(path: Path, found: Survey, written: Written) -> FileFormat:
    if written.encoding and written.encoding != found.encoding:
        found.encoding = written.encoding
        found.notes.clear()
    beginning = found.head.decode(found.encoding, errors="replace")
    dialect = find_dialect(beginning)
    if written.delimiter:
        dialect = replace(dialect, delimiter=written.delimiter)
    header_row, cells = _text_header(path, found.encoding, dialect, written.header_row)
    header, notes = unique_names(cells)
    if path.suffix.lower() in (".xlsx", ".xls"):
        notes.insert(0, f"{path.name} is not a workbook but text divided like a CSV file.")
    return FileFormat(
        name=path.name,
        kind="csv",
        header=header,
        header_row=header_row,
        sample=(),
        fingerprint=found.fingerprint,
        size=found.size,
        encoding=found.encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        has_separator_line=dialect.has_separator_line,
        notes=(*found.notes, *notes),
    )


def _text_header(
    path: Path, encoding: str, dialect: Dialect, wanted_row: int
) -> tuple[int, list[str]]:
    _, text = open_text(path, encoding)
    with text:
        if dialect.has_separator_line:
            text.readline()
        try:
            number, cells = (
                header_at(text, dialect, wanted_row) if wanted_row else find_header(text, dialect)
            )
        except csv.Error as error:
            raise DomainError(
                "file_header_damaged", f"{path.name}: the header cannot be read: {error}."
            ) from error
    if not number:
        raise _empty(path.name)
    return number, _checked_width(path.name, [cell.strip() for cell in cells])


def _sheet_header(
    name: str, rows: Iterable[Sequence[Cell]], wanted_row: int
) -> tuple[int, list[str]]:
    for number, row in enumerate(rows, start=1):
        if number < wanted_row:
            continue
        cells = [str(cell).strip() for cell in row]
        if any(cells):
            while not cells[-1]:
                cells.pop()
            return number, _checked_width(name, cells)
    raise _empty(name)


def _empty(name: str) -> DomainError:
    return DomainError("file_empty", f"{name} is empty: it has neither header nor rows.")


def _checked_width(name: str, cells: list[str]) -> list[str]:
    if len(cells) > _MOST_COLUMNS:
        raise DomainError(
            "file_too_wide",
            f"{name} has {len(cells):,} columns; at most {_MOST_COLUMNS:,} are read.",
        )
    return cells


def _workbook_format(
    name: str, found: Survey, book: Workbook, sheet: str, written: Written
) -> FileFormat:
    chosen = _choose_sheet(name, book, sheet)
    header_row, cells = _sheet_header(
        f"{name}, sheet '{chosen}'", book.rows(chosen), written.header_row
    )
    header, notes = unique_names(cells)
    if len(book.sheets) > 1 and not sheet:
        notes.append(f"{name} has {len(book.sheets)} sheets; '{chosen}' is read.")
    if book.failed_formulas:
        several = book.failed_formulas > 1
        cells_hold = f"{book.failed_formulas:,} cells hold" if several else "1 cell holds"
        notes.append(f"{cells_hold} the error of a formula, such as #N/A; read as empty.")
    return FileFormat(
        name=name,
        kind="xlsx",
        header=header,
        header_row=header_row,
        sample=(),
        fingerprint=found.fingerprint,
        size=found.size,
        sheet=chosen,
        sheets=book.sheets,
        notes=tuple(notes),
    )


def _choose_sheet(name: str, book: Workbook, wanted: str) -> str:
    if wanted and wanted not in book.sheets:
        there = ", ".join(f"'{sheet}'" for sheet in book.sheets)
        raise DomainError("file_no_sheet", f"{name} has no sheet '{wanted}'; it has {there}.")
    if wanted:
        return wanted
    for sheet in book.sheets:
        if next(book.rows(sheet), None) is not None:
            return sheet
    raise DomainError("file_empty", f"{name} is empty: none of its sheets holds anything.")


def _with_styles(form: FileFormat, rows: list[list[Cell]]) -> FileFormat:
    """Add how dates and numbers are written in the sample as a whole."""
    decimals: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    for row in rows:
        for cell in row:
            if isinstance(cell, str) and cell and len(cell) < 40:
                decimals[decimal_evidence(cell.strip())] += 1
                dates[date_evidence(cell.strip())] += 1
    decimal = _leading(decimals, (".", ","))
    order = _leading(dates, ("ymd", "dmy", "mdy"))
    if order in ("", "ymd") and dates["?"]:
        order = "ambiguous"
    thousands = {"": "", ".": ",", ",": "."}[decimal]
    return replace(form, decimal=decimal, thousands=thousands, date_order=order)


def _leading(counted: Counter[str], choices: tuple[str, ...]) -> str:
    best = max(choices, key=lambda choice: counted[choice])
    return best if counted[best] else ""
