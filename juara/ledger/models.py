"""Credits, and the tallies counted from them."""

from django.db import models
from django.db.models import Q

from juara.core import db
from juara.core.models import HeavyModel, ScopedManager
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
