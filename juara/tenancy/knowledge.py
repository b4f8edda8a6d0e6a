"""Knowledge time: every change to an input or a number belongs to one numbered batch.

The batch number is taken after the organization's ledger lock, so there is one writer at a time
and numbers follow commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from juara.core import db, ids, scope
from juara.core.errors import DomainError, GoneError
from juara.core.scope import Scope

# Ids made inside a batch are (number << 30) + counter: time-ordered, unique in the organization,
# made by us, and computable in a set-based INSERT … SELECT by row_number().
_COUNTER_BITS = 30

# The first key of two-key advisory locks, so that other uses cannot collide with the ledger's.
_LEDGER_LOCK = 0x4A75

# The code of the refusal to write into an organization that is being removed.
GONE = "organization.gone"


@dataclass(slots=True)
class OpenBatch:
    """The batch being written. Nothing is stored of it unless something was (`is_used`)."""

    number: int
    moment: datetime
    is_used: bool = False
    # Set by the ledger: what is known after its absorption belongs to the next batch.
    is_absorbed: bool = False
    _counter: int = 0

    @property
    def id_base(self) -> int:
        """Return the number that the next 1-based row numbers are added to."""
        return (self.number << _COUNTER_BITS) + self._counter

    def took(self, count: int) -> None:
        """Note that `count` ids from `id_base` were written."""
        if count > 0:
            self._counter += count
            self.is_used = True

    def next_id(self) -> int:
        self.took(1)
        return (self.number << _COUNTER_BITS) + self._counter


@contextmanager
def batch(*, moment: datetime, reason: str, is_locked: bool = False) -> Iterator[OpenBatch]:
    """Open the next batch of the entered organization, or join the one already open.

    Waits for the organization's ledger lock, which the transaction then holds to its end.
    `moment` is when the batch counts as known; it never goes behind the last one's. `is_locked`
    says that the transaction has asked for the lock itself (`lock_ledger`). Raises GoneError for
    an organization that is being removed.
    """
    current = scope.current()
    if current.batch is not None:
        if current.batch.is_absorbed:
            raise RuntimeError("This batch has been absorbed: open the next in a new transaction.")
        yield current.batch
        return
    if moment.tzinfo is None:
        raise DomainError("batch.naive_moment", "A batch needs a moment with its zone.")
    if not is_locked:
        lock_ledger()
    number, last = _renew(current)
    opened = OpenBatch(number=number + 1, moment=moment if last is None else max(moment, last))
    current.batch = opened
    try:
        yield opened
        if opened.is_used:
            _store(opened, reason)
    finally:
        current.batch = None


def _renew(current: Scope) -> tuple[int, datetime | None]:
    """Bring what numbers depend on up to date; return the newest batch's number and moment.

    The scope was entered before the lock was had: whoever held it may have moved the
    organization to another zone or currency, or begun to remove it.
    """
    found = db.rows(
        "SELECT o.zone, o.currency, o.removal_began_at IS NOT NULL,"
        " (SELECT coalesce(max(number), 0) FROM batch WHERE organization_id = o.id),"
        " (SELECT max(committed_at) FROM batch WHERE organization_id = o.id)"
        " FROM organization o WHERE o.id = %s",
        [current.organization_id],
        kept=True,
    )
    if not found or found[0][2]:
        raise GoneError(GONE, gettext_noop("This organization has been removed."))
    current.zone, current.currency, _, number, last = found[0]
    return int(number), last


def lock_ledger() -> None:
    """Wait until this transaction is the organization's only ledger writer."""
    db.execute(
        "SELECT pg_advisory_xact_lock(%s::integer, hashint8(%s))",
        [_LEDGER_LOCK, scope.current().organization_id],
        kept=True,
    )


def last_number() -> int:
    """Return the number of the newest batch, 0 before the first."""
    number: int = db.one(
        "SELECT coalesce(max(number), 0) FROM batch WHERE organization_id = %s",
        [scope.current().organization_id],
    )[0]
    return number


def last_moment() -> datetime | None:
    """Return when the newest batch was known; None before the first."""
    moment: datetime | None = db.one(
        "SELECT max(committed_at) FROM batch WHERE organization_id = %s",
        [scope.current().organization_id],
    )[0]
    return moment


def moment_of(number: int) -> datetime | None:
    """Return when the newest batch up to a number was known; None before the first."""
    moment: datetime | None = db.one(
        "SELECT max(committed_at) FROM batch WHERE organization_id = %s AND number <= %s",
        [scope.current().organization_id, number],
    )[0]
    return moment


def number_as_of(moment: datetime) -> int:
    """Return the last batch committed by `moment`, 0 when nothing was known yet."""
    number: int = db.one(
        "SELECT coalesce(max(number), 0) FROM batch"
        " WHERE organization_id = %s AND committed_at <= %s",
        [scope.current().organization_id, moment],
    )[0]
    return number


def _store(opened: OpenBatch, reason: str) -> None:
    db.execute(
        "INSERT INTO batch (id, organization_id, number, committed_at, reason)"
        " VALUES (%(id)s, %(organization)s, %(number)s, %(moment)s, %(reason)s)",
        {
            "id": ids.new_id(),
            "organization": scope.current().organization_id,
            "number": opened.number,
            "moment": opened.moment,
            "reason": reason[:60],
        },
        kept=True,
    )
