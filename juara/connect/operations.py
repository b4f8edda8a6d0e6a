"""Receiving what sources deliver: imports of files, staged whole before anything counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from juara.connect import progress
from juara.connect.content import ARRIVAL, as_arrival
from juara.connect.models import Feed, ImportRun, RunState, Source
from juara.connect.types import RecordRow
from juara.core import db, scope
from juara.core.errors import ConflictError, NotFoundError
from juara.core.sentences import Sentence, gettext_noop

_KEPT_DUPLICATES = 1_000

UNFINISHED = (RunState.QUEUED, RunState.READING, RunState.LANDING)
CANCELLED = RunState.CANCELLED

_HALF_LANDED = gettext_noop(
    "An import of “%(source)s” stopped half-way. Try it again, or cancel it to take back what it "
    "brought, before the next one."
)

# The first key of two-key advisory locks, so that other uses cannot collide with the imports'.
_READING_LOCK = 0x4A76


def claim_source(key: str) -> None:
    """Be the only one who reads an import of this source until the transaction ends.

    ConflictError while another process does: two at once would wait for each other's rows.
    """
    is_free = db.one(
        "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))",
        [_READING_LOCK, f"{scope.current().organization_id}:{key}"],
    )[0]
    if not is_free:
        raise ConflictError(
            "import.reading",
            f"Another process is reading files of “{key}” at this moment. Try again when it is "
            "through.",
        )


def ensure_source(*, key: str, name: str, vendor: str) -> Source:
    """Return the source with this key, making it on first use."""
    found = Source.objects.filter(key=key).first()
    if found is None:
        found = Source(key=key, name=name[:120], vendor=vendor)
        found.save(force_insert=True)
    return found


def received(source_id: int, *, moment: datetime) -> None:
    """Note that a source has just delivered, changed or not."""
    Source.objects.filter(id=source_id).update(last_received_at=moment)


def begin_run(
    source: Source, *, files: list[dict[str, Any]], delete_missing: bool, moment: datetime,
    actor: str,
) -> ImportRun:  # fmt: skip
    """Open an import. ConflictError while another of the same source has not finished landing."""
    refuse_while_landing(source)
    run = ImportRun(
        source=source, files=files, started_at=moment, actor=actor[:254],
        delete_missing=delete_missing,
    )  # fmt: skip
    run.save(force_insert=True)
    return run


def half_landed() -> Q:
    """Return what failed after it had been read: its rows are still there to be landed."""
    return Q(state=RunState.FAILED, landed_count__lt=F("row_count"))


def refuse_while_landing(source: Source, *, but: int = 0) -> None:
    """Raise ConflictError while an import of a source, other than `but`, is not landed whole."""
    others = ImportRun.objects.filter(source=source).exclude(id=but)
    if others.filter(state=RunState.LANDING).exists():
        raise ConflictError(
            "import.running",
            f"An import of “{source.key}” is not finished yet. Run `juara resume` to finish it, "
            "or wait for the process that is at it.",
        )
    if others.filter(half_landed()).exists():
        told = Sentence(_HALF_LANDED, source=source.key)
        raise ConflictError("import.half_landed", told.said(), told=told)


def queue_run(
    source: Source, *, files: list[dict[str, Any]], mapping: str, delete_missing: bool,
    moment: datetime, actor: str, feed: Feed | None = None,
) -> ImportRun:  # fmt: skip
    """Store an import for a worker to do. Each of `files` has its name and its `upload`."""
    run = ImportRun(
        source=source, state=RunState.QUEUED, files=files, mapping=mapping, feed=feed,
        uploads=[each["upload"] for each in files], delete_missing=delete_missing,
        started_at=moment, actor=actor[:254],
    )  # fmt: skip
    run.save(force_insert=True)
    progress.begin(run.public_id)
    return run


def run_to_change(public_id: str) -> ImportRun:
    """Lock and return an import; NotFoundError when there is none like that."""
    found = (
        ImportRun.objects.select_for_update(no_key=True, of=("self",))
        .select_related("source")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFoundError("import.unknown", _("There is no import like that."))
    return found


def move_run(run: ImportRun, state: RunState, *, moment: datetime | None = None) -> None:
    """Let an import be in another state; `moment` is when that ended it."""
    run.state, run.finished_at = state, moment
    run.save(update_fields=["state", "finished_at"])


def cancel_queued(public_id: str, *, moment: datetime) -> bool:
    """End an import that no worker has begun with; return False when one has."""
    waiting = ImportRun.objects.filter(public_id=public_id, state=RunState.QUEUED)
    return bool(waiting.update(state=RunState.CANCELLED, finished_at=moment))


def begin_reading(public_id: str) -> bool:
    """Let a queued import be read; return False when it is not to be read (any more)."""
    found = ImportRun.objects.filter(
        public_id=public_id, state__in=(RunState.QUEUED, RunState.READING)
    )
    return bool(found.update(state=RunState.READING))


def fail_run(public_id: str, error: Mapping[str, Any], *, moment: datetime) -> bool:
    """Store why an import could not go on, unless it is over. What has landed stays."""
    return bool(
        ImportRun.objects.filter(public_id=public_id, state__in=UNFINISHED).update(
            state=RunState.FAILED, error=dict(error), finished_at=moment
        )
    )


def requeue_run(run: ImportRun) -> None:
    """Let an import that failed be tried again: from its files, or from where landing stopped."""
    is_read = run.landed_count < run.row_count
    run.state = RunState.LANDING if is_read else RunState.QUEUED
    run.error, run.finished_at = {}, None
    run.save(update_fields=["state", "error", "finished_at"])
    progress.begin(run.public_id)


def run_to_read(public_id: str) -> ImportRun:
    """Return an import that is being read, without holding it: others look at it meanwhile."""
    return ImportRun.objects.get(public_id=public_id, state=RunState.READING)


def begin_landing(run: ImportRun, *, report: dict[str, Any], row_count: int) -> None:
    """Note that an import has been read: from here on its rows are landed."""
    run.state, run.report, run.row_count = RunState.LANDING, report, row_count
    run.save(update_fields=["state", "report", "row_count", "delete_missing"])


def topics(run: ImportRun) -> list[str]:
    """Return the topics that an import moves; those of commands are watched by nobody."""
    return [progress.topic(run.public_id)] if run.mapping else []


def clear_staged(run: ImportRun) -> None:
    """Drop what an import had staged and will not land."""
    db.execute(
        "DELETE FROM landing_row WHERE organization_id = %s AND run_id = %s",
        [scope.current().organization_id, run.id],
    )


def ask_undo(run: ImportRun, *, moment: datetime | None) -> None:
    """Note that an import is to be put back, or with None that it is not after all."""
    run.undo_asked_at = moment
    run.save(update_fields=["undo_asked_at"])


def refuse_undo(public_id: str, error: Mapping[str, Any]) -> None:
    """Note why an import could not be put back: it stands as before."""
    found = ImportRun.objects.filter(public_id=public_id, state=RunState.DONE)
    found.update(undo_asked_at=None, error=dict(error))


_CHUNK_ROWS = 5_000
_STAGED = ", ".join(ARRIVAL)


def stage(run: ImportRun, rows: Iterable[RecordRow]) -> int:
    """Put rows where they wait to be landed; return how many. Memory stays flat.

    They go through a temporary table, since COPY refuses one with row-level security.
    """
    db.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS arriving (LIKE landing_row) ON COMMIT DELETE ROWS"
    )
    identity = (scope.current().organization_id, run.id)
    staged, remaining = 0, iter(rows)
    while chunk := list(islice(remaining, _CHUNK_ROWS)):
        staged += db.copy_in(
            "arriving",
            ("organization_id", "run_id", *ARRIVAL),
            ((*identity, *as_arrival(row)) for row in chunk),
        )
        db.execute(
            f"INSERT INTO landing_row (organization_id, run_id, {_STAGED})"
            f" SELECT organization_id, run_id, {_STAGED} FROM arriving; TRUNCATE arriving"
        )
    return staged


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that another row of the same import, further down, stands in for."""

    external_id: str
    row_number: int
    kept_row_number: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    count: int
    first: tuple[Duplicate, ...]


_DUPLICATES = """
    WITH repeated AS (
        SELECT kind, external_id, max(row_number) AS kept
        FROM landing_row WHERE organization_id = %(organization)s AND run_id = %(run)s
        GROUP BY kind, external_id HAVING count(*) > 1
    ), dropped AS (
        DELETE FROM landing_row l USING repeated r
        WHERE l.organization_id = %(organization)s AND l.run_id = %(run)s
          AND l.kind = r.kind AND l.external_id = r.external_id AND l.row_number < r.kept
        RETURNING l.external_id, l.row_number, r.kept
    )
    SELECT external_id, row_number, kept, count(*) OVER () FROM dropped
    ORDER BY row_number LIMIT %(most)s
"""


def drop_duplicates(run: ImportRun) -> Duplicates:
    """Of staged rows with one identity keep the last; return which gave way to it."""
    # The planner knows nothing of rows staged in this very transaction. Taking them for few, it
    # would compare each with each.
    db.execute("SET LOCAL enable_nestloop = off")
    found = db.rows(
        _DUPLICATES,
        {
            "organization": scope.current().organization_id,
            "run": run.id,
            "most": _KEPT_DUPLICATES,
        },
    )
    db.execute("SET LOCAL enable_nestloop = on")
    count = int(found[0][3]) if found else 0
    return Duplicates(count, tuple(Duplicate(*row[:3]) for row in found))


def run_to_land(run_id: int) -> ImportRun | None:
    """Lock and return an import that has rows to land; None when all of them have landed.

    One that failed half-way goes on.
    """
    found = (
        ImportRun.objects.select_for_update(no_key=True)
        .filter(Q(state=RunState.LANDING) | half_landed(), id=run_id)
        .first()
    )
    if found is not None and found.state == RunState.FAILED:
        requeue_run(found)
    return found


def next_stretch(run: ImportRun, size: int) -> tuple[int, int]:
    """Return the last row number of the next `size` staged rows and how many these are."""
    last, count = db.one(
        "SELECT coalesce(max(row_number), 0), count(*) FROM ("
        " SELECT row_number FROM landing_row WHERE organization_id = %s AND run_id = %s"
        " AND row_number > %s ORDER BY row_number LIMIT %s) n",
        [scope.current().organization_id, run.id, run.landed_row, size],
    )
    return int(last), int(count)


def advance(
    run: ImportRun, *, row: int, count: int, created: int, changed: int, deleted: int
) -> None:
    """Note how far an import has landed, in the transaction that landed it."""
    run.landed_row = row
    run.landed_count += count
    run.created_count += created
    run.changed_count += changed
    run.deleted_count += deleted
    run.save(
        update_fields=[
            "landed_row", "landed_count", "created_count", "changed_count", "deleted_count",
        ]
    )  # fmt: skip


def staged_kinds(run: ImportRun) -> list[str]:
    found = db.rows(
        "SELECT DISTINCT kind FROM landing_row WHERE organization_id = %s AND run_id = %s",
        [scope.current().organization_id, run.id],
    )
    return sorted(row[0] for row in found)


def finish(run: ImportRun, *, moment: datetime) -> None:
    """Close an import and clear what it had staged."""
    clear_staged(run)
    ImportRun.objects.filter(id=run.id).update(state=RunState.DONE, finished_at=moment)
    received(run.source_id, moment=moment)


def run_to_undo(public_id: str) -> ImportRun:
    """Return a finished import by its id; NotFoundError when there is none to undo."""
    found = ImportRun.objects.filter(public_id=public_id, state=RunState.DONE).first()
    if found is None:
        raise NotFoundError(
            "import.unknown",
            f"There is no finished import “{public_id}”. `juara imports` lists them.",
        )
    return found


def mark_undone(run: ImportRun, *, moment: datetime) -> None:
    ImportRun.objects.filter(id=run.id).update(
        state=RunState.UNDONE, finished_at=moment, undo_asked_at=None
    )
