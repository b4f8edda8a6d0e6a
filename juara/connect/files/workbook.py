"""Looking into an XLSX file before it is opened: is it what it says, and how large does it get?

An XLSX file is a zip archive. What an archive declares about its own sizes proves nothing, so
every entry is really unpacked here, counted and thrown away, before any other code sees it.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from juara.core.errors import DomainError

_PIECE = 1 << 16
_OVERLAP = 64
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
# Where a cell or a row stands; a single far-off cell makes readers reserve the whole rectangle.
# Programs write it as r="AB12"; anything odder goes through the slow patterns.
_COLUMNS = re.compile(rb'r="([A-Za-z]{1,7})\d')
_ROWS = re.compile(rb'r="[A-Za-z]{0,7}(\d{1,12})"')
_ODD = re.compile(rb"r(?:\s{1,9}=\s{0,9}|=\s{1,9}|=(?='))[\"']([A-Za-z]{0,7})(\d{1,12})")
_ODD_SIGNS = (b"r='", b"r ", b"r\t", b"r\n", b"r\r", b"r= ", b"r=\t", b"r=\n", b"r=\r")
# All that nonsense in an archive's directory makes the library raise.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, OSError, ValueError,
    EOFError,
)  # fmt: skip
_FAILED_FORMULA = b't="e"'


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """What a workbook may unpack to. Larger tables are welcome as CSV, which has no limit."""

    entries: int = 2_000
    unpacked: int = 512 << 20
    ratio: int = 400
    cells: int = 16_000_000


LIMITS = WorkbookLimits()


def inspect_workbook(path: Path, limits: WorkbookLimits = LIMITS) -> int:
    """Refuse what is no harmless XLSX workbook; return how many formulas in it have failed.

    Reads and unpacks the whole file once, in pieces; memory stays flat whatever it holds.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        _check_directory(path.name, entries, limits)
        with path.open("rb") as stream:
            return _check_contents(path.name, stream, entries, limits)
    except _BROKEN as error:
        raise _damaged(path.name) from error


def _damaged(name: str) -> DomainError:
    return DomainError(
        "file_damaged",
        f"{name} is damaged: it begins like an XLSX workbook but cannot be unpacked. Save it "
        "again.",
    )


def _bomb(name: str, why: str) -> DomainError:
    return DomainError(
        "file_too_large_unpacked",
        f"{name} was not opened: {why}. Where the table is really that large, save it as CSV.",
    )


def _check_directory(name: str, entries: list[zipfile.ZipInfo], limits: WorkbookLimits) -> None:
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise DomainError(
            "file_protected",
            f"{name} is protected with a password. Save it without one and import that.",
        )
    if "xl/workbook.xml" not in names:
        kind = {"xl/workbook.bin": "an XLSB workbook", "content.xml": "an OpenDocument file"}
        what = next((kind[entry] for entry in kind if entry in names), "a zip archive")
        raise DomainError(
            "file_not_a_table", f"{name} is {what}, not an XLSX workbook. Save it as XLSX or CSV."
        )
    if len(entries) > limits.entries:
        raise _bomb(name, f"it is made of {len(entries):,} parts; {limits.entries:,} are allowed")
    declared = sum(entry.file_size for entry in entries)
    if declared > limits.unpacked:
        raise _bomb(name, f"it unpacks to {declared >> 20:,} MiB; {_mib(limits)} MiB are allowed")


def _mib(limits: WorkbookLimits) -> str:
    return f"{limits.unpacked >> 20:,}"


def _check_contents(
    name: str, stream: BinaryIO, entries: list[zipfile.ZipInfo], limits: WorkbookLimits
) -> int:
    total = failed = 0
    for entry in entries:
        size, sheet = 0, _SheetExtent()
        for piece in _unpacked(stream, entry):
            size += len(piece)
            if total + size > limits.unpacked:
                raise _bomb(name, f"it unpacks to more than the {_mib(limits)} MiB allowed")
            if size > 10 << 20 and size > limits.ratio * max(entry.compress_size, 1):
                raise _bomb(name, f"a part of it unpacks to over {limits.ratio} times its size")
            sheet.add(piece)
            if sheet.cells > limits.cells:
                raise _bomb(
                    name,
                    f"a sheet reaches to row {sheet.rows:,} and column {sheet.columns:,}, which "
                    f"is more than {limits.cells:,} cells",
                )
        if size != entry.file_size:
            raise _damaged(name)
        total += size
        failed += sheet.failed
    return failed


def _unpacked(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what an entry really holds, never more than 64 KiB at once."""
    stream.seek(entry.header_offset)
    header = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
    if header[0] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    stream.seek(header[9] + header[10], 1)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    left = entry.compress_size
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = stream.read(min(_PIECE, left))
        if not packed:
            raise zipfile.BadZipFile
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail
    if inflate is not None:
        yield inflate.flush()


class _SheetExtent:
    """How far the cells of one part reach, from its XML, piece by piece."""

    def __init__(self) -> None:
        self.rows = 1
        self.columns = 1
        self.failed = 0
        self._carry = b""

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def add(self, piece: bytes) -> None:
        data = self._carry + piece
        for letters in set(_COLUMNS.findall(data)):
            self.columns = max(self.columns, _column(letters))
        self.rows = max(self.rows, max(map(int, set(_ROWS.findall(data))), default=1))
        if any(sign in data for sign in _ODD_SIGNS):
            for letters, digits in _ODD.findall(data):
                self.columns = max(self.columns, _column(letters))
                self.rows = max(self.rows, int(digits))
        self.failed += data.count(_FAILED_FORMULA) - self._carry.count(_FAILED_FORMULA)
        self._carry = data[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
