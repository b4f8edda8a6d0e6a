"""Asking for imports to be done by a worker, to stop, to be tried again, to be put back.

Each of these stores the wish and returns; `import_jobs` does the work. Surfaces call them through
`ledger.imports`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from juara.audit import operations as audit
from juara.connect import bad_rows, drafts, progress, uploads
from juara.connect import operations as connect
from juara.connect import queries as sources
from juara.connect.mapping import parse_mapping
from juara.connect.models import Feed, ImportRun, RunState
from juara.core import db, scope
from juara.core.errors import ConflictError, DomainError, GoneError
from juara.jobs import queue
from juara.tenancy.models import Organization

IMPORT_JOB = "ledger.import"
CHECK_JOB = "ledger.check"
UNDO_JOB = "ledger.undo"


def begin(draft: str, *, moment: datetime, actor: str) -> str:
    """Let a draft become an import that a worker does; return the import's id.

    Imports of one source are done one after the other, in the order they were begun. DomainError
    when the mapping does not hold or there is no file; ConflictError when the draft has begun.
    """
    with db.transaction():
        found = drafts.to_begin(draft)
        run = begin_files(found.uploads, mapping=found.mapping, moment=moment, actor=actor)
        drafts.taken(draft, run)
    return run.public_id


def begin_files(
    files: Sequence[str], *, mapping: str, moment: datetime, actor: str, feed: Feed | None = None
) -> ImportRun:
    """Let files that were kept become an import that a worker does."""
    read = parse_mapping(mapping, name=_("The mapping"))
    found = _files(files)
    with db.transaction():
        source = connect.ensure_source(key=read.source, name=read.name, vendor="file")
        run = connect.queue_run(
            source,
            files=[
                {"name": each.name, "upload": each.public_id, "size": each.size,
                 "sha256": each.sha256}
                for each in found
            ],
            mapping=mapping, delete_missing=read.missing == "delete", moment=moment, actor=actor,
            feed=feed,
        )  # fmt: skip
        audit.record(
            actor=actor, action="import.begun", subject=run.public_id, at=moment,
            source=source.key, files=[each.name for each in found],
        )  # fmt: skip
        defer_import(run.public_id, source.key)
    return run


def _files(files: Sequence[str]) -> tuple[uploads.UploadFacts, ...]:
    if not files:
        raise DomainError("import.no_files", _("Add a file first."))
    found = uploads.facts(files)
    if len(found) < len(files):
        raise GoneError("upload.gone", _("A file is no longer here. Send it again."))
    return found


def defer_import(public_id: str, source_key: str) -> bool:
    """See to it that a worker does an import; return False when one is going to anyway."""
    once = f"import:{public_id}"
    if queue.is_at_work(once):
        return False
    return queue.defer(IMPORT_JOB, lock=f"import:{source_key}", once=once, run=public_id)


def defer_undo(public_id: str, source_key: str) -> bool:
    """See to it that a worker puts an import back; return False when one is going to anyway."""
    once = f"undo:{public_id}"
    if queue.is_at_work(once):
        return False
    return queue.defer(UNDO_JOB, lock=f"import:{source_key}", once=once, run=public_id)


def resume(*, with_commands: bool) -> int:
    """See to it that every unfinished import has a job; return how many got one.

    With those of commands where no command is at work: a worker lands the rest of them.
    """
    given = 0
    for run in sources.runs_for_a_worker(with_commands=with_commands):
        defer = defer_undo if run.is_undone else defer_import
        given += defer(run.public_id, run.source_key)
    return given


def begin_check(draft: str, *, moment: datetime) -> None:
    """Let a worker read a draft's files without changing anything; `queries.draft` has the check.

    A check already waiting for the same files and mapping stands for this one.
    """
    with db.transaction():
        found = drafts.to_begin(draft)
        parse_mapping(found.mapping, name=_("The mapping"))
        _files(found.uploads)
        of = sources.fingerprint(found.mapping, found.uploads)
        if found.check_run.get("of") == of and found.check_run["state"] in ("queued", "reading"):
            return
        progress.begin(draft)
        drafts.store_check(draft, {"state": "queued", "of": of, "asked_at": moment.isoformat()})
        queue.defer(CHECK_JOB, lock=f"check:{draft}", draft=draft, of=of)


def cancel(public_id: str, *, moment: datetime, actor: str) -> None:
    """Stop an import. One that waits or is being read stores nothing; of one that is landing what
    has landed is put back, which takes a moment: until then its phase is `stopping`.

    ConflictError when it is over.
    """
    with db.transaction():
        # Before the state is looked at: whoever ends the import asks for this under a lock.
        progress.ask_to_stop(public_id)
        run = sources.run(public_id)
        if not (run.state in connect.UNFINISHED or run.is_half_landed):
            raise ConflictError("import.over", _("This import is over: there is nothing to stop."))
        audit.record(actor=actor, action="import.cancelled", subject=public_id, at=moment)
        if run.state == RunState.QUEUED and connect.cancel_queued(public_id, moment=moment):
            return
        if run.is_half_landed:
            connect.requeue_run(connect.run_to_change(public_id))
            progress.ask_to_stop(public_id)
        defer_import(public_id, run.source_key)


def try_again(public_id: str, *, moment: datetime, actor: str) -> None:
    """Let an import that failed be done again: from its files, or on from where landing stopped.

    GoneError when its files are no longer here.
    """
    with db.transaction():
        run = connect.run_to_change(public_id)
        if run.state != RunState.FAILED:
            raise ConflictError(
                "import.not_failed", _("Only an import that failed can be tried again.")
            )
        if run.landed_count >= run.row_count:
            _files(run.uploads)
        connect.requeue_run(run)
        audit.record(actor=actor, action="import.tried_again", subject=public_id, at=moment)
        defer_import(public_id, run.source.key)


def begin_undo(public_id: str, *, moment: datetime, actor: str) -> None:
    """Let a worker put the records of an import back as they stood before it.

    ConflictError when it is not done, or is being put back already.
    """
    with db.transaction():
        run = connect.run_to_change(public_id)
        if run.state != RunState.DONE or run.undo_asked_at is not None:
            raise ConflictError(
                "import.not_done", _("Only an import that is done can be put back, and only once.")
            )
        connect.ask_undo(run, moment=moment)
        audit.record(actor=actor, action="import.undone", subject=public_id, at=moment)
        defer_undo(public_id, run.source.key)


def bad_rows_csv(public_id: str) -> Iterator[str]:
    """Return the rows an import left out, as lines of CSV; to be read outside the scope.

    NotFoundError when there is no import like that.
    """
    return _bad_rows(public_id, sources.run(public_id).report)


def bad_rows_csv_of_check(draft: str) -> Iterator[str]:
    """Return the same of a draft's last dry run."""
    check = sources.draft(draft).check
    if check is None or not check.has_file:
        return bad_rows.as_csv(None, {} if check is None else check.report)
    return _bad_rows(draft, check.report)


def _bad_rows(subject: str, report: Mapping[str, Any]) -> Iterator[str]:
    organization = Organization.objects.get(id=scope.current().organization_id)
    return bad_rows.as_csv(bad_rows.file_of(organization, subject), report)
