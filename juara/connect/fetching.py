"""Looking whether a feed has something new, and bringing it: no database, no transaction."""

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from juara.connect import uploads
from juara.connect.uploads import Received
from juara.core import environment, http
from juara.core.errors import DomainError
from juara.core.http import FetchError
from juara.core.sentences import Sentence, gettext_noop

# A file that changed more recently may still be being written.
SETTLED_AFTER_SECONDS = 5.0
_MOST_FILES = 50
_CHUNK = 1 << 20

_NO_FOLDERS = gettext_noop(
    "No folder may be watched yet. The operator names those that may in JUARA_WATCH_FOLDERS."
)
_NOT_WATCHED = gettext_noop(
    "%(place)s is not in a folder that may be watched. The operator names those in "
    "JUARA_WATCH_FOLDERS."
)
_NO_FOLDER = gettext_noop("There is no folder %(place)s, or it cannot be read (%(reason)s).")
_LED_OUT = gettext_noop("%(name)s leads out of the watched folders, so it was left alone.")

Seen = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was brought, and what tells that it is the one seen."""

    received: Received
    changed_ns: int
    is_new: bool = True


@dataclass(slots=True)
class Found:
    """What looking came to: the files brought, files that turned out to be known, remarks."""

    files: list[Brought] = field(default_factory=list)
    last_seen: dict[str, str] = field(default_factory=dict)
    remarks: list[Sentence] = field(default_factory=list)

    @property
    def new(self) -> list[Brought]:
        return [each for each in self.files if each.is_new]


def refuse_folder(place: str) -> Path:
    """Return a folder that may be watched; FetchError, with what to do, for any other."""
    allowed = environment.watch_folders()
    if not allowed:
        raise FetchError("feed.no_folders", Sentence(_NO_FOLDERS), is_passing=False)
    try:
        folder = Path(place).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise _no_folder(place, error) from error
    if not Path(place).is_absolute() or not any(folder.is_relative_to(each) for each in allowed):
        raise FetchError("feed.folder", Sentence(_NOT_WATCHED, place=place), is_passing=False)
    return folder


def from_folder(
    place: str, pattern: str, *, into: Path, seen: frozenset[Seen], known: frozenset[str],
    companions: Sequence[str], now: datetime,
) -> Found:  # fmt: skip
    """Bring what is new in a folder, oldest first; the files stay where they are.

    Left for the next time: files still being written. Passed over: those `seen` by name, size and
    time; those whose content is `known` by its SHA-256; links that lead out. With something new
    come files that match a pattern of `companions` and nothing new does: a mapping looks values
    up in them.
    """
    folder, found = refuse_folder(place), Found()
    try:
        there = sorted(_settled(folder, pattern, found, now=now), key=lambda each: each[1])
    except OSError as error:
        raise _no_folder(place, error) from error
    for path, changed_ns, size in there:
        if (path.name, size, changed_ns) in seen or len(found.new) >= _MOST_FILES:
            continue
        brought = _copy(path, changed_ns, size, into)
        if brought is not None:
            is_new = brought.sha256 not in known | {f.received.sha256 for f in found.files}
            found.files.append(Brought(brought, changed_ns, is_new))
    if found.new:
        _add_companions(found, there, companions, into)
    return found


def _settled(
    folder: Path, pattern: str, found: Found, *, now: datetime
) -> Iterator[tuple[Path, int, int]]:
    for path in folder.iterdir():
        if path.name.startswith(".") or not fnmatchcase(path.name.lower(), pattern.lower()):
            continue
        if path.is_symlink() and not _stays_inside(path):
            found.remarks.append(Sentence(_LED_OUT, name=path.name))
            continue
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue
        age = now.timestamp() - facts.st_mtime
        if stat.S_ISREG(facts.st_mode) and facts.st_size and age >= SETTLED_AFTER_SECONDS:
            yield path, facts.st_mtime_ns, facts.st_size


def _stays_inside(path: Path) -> bool:
    target = path.resolve()
    return any(target.is_relative_to(each) for each in environment.watch_folders())


def _copy(path: Path, changed_ns: int, size: int, into: Path) -> Received | None:
    """Copy a file; None when it changed meanwhile, or went: it is looked at again next time."""
    try:
        with path.resolve().open("rb") as file:
            received = uploads.receive(_chunks(file), name=path.name, folder=into)
        facts = path.stat()
    except OSError:
        return None
    if (facts.st_mtime_ns, facts.st_size) != (changed_ns, size):
        uploads.drop(received, folder=into)
        return None
    return received


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _add_companions(
    found: Found, there: Sequence[tuple[Path, int, int]], companions: Sequence[str], into: Path
) -> None:
    for pattern in companions:
        if any(_matches(each.received.name, pattern) for each in found.new):
            continue
        newest = next((each for each in reversed(there) if _matches(each[0].name, pattern)), None)
        brought = None if newest is None else _copy(*newest, into)
        if newest is not None and brought is not None:
            found.files.append(Brought(brought, newest[1]))


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())


def _no_folder(place: str, error: Exception) -> DomainError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return FetchError(
        "feed.no_folder", Sentence(_NO_FOLDER, place=place, reason=reason), is_passing=True
    )


def from_address(
    address: str, pattern: str, *, into: Path, last_seen: Mapping[str, str],
    known: frozenset[str],
) -> Found:  # fmt: skip
    """Fetch a file if the address has another than the last time.

    It is called what `pattern` says where that is a plain name, else by the end of the address.
    """
    asked = {
        name: last_seen[kept]
        for name, kept in (("If-None-Match", "etag"), ("If-Modified-Since", "modified"))
        if last_seen.get(kept)
    }
    with http.get(address, headers=asked) as answer:
        if answer.is_unchanged:
            return Found(last_seen=dict(last_seen))
        name = file_name(address, pattern)
        received = uploads.receive(answer.chunks, name=name, folder=into)
        told = {
            "etag": answer.headers.get("etag", ""),
            "modified": answer.headers.get("last-modified", ""),
        }
    return Found([Brought(received, 0, received.sha256 not in known)], told)


def file_name(address: str, pattern: str) -> str:
    """Return what the file of an address is called."""
    if pattern and not set(pattern) & set("*?["):
        return pattern
    return unquote(urlsplit(address).path.rsplit("/", 1)[-1]) or "file.csv"
