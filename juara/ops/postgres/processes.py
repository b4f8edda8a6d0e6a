"""The servers of a data directory that run on this machine, and how they are ended."""

import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from juara.ops.postgres.errors import ClusterStartError

_POLL_SECONDS = 0.02
# Each signal to send, and how long to wait for the end afterwards. A fast shutdown writes out
# what is in memory; after the others the next start recovers it: nothing committed is lost.
_WHOLE_SERVER = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
# Backends notice within moments that their postmaster is gone, and end by themselves.
_LEFTOVERS = ((None, 2.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))


def until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Wait until the condition holds; return whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def servers_of(data: Path) -> list[psutil.Process]:
    """Return every living PostgreSQL process of the data directory, zombies left out.

    PostgreSQL's processes all work in their data directory, which is how one is told from a
    stranger with a reused number. A process we may not look at runs as another user than the
    data's owner, so it is not one of them.
    """
    return [
        process
        for process in psutil.process_iter()
        if _name(process) == "postgres" and _works_in(process, data)
    ]


def end_servers_of(data: Path, *, notify: Callable[[str], None]) -> None:
    """Stop whatever still serves the data directory, gently first.

    The caller holds the owner's lock, so these are orphans: their owner was killed. Raises
    `ClusterStartError` when one survives even SIGKILL.
    """
    orphans = servers_of(data)
    if not orphans:
        return
    notify(f"Processes of a former server of {data} still run: ending them.")
    postmasters = _without_parent_among(orphans)
    is_whole = _pid_in(data / "postmaster.pid") in {process.pid for process in postmasters}
    for signal_number, seconds in _WHOLE_SERVER if is_whole else _LEFTOVERS:
        _send(signal_number, servers_of(data) if signal_number == signal.SIGKILL else postmasters)
        if until(lambda: not servers_of(data), seconds=seconds):
            return
    raise ClusterStartError(
        "orphan_stays",
        f"A former server of {data} does not end (processes "
        f"{', '.join(str(process.pid) for process in servers_of(data))}). Restart the machine, "
        "or end them by hand.",
    )


def clear_stale_files(data: Path, socket_dir: Path, port: int) -> None:
    """Remove what a killed server leaves and would refuse to start over.

    Called when no server of this data directory lives, so that whatever process a pid file
    names is dead, a zombie or a stranger. A stranger is left alone.
    """
    socket = socket_dir / f".s.PGSQL.{port}"
    for path in (data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        path.unlink(missing_ok=True)


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return data.samefile(process.cwd())
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return False


def _without_parent_among(processes: list[psutil.Process]) -> list[psutil.Process]:
    numbers = {process.pid for process in processes}
    roots = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.ppid() not in numbers:
                roots.append(process)
    return roots


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _send(signal_number: signal.Signals | None, processes: list[psutil.Process]) -> None:
    if signal_number is None:
        return
    for process in processes:
        # psutil compares the start time, so a number reused meanwhile is not hit.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal_number)
