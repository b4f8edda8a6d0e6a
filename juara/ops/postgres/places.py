"""Where a home keeps its database.

Normally in `home/postgres`. When root starts the server under a directory that the server's
account cannot enter, the database lives in a place of its own instead, and `home/postgres` only
says where. No mode of a directory above is ever touched.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from juara.ops.postgres import account as accounts
from juara.ops.postgres.account import Account
from juara.ops.postgres.errors import ClusterError

ELSEWHERE = Path("/var/lib/juara")
_POINTER = "moved.json"


@dataclass(frozen=True)
class Place:
    """The directories and files of one home's server; `account` is None when it runs as us."""

    home: Path
    base: Path
    account: Account | None

    @property
    def home_account(self) -> Account | None:
        """Who files in the home itself belong to; None when that is us."""
        return accounts.account_of(self.home) if self.account is not None else None

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def unfinished_data(self) -> Path:
        """Where initdb works; renamed to `data` once it is whole."""
        return self.base / "data.unfinished"

    @property
    def owner_lock(self) -> Path:
        """The lock stands beside the data, so that two ways to the same data meet at it."""
        return self.base / "owner.lock"

    @property
    def users_lock(self) -> Path:
        return self.base / "users.lock"

    @property
    def announcement(self) -> Path:
        return self.base / "server.json"

    @property
    def log(self) -> Path:
        return self.home / "logs" / "postgres.log"


def find(home: Path) -> Place:
    """Return where `home` keeps its database now, making nothing."""
    home = home.resolve()
    base = _moved_to(home) or (home / "postgres").resolve()
    return Place(home, base, accounts.account_of(base) if accounts.is_root() else None)


def settle(home: Path, *, elsewhere: Path, notify: Callable[[str], None]) -> Place:
    """Decide where `home` keeps its database and who runs it, and make the directories.

    What was decided once stays: data that exists is used where it is, by its owner. Raises
    `ClusterError` when that owner can no longer reach it.
    """
    home = home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        place = _settle(home, elsewhere, notify)
    except PermissionError as error:
        raise not_permitted(home, error) from error
    except OSError as error:
        raise ClusterError(
            "no_place", f"There is no place for the database of {home}: {error}."
        ) from error
    return place


def not_permitted(home: Path, error: PermissionError) -> ClusterError:
    """Say that this user may not use the home's database, and who may."""
    owner = accounts.account_of(home)
    name = "root" if owner is None else owner.name
    return ClusterError(
        "not_permitted",
        f"This user may not use the database of {home} ({error.strerror}: {error.filename}). "
        f"Run the command as {name} or as the user who started the product.",
    )


def _settle(home: Path, elsewhere: Path, notify: Callable[[str], None]) -> Place:
    found = find(home)
    if not accounts.is_root():
        accounts.make_private_directory(found.base, None)
        return Place(home, found.base, None)
    if found.data.exists():
        return _place_of_existing_data(found)
    account = found.account or accounts.account_for_new_data(home, notify)
    base = found.base
    if not accounts.may_reach(base.parent, account):
        base = _move(home, elsewhere, account, notify)
    accounts.make_private_directory(base, account)
    return Place(home, base, account)


def _place_of_existing_data(found: Place) -> Place:
    account = accounts.account_of(found.data)
    if account is None:
        raise ClusterError(
            "data_of_root",
            f"The database in {found.data} belongs to root, and PostgreSQL does not run as root. "
            f"Give it to another user: chown -R USER {found.base}",
        )
    if not accounts.may_reach(found.base.parent, account):
        raise ClusterError(
            "unreachable",
            f"The database in {found.data} belongs to the user {account.name}, who may not enter "
            "a directory above it. Allow that (chmod o+x), or run the command as that user.",
        )
    return Place(found.home, found.base, account)


def _move(home: Path, elsewhere: Path, account: Account, notify: Callable[[str], None]) -> Path:
    """Choose a place of its own for the database, note it in the home and announce it."""
    base = _free_base(home, elsewhere.resolve(), notify)
    make_shared_directory(elsewhere)
    if not accounts.may_reach(elsewhere.resolve(), account):
        raise ClusterError(
            "unreachable",
            f"The user {account.name} may enter neither {home} nor {elsewhere}, so there is no "
            "place for the database. Choose a home that other users may enter.",
        )
    accounts.make_private_directory(home / "postgres", accounts.account_of(home))
    pointer = home / "postgres" / _POINTER
    draft = pointer.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({"home": str(home), "base": str(base)}))
    draft.replace(pointer)
    notify(
        f"The database of {home} is kept in {base}: the user {account.name}, who runs it, may "
        "not enter the directory above."
    )
    return base


def _free_base(home: Path, elsewhere: Path, notify: Callable[[str], None]) -> Path:
    """Return the home's own directory in `elsewhere`, the first that holds no database.

    A home that was removed and made again means to start empty, so what the former one left is
    neither used nor removed.
    """
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    base, attempt = elsewhere / name, 1
    while (base / "data").exists():
        notify(f"{base} holds the database of a former {home}. Remove it when it is not needed.")
        attempt += 1
        base = elsewhere / f"{name}-{attempt}"
    return base


def make_shared_directory(path: Path) -> None:
    """Make `path` and what is missing above it, root's and readable by all."""
    for each in (*reversed(path.parents), path):
        if not each.exists():
            each.mkdir()
            # Only a directory just made, whatever the umask is.
            each.chmod(0o755)


def _moved_to(home: Path) -> Path | None:
    """Read where the database went.

    Raises `ClusterError` when this home is a copy of one that still stands: both would write to
    the same database, which nobody who copies a directory expects.
    """
    try:
        pointer = json.loads((home / "postgres" / _POINTER).read_text())
    except FileNotFoundError:
        return None
    base, made_for = Path(pointer["base"]), Path(pointer["home"])
    if made_for != home and (made_for / "postgres" / _POINTER).exists():
        raise ClusterError(
            "copied_home",
            f"{home} is a copy of {made_for}, and its database is not in it but in {base}. Copy "
            "a product by backup and restore; to start empty, remove "
            f"{home / 'postgres' / _POINTER}.",
        )
    return base
