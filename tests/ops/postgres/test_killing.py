"""Nothing that was acknowledged is lost, whoever is killed."""

import os
import signal
import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from juara.ops.postgres import processes

from .conftest import Eventually, NewCluster, Own, Program, Run, is_alive

pytestmark = pytest.mark.timeout(60)

ENOUGH = 200


def make_table(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE written (number bigint PRIMARY KEY)")
        connection.execute("GRANT SELECT, INSERT ON written TO juara_app")


def acknowledged_before(writer: Program, *victims: int) -> list[int]:
    """Let the writer commit for a while, kill the victims, return every row it acknowledged."""
    rows = [int(writer.output.readline()) for _ in range(ENOUGH)]
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    rows += [int(line) for line in writer.output.read().splitlines()]
    return rows


def written(app_url: str) -> list[int]:
    with psycopg.connect(app_url) as connection:
        rows = connection.execute("SELECT number FROM written ORDER BY number").fetchall()
    return [number for (number,) in rows]


def assert_kept(app_url: str, acknowledged: list[int]) -> None:
    """A row may have been committed and its acknowledgement lost, never the reverse."""
    kept = written(app_url)
    assert len(acknowledged) >= ENOUGH
    assert kept[: len(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) in (0, 1)


def test_every_acknowledged_row_survives_the_kill_of_the_owner(
    home: Path, own: Own, run: Run, new_cluster: NewCluster
) -> None:
    owner = own(home)
    make_table(owner.facts["owner_url"])
    writer = run("writer_program.py", owner.facts["app_url"])

    acknowledged = acknowledged_before(writer, owner.pid)

    assert_kept(new_cluster(home).start().app_url, acknowledged)


def test_every_acknowledged_row_survives_the_kill_of_the_server(
    home: Path, run: Run, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(home).start()
    make_table(cluster.owner_url)
    writer = run("writer_program.py", cluster.app_url)
    former = cluster.server_pid
    assert former is not None

    acknowledged = acknowledged_before(writer, former)
    cluster.ensure_running()

    assert_kept(cluster.app_url, acknowledged)
    assert cluster.restarts == 1
    assert cluster.server_pid != former


def test_every_acknowledged_row_survives_the_kill_of_owner_and_server(
    home: Path, own: Own, run: Run, new_cluster: NewCluster
) -> None:
    owner = own(home)
    make_table(owner.facts["owner_url"])
    writer = run("writer_program.py", owner.facts["app_url"])

    acknowledged = acknowledged_before(writer, owner.pid, owner.facts["server_pid"])

    assert_kept(new_cluster(home).start().app_url, acknowledged)


def test_the_server_ends_by_itself_when_its_owner_is_killed(
    home: Path, own: Own, eventually: Eventually
) -> None:
    owner = own(home)
    assert is_alive(owner.facts["server_pid"])

    os.kill(owner.pid, signal.SIGKILL)

    eventually(lambda: processes.servers_of(Path(owner.facts["data"])) == [])


def test_the_server_is_started_again_each_time_it_is_killed(
    home: Path, new_cluster: NewCluster, eventually: Eventually
) -> None:
    cluster = new_cluster(home).start()

    for times in (1, 2):
        assert cluster.server_pid is not None
        os.kill(cluster.server_pid, signal.SIGKILL)
        eventually(lambda times=times: cluster.restarts == times)  # type: ignore[misc]
        eventually(lambda: cluster.server_pid is not None)
        with psycopg.connect(cluster.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_backend_costs_no_restart_of_ours(home: Path, new_cluster: NewCluster) -> None:
    cluster = new_cluster(home).start()
    server = cluster.server_pid
    with psycopg.connect(cluster.app_url) as connection:
        psutil.Process(connection.info.backend_pid).kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    cluster.ensure_running()

    assert (cluster.server_pid, cluster.restarts) == (server, 0)


def test_a_server_started_by_a_thread_that_ended_goes_on(
    home: Path, new_cluster: NewCluster, eventually: Eventually
) -> None:
    cluster = new_cluster(home)
    starter = threading.Thread(target=cluster.start)
    starter.start()
    native = starter.native_id
    starter.join()
    # The kernel would tell the server when the thread is gone, not when Python is done with it.
    eventually(lambda: native not in {thread.id for thread in psutil.Process().threads()})

    for _ in range(3):
        with psycopg.connect(cluster.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert cluster.restarts == 0
