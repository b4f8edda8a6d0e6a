"""Beginning the demo anew."""

from pathlib import Path

import pytest

from juara.core.errors import ConflictError
from juara.ops.demo import show
from juara.ops.postgres import places
from juara.ops.postgres.lock import FileLock


def half_loaded(home: Path) -> Path:
    """Leave what a demo interrupted while loading leaves: a database and no story."""
    database = home / "postgres"
    (database / "data").mkdir(parents=True)
    return database


def test_a_demo_is_forgotten_with_its_database(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    half_loaded(home)

    show.forget(home)

    assert not home.exists()


def test_forgetting_what_never_was_changes_nothing(tmp_path: Path) -> None:
    show.forget(tmp_path / "demo")

    assert list(tmp_path.iterdir()) == []


def test_a_running_demo_is_not_forgotten(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    database = half_loaded(home)
    owner = FileLock(places.find(home).owner_lock, None)
    assert owner.take()

    with pytest.raises(ConflictError, match="is running"):
        show.forget(home)

    assert (database / "data").is_dir()
    owner.release()
