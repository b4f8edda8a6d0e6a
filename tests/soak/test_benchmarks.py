"""What only shows on millions: the cost of a batch and of a recount stays in proportion.

JUARA_SOAK_HISTORY asks for other sizes of history in credits (``50000,5000000``),
JUARA_SOAK_RECORDS for other numbers of records (5000000). Half an hour each; on a machine that does
other work at the same time they may fail.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

HISTORY = os.environ.get("JUARA_SOAK_HISTORY", "50000,5000000").split(",")
RECORDS = os.environ.get("JUARA_SOAK_RECORDS", "5000000")
# How much dearer the larger may be. Five million credits of two hundred people in one year are
# not only more, they also lie a dozen in each cell instead of one, and a cell is counted whole.
MOST = {"single": 1.5, "new_of_a_week": 1.75, "changed": 1.75, "new": 2.5}
MOST_OVER_PLAIN = 1.5
MOST_MEGABYTES_MORE = 30


def bench(which: str, *options: str) -> Any:
    """Return what a benchmark finds; see bench/README.md."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", which, *options, "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])[which]


def test_a_batch_costs_much_the_same_however_much_is_there() -> None:
    small, large = bench("absorb", "--history", *HISTORY, "--repeats", "5")

    # Against the plain upsert of the same turn: the machine may do other work meanwhile.
    grown = {
        name: small[f"{name}_over_upsert"] / large[f"{name}_over_upsert"]
        for name in ("new", "new_of_a_week", "changed")
    }
    grown["single"] = large["single_row_ms"] / small["single_row_ms"]
    assert not {name for name, most in MOST.items() if grown[name] > most}, (grown, small, large)


def test_a_metric_from_all_records_costs_little_more_than_plain_statements() -> None:
    found = bench("recounts", "--records", RECORDS, "--repeats", "1")

    assert found["recompute_over_plain"] <= MOST_OVER_PLAIN, found
    grown = found["peak_memory_after_mib"] - found["peak_memory_before_mib"]
    assert grown < MOST_MEGABYTES_MORE, found
