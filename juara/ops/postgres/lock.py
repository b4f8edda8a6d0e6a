"""Locks between processes: the kernel lets go of them however a process ends."""

import fcntl
import os
import weakref
from datetime import datetime
from pathlib import Path

from juara.ops.postgres import account as accounts
from juara.ops.postgres.account import Account


class FileLock:
    """An advisory lock on a file, exclusive or shared, held until `release` or our end."""

    def __init__(self, path: Path, account: Account | None) -> None:
        self._path = path
        self._account = account
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock if that is possible at once; say whether it was."""
        descriptor = accounts.open_private(self._path, os.O_RDWR, self._account)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        _held.add(self)
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def sign(self, moment: datetime) -> None:
        """Write who holds the lock and since when, for the message to whoever comes second."""
        if self._descriptor is None:
            raise RuntimeError("only a held lock is signed")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()} {moment.isoformat()}\n".encode(), 0)

    def signature(self) -> tuple[int, str] | None:
        """Return the holder's process id and since when; None while it has not signed yet."""
        try:
            pid, since = self._path.read_text().split()
            return int(pid), since
        except (OSError, ValueError):
            return None


_held: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _let_go_in_child() -> None:
    """Close a forked child's copies: a lock must end with its owner, not with its children."""
    for lock in tuple(_held):
        lock.release()


os.register_at_fork(after_in_child=_let_go_in_child)
