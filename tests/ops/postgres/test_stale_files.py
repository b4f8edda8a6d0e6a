"""What a former server left behind is judged before it is removed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from juara.ops.postgres import Cluster, processes

from .conftest import Eventually, NewCluster, is_alive

pytestmark = pytest.mark.timeout(60)


def owner_of(data: Path) -> dict[str, Any]:
    """Return how to start a process as the data's owner, whom PostgreSQL would not ignore."""
    if os.geteuid() != 0:
        return {}
    status = data.stat()
    return {"user": status.st_uid, "group": status.st_gid, "extra_groups": []}


@contextmanager
def stranger(data: Path) -> Iterator[int]:
    process = subprocess.Popen(["sleep", "600"], cwd="/", **owner_of(data))
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def leave_pid_file(data: Path, pid: int) -> None:
    pid_file = data / "postmaster.pid"
    pid_file.write_text(f"{pid}\n{data}\n1700000000\n5432\n{data.parent}/run\n\n  0  0\nready\n")
    os.chown(pid_file, data.stat().st_uid, data.stat().st_gid)


def stopped_data(home: Path, new_cluster: NewCluster) -> Path:
    with new_cluster(home).start() as cluster:
        return cluster.data_dir


def assert_answers(cluster: Cluster) -> None:
    with psycopg.connect(cluster.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_pid_file_that_names_a_stranger_costs_the_stranger_nothing(
    home: Path, new_cluster: NewCluster
) -> None:
    data = stopped_data(home, new_cluster)
    with stranger(data) as pid:
        leave_pid_file(data, pid)
        lock = data.parent / "run" / ".s.PGSQL.5432.lock"
        lock.write_text((data / "postmaster.pid").read_text())

        assert_answers(new_cluster(home).start())

        assert is_alive(pid)


def test_a_pid_file_that_names_the_first_process_is_not_believed(
    home: Path, new_cluster: NewCluster
) -> None:
    data = stopped_data(home, new_cluster)
    leave_pid_file(data, 1)

    assert_answers(new_cluster(home).start())

    assert is_alive(1)


def test_a_pid_file_that_names_a_zombie_is_removed(
    home: Path, new_cluster: NewCluster, eventually: Eventually
) -> None:
    data = stopped_data(home, new_cluster)
    process = subprocess.Popen(["true"], cwd="/", **owner_of(data))
    eventually(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
    leave_pid_file(data, process.pid)

    assert_answers(new_cluster(home).start())

    process.wait()


def test_a_pid_file_that_makes_no_sense_is_removed(home: Path, new_cluster: NewCluster) -> None:
    data = stopped_data(home, new_cluster)
    (data / "postmaster.pid").write_text("\n")

    assert_answers(new_cluster(home).start())


def orphan_of(data: Path, postgres: Path) -> "subprocess.Popen[bytes]":
    """Start a server that has no owner, as a killed one leaves where the kernel does not help."""
    return subprocess.Popen(
        [postgres, "-D", data, "-k", data.parent / "run", "-c", "listen_addresses="],
        cwd="/",
        stderr=subprocess.DEVNULL,
        **owner_of(data),
    )


def is_ready(data: Path) -> bool:
    pid_file = data / "postmaster.pid"
    return pid_file.exists() and "ready" in pid_file.read_text()


def test_an_orphaned_server_is_stopped_and_taken_over(
    home: Path, new_cluster: NewCluster, eventually: Eventually
) -> None:
    told: list[str] = []
    with new_cluster(home).start() as former:
        data, postgres, url = former.data_dir, former.binaries.program("postgres"), former.owner_url
    orphan = orphan_of(data, postgres)
    eventually(lambda: is_ready(data))
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    cluster = new_cluster(home, notify=told.append).start()

    assert orphan.wait() == 0
    assert told == [f"Processes of a former server of {data} still run: ending them."]
    with psycopg.connect(cluster.owner_url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_a_busy_backend_of_a_killed_server_is_ended_before_the_next_start(
    home: Path, new_cluster: NewCluster, eventually: Eventually
) -> None:
    with new_cluster(home).start() as former:
        data, postgres, url = former.data_dir, former.binaries.program("postgres"), former.app_url
    orphan = orphan_of(data, postgres)
    eventually(lambda: is_ready(data))
    with psycopg.connect(url) as connection:
        backend = connection.info.backend_pid
        # It cannot notice that its postmaster is gone.
        os.kill(backend, signal.SIGSTOP)
        orphan.kill()
        orphan.wait()

        cluster = new_cluster(home).start()

        assert not is_alive(backend)
        assert backend not in {process.pid for process in processes.servers_of(data)}
    assert_answers(cluster)


def test_another_homes_server_is_not_taken_for_an_orphan(
    ground: Path, new_cluster: NewCluster
) -> None:
    other = new_cluster(ground / "other").start()
    data = stopped_data(ground / "home", new_cluster)
    assert other.server_pid is not None
    leave_pid_file(data, other.server_pid)

    assert_answers(new_cluster(ground / "home").start())

    assert_answers(other)
    assert other.restarts == 0
