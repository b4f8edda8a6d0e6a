"""The thread that starts the server and keeps it running."""

import logging
import subprocess
import threading
import time
from concurrent.futures import Future

from juara.ops.postgres.errors import ClusterError
from juara.ops.postgres.server import Server, how_it_ended

_logger = logging.getLogger("juara.ops.postgres")

_LOOK_SECONDS = 0.1
# A server that ran this long had nothing wrong with it: the next restart is immediate again.
_STABLE_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 30.0


class Keeper(threading.Thread):
    """Starts the server, starts it again when it ends by itself, and shuts it down.

    Every start happens in this thread because the kernel ties the server's life to the thread
    that started it, and this one lives exactly as long as the server should, whichever thread
    asked. It is a daemon so that a process which is ending does not wait for it.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(name="juara-postgres", daemon=True)
        self.restarts = 0
        self._server = server
        self._stopping = threading.Event()
        self._first_start: Future[None] = Future()
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._failures = 0

    @property
    def server_pid(self) -> int | None:
        """The server's process id; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def wait_for_first_start(self) -> None:
        """Return once the server takes connections, or raise what kept it from doing so."""
        self._first_start.result()

    def stop(self) -> None:
        """Shut the server down and return when it is gone."""
        self._stopping.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        try:
            self._start()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
            self._first_start.set_exception(error)
            return
        self._first_start.set_result(None)
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                self._look()
            except Exception:
                # Were this thread to end, the server would end with it.
                _logger.exception("Looking after PostgreSQL failed; going on.")
        if self._process is not None:
            self._server.shut_down(self._process)

    def _start(self) -> None:
        self._process = self._server.start(given_up=self._stopping)
        self._started_at = time.monotonic()

    def _look(self) -> None:
        self._server.log.rotate_when_large()
        code = None if self._process is None else self._process.poll()
        if self._process is not None and code is None:
            return
        if code is not None:
            _logger.warning(
                "PostgreSQL ended by itself (%s): starting it again.", how_it_ended(code)
            )
            if time.monotonic() - self._started_at > _STABLE_SECONDS:
                self._failures = 0
            self._process = None
            self.restarts += 1
        self._restart()

    def _restart(self) -> None:
        """Try one start, after a pause that doubles with each failure in a row."""
        pause = min(2.0 ** (self._failures - 1), _LONGEST_PAUSE_SECONDS) if self._failures else 0.0
        self._failures += 1
        if self._stopping.wait(pause):
            return
        try:
            self._start()
        except (ClusterError, OSError) as error:
            _logger.error("PostgreSQL could not be started again: %s", error)  # noqa: TRY400
            return
        _logger.warning("PostgreSQL runs again.")
