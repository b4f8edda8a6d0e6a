"""Real processes, really killed: nothing half-imported stays, and what was begun is finished."""

import json
import os
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from juara.connect import drafts, queries, uploads
from juara.connect.queries import RunDetail
from juara.core import db, scope
from juara.ledger import imports
from juara.ledger.verify import verify
from juara.ops import server
from juara.records import queries as records
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization
from tests import cast
from tests.cli.calling import refusal, report
from tests.flows import exports, interrupting
from tests.flows.interrupting import Watcher, started, until, working

pytestmark = pytest.mark.timeout(180)

# One stretch of landing and a part of the next.
ROWS = 12_000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """What follows `juara import`."""
    folder = tmp_path_factory.mktemp("files")
    deals = exports.many_deals(folder, ROWS)
    # An id that occurs twice, and a row that is bad, must not confuse where landing has come to.
    with deals.open("a") as file:
        file.write("D7,ana,7,2025-03-03,won\nD8,ana,lots,2025-03-03,won\n")
    mapping = exports.mapping(folder)
    return (str(exports.staff(folder)), str(deals), "--mapping", str(mapping))


@pytest.fixture
def watcher(committed: None, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """An organization with one metric, and a look at its database from outside.

    Commands run in the test use its own connection, processes are given the same database.
    """
    monkeypatch.setenv(server.APP_URL, interrupting.application_url(owner_url))
    with tenancy.enter(cast.organization()):
        cast.metric("revenue_won", exports.REVENUE, unit="currency")
    database = str(conninfo_to_dict(owner_url)["dbname"])
    return interrupting.watcher_of(os.environ["JUARA_TEST_SERVER"], database)


def expected() -> dict[str, tuple[str, date, Decimal]]:
    """Return who is credited for each deal of the file, on which day, with how much."""
    return {
        f"D{n}": (
            exports.TEAM[n % 7].title(),
            date(2025, 1, 1) + timedelta(days=n % 365) if n != 7 else date(2025, 3, 3),
            Decimal(exports.amount_of(n) if n != 7 else 7),
        )
        for n in range(1, ROWS + 1)
    }


def credited() -> dict[str, tuple[str, date, Decimal]]:
    """Return the same as it is stored, which must be all there is, and agree with itself."""
    with tenancy.enter(Organization.objects.get(slug="acme")):
        assert verify().differences == ()
        found = db.rows(
            "SELECT r.external_id, p.name, c.day, c.value FROM credit c"
            " JOIN record r ON r.organization_id = c.organization_id AND r.id = c.record_id"
            " JOIN member p ON p.id = c.member_id WHERE c.organization_id = %s",
            [scope.current().organization_id],
        )
        for table in ("record", "record_version", "credit"):
            assert db.one(f"SELECT count(*) FROM {table}")[0] == len(found), table
    return {key: (name, day, value) for key, name, day, value in found}


def test_an_import_nobody_disturbs_is_whole(watcher: Watcher, files: tuple[str, ...]) -> None:
    with started("import", *files) as command:
        code, _out, err = command.finish()

    assert (code, err) == (0, "")
    assert credited() == expected()


def test_killed_while_reading_it_leaves_nothing(watcher: Watcher, files: tuple[str, ...]) -> None:
    before = watcher.counts()
    # Every row is staged by the time the people of the file are matched.
    with watcher.holding("source_user"), started("import", *files) as command:
        until(lambda: watcher.waiting() == 1)
        command.kill()
    watcher.gone()

    assert watcher.counts() == before
    assert report("import", *files)["records"] == {"created": ROWS, "changed": 0, "deleted": 0}
    assert credited() == expected()


def test_killed_inside_a_stretch_it_leaves_no_part_of_it_and_is_resumed(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    # Versions and credits are written by the time the tallies are.
    with watcher.holding("tally"), started("import", *files) as command:
        until(lambda: watcher.waiting() == 1)
        command.kill()
    watcher.gone()

    assert (watcher.landed(), credited()) == (0, {})
    waiting = report("standings", "revenue_won", "--period", "2025")
    assert (waiting["total"], waiting["freshness"]["rows_waiting"]) == ("0", ROWS)

    assert report("resume")["finished"] == 1
    (run,) = report("imports")["imports"]
    assert (run["state"], run["rows"], run["created"]) == ("done", ROWS, ROWS)
    assert credited() == expected()


def test_killed_between_stretches_it_keeps_what_landed_and_the_next_import_goes_on(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    with started("import", *files) as command, ExitStack() as stack:
        with watcher.holding("tally"):
            until(lambda: watcher.waiting() == 1)
            ours = stack.enter_context(watcher.next_in_line())
        ours()
        until(lambda: watcher.waiting() == 1)
        command.kill()
    watcher.gone()

    assert (watcher.landed(), len(credited())) == (10_000, 10_000)

    again = report("import", *files)
    assert again["records"] == {"created": 0, "changed": 0, "deleted": 0}
    assert [each["created"] for each in report("imports")["imports"]] == [0, ROWS]
    assert credited() == expected()


def test_two_processes_at_one_import_share_the_work_and_both_end_well(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    with started("import", *files, "--format", "json") as one, ExitStack() as stack:
        with watcher.holding("tally"):
            until(lambda: watcher.waiting() == 1)
            other = stack.enter_context(started("resume"))
            until(lambda: watcher.waiting() == 2)
        ends = [one.finish(), other.finish()]

    assert [(code, err) for code, _out, err in ends] == [(0, ""), (0, "")]
    records = json.loads(ends[0][1])["records"]
    assert records == {"created": ROWS, "changed": 0, "deleted": 0}
    assert credited() == expected()


def test_while_one_process_reads_another_is_refused(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    with watcher.holding("source_user"), started("import", *files) as command:
        until(lambda: watcher.waiting() == 1)

        assert refusal("import", *files) == (
            "Another process is reading files of “crm” at this moment. Try again when it is "
            "through."
        )
        command.kill()
    watcher.gone()


# The same, done by a worker.


def begun(files: tuple[str, ...]) -> str:
    """Ask a worker for the import."""
    people, deals, _option, mapping = map(Path, files)
    with tenancy.enter(Organization.objects.get(slug="acme")):
        draft = drafts.start(moment=cast.NOW, actor="ana")
        for each in (people, deals):
            kept = uploads.keep([each.read_bytes()], name=each.name, moment=cast.NOW, actor="ana")
            drafts.add_file(draft, kept.public_id, moment=cast.NOW)
        drafts.change(draft, mapping=mapping.read_text(), moment=cast.NOW)
        return imports.begin(draft, moment=cast.NOW, actor="ana")


def cancel(public_id: str) -> None:
    with tenancy.enter(Organization.objects.get(slug="acme")):
        imports.cancel(public_id, moment=cast.NOW, actor="ana")
        assert queries.run(public_id).phase == "stopping"


def run(public_id: str) -> RunDetail:
    with tenancy.enter(Organization.objects.get(slug="acme")):
        return queries.run(public_id)


def ended(public_id: str) -> str:
    """Return the state an import ends in."""
    until(lambda: run(public_id).is_over)
    return run(public_id).state


def test_a_worker_killed_while_reading_leaves_nothing_and_the_next_one_does_it_once(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    public_id = begun(files)
    with watcher.holding("source_user"), working() as worker:
        until(lambda: watcher.waiting() == 1)
        # How far it had come was to be seen while its one transaction was open.
        assert (run(public_id).phase, run(public_id).rows_read) == ("people", ROWS + 9)
        worker.kill()
    watcher.gone()
    assert (run(public_id).state, watcher.landed(), credited()) == ("reading", 0, {})

    watcher.forget_workers()
    with working():
        assert ended(public_id) == "done"
    assert credited() == expected()
    assert [each["created"] for each in report("imports")["imports"]] == [ROWS]


def test_a_worker_killed_between_stretches_is_followed_by_one_that_goes_on_there(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    public_id = begun(files)
    with working() as worker, ExitStack() as stack:
        with watcher.holding("tally"):
            until(lambda: watcher.waiting() == 1)
            ours = stack.enter_context(watcher.next_in_line())
        ours()
        until(lambda: watcher.waiting() == 1)
        worker.kill()
    watcher.gone()
    assert (run(public_id).state, watcher.landed()) == ("landing", 10_000)

    watcher.forget_workers()
    with working():
        assert ended(public_id) == "done"
    assert credited() == expected()
    assert [each["created"] for each in report("imports")["imports"]] == [ROWS]


def test_cancelled_while_it_is_read_an_import_leaves_nothing(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    public_id = begun(files)
    with working():
        with watcher.holding("source_user"):
            until(lambda: watcher.waiting() == 1)
            cancel(public_id)
        assert ended(public_id) == "cancelled"
    assert credited() == {}
    # The same files again are nothing special.
    assert report("import", *files)["records"] == {"created": ROWS, "changed": 0, "deleted": 0}


def test_cancelled_while_it_lands_an_import_is_put_back(
    watcher: Watcher, files: tuple[str, ...]
) -> None:
    public_id = begun(files)
    with working():
        with watcher.holding("tally"):
            until(lambda: watcher.waiting() == 1)
            cancel(public_id)
        assert ended(public_id) == "cancelled"
    assert watcher.landed() == 10_000
    with tenancy.enter(Organization.objects.get(slug="acme")):
        assert verify().differences == ()
        assert records.record_count() == 0
    assert report("standings", "revenue_won", "--period", "2025")["total"] == "0"
