"""Reading sources and how fresh they are."""

from dataclasses import dataclass
from datetime import datetime

from juara.connect.models import ImportRun, RunState
from juara.core import db, scope
from juara.core.errors import NotFoundError


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
                WHERE organization_id = %(o)s AND state = 'landing')
        """,
        {"o": scope.current().organization_id},
    )
    return SourceHealth(received, waiting)


def unfinished_runs() -> tuple[int, ...]:
    """Return the imports whose rows have not all landed, oldest first."""
    return tuple(
        ImportRun.objects.filter(state=RunState.LANDING)
        .order_by("started_at")
        .values_list("id", flat=True)
    )


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


def runs(*, limit: int = 100) -> tuple[RunFacts, ...]:
    """Return the imports, newest first."""
    found = ImportRun.objects.order_by("-started_at").values_list(
        "public_id", "source__key", "state", "started_at", "finished_at", "row_count",
        "created_count", "changed_count", "deleted_count",
    )[:limit]  # fmt: skip
    return tuple(RunFacts(*row) for row in found)
