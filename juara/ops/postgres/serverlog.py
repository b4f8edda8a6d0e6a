"""The server's log: one file, bounded, whose last lines explain a failure."""

import contextlib
import os
import shutil
from pathlib import Path

from juara.ops.postgres import account as accounts
from juara.ops.postgres.account import Account

_LARGEST_BYTES = 5_000_000
_TAIL_BYTES = 8_000


class ServerLog:
    """`postgres.log` and, once it has grown, the one before it as `postgres.log.1`.

    The server appends to a file that we opened for it, so it needs no right in the directory
    and goes on writing when we are gone.
    """

    def __init__(self, path: Path, account: Account | None) -> None:
        if not path.parent.is_dir():
            accounts.make_private_directory(path.parent, account)
        self.path = path
        self._account = account
        self.descriptor = self._open(path, os.O_WRONLY | os.O_APPEND)

    def position(self) -> int:
        """Return where the next line will stand, to tell this start's lines from older ones."""
        return os.fstat(self.descriptor).st_size

    def rotate_when_large(self) -> None:
        """Copy what there is to the older file and empty this one, once it is over 5 MB.

        It is emptied in place because the server keeps it open; being opened for appending, it
        goes on at the start. A line written in between is lost, which a log can bear.
        """
        if self.position() < _LARGEST_BYTES:
            return
        # On a full disk there is no older file, but the bound still holds.
        with contextlib.suppress(OSError):
            self._copy_to(self.path.with_name(f"{self.path.name}.1"))
        os.ftruncate(self.descriptor, 0)

    def tail(self, since: int, *, lines: int = 10) -> str:
        """Return the last lines written after `since`."""
        with self.path.open("rb") as file:
            file.seek(max(since, self.position() - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def close(self) -> None:
        os.close(self.descriptor)

    def _copy_to(self, older: Path) -> None:
        descriptor = self._open(older, os.O_WRONLY | os.O_TRUNC)
        with self.path.open("rb") as source, os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(source, target)

    def _open(self, path: Path, flags: int) -> int:
        return accounts.open_private(path, flags, self._account)


def last_words(text: str, *, data: Path) -> str:
    """Return the end of a sentence about a failure: what PostgreSQL said, and a full disk named."""
    words = f" PostgreSQL's last words:\n{text.strip()}" if text.strip() else ""
    if "No space left on device" in text:
        return f" The disk that holds {data} is full: make room and start again.{words}"
    return words
