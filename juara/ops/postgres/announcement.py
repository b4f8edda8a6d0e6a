"""What a running server's owner leaves for those who want to attach."""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from juara.ops.postgres import account as accounts
from juara.ops.postgres.account import Account

# How far two readings of one process's start may differ: the boot time they are worked out from
# moves when the clock is set.
_START_TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True)
class Announcement:
    """A server that takes connections, and the process that owns it."""

    pid: int
    pid_started: float
    socket_dir: str
    port: int

    @classmethod
    def of_us(cls, socket_dir: Path, port: int) -> "Announcement":
        return cls(os.getpid(), psutil.Process().create_time(), str(socket_dir), port)

    def url(self, role: str, database: str) -> str:
        """Return the libpq URI that enters `database` as `role`."""
        return (
            f"postgresql://{role}@/{quote(database, safe='')}"
            f"?host={quote(self.socket_dir, safe='')}&port={self.port}"
        )

    def owner_lives(self) -> bool:
        """Say whether the owner still runs, and is not a stranger with its number."""
        try:
            process = psutil.Process(self.pid)
            drift = abs(process.create_time() - self.pid_started)
            return drift < _START_TOLERANCE_SECONDS and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def write(self, path: Path, account: Account | None) -> None:
        draft = path.with_suffix(".draft")
        descriptor = accounts.open_private(draft, os.O_WRONLY | os.O_TRUNC, account)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file)
        draft.replace(path)


def read(path: Path) -> Announcement | None:
    """Return what the owner left; None when there is nothing whole."""
    try:
        return Announcement(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def withdraw(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
