"""A gigabyte of deals through the command line: whole, exact, and in little memory.

JUARA_SOAK_ROWS asks for fewer rows; 8,000,000 make 1 GB.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from juara.ops import server
from juara.tenancy import scope as tenancy
from tests import cast
from tests.cli.calling import report
from tests.flows import exports, interrupting

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

ROWS = int(os.environ.get("JUARA_SOAK_ROWS", "8000000"))
MOST_MEGABYTES = 400
COLUMNS = ("id", "owner", "amount", "created", "closed", "status", "account", "product", "remark")
MAPPING = """
version = 1
name = "CRM"
source = "crm"

[[file]]
match = "people.csv"
people = true
key = "key"
name = "name"
team = ["team"]

[[file]]
match = "deals.csv"
kind = "deal"
id = "id"

[file.fields]
owner = "owner"
amount = "amount"
created = "created"
closed = "closed"
status = "status"
account = "account"
product = "product"
"""


def amount(number: int) -> int:
    return number * 7919 % 100_000 + 1


def is_won(number: int) -> bool:
    return number % 4 == 0


def rows(count: int) -> Iterator[tuple[str | int | date, ...]]:
    """Yield deals over ten years, of which a quarter is won."""
    first = date(2015, 1, 1)
    for number in range(1, count + 1):
        created = first + timedelta(days=number % 3_600)
        yield (
            f"OPP-{number:010}", exports.TEAM[number % 7], amount(number), created,
            created + timedelta(days=number % 45), "won" if is_won(number) else "lost",
            f"Customer {number % 50_000:06} of Somewhere, Limited", f"Product {number % 40:03}",
            "as agreed on the telephone",
        )  # fmt: skip


def timed(*arguments: object, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command that must succeed; return its seconds and the most megabytes it ever held."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", "from juara.cli import main; main()", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        env=os.environ | environment,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.monotonic() - began, usage.ru_maxrss / 1024


def test_a_gigabyte_goes_in_whole_and_in_little_memory(
    committed: None,
    owner_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(server.APP_URL, interrupting.application_url(owner_url))
    with tenancy.enter(cast.organization()):
        cast.metric("revenue_won", exports.REVENUE, unit="currency")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)
    deals = exports.table(tmp_path / "deals.csv", COLUMNS, rows(ROWS))
    files = (exports.staff(tmp_path), deals, "--mapping", mapping)

    first, peak = timed("import", *files, environment={})
    again, peak_again = timed("import", *files, environment={})

    database = str(conninfo_to_dict(owner_url)["dbname"])
    stored = interrupting.watcher_of(os.environ["JUARA_TEST_SERVER"], database)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{ROWS:,} rows, {deals.stat().st_size / 1e6:,.0f} MB: {first:,.0f} s"
            f" ({ROWS / first:,.0f} rows/s, {peak:,.0f} MB at most); again, unchanged:"
            f" {again:,.0f} s ({ROWS / again:,.0f} rows/s, {peak_again:,.0f} MB at most)\n"
        )
    assert stored.one("SELECT count(*) FROM record") == ROWS
    assert stored.one("SELECT count(*) FROM record_version") == ROWS
    body = report("standings", "revenue_won", "--period", "2015-01-01..2025-12-31")
    won = sum(amount(number) for number in range(1, ROWS + 1) if is_won(number))
    assert (body["total"], body["unassigned"]) == (str(won), "0")
    assert report("verify")["is_sound"]
    assert max(peak, peak_again) < MOST_MEGABYTES
