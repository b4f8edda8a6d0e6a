"""Homes, owners in processes of their own, and the one place that waits."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

import psutil
import pytest

from juara.ops.postgres import Cluster, processes

REPOSITORY = Path(__file__).parents[3]
FOLDER = Path(__file__).parent

# The tests kill processes, not the machine: what the kernel has taken is not lost.
FAST = {"fsync": "off", "shared_buffers": "16MB", "log_min_messages": "warning"}


class Eventually(Protocol):
    def __call__(self, condition: Callable[[], bool], *, seconds: float = 20.0) -> None: ...


@pytest.fixture
def eventually() -> Eventually:
    """Poll until a condition holds, and fail when it never does."""

    def poll(condition: Callable[[], bool], *, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it never came to hold"
            time.sleep(0.02)

    return poll


@contextlib.contextmanager
def open_directory() -> Iterator[Path]:
    """A short directory that every user may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="jt-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


@pytest.fixture
def ground() -> Iterator[Path]:
    """An open directory; when it goes, no server of it may live."""
    with open_directory() as path:
        yield path
        for data in list(path.rglob("data")):
            _assert_none_serves(data)


def _assert_none_serves(data: Path) -> None:
    # One whose owner was killed takes a moment to end by itself.
    ended = processes.until(lambda: not processes.servers_of(data), seconds=20)
    processes.end_servers_of(data, notify=lambda _: None)
    assert ended


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """A home that was started and stopped once: making a database is what takes longest."""
    with open_directory() as path:
        with Cluster(path / "home", extra_settings=FAST).start():
            pass
        yield path / "home"


@pytest.fixture
def home(ground: Path, prepared: Path) -> Path:
    """A home of this test's own that has a database; `ground / "new"` would have none."""
    subprocess.run(["cp", "-a", "--sparse=always", prepared, ground / "home"], check=True)
    return ground / "home"


class NewCluster(Protocol):
    def __call__(self, home: Path, **arguments: Any) -> Cluster: ...


@pytest.fixture
def new_cluster(ground: Path) -> Iterator[NewCluster]:
    """Make clusters, not started, that are stopped at the end whatever happens."""
    with contextlib.ExitStack() as stack:

        def make(home: Path, **arguments: Any) -> Cluster:
            settings = {**FAST, **arguments.pop("extra_settings", {})}
            arguments.setdefault("elsewhere", ground / "elsewhere")
            cluster = Cluster(home, extra_settings=settings, **arguments)
            stack.callback(cluster.stop)
            return cluster

        yield make


@pytest.fixture
def cluster(home: Path, new_cluster: NewCluster) -> Cluster:
    return new_cluster(home).start()


@dataclass
class Program:
    """A script of this folder that runs in a process of its own and talks in lines."""

    process: "subprocess.Popen[str]"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def hear(self) -> dict[str, Any]:
        """Read the next line, which is JSON."""
        line = self.output.readline()
        assert line, "the program ended without a word"
        return dict(json.loads(line))

    def finish(self) -> None:
        """Ask it to end, and wait until it has."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0


class Run(Protocol):
    def __call__(self, script: str, *arguments: str, user: int | None = None) -> Program: ...


@pytest.fixture
def run(ground: Path) -> Iterator[Run]:
    """Start scripts of this folder; what still runs at the end is killed."""
    with contextlib.ExitStack() as stack:

        def start(script: str, *arguments: str, user: int | None = None) -> Program:
            identity: Any = {"user": user, "group": user, "extra_groups": []}
            process = subprocess.Popen(
                [_interpreter(user), str(FOLDER / script), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd="/",
                env=_environment(user),
                **({} if user is None else identity),
            )
            stack.callback(_clean_up, process)
            return Program(process)

        yield start


class Own(Protocol):
    def __call__(self, home: Path, *, user: int | None = None, how: str = "own") -> Program: ...


@pytest.fixture
def own(run: Run, ground: Path) -> Own:
    """Start a cluster in a process of its own; `facts` has its URLs and process ids."""

    def start(home: Path, *, user: int | None = None, how: str = "own") -> Program:
        program = run("owner_program.py", how, str(home), str(ground / "elsewhere"), user=user)
        program.facts = program.hear()
        return program

    return start


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _clean_up(process: "subprocess.Popen[str]") -> None:
    process.kill()
    with process:
        pass


def _interpreter(user: int | None) -> str:
    """Return a Python of this version that the user may run."""
    other = f"/usr/bin/python3.{sys.version_info.minor}"
    for candidate in (sys.executable, other) if user is not None else (sys.executable,):
        if user is None or _runs(candidate, user):
            return candidate
    pytest.skip(f"user {user} may run neither {sys.executable} nor {other}")


def _runs(interpreter: str, user: int) -> bool:
    command = [interpreter, "-c", "import psycopg, psutil, juara.ops"]
    try:
        subprocess.run(command, user=user, cwd="/", env=_environment(user), check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _environment(user: int | None) -> dict[str, str]:
    packages = [path for path in sys.path if path.endswith("-packages")]
    python_path = os.pathsep.join([str(REPOSITORY), *packages])
    return {**os.environ, "PYTHONPATH": python_path, "PYTHONDONTWRITEBYTECODE": "1"}
