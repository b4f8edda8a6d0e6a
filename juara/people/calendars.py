"""Reading calendars: what they say, who works by them, and working time per person.

Everything is as known at a batch, in a number of queries that depends on nothing.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from juara.core import db, scope
from juara.core.calendar import FOREVER, ONE_DAY
from juara.core.errors import NotFoundError
from juara.core.worktime import (
    Away,
    OwnTime,
    Span,
    Special,
    WorkCalendar,
    WorkWeek,
    within,
)
from juara.people import models, queries
from juara.people.calendar_types import (
    AbsenceFacts,
    CalendarFacts,
    ChosenSpan,
    DayOff,
    DifferentDay,
    Pattern,
    PatternSpan,
)
from juara.people.queries import LATEST, NOTHING

# Moves whenever a calendar, or who is away, does, so that open pages follow.
TOPIC = "working_time"


# What holds in an organization without any calendar.
_NO_CALENDAR = CalendarFacts(0, "", "", is_default=True, is_archived=False)

_PATTERNS = """
    SELECT c.id, c.public_id, c.name, c.is_default, c.archived_at IS NOT NULL,
           p.weights, p.opens, p.closes, p.country, p.region, p.valid_from, p.valid_until
    FROM work_calendar c
    LEFT JOIN work_pattern p ON p.organization_id = c.organization_id AND p.calendar_id = c.id
        AND p.known_from <= %(batch)s AND p.known_until > %(batch)s
    WHERE c.organization_id = %(organization)s
    ORDER BY c.archived_at IS NOT NULL, NOT c.is_default, lower(c.name), c.id, p.valid_from
"""


def calendars(*, batch: int = LATEST) -> tuple[CalendarFacts, ...]:
    """Return every calendar with what it said at a batch: the default first, archived ones last."""
    found: dict[int, CalendarFacts] = {}
    spans: dict[int, list[PatternSpan]] = {}
    asked = {"organization": scope.current().organization_id, "batch": batch}
    for row in db.rows(_PATTERNS, asked):
        found[row[0]] = CalendarFacts(*row[:5])
        if row[5] is not None:
            weights = tuple(Fraction(each) for each in row[5])
            spans.setdefault(row[0], []).append(
                PatternSpan(Pattern(weights, *row[6:10]), row[10], row[11])
            )
    return tuple(
        CalendarFacts(
            each.id, each.public_id, each.name, each.is_default, each.is_archived,
            tuple(spans.get(each.id, ())),
        )
        for each in found.values()
    )  # fmt: skip


def calendar_of_id(public_id: str, *, batch: int = LATEST) -> CalendarFacts:
    """Return a calendar by its public id; NotFoundError for another organization's, too."""
    for each in calendars(batch=batch):
        if each.public_id == public_id:
            return each
    raise NotFoundError("calendar.unknown", NOTHING)


_DAY = ("calendar_id", "is_company", "name", "weight", "is_extra", "valid_from", "valid_until")


def different_days(
    from_day: date, until_day: date, *, calendar_id: int | None = None, batch: int = LATEST
) -> tuple[DifferentDay, ...]:
    """Return the holidays and company days that touch a span, of one calendar or of all."""
    found = models.CalendarDay.objects.filter(
        known_from__lte=batch, known_until__gt=batch,
        valid_from__lt=until_day, valid_until__gt=from_day,
    )  # fmt: skip
    if calendar_id is not None:
        found = found.filter(calendar_id=calendar_id)
    # The company's own comes last, and so over a public holiday.
    rows = found.order_by("is_company", "valid_from", "id").values_list(*_DAY)
    return tuple(
        DifferentDay(calendar, company, name, Fraction(weight), extra, first, last)
        for calendar, company, name, weight, extra, first, last in rows
    )


def people_by_calendar(day: date, *, batch: int = LATEST) -> dict[int, int]:
    """Return for how many people each calendar is chosen on a day; not those by the default."""
    counts: dict[int, int] = {}
    chosen = models.MemberCalendar.objects.filter(
        known_from__lte=batch, known_until__gt=batch, valid_from__lte=day, valid_until__gt=day
    )
    for calendar_id in chosen.values_list("calendar_id", flat=True):
        counts[calendar_id] = counts.get(calendar_id, 0) + 1
    return counts


def chosen_on(day: date, *, batch: int = LATEST) -> dict[int, int]:
    """Return which calendar is chosen for whom on a day; who works by the default is left out."""
    found = models.MemberCalendar.objects.filter(
        known_from__lte=batch, known_until__gt=batch, valid_from__lte=day, valid_until__gt=day
    )
    return dict(found.values_list("member_id", "calendar_id"))


def chosen_by(member_id: int, *, batch: int = LATEST) -> tuple[ChosenSpan, ...]:
    """Return which calendars were chosen for somebody, in order; the default holds elsewhere."""
    found = models.MemberCalendar.objects.filter(
        member_id=member_id, known_from__lte=batch, known_until__gt=batch
    ).order_by("valid_from")
    return tuple(
        ChosenSpan(*row) for row in found.values_list("calendar_id", "valid_from", "valid_until")
    )


def absences_of(
    member_id: int, from_day: date, until_day: date, *, batch: int = LATEST
) -> tuple[AbsenceFacts, ...]:
    """Return when somebody is away in a span of days, in order."""
    found = models.Absence.objects.filter(
        member_id=member_id, known_from__lte=batch, known_until__gt=batch,
        valid_from__lt=until_day, valid_until__gt=from_day,
    ).order_by("valid_from", "id")  # fmt: skip
    rows = found.values_list(
        "entry__public_id", "member_id", "entry__kind", "entry__note", "part", "valid_from",
        "valid_until", "entry__entered_by",
    )  # fmt: skip
    return tuple(
        AbsenceFacts(key, member, kind, note, Fraction(part), first, last, by)
        for key, member, kind, note, part, first, last, by in rows
    )


@dataclass(slots=True)
class WorkingTimes:
    """Everybody's working time over a span of days. A calendar is made once, on first use."""

    bounds: Span
    _calendars: Mapping[int, CalendarFacts]
    _days: Mapping[int, Sequence[DifferentDay]]
    _chosen: Mapping[int, Sequence[ChosenSpan]]
    _away: Mapping[int, Sequence[Away]]
    _made: dict[int, WorkCalendar] = field(default_factory=dict)
    _own: dict[Hashable, OwnTime] = field(default_factory=dict)
    # The time of all for whom no calendar was chosen.
    _plain: OwnTime | None = None

    @property
    def _default(self) -> int:
        return next((each.id for each in self._calendars.values() if each.is_default), 0)

    def calendar(self, calendar_id: int) -> WorkCalendar:
        """Return the calendar of an id, of the default for an unknown one, within the bounds."""
        if calendar_id not in self._made:
            facts = self._calendars.get(calendar_id, _NO_CALENDAR)
            days = self._days.get(calendar_id, ())
            self._made[calendar_id] = work_calendar(facts, days, self.bounds)
        return self._made[calendar_id]

    def of(self, member_id: int) -> OwnTime:
        """Return the working time of a person, less what they are away for.

        Those who work by the same calendars and are never away share one and the same.
        """
        if member_id not in self._away:
            return self.everybodys(member_id)
        return self._time(member_id, tuple(self._away[member_id]))

    def everybodys(self, member_id: int) -> OwnTime:
        """Return the working time of those who work by the same calendars and are never away."""
        if member_id in self._chosen:
            return self._time(member_id, ())
        if self._plain is None:
            self._plain = self._time(member_id, ())
        return self._plain

    def _time(self, member_id: int, away: tuple[Away, ...]) -> OwnTime:
        by = tuple(self._by(member_id))
        if (by, away) not in self._own:
            self._own[by, away] = OwnTime([(span, self.calendar(each)) for span, each in by], away)
        return self._own[by, away]

    def day_off(self, member_id: int, day: date) -> DayOff | None:
        """Say why somebody need not work on a day; None where they work the whole of it.

        Somebody who is away on a day that is free anyway simply has that day off.
        """
        calendar_id = next(
            (each for span, each in self._by(member_id) if span.from_day <= day < span.until_day),
            self._default,
        )
        if self.calendar(calendar_id).weight(day) == 0:
            named = [
                each.name
                for each in self._days.get(calendar_id, ())
                if each.from_day <= day < each.until_day and not each.is_extra
            ]
            return DayOff(Fraction(0), named[-1] if named else "")
        away = [each for each in self._away.get(member_id, ())
                if each.span.from_day <= day < each.span.until_day]  # fmt: skip
        part = min(sum((each.part for each in away), Fraction(0)), Fraction(1))
        return DayOff(part) if part else None

    def _by(self, member_id: int) -> list[tuple[Span, int]]:
        """Return by which calendar somebody works when, over the whole of the bounds."""
        found: list[tuple[Span, int]] = []
        reached, last = self.bounds.from_day, self.bounds.until_day
        for each in self._chosen.get(member_id, ()):
            first, end = max(each.from_day, reached), min(each.until_day, last)
            if first >= end:
                continue
            if reached < first:
                found.append((Span(reached, first), self._default))
            found.append((Span(first, end), each.calendar_id))
            reached = end
        if reached < last:
            found.append((Span(reached, last), self._default))
        return found


def working_times(
    from_day: date,
    until_day: date,
    *,
    batch: int = LATEST,
    member_ids: Collection[int] | None = None,
) -> WorkingTimes:
    """Return everybody's working time over a span of days, as known at a batch. Four queries.

    `member_ids` keeps to some people; it is for when there are few of them.
    """
    days: dict[int, list[DifferentDay]] = {}
    for day in different_days(from_day, until_day, batch=batch):
        days.setdefault(day.calendar_id, []).append(day)
    return WorkingTimes(
        Span(from_day, until_day),
        {each.id: each for each in calendars(batch=batch)},
        days,
        _chosen(from_day, until_day, batch, member_ids),
        _away(from_day, until_day, batch, member_ids),
    )


def workdays(
    member_ids: Collection[int], from_day: date, until_day: date, *, batch: int = LATEST
) -> dict[int, Fraction]:
    """Return how many working days each member is there for: assigned, and not away.

    Who belongs nowhere on all these days has 0. Five queries.
    """
    times = working_times(from_day, until_day, batch=batch, member_ids=member_ids)
    placed: dict[int, list[Span]] = {}
    for place in queries.places(from_day, until_day, batch=batch):
        placed.setdefault(place.member_id, []).append(Span(place.from_day, place.until_day))
    return {
        member_id: presence(times.of(member_id), placed.get(member_id, ()), times.bounds)
        for member_id in member_ids
    }


def presence(own: OwnTime, placed: Sequence[Span], bounds: Span) -> Fraction:
    """Return the working days inside some bounds that lie in the spans somebody is there."""
    return sum((own.work(span) for span in within(placed, bounds)), Fraction(0))


def work_calendar(
    calendar: CalendarFacts, days: Sequence[DifferentDay], bounds: Span
) -> WorkCalendar:
    """Return what a calendar and its different days come to inside some bounds."""
    return WorkCalendar(bounds, weeks=_weeks(calendar.patterns), specials=_specials(days, bounds))


def _weeks(patterns: Sequence[PatternSpan]) -> list[tuple[date, WorkWeek]]:
    """Return from when each week holds; behind the end of a pattern it is the standard one."""
    found: list[tuple[date, WorkWeek]] = []
    for at, each in enumerate(patterns):
        found.append((each.from_day, each.pattern.week))
        next_day = patterns[at + 1].from_day if at + 1 < len(patterns) else FOREVER
        if each.until_day < next_day:
            found.append((each.until_day, WorkWeek()))
    return found


def _specials(days: Sequence[DifferentDay], bounds: Span) -> dict[date, Special]:
    """Return the different days one by one; the company's come after public ones, and win."""
    found: dict[date, Special] = {}
    for each in days:
        day = max(each.from_day, bounds.from_day)
        while day < min(each.until_day, bounds.until_day):
            found[day] = Special(each.weight, each.is_extra)
            day += ONE_DAY
    return found


def _chosen(
    from_day: date, until_day: date, batch: int, member_ids: Collection[int] | None
) -> dict[int, list[ChosenSpan]]:
    rows = models.MemberCalendar.objects.filter(
        known_from__lte=batch, known_until__gt=batch,
        valid_from__lt=until_day, valid_until__gt=from_day,
    )  # fmt: skip
    if member_ids is not None:
        rows = rows.filter(member_id__in=list(member_ids))
    found: dict[int, list[ChosenSpan]] = {}
    for member_id, calendar_id, first, last in rows.order_by("valid_from").values_list(
        "member_id", "calendar_id", "valid_from", "valid_until"
    ):
        found.setdefault(member_id, []).append(ChosenSpan(calendar_id, first, last))
    return found


def _away(
    from_day: date, until_day: date, batch: int, member_ids: Collection[int] | None
) -> dict[int, list[Away]]:
    rows = models.Absence.objects.filter(
        known_from__lte=batch, known_until__gt=batch,
        valid_from__lt=until_day, valid_until__gt=from_day,
    )  # fmt: skip
    if member_ids is not None:
        rows = rows.filter(member_id__in=list(member_ids))
    found: dict[int, list[Away]] = {}
    facts: tuple[int, date, date, Decimal]
    for facts in rows.values_list("member_id", "valid_from", "valid_until", "part"):
        member_id, first, last, part = facts
        found.setdefault(member_id, []).append(Away(Span(first, last), Fraction(part)))
    return found
