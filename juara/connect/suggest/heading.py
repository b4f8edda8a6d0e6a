"""Where the header stands, in a report that has a title above it."""

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from juara.connect.files import Cell, FileFormat
from juara.connect.files.delimited import open_text
from juara.connect.files.shapes import bare_number
from juara.connect.files.sheet import Workbook

_ROWS_LOOKED_AT = 30


def header_row(path: Path, form: FileFormat) -> int:
    """Return the row that most likely has the names of the columns; 0 for the one found already.

    A title is narrower than the table below it: the header is the first row nearly as wide as the
    widest, made of words.
    """
    rows = list(islice(_rows(path, form), _ROWS_LOOKED_AT))
    widths = [sum(bool(str(cell).strip()) for cell in row) for row in rows]
    widest = max(widths, default=0)
    found = widths[form.header_row - 1] if 0 < form.header_row <= len(widths) else 0
    if widest < 3 or found * 2 > widest:
        return 0
    for number, (row, width) in enumerate(zip(rows, widths, strict=True), start=1):
        if width * 5 >= widest * 4 and _is_of_words(row):
            return 0 if number == form.header_row else number
    return 0


def _rows(path: Path, form: FileFormat) -> list[Sequence[Cell]]:
    if form.kind == "xlsx":
        return list(islice(Workbook(path).rows(form.sheet), _ROWS_LOOKED_AT))
    _, text = open_text(path, form.encoding)
    with text:
        try:
            reader = csv.reader(text, delimiter=form.delimiter, quotechar=form.quote)
            return list(islice(reader, _ROWS_LOOKED_AT))
        except csv.Error:
            return []


def _is_of_words(row: Sequence[Cell]) -> bool:
    cells = [str(cell).strip() for cell in row]
    filled = [cell for cell in cells if cell]
    return all(bare_number(cell) is None for cell in filled)
