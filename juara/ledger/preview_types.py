"""What a preview of a metric answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from juara.core.calendar import Period
from juara.metrics.types import Clause, Group


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many records meet everything before a step of the rule, and fail there."""

    where: str
    records: int
    part: Clause | Group | None = None


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A real record beside a rule. `dropped_at` names the step it fails, '' when it counts."""

    kind: str
    external_id: str
    source_key: str
    dropped_at: str
    content: Mapping[str, Any]
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class PersonValue:
    """What a person comes to under a rule; member 0 is nobody."""

    member_id: int
    public_id: str
    name: str
    credits: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Credited:
    """What a rule gives whom in a period, by its leading role."""

    period: Period
    people: tuple[PersonValue, ...]
    unassigned: PersonValue
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A rule on real records: of `records`, which count and which step drops the others.

    `newest` is set when only so many of the newest records were looked at.
    """

    records: int
    kept: int
    dropped: tuple[Dropped, ...]
    kept_samples: tuple[SampleRecord, ...]
    dropped_samples: tuple[SampleRecord, ...]
    credited: Credited | None
    newest: int | None = None


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """One line of a comparison: a person (`member_id`) or a month (`month`), or the whole."""

    before: Decimal | None
    after: Decimal | None
    member_id: int = 0
    public_id: str = ""
    name: str = ""
    month: date | None = None

    @property
    def difference(self) -> Decimal | None:
        """Return after − before; with *no value* on one side, the other counts whole."""
        if self.before is None and self.after is None:
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changing a rule from a day on does: who gains and loses, month by month.

    Months are whole, from the one the day lies in; `from_month` is None when nothing is counted.
    """

    from_day: date
    from_month: date | None
    total: BeforeAfter
    people: tuple[BeforeAfter, ...]
    months: tuple[BeforeAfter, ...]
    credits_begin: int
    credits_end: int

    @property
    def is_same(self) -> bool:
        """Say whether nothing at all would change."""
        return not (self.credits_begin or self.credits_end) and all(
            each.before == each.after for each in (self.total, *self.people, *self.months)
        )
