"""Credits, and the tallies counted from them."""

from django.db import models
from django.db.models import Q

from juara.core import db
from juara.core.models import HeavyModel, OneByteField, ScopedManager, TenantModel, public_id_field
from juara.metrics.models import Metric
from juara.people.models import Member
from juara.tenancy.models import Organization


class Credit(HeavyModel):
    """One value of one metric earned on one day from one record. Never edited, only superseded.

    `member_id` and `assignment_id` are 0 when nobody could be credited; `reason` then says why,
    and `owner_key` whom the record named. `share` is in ten-thousandths. `occurred_at` is empty
    for a date without time, which counts as the end of its day. `part` tells several credits of a
    record in one role apart: shares, and what a balance adds and takes away. From
    metrics.calc.INDIRECT on a role is that of the managers above. `item` is what a distinct count
    counts, `rate_id` the exchange rate a converted amount was made by.
    """

    metric_id = models.BigIntegerField()
    role = models.SmallIntegerField()
    part = models.SmallIntegerField(default=0)
    member_id = models.BigIntegerField()
    assignment_id = models.BigIntegerField()
    day = models.DateField()
    occurred_at = models.DateTimeField(null=True)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    share = models.IntegerField(default=10_000)
    record_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    owner_key = models.TextField(default="")
    item = models.TextField(default="")
    rate_id = models.BigIntegerField(null=True)
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
            # Of a cell its open credits, and of days everything that was ever known. With what is
            # counted: a cell's credits lie side by side here, and anywhere in the table.
            models.Index(
                fields=["organization", "metric_id", "role", "day", "assignment_id", "known_until"],
                include=["value", "share"],
                name="credit_cell",
            ),
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
    grain = OneByteField(max_length=1)
    from_day = models.DateField()
    assignment_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    credits = models.BigIntegerField()
    shares = models.BigIntegerField()
    total = models.DecimalField(max_digits=24, decimal_places=4)
    lowest = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    highest = models.DecimalField(max_digits=20, decimal_places=4, null=True)

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
    """Up to which batch the ledger has taken in changes of people, matches and rules.

    `day` is the organization's day it counts relative dates from.
    """

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    batch = models.BigIntegerField(default=0)
    day = models.DateField(null=True)

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


class RecountState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RecountRun(TenantModel):
    """One time numbers were worked out again and mended, metric by metric.

    While it is running it goes on from whatever was done, however often it is interrupted.
    """

    public_id = public_id_field()
    # The key of the one metric that is recounted, '' for all of them.
    metric_key = models.CharField(max_length=60, blank=True)
    state = models.CharField(
        max_length=8, choices=RecountState.choices, default=RecountState.RUNNING
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=254)

    class Meta:
        db_table = "recount_run"
        constraints = [
            # Whoever asks for what is under way joins it.
            models.UniqueConstraint(
                fields=["organization", "metric_key"],
                condition=Q(state="running"),
                name="recount_run_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-started_at"], name="recount_run_newest"),
        ]


class FillState(models.TextChoices):
    WAITING = "waiting"
    STARTED = "started"
    DONE = "done"


class RecountFill(TenantModel):
    """One metric's step of a recount. Started and not done after a crash means: do it again.

    `metric_id` may be of a metric that is no more: what is counted for it then goes.
    """

    run = models.ForeignKey(RecountRun, on_delete=models.CASCADE, related_name="+", db_index=False)
    metric_id = models.BigIntegerField()
    position = models.IntegerField()
    state = models.CharField(max_length=8, choices=FillState.choices, default=FillState.WAITING)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    credits_made = models.BigIntegerField(default=0)
    credits_ended = models.BigIntegerField(default=0)
    tallies = models.BigIntegerField(default=0)

    class Meta:
        db_table = "recount_fill"
        constraints = [
            models.UniqueConstraint(fields=["run", "metric_id"], name="recount_fill_once"),
        ]
