"""The web process as our child: started, watched, started again, stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from juara.ops import postgres

Notify = Callable[[str], None]

# Asks the system to be told of our death, then becomes the program.
_LAUNCHER = Path(postgres.__file__).with_name("launch.py")
_STOP_SECONDS = 8.0
# A child that ends sooner than this after its start is started again with growing patience.
_STEADY_SECONDS = 20.0
_LONGEST_WAIT = 30.0


@dataclass(slots=True)
class Child:
    """One process of the tree, by the arguments after the interpreter."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """Start the process, bound to us: killed as we may be, it must not keep the port."""
        bound = [str(_LAUNCHER), str(os.getpid()), str(int(signal.SIGTERM)), "-", "-"]
        command = [sys.executable, "-I", "-S", *bound, sys.executable, *self.arguments]
        # Our own interpreter with arguments from this file: nothing of it comes from outside.
        self.process = subprocess.Popen(command, env=os.environ.copy())  # noqa: S603
        self.started_at = time.monotonic()

    def watch(self, notify: Notify) -> None:
        """Start the child again when it has ended, after a wait that grows with failures."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.failures = 0 if now - self.started_at > _STEADY_SECONDS else self.failures + 1
        self.again_at = now + min(2.0**self.failures - 1, _LONGEST_WAIT)
        notify(f"The {self.name} process ended ({code}); starting it again.")
        self.process = None

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def web(*, host: str, port: int) -> Child:
    """Return the process that answers browsers."""
    return Child(
        "web",
        [
            "-m", "uvicorn", "juara.config.asgi:application", "--host", host, "--port", str(port),
            "--log-level", "warning", "--timeout-graceful-shutdown", "3", "--lifespan", "off",
            "--no-server-header",
        ],
    )  # fmt: skip


@dataclass(slots=True)
class Stopping:
    """Whether the tree has been asked to end."""

    is_asked: bool = False
    _kept: dict[int, object] = field(default_factory=dict)


@contextmanager
def running(children: list[Child]) -> Iterator[Stopping]:
    """Start children, hand SIGTERM and Ctrl-C over as a wish to stop, stop them at the end."""
    stopping = Stopping()

    def ask(_signal: int, _frame: object) -> None:
        stopping.is_asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    for child in children:
        child.start()
    try:
        yield stopping
    finally:
        for child in children:
            child.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
