"""A metric's rule as plain values: what its JSON definition means."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Aggregation(StrEnum):
    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    RATIO = "ratio"

    @property
    def is_additive(self) -> bool:
        """Say whether values add up over people and days (averages and ratios do not)."""
        return self in (Aggregation.COUNT, Aggregation.SUM)


class Unit(StrEnum):
    COUNT = "count"
    CURRENCY = "currency"
    DURATION = "duration"
    PERCENT = "percent"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: a field, an operator, and what it is compared with (a list for several)."""

    field: str
    operator: str
    value: "str | Decimal | bool | tuple[str | Decimal | bool, ...] | None" = None


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
class Counting:
    """A rule that reads records: which, on which day, for whom, and how much."""

    aggregation: Aggregation
    kinds: tuple[str, ...]
    where: Group
    date: str
    credit: tuple[CreditTo, ...]
    value: str | TimeBetween | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rule that divides one metric by another, at the last moment, from their sums."""

    numerator: str
    denominator: str


Definition = Counting | Ratio


@dataclass(frozen=True, slots=True)
class Rule:
    """One metric's definition with the days it holds on, half-open."""

    metric_id: int
    definition: Definition
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class Sums:
    """What a tally adds up to: credits counted, shares in ten-thousandths, and the total."""

    credits: int = 0
    shares: int = 0
    total: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.credits + other.credits, self.shares + other.shares, self.total + other.total
        )
