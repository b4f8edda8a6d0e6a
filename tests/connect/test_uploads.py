"""Files that are sent: whole or not at all, private, and gone when nobody needs them."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from juara.connect import drafts, uploads
from juara.connect.models import Upload
from juara.core.errors import DomainError, GoneError, LimitError, NotFoundError
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUARA_HOME", str(tmp_path))
    return tmp_path


def keep(*chunks: bytes, name: str = "deals.csv") -> uploads.UploadFacts:
    return uploads.keep(chunks or [b"id\n1\n"], name=name, moment=cast.NOW, actor="ana")


def files(home: Path) -> list[Path]:
    return [each for each in home.rglob("*") if each.is_file()]


def test_a_file_is_kept_as_it_streams_in_under_its_own_name(inside: Organization) -> None:
    kept = keep(b"id,amount\n", b"1,2\n")

    whole = b"id,amount\n1,2\n"
    assert (kept.name, kept.size) == ("deals.csv", 14)
    assert kept.sha256 == hashlib.sha256(whole).hexdigest()
    assert uploads.path(kept.public_id).read_bytes() == whole
    assert uploads.path(kept.public_id).name == "deals.csv"
    assert uploads.facts([kept.public_id]) == (kept,)


def test_only_the_owner_of_the_process_can_read_it(inside: Organization, home: Path) -> None:
    path = uploads.path(keep().public_id)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folders = [path.parent, path.parent.parent, home / "uploads"]
    assert [stat.S_IMODE(each.stat().st_mode) for each in folders] == [0o700] * 3
    assert path.parent.parent.name == inside.public_id


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\deals 2025.xlsx", "deals 2025.xlsx"),
        ("a\x00b\x1f\u202ec.csv", "abc.csv"),
        ("...", "file"),
        ("", "file"),
        (".part", "part"),
        ("  penjualan   Q3 .csv ", "penjualan Q3 .csv"),
        ("é" * 300 + ".csv", "é" * 98 + ".csv"),
    ],
)
def test_a_name_becomes_one_that_harms_nobody(given: str, kept: str) -> None:
    assert uploads.safe_name(given) == kept
    assert len(kept.encode()) <= 200


def test_an_empty_file_is_refused_and_leaves_nothing(inside: Organization, home: Path) -> None:
    with pytest.raises(DomainError, match=r"^The file is empty\. Export it again\.$"):
        keep(b"", b"")
    assert (files(home), Upload.objects.count()) == ([], 0)


def test_a_file_over_the_limit_is_refused_once_it_shows(
    inside: Organization, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUARA_UPLOAD_MAX_MB", "1")
    sent: list[int] = []

    def stream() -> Iterator[bytes]:
        for number in range(100):
            sent.append(number)
            yield bytes(1 << 20)

    with pytest.raises(LimitError, match=r"^The file is larger than 1 MB\."):
        uploads.keep(stream(), name="x.csv", moment=cast.NOW, actor="ana")
    assert (sent, files(home), Upload.objects.count()) == ([0, 1], [], 0)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The server's disk is full, so the file was not kept. Tell the operator."),
        (errno.EIO, "The server could not keep the file (Input/output error). Tell the operator."),
    ],
)
def test_a_disk_that_fails_is_told_in_words(
    inside: Organization, home: Path, number: int, sentence: str
) -> None:
    def stream() -> Iterator[bytes]:
        yield b"id\n"
        raise OSError(number, os.strerror(number))

    with pytest.raises(DomainError) as refusal:
        uploads.keep(stream(), name="x.csv", moment=cast.NOW, actor="ana")
    assert refusal.value.message == sentence
    assert (files(home), Upload.objects.count()) == ([], 0)


def test_a_sender_who_leaves_half_way_leaves_nothing(inside: Organization, home: Path) -> None:
    def stream() -> Iterator[bytes]:
        yield b"id\n"
        raise ConnectionAbortedError

    with pytest.raises(DomainError):
        uploads.keep(stream(), name="x.csv", moment=cast.NOW, actor="ana")
    assert files(home) == []


def test_another_organization_neither_finds_nor_removes_it(inside: Organization) -> None:
    kept = keep()
    with scope.enter(cast.organization("other")):
        for use in (uploads.path, uploads.remove):
            with pytest.raises(NotFoundError):
                use(kept.public_id)
        assert uploads.facts([kept.public_id]) == ()
    assert uploads.path(kept.public_id).is_file()


def test_a_file_whose_bytes_are_gone_is_told_as_gone(inside: Organization) -> None:
    kept = keep()
    uploads.path(kept.public_id).unlink()
    with pytest.raises(GoneError, match=r"^“deals\.csv” is no longer here"):
        uploads.path(kept.public_id)


def test_what_nobody_uses_is_removed_after_a_week(inside: Organization, home: Path) -> None:
    unused, used = keep(name="unused.csv"), keep(name="used.csv")
    draft = drafts.start(moment=cast.NOW, actor="ana")
    drafts.add_file(draft, used.public_id, moment=cast.NOW)

    assert uploads.remove_unused(moment=cast.NOW + timedelta(days=7)) == 0
    assert uploads.remove_unused(moment=cast.NOW + timedelta(days=7, seconds=1)) == 1

    assert [each.name for each in files(home)] == ["used.csv"]
    assert uploads.facts([unused.public_id, used.public_id]) == (used,)


def test_what_a_killed_process_left_is_removed_as_well(inside: Organization, home: Path) -> None:
    kept = keep()
    orphan = uploads.path(kept.public_id).parent.parent / "orphan000000"
    orphan.mkdir()
    (orphan / ".part").write_bytes(b"half")
    for folder in (orphan, uploads.path(kept.public_id).parent):
        os.utime(folder, (0, (cast.NOW - timedelta(days=8)).timestamp()))

    uploads.remove_unused(moment=cast.NOW)

    assert [each.name for each in files(home)] == ["deals.csv"]


def test_files_of_an_organization_that_is_gone_go_a_week_later(
    inside: Organization, home: Path
) -> None:
    keep()
    gone = home / "uploads" / "gone00000000"
    (gone / "x").mkdir(parents=True)
    os.utime(gone, (0, cast.NOW.timestamp()))

    assert uploads.remove_strays(moment=cast.NOW + timedelta(days=7)) == 0
    assert uploads.remove_strays(moment=cast.NOW + timedelta(days=7, seconds=1)) == 1

    assert [each.name for each in files(home)] == ["deals.csv"]
