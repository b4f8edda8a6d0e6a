"""Files people send: kept below the data directory, told apart by an id, gone when unused.

Each lies under its own name in a folder of its own, since a mapping knows files by their names.
"""

import errno
import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

from django.utils.translation import gettext as _

from juara.connect.models import ImportDraft, ImportRun, RunState, Upload
from juara.core import environment, ids, scope
from juara.core.errors import DomainError, GoneError, LimitError, NotFoundError
from juara.core.sentences import Sentence, gettext_noop
from juara.tenancy.models import Organization

_LONGEST_NAME = 200
_UNUSED_FOR = timedelta(days=7)
_PART = ".part"
_GONE = gettext_noop("“%(name)s” is no longer here. Send it again.")
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """A file that was sent."""

    public_id: str
    name: str
    size: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """A file whose bytes are stored, and that nothing knows of yet."""

    public_id: str
    name: str
    size: int
    sha256: str


def keep(stream: Iterable[bytes], *, name: str, moment: datetime, actor: str) -> UploadFacts:
    """Store a file as it streams in, whole or not at all.

    Refused in words: an empty file, one larger than JUARA_UPLOAD_MAX_MB, a full disk. Memory stays
    flat. Where the bytes come from a network, `receive` first, without a transaction.
    """
    return note(receive(stream, name=name, folder=_folder()), moment=moment, actor=actor)


def receive(stream: Iterable[bytes], *, name: str, folder: Path) -> Received:
    """Store the bytes of a file; needs no database. `note` makes it known."""
    public_id = ids.new_public_id()
    safe, place = safe_name(name), folder / public_id
    try:
        _make_private(place)
        size, sha256 = _write(stream, place / _PART)
        (place / _PART).replace(place / safe)
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        _explain(error)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return Received(public_id, safe, size, sha256)


def note(received: Received, *, moment: datetime, actor: str) -> UploadFacts:
    """Make a received file known to the entered organization."""
    upload = Upload(
        public_id=received.public_id, name=received.name, size=received.size,
        sha256=received.sha256, added_at=moment, actor=actor[:254],
    )  # fmt: skip
    upload.save(force_insert=True)
    return _facts(upload)


def drop(received: Received, *, folder: Path) -> None:
    """Remove the bytes of a file that nothing has been told of."""
    shutil.rmtree(folder / received.public_id, ignore_errors=True)


def path(public_id: str) -> Path:
    """Return where a file lies. GoneError when it is known but no longer there."""
    found = _folder() / public_id / _known(public_id).name
    if not found.is_file():
        told = Sentence(_GONE, name=found.name)
        raise GoneError("upload.gone", told.said(), told=told)
    return found


def facts(public_ids: Sequence[str]) -> tuple[UploadFacts, ...]:
    """Return what is known of files, in the order asked for; one that is gone is left out."""
    found = {each.public_id: each for each in Upload.objects.filter(public_id__in=public_ids)}
    return tuple(_facts(found[each]) for each in public_ids if each in found)


def remove(public_id: str) -> None:
    """Forget a file and its bytes. NotFoundError when there is none."""
    upload = _known(public_id)
    upload.delete()
    shutil.rmtree(_folder() / public_id, ignore_errors=True)


def remove_unused(*, moment: datetime) -> int:
    """Remove files of the entered organization that nothing has needed for a week.

    In use is what an open draft names, and what an import that is not over names. Folders without
    a file that is known, such as a killed process leaves, go as well once they are as old.
    """
    used: set[str] = set()
    for named in ImportDraft.objects.filter(run=None).values_list("uploads", flat=True):
        used.update(named)
    unfinished = (RunState.QUEUED, RunState.READING, RunState.LANDING)
    for named in ImportRun.objects.filter(state__in=unfinished).values_list("uploads", flat=True):
        used.update(named)
    old = Upload.objects.filter(added_at__lt=moment - _UNUSED_FOR).exclude(public_id__in=used)
    unused = list(old.values_list("public_id", flat=True))
    for public_id in unused:
        remove(public_id)
    known = set(Upload.objects.values_list("public_id", flat=True))
    for folder in _subfolders(_folder()):
        age = moment.timestamp() - folder.stat().st_mtime
        if folder.name not in known and age > _UNUSED_FOR.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
    return len(unused)


def remove_strays(*, moment: datetime) -> int:
    """Remove what is left of organizations that are gone, a week after it was last touched."""
    known = set(Organization.objects.values_list("public_id", flat=True))
    strays = [
        folder
        for place in (environment.uploads(), environment.reports())
        for folder in _subfolders(place)
        if folder.name not in known
        and moment.timestamp() - folder.stat().st_mtime > _UNUSED_FOR.total_seconds()
    ]
    for folder in strays:
        shutil.rmtree(folder, ignore_errors=True)
    return len(strays)


def safe_name(name: str) -> str:
    """Return the last part of a name, without what no file name may have; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    cleaned = " ".join(printable.split()).lstrip(". ") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
    stem = cleaned.removesuffix(ending) if ending else cleaned
    room = _LONGEST_NAME - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


def folder_of(organization: Organization) -> Path:
    """Return the folder of an organization's files."""
    return environment.uploads() / organization.public_id


def _folder() -> Path:
    found = Organization.objects.only("public_id").get(id=scope.current().organization_id)
    return folder_of(found)


def _known(public_id: str) -> Upload:
    found = Upload.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("upload.unknown", _("There is no such file."))
    return found


def _facts(upload: Upload) -> UploadFacts:
    return UploadFacts(upload.public_id, upload.name, upload.size, upload.sha256, upload.added_at)


def _make_private(place: Path) -> None:
    for folder in reversed([place, *place.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


def _write(stream: Iterable[bytes], place: Path) -> tuple[int, str]:
    limit, size, digest = environment.upload_limit(), 0, hashlib.sha256()
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in stream:
            size += len(chunk)
            if size > limit:
                raise LimitError(
                    "upload.too_large",
                    _(
                        "The file is larger than %(limit)s MB. Send it in parts, or ask the "
                        "operator to raise JUARA_UPLOAD_MAX_MB."
                    )
                    % {"limit": limit >> 20},
                )
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise DomainError("upload.empty", _("The file is empty. Export it again."))
    return size, digest.hexdigest()


def _explain(error: OSError) -> NoReturn:
    if error.errno in _NO_SPACE:
        raise DomainError(
            "upload.disk_full",
            _("The server's disk is full, so the file was not kept. Tell the operator."),
        ) from error
    raise DomainError(
        "upload.not_kept",
        _("The server could not keep the file (%(reason)s). Tell the operator.")
        % {"reason": error.strerror or type(error).__name__},
    ) from error


def _subfolders(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []
