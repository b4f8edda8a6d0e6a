"""The database server killed under an import: one sentence, and nothing is lost or half there."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from juara.ops import server
from juara.ops.postgres import Cluster
from tests.flows import exports
from tests.flows.interrupting import Watcher, started, until

pytestmark = pytest.mark.timeout(180)

ROWS = 3_000
TOTAL = sum(exports.amount_of(number) for number in range(1, ROWS + 1))


@pytest.fixture
def home() -> Iterator[Path]:
    """A short directory every user may enter, since the server may run as another one."""
    path = Path(tempfile.mkdtemp(prefix="jt-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def cluster(home: Path) -> Iterator[Cluster]:
    """A server that is started again when it is killed, as under `juara run`."""
    with Cluster(home, extra_settings={"fsync": "off", "shared_buffers": "16MB"}) as cluster:
        cluster.start()
        yield cluster


def juara(home: Path, *arguments: object) -> tuple[int, str, str]:
    """Run a command to its end in a process of its own, on the server of `home`."""
    with started(*arguments, JUARA_HOME=str(home), **{server.APP_URL: None}) as command:
        return command.finish()


def report(home: Path, *arguments: object) -> dict[str, Any]:
    code, out, err = juara(home, *arguments, "--format", "json")
    assert (code, err) == (0, "")
    return dict(json.loads(out))


def test_the_server_killed_under_an_import_costs_nothing_but_to_resume_it(
    home: Path, cluster: Cluster, tmp_path: Path
) -> None:
    files = (exports.staff(tmp_path), exports.many_deals(tmp_path, ROWS))
    mapping = exports.mapping(tmp_path)
    assert juara(home, "organization", "create", "acme")[0] == 0
    watcher = Watcher(cluster.url("juara_supervisor"))
    former = cluster.server_pid
    assert former is not None

    with (
        watcher.holding("tally"),
        started(
            "import", *files, "--mapping", mapping, JUARA_HOME=str(home), **{server.APP_URL: None}
        ) as command,
    ):
        until(lambda: watcher.waiting() == 1)
        os.kill(former, signal.SIGKILL)
        code, out, err = command.finish()

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("The database cannot be used: ")
    assert err.endswith("an import that was interrupted is finished by `juara resume`.\n")
    until(lambda: cluster.server_pid not in (None, former))
    cluster.ensure_running()
    assert report(home, "imports")["imports"][0]["state"] == "landing"

    assert report(home, "resume")["finished"] == 1
    body = report(home, "standings", "revenue_won", "--period", "2025")
    assert (body["total"], body["freshness"]["rows_waiting"]) == (str(TOTAL), 0)
    assert report(home, "verify")["is_sound"]
