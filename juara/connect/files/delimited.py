"""Reading CSV as it is found in the wild: one row at a time, a damaged row losing only itself."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from juara.connect.files.dialect import DELIMITER_NAMES, Dialect, divided_otherwise
from juara.connect.files.format import Cell, FileFormat, OnTrouble, RowStream, RowTrouble
from juara.core.errors import DomainError

# A cell with more lines than this, or more characters than csv.field_size_limit(), is taken for
# a quotation mark that was never closed.
MOST_LINES_IN_A_ROW = 1_000
MOST_STRAY_QUOTES = 1_000
_END = "\x1e\x1f\x1eend\x1e\x1f\x1e"


def open_text(path: Path, encoding: str) -> tuple[io.BufferedReader, io.TextIOWrapper]:
    """Open for reading; bytes that are no UTF-8 arrive as lone surrogates, to be found later."""
    raw = path.open("rb")
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return raw, io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")


def open_delimited(path: Path, form: FileFormat, trouble: OnTrouble) -> RowStream:
    raw, text = open_text(path, form.encoding)
    if form.has_separator_line:
        text.readline()
    reader = _Reader(text, form, trouble)
    return RowStream(rows=reader.rows(), position=lambda: _tell(raw, form.size), close=text.close)


def _tell(raw: io.BufferedReader, size: int) -> int:
    # The reader closes the file when it has come to the end.
    return size if raw.closed else raw.tell()


class _TooManyLines(Exception):  # noqa: N818 - it is a signal between two parts of this module
    pass


class _Feed:
    """The lines of a file for `csv.reader`, remembering those of the row being read.

    After a stray quotation mark the lines it swallowed are handed out again. One last line that
    no file contains shows whether a quotation mark is still open at the end.
    """

    __slots__ = ("_again", "_lines", "taken")

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._lines: Iterator[str] = chain(text, [_END])
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        if len(self.taken) > MOST_LINES_IN_A_ROW:
            raise _TooManyLines
        return line

    def give_back_all_but_first(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))
        self.taken.clear()


def find_header(text: io.TextIOWrapper, dialect: Dialect) -> tuple[int, list[str]]:
    """Return the first row with anything in it, and its number; (0, []) if there is none.

    Raises `csv.Error` where a quotation mark in it, or above it, is not closed.
    """
    feed = _Feed(text)
    reader = csv.reader(feed, delimiter=dialect.delimiter, quotechar=dialect.quote)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [_END]:
                break
            if cells and (_END in cells[-1] or not _is_quoted_well(feed.taken, dialect)):
                raise csv.Error("a quotation mark is not closed")
            feed.taken.clear()
            if any(cell.strip() for cell in cells):
                return number, cells
    except _TooManyLines as error:
        raise csv.Error("a quotation mark is not closed") from error
    return 0, []


def header_at(text: io.TextIOWrapper, dialect: Dialect, wanted: int) -> tuple[int, list[str]]:
    """Return the first row with anything in it from a given one on; (0, []) if there is none."""
    reader = csv.reader(text, delimiter=dialect.delimiter, quotechar=dialect.quote)
    for number, cells in enumerate(reader, start=1):
        if number >= wanted and any(cell.strip() for cell in cells):
            return number, cells
    return 0, []


def _is_quoted_well(lines: list[str], dialect: Dialect) -> bool:
    """Say whether several lines are one row on purpose, quoted by the rules.

    A stray quotation mark that ends at a later one is not followed by a delimiter.
    """
    if len(lines) < 2:
        return True
    try:
        strict = csv.reader(
            lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
        )
        return len(list(strict)) == 1
    except csv.Error:
        return False


class _Reader:
    def __init__(self, text: io.TextIOWrapper, form: FileFormat, trouble: OnTrouble) -> None:
        self._text = text
        self._form = form
        self._dialect = Dialect(form.delimiter, form.quote)
        self._trouble = trouble
        self._width = len(form.header)
        # A row of one cell may be the end mark, so that a table of one column is looked at closely.
        self._plain_width = self._width if self._width > 1 else -1
        self._stray = 0

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        feed = _Feed(self._text)
        reader = csv.reader(feed, delimiter=self._form.delimiter, quotechar=self._form.quote)
        number, done = 0, False
        try:
            while not done:
                try:
                    for cells in reader:
                        number += 1
                        taken = feed.taken
                        if len(cells) == self._plain_width and len(taken) == 1:
                            taken.clear()
                            if number > self._form.header_row and any(cells):
                                yield number, cells  # type: ignore[misc]
                            continue
                        if cells == [_END]:
                            done = True
                            break
                        good = self._examine(number, cells, feed)
                        if good is not None:
                            yield number, good
                    else:
                        done = True
                except (_TooManyLines, csv.Error):
                    number += 1
                    self._lost(number, feed)
        finally:
            self._text.close()

    def _examine(self, number: int, cells: list[str], feed: _Feed) -> list[Cell] | None:
        """Return the row if it is one after all; say what is wrong with it otherwise."""
        if number <= self._form.header_row:
            feed.taken.clear()
            return None
        several = len(feed.taken) > 1
        is_open = _END in cells[-1] if cells else False
        extra = cells[self._width :]
        if not is_open and extra and not any(cell.strip() for cell in extra):
            del cells[self._width :]
        misfits = several and (
            len(cells) != self._width or not _is_quoted_well(feed.taken, self._dialect)
        )
        if is_open or misfits:
            self._quote_left_open(number, feed)
            return None
        line = feed.taken[0]
        feed.taken.clear()
        if not any(cells):
            return None
        if len(cells) != self._width:
            self._wrong_width(number, len(cells), line)
            return None
        return list(cells)

    def _wrong_width(self, number: int, found: int, line: str) -> None:
        form = self._form
        other = divided_otherwise(line, form.delimiter, form.quote, self._width)
        if other:
            why = (
                f"it is divided by {DELIMITER_NAMES[other]} where the file is divided by "
                f"{DELIMITER_NAMES.get(form.delimiter, repr(form.delimiter))}"
            )
        elif found > self._width:
            inside = DELIMITER_NAMES.get(form.delimiter, repr(form.delimiter))
            why = f"cells with {inside} inside must stand in quotation marks ({form.quote})"
        else:
            why = "part of the row is missing"
        self._say(
            number,
            "row_width",
            f"row {number} has {_columns(found)} where the header has {self._width}: {why}.",
        )

    def _quote_left_open(self, number: int, feed: _Feed) -> None:
        feed.give_back_all_but_first()
        self._stray += 1
        if self._stray > MOST_STRAY_QUOTES:
            raise DomainError(
                "file_quotes_damaged",
                f"{self._form.name}: more than {MOST_STRAY_QUOTES:,} quotation marks are opened "
                f"and never closed, the last in row {number}. Export the file again.",
            )
        self._say(
            number,
            "quote_open",
            f"row {number} opens a quotation mark ({self._form.quote}) and does not close it; this "
            "row was left out and reading went on with the next line. Double the mark, or take it "
            "away.",
        )

    def _lost(self, number: int, feed: _Feed) -> None:
        if len(feed.taken) > 1:
            self._quote_left_open(number, feed)
            return
        feed.taken.clear()
        self._say(
            number,
            "cell_too_long",
            f"row {number} has a cell of more than {csv.field_size_limit():,} characters.",
        )

    def _say(self, number: int, code: str, message: str) -> None:
        self._trouble(RowTrouble(row=number, code=code, message=message))


def _columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"
