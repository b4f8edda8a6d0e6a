"""One batch through absorb against the plainest upsert of the same rows."""

from typing import Any

from bench import ground
from juara.connect.content import ARRIVAL, as_arrival
from juara.core import db
from juara.ledger import operations as ledger
from juara.metrics import queries as metrics
from juara.tenancy import scope
from juara.tenancy.models import Organization

MEMBERS = 200
BATCH = 10_000
_COLUMNS = ", ".join(ARRIVAL)
_SETS = ", ".join(f"{name} = excluded.{name}" for name in ARRIVAL)


def run(history: tuple[int, ...], repeats: int) -> list[dict[str, Any]]:
    """Return figures for each size of history, smaller first, in one database."""
    figures = []
    with ground.database():
        organization, source_id = ground.organization("bench", MEMBERS)
        known = 0
        for size in history:
            while known < size:
                count = min(50_000, size - known)
                _absorb(organization, source_id, count=count, first=known)
                known += count
            figures.append(_measure(organization, source_id, known, repeats))
            known += BATCH * repeats + repeats * 5
    return figures


def _measure(
    organization: Organization, source_id: int, known: int, repeats: int
) -> dict[str, Any]:
    firsts = iter(range(known, known + BATCH * repeats, BATCH))
    new = ground.median_seconds(
        lambda: _absorb(organization, source_id, count=BATCH, first=next(firsts)), repeats
    )
    salts = iter(range(1, repeats + 1))
    changed = ground.median_seconds(
        lambda: _absorb(organization, source_id, count=BATCH, first=0, salt=next(salts)), repeats
    )
    singles = iter(range(known + BATCH * repeats, known + BATCH * repeats + repeats * 5))
    single = ground.median_seconds(
        lambda: _absorb(organization, source_id, count=1, first=next(singles)), repeats * 5
    )
    upsert_new, upsert_changed = _bare_upserts(organization, repeats)
    with scope.enter(organization):
        credits_open = db.one("SELECT count(*) FROM credit")[0]
        metric_count = len(metrics.metrics())
    return {
        "credits_present": credits_open,
        "metrics": metric_count,
        "new_rows_per_second": BATCH / new,
        "changed_rows_per_second": BATCH / changed,
        "single_row_ms": single * 1000,
        "upsert_new_rows_per_second": BATCH / upsert_new,
        "upsert_changed_rows_per_second": BATCH / upsert_changed,
        "new_over_upsert": upsert_new / new,
        "changed_over_upsert": upsert_changed / changed,
    }


def _absorb(
    organization: Organization, source_id: int, *, count: int, first: int, salt: int = 0
) -> None:
    rows = list(ground.records(count, members=MEMBERS, first=first, salt=salt))
    with scope.enter(organization):
        ledger.absorb_rows(rows, source_id=source_id, moment=ground.NOW, reason="bench")


def _bare_upserts(organization: Organization, repeats: int) -> tuple[float, float]:
    """Time COPY to a temporary table and INSERT … ON CONFLICT, of new and of changed rows."""
    with scope.enter(organization):
        db.execute(
            f"CREATE TEMPORARY TABLE bare AS SELECT {_COLUMNS} FROM landing_row WITH NO DATA;"
            " ALTER TABLE bare ADD PRIMARY KEY (kind, external_id);"
            f" CREATE TEMPORARY TABLE coming AS SELECT {_COLUMNS} FROM bare WITH NO DATA"
        )
        firsts = iter(range(0, BATCH * repeats, BATCH))
        new = ground.median_seconds(lambda: _upsert(next(firsts), salt=0), repeats)
        salts = iter(range(1, repeats + 1))
        changed = ground.median_seconds(lambda: _upsert(0, salt=next(salts)), repeats)
        db.execute("DROP TABLE bare, coming")
    return new, changed


def _upsert(first: int, *, salt: int) -> None:
    # Generating and translating the rows is in both measurements alike.
    rows = ground.records(BATCH, members=MEMBERS, first=first, salt=salt)
    db.copy_in("coming", ARRIVAL, [as_arrival(row) for row in list(rows)])
    db.execute(
        f"INSERT INTO bare SELECT {_COLUMNS} FROM coming"
        f" ON CONFLICT (kind, external_id) DO UPDATE SET {_SETS}; TRUNCATE coming"
    )
