"""Being away: entered by the person, by who manages them, or by an administrator."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import DomainError, NotFoundError
from juara.events import operations as events
from juara.people import calendars
from juara.people.models import Absence, AbsenceEntry, AbsenceKind
from juara.people.types import MemberFacts
from juara.tenancy import knowledge

# Whoever is away for longer has left, and comes back: that is a place, not an absence.
MOST_DAYS = 731


def add_absence(
    member: MemberFacts,
    *,
    from_day: date,
    until_day: date,
    part: Fraction = Fraction(1),
    kind: str = AbsenceKind.VACATION,
    note: str = "",
    moment: datetime,
    actor: str,
) -> str:
    """Let somebody be away from a day until a day, for a part of what they would work.

    Targets ask less of them for that time. Returns the public id of what was entered.
    """
    _check(from_day, until_day, part, kind)
    with db.transaction(), knowledge.batch(moment=moment, reason="absence") as batch:
        entry = AbsenceEntry(
            member_id=member.id, kind=kind, note=note.strip()[:200], entered_at=moment,
            entered_by=actor,
        )  # fmt: skip
        entry.save(force_insert=True)
        succession.lay(
            Absence,
            about={"entry_id": entry.id},
            values={
                "member_id": member.id,
                "part": Decimal(part.numerator) / part.denominator,
            },
            from_day=from_day,
            until_day=until_day,
            batch=batch.number,
        )
        batch.is_used = True
        # Why somebody is away is told to nobody who keeps the audit trail.
        audit.record(
            actor=actor, action="absence.entered", subject=member.name, at=moment,
            from_day=from_day.isoformat(), until_day=until_day.isoformat(), part=str(part),
        )  # fmt: skip
        events.bump_topics([calendars.TOPIC])
    return entry.public_id


def withdraw_absence(
    member: MemberFacts, public_id: str, *, from_day: date = ALWAYS, moment: datetime, actor: str
) -> bool:
    """Let an absence not be, from a day on; what it was known to be before can be asked as of then.

    Returns whether anything was left to withdraw. NotFoundError unless it is this member's.
    """
    with db.transaction(), knowledge.batch(moment=moment, reason="absence") as batch:
        entry = AbsenceEntry.objects.filter(public_id=public_id, member_id=member.id).first()
        if entry is None:
            raise NotFoundError("absence.unknown", gettext_noop("There is no such absence."))
        changed = succession.lay(
            Absence, about={"entry_id": entry.id}, values=None, from_day=from_day,
            until_day=FOREVER, batch=batch.number,
        )  # fmt: skip
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="absence.withdrawn", subject=member.name, at=moment,
                from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([calendars.TOPIC])
    return changed


def _check(from_day: date, until_day: date, part: Fraction, kind: str) -> None:
    if not ALWAYS <= from_day < until_day <= FOREVER:
        raise DomainError(
            "absence.span",
            gettext_noop("The last day lies before the first one. Choose a later one."),
        )
    if (until_day - from_day).days > MOST_DAYS:
        raise DomainError(
            "absence.too_long",
            gettext_noop(
                "An absence lasts two years at most. Let somebody who is gone for longer leave."
            ),
        )
    if not 0 < part <= 1:
        raise DomainError("absence.part", gettext_noop("Choose how much of the day it is."))
    if kind not in AbsenceKind.values:
        raise DomainError("absence.kind", gettext_noop("Choose what kind of absence it is."))
