"""One batch through absorb against the plainest upsert of the same rows."""

from collections.abc import Sequence
from typing import Any

from bench import ground
from juara.connect.content import ARRIVAL, as_arrival
from juara.connect.types import RecordRow
from juara.core import db
from juara.ledger import operations as ledger
from juara.tenancy import scope
from juara.tenancy.models import Organization

MEMBERS = 200
METRICS = 10
BATCH = 10_000
SINGLES = 50
_COLUMNS = ", ".join(ARRIVAL)
_SETS = ", ".join(f"{name} = excluded.{name}" for name in ARRIVAL)


def run(history: tuple[int, ...], repeats: int) -> list[dict[str, Any]]:
    """Return figures for each size of history in credits, smaller first, in one database."""
    figures = []
    with ground.database():
        organization, source_id = ground.organization("bench", MEMBERS)
        with scope.enter(organization):
            ground.keep_metrics(METRICS)
        _make_bare()
        known = present = 0
        for size in history:
            while present < size:
                rows = _rows(known, BATCH * 2)
                _seconds_to_upsert(organization, rows)
                take_in(organization, source_id, rows)
                known += BATCH * 2
                present = _credits(organization)
            _settle()
            figures.append(_measure(organization, source_id, known, repeats))
            known += BATCH * repeats * 2 + SINGLES
            present = _credits(organization)
    return figures


def _measure(
    organization: Organization, source_id: int, known: int, repeats: int
) -> dict[str, Any]:
    """Take turns, so that whatever else the machine does meets both alike."""
    new, week, changed, bare_new, bare_changed = [], [], [], [], []
    present = _credits(organization)
    for turn in range(repeats):
        rows = _rows(known + turn * BATCH, BATCH)
        bare_new.append(_seconds_to_upsert(organization, rows))
        new.append(seconds_to_absorb(organization, source_id, rows))
        rows = _rows(known + (repeats + turn) * BATCH, BATCH, days=7)
        week.append(seconds_to_absorb(organization, source_id, rows))
        rows = _rows(0, BATCH, salt=known + turn + 1)
        bare_changed.append(_seconds_to_upsert(organization, rows))
        changed.append(seconds_to_absorb(organization, source_id, rows))
    first = known + BATCH * repeats * 2
    single = ground.median(
        seconds_to_absorb(organization, source_id, _rows(first + number, 1))
        for number in range(SINGLES)
    )
    figures = {
        "new": ground.median(new), "new_of_a_week": ground.median(week),
        "upsert_new": ground.median(bare_new),
        "changed": ground.median(changed), "upsert_changed": ground.median(bare_changed),
    }  # fmt: skip
    return {
        "credits_present": present,
        "metrics": METRICS,
        **{f"{name}_rows_per_second": BATCH / spent for name, spent in figures.items()},
        "new_over_upsert": figures["upsert_new"] / figures["new"],
        "new_of_a_week_over_upsert": figures["upsert_new"] / figures["new_of_a_week"],
        "changed_over_upsert": figures["upsert_changed"] / figures["changed"],
        "single_row_ms": single * 1000,
        "load": ground.load(),
    }


def _rows(first: int, count: int, salt: int = 0, days: int = ground.DAYS) -> list[RecordRow]:
    return list(ground.records(count, members=MEMBERS, first=first, salt=salt, days=days))


def take_in(organization: Organization, source_id: int, rows: Sequence[RecordRow]) -> None:
    with scope.enter(organization):
        ledger.absorb_rows(rows, source_id=source_id, moment=ground.NOW, reason="bench")


def seconds_to_absorb(
    organization: Organization, source_id: int, rows: Sequence[RecordRow]
) -> float:
    return ground.seconds(lambda: take_in(organization, source_id, rows))


def _make_bare() -> None:
    ground.as_owner(
        f"CREATE TABLE bare AS SELECT {_COLUMNS} FROM landing_row WITH NO DATA;"
        " ALTER TABLE bare ADD PRIMARY KEY (kind, external_id);"
        " GRANT ALL ON bare TO PUBLIC"
    )


def _seconds_to_upsert(organization: Organization, rows: Sequence[RecordRow]) -> float:
    """Time COPY to a temporary table and INSERT … ON CONFLICT into a plain one, committed."""

    def upsert() -> None:
        with scope.enter(organization):
            db.execute(
                f"CREATE TEMPORARY TABLE coming ON COMMIT DROP AS SELECT {_COLUMNS} FROM bare"
                " WITH NO DATA"
            )
            db.copy_in("coming", ARRIVAL, map(as_arrival, rows))
            db.execute(
                f"INSERT INTO bare SELECT {_COLUMNS} FROM coming"
                f" ON CONFLICT (kind, external_id) DO UPDATE SET {_SETS}"
            )

    return ground.seconds(upsert)


def _credits(organization: Organization) -> int:
    with scope.enter(organization):
        count: int = db.one("SELECT count(*) FROM credit WHERE known_until = %s", [db.OPEN])[0]
    return count


def _settle() -> None:
    """Do what the database does by itself within minutes, lest it fall into one measurement."""
    ground.as_owner("VACUUM ANALYZE")
