"""Credits, and the tallies counted from them."""

from django.db import models
from django.db.models import Q

from juara.core import db
from juara.core.models import HeavyModel, ScopedManager, TenantModel, public_id_field
from juara.metrics.models import Metric
from juara.people.models import Member
from juara.tenancy.models import Organization


class Credit(HeavyModel):
    """One value of one metric earned on one day from one record. Never edited, only superseded.

    `member_id` and `assignment_id` are 0 when nobody could be credited; `reason` then says why,
    and `owner_key` whom the record named. `share` is in ten-thousandths. `occurred_at` is empty
    for a date without time, which counts as the end of its day.
    """

    metric_id = models.BigIntegerField()
    role = models.SmallIntegerField()
    member_id = models.BigIntegerField()
    assignment_id = models.BigIntegerField()
    day = models.DateField()
    occurred_at = models.DateTimeField(null=True)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    share = models.IntegerField(default=10_000)
    record_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    owner_key = models.TextField(default="")
    reason = models.CharField(max_length=20, default="")
    known_from = models.BigIntegerField()
    known_until = models.BigIntegerField(default=db.OPEN)

    class Meta:
        db_table = "credit"
        constraints = [
            models.CheckConstraint(
                condition=Q(known_from__lt=models.F("known_until")), name="credit_known_span"
            ),
            models.CheckConstraint(
                condition=Q(member_id=0, assignment_id=0) & ~Q(reason="")
                | Q(member_id__gt=0, assignment_id__gt=0, reason=""),
                name="credit_assigned_or_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "metric_id", "role", "assignment_id", "day"],
                name="credit_cell",
                condition=Q(known_until=db.OPEN),
            ),
            models.Index(fields=["organization", "metric_id", "day"], name="credit_day"),
            models.Index(fields=["organization", "record_id"], name="credit_record"),
        ]


class Tally(models.Model):
    """The credits of one metric, role and assignment on one day or in one month, counted.

    Derived: thrown away and recounted at will; never a row of zeros. `from_day` is the day, or
    the first of the month. `shares` is in ten-thousandths.
    """

    pk = models.CompositePrimaryKey(
        "organization_id", "metric_id", "role", "grain", "from_day", "assignment_id"
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    metric_id = models.BigIntegerField()
    role = models.SmallIntegerField()
    grain = models.CharField(max_length=1)
    from_day = models.DateField()
    assignment_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    credits = models.BigIntegerField()
    shares = models.BigIntegerField()
    total = models.DecimalField(max_digits=24, decimal_places=4)

    objects = ScopedManager["Tally"]()

    class Meta:
        db_table = "tally"
        indexes = [
            # A month is summed from its days, one assignment at a time.
            models.Index(
                fields=["organization", "metric_id", "role", "assignment_id", "from_day"],
                name="tally_days_of_month",
                condition=Q(grain="d"),
            ),
        ]


class LedgerPosition(models.Model):
    """Up to which batch the ledger has taken in changes of people, matches and rules."""

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    batch = models.BigIntegerField(default=0)

    objects = ScopedManager["LedgerPosition"]()

    class Meta:
        db_table = "ledger_position"


class EntryState(models.TextChoices):
    """Only what is counted has a record; the rest waits for a decision, or was decided against."""

    WAITING = "waiting"
    COUNTED = "counted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Entry(TenantModel):
    """A value typed in by hand for one person, metric and day, with its reason.

    While it is counted, a record of the source ``manual`` stands for it, with the same id.
    """

    public_id = public_id_field()
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=EntryState.choices)
    entered_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "entry"
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="entry_not_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="entry_has_reason"),
        ]
        indexes = [
            models.Index(fields=["organization", "-entered_at"], name="entry_newest"),
            models.Index(
                fields=["organization", "member"],
                name="entry_waiting",
                condition=Q(state="waiting"),
            ),
        ]


class VerificationState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class VerificationRun(TenantModel):
    """One time everything was worked out again beside the live tables, and what came of it."""

    public_id = public_id_field()
    state = models.CharField(
        max_length=8, choices=VerificationState.choices, default=VerificationState.RUNNING
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # '' for the nightly one.
    actor = models.CharField(max_length=254, blank=True)
    is_sound = models.BooleanField(null=True)
    records = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    tallies = models.BigIntegerField(default=0)
    differences = models.JSONField(default=list)

    class Meta:
        db_table = "verification_run"
        indexes = [
            models.Index(fields=["organization", "-started_at"], name="verification_run_newest"),
        ]
