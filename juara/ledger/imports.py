"""An import from end to end: read whole, then landed and counted a stretch at a time.

Reading is one transaction: until it commits, nothing of the import exists, and a process killed
before then leaves nothing. Landing is many: each takes the next stretch of staged rows through
`absorb` and notes how far it has come, so a process killed in between is picked up there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from juara.connect import operations as connect
from juara.connect import queries as sources
from juara.connect.mapping import Mapping
from juara.connect.models import ImportRun
from juara.connect.operations import Duplicates
from juara.connect.translate import Chunk, Habits, Report, Translation, translate
from juara.connect.translate.report import Remark, rows
from juara.connect.types import PersonRow, RecordRow
from juara.core import scope
from juara.events import operations as events
from juara.ledger import import_requests, intake
from juara.ledger import operations as ledger
from juara.records import incoming
from juara.records import operations as records
from juara.records import queries as record_queries
from juara.records.types import Landed, UnknownOwner
from juara.tenancy import knowledge
from juara.tenancy import scope as tenancy
from juara.tenancy.knowledge import OpenBatch
from juara.tenancy.models import Organization

# What surfaces ask for, to be done by a worker.
begin = import_requests.begin
begin_check = import_requests.begin_check
begin_undo = import_requests.begin_undo
cancel = import_requests.cancel
try_again = import_requests.try_again
bad_rows_csv = import_requests.bad_rows_csv
bad_rows_csv_of_check = import_requests.bad_rows_csv_of_check

STRETCH_ROWS = 10_000
KEPT_OWNERS = 1_000

Clock = Callable[[], datetime]
# What is being done ("reading", "people", "landing") and the share done, from 0 to 1.
Progress = Callable[[str, float], None]
# Told of each chunk as it is read, with the report so far.
Heed = Callable[[Chunk, Report], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files held: the report, rows that gave way to others, people, unknown owners."""

    run_id: int | None
    public_id: str | None
    report: Report
    duplicates: Duplicates
    rows: int
    people: intake.PeopleTaken
    unknown_owners: tuple[UnknownOwner, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to."""

    reading: Reading
    landed: Landed


class _OnlyChecking(Exception):  # noqa: N818 - not an error: the way out of a dry run
    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading


def _leave_with(reading: Reading) -> NoReturn:
    raise _OnlyChecking(reading)


def check_files(
    organization: Organization,
    mapping: Mapping,
    files: Sequence[Path],
    *,
    clock: Clock,
    progress: Progress,
    habits: Habits | None = None,
    heed: Heed | None = None,
) -> Reading:
    """Read files as an import would, and report, leaving nothing behind."""
    try:
        with tenancy.enter(organization):
            _leave_with(
                _read(
                    mapping,
                    files,
                    clock=clock,
                    actor="check",
                    progress=progress,
                    habits=habits,
                    heed=heed,
                )
            )
    except _OnlyChecking as checked:
        return checked.reading


def import_files(
    organization: Organization,
    mapping: Mapping,
    files: Sequence[Path],
    *,
    clock: Clock,
    actor: str,
    progress: Progress,
    habits: Habits | None = None,
) -> Outcome:
    """Import files and return when every number rests on them.

    Idempotent by external id: rows that say what is known change nothing. Bad rows are left
    out and reported; the others go in. Raises DomainError when the files or the mapping cannot
    be read at all, or another import of the source has not finished.
    """
    reading = read_files(
        organization, mapping, files, clock=clock, actor=actor, progress=progress, habits=habits
    )
    if reading.run_id is None:
        raise LookupError("An import that was read has a run.")
    landed = land(organization, reading.run_id, clock=clock, progress=progress)
    return Outcome(reading, landed)


def read_files(
    organization: Organization,
    mapping: Mapping,
    files: Sequence[Path],
    *,
    clock: Clock,
    actor: str,
    progress: Progress,
    habits: Habits | None = None,
) -> Reading:
    """Do the first half of an import: take in its people, and keep its rows to be landed."""
    with tenancy.enter(organization):
        reading = _read(mapping, files, clock=clock, actor=actor, progress=progress, habits=habits)
        # Whatever comes after, the numbers agree with the people known from this commit on.
        ledger.absorb(moment=clock(), reason="people")
    return reading


def read_queued(
    organization: Organization,
    public_id: str,
    mapping: Mapping,
    files: Sequence[Path],
    *,
    clock: Clock,
    progress: Progress,
    heed: Heed,
    may_go_on: Callable[[], None],
) -> Reading:
    """Do the first half of an import that was stored before (`connect.queue_run`).

    `heed` is told of every chunk that was read, `may_go_on` asked once all is ready to be kept;
    what either raises leaves nothing behind.
    """
    with tenancy.enter(organization):
        run = connect.run_to_read(public_id)
        reading = _read(
            mapping, files, clock=clock, actor=run.actor, progress=progress, habits=None,
            heed=heed, run=run,
        )  # fmt: skip
        ledger.absorb(moment=clock(), reason="people")
        may_go_on()
        connect.begin_landing(run, report=stored(reading), row_count=reading.rows)
    return reading


def _read(
    mapping: Mapping,
    files: Sequence[Path],
    *,
    clock: Clock,
    actor: str,
    progress: Progress,
    habits: Habits | None,
    heed: Heed | None = None,
    run: ImportRun | None = None,
) -> Reading:
    translation = translate(mapping, files, habits=habits)
    connect.claim_source(mapping.source)
    source = connect.ensure_source(key=mapping.source, name=mapping.name, vendor="file")
    is_stored = run is not None
    if run is None:
        run = connect.begin_run(
            source,
            files=[
                {"name": each.form.name, "sha256": each.form.fingerprint}
                for each in translation.report.files
            ],
            delete_missing=mapping.missing == "delete",
            moment=clock(),
            actor=actor,
        )
    else:
        connect.refuse_while_landing(source, but=run.id)
    described: list[PersonRow] = []
    staged = connect.stage(run, _records(translation, described, progress, heed))
    duplicates = connect.drop_duplicates(run)
    if heed is not None:
        progress("people", 0.0)
    taken = intake.take_people(described, source_id=source.id, moment=clock(), actor=actor)
    report = translation.report
    if run.delete_missing and report.records_left_out:
        run.delete_missing = False
        report.remarks.append(_nothing_deleted(report.records_left_out))
    reading = Reading(
        run_id=run.id,
        public_id=run.public_id,
        report=report,
        duplicates=duplicates,
        rows=staged - duplicates.count,
        people=taken,
        unknown_owners=record_queries.unknown_in_landing(run.id, source_id=source.id),
    )
    if not is_stored:
        connect.begin_landing(run, report=stored(reading), row_count=reading.rows)
    return reading


def _nothing_deleted(left_out: int) -> Remark:
    return Remark(
        code="nothing_deleted",
        message=f"{rows(left_out)} had to be left out, so nothing was marked as deleted: what "
        "seems to be missing may stand there.",
        count=left_out,
    )


def _records(
    translation: Translation, described: list[PersonRow], progress: Progress, heed: Heed | None
) -> Iterator[RecordRow]:
    for chunk in translation:
        described += chunk.people
        yield from chunk.records
        if heed is not None:
            heed(chunk, translation.report)
        progress("reading", chunk.progress)


def stored(reading: Reading) -> dict[str, Any]:
    """Return all that is kept of a reading: its report and what it found besides."""
    report, duplicates, owners = reading.report, reading.duplicates, reading.unknown_owners
    return report.as_json() | {
        "rows": reading.rows,
        "rows_read": sum(part.rows_read for part in report.parts),
        "people": {"described": reading.people.described, "changed": reading.people.changed},
        "duplicates": {"count": duplicates.count, "first": located(report, duplicates)},
        "unknown_owner_count": len(owners),
        "unknown_owners": [
            {"key": each.key, "records": each.record_count} for each in owners[:KEPT_OWNERS]
        ],
    }


def located(report: Report, duplicates: Duplicates) -> list[dict[str, Any]]:
    """Return where the first rows that gave way stand, and the rows they gave way to."""
    found = []
    for each in duplicates.first:
        file, row = report.locate(each.row_number)
        kept_file, kept_row = report.locate(each.kept_row_number)
        found.append(
            {
                "id": each.external_id,
                "file": file,
                "row": row,
                "kept_file": kept_file,
                "kept_row": kept_row,
            }
        )
    return found


def unfinished() -> tuple[int, ...]:
    """Return the imports of the entered organization that still have rows to land."""
    return sources.unfinished_runs()


def land(
    organization: Organization,
    run_id: int,
    *,
    clock: Clock,
    progress: Progress | None = None,
    stretch_rows: int = STRETCH_ROWS,
    may_end: Callable[[], None] = lambda: None,
) -> Landed:
    """Land and count the rest of an import; return what all of it came to.

    `may_end` is asked in the transaction that would end the import; what it raises keeps it open.
    """
    while True:
        with tenancy.enter(organization):
            knowledge.lock_ledger()
            run = connect.run_to_land(run_id)
            if run is None:
                # Another process, asked to resume, was at it too and has finished it.
                return Landed(*sources.run_counts(run_id))
            if not _land_stretch(run, clock=clock, stretch_rows=stretch_rows):
                may_end()
                _finish(run, clock=clock)
                return Landed(run.created_count, run.changed_count, run.deleted_count)
        # Only now is it so, and can be seen by whoever is told.
        if progress is not None:
            progress("landing", run.landed_count / max(run.row_count, 1))


def _land_stretch(run: ImportRun, *, clock: Clock, stretch_rows: int) -> bool:
    """Land the next stretch; return False when there is none left."""
    last, count = connect.next_stretch(run, stretch_rows)
    if not count:
        return False

    def landing(batch: OpenBatch) -> Landed:
        incoming.fill_from_landing(
            run_id=run.id,
            organization_id=scope.current().organization_id,
            after=run.landed_row,
            until=last,
        )
        return records.land(batch, arrived=count, source_id=run.source_id, run_id=run.id)

    landed = ledger.absorb(moment=clock(), reason=f"import {run.public_id}", landing=landing).landed
    connect.advance(
        run, row=last, count=count, created=landed.created, changed=landed.changed,
        deleted=landed.deleted,
    )  # fmt: skip
    return True


def _finish(run: ImportRun, *, clock: Clock) -> None:
    """Mark what a full file no longer lists, and close the import."""

    def missing(batch: OpenBatch) -> Landed:
        if not run.delete_missing:
            return Landed()
        marked = records.mark_missing(
            source_id=run.source_id, run_id=run.id, kinds=connect.staged_kinds(run)
        )
        return records.land(batch, arrived=marked, source_id=run.source_id, run_id=run.id)

    landed = ledger.absorb(moment=clock(), reason=f"import {run.public_id}", landing=missing).landed
    connect.advance(
        run, row=run.landed_row, count=0, created=0, changed=landed.changed,
        deleted=landed.deleted,
    )  # fmt: skip
    connect.finish(run, moment=clock())
    events.leave("import.finished", at=clock(), run=run.public_id)
    events.bump_topics([events.FRESHNESS, *connect.topics(run)])


def undo(organization: Organization, public_id: str, *, moment: datetime, actor: str) -> Landed:
    """Put the records of an import back as they stood before it.

    Records changed again since are left alone, and so are the people it brought: what was
    credited to them then is no longer there. Returns how many records were put back.
    """
    with tenancy.enter(organization):
        knowledge.lock_ledger()
        run = connect.run_to_undo(public_id)

        def landing(batch: OpenBatch) -> Landed:
            return records.undo_run(batch, run_id=run.id)

        absorbed = ledger.absorb(moment=moment, reason=f"undo {public_id}", landing=landing)
        connect.mark_undone(run, moment=moment)
        events.leave("import.undone", at=moment, run=public_id, actor=actor)
        events.bump_topics([events.FRESHNESS, *connect.topics(run)])
    return absorbed.landed


def take_back(organization: Organization, public_id: str, *, moment: datetime) -> bool:
    """End an import that is to stop: put back what has landed, drop what has not.

    Returns False when there was nothing to stop: it had ended before.
    """
    with tenancy.enter(organization):
        knowledge.lock_ledger()
        run = connect.run_to_change(public_id)
        if run.state not in connect.UNFINISHED:
            return False

        def landing(batch: OpenBatch) -> Landed:
            return records.undo_run(batch, run_id=run.id)

        if run.landed_count:
            ledger.absorb(moment=moment, reason=f"cancel {public_id}", landing=landing)
        connect.clear_staged(run)
        connect.move_run(run, connect.CANCELLED, moment=moment)
        events.leave("import.cancelled", at=moment, run=public_id)
        events.bump_topics([events.FRESHNESS, *connect.topics(run)])
    return True
