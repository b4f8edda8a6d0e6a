"""Reading what was entered by hand."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_noop

from juara.connect.types import RecordKind
from juara.core import db
from juara.core.errors import NotFoundError
from juara.ledger.models import Entry, EntryState
from juara.records.models import Record, RecordVersion


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
    *,
    of: Collection[int] | None,
    state: str = "",
    limit: int,
    offset: int = 0,
    as_of: datetime | None = None,
    batch: int = db.LATEST,
) -> EntryPage:
    """Return the entries for these members (None: for everybody), those that wait first.

    `count` is of the state asked for, `waiting` of all that wait. As of a moment and its batch
    each stands as it did then, and what was entered or decided later is not there.
    """
    seen = _of(of) if as_of is None else _as_of(_of(of), as_of, batch)
    standing = "state" if as_of is None else "state_then"
    wanted = seen.filter(**{standing: state}) if state else seen
    in_order = wanted.annotate(
        turn=Case(
            When(**{standing: EntryState.WAITING}, then=Value(0)), default=Value(1),
            output_field=IntegerField(),
        )
    ).order_by("turn", "-entered_at", "-id")  # fmt: skip
    columns = [standing if each == "state" else each for each in _FACTS]
    found = map(_facts, in_order.values_list(*columns)[offset : offset + limit])
    return EntryPage(
        entries=tuple(found if as_of is None else (_undecided(each, as_of) for each in found)),
        count=wanted.count(),
        waiting=seen.filter(**{standing: EntryState.WAITING}).count(),
    )


def _as_of(seen: "QuerySet[Entry]", as_of: datetime, batch: int) -> "QuerySet[Entry]":
    """Give each entry of then the state it had, as `state_then`."""
    # What counts has a record, whose versions say when it did.
    record = Record.objects.filter(
        kind=RecordKind.ENTRY, external_id=OuterRef(OuterRef("public_id"))
    )
    versions = RecordVersion.objects.filter(
        **db.known_then(batch), record_id=Subquery(record.values("id")[:1]), is_deleted=False
    )
    return seen.filter(entered_at__lte=as_of).annotate(
        counted_then=Exists(versions),
        state_then=Case(
            When(counted_then=True, then=Value(EntryState.COUNTED.value)),
            When(decided_at__lte=as_of, then=F("state")),
            default=Value(EntryState.WAITING.value),
            output_field=CharField(),
        ),
    )


def _undecided(entry: EntryFacts, as_of: datetime) -> EntryFacts:
    """Leave out a decision that had not been made yet."""
    if entry.decided_at is None or entry.decided_at <= as_of:
        return entry
    return replace(entry, decided_by="", decided_at=None, note="")


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
