"""What every benchmark stands on: a database of its own, an organization, generated rows."""

import csv
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from juara.connect import operations as connect
from juara.connect.types import PersonRow, RecordKind, RecordRow
from juara.core import db
from juara.ledger import intake
from juara.ledger import operations as ledger
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.metrics.types import Counting
from juara.ops import server
from juara.people import operations as people
from juara.tenancy import operations as tenancy
from juara.tenancy import scope
from juara.tenancy.models import Organization

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FIRST_DAY = date(2025, 1, 1)
DAYS = 365
OUTCOMES = ("connected", "no_answer", "voicemail")


@contextmanager
def database() -> Iterator[None]:
    """Run on a fresh embedded database that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="juara-bench-") as directory:
        home = Path(directory)
        # As root the server runs as a user of its own, who must be able to enter.
        home.chmod(0o755)
        with server.owned_database(home, notify=lambda _text: None):
            yield


def organization(slug: str, members: int) -> tuple[Organization, int]:
    """Create an organization with the ready metrics and its people; return it and its source."""
    made = tenancy.create_organization(slug=slug, name=slug, moment=NOW)
    with scope.enter(made):
        people.ensure_root(name=slug)
        metrics.install_catalogue(moment=NOW, actor="bench")
        source_id = _source()
    with scope.enter(made):
        rows = (
            PersonRow(number, f"u{number}", f"Person {number:05d}", team=_team(number))
            for number in range(members)
        )
        intake.take_people(rows, source_id=source_id, moment=NOW, actor="bench")
    with scope.enter(made):
        ledger.absorb(moment=NOW, reason="bench")
    return made, source_id


def _source() -> int:
    return connect.ensure_source(key="bench", name="Bench", vendor="file").id


def _team(number: int) -> tuple[str, ...]:
    return (f"Region {number % 4}", f"Team {number % 40:02d}")


def keep_metrics(count: int) -> None:
    """Archive all but the first metrics that count records, in the entered organization."""
    counting = [each.id for each in queries.metrics() if isinstance(each.definition, Counting)]
    kept = counting[:count]
    db.execute("UPDATE metric SET archived_at = now() WHERE NOT id = ANY(%s)", [kept])


def as_owner(statements: str) -> None:
    """Run statements as the owner of the tables, committed at once."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(statements)


def records(
    count: int, *, members: int, first: int = 0, salt: int = 0, days: int = DAYS
) -> Iterator[RecordRow]:
    """Yield calls and deals, four to one, spread over days; `salt` changes what they say."""
    chance = random.Random(first * 31 + 7)
    for number in range(first, first + count):
        day = FIRST_DAY + timedelta(days=chance.randrange(days))
        moment = datetime(day.year, day.month, day.day, chance.randrange(8, 18), tzinfo=UTC)
        owner = f"u{chance.randrange(members)}"
        amount = Decimal(chance.randrange(100, 90_000) + salt)
        if number % 5:
            yield RecordRow(
                number + 1, RecordKind.ACTIVITY, f"A{number}",
                texts={"type": "call", "outcome": OUTCOMES[(number + salt) % 3]},
                duration_seconds=int(amount) % 1800,
                dates={"occurred": moment},
                users={"owner": owner},
            )  # fmt: skip
        else:
            yield RecordRow(
                number + 1, RecordKind.DEAL, f"D{number}",
                texts={
                    "status": ("won", "lost", "open")[number // 5 % 3],
                    "name": f"Deal {number}", "account": f"Account {number % 5000}",
                },
                amount=amount,
                dates={"created": day - timedelta(days=30), "closed": day},
                users={"owner": owner},
            )  # fmt: skip


def write_csv(path: Path, count: int, *, members: int) -> None:
    """Write the same rows as a CRM would export them."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["id", "kind", "type", "outcome", "status", "name", "account", "amount", "seconds",
             "created", "closed", "occurred", "owner"]
        )  # fmt: skip
        for row in records(count, members=members):
            occurred = row.dates.get("occurred")
            writer.writerow(
                [row.external_id, row.kind, row.texts.get("type", ""),
                 row.texts.get("outcome", ""), row.texts.get("status", ""),
                 row.texts.get("name", ""), row.texts.get("account", ""), row.amount or "",
                 row.duration_seconds or "", row.dates.get("created", ""),
                 row.dates.get("closed", ""),
                 occurred.isoformat() if occurred else "", row.users["owner"]]
            )  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(figures: Iterable[float]) -> float:
    return statistics.median(figures)


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    return median(seconds(work) for _ in range(repeats))


def milliseconds_in_database(work: Callable[[], object], repeats: int) -> float:
    """Return the median of what the server says it spent on the queries of some work.

    Planning and execution, by EXPLAIN (ANALYZE, TIMING OFF) of each query in place of it; only of
    queries that read, and whose rows nothing else depends on.
    """
    return statistics.median(_server_milliseconds(work) for _ in range(repeats))


def _server_milliseconds(work: Callable[[], object]) -> float:
    spent = 0.0

    def explained(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal spent
        if str(sql).lstrip().startswith(("SELECT", "WITH")):
            execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params, many, context)
            plan = context["cursor"].fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            spent += plan[0]["Planning Time"] + plan[0]["Execution Time"]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        work()
    return spent


def load() -> float:
    """Return how much else the machine is doing: the load of the last minute."""
    return os.getloadavg()[0]


def peak_memory_mib() -> float:
    """Return the largest resident size this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
