"""Bringing everybody's numbers up to date after a change, as a peer's recurring job does.

The peer: Odoo 19's gamification, on two cores, with 1,000 people × 5 metrics over 500,000 rows.
"""

from typing import Any

from bench import absorb, ground
from juara.connect.types import RecordRow
from juara.core import db
from juara.tenancy import scope

MEMBERS = 1_000
METRICS = 5
ROWS = 500_000
# Recorded: its refresh when everybody changed, and when nobody did.
PEER_ALL_SECONDS = 2.3
PEER_NONE_SECONDS = 1.8


def run(repeats: int, rows: int = ROWS) -> dict[str, Any]:
    """Return seconds after a change to every person and to one, against the recorded peer."""
    with ground.database():
        organization, source_id = ground.organization("bench", MEMBERS)
        with scope.enter(organization):
            ground.keep_metrics(METRICS)
        for first in range(0, rows, absorb.BATCH * 2):
            arrived = list(ground.records(absorb.BATCH * 2, members=MEMBERS, first=first))
            absorb.take_in(organization, source_id, arrived)
        ground.as_owner("VACUUM ANALYZE")
        turns = [_one_deal_each(salt) for salt in range(1, repeats * 4 + 1)]
        # Whoever serves or works has been running: its connection knows the statements.
        absorb.seconds_to_absorb(organization, source_id, turns[0])
        absorb.seconds_to_absorb(organization, source_id, turns[0][:1])
        everybody = ground.median(
            absorb.seconds_to_absorb(organization, source_id, turn) for turn in turns[1:repeats]
        )
        one = ground.median(
            absorb.seconds_to_absorb(organization, source_id, [turn[7]]) for turn in turns[repeats:]
        )
        with scope.enter(organization):
            credits_open = db.one("SELECT count(*) FROM credit WHERE known_until = %s", [db.OPEN])
    return {
        "people": MEMBERS,
        "metrics": METRICS,
        "records": rows,
        "credits": credits_open[0],
        "everybody_ms": everybody * 1000,
        "one_person_ms": one * 1000,
        "times_faster_everybody": PEER_ALL_SECONDS / everybody,
        "times_faster_one_person": PEER_NONE_SECONDS / one,
        "load": ground.load(),
    }


def _one_deal_each(salt: int) -> list[RecordRow]:
    """Return one changed row for each person."""
    found: dict[str, RecordRow] = {}
    first = 0
    while len(found) < MEMBERS:
        for row in ground.records(absorb.BATCH * 2, members=MEMBERS, first=first, salt=salt):
            found.setdefault(row.users["owner"], row)
        first += absorb.BATCH * 2
    return list(found.values())
