"""Values entered by hand: each is a record of the source ``manual``, so it flows like any other.

An entry adds to what the CRM delivered, or with a negative quantity takes away. It names its
metric itself (metrics.compile), and the person and day decide where it counts, as for a record.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.connect import operations as connect
from juara.connect.types import RecordKind, RecordRow
from juara.core import scope
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.ledger import entry_queries
from juara.ledger import operations as ledger
from juara.ledger.entry_queries import EntryFacts
from juara.ledger.models import Entry, EntryState
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.types import Aggregation, Counting
from juara.people import operations as people
from juara.people.models import Member
from juara.people.types import MemberFacts
from juara.records import operations as records
from juara.tenancy import knowledge

SOURCE = "manual"
_MOST_ADDED = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class EntryAsked:
    """What somebody typed: for whom, which metric, on which day, how much and why."""

    metric_key: str
    member: MemberFacts
    day: date
    quantity: Decimal
    reason: str


def enter(
    asked: EntryAsked, *, by: MemberFacts, must_wait: bool, today: date, moment: datetime
) -> EntryFacts:
    """Take an entry; it counts at once unless it `must_wait` for somebody's approval.

    DomainError, in words, for a metric that does not add up, a day on which the person belonged
    to no team or that is still to come, no reason, and quantities nobody can mean.
    """
    metric = _metric(asked)
    _check_quantity(metric, asked.quantity)
    if asked.day > today:
        raise DomainError("entry.future", gettext_noop("That day is still to come."))
    if not asked.reason.strip():
        raise DomainError(
            "entry.reason", gettext_noop("Say why: the reason stands beside the number.")
        )
    member = Member.objects.get(id=asked.member.id)
    if people.place_on(member, asked.day) is None:
        raise DomainError(
            "entry.not_assigned", gettext_noop("%(name)s belonged to no team on that day."),
            name=member.name,
        )  # fmt: skip
    made = Entry(
        metric_id=metric.id,
        member=member,
        day=asked.day,
        quantity=asked.quantity,
        reason=asked.reason.strip()[:300],
        state=EntryState.WAITING if must_wait else EntryState.COUNTED,
        entered_by_id=by.id,
        entered_at=moment,
    )
    made.save(force_insert=True)
    _note(made, "entry.made", by, moment)
    if not must_wait:
        _count(made, moment=moment, actor=by.email)
    return entry_queries.entry(made.public_id)


def approve(public_id: str, *, by: MemberFacts, moment: datetime) -> None:
    """Let a waiting entry count.

    ConflictError when somebody has decided already, or its metric takes no entries any more.
    """
    waiting = entry_queries.entry(public_id)
    takes_entries = {
        each.id for each in metrics.metrics(day=waiting.day) if each.aggregation.is_additive
    }
    if waiting.is_waiting and waiting.metric_id not in takes_entries:
        raise ConflictError(
            "entry.cannot_count",
            gettext_noop(
                "Its metric takes no entries any more: it is archived, or it neither counts nor "
                "adds up. Refuse the entry, or bring the metric back."
            ),
        )
    found = _decide(public_id, EntryState.WAITING, EntryState.COUNTED, "", by, moment)
    _note(found, "entry.approved", by, moment)
    _count(found, moment=moment, actor=by.email)


def refuse(public_id: str, *, note: str, by: MemberFacts, moment: datetime) -> None:
    """Decide against a waiting entry, saying why; it never counts."""
    if not note.strip():
        raise DomainError(
            "entry.note", gettext_noop("Say why, so that the person knows what to do.")
        )
    found = _decide(public_id, EntryState.WAITING, EntryState.REFUSED, note, by, moment)
    _note(found, "entry.refused", by, moment)


def withdraw(public_id: str, *, by: MemberFacts, moment: datetime) -> None:
    """Take an entry back. What it counted is superseded; that it was there can still be told."""
    state = entry_queries.entry(public_id).state
    if state not in (EntryState.WAITING, EntryState.COUNTED):
        raise ConflictError("entry.decided", gettext_noop("This entry does not count any more."))
    found = _decide(public_id, state, EntryState.WITHDRAWN, "", by, moment)
    _note(found, "entry.withdrawn", by, moment)
    if state == EntryState.COUNTED:
        _land(found, moment=moment, is_deleted=True)


def _metric(asked: EntryAsked) -> metrics.MetricFacts:
    found = metrics.metric(asked.metric_key, day=asked.day)
    if not isinstance(found.definition, Counting) or not found.aggregation.is_additive:
        raise DomainError(
            "entry.not_additive",
            gettext_noop(
                "Only counts and sums can be entered; averages and ratios follow from those."
            ),
        )
    return found


def _check_quantity(metric: metrics.MetricFacts, quantity: Decimal) -> None:
    if not quantity.is_finite() or quantity == 0:
        raise DomainError("entry.quantity", gettext_noop("Enter a number other than 0."))
    is_count = metric.aggregation is Aggregation.COUNT
    if is_count and quantity != quantity.to_integral_value():
        raise DomainError("entry.whole", gettext_noop("This metric counts: enter a whole number."))
    if abs(quantity) > (calc.MOST_AT_ONCE if is_count else _MOST_ADDED):
        raise DomainError("entry.too_large", gettext_noop("That is more than one entry can hold."))


def _decide(
    public_id: str, before: str, after: str, note: str, by: MemberFacts, moment: datetime
) -> Entry:
    """Move an entry from one state to another, by one person only."""
    moved = Entry.objects.filter(public_id=public_id, state=before).update(
        state=after, decided_by_id=by.id, decided_at=moment, note=note.strip()[:300]
    )
    found = Entry.objects.filter(public_id=public_id).select_related("member").first()
    if found is None:
        raise NotFoundError("entry.unknown", gettext_noop("There is no entry like that."))
    if not moved:
        raise ConflictError(
            "entry.decided", gettext_noop("Somebody has decided about this entry already.")
        )
    return found


def _count(entry: Entry, *, moment: datetime, actor: str) -> None:
    """Land the record that stands for an entry, and say whose it is."""
    with knowledge.batch(moment=moment, reason="entry"):
        source = connect.ensure_source(key=SOURCE, name="Entered by hand", vendor=SOURCE)
        records.match_owner(
            source_id=source.id, key=entry.member.public_id, member=entry.member,
            name=entry.member.name, moment=moment, actor=actor,
        )  # fmt: skip
        _land(entry, moment=moment)


def _land(entry: Entry, *, moment: datetime, is_deleted: bool = False) -> None:
    source = connect.ensure_source(key=SOURCE, name="Entered by hand", vendor=SOURCE)
    row = RecordRow(
        row_number=1,
        kind=RecordKind.ENTRY,
        external_id=entry.public_id,
        texts={
            "type": str(entry.metric_id),
            "name": entry.reason,
            "currency": scope.current().currency,
        },
        amount=entry.quantity,
        dates={"occurred": entry.day},
        users={"owner": entry.member.public_id},
        is_deleted=is_deleted,
    )
    ledger.absorb_rows([row], source_id=source.id, moment=moment, reason="entry")


def _note(entry: Entry, action: str, by: MemberFacts, moment: datetime) -> None:
    audit.record(
        actor=by.email or by.name, action=action, subject=entry.member.name, at=moment,
        entry=entry.public_id, quantity=str(entry.quantity), day=entry.day.isoformat(),
    )  # fmt: skip
