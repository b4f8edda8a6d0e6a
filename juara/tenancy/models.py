"""The organization, and the batches by which it knows what it knows."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from juara.core import ids
from juara.core.calendar import PATTERNS, PeriodRules
from juara.core.calendar.rules import CLOSES, NAMED_AFTER, read_stored
from juara.core.models import DatedFact, TenantModel, public_id_field


class Organization(models.Model):
    """A tenant. Nothing crosses it.

    Its zone decides which calendar day a moment falls on before a person's own zone is known,
    its currency is the one amounts are counted in.
    """

    id = models.BigIntegerField(primary_key=True, default=ids.new_id, editable=False)
    public_id = public_id_field()
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    # A copy of what is known now of WeekRule and FiscalRule, and the batch since which it is;
    # empty for the plain calendar.
    period_rules = models.JSONField(default=dict)
    # What people enter for themselves waits until somebody above them has approved it.
    needs_entry_approval = models.BooleanField(default=True)
    # When an administrator put the set-up checklist away; empty while it is shown.
    setup_done_at = models.DateTimeField(null=True)
    # The steps of the checklist that somebody chose to leave out, by their keys.
    setup_skipped = models.JSONField(default=list)
    # A believable company to try things on, removed as easily as it came.
    is_sample = models.BooleanField(default=False)
    # Since when it is being taken away: nothing more is written into it.
    removal_began_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organization"
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="organization_slug_unique"),
        ]

    @property
    def rules(self) -> PeriodRules:
        """What weeks and fiscal years go by, as known now."""
        return read_stored(self.period_rules)


class WeekRule(DatedFact):
    """Which weekday weeks begin on, 0 for Monday to 6 for Sunday, from a day on."""

    week_start = models.SmallIntegerField()

    class Meta:
        db_table = "week_rule"
        constraints = [
            *DatedFact.spans("week_rule"),
            models.CheckConstraint(
                condition=Q(week_start__gte=0, week_start__lte=6), name="week_rule_weekday"
            ),
        ]


class FiscalRule(DatedFact):
    """How the fiscal year is laid out from a day on; the fields as in core.calendar.FiscalYear."""

    start_month = models.SmallIntegerField()
    pattern = models.CharField(max_length=6)
    last_weekday = models.SmallIntegerField()
    close = models.CharField(max_length=7)
    named_after = models.CharField(max_length=5)

    class Meta:
        db_table = "fiscal_rule"
        constraints = [
            *DatedFact.spans("fiscal_rule"),
            models.CheckConstraint(
                condition=Q(start_month__gte=1, start_month__lte=12), name="fiscal_rule_month"
            ),
            models.CheckConstraint(
                condition=Q(last_weekday__gte=0, last_weekday__lte=6), name="fiscal_rule_weekday"
            ),
            models.CheckConstraint(
                condition=Q(
                    pattern__in=list(PATTERNS),
                    close__in=list(CLOSES),
                    named_after__in=list(NAMED_AFTER),
                ),
                name="fiscal_rule_layout",
            ),
        ]


class Removal(models.Model):
    """An organization on its way out, and how far that has come. Goes with its last row.

    It stands outside the organization, so that progress can be told until the end; hence
    `subject` for the organization's id. `sign_ins` are the users who had a seat in it.
    """

    id = models.BigIntegerField(primary_key=True, default=ids.new_id, editable=False)
    subject = models.BigIntegerField(unique=True)
    sign_ins = models.JSONField(default=list)
    rows_before = models.BigIntegerField(null=True)
    rows_removed = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()

    class Meta:
        db_table = "organization_removal"


class Batch(TenantModel):
    """One step in what an organization knows: its number orders knowledge, its moment dates it.

    As-of a moment means: as of the last batch committed by then. Numbers have no gaps and
    moments never go back.
    """

    number = models.BigIntegerField()
    committed_at = models.DateTimeField()
    reason = models.CharField(max_length=60)

    class Meta:
        db_table = "batch"
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="batch_number_unique"),
        ]
        indexes = [
            models.Index(fields=["organization", "committed_at"], name="batch_committed"),
        ]
