"""Where the server's socket stands: a private directory whose path is short enough."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from juara.ops.postgres import account as accounts
from juara.ops.postgres.account import Account
from juara.ops.postgres.errors import ClusterError
from juara.ops.postgres.places import Place

# Nobody else listens in a private directory, so the number only names the socket.
PORT = 5432
# The kernel takes 107 bytes; some systems fewer.
_LONGEST = 100
# A comma separates directories in the server's setting and hosts in a libpq URI.
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


def settle_socket_dir(place: Place) -> Path:
    """Make and return the directory for the socket, 0700 and of the server's account.

    It is `run` beside the data or, when that path is too long or has characters that need
    quoting, a directory with a short name of its own. Returns the same one on every start.
    """
    beside = place.base / "run"
    if _is_usable(beside):
        accounts.make_private_directory(beside, place.account)
        return beside
    name = f"juara-{hashlib.sha256(os.fsencode(place.base)).hexdigest()[:12]}"
    for parent in _short_parents():
        try:
            return _private(parent / name, place.account)
        except OSError:
            continue
    raise ClusterError(
        "no_socket_directory",
        f"The path {place.base} is too long for a socket, and there is no temporary directory "
        "to put one in. Choose a home with a shorter path.",
    )


def remove_socket_dir(socket_dir: Path) -> None:
    """Remove the directory if it is one with a short name, which nobody would ever clean up."""
    if socket_dir.name.startswith("juara-"):
        try:
            socket_dir.rmdir()
        except OSError:
            # Something is still in it; the next start uses it again.
            return


def _is_usable(directory: Path) -> bool:
    path = str(directory / f".s.PGSQL.{PORT}")
    return len(os.fsencode(path)) <= _LONGEST and _PLAIN.fullmatch(path) is not None


def _short_parents() -> list[Path]:
    parents = [Path("/run")] if accounts.is_root() else []
    parents += [Path("/tmp"), Path(tempfile.gettempdir())]  # noqa: S108 - made private below
    return [parent for parent in parents if _is_usable(parent / "juara-0123456789ab")]


def _private(path: Path, account: Account | None) -> Path:
    """Make `path`, or find it being ours; another name when a stranger took this one."""
    try:
        accounts.make_private_directory(path, account)
    except ClusterError:
        return _unpredictable(path, account)
    if path.is_symlink() or stat.S_IMODE(path.stat().st_mode) != 0o700:
        return _unpredictable(path, account)
    return path


def _unpredictable(path: Path, account: Account | None) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="juara-", dir=path.parent))
    accounts.give(directory, account)
    return directory
