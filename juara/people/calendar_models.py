"""When people work: calendars, the days that are different, and who is away.

Each of these is an input of numbers and carries both spans. The names of days, and why somebody
is away, are no inputs; the latter stands in a table of its own, so that it can be erased.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from juara.core.models import DatedFact, TenantModel, public_id_field

_ONE = Decimal(1)


class WorkCalendar(TenantModel):
    """A calendar people work by; what it says on which day are its dated facts.

    The default holds for everybody for whom no other is chosen. There is one from the beginning,
    and it stays the default: which one that is would be an input of numbers.
    """

    public_id = public_id_field()
    name = models.CharField(max_length=80)
    is_default = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "work_calendar"
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="work_calendar_name"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="work_calendar_default"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(archived_at=None),
                name="work_calendar_default_stays",
            ),
        ]


class WorkPattern(DatedFact):
    """What each weekday weighs, Monday first, the hours of work, and whose holidays are kept.

    Where none holds it is Monday to Friday, nine to five, without holidays.
    """

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="+")
    weights = ArrayField(models.DecimalField(max_digits=3, decimal_places=2), size=7)
    opens = models.TimeField()
    closes = models.TimeField()
    # ISO 3166: the country's two letters, and the region's code within it; "" for none.
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=12, blank=True)

    class Meta:
        db_table = "work_pattern"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("work_pattern"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="work_pattern_hours"),
        ]


class CalendarDay(DatedFact):
    """Days of a calendar that are not like their weekday: a public holiday, or the company's own.

    They weigh `weight` at most, or at least if they are extra. The company's day comes before a
    public holiday. Public ones are kept as they were when they were filled in (HolidayFill).
    """

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="+")
    is_company = models.BooleanField()
    name = models.CharField(max_length=120)
    weight = models.DecimalField(max_digits=3, decimal_places=2, default=Decimal(0))
    is_extra = models.BooleanField(default=False)

    class Meta:
        db_table = "calendar_day"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("calendar_day"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=_ONE), name="calendar_day_weight"
            ),
        ]


class HolidayFill(DatedFact):
    """On which days a calendar's public holidays are filled in, of where, and by which edition.

    What is filled in is not filled in again, so a newer edition changes no number by itself.
    """

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=12, blank=True)
    edition = models.CharField(max_length=40)

    class Meta:
        db_table = "holiday_fill"
        constraints: ClassVar[list[Any]] = [*DatedFact.spans("holiday_fill")]


class MemberCalendar(DatedFact):
    """By which calendar somebody works on these days; where none is named, by the default.

    Apart from the assignment on purpose: credits rest on that one, and not on this.
    """

    member = models.ForeignKey("people.Member", on_delete=models.CASCADE, related_name="+")
    calendar = models.ForeignKey(
        WorkCalendar, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        db_table = "member_calendar"
        constraints: ClassVar[list[Any]] = [*DatedFact.spans("member_calendar")]


class AbsenceKind(models.TextChoices):
    VACATION = "vacation", "vacation"
    SICK = "sick", "sick"
    OTHER = "other", "other"


class AbsenceEntry(TenantModel):
    """What was said about being away: the kind and a note. No number rests on it."""

    public_id = public_id_field()
    member = models.ForeignKey("people.Member", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=AbsenceKind.choices)
    note = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=254)

    class Meta:
        db_table = "absence_entry"


class Absence(DatedFact):
    """A member is away on these days, for a part of what they would work. May overlap others."""

    entry = models.ForeignKey(AbsenceEntry, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey("people.Member", on_delete=models.CASCADE, related_name="+")
    part = models.DecimalField(max_digits=3, decimal_places=2, default=_ONE)

    class Meta:
        db_table = "absence"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("absence"),
            models.CheckConstraint(condition=Q(part__gt=0, part__lte=_ONE), name="absence_part"),
        ]
        indexes = [models.Index(fields=["organization", "valid_until"], name="absence_days")]
