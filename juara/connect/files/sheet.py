"""Reading the rows of one sheet of an XLSX workbook, each cell with its own type."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import python_calamine

from juara.connect.files.format import Cell, FileFormat, RowStream
from juara.connect.files.workbook import inspect_workbook
from juara.core.errors import DomainError

T = TypeVar("T")
Row = list[Cell]


class Workbook:
    """An XLSX workbook that has been looked into and found harmless.

    A sheet is held in memory as a whole once its rows are asked for; the limits of
    `inspect_workbook` bound what that can cost.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self.failed_formulas = inspect_workbook(path)
        self._book = self._guarded(lambda: python_calamine.load_workbook(path))
        self._loaded: tuple[str, python_calamine.CalamineSheet] | None = None

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets a person sees, in their order."""
        visible = python_calamine.SheetVisibleEnum.Visible
        kind = python_calamine.SheetTypeEnum.WorkSheet
        found = self._book.sheets_metadata
        return tuple(each.name for each in found if each.visible == visible and each.typ == kind)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield every row of the sheet from the first on, the empty ones too."""
        if self._loaded is None or self._loaded[0] != sheet:
            self._loaded = None
            self._loaded = (sheet, self._guarded(lambda: self._book.get_sheet_by_name(sheet)))
        found = self._loaded[1]
        return iter(()) if found.start is None else iter(found.iter_rows())

    def _guarded(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except BaseException as error:
            # The reader is compiled code: a defect in it surfaces as a panic, no Exception.
            panicked = type(error).__name__ == "PanicException"
            if not panicked and not isinstance(error, python_calamine.CalamineError):
                raise
            raise DomainError(
                "file_damaged",
                f"{self._name} cannot be read as an XLSX workbook. Open it in a spreadsheet "
                "program and save it again.",
            ) from error


def open_sheet(path: Path, form: FileFormat) -> RowStream:
    rows = rows_below_header(Workbook(path).rows(form.sheet), form)
    return RowStream(rows=rows, position=lambda: form.size)


def rows_below_header(rows: Iterator[Row], form: FileFormat) -> Iterator[tuple[int, Row]]:
    width = len(form.header)
    for number, cells in enumerate(rows, start=1):
        if number <= form.header_row:
            continue
        row = cells[:width]
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        if any(cell != "" for cell in row):
            yield number, row
