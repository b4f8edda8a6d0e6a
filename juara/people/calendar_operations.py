"""Changing calendars. What they say is dated and never edited, only succeeded in a batch."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.events import operations as events
from juara.people import calendars, holiday_filling, public_holidays
from juara.people.calendar_types import Pattern
from juara.people.models import CalendarDay, Member, MemberCalendar, WorkCalendar, WorkPattern
from juara.people.types import MemberFacts
from juara.tenancy import knowledge

# More days in a row are no longer a few different days but another pattern.
MOST_DAYS = 62


def add_calendar(
    name: str, pattern: Pattern, *, today: date, moment: datetime, actor: str
) -> WorkCalendar:
    """Make a calendar that has been so since always, its public holidays filled in."""
    _check_pattern(pattern)
    kept = _check_name(name)
    with db.transaction(), knowledge.batch(moment=moment, reason="calendar") as batch:
        made = WorkCalendar(name=kept)
        made.save(force_insert=True)
        _lay_pattern(made, pattern, ALWAYS, batch.number)
        batch.is_used = True
        holiday_filling.fill(made, batch=batch.number, today=today)
        audit.record(actor=actor, action="calendar.added", subject=kept, at=moment)
    return made


def change_calendar(
    public_id: str,
    *,
    name: str,
    pattern: Pattern,
    from_day: date,
    today: date,
    moment: datetime,
    actor: str,
) -> bool:
    """Let a calendar say something else from a day on; what it said before that day stays.

    Public holidays of another country or region take the place of the old ones from that day
    on. Returns whether anything changed.
    """
    _check_pattern(pattern)
    _check_day(from_day)
    with db.transaction(), knowledge.batch(moment=moment, reason="calendar") as batch:
        found = _found(public_id)
        kept = _check_name(name, but=found.id)
        changed = kept != found.name
        if changed:
            WorkCalendar.objects.filter(id=found.id).update(name=kept)
        laid = _lay_pattern(found, pattern, from_day, batch.number)
        if laid:
            batch.is_used = True
            holiday_filling.fill(found, batch=batch.number, today=today)
            events.bump_topics([calendars.TOPIC])
        if changed or laid:
            audit.record(
                actor=actor, action="calendar.changed", subject=kept, at=moment,
                from_day=from_day.isoformat(), weights=[str(each) for each in pattern.weights],
                hours=f"{pattern.opens:%H:%M}-{pattern.closes:%H:%M}", country=pattern.country,
                region=pattern.region,
            )  # fmt: skip
    return changed or laid


def archive_calendar(public_id: str, *, today: date, moment: datetime, actor: str) -> None:
    """Offer a calendar no more. ConflictError for the default, and while somebody works by it."""
    with db.transaction():
        found = _found(public_id)
        if found.is_default:
            raise ConflictError(
                "calendar.default", gettext_noop("The default calendar cannot be archived.")
            )
        used = MemberCalendar.objects.filter(
            calendar=found, known_until=db.OPEN, valid_until__gt=today
        )
        if used.exists():
            raise ConflictError(
                "calendar.used",
                gettext_noop(
                    "People work by this calendar. Choose another one for them first, on their "
                    "own pages."
                ),
            )
        WorkCalendar.objects.filter(id=found.id, archived_at=None).update(archived_at=moment)
        audit.record(actor=actor, action="calendar.archived", subject=found.name, at=moment)


def restore_calendar(public_id: str, *, moment: datetime, actor: str) -> None:
    """Offer an archived calendar again."""
    with db.transaction():
        found = _found(public_id)
        if (
            WorkCalendar.objects.filter(id=found.id)
            .exclude(archived_at=None)
            .update(archived_at=None)
        ):
            audit.record(actor=actor, action="calendar.restored", subject=found.name, at=moment)


def add_company_day(
    public_ids: Iterable[str],
    *,
    name: str,
    from_day: date,
    until_day: date,
    weight: Fraction = Fraction(0),
    is_extra: bool = False,
    moment: datetime,
    actor: str,
) -> bool:
    """Let days be different in some calendars, over company days that were named there before.

    Returns whether anything changed. `weight` and `is_extra` as in core.worktime.Special.
    """
    _check_day(from_day)
    if not from_day < until_day:
        raise DomainError(
            "calendar.span",
            gettext_noop("The last day lies before the first one. Choose a later one."),
        )
    if (until_day - from_day).days > MOST_DAYS:
        raise DomainError(
            "calendar.too_long",
            gettext_noop("At most %(days)s days at once. Change the weekdays for longer."),
            days=MOST_DAYS,
        )
    called = name.strip()[:120]
    if not called:
        raise DomainError("calendar.day_name", gettext_noop("Say what the day is called."))
    values = {"name": called, "weight": Decimal(weight.numerator) / weight.denominator,
              "is_extra": is_extra}  # fmt: skip
    with db.transaction(), knowledge.batch(moment=moment, reason="company day") as batch:
        changed = [
            _lay_day(_found(each), values, from_day, until_day, batch.number) for each in public_ids
        ]
        batch.is_used |= any(changed)
        if any(changed):
            audit.record(
                actor=actor, action="calendar.day_added", subject=called, at=moment,
                from_day=from_day.isoformat(), until_day=until_day.isoformat(),
                weight=str(weight), is_extra=is_extra,
            )  # fmt: skip
            events.bump_topics([calendars.TOPIC])
    return any(changed)


def withdraw_company_day(public_id: str, day: date, *, moment: datetime, actor: str) -> str:
    """Let the company days that begin on a day be ordinary again; return what they were called."""
    with db.transaction(), knowledge.batch(moment=moment, reason="company day") as batch:
        calendar = _found(public_id)
        found = CalendarDay.objects.filter(
            calendar=calendar, is_company=True, known_until=db.OPEN, valid_from=day
        ).first()
        if found is None:
            raise NotFoundError(
                "calendar.day_unknown", gettext_noop("There is no such company day.")
            )
        _lay_day(calendar, None, found.valid_from, found.valid_until, batch.number)
        batch.is_used = True
        audit.record(
            actor=actor, action="calendar.day_withdrawn", subject=found.name, at=moment,
            calendar=calendar.name, from_day=day.isoformat(),
        )  # fmt: skip
        events.bump_topics([calendars.TOPIC])
    return found.name


def choose_calendar(
    member: MemberFacts | Member,
    calendar_id: int | None,
    *,
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Let somebody work by a calendar from a day until a day; None: by the default.

    Nothing they earned is touched: credits do not rest on it. Returns whether anything changed.
    """
    if not ALWAYS <= from_day < until_day:
        raise DomainError(
            "calendar.span",
            gettext_noop("The last day lies before the first one. Choose a later one."),
        )
    with knowledge.batch(moment=moment, reason=f"calendar of {member.name}") as batch:
        found = None if calendar_id is None else WorkCalendar.objects.get(id=calendar_id)
        if found is not None and found.archived_at is not None:
            raise ConflictError(
                "calendar.archived", gettext_noop("This calendar is archived. Restore it first.")
            )
        # The default is what holds where nothing is chosen.
        values = None if found is None or found.is_default else {"calendar_id": found.id}
        changed = succession.lay(
            MemberCalendar, about={"member_id": member.id}, values=values,
            from_day=from_day, until_day=until_day, batch=batch.number,
        )  # fmt: skip
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="member.calendar", subject=member.name, at=moment,
                calendar="" if found is None else found.name, from_day=from_day.isoformat(),
                until_day=until_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([calendars.TOPIC])
    return changed


def choose_for_newcomers(choices: Sequence[tuple[int, int, date]], *, moment: datetime) -> None:
    """Let people who were added just now work by a calendar from a day on, in few statements.

    `choices` are member, calendar and day.
    """
    if not choices:
        return
    default = set(WorkCalendar.objects.filter(is_default=True).values_list("id", flat=True))
    with knowledge.batch(moment=moment, reason="calendars") as batch:
        MemberCalendar.objects.bulk_create(
            MemberCalendar(
                member_id=member_id, calendar_id=calendar_id, valid_from=from_day,
                known_from=batch.number,
            )
            for member_id, calendar_id, from_day in choices
            if calendar_id not in default
        )  # fmt: skip
        batch.is_used = True


def _found(public_id: str) -> WorkCalendar:
    found = WorkCalendar.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("calendar.unknown", gettext_noop("There is no such calendar."))
    return found


def _lay_pattern(calendar: WorkCalendar, pattern: Pattern, from_day: date, batch: int) -> bool:
    return succession.lay(
        WorkPattern,
        about={"calendar_id": calendar.id},
        values={
            "weights": [Decimal(each.numerator) / each.denominator for each in pattern.weights],
            "opens": pattern.opens,
            "closes": pattern.closes,
            "country": pattern.country,
            "region": pattern.region,
        },
        from_day=from_day,
        until_day=FOREVER,
        batch=batch,
    )


def _lay_day(
    calendar: WorkCalendar,
    values: dict[str, object] | None,
    from_day: date,
    until_day: date,
    batch: int,
) -> bool:
    return succession.lay(
        CalendarDay, about={"calendar_id": calendar.id, "is_company": True}, values=values,
        from_day=from_day, until_day=until_day, batch=batch,
    )  # fmt: skip


def _check_name(name: str, *, but: int = 0) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > 80:
        raise DomainError(
            "calendar.name", gettext_noop("Give the calendar a name of at most 80 letters.")
        )
    if WorkCalendar.objects.filter(name__iexact=kept).exclude(id=but).exists():
        raise ConflictError(
            "calendar.name_taken",
            gettext_noop("There already is a calendar “%(name)s”."),
            name=kept,
        )
    return kept


def _check_pattern(pattern: Pattern) -> None:
    if len(pattern.weights) != 7 or not all(0 <= each <= 1 for each in pattern.weights):
        raise DomainError(
            "calendar.weights", gettext_noop("Each weekday weighs from nothing to a whole day.")
        )
    if not any(pattern.weights):
        raise DomainError(
            "calendar.no_work", gettext_noop("Choose at least one day on which work is done.")
        )
    if pattern.opens >= pattern.closes:
        raise DomainError("calendar.hours", gettext_noop("Work has to begin before it ends."))
    if pattern.country and not public_holidays.is_known(pattern.country, pattern.region):
        raise DomainError(
            "calendar.country", gettext_noop("There are no public holidays of this place here.")
        )


def _check_day(day: date) -> None:
    if not ALWAYS <= day < FOREVER - MOST_DAYS * ONE_DAY:
        raise DomainError("calendar.day", gettext_noop("Choose a day between 1900 and 9999."))
