"""A metric's rule as plain values: what its JSON definition means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Aggregation(StrEnum):
    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    DISTINCT = "distinct"
    LATEST = "latest"
    RATIO = "ratio"
    FORMULA = "formula"

    @property
    def is_additive(self) -> bool:
        """Say whether values add up over people and days: only counts and sums do."""
        return self in (Aggregation.COUNT, Aggregation.SUM)

    @property
    def reads_records(self) -> bool:
        """Say whether it counts records itself, rather than being worked out from metrics."""
        return self not in (Aggregation.RATIO, Aggregation.FORMULA)


class Unit(StrEnum):
    COUNT = "count"
    CURRENCY = "currency"
    DURATION = "duration"
    PERCENT = "percent"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Relative:
    """A day so many days after another date of the same record, or after the ledger's day ('')."""

    days: int
    field: str = ""


Operand = str | Decimal | bool | Relative


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: a field, an operator, and what it is compared with (a list for several)."""

    field: str
    operator: str
    value: Operand | tuple[Operand, ...] | None = None

    @property
    def values(self) -> "tuple[Operand | None, ...]":
        """Return what the field is compared with, one or several, as several."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by `all` or `any`, or exactly one turned round by `not`."""

    joined_by: str
    parts: "tuple[Clause | Group, ...]"


@dataclass(frozen=True, slots=True)
class CreditTo:
    """Whom a record credits in a role: the user named by this field."""

    role: str
    field: str


@dataclass(frozen=True, slots=True)
class TimeBetween:
    """The seconds from one date of the record to another; whole days where a time is missing."""

    from_date: str
    until_date: str


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One share in a record: the field that names the person, and the one with the percentage."""

    field: str
    percent: str


@dataclass(frozen=True, slots=True)
class Split:
    """How the leading role's credit is shared: by pairs of fields, or by the record's splits.

    Without `parts` by the records of kind ``split`` that belong to the record; `type` keeps to
    those of one type, where a CRM has several sorts of shares.
    """

    parts: tuple[SplitPart, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """When a record stops standing in a balance: the day of a date, where a filter holds."""

    date: str
    where: Group


@dataclass(frozen=True, slots=True)
class Counting:
    """A rule that reads records: which, on which day, for whom, and how much.

    `value` is the number that is added, or the field whose different values are counted.
    `owner_at` says whether the leading role's owner is the one ``now`` or at the ``event``.
    `overlay` credits the managers above, too, beside the total. With `is_first_only` only the
    first record counts of those that belong to one thing. A balance has either `ends`, or, with
    `is_series`, each record stands until the next one that belongs to the same thing; `group`
    says whether several people's balances are added (``sum``) or averaged.
    """

    aggregation: Aggregation
    kinds: tuple[str, ...]
    where: Group
    date: str
    credit: tuple[CreditTo, ...]
    value: str | TimeBetween | None = None
    owner_at: str = "now"
    overlay: bool = False
    split: Split | None = None
    is_first_only: bool = False
    ends: Ends | None = None
    is_series: bool = False
    group: str = "sum"

    @property
    def filters(self) -> tuple[Group, ...]:
        """Return every filter of the rule: what counts, and when it stops standing."""
        return (self.where, self.ends.where) if self.ends else (self.where,)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rule that divides one metric by another, at the last moment, from their sums."""

    numerator: str
    denominator: str

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the keys it names, in order, each once."""
        return tuple(dict.fromkeys((self.numerator, self.denominator)))


@dataclass(frozen=True, slots=True)
class Formula:
    """Arithmetic over metrics and constants, worked out at the last moment from their sums.

    `expression` is as it was written; metrics.formula reads it. `metrics` are the keys it names,
    in order, each once.
    """

    expression: str
    metrics: tuple[str, ...]


Definition = Counting | Ratio | Formula


@dataclass(frozen=True, slots=True)
class Rule:
    """One metric's definition with the days it holds on, half-open."""

    metric_id: int
    definition: Definition
    from_day: date
    until_day: date

    def __hash__(self) -> int:
        # Rules are looked up at every batch, and a definition is deep.
        return hash((self.metric_id, self.from_day, self.until_day))


@dataclass(frozen=True, slots=True)
class Sums:
    """What credits come to together, in every way an aggregation may need.

    Credits counted, shares in ten-thousandths, the total, the lowest and the highest value, and
    the different items (filled only for metrics that count those).
    """

    credits: int = 0
    shares: int = 0
    total: Decimal = Decimal(0)
    lowest: Decimal | None = None
    highest: Decimal | None = None
    items: frozenset[str] = frozenset()

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.credits + other.credits,
            self.shares + other.shares,
            self.total + other.total,
            _extreme(min, self.lowest, other.lowest),
            _extreme(max, self.highest, other.highest),
            self.items | other.items,
        )


# Which sums a value is worked out from. How many credits there are is always told besides.
SUMS_OF: Mapping[Aggregation, tuple[str, ...]] = {
    Aggregation.COUNT: ("shares",),
    Aggregation.SUM: ("total",),
    Aggregation.AVERAGE: ("shares", "total"),
    Aggregation.MINIMUM: ("lowest",),
    Aggregation.MAXIMUM: ("highest",),
    Aggregation.LATEST: ("shares", "total"),
}


def _extreme(
    pick: Callable[[Decimal, Decimal], Decimal], one: Decimal | None, other: Decimal | None
) -> Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return pick(one, other)
