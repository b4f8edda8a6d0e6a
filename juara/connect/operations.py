"""Receiving what sources deliver: imports of files, staged whole before anything counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from juara.connect.content import ARRIVAL, as_arrival
from juara.connect.models import ImportRun, RunState, Source
from juara.connect.types import RecordRow
from juara.core import db, scope
from juara.core.errors import ConflictError, NotFoundError

_KEPT_DUPLICATES = 1_000

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
    if ImportRun.objects.filter(source=source, state=RunState.LANDING).exists():
        raise ConflictError(
            "import.running",
            f"An import of “{source.key}” is not finished yet. Run `juara resume` to finish it, "
            "or wait for the process that is at it.",
        )
    run = ImportRun(
        source=source, files=files, started_at=moment, actor=actor[:254],
        delete_missing=delete_missing,
    )  # fmt: skip
    run.save(force_insert=True)
    return run


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


def store_report(run: ImportRun, *, report: dict[str, Any], row_count: int) -> None:
    ImportRun.objects.filter(id=run.id).update(report=report, row_count=row_count)


def keep_missing(run: ImportRun) -> None:
    """Let an import mark nothing as deleted after all."""
    run.delete_missing = False
    run.save(update_fields=["delete_missing"])


def run_to_land(run_id: int) -> ImportRun | None:
    """Lock and return an import that has rows to land; None when all of them have landed."""
    return (
        ImportRun.objects.select_for_update(no_key=True)
        .filter(id=run_id, state=RunState.LANDING)
        .first()
    )


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
    db.execute(
        "DELETE FROM landing_row WHERE organization_id = %s AND run_id = %s",
        [scope.current().organization_id, run.id],
    )
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
    ImportRun.objects.filter(id=run.id).update(state=RunState.UNDONE, finished_at=moment)
