"""The process tree: children end with us, and are started again while we live."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from juara.ops.serve import Child, running

_PARENT = """
import time
from juara.ops.serve import Child
child = Child("sleeper", ["-c", "import time; time.sleep(600)"])
child.start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel to be told of a death")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()

    assert eventually(lambda: not psutil.pid_exists(child))


def test_a_child_that_ends_is_started_again() -> None:
    child = Child("sleeper", ["-c", "import time; time.sleep(600)"])
    said: list[str] = []
    with running([child]):
        assert child.process is not None
        first = child.process
        os.kill(first.pid, signal.SIGKILL)
        first.wait()

        def is_back() -> bool:
            child.watch(said.append)
            return child.process is not None and child.process is not first

        assert eventually(is_back)
        again = child.process

    assert again is not None
    assert again.poll() is not None
    assert said == ["The sleeper process ended (-9); starting it again."]


def test_asking_to_stop_is_heard_and_ends_the_children() -> None:
    child = Child("sleeper", ["-c", "import time; time.sleep(600)"])
    with running([child]) as tree:
        os.kill(os.getpid(), signal.SIGTERM)
        assert eventually(lambda: tree.is_asked_to_stop)

    assert child.process is not None
    assert child.process.poll() is not None
