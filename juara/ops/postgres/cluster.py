"""The embedded server of one home, owned by this process."""

import atexit
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from juara.core import clock
from juara.ops.postgres import announcement as announcements
from juara.ops.postgres import binaries as programs
from juara.ops.postgres import initialise, places, processes, sockets
from juara.ops.postgres.announcement import Announcement
from juara.ops.postgres.binaries import Binaries
from juara.ops.postgres.errors import ClusterBusyError, ClusterError, ClusterStartError
from juara.ops.postgres.handle import ServerHandle
from juara.ops.postgres.initialise import SUPERVISOR
from juara.ops.postgres.keeper import Keeper
from juara.ops.postgres.lock import FileLock
from juara.ops.postgres.places import Place
from juara.ops.postgres.running import Running
from juara.ops.postgres.server import Server
from juara.ops.postgres.serverlog import ServerLog

_logger = logging.getLogger("juara.ops.postgres")


class Cluster(ServerHandle):
    """The PostgreSQL server of one home, run as a child of this process.

    It is started again when it is killed, and ends when this process ends, however that happens.
    At most one process owns a home's server; others use `attach_or_start`.

    - `binaries`: the folder of PostgreSQL's programs, if not those that came with the product.
    - `extra_settings`: server settings on top of ours.
    - `notify`: told, in a sentence, what a person should know (a user that was made, a database
      kept elsewhere, an orphan taken over); by default it is logged.
    - `elsewhere`: where root keeps data and programs that the server's account could not reach.
    - `waits_for_attached`: let `stop` wait, up to ten minutes, until no other process uses the
      server: for one that is started only for a command.
    """

    is_attached = False

    def __init__(
        self,
        home: Path,
        *,
        binaries: Path | None = None,
        extra_settings: Mapping[str, str] | None = None,
        notify: Callable[[str], None] = _logger.info,
        elsewhere: Path = places.ELSEWHERE,
        waits_for_attached: bool = False,
    ) -> None:
        self.home = home
        self._chosen_binaries = binaries
        self._extra_settings = dict(extra_settings or {})
        self._notify = notify
        self._elsewhere = elsewhere
        self._waits_for_attached = waits_for_attached
        self._owner_pid = os.getpid()
        self._stop_lock = threading.Lock()
        self._running: Running | None = None

    def start(self) -> Self:
        """Start the server, making its database first if there is none; return when it is ready.

        Takes 1-3 s the first time and a fraction of a second later. May be called from any
        thread. Raises `ClusterBusyError` when another process owns it, and another
        `ClusterError` whose sentence says what is wrong when it cannot be started.
        """
        if self._running is None:
            binaries = programs.find_binaries(self._chosen_binaries)
            place = places.settle(self.home, elsewhere=self._elsewhere, notify=self._notify)
            try:
                self._running = self._start(place, binaries)
            except OSError as error:
                raise ClusterStartError(
                    "start_failed", f"The database in {place.data} cannot be started: {error}."
                ) from error
            atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Shut the server down; return when no process of it is left. Safe to call twice."""
        # A forked child has a copy of this object, but the server is its parent's.
        if os.getpid() != self._owner_pid:
            return
        with self._stop_lock:
            running, self._running = self._running, None
            if running is not None:
                atexit.unregister(self.stop)
                running.stop(waits_for_attached=self._waits_for_attached, notify=self._notify)

    def ensure_running(self, *, seconds: float = 60.0) -> None:
        """Return when the server takes connections, waiting for it to be started again if need be.

        Raises `ClusterStartError` when it does not within `seconds`.
        """
        server = self._need().server
        if not processes.until(server.takes_connections, seconds=seconds):
            raise ClusterStartError(
                "not_running",
                f"PostgreSQL has taken no connections for {seconds:g} seconds. "
                f"Why stands in {server.log.path}.",
            )

    @property
    def announcement(self) -> Announcement:
        return self._need().announcement

    @property
    def binaries(self) -> Binaries:
        """The programs that run the server; `pg_dump` and `pg_restore` of the same version."""
        return self._need().server.binaries

    @property
    def data_dir(self) -> Path:
        return self._need().server.place.data

    @property
    def log_path(self) -> Path:
        return self._need().server.log.path

    @property
    def server_pid(self) -> int | None:
        """The server's process id; None while it is being started again."""
        return self._need().keeper.server_pid

    @property
    def restarts(self) -> int:
        """How often the server ended by itself, and was started again, since `start`."""
        return self._need().keeper.restarts

    def _need(self) -> Running:
        if self._running is None:
            raise ClusterError("not_started", f"The database server of {self.home} is not running.")
        return self._running

    def _start(self, place: Place, binaries: Binaries) -> Running:
        """Take ownership, see to a database and run the server; undo all of it on failure."""
        reachable = programs.within_reach(
            binaries, place.account, elsewhere=self._elsewhere, notify=self._notify
        )
        lock = _take_ownership(place)
        with contextlib.ExitStack() as undo:
            undo.callback(lock.release)
            announcements.withdraw(place.announcement)
            initialise.ensure_data(place, reachable, self._extra_settings)
            running = self._run(place, reachable, lock)
            undo.pop_all()
        return running

    def _run(self, place: Place, binaries: Binaries, lock: FileLock) -> Running:
        socket_dir = sockets.settle_socket_dir(place)
        announcement = Announcement.of_us(socket_dir, sockets.PORT)
        server = Server(
            binaries=binaries,
            place=place,
            socket_dir=socket_dir,
            log=ServerLog(place.log, place.home_account),
            extra_settings=self._extra_settings,
            supervisor_url=announcement.url(SUPERVISOR, "postgres"),
            notify=self._notify,
        )
        running = Running(server, Keeper(server), lock, announcement)
        try:
            running.start()
        except BaseException:
            running.stop(waits_for_attached=False, notify=self._notify)
            raise
        return running


def _take_ownership(place: Place) -> FileLock:
    lock = FileLock(place.owner_lock, place.account)
    try:
        is_ours = lock.take()
    except PermissionError as error:
        raise places.not_permitted(place.home, error) from error
    if is_ours:
        lock.sign(clock.now())
        return lock
    pid, since = lock.signature() or (None, None)
    who = f"process {pid} (since {since})" if pid else "another process"
    raise ClusterBusyError(
        "cluster_busy",
        f"The database of {place.home} is in use by {who}. One process at a time runs it: stop "
        "that one first, or choose another home.",
        pid=pid,
    )
