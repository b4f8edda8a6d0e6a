"""What the ledger answers with."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.metrics.types import Sums
from juara.records.types import Landed


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What one absorption did. `batch` is None when there was nothing to write."""

    batch: int | None
    landed: Landed
    credits_made: int
    credits_ended: int
    metrics_touched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MemberSums:
    """A member's sums for one metric, in one team, over a range."""

    metric_id: int
    member_id: int
    team_id: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """One credit with the record behind it, as known when it was made.

    `share` is in ten-thousandths of the record.
    """

    metric_id: int
    role: int
    member_id: int
    day: date
    occurred_at: datetime | None
    value: Decimal
    share: int
    reason: str
    owner_key: str
    record_id: int
    external_id: str
    kind: str
    source_key: str
    name: str
    account: str
    status: str
    amount: Decimal | None
    currency: str
    url: str
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class UnassignedTotal:
    """What a metric counted for nobody, by reason and by the key the record named."""

    reason: str
    owner_key: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the stored ledger is not what a recount gives. `sample` tells which."""

    table: str
    metric_key: str
    problem: str  # missing, surplus or different
    count: int
    sample: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a recount beside the live tables."""

    is_sound: bool
    records: int
    credits: int
    tallies: int
    differences: tuple[Difference, ...]
