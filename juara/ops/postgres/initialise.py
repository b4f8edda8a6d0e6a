"""A data directory of the right version, made when there is none."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from juara.ops.postgres import account as accounts
from juara.ops.postgres import launching, serverlog
from juara.ops.postgres.binaries import Binaries
from juara.ops.postgres.errors import ClusterError, ClusterStartError, VersionMismatchError
from juara.ops.postgres.places import Place

SUPERVISOR = "juara_supervisor"
_FIRST_WITH_BUILTIN_LOCALES = 17


def ensure_data(place: Place, binaries: Binaries, extra_settings: Mapping[str, str]) -> None:
    """Make the data directory if there is none; refuse one that is not of this version.

    The caller holds the owner's lock. A directory is either whole or not there: what an
    interrupted attempt left is thrown away.
    """
    if place.data.exists():
        _check(place.data, binaries)
        return
    shutil.rmtree(place.unfinished_data, ignore_errors=True)
    accounts.make_private_directory(place.unfinished_data, place.account)
    try:
        _initdb(place, binaries, is_durable=extra_settings.get("fsync") != "off")
    except BaseException:
        shutil.rmtree(place.unfinished_data, ignore_errors=True)
        raise
    place.unfinished_data.rename(place.data)


def _check(data: Path, binaries: Binaries) -> None:
    try:
        made_by = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise ClusterError(
            "not_a_database",
            f"{data} is no PostgreSQL database: it has no PG_VERSION. Restore it from a backup, "
            "or move it away to start empty.",
        ) from None
    if made_by != str(binaries.major):
        raise VersionMismatchError(
            "version_mismatch",
            f"The database in {data} was made by PostgreSQL {made_by}, and the programs in "
            f"{binaries.folder} are PostgreSQL {binaries.version}, which cannot open it. Make a "
            f"backup with the product that runs PostgreSQL {made_by} and restore it with this "
            f"one, or name the programs of PostgreSQL {made_by}. Nothing was changed.",
            data_version=made_by,
            binaries_version=binaries.version,
        )


def _initdb(place: Place, binaries: Binaries, *, is_durable: bool) -> None:
    """Run initdb.

    Whoever reaches the socket may be any role: the directory that it stands in, 0700, decides
    who that is. There is no other way in.
    """
    provider = ["--locale-provider=builtin"] if _has_builtin_locales(binaries) else []
    arguments = [
        *("--pgdata", str(place.unfinished_data), f"--username={SUPERVISOR}"),
        *(*provider, "--locale=C.UTF-8", "--encoding=UTF8", "--data-checksums"),
        *("--auth-local=trust", "--auth-host=reject"),
        *([] if is_durable else ["--no-sync"]),
    ]
    command = launching.command(binaries.program("initdb"), arguments, account=place.account)
    # Our own launcher with arguments of ours; no shell.
    result = subprocess.run(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        env=launching.environment(),
    )
    if result.returncode != 0:
        words = serverlog.last_words(_tail(result.stdout), data=place.data)
        raise ClusterStartError(
            "initdb_failed", f"No database could be made in {place.data}.{words}"
        )


def _has_builtin_locales(binaries: Binaries) -> bool:
    return binaries.major >= _FIRST_WITH_BUILTIN_LOCALES


def _tail(output: str) -> str:
    return "\n".join(output.splitlines()[-10:])
