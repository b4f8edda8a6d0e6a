"""Imports a worker does: what they leave, what stops them, what lets them go on."""

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from juara.connect import drafts, queries, uploads
from juara.connect import operations as connect
from juara.connect.models import ImportDraft, ImportProgress, ImportRun
from juara.connect.queries import RunDetail
from juara.core import db
from juara.core.errors import ConflictError, DomainError, GoneError, NotFoundError
from juara.ledger import import_jobs, imports
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.ops.resume import resume_everywhere
from juara.records import queries as records
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.flows import exports
from tests.jobs.running import run_waiting
from tests.ledger import reading

LATER = cast.NOW + timedelta(minutes=5)


@pytest.fixture
def office(committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Organization:
    """An organization that counts deals and revenue."""
    monkeypatch.setenv("JUARA_HOME", str(tmp_path / "home"))
    made = cast.organization()
    with scope.enter(made):
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    return made


def prepare(mapping: Path, files: Sequence[Path]) -> str:
    draft = drafts.start(moment=cast.NOW, actor="ana")
    for each in files:
        kept = uploads.keep([each.read_bytes()], name=each.name, moment=cast.NOW, actor="ana")
        drafts.add_file(draft, kept.public_id, moment=cast.NOW)
    drafts.change(draft, mapping=mapping.read_text(), moment=cast.NOW)
    return draft


def begin(office: Organization, mapping: Path, *files: Path) -> str:
    with scope.enter(office):
        return imports.begin(prepare(mapping, files), moment=cast.NOW, actor="ana")


def run(office: Organization, public_id: str) -> RunDetail:
    with scope.enter(office):
        return queries.run(public_id)


def revenue(office: Organization) -> dict[str, Decimal]:
    with scope.enter(office):
        assert verify().differences == ()
        return reading.totals("revenue_won", reading.EVER)


def stored(office: Organization) -> int:
    with scope.enter(office):
        return records.record_count()


def test_a_worker_does_what_the_command_does_and_tells_how_far_it_is(
    office: Organization, tmp_path: Path
) -> None:
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    deals = exports.deals(tmp_path, ("D1", "ana", 100), ("D2", "zed", 5), ("D3", "ana", "lots"))
    public_id = begin(office, exports.mapping(tmp_path), people, deals)

    before = run(office, public_id)
    assert (before.state, before.phase, before.progress) == ("queued", "queued", 0.0)
    assert (before.is_cancellable, before.is_undoable, before.is_over) == (True, False, False)

    run_waiting()

    after = run(office, public_id)
    assert (after.state, after.phase, after.progress, after.is_over) == ("done", "", 1.0, True)
    assert (after.rows_read, after.row_count, after.rows_landed, after.created) == (4, 2, 2, 2)
    assert [(each.name, each.size) for each in after.files] == [
        ("people.csv", people.stat().st_size), ("deals.csv", deals.stat().st_size),
    ]  # fmt: skip
    assert after.report["people"] == {"described": 1, "changed": 1}
    assert after.report["unknown_owners"] == [{"key": "zed", "records": 1}]
    assert (after.bad, after.error, after.is_undoable, after.is_cancellable) == (1, "", True, False)
    assert after.topic_version > before.topic_version
    assert revenue(office) == {"Ana": Decimal(100), "-": Decimal(5)}


def test_imports_of_one_source_are_done_in_the_order_they_were_asked_for(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    runs = [
        begin(office, mapping, people, exports.deals(tmp_path, ("D1", "ana", amount)))
        for amount in (10, 20, 30)
    ]
    run_waiting()
    assert [run(office, each).state for each in runs] == ["done"] * 3
    assert [(run(office, each).created, run(office, each).changed) for each in runs] == [
        (1, 0), (0, 1), (0, 1),
    ]  # fmt: skip
    assert revenue(office) == {"Ana": Decimal(30)}


def test_what_cannot_begin_is_refused_and_leaves_nothing(
    office: Organization, tmp_path: Path
) -> None:
    with scope.enter(office):
        draft = prepare(exports.mapping(tmp_path), [exports.deals(tmp_path, ("D1", "ana", 1))])
        empty = prepare(exports.mapping(tmp_path), [])
        drafts.change(draft, mapping="version = 1", moment=LATER)
        with pytest.raises(DomainError, match="The mapping has 3 mistakes"):
            imports.begin(draft, moment=LATER, actor="ana")
        with pytest.raises(DomainError, match=r"^Add a file first\.$"):
            imports.begin(empty, moment=LATER, actor="ana")
        with pytest.raises(NotFoundError):
            imports.begin("nothing", moment=LATER, actor="ana")
        assert (ImportRun.objects.count(), ImportDraft.objects.exclude(run=None).count()) == (0, 0)
        assert db.one("SELECT count(*) FROM procrastinate_jobs") == (0,)


def test_a_draft_begins_once(office: Organization, tmp_path: Path) -> None:
    with scope.enter(office):
        draft = prepare(exports.mapping(tmp_path), [exports.deals(tmp_path, ("D1", "ana", 1))])
        public_id = imports.begin(draft, moment=LATER, actor="ana")
        with pytest.raises(ConflictError):
            imports.begin(draft, moment=LATER, actor="ana")
        with pytest.raises(ConflictError):
            drafts.change(draft, choices={}, moment=LATER)
        assert (queries.run(public_id).draft, queries.draft(draft).run) == (draft, public_id)


# What goes wrong.


def test_files_that_do_not_fit_fail_with_a_sentence_and_the_draft_can_be_mended(
    office: Organization, tmp_path: Path
) -> None:
    wrong = tmp_path / "deals.csv"
    wrong.write_text("number,amount\n1,2\n")
    public_id = begin(office, exports.mapping(tmp_path), wrong)
    run_waiting()

    failed = run(office, public_id)
    assert (failed.state, failed.is_retryable, failed.is_over) == ("failed", True, True)
    assert failed.error.startswith("The mapping names columns that are not there:")
    assert (failed.error_id, stored(office)) == ("", 0)

    assert failed.draft is not None
    right = exports.deals(tmp_path, ("D1", "zed", 5))
    with scope.enter(office):
        (file,) = queries.draft(failed.draft).files
        drafts.remove_file(failed.draft, file.public_id, moment=LATER)
        kept = uploads.keep([right.read_bytes()], name=right.name, moment=LATER, actor="ana")
        drafts.add_file(failed.draft, kept.public_id, moment=LATER)
        again = imports.begin(failed.draft, moment=LATER, actor="ana")
    run_waiting()
    assert (run(office, again).state, stored(office)) == ("done", 1)


def test_files_that_are_gone_are_told_and_cannot_be_tried_again(
    office: Organization, tmp_path: Path
) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    with scope.enter(office):
        (file,) = queries.run(public_id).files
        uploads.remove(file.upload)
    run_waiting()
    assert run(office, public_id).state == "failed"
    with scope.enter(office), pytest.raises(GoneError):
        imports.try_again(public_id, moment=LATER, actor="ana")


@pytest.fixture
def broken(owner_url: str) -> Iterator[psycopg.Connection]:
    """A database in which nothing can be counted, until the trigger is dropped."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE 'out of luck' USING ERRCODE = 'XX000'; END $$;"
            " CREATE TRIGGER refuse BEFORE INSERT ON tally EXECUTE FUNCTION pg_temp.refuse()"
        )
        yield owner
        owner.execute("DROP TRIGGER IF EXISTS refuse ON tally")


def test_what_nobody_foresaw_is_told_by_an_id_that_the_log_has(
    office: Organization,
    tmp_path: Path,
    broken: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mapping, deals = exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5))
    public_id = begin(office, mapping, deals)
    later = begin(office, mapping, deals)
    run_waiting()

    failed = run(office, public_id)
    assert (failed.state, failed.is_half_landed, failed.is_retryable) == ("failed", True, True)
    assert failed.error == (
        f"An unexpected error, which the log has under the id {failed.error_id}."
    )
    assert f"The import {public_id} failed (error {failed.error_id})." in caplog.messages
    # What came after it must not land before it.
    assert run(office, later).error.startswith("An import of “crm” stopped half-way.")
    assert (stored(office), run(office, later).state) == (0, "failed")

    broken.execute("DROP TRIGGER refuse ON tally")
    with scope.enter(office):
        imports.try_again(public_id, moment=LATER, actor="ana")
        assert queries.run(public_id).state == "landing"
    run_waiting()
    done = run(office, public_id)
    assert (done.state, done.error, done.created, stored(office)) == ("done", "", 1, 1)


def test_what_stopped_half_way_can_be_cancelled_instead(
    office: Organization, tmp_path: Path, broken: psycopg.Connection
) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    run_waiting()
    broken.execute("DROP TRIGGER refuse ON tally")
    with scope.enter(office):
        imports.cancel(public_id, moment=LATER, actor="ana")
        assert queries.run(public_id).phase == "stopping"
    run_waiting()
    assert (run(office, public_id).state, stored(office)) == ("cancelled", 0)
    with scope.enter(office):
        assert db.one("SELECT count(*) FROM landing_row") == (0,)


# Stopping.


def test_an_import_that_waits_is_cancelled_at_once(office: Organization, tmp_path: Path) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    with scope.enter(office):
        imports.cancel(public_id, moment=LATER, actor="ana")
    assert run(office, public_id).state == "cancelled"
    run_waiting()
    assert (run(office, public_id).state, stored(office)) == ("cancelled", 0)
    with scope.enter(office), pytest.raises(ConflictError):
        imports.cancel(public_id, moment=LATER, actor="ana")


def test_an_import_that_is_being_read_stores_nothing(office: Organization, tmp_path: Path) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    with scope.enter(office):
        assert connect.begin_reading(public_id)
        imports.cancel(public_id, moment=LATER, actor="ana")
        assert queries.run(public_id).phase == "stopping"
    run_waiting()
    assert (run(office, public_id).state, stored(office)) == ("cancelled", 0)


def test_an_import_that_is_over_cannot_be_cancelled(office: Organization, tmp_path: Path) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    run_waiting()
    with scope.enter(office), pytest.raises(ConflictError):
        imports.cancel(public_id, moment=LATER, actor="ana")
    assert (run(office, public_id).phase, stored(office)) == ("", 1)


def test_what_a_cancelled_import_had_brought_is_not_what_undoing_a_later_one_restores(
    office: Organization, tmp_path: Path
) -> None:
    mapping = exports.mapping(tmp_path)
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    first = begin(office, mapping, people, exports.deals(tmp_path, ("D1", "ana", 10)))
    run_waiting()
    second = begin(office, mapping, exports.deals(tmp_path, ("D1", "ana", 20)))
    run_waiting()
    # As if it had been stopped after its last stretch.
    with scope.enter(office):
        ImportRun.objects.filter(public_id=second).update(state="landing")
    assert imports.take_back(office, second, moment=LATER)
    assert revenue(office) == {"Ana": Decimal(10)}

    third = begin(office, mapping, exports.deals(tmp_path, ("D1", "ana", 30)))
    run_waiting()
    with scope.enter(office):
        imports.begin_undo(third, moment=LATER, actor="ana")
    run_waiting()

    assert [run(office, each).state for each in (first, second, third)] == [
        "done", "cancelled", "undone",
    ]  # fmt: skip
    assert revenue(office) == {"Ana": Decimal(10)}


def test_a_worker_puts_an_import_back_once(office: Organization, tmp_path: Path) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    run_waiting()
    with scope.enter(office):
        imports.begin_undo(public_id, moment=LATER, actor="ana")
        assert (queries.run(public_id).phase, queries.run(public_id).is_undoable) == (
            "undoing", False,
        )  # fmt: skip
        with pytest.raises(ConflictError):
            imports.begin_undo(public_id, moment=LATER, actor="ana")
    run_waiting()
    assert (run(office, public_id).state, run(office, public_id).phase) == ("undone", "")
    assert stored(office) == 0


# Going on.


def test_an_import_whose_job_was_lost_gets_another_and_only_one(
    office: Organization, tmp_path: Path
) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    assert resume_everywhere(notify=lambda _: None) == 0
    db.execute("DELETE FROM procrastinate_jobs")

    said: list[str] = []
    assert resume_everywhere(notify=said.append) == 1
    assert resume_everywhere(notify=said.append) == 0
    import_jobs.resume_imports()

    assert said == ["Finishing an interrupted import of Acme in the background."]
    assert db.one("SELECT count(*) FROM procrastinate_jobs") == (1,)
    run_waiting()
    assert run(office, public_id).state == "done"


def test_an_import_read_by_a_worker_that_was_killed_is_read_anew(
    office: Organization, tmp_path: Path
) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    with scope.enter(office):
        connect.begin_reading(public_id)
    run_waiting()
    assert (run(office, public_id).state, stored(office)) == ("done", 1)


# Trying it out.


def test_a_check_reports_and_changes_nothing(office: Organization, tmp_path: Path) -> None:
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    deals = exports.deals(tmp_path, ("D1", "ana", 100), ("D2", "zed", "lots"))
    with scope.enter(office):
        draft = prepare(exports.mapping(tmp_path), [people, deals])
        imports.begin_check(draft, moment=LATER)
        imports.begin_check(draft, moment=LATER)
        check = queries.draft(draft).check
        assert check is not None
        assert (check.state, check.progress) == ("queued", 0.0)
        assert db.one("SELECT count(*) FROM procrastinate_jobs") == (1,)
    run_waiting()

    with scope.enter(office):
        check = queries.draft(draft).check
        assert check is not None
        assert (check.state, check.progress, check.is_current, check.error) == (
            "done", 1.0, True, "",
        )  # fmt: skip
        assert (check.report["rows"], check.report["good"], check.report["bad"]) == (1, 2, 1)
        assert "deals.csv,3,amount,lots" in "".join(imports.bad_rows_csv_of_check(draft))
        assert (ImportRun.objects.count(), records.record_count()) == (0, 0)
        drafts.change(draft, mapping="version = 1", moment=LATER)
        changed = queries.draft(draft).check
        assert changed is not None
        assert not changed.is_current


def test_a_check_of_files_that_do_not_fit_says_why(office: Organization, tmp_path: Path) -> None:
    wrong = tmp_path / "deals.csv"
    wrong.write_text("number,amount\n1,2\n")
    with scope.enter(office):
        draft = prepare(exports.mapping(tmp_path), [wrong])
        imports.begin_check(draft, moment=LATER)
    run_waiting()
    with scope.enter(office):
        check = queries.draft(draft).check
        assert check is not None
        assert (check.state, check.report) == ("failed", {})
        assert check.error.startswith("The mapping names columns that are not there:")


# What was left out.


def bad_rows(office: Organization, public_id: str) -> list[list[str]]:
    with scope.enter(office):
        lines = imports.bad_rows_csv(public_id)
    return list(csv.reader(StringIO("".join(lines))))


def test_every_bad_row_is_listed_with_what_to_do_and_its_line(
    office: Organization, tmp_path: Path
) -> None:
    rows = [(f"D{n}", "ana", "lots") for n in range(1, 1_502)]
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, *rows))
    run_waiting()

    header, *found = bad_rows(office, public_id)

    assert header == ["File", "Row", "Column", "Value", "Problem", "What to do", "Line"]
    assert len(found) == 1_501
    assert found[-1] == [
        "deals.csv", "1502", "amount", "lots", "'lots' is not a number; write it like 1234.50.",
        "Write digits only, or choose how numbers are read.", "D1501,ana,lots,2025-03-03,won",
    ]  # fmt: skip
    assert len(run(office, public_id).report["parts"][0]["problems"]) == 1_000


def test_no_cell_of_a_bad_row_becomes_a_formula(office: Organization, tmp_path: Path) -> None:
    rows = [("D1", "ana", "=1+1"), ("D2", "ana", "@SUM(A1)"), ("D3", "ana", "--5")]
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, *rows))
    run_waiting()
    assert [row[3] for row in bad_rows(office, public_id)[1:]] == ["'=1+1", "'@SUM(A1)", "'--5"]


# Lists.


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_however_many(office: Organization, tmp_path: Path, count: int) -> None:
    for number in range(count):
        mapping = exports.mapping(tmp_path, source=f"crm{number}", name=f"m{number}")
        begin(office, mapping, exports.deals(tmp_path, ("D1", "zed", "lots")))
    run_waiting()
    with scope.enter(office):
        with CaptureQueriesContext(connection) as made:
            listed = queries.runs(limit=10)
        assert [(each.files, each.bad) for each in listed] == [(("deals.csv",), 1)] * count
        assert len(made) == 1
        with CaptureQueriesContext(connection) as made:
            found = queries.source_list()
        assert [(each.run_count, each.last_run and each.last_run.state) for each in found] == [
            (1, "done")
        ] * count
        assert len(made) == 4
        assert queries.run_count() == count


def test_another_organization_knows_nothing_of_an_import(
    office: Organization, tmp_path: Path
) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    with scope.enter(cast.organization("other")):
        for ask in (imports.cancel, imports.try_again, imports.begin_undo):
            with pytest.raises(NotFoundError):
                ask(public_id, moment=LATER, actor="eve")
        with pytest.raises(NotFoundError):
            imports.bad_rows_csv(public_id)
        assert queries.runs() == ()
    assert run(office, public_id).phase == "queued"


def test_what_nobody_watches_any_more_is_cleared_away(office: Organization, tmp_path: Path) -> None:
    public_id = begin(office, exports.mapping(tmp_path), exports.deals(tmp_path, ("D1", "zed", 5)))
    run_waiting()
    with scope.enter(office):
        ImportRun.objects.update(finished_at=cast.NOW)
        assert queries.run(public_id).topic_version > 0
    import_jobs.clear_imports()
    with scope.enter(office):
        assert queries.run(public_id).topic_version == 0
        assert ImportProgress.objects.count() == 0
        assert queries.run(public_id).state == "done"
