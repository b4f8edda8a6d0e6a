"""Where the database is kept when its home is hard to reach."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from juara.ops.postgres import Cluster, ClusterError, attach, find_binaries

from .conftest import NewCluster

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets unreachable homes")
pytestmark = pytest.mark.timeout(60)


def assert_answers(cluster: Cluster) -> None:
    with psycopg.connect(cluster.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture
def closed(ground: Path) -> Path:
    """A directory that only we may enter, as root's own is."""
    path = ground / "closed"
    path.mkdir(mode=0o700)
    return path


@pytest.mark.parametrize(
    "name", ["l" * 120, 'a, b\'s "home" & ünïcode?x=1#y'], ids=["long", "odd characters"]
)
def test_a_home_whose_path_no_socket_can_have_gets_a_short_one(
    ground: Path, new_cluster: NewCluster, name: str
) -> None:
    cluster = new_cluster(ground / name).start()
    socket_dir = Path(cluster.announcement.socket_dir)

    assert cluster.data_dir == ground / name / "postgres" / "data"
    assert socket_dir.name.startswith("juara-")
    assert socket_dir.stat().st_mode & 0o777 == 0o700
    assert socket_dir.stat().st_uid == cluster.data_dir.stat().st_uid
    assert_answers(cluster)
    attached = attach(ground / name)
    assert attached is not None
    attached.stop()

    cluster.stop()
    assert not socket_dir.exists()


def test_a_short_socket_directory_that_a_stranger_made_is_not_used(
    ground: Path, new_cluster: NewCluster
) -> None:
    home = ground / ("l" * 120)
    with new_cluster(home).start() as cluster:
        expected = Path(cluster.announcement.socket_dir)
    expected.mkdir()
    expected.chmod(0o777)
    if os.geteuid() == 0:
        os.chown(expected, 65534, 65534)
    try:
        with new_cluster(home).start() as cluster:
            assert Path(cluster.announcement.socket_dir) != expected
            assert Path(cluster.announcement.socket_dir).parent == expected.parent
            assert_answers(cluster)
        assert list(expected.iterdir()) == []
    finally:
        expected.rmdir()


@needs_root
def test_a_database_under_a_closed_directory_moves_to_a_place_of_its_own(
    ground: Path, closed: Path, new_cluster: NewCluster
) -> None:
    told: list[str] = []
    home = closed / "home"

    cluster = new_cluster(home, notify=told.append).start()

    base = cluster.data_dir.parent
    assert base.parent == ground / "elsewhere"
    assert told == [
        f"The database of {home} is kept in {base}: the user "
        f"{cluster.data_dir.owner()}, who runs it, may not enter the directory above."
    ]
    assert_answers(cluster)
    attached = attach(home)
    assert attached is not None
    attached.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (home / "logs" / "postgres.log").exists()


@needs_root
def test_a_database_stays_where_it_moved_though_its_home_opens(
    closed: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(closed / "home").start() as cluster:
        data = cluster.data_dir
    closed.chmod(0o755)

    with new_cluster(closed / "home").start() as cluster:
        assert cluster.data_dir == data

    # Also when the home is renamed.
    (closed / "home").rename(closed / "renamed")
    with new_cluster(closed / "renamed").start() as cluster:
        assert cluster.data_dir == data


@needs_root
def test_a_home_made_again_starts_empty_and_leaves_the_former_database_alone(
    closed: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(closed / "home").start() as cluster:
        former = cluster.data_dir
    shutil.rmtree(closed / "home")
    told: list[str] = []

    with new_cluster(closed / "home", notify=told.append).start() as cluster:
        assert cluster.data_dir.parent.name == f"{former.parent.name}-2"

    assert (former / "PG_VERSION").exists()
    assert told[0] == (
        f"{former.parent} holds the database of a former {closed / 'home'}. "
        "Remove it when it is not needed."
    )


@needs_root
def test_a_copy_of_a_home_does_not_share_the_database_of_the_original(
    closed: Path, new_cluster: NewCluster
) -> None:
    with new_cluster(closed / "home").start():
        pass
    shutil.copytree(closed / "home", closed / "copy")

    with pytest.raises(ClusterError, match="is a copy of") as refusal:
        new_cluster(closed / "copy").start()

    assert refusal.value.code == "copied_home"


@needs_root
def test_a_database_whose_directory_was_closed_later_is_refused_not_replaced(
    ground: Path, closed: Path, new_cluster: NewCluster
) -> None:
    closed.chmod(0o755)
    with new_cluster(closed / "home").start():
        pass
    closed.chmod(0o700)

    with pytest.raises(ClusterError, match=r"may not enter a directory above it\. Allow that"):
        new_cluster(closed / "home").start()

    assert not (ground / "elsewhere").exists()


@needs_root
def test_a_database_that_belongs_to_root_is_refused(ground: Path, new_cluster: NewCluster) -> None:
    (ground / "new" / "postgres" / "data").mkdir(parents=True)

    with pytest.raises(ClusterError, match="belongs to root, and PostgreSQL does not run as root"):
        new_cluster(ground / "new").start()


@needs_root
def test_programs_in_a_closed_directory_are_copied_once(
    ground: Path, closed: Path, home: Path, new_cluster: NewCluster
) -> None:
    package = find_binaries().folder.parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, closed / source.name, ignore=shutil.ignore_patterns("pginstall"))
    programs = closed / package.name / "pginstall18"
    programs.chmod(0o700)
    told: list[str] = []

    for _ in range(2):
        with new_cluster(home, binaries=programs, notify=told.append).start() as cluster:
            copy = cluster.binaries.folder
            assert_answers(cluster)

    (whole,) = (ground / "elsewhere" / "binaries").iterdir()
    assert copy == whole / package.name / "pginstall18" / "bin"
    assert [sentence.split(":")[0] for sentence in told] == [f"Copied PostgreSQL 18.4 to {whole}"]
    assert {path.stat().st_uid for path in copy.iterdir()} == {0}
