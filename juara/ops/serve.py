"""The web process and the worker as our children: started, watched, started again, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from juara.ops import postgres

Notify = Callable[[str], None]

# Asks the system to be told of our death, then becomes the program.
_LAUNCHER = Path(postgres.__file__).with_name("launch.py")
_STOP_SECONDS = 8.0
# A child that ends sooner than this after its start is started again with growing patience.
_STEADY_SECONDS = 20.0
_LONGEST_WAIT = 30.0
_LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Child:
    """One process of the tree, by the arguments after the interpreter."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    again_at: float = 0.0
    is_asked: bool = False

    def start(self) -> None:
        """Start the process, bound to us: killed as we may be, it must not keep the port."""
        bound = [str(_LAUNCHER), str(os.getpid()), str(int(signal.SIGTERM)), "-", "-"]
        command = [sys.executable, "-I", "-S", *bound, sys.executable, *self.arguments]
        # Our own interpreter with arguments from this file: nothing of it comes from outside. In
        # a session of its own, so that a Ctrl-C reaches us alone and each child is asked once.
        self.process = subprocess.Popen(  # noqa: S603
            command, env=os.environ.copy(), start_new_session=True
        )
        self.started_at = time.monotonic()
        self.is_asked = False

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

    def ask_to_stop(self) -> None:
        """Ask once: a second signal would end a worker in the middle of what it is at."""
        if self.process is not None and self.process.poll() is None and not self.is_asked:
            self.is_asked = True
            self.process.terminate()

    def stop(self) -> None:
        self.ask_to_stop()
        if self.process is None:
            return
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


def worker() -> Child:
    """Return the process that does what was put off."""
    return Child("worker", ["-m", "juara.jobs.worker"])


@dataclass(slots=True)
class Tree:
    """The children that run, and whether they have been asked to end."""

    children: list[Child]
    is_asked_to_stop: bool = False

    def watch(self, notify: Notify) -> None:
        for child in self.children:
            child.watch(notify)


def wait_until_it_answers(tree: Tree, *, host: str, port: int, notify: Notify) -> None:
    """Return once somebody listens at the port, or the tree is asked to stop.

    An address that is told before opens on nothing.
    """
    # What listens everywhere answers here.
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only compared
    while not tree.is_asked_to_stop:
        tree.watch(notify)
        try:
            socket.create_connection((near, port), timeout=1).close()
        except OSError:
            time.sleep(_LOOK_SECONDS)
        else:
            return


@contextmanager
def running(children: list[Child]) -> Iterator[Tree]:
    """Start children, hand SIGTERM and Ctrl-C over as a wish to stop, stop them at the end."""
    tree = Tree(children)

    def ask(_signal: int, _frame: object) -> None:
        tree.is_asked_to_stop = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    for child in children:
        child.start()
    try:
        yield tree
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
