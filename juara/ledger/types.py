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
    # What a distinct count counts, and the exchange rate an amount was converted by.
    item: str = ""
    rate_id: int | None = None


@dataclass(frozen=True, slots=True)
class UnassignedTotal:
    """What a metric counted for nobody, by reason and by the key the record named in its source.

    `name` is what the source calls whom the key stands for, '' where it does not say.
    """

    reason: str
    owner_key: str
    sums: Sums
    source_id: int = 0
    source_key: str = ""
    source_name: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the stored ledger is not what a recount gives. `sample` tells which.

    Of a credit or a tally the problem is missing, surplus, different, doubled or without a
    record; of what they rest on: gap, back in time, history torn, overlap, ahead.
    """

    table: str
    metric_key: str
    problem: str
    count: int
    sample: str

    @property
    def is_mended_by_recount(self) -> bool:
        """Say whether a recount puts it right: numbers it does, the history they rest on not."""
        return (
            self.table in ("credit", "tally", "ledger_position", "topic_version")
            and self.problem != "without a record"
        )


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a recount beside the live tables."""

    is_sound: bool
    records: int
    credits: int
    tallies: int
    differences: tuple[Difference, ...]
