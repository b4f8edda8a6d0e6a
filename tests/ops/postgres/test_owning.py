"""One process owns a home's server; the others use it."""

import os
import threading
from pathlib import Path

import psycopg
import pytest

from juara.core.errors import ConflictError
from juara.ops.postgres import ClusterBusyError, attach, attach_or_start, processes

from .conftest import FAST, Eventually, NewCluster, Own

pytestmark = pytest.mark.timeout(60)


def test_a_second_owner_is_refused_in_a_sentence_that_names_the_first(
    home: Path, own: Own, new_cluster: NewCluster
) -> None:
    owner = own(home)

    with pytest.raises(ClusterBusyError) as refusal:
        new_cluster(home).start()

    assert isinstance(refusal.value, ConflictError)
    assert refusal.value.data == {"pid": owner.pid}
    assert refusal.value.message.startswith(
        f"The database of {home} is in use by process {owner.pid} (since 2"
    )
    assert refusal.value.message.endswith(
        "One process at a time runs it: stop that one first, or choose another home."
    )
    with psycopg.connect(owner.facts["app_url"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_another_process_attaches_and_leaves_the_server_running(home: Path, own: Own) -> None:
    owner = own(home)

    with attach_or_start(home) as handle:
        assert handle.is_attached
        assert handle.app_url == owner.facts["app_url"]
        assert handle.owner_url == owner.facts["owner_url"]

    with psycopg.connect(owner.facts["app_url"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("juara_app",)


def test_a_command_starts_the_server_for_itself_when_nobody_runs_it(ground: Path) -> None:
    home = ground / "new"
    assert attach(home) is None
    with attach_or_start(home, extra_settings=FAST, elsewhere=ground / "elsewhere") as handle:
        assert not handle.is_attached
        with psycopg.connect(handle.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    assert attach(home) is None
    assert processes.servers_of(home / "postgres" / "data") == []


def test_a_command_that_started_the_server_waits_for_those_who_attached(
    home: Path, ground: Path, own: Own
) -> None:
    told: list[str] = []
    waiting = threading.Event()

    def notify(sentence: str) -> None:
        told.append(sentence)
        waiting.set()

    first = attach_or_start(
        home, extra_settings=FAST, elsewhere=ground / "elsewhere", notify=notify
    )
    second = own(home, how="attach")
    assert second.facts["attached"]
    waiting.clear()

    ending = threading.Thread(target=first.stop)
    ending.start()
    assert waiting.wait(20)
    with psycopg.connect(second.facts["app_url"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.finish()
    ending.join(20)

    assert told[-1] == "Another command still uses the database: waiting for it to finish."
    assert processes.servers_of(home / "postgres" / "data") == []


def test_an_owner_stops_at_once_though_others_are_attached(
    home: Path, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(home).start()
    data = cluster.data_dir
    attached = attach(home)
    assert attached is not None

    cluster.stop()

    assert processes.servers_of(data) == []
    attached.stop()
    assert attach(home) is None


def test_commands_that_start_together_share_one_server(ground: Path) -> None:
    home = ground / "new"
    results: list[bool] = []

    def use() -> None:
        with attach_or_start(home, extra_settings=FAST, elsewhere=ground / "elsewhere") as handle:
            with psycopg.connect(handle.app_url) as connection:
                connection.execute("SELECT 1")
            results.append(handle.is_attached)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 4
    assert False in results
    assert processes.servers_of(home / "postgres" / "data") == []


def test_nobody_attaches_to_what_a_killed_owner_announced(
    home: Path, own: Own, ground: Path
) -> None:
    owner = own(home)
    assert (home / "postgres" / "server.json").exists()

    owner.process.kill()
    owner.process.wait()

    with attach_or_start(home, extra_settings=FAST, elsewhere=ground / "elsewhere") as handle:
        assert not handle.is_attached


def test_a_forked_child_neither_holds_the_lock_nor_stops_the_server(
    home: Path, new_cluster: NewCluster, eventually: Eventually
) -> None:
    cluster = new_cluster(home).start()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        cluster.stop()
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    try:
        os.close(reader)
        with psycopg.connect(cluster.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        cluster.stop()

        # The child still lives, with a copy of everything.
        again = new_cluster(home).start()

        assert again.server_pid is not None
    finally:
        os.close(writer)
        os.waitpid(child, 0)
