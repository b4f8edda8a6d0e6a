"""A whole import against a bare COPY of the same rows."""

import tempfile
from pathlib import Path
from typing import Any

from bench import ground
from juara.connect.content import ARRIVAL, as_arrival
from juara.connect.mapping import parse_mapping
from juara.core import clock, db
from juara.ledger import imports
from juara.tenancy import scope

MEMBERS = 200

_MAPPING = """
version = 1
name = "Bench"
source = "bench"
zone = "UTC"
currency = "USD"
dates = "ymd"
decimal = "."

[[file]]
match = "*.csv"
kind = "activity"
id = "id"
where = { kind = "activity" }
[file.fields]
type = "type"
outcome = "outcome"
duration_seconds = "seconds"
occurred = "occurred"
owner = "owner"

[[file]]
match = "*.csv"
kind = "deal"
id = "id"
where = { kind = "deal" }
[file.fields]
status = "status"
name = "name"
account = "account"
amount = "amount"
created = "created"
closed = "closed"
owner = "owner"
"""


def run(rows: int) -> dict[str, Any]:
    """Return rows/s of both, their ratio, and the peak memory before and after."""
    mapping = parse_mapping(_MAPPING, name="bench")
    with ground.database(), tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export.csv"
        ground.write_csv(path, rows, members=MEMBERS)
        organization, _source = ground.organization("bench", MEMBERS)
        # Memory first: the baseline holds a hundred thousand translated rows at a time.
        before = ground.peak_memory_mib()
        imported = ground.seconds(
            lambda: imports.import_files(
                organization, mapping, [path], clock=clock.now, actor="bench",
                progress=lambda _what, _share: None,
            )
        )  # fmt: skip
        after = ground.peak_memory_mib()
        copied = _bare_copy(organization, rows)
        with scope.enter(organization):
            credits_made = db.one("SELECT count(*) FROM credit")[0]
    return {
        "rows": rows,
        "credits": credits_made,
        "import_rows_per_second": rows / imported,
        "copy_rows_per_second": rows / copied,
        "import_over_copy_time": imported / copied,
        "peak_memory_before_mib": before,
        "peak_memory_after_mib": after,
    }


def _bare_copy(organization: Any, rows: int) -> float:
    """Time the COPY of rows translated beforehand, a hundred thousand at a time."""
    columns = ", ".join(ARRIVAL)
    total = 0.0
    with scope.enter(organization):
        db.execute(f"CREATE TEMPORARY TABLE bare AS SELECT {columns} FROM landing_row WITH NO DATA")
        for first in range(0, rows, 100_000):
            count = min(100_000, rows - first)
            ready = [as_arrival(row) for row in ground.records(count, members=MEMBERS, first=first)]
            total += ground.seconds(lambda ready=ready: db.copy_in("bare", ARRIVAL, ready))  # type: ignore[misc]
        db.execute("DROP TABLE bare")
    return total
