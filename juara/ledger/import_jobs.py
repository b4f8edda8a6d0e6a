"""Imports, dry runs and undoing, as a worker does them.

Each bears being done again from any point: a worker may be killed, and the job is then begun anew.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop

from juara.connect import bad_rows, drafts, progress, uploads
from juara.connect import operations as connect
from juara.connect import queries as sources
from juara.connect.bad_rows import BadRows
from juara.connect.mapping import parse_mapping
from juara.connect.models import ImportRun, RunState
from juara.connect.progress import CancelAskedError, Noter
from juara.connect.translate import Chunk, Report
from juara.core import clock, ids
from juara.core.errors import DomainError, NotFoundError
from juara.core.sentences import Sentence
from juara.events import operations as events
from juara.jobs import tasks
from juara.ledger import import_requests, imports
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization

_log = logging.getLogger("juara.imports")

# The database is away or busy, or another process is at the same source: later it will do.
_PASSING = (OperationalError, InterfaceError, psycopg.OperationalError)
_PASSING_CODES = ("import.reading", "import.running")
_UNEXPECTED = gettext_noop("An unexpected error, which the log has under the id %(id)s.")


@tasks.organization_job(import_requests.IMPORT_JOB)
def do_import(organization: Organization, *, run: str) -> None:
    """Read an import and land it, from wherever it stands."""
    with _failing(organization, run):
        try:
            if _state(organization, run) in (RunState.QUEUED, RunState.READING):
                _read(organization, run)
            if _state(organization, run) == RunState.LANDING:
                _land(organization, run)
        except CancelAskedError:
            imports.take_back(organization, run, moment=clock.now())


def _state(organization: Organization, public_id: str) -> str:
    with tenancy.enter(organization):
        return ImportRun.objects.values_list("state", flat=True).get(public_id=public_id)


def _read(organization: Organization, public_id: str) -> None:
    with tenancy.enter(organization):
        if not connect.begin_reading(public_id):
            return
        run = sources.run(public_id)
        files = [uploads.path(each.upload) for each in run.files]
        mapping = parse_mapping(run.mapping, name=run.source_key)
        if progress.is_asked_to_stop(public_id):
            raise CancelAskedError
    noter = Noter(public_id, clock.now, tasks.heed_stop)
    with BadRows(bad_rows.file_of(organization, public_id)) as bad:

        def heed(chunk: Chunk, report: Report) -> None:
            bad.add(chunk.problems)
            noter.rows_read = sum(part.rows_read for part in report.parts)

        imports.read_queued(
            organization, public_id, mapping, files, clock=clock.now, progress=noter, heed=heed,
            may_go_on=lambda: _refuse_to_end(public_id),
        )  # fmt: skip
        bad.keep()


def _refuse_to_end(public_id: str) -> None:
    if progress.is_asked_to_stop(public_id):
        raise CancelAskedError


def _land(organization: Organization, public_id: str) -> None:
    noter = Noter(public_id, clock.now, tasks.heed_stop)

    def tell(phase: str, share: float) -> None:
        with tenancy.enter(organization):
            noter(phase, share)

    tell("landing", 0.0)
    with tenancy.enter(organization):
        run_id = connect.run_to_change(public_id).id
    imports.land(
        organization, run_id, clock=clock.now, progress=tell,
        may_end=lambda: _refuse_to_end(public_id),
    )  # fmt: skip
    with tenancy.enter(organization):
        progress.forget(public_id)


@contextmanager
def _failing(organization: Organization, public_id: str) -> Iterator[None]:
    """Store why an import could not be done; what is passing is left to be tried again."""
    try:
        yield
    except tasks.StoppingError:
        raise
    except Exception as raised:
        if _is_passing(raised) and tasks.is_tried_again():
            raise
        error = _told(raised, f"import {public_id}")
        with tenancy.enter(organization):
            if connect.fail_run(public_id, error, moment=clock.now()):
                events.leave("import.failed", at=clock.now(), run=public_id)
            events.bump_topics([progress.topic(public_id)])


def _is_passing(error: Exception) -> bool:
    is_busy = isinstance(error, DomainError) and error.code in _PASSING_CODES
    return is_busy or isinstance(error, _PASSING)


def _told(error: Exception, what: str) -> dict[str, Any]:
    """Return what a person is told of an error; what nobody foresaw is logged under an id."""
    if isinstance(error, DomainError):
        told: Sentence = error.data.get("told") or Sentence(error.message)
        return told.stored()
    error_id = ids.new_public_id()
    _log.error("The %s failed (error %s).", what, error_id, exc_info=error)
    return Sentence(_UNEXPECTED, id=error_id).stored() | {"id": error_id}


@tasks.organization_job(import_requests.UNDO_JOB)
def do_undo(organization: Organization, *, run: str) -> None:
    """Put an import back that was asked to be."""
    with tenancy.enter(organization):
        found = sources.run(run)
    if found.phase != "undoing":
        return
    try:
        imports.undo(organization, run, moment=clock.now(), actor=found.actor)
    except Exception as raised:
        if _is_passing(raised) and tasks.is_tried_again():
            raise
        error = _told(raised, f"undoing of import {run}")
        with tenancy.enter(organization):
            connect.refuse_undo(run, error)
            events.bump_topics([progress.topic(run)])


@tasks.organization_job(import_requests.CHECK_JOB)
def do_check(organization: Organization, *, draft: str, of: str) -> None:
    """Read a draft's files without changing anything, and keep the report with the draft."""
    with tenancy.enter(organization):
        found = _checkable(draft, of)
        if found is None:
            return
        files = [uploads.path(each.public_id) for each in found.files]
        drafts.store_check(draft, {"state": "reading", "of": of})
    try:
        report = _check(organization, draft, found.mapping, files)
        check = {"state": "done", "of": of, "report": report, "has_file": True}
    except (tasks.StoppingError, CancelAskedError):
        raise
    except Exception as raised:
        if _is_passing(raised) and tasks.is_tried_again():
            raise
        check = {"state": "failed", "of": of, "error": _told(raised, f"check of {draft}")}
    with tenancy.enter(organization):
        if _checkable(draft, of) is not None:
            drafts.store_check(draft, check)
        events.bump_topics([progress.topic(draft)])


def _checkable(draft: str, of: str) -> sources.DraftFacts | None:
    """Return a draft whose files and mapping are still those to be checked."""
    try:
        found = sources.draft(draft)
    except NotFoundError:
        return None
    if sources.fingerprint(found.mapping, [each.public_id for each in found.files]) != of:
        return None
    return found


def _check(
    organization: Organization, draft: str, mapping: str, files: Sequence[Path]
) -> dict[str, Any]:
    noter = Noter(draft, clock.now, tasks.heed_stop)
    with BadRows(bad_rows.file_of(organization, draft)) as bad:

        def heed(chunk: Chunk, report: Report) -> None:
            bad.add(chunk.problems)
            noter.rows_read = sum(part.rows_read for part in report.parts)

        reading = imports.check_files(
            organization, parse_mapping(mapping, name=draft), files, clock=clock.now,
            progress=noter, heed=heed,
        )  # fmt: skip
        bad.keep()
    return imports.stored(reading)


@tasks.periodic("ledger.resume_imports", cron="*/5 * * * *")
def resume_imports() -> None:
    """See to it that every unfinished import has a job, whatever became of its last one."""
    for organization in Organization.objects.all():
        with tenancy.enter(organization):
            import_requests.resume(with_commands=False)


@tasks.periodic("ledger.clear_imports", cron="23 2 * * *")
def clear_imports() -> None:
    """Remove what imports left behind and nobody needs any more."""
    now = clock.now()
    for organization in Organization.objects.all():
        with tenancy.enter(organization):
            drafts.discard_forgotten(moment=now)
            uploads.remove_unused(moment=now)
            progress.forget_old(moment=now)
        bad_rows.remove_old(organization, moment=now)
    uploads.remove_strays(moment=now)
