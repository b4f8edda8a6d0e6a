"""What a single cell can be, and what can be wrong with it."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from juara.connect.files import Cell

LONGEST_TEXT = 10_000
LONGEST_KEY = 255
LONGEST_NAME = 120

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n?")
_TRUE = frozenset({"true", "t", "yes", "y", "1", "on", "x", "ya", "benar"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "off", "tidak", "salah"})

# Called with a code and the value when something is worth a remark but no reason to refuse.
Notice = Callable[[str, str], None]


class CellError(Exception):
    """A cell that cannot be read as what it should be: what is wrong and how to mend it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def shorten(text: str, limit: int = 60) -> str:
    """Cut a value for a message and make line ends and the like visible as spaces."""
    shown = " ".join(_LONE_SURROGATE.sub("�", text[: limit * 4]).split())
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def cleaned(text: str, notice: Notice) -> str:
    """Return a text as it can be stored: trimmed, in composed form, free of control characters.

    Raises `CellError` where a byte of the file was no text at all.
    """
    text = text.strip()
    if not text.isprintable():
        if _LONE_SURROGATE.search(text):
            raise CellError(
                "bad_bytes",
                f"'{shorten(text)}' has bytes that are no UTF-8; export the file as UTF-8",
            )
        text = _LINE_END.sub("\n", text)
        without = _CONTROL.sub("", text).strip()
        if without != text:
            notice("control", "")
            text = without
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def as_text(cell: Cell) -> str:
    """Write a cell of a workbook as a person would; whole numbers without a decimal point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def text_reader(limit: int) -> Callable[[Cell], str | None]:
    """Read a text of at most so many characters."""

    def read(cell: Cell) -> str | None:
        text = cell if isinstance(cell, str) else as_text(cell)
        if len(text) > limit:
            raise CellError(
                "text_too_long",
                f"'{shorten(text)}' has {len(text):,} characters; at most {limit:,} are kept",
            )
        return text or None

    return read


def choice_reader(accepted: tuple[str, ...], what: str) -> Callable[[Cell], str | None]:
    """Read one of a few words, in any case."""

    def read(cell: Cell) -> str | None:
        text = as_text(cell).lower()
        if text not in accepted:
            raise CellError(
                "unknown_choice",
                f"'{shorten(as_text(cell))}' is not a {what} ({', '.join(accepted)}); "
                "say under values in the mapping what it means",
            )
        return text

    return read


def read_boolean(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = as_text(cell).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise CellError("bad_boolean", f"'{shorten(text)}' is neither yes nor no; write true or false")
