"""Reading what was entered by hand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_noop

from juara.core.errors import NotFoundError
from juara.ledger.models import Entry, EntryState


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry as a list shows it. Names of people who decided are '' where nobody has."""

    public_id: str
    metric_id: int
    member_id: int
    member_public_id: str
    member_name: str
    day: date
    quantity: Decimal
    reason: str
    state: str
    entered_by_id: int | None
    entered_by: str
    entered_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str

    @property
    def is_waiting(self) -> bool:
        return self.state == EntryState.WAITING

    @property
    def is_counted(self) -> bool:
        return self.state == EntryState.COUNTED


_FACTS = (
    "public_id", "metric_id", "member_id", "member__public_id", "member__name", "day", "quantity",
    "reason", "state", "entered_by_id", "entered_by__name", "entered_at", "decided_by__name",
    "decided_at", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryPage:
    entries: tuple[EntryFacts, ...]
    count: int
    waiting: int


def entries(
    *, of: Collection[int] | None, state: str = "", limit: int, offset: int = 0
) -> EntryPage:
    """Return the entries for these members (None: for everybody), those that wait first.

    `count` is of the state asked for, `waiting` of all that wait.
    """
    seen = _of(of)
    wanted = seen.filter(state=state) if state else seen
    in_order = wanted.annotate(
        turn=Case(
            When(state=EntryState.WAITING, then=Value(0)), default=Value(1),
            output_field=IntegerField(),
        )
    ).order_by("turn", "-entered_at", "-id")  # fmt: skip
    return EntryPage(
        entries=tuple(map(_facts, in_order.values_list(*_FACTS)[offset : offset + limit])),
        count=wanted.count(),
        waiting=seen.filter(state=EntryState.WAITING).count(),
    )


def entry(public_id: str) -> EntryFacts:
    """Return one entry; NotFoundError when there is none."""
    found = Entry.objects.filter(public_id=public_id).values_list(*_FACTS).first()
    if found is None:
        raise NotFoundError("entry.unknown", gettext_noop("There is no entry like that."))
    return _facts(found)


def _of(members: Collection[int] | None) -> "QuerySet[Entry]":
    return Entry.objects.filter(Q() if members is None else Q(member_id__in=members))


def _facts(row: tuple[object, ...]) -> EntryFacts:
    # Nobody's name is '' rather than nothing.
    return EntryFacts(
        *(  # type: ignore[arg-type]
            "" if value is None and name.endswith("__name") else value
            for name, value in zip(_FACTS, row, strict=True)
        )
    )
