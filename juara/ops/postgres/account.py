"""Who the server runs as. PostgreSQL refuses root, so root hands it to an account without rights.

Everyone else runs the server as themselves.
"""

import contextlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from juara.ops.postgres.errors import ClusterError

OWN_ACCOUNT = "juara"
# Taken when no account can be made, the least shared first.
_SPARE_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int


def is_root() -> bool:
    return os.geteuid() == 0


def account_of(path: Path) -> Account | None:
    """Return the account that owns `path`; None when root does or it does not exist."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if status.st_uid == 0:
        return None
    try:
        entry = pwd.getpwuid(status.st_uid)
    except KeyError:
        return Account(str(status.st_uid), status.st_uid, status.st_gid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def account_for_new_data(home: Path, notify: Callable[[str], None]) -> Account:
    """Return the account root hands a new database to, making one where there is none.

    A home that belongs to an ordinary user keeps belonging to that user, so that the product can
    later be run without root. Otherwise it is the system account `juara`, made by `useradd`.
    """
    return account_of(home) or _named(OWN_ACCOUNT) or _made(notify) or _spare(notify)


def may_reach(directory: Path, account: Account) -> bool:
    """Say whether the account may enter `directory` and everything above it, by mode bits."""
    return all(_may_enter(each, account) for each in (directory, *directory.parents))


def make_private_directory(path: Path, account: Account | None) -> None:
    """Make `path` a 0700 directory of the server's account, or find it being one.

    A directory that exists is never given away: its owner is checked instead. Raises
    `ClusterError` when it belongs to somebody else.
    """
    uid = os.geteuid() if account is None else account.uid
    _forget_abandoned(path, uid)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        status = path.stat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid:
            raise ClusterError(
                "foreign_directory",
                f"{path} belongs to user id {status.st_uid}, but the database runs as user id "
                f"{uid}. Run the command as the user who made it, or give it back with chown.",
            ) from None
        return
    give(path, account)


def give(path: Path, account: Account | None) -> None:
    """Hand a directory just made by root to the account, following no symbolic link."""
    if account is None:
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchown(descriptor, account.uid, account.gid)
    finally:
        os.close(descriptor)


def open_private(path: Path, flags: int, account: Account | None) -> int:
    """Open a 0600 file of the server's account, making it if need be; return the descriptor.

    No symbolic link is followed: root works here in a directory that an ordinary user owns.
    """
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    if account is not None and os.fstat(descriptor).st_uid == 0:
        os.fchown(descriptor, account.uid, account.gid)
    return descriptor


def _forget_abandoned(path: Path, uid: int) -> None:
    """Remove an empty directory of root's: it was made, but never came to be given away."""
    # One that is not empty stays, and the caller refuses it in words.
    with contextlib.suppress(OSError):
        if uid != 0 and path.lstat().st_uid == 0:
            path.rmdir()


def _may_enter(directory: Path, account: Account) -> bool:
    status = directory.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None


def _made(notify: Callable[[str], None]) -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", OWN_ACCOUNT]
    # The command is a constant but for the place of useradd.
    subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    account = _named(OWN_ACCOUNT)
    if account is not None:
        notify(f"Made the system user {OWN_ACCOUNT}: PostgreSQL does not run as root.")
    return account


def _spare(notify: Callable[[str], None]) -> Account:
    for name in _SPARE_ACCOUNTS:
        account = _named(name)
        if account is not None:
            notify(
                f"The database runs as the user {name}, because no user {OWN_ACCOUNT} could be "
                f"made. Make one (useradd --system {OWN_ACCOUNT}) to keep it apart."
            )
            return account
    raise ClusterError(
        "no_account",
        "PostgreSQL does not run as root, and there is no unprivileged user to run it as. "
        f"Make one with `useradd --system {OWN_ACCOUNT}`, or start the product as another user.",
    )
