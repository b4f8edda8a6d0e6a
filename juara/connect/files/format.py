"""What is known of a file before its rows are read, and how its rows are handed on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

# A cell of a text file is always text; a workbook's cells carry the type they were stored with.
Cell = str | int | float | bool | datetime | date | time | timedelta

# What a person may say text is encoded in; the first is by far the most frequent.
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "cp1250",
    "cp1251", "cp1254", "shift_jis", "gb18030",
)  # fmt: skip

FileKind = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Written:
    """How a person says a file is written; what is empty is found out from the file."""

    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0


AS_FOUND = Written()


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How one file is written, found out from its bytes and its first rows.

    `date_order` is ``ymd``, ``dmy``, ``mdy``, ``ambiguous`` or ``""`` where no date was seen;
    `decimal` and `thousands` are ``""`` where no number showed them. Both describe the sample
    as a whole; translation looks at each column by itself. `header_row` is numbered as a
    spreadsheet shows it. `fingerprint` is the SHA-256 of the whole content.
    """

    name: str
    kind: FileKind
    header: tuple[str, ...]
    header_row: int
    sample: tuple[tuple[Cell, ...], ...]
    fingerprint: str
    size: int
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    has_separator_line: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    decimal: str = ""
    thousands: str = ""
    date_order: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """One row that could not be divided into the header's columns, and why."""

    row: int
    code: str
    message: str


OnTrouble = Callable[[RowTrouble], None]


@dataclass(slots=True)
class RowStream:
    """The rows of a file, one at a time, with how far reading has come.

    Every row has exactly as many cells as the header. `position` answers in bytes for a text
    file; a workbook is read at once, so it answers the whole size.
    """

    rows: Iterator[tuple[int, list[Cell]]]
    position: Callable[[], int] = field(default=lambda: 0)
    close: Callable[[], None] = field(default=lambda: None)

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        return self.rows


def unique_names(cells: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Give every column a name of its own; return the names and a note for each one changed."""
    names: list[str] = []
    notes: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        wanted = " ".join(cell.replace("\x00", "").split())
        name = wanted or f"column {position}"
        number = 2
        while name in taken:
            name = f"{wanted or 'column'} ({number})"
            number += 1
        if wanted and name != wanted:
            notes.append(f"The header has '{wanted}' twice; column {position} is called '{name}'.")
        taken.add(name)
        names.append(name)
    return tuple(names), notes
