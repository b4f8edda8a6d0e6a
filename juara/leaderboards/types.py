"""What a leaderboard hands to a surface: plain frozen values, ready to be shown."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BoardMetric:
    """The metric a board ranks by. `unit` is count, currency, duration, percent or points."""

    public_id: str
    key: str
    name: str
    unit: str
    currency: str
    decimals: int
    higher_is_better: bool
    # What stands at the end of a period, rather than what came in during it.
    is_balance: bool = False


@dataclass(frozen=True, slots=True)
class BoardPeriod:
    """The days a board covers, half-open. `key` is what a URL or command line carries."""

    key: str
    from_day: date
    until_day: date
    previous_key: str
    next_key: str | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One person's or team's place.

    `rank` is None for who has no data. `movement` counts places gained (negative: lost) since
    the end of the day before; None when there was no rank then or nothing can be compared.
    `gap` is how far the next better rank is, in the metric's unit; None for the leader.
    `share` is the value as a part of the leader's, from 0 to 1, for a bar.
    """

    public_id: str
    name: str
    team_name: str
    rank: int | None
    movement: int | None
    value: Decimal | None
    gap: Decimal | None
    share: float
    is_tied: bool
    is_viewer: bool
    can_open: bool
    # Where the person's picture is, for pages that show one.
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the numbers can be trusted to be current and whole.

    `as_of` is the moment of the last batch the numbers rest on (None: nothing arrived yet),
    `source_lag_seconds` how old that was when the board was made, `rows_waiting` what has been
    delivered but not yet counted, `unassigned_records` how many credits of this board's metric
    and period belong to nobody.
    """

    as_of: datetime | None
    source_lag_seconds: int | None
    rows_waiting: int
    unassigned_records: int


@dataclass(frozen=True, slots=True)
class Board:
    """A leaderboard: rows with data in order, then those without; total = rows + unassigned.

    `by` is ``member`` or ``team``. `total` and `unassigned` are None for metrics that do not add
    up over people (averages and ratios), whose `company` value is computed from the sums.
    `is_past` says that the board shows what was known at `as_of` rather than now.
    """

    metric: BoardMetric
    period: BoardPeriod
    by: str
    scope_name: str
    rows: tuple[BoardRow, ...]
    without_data: tuple[BoardRow, ...]
    company: Decimal | None
    unassigned: Decimal | None
    is_additive: bool
    freshness: Freshness
    is_past: bool
    topic: str
    topic_version: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a value was worth in the record's own currency, and by which rate it was converted."""

    amount: Decimal
    currency: str
    rate: Decimal
    rate_from: date
    source: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record behind a number, as it was known when the number was made.

    `is_hit` says of a ratio whether the record counts above its line too; None for others.
    `reason` and `owner_key` say why nobody was credited and whom the record named; '' otherwise.
    """

    record_id: str
    external_id: str
    name: str
    kind: str
    account: str
    day: date
    occurred_at: datetime | None
    value: Decimal
    url: str
    is_hit: bool | None = None
    reason: str = ""
    owner_key: str = ""
    # Of an amount in another currency than the organization's.
    conversion: Conversion | None = None


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A page of the records behind one number: newest first, with the number they add up to.

    `row_metric` is what the rows are measured in: of a ratio the metric below its line, with
    `hit_name` what counts above it.
    """

    holder_name: str
    metric: BoardMetric
    row_metric: BoardMetric
    hit_name: str
    period: BoardPeriod
    total: Decimal | None
    record_count: int
    rows: tuple[Evidence, ...]
    page: int
    page_count: int
    # The metrics a formula comes down to (id, name, whether its records are shown).
    parts: tuple[tuple[str, str, bool], ...] = ()
