"""One pass over a file's bytes: its fingerprint, its encoding, and whether it is text at all."""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from juara.core.errors import DomainError

CHUNK = 1 << 20
HEAD = 1 << 18
LONGEST_LINE = 16 << 20

_WRONG_BYTES = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")
_CONTROL = bytes(set(range(1, 9)) | set(range(14, 27)) | set(range(28, 32)))
_UNDEFINED_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
)
_MARKUP = (
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML document"),
    (b'{"', "a JSON document"),
    (b'[{"', "a JSON document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(slots=True)
class Survey:
    """What one pass over the bytes tells. `head` holds the first 256 KiB."""

    size: int = 0
    fingerprint: str = ""
    head: bytes = b""
    is_zip: bool = False
    encoding: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Utf8Count:
    """How far the bytes agree with UTF-8."""

    valid: int = 0
    invalid: int = 0
    has_undefined: bool = False
    tail: bytes = b""

    def add(self, chunk: bytes, *, final: bool = False) -> None:
        data = self.tail + chunk
        if data.isascii():
            self.tail = b""
            return
        self.has_undefined = self.has_undefined or any(b in data for b in _UNDEFINED_IN_CP1252)
        # What is clearly no UTF-8 need not be counted to its end, which would be slow.
        if self.invalid > 10_000 and self.invalid > 10 * self.valid:
            self.tail = b""
            return
        try:
            text, used = codecs.utf_8_decode(data, "strict", final)
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(data, "surrogateescape", final)
            self.invalid += len(_WRONG_BYTES.findall(text))
        # Once a sample is counted more would not change the verdict, and counting is slow.
        if self.valid < 100_000:
            self.valid += len(_BEYOND_ASCII.findall(text))
        self.tail = data[used:]


@dataclass(slots=True)
class _LineLengths:
    """The longest stretch of bytes without a line end, exact beyond one chunk."""

    lines: int = 0
    run: int = 0

    def add(self, chunk: bytes, name: str) -> None:
        ends = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
        self.run += min(ends) if ends else len(chunk)
        if self.run > LONGEST_LINE:
            raise DomainError(
                "file_line_too_long",
                f"{name}: line {self.lines + 1} is longer than {LONGEST_LINE >> 20} MiB. A table "
                "has a line end after every row; perhaps the line ends were lost on the way.",
            )
        if ends:
            self.run = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            self.lines += max(chunk.count(b"\n"), chunk.count(b"\r"))


def survey(path: Path) -> Survey:
    """Read the file once, in pieces, and say what it is.

    Raises `DomainError` for a file that cannot be opened, is empty, or is no table of text.
    """
    result = Survey()
    digest = hashlib.sha256()
    utf8, lengths, is_utf16 = _Utf8Count(), _LineLengths(), False
    for chunk in _chunks(path):
        if not result.size:
            result.head = chunk[:HEAD]
            result.is_zip = chunk.startswith(b"PK\x03\x04")
            is_utf16 = _is_utf16(result.head)
            _refuse_other_kinds(path.name, result.head)
        result.size += len(chunk)
        digest.update(chunk)
        if not result.is_zip:
            if not is_utf16:
                utf8.add(chunk)
            lengths.add(chunk, path.name)
    utf8.add(b"", final=True)
    if not result.size:
        raise DomainError("file_empty", f"{path.name} is empty: it has neither header nor rows.")
    result.fingerprint = digest.hexdigest()
    if not result.is_zip:
        _settle_encoding(result, utf8, path.name)
    return result


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise DomainError("file_unreadable", f"{path.name} cannot be read: {reason}.") from error


def _refuse_other_kinds(name: str, head: bytes) -> None:
    if head.startswith(_OLE):
        _refuse_ole(name, head)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise DomainError("file_not_a_table", f"{name} is not a table but {what}.")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:16].lower()
    for signature, what in _MARKUP:
        if start.startswith(signature):
            raise DomainError(
                "file_not_a_table",
                f"{name} is {what}, whatever its name says. Export it again as CSV or XLSX.",
            )
    if not _is_text(head):
        raise DomainError(
            "file_not_text",
            f"{name} is neither text nor an XLSX workbook. Export it again as CSV or XLSX.",
        )


def _refuse_ole(name: str, head: bytes) -> None:
    # A workbook with a password is wrapped in the container that old .xls files use.
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise DomainError(
            "file_protected",
            f"{name} is protected with a password. Save it without one and import that.",
        )
    raise DomainError(
        "file_is_xls",
        f"{name} is an old Excel file (.xls). Open it and save it as XLSX or CSV.",
    )


def _is_text(head: bytes) -> bool:
    if head.startswith(b"PK\x03\x04") or _is_utf16(head):
        return True
    control = len(head) - len(head.translate(None, _CONTROL))
    # A few control characters stand in many exports, even short ones.
    return max(control - 8, 0) * 50 < len(head) and head.count(0) * 4 < len(head)


def _is_utf16(head: bytes) -> bool:
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return marked or bool(_unmarked_utf16(head))


def _unmarked_utf16(head: bytes) -> str:
    even, odd = head[0::2], head[1::2]
    if len(head) < 4 or head.count(0) * 4 < len(head):
        return ""
    if odd.count(0) * 2 > len(odd) and even.count(0) * 20 < len(even):
        return "utf-16-le"
    if even.count(0) * 2 > len(even) and odd.count(0) * 20 < len(odd):
        return "utf-16-be"
    return ""


def _settle_encoding(result: Survey, utf8: _Utf8Count, name: str) -> None:
    head = result.head
    if head.startswith(codecs.BOM_UTF8):
        result.encoding = "utf-8-sig"
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        result.encoding = "utf-16"
    elif guess := _unmarked_utf16(head):
        result.encoding = guess
        result.notes.append(f"{name} is UTF-16 without a mark at its start; read as {guess}.")
    elif utf8.invalid > utf8.valid:
        result.encoding = "latin-1" if utf8.has_undefined else "cp1252"
        title = "Latin-1" if utf8.has_undefined else "Windows-1252"
        result.notes.append(
            f"{name} is not UTF-8; it was read as {title} (Western European). Where names look "
            "wrong, save it as UTF-8 and import it again."
        )
        return
    else:
        result.encoding = "utf-8"
    if utf8.invalid and result.encoding.startswith("utf-8"):
        result.notes.append(
            f"{name} is UTF-8 with damaged bytes in it ({utf8.invalid:,}); rows that need a cell "
            "with one are left out and listed."
        )
