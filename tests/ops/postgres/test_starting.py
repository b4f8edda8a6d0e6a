"""What a started server is like, and that nothing of it is left when it is stopped."""

import os
import re
import signal
from pathlib import Path

import psutil
import psycopg
import pytest

from juara.ops.postgres import Cluster, ClusterError, processes

from .conftest import NewCluster, Own

pytestmark = pytest.mark.timeout(60)

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

Row = tuple[object, ...]


def ask(url: str, query: str) -> list[Row]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_first_start_makes_the_owners_database_with_checksums(
    ground: Path, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(ground / "new").start()
    rows = ask(
        cluster.supervisor_url,
        "SELECT pg_get_userbyid(datdba), datlocprovider, datlocale, pg_encoding_to_char(encoding), "
        "current_setting('data_checksums') FROM pg_database WHERE datname = 'juara'",
    )

    assert rows == [("juara_owner", "b", "C.UTF-8", "UTF8", "on")]


def test_each_role_may_do_what_it_is_for_and_no_more(cluster: Cluster) -> None:
    rows = ask(
        cluster.supervisor_url,
        "SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, "
        "rolbypassrls FROM pg_roles WHERE rolname LIKE 'juara%' ORDER BY rolname",
    )

    assert rows == [
        ("juara_app", True, False, False, False, False, False),
        ("juara_ledger", False, False, False, False, False, True),
        ("juara_owner", True, False, False, True, False, False),
        ("juara_supervisor", True, True, True, True, True, True),
    ]


def test_the_application_sees_past_row_level_security_only_as_the_ledger(
    cluster: Cluster,
) -> None:
    with psycopg.connect(cluster.owner_url) as owner:
        owner.execute("CREATE TABLE fenced (number int)")
        owner.execute("ALTER TABLE fenced ENABLE ROW LEVEL SECURITY")
        owner.execute("GRANT SELECT ON fenced TO juara_app, juara_ledger")
        owner.execute("CREATE TABLE ledgers_own (number int)")
        owner.execute("GRANT SELECT ON ledgers_own TO juara_ledger")
        owner.execute("INSERT INTO fenced VALUES (1)")

    with psycopg.connect(cluster.app_url) as app:
        assert app.execute("SELECT number FROM fenced").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT number FROM ledgers_own")
        app.rollback()
        app.execute("SET LOCAL ROLE juara_ledger")
        assert app.execute("SELECT number FROM fenced").fetchall() == [(1,)]
        assert app.execute("SELECT number FROM ledgers_own").fetchall() == []


def test_the_server_is_set_up_for_a_small_machine_and_listens_to_its_socket_only(
    home: Path, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(
        home,
        extra_settings={
            "shared_buffers": "256MB",
            "fsync": "on",
            "work_mem": "33MB",
            "listen_addresses": "127.0.0.1",
        },
    ).start()
    expected = {
        "fsync": ("on",),
        "jit": ("off",),
        "listen_addresses": ("",),
        "log_min_messages": ("warning",),
        "maintenance_work_mem": ("128MB",),
        "max_connections": ("100",),
        "max_wal_size": ("2GB",),
        "shared_buffers": ("256MB",),
        "synchronous_commit": ("on",),
        "track_io_timing": ("off",),
        "unix_socket_permissions": ("0700",),
        "work_mem": ("33MB",),
    }

    with psycopg.connect(cluster.app_url) as connection:
        found = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in expected}
        zone = connection.execute("SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'")
        assert zone.fetchone() == ("UTC",)

    assert found == expected


def test_a_second_start_finds_everything_and_changes_no_role(
    home: Path, new_cluster: NewCluster
) -> None:
    # A row's xmin changes with each write to it.
    query = (
        "SELECT (SELECT system_identifier FROM pg_control_system()), "
        "(SELECT array_agg(xmin::text ORDER BY oid) FROM pg_authid), "
        "(SELECT array_agg(xmin::text ORDER BY oid) FROM pg_database), "
        "(SELECT array_agg(xmin::text ORDER BY oid) FROM pg_auth_members)"
    )
    with new_cluster(home).start() as first:
        before = ask(first.supervisor_url, query)

    with new_cluster(home).start() as second:
        assert ask(second.supervisor_url, query) == before


def test_what_is_wrong_with_a_role_is_mended_at_the_next_start(
    home: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(home).start() as first, psycopg.connect(first.supervisor_url) as connection:
        connection.execute("ALTER ROLE juara_app BYPASSRLS")
        connection.execute("GRANT juara_ledger TO juara_app WITH INHERIT TRUE")

    with new_cluster(home).start() as second:
        query = (
            "SELECT rolbypassrls, inherit_option, set_option FROM pg_auth_members "
            "JOIN pg_roles ON pg_roles.oid = member WHERE roleid = 'juara_ledger'::regrole"
        )
        assert ask(second.supervisor_url, query) == [(False, False, True)]


def test_a_stopped_cluster_leaves_no_process_and_can_be_started_again(
    home: Path, new_cluster: NewCluster
) -> None:
    cluster = new_cluster(home).start()
    data = cluster.data_dir
    assert len(processes.servers_of(data)) > 1

    cluster.stop()

    assert processes.servers_of(data) == []
    with pytest.raises(ClusterError, match="is not running"):
        _ = cluster.app_url
    cluster.stop()
    assert ask(cluster.start().app_url, "SELECT current_user") == [("juara_app",)]


def test_a_process_that_ends_without_stopping_leaves_no_server(home: Path, own: Own) -> None:
    owner = own(home, how="forget")

    owner.finish()

    assert processes.servers_of(Path(owner.facts["data"])) == []


def test_clients_that_stay_connected_do_not_keep_a_server_from_stopping(cluster: Cluster) -> None:
    data = cluster.data_dir
    with psycopg.connect(cluster.app_url) as connection:
        cluster.stop()

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert processes.servers_of(data) == []


def test_a_ctrl_c_at_the_terminal_does_not_reach_the_server(cluster: Cluster) -> None:
    assert cluster.server_pid is not None
    assert os.getsid(cluster.server_pid) != os.getsid(0)


def test_the_products_secrets_are_not_in_the_servers_environment(
    home: Path, new_cluster: NewCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUARA_SECRET_KEY", "do not tell")
    monkeypatch.setenv("PGPORT", "1")
    cluster = new_cluster(home).start()
    assert cluster.server_pid is not None

    environment = psutil.Process(cluster.server_pid).environ()

    assert "JUARA_SECRET_KEY" not in environment
    assert "PGPORT" not in environment
    assert environment["TZ"] == "UTC"


@needs_root
def test_root_hands_the_server_to_an_ordinary_user(cluster: Cluster) -> None:
    uids = {process.uids() for process in processes.servers_of(cluster.data_dir)}
    status = Path(f"/proc/{cluster.server_pid}/status").read_text()

    ((real, effective, saved),) = uids
    assert real == effective == saved != 0
    assert re.findall(r"^Groups:\t(.*)$", status, re.MULTILINE) in ([""], [" "])
    assert 0 not in psutil.Process(cluster.server_pid).gids()
    assert cluster.data_dir.stat().st_uid == real
    assert cluster.data_dir.stat().st_mode & 0o777 == 0o700
    assert cluster.announcement.socket_dir == str(cluster.data_dir.parent / "run")
    assert Path(cluster.announcement.socket_dir).stat().st_mode & 0o777 == 0o700


@needs_root
def test_an_ordinary_user_runs_the_server_as_themselves(ground: Path, own: Own) -> None:
    ground.chmod(0o777)
    owner = own(ground / "home", user=NOBODY)

    server = psutil.Process(owner.facts["server_pid"])
    assert server.uids() == (NOBODY, NOBODY, NOBODY)
    assert ask(owner.facts["app_url"], "SELECT current_user") == [("juara_app",)]

    os.kill(owner.pid, signal.SIGTERM)
    server.wait(20)


@needs_root
def test_root_runs_the_server_of_an_ordinary_users_home_as_that_user(
    ground: Path, own: Own, new_cluster: NewCluster
) -> None:
    ground.chmod(0o777)
    own(ground / "home", user=NOBODY).finish()

    with new_cluster(ground / "home").start() as cluster:
        assert psutil.Process(cluster.server_pid).uids() == (NOBODY, NOBODY, NOBODY)

    # Nothing is left there that the user could not use.
    own(ground / "home", user=NOBODY).finish()


@needs_root
def test_an_ordinary_user_is_told_that_the_database_is_somebody_elses(
    home: Path, cluster: Cluster, own: Own
) -> None:
    starting = own(home, user=NOBODY, how="own")
    attaching = own(home, user=NOBODY, how="attach")

    for refused in (starting, attaching):
        assert refused.facts["error"].startswith(f"This user may not use the database of {home} (")
        assert refused.facts["error"].endswith(
            "Run the command as root or as the user who started the product."
        )
    assert ask(cluster.app_url, "SELECT 1") == [(1,)]
