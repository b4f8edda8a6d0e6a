"""How far the numbers of a page can be trusted to be current and whole."""

from datetime import datetime, timedelta

from juara.connect import queries as sources
from juara.leaderboards.types import Freshness
from juara.ledger import queries as ledger
from juara.tenancy import knowledge


def freshness(
    *, now: datetime, batch: int = ledger.LATEST, is_past: bool = False, unassigned: int = 0
) -> Freshness:
    """Return how fresh numbers known at a batch are. Two queries.

    Of a past moment nothing lags and nothing waits: later deliveries are not meant to be in it.
    """
    health = sources.health()
    lag = None
    if health.last_received_at is not None and not is_past:
        lag = max(int((now - health.last_received_at) / timedelta(seconds=1)), 0)
    return Freshness(
        as_of=knowledge.moment_of(batch),
        source_lag_seconds=lag,
        rows_waiting=0 if is_past else health.rows_waiting,
        unassigned_records=unassigned,
    )
