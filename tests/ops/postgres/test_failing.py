"""What cannot work is said in a sentence, and nothing is damaged by trying."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from juara.ops.postgres import (
    BinariesMissingError,
    ClusterStartError,
    VersionMismatchError,
    bootstrap_roles,
    find_binaries,
    processes,
)
from juara.ops.postgres.serverlog import ServerLog

from .conftest import NewCluster

pytestmark = pytest.mark.timeout(60)

OLDER = Path("/usr/lib/postgresql/15")
needs_older = pytest.mark.skipif(not OLDER.is_dir(), reason="there is no PostgreSQL 15 here")


def test_missing_programs_are_named_before_anything_is_made(
    ground: Path, new_cluster: NewCluster
) -> None:
    with pytest.raises(BinariesMissingError, match=f"There is no PostgreSQL in {ground}"):
        new_cluster(ground / "home", binaries=ground).start()

    assert not (ground / "home").exists()


def test_programs_that_do_not_run_are_refused_with_what_they_said(
    ground: Path, new_cluster: NewCluster
) -> None:
    program = ground / "postgres"
    program.write_text("#!/bin/sh\necho this machine is too old >&2\nexit 3\n")
    program.chmod(0o755)

    with pytest.raises(BinariesMissingError, match="does not run here: this machine is too old"):
        new_cluster(ground / "home", binaries=ground).start()


def test_programs_older_than_the_product_needs_are_refused(ground: Path) -> None:
    program = ground / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
    program.chmod(0o755)

    with pytest.raises(BinariesMissingError, match=r"is version 14\.9; 15 or later is needed"):
        find_binaries(ground)


def test_the_programs_that_came_with_the_product_are_postgresql_18() -> None:
    binaries = find_binaries()

    assert binaries.major == 18
    assert binaries.program("pg_dump").is_file()


def test_a_database_of_another_version_is_refused_untouched(
    home: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(home).start() as cluster:
        version = cluster.data_dir / "PG_VERSION"
    version.write_text("15\n")

    with pytest.raises(VersionMismatchError) as refusal:
        new_cluster(home).start()

    assert refusal.value.message.startswith(
        f"The database in {version.parent} was made by PostgreSQL 15, and the programs in "
    )
    assert "are PostgreSQL 18.4, which cannot open it." in refusal.value.message
    version.write_text("18\n")
    with new_cluster(home).start() as cluster, psycopg.connect(cluster.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_directory_that_is_no_database_is_refused(home: Path, new_cluster: NewCluster) -> None:
    with new_cluster(home).start() as cluster:
        data = cluster.data_dir
    (data / "PG_VERSION").unlink()

    with pytest.raises(Exception, match="is no PostgreSQL database: it has no PG_VERSION"):
        new_cluster(home).start()


def test_a_server_that_does_not_start_is_quoted_and_lets_go_of_the_home(
    home: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(home).start() as cluster:
        data = cluster.data_dir

    with pytest.raises(ClusterStartError) as failure:
        new_cluster(home, extra_settings={"work_mem": "lots"}).start()

    assert failure.value.message.startswith("PostgreSQL did not start (exit code 1). The log is ")
    assert 'invalid value for parameter "work_mem": "lots"' in failure.value.message
    assert processes.servers_of(data) == []
    with new_cluster(home).start() as cluster, psycopg.connect(cluster.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_database_without_the_supervisors_role_is_refused_at_once(
    home: Path, new_cluster: NewCluster
) -> None:
    with (
        new_cluster(home).start() as cluster,
        psycopg.connect(cluster.supervisor_url) as connection,
    ):
        connection.execute("CREATE ROLE other SUPERUSER LOGIN")
        connection.commit()
        with psycopg.connect(cluster.url("other", "postgres")) as other:
            other.execute("ALTER ROLE juara_supervisor NOLOGIN")

    with pytest.raises(ClusterStartError, match="is not permitted to log in"):
        new_cluster(home).start()


def test_what_an_interrupted_first_start_left_is_thrown_away(
    home: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(home).start() as cluster:
        data = cluster.data_dir
    data.rename(data.with_name("data.unfinished"))
    (data.with_name("data.unfinished") / "PG_VERSION").unlink()

    with new_cluster(home).start() as cluster, psycopg.connect(cluster.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not data.with_name("data.unfinished").exists()


@pytest.fixture
def small_disk(ground: Path) -> Iterator[Path]:
    disk = ground / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", disk],
        check=False,
        capture_output=True,
    )
    if os.geteuid() != 0 or mounted.returncode != 0:
        pytest.skip("a disk of 12 MB cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_called_that_and_leaves_no_half_made_database(
    small_disk: Path, new_cluster: NewCluster
) -> None:
    home = small_disk / "home"

    with pytest.raises(ClusterStartError) as failure:
        new_cluster(home).start()

    assert f"The disk that holds {home / 'postgres' / 'data'} is full" in failure.value.message
    assert "No space left on device" in failure.value.message
    assert {path.name for path in (home / "postgres").iterdir()} == {"owner.lock"}


def test_the_log_is_bounded_and_its_tail_is_of_this_start(ground: Path) -> None:
    log = ServerLog(ground / "logs" / "postgres.log", None)
    os.write(log.descriptor, b"an old line\n" * 500_000)
    assert log.position() == 6_000_000

    log.rotate_when_large()
    since = log.position()
    os.write(log.descriptor, b"first\nsecond\n")

    assert since == 0
    assert log.tail(since, lines=1) == "second"
    assert (ground / "logs" / "postgres.log.1").stat().st_size == 6_000_000
    assert (ground / "logs" / "postgres.log").stat().st_size == 13
    log.close()


@needs_older
def test_other_programs_run_by_setting_with_the_same_roles(
    ground: Path, new_cluster: NewCluster
) -> None:
    with (
        new_cluster(ground / "new", binaries=OLDER).start() as cluster,
        psycopg.connect(cluster.supervisor_url) as connection,
    ):
        assert cluster.binaries.major == 15
        assert connection.info.server_version // 10000 == 15
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles "
            "WHERE rolname LIKE 'juara%' ORDER BY rolname"
        ).fetchall()
        assert rows == [
            ("juara_app", False, False, False),
            ("juara_ledger", False, True, True),
            ("juara_owner", False, False, True),
            ("juara_supervisor", True, True, True),
        ]
        with psycopg.connect(cluster.app_url) as app:
            app.execute("SET LOCAL ROLE juara_ledger")


@needs_older
def test_programs_that_cannot_be_copied_and_cannot_be_reached_are_refused(
    ground: Path, home: Path, new_cluster: NewCluster
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root meets programs that the server's user cannot reach")
    (ground / "closed").mkdir(mode=0o700)
    shutil.copytree(OLDER / "bin", ground / "closed" / "bin")

    with pytest.raises(BinariesMissingError, match="Allow that, or name other programs"):
        new_cluster(home, binaries=ground / "closed").start()


def test_roles_are_made_for_any_database_and_only_outside_a_transaction(
    home: Path, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(home).start()
    with psycopg.connect(cluster.supervisor_url, autocommit=True) as connection:
        bootstrap_roles(connection, 'another "database"')
    with psycopg.connect(cluster.url("juara_owner", 'another "database"')) as connection:
        connection.execute("CREATE TABLE mine ()")
        row = connection.execute("SELECT current_database(), current_user").fetchone()
        assert row == ('another "database"', "juara_owner")

    with (
        psycopg.connect(cluster.supervisor_url) as connection,
        pytest.raises(ValueError, match="autocommit"),
    ):
        bootstrap_roles(connection, "juara")
