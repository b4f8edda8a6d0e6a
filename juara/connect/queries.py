"""Reading sources and how fresh they are."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from juara.connect import progress, uploads
from juara.connect.models import Feed, ImportDraft, ImportProgress, ImportRun, RunState, Source
from juara.connect.uploads import UploadFacts
from juara.core import db, scope
from juara.core.errors import NotFoundError
from juara.core.sentences import say
from juara.events import queries as events

PAGE_SIZE = 25
# What each phase of an import is of all the work in it, roughly, in the order they come.
_PHASES = {"reading": (0.0, 0.4), "people": (0.4, 0.45), "landing": (0.45, 1.0)}


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """When any source last delivered, and how many rows are read but not yet counted."""

    last_received_at: datetime | None
    rows_waiting: int


def health() -> SourceHealth:
    received, waiting = db.one(
        """
        SELECT (SELECT max(last_received_at) FROM source WHERE organization_id = %(o)s),
               (SELECT coalesce(sum(row_count - landed_count), 0)::bigint FROM import_run
                WHERE organization_id = %(o)s AND state IN ('landing', 'failed'))
        """,
        {"o": scope.current().organization_id},
    )
    return SourceHealth(received, waiting)


def unfinished_runs() -> tuple[int, ...]:
    """Return the imports whose rows have not all landed and are to, oldest first."""
    stopping = ImportProgress.objects.filter(is_cancel_asked=True).values("subject")
    return tuple(
        ImportRun.objects.filter(_half_landed() | Q(state=RunState.LANDING))
        .exclude(public_id__in=stopping)
        .order_by("started_at")
        .values_list("id", flat=True)
    )


def _half_landed() -> Q:
    """What failed after it had been read: its rows are still there to be landed."""
    return Q(state=RunState.FAILED, landed_count__lt=F("row_count"))


@dataclass(frozen=True, slots=True)
class WaitingRun:
    """An import that a worker has to do, to go on with, or to put back."""

    public_id: str
    source_key: str
    is_undone: bool


def runs_for_a_worker(*, with_commands: bool) -> tuple[WaitingRun, ...]:
    """Return the imports that wait for a worker or were left half done, oldest first.

    With those of commands, which may be at them still.
    """
    unfinished = (RunState.QUEUED, RunState.READING, RunState.LANDING)
    found = ImportRun.objects.filter(
        Q(state__in=unfinished) | Q(state=RunState.DONE, undo_asked_at__isnull=False)
    ).order_by("started_at")
    if not with_commands:
        found = found.exclude(mapping="")
    listed = found.values_list("public_id", "source__key", "state")
    return tuple(WaitingRun(run, key, state == RunState.DONE) for run, key, state in listed)


def run_counts(run_id: int) -> tuple[int, int, int]:
    """Return how many records an import has created, changed and deleted so far.

    NotFoundError when there is no such import.
    """
    found = (
        ImportRun.objects.filter(id=run_id)
        .values_list("created_count", "changed_count", "deleted_count")
        .first()
    )
    if found is None:
        raise NotFoundError("import.unknown", "There is no import like that.")
    return found


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One import as a list shows it."""

    public_id: str
    source_key: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    rows: int
    created: int
    changed: int
    deleted: int
    source_name: str = ""
    actor: str = ""
    feed: str | None = None
    files: tuple[str, ...] = ()
    bad: int = 0


_LISTED = (
    "public_id", "source__key", "state", "started_at", "finished_at", "row_count",
    "created_count", "changed_count", "deleted_count", "source__name", "actor", "feed__public_id",
    "files", "report__bad",
)  # fmt: skip


def runs(
    *, source_key: str = "", limit: int = 100, after: int = 0
) -> tuple[RunFacts, ...]:  # fmt: skip
    """Return the imports, newest first: `limit` of them, leaving out the first `after`."""
    found = ImportRun.objects.order_by("-started_at", "-id")
    if source_key:
        found = found.filter(source__key=source_key)
    return tuple(map(_run_facts, found.values_list(*_LISTED)[after : after + limit]))


def _run_facts(row: tuple[Any, ...]) -> RunFacts:
    *told, files, bad = row
    return RunFacts(*(*told, tuple(each["name"] for each in files), bad or 0))


def run_count(*, source_key: str = "") -> int:
    """Return how many imports there are, of one source or of all."""
    found = ImportRun.objects.all()
    return (found.filter(source__key=source_key) if source_key else found).count()


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file of an import. `upload` is empty where a command read it from its own place."""

    name: str
    sha256: str
    size: int
    upload: str


@dataclass(frozen=True, slots=True)
class RunDetail:
    """One import: how far it is, what became of it, what can be done about it.

    `state` is queued, reading, landing, done, failed, cancelled or undone. `phase` says what is
    being done: queued, reading, people, landing, stopping, undoing; empty when nothing is.
    `progress` is the share of all of it done, `phase_progress` that of the phase. `report` is what
    `juara import --format json` prints under the same name, with `duplicates`, `unknown_owners`
    and `people` besides; empty until the files have been read.
    """

    public_id: str
    source_key: str
    source_name: str
    state: str
    phase: str
    progress: float
    phase_progress: float
    rows_read: int
    rows_landed: int
    row_count: int
    created: int
    changed: int
    deleted: int
    started_at: datetime
    finished_at: datetime | None
    actor: str
    files: tuple[RunFile, ...]
    error: str
    error_id: str
    report: Mapping[str, Any]
    mapping: str
    draft: str | None
    feed: str | None
    topic: str
    topic_version: int

    @property
    def is_over(self) -> bool:
        return self.state not in ("queued", "reading", "landing") and not self.phase

    @property
    def is_half_landed(self) -> bool:
        return self.state == "failed" and self.rows_landed < self.row_count

    @property
    def is_cancellable(self) -> bool:
        working = self.state in ("queued", "reading", "landing") and self.phase != "stopping"
        return working or self.is_half_landed

    @property
    def is_undoable(self) -> bool:
        return self.state == "done" and not self.phase

    @property
    def is_retryable(self) -> bool:
        return self.state == "failed" and (self.is_half_landed or bool(self.files))

    @property
    def bad(self) -> int:
        return int(self.report.get("bad", 0))


def run(public_id: str) -> RunDetail:
    """Return one import; NotFoundError when there is none like that."""
    drafts = ImportDraft.objects.filter(run=OuterRef("pk")).values("public_id")[:1]
    found = (
        ImportRun.objects.select_related("source", "feed")
        .annotate(draft_id=Subquery(drafts))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFoundError("import.unknown", _("There is no import like that."))
    told = ImportProgress.objects.filter(subject=public_id).first()
    phase, share = _phase(found, told)
    begins, ends = _PHASES.get(phase, (0.0, 0.0))
    return RunDetail(
        public_id=found.public_id,
        source_key=found.source.key,
        source_name=found.source.name,
        state=found.state,
        phase=phase,
        progress=1.0 if found.state == RunState.DONE else begins + (ends - begins) * share,
        phase_progress=share,
        rows_read=found.report.get("rows_read", told.rows_read if told else found.row_count),
        rows_landed=found.landed_count,
        row_count=found.row_count,
        created=found.created_count,
        changed=found.changed_count,
        deleted=found.deleted_count,
        started_at=found.started_at,
        finished_at=found.finished_at,
        actor=found.actor,
        files=tuple(_file(each) for each in found.files),
        error=say(found.error),
        error_id=found.error.get("id", ""),
        report=found.report,
        mapping=found.mapping,
        draft=found.draft_id,
        feed=found.feed.public_id if found.feed else None,
        topic=progress.topic(public_id),
        topic_version=events.topic_version(progress.topic(public_id)),
    )


def _phase(run: ImportRun, told: ImportProgress | None) -> tuple[str, float]:
    if run.state == RunState.DONE:
        return ("undoing", 0.0) if run.undo_asked_at else ("", 1.0)
    if run.state not in (RunState.QUEUED, RunState.READING, RunState.LANDING):
        return "", 0.0
    if told and told.is_cancel_asked:
        return "stopping", 0.0
    if run.state == RunState.QUEUED:
        return "queued", 0.0
    if run.state == RunState.LANDING:
        return "landing", run.landed_count / max(run.row_count, 1)
    return (told.phase or "reading", told.share) if told else ("reading", 0.0)


def _file(stored: Mapping[str, Any]) -> RunFile:
    return RunFile(
        stored["name"], stored.get("sha256", ""), stored.get("size", 0), stored.get("upload", "")
    )


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """The last dry run of a draft. `is_current` unless files or mapping changed since.

    `state` is queued, reading, done or failed; `report` as of an import, with `rows`, `people`,
    `duplicates` and `unknown_owners`.
    """

    state: str
    progress: float
    rows_read: int
    report: Mapping[str, Any]
    error: str
    error_id: str
    is_current: bool
    # Whether its bad rows are kept in a file of their own, more than the report lists.
    has_file: bool
    topic: str
    topic_version: int


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """An import in preparation."""

    public_id: str
    source_key: str
    source_name: str
    files: tuple[UploadFacts, ...]
    choices: Mapping[str, Any]
    mapping: str
    check: CheckFacts | None
    created_at: datetime
    changed_at: datetime
    actor: str
    run: str | None


def draft(public_id: str) -> DraftFacts:
    """Return a draft with its files and its last dry run; NotFoundError when there is none."""
    found = ImportDraft.objects.select_related("run").filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("draft.unknown", _("There is no such import in preparation."))
    return DraftFacts(
        public_id=found.public_id,
        source_key=found.source_key,
        source_name=found.source_name,
        files=uploads.facts(found.uploads),
        choices=found.choices,
        mapping=found.mapping,
        check=_check(found) if found.check_run else None,
        created_at=found.created_at,
        changed_at=found.changed_at,
        actor=found.actor,
        run=found.run.public_id if found.run else None,
    )


def fingerprint(mapping: str, files: Iterable[str]) -> str:
    """Return what changes with a draft's mapping and with its files."""
    return hashlib.sha256("\0".join([mapping, *files]).encode()).hexdigest()


def _check(draft: ImportDraft) -> CheckFacts:
    stored = draft.check_run
    told = ImportProgress.objects.filter(subject=draft.public_id).first()
    share = told.share if told else 0.0
    return CheckFacts(
        state=stored["state"],
        progress=1.0 if stored["state"] == "done" else share,
        rows_read=told.rows_read if told else 0,
        report=stored.get("report", {}),
        error=say(stored.get("error", {})),
        error_id=stored.get("error", {}).get("id", ""),
        is_current=stored["of"] == fingerprint(draft.mapping, draft.uploads),
        has_file=stored.get("has_file", False),
        topic=progress.topic(draft.public_id),
        topic_version=events.topic_version(progress.topic(draft.public_id)),
    )


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft as a list shows it."""

    public_id: str
    source_key: str
    source_name: str
    files: tuple[str, ...]
    changed_at: datetime
    actor: str


def drafts() -> tuple[DraftLine, ...]:
    """Return the drafts that have not become imports, the last changed first; at most fifty."""
    found = list(ImportDraft.objects.filter(run=None).order_by("-changed_at")[:50])
    names = {
        each.public_id: each.name
        for each in uploads.facts([upload for draft in found for upload in draft.uploads])
    }
    return tuple(
        DraftLine(
            each.public_id, each.source_key, each.source_name,
            tuple(names[upload] for upload in each.uploads if upload in names),
            each.changed_at, each.actor,
        )
        for each in found
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A source: when it last delivered, its last import, and whether it should have come again.

    `is_late`: a schedule of it has failed since, or is an hour behind its time. `next_at` is when
    the next schedule looks.
    """

    key: str
    name: str
    vendor: str
    last_received_at: datetime | None
    run_count: int
    last_run: RunFacts | None
    feed_count: int
    next_at: datetime | None
    failing_feeds: int

    def is_late(self, now: datetime) -> bool:
        return bool(
            self.failing_feeds
            or (self.next_at is not None and (now - self.next_at).total_seconds() > 3600)
        )


def source_list() -> tuple[SourceFacts, ...]:
    """Return the sources by name, with how each of them does. Four queries, however many."""
    found = list(Source.objects.order_by("name", "key"))
    last = {each.source_key: each for each in _last_runs()}
    counts = dict(ImportRun.objects.values_list("source").annotate(count=Count("id")))
    feeds: dict[int, list[Feed]] = {}
    for feed in Feed.objects.all():
        feeds.setdefault(feed.source_id, []).append(feed)
    return tuple(
        SourceFacts(
            key=each.key,
            name=each.name,
            vendor=each.vendor,
            last_received_at=each.last_received_at,
            run_count=counts.get(each.id, 0),
            last_run=last.get(each.key),
            feed_count=sum(feed.is_on for feed in feeds.get(each.id, [])),
            next_at=min((f.next_at for f in feeds.get(each.id, []) if f.is_on), default=None),
            failing_feeds=sum(feed.failure_count > 0 for feed in feeds.get(each.id, [])),
        )
        for each in found
    )


def _last_runs() -> Iterable[RunFacts]:
    newest: QuerySet[ImportRun] = ImportRun.objects.order_by("source_id", "-started_at", "-id")
    return map(_run_facts, newest.distinct("source_id").values_list(*_LISTED))


def delivered() -> tuple[int, int]:
    """Return how many sources have had an import done, and how many rows those brought."""
    sources, rows = db.one(
        "SELECT count(DISTINCT source_id), coalesce(sum(landed_count), 0)::bigint"
        " FROM import_run WHERE organization_id = %s AND state = 'done'",
        [scope.current().organization_id],
    )
    return sources, rows
