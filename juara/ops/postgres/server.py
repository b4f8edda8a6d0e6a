"""One server process: started, waited for, shut down."""

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

from juara.ops.postgres import configuration, launching, processes, serverlog
from juara.ops.postgres.binaries import Binaries
from juara.ops.postgres.errors import ClusterStartError
from juara.ops.postgres.places import Place
from juara.ops.postgres.serverlog import ServerLog
from juara.ops.postgres.sockets import PORT

# Recovery after a crash replays at most max_wal_size; a slow disk takes minutes for that.
_READY_SECONDS = 600.0
_POLL_SECONDS = 0.02
_FAST_SECONDS = 30.0
_IMMEDIATE_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """All that starting the server needs, so that it can be started again."""

    binaries: Binaries
    place: Place
    socket_dir: Path
    log: ServerLog
    extra_settings: Mapping[str, str]
    supervisor_url: str
    notify: Callable[[str], None]

    def start(self, *, given_up: threading.Event) -> subprocess.Popen[bytes]:
        """Start the server as our child and return it once it takes connections.

        Takes over what a former one left. To be called from a thread that lives as long as the
        server should: on Linux the kernel stops the server when that thread ends. Raises
        `ClusterStartError` when it ends instead, or when `given_up` is set meanwhile.
        """
        processes.end_servers_of(self.place.data, notify=self.notify)
        processes.clear_stale_files(self.place.data, self.socket_dir, PORT)
        position = self.log.position()
        process = self._spawn()
        try:
            self._wait_until_ready(process, position, given_up)
        except BaseException:
            self.shut_down(process)
            raise
        return process

    def shut_down(self, process: subprocess.Popen[bytes]) -> None:
        """Shut down fast (clients are sent away, memory is written out), then less gently."""
        for signal_number, seconds in (
            (signal.SIGINT, _FAST_SECONDS),
            (signal.SIGQUIT, _IMMEDIATE_SECONDS),
            (signal.SIGKILL, None),
        ):
            process.send_signal(signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                break
        # After a kill its backends are still about.
        processes.end_servers_of(self.place.data, notify=self.notify)

    def takes_connections(self) -> bool:
        """Say whether the server is up, whatever it would say to the one who connects."""
        return pq.PGconn.ping(f"{self.supervisor_url}&connect_timeout=5".encode()) == pq.Ping.OK

    def _spawn(self) -> subprocess.Popen[bytes]:
        arguments = configuration.server_arguments(
            self.place.data, self.socket_dir, PORT, self.extra_settings
        )
        command = launching.command(
            self.binaries.program("postgres"),
            arguments,
            account=self.place.account,
            at_our_death=signal.SIGINT,
        )
        # Our own launcher with arguments of ours; no shell. A session of its own keeps a Ctrl-C
        # at the terminal from stopping the server before the processes that use it.
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.log.descriptor,
            stderr=self.log.descriptor,
            start_new_session=True,
            env=launching.environment(),
        )

    def _wait_until_ready(
        self, process: subprocess.Popen[bytes], position: int, given_up: threading.Event
    ) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self.takes_connections():
            code = process.poll()
            if code is not None:
                raise self._failure(f"PostgreSQL did not start ({how_it_ended(code)}).", position)
            if given_up.wait(_POLL_SECONDS):
                raise self._failure("The start of PostgreSQL was given up.", position)
            if time.monotonic() > deadline:
                minutes = int(_READY_SECONDS // 60)
                raise self._failure(
                    f"PostgreSQL takes no connections after {minutes} minutes.", position
                )

    def _failure(self, sentence: str, position: int) -> ClusterStartError:
        words = serverlog.last_words(self.log.tail(position), data=self.place.data)
        return ClusterStartError("start_failed", f"{sentence} The log is {self.log.path}.{words}")


def how_it_ended(code: int) -> str:
    """Say in words how a process ended, from what `Popen.poll` returns."""
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"
