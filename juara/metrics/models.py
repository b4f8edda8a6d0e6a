"""Metrics as data: what is counted, by which rule, on which days."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from juara.core import db, ids
from juara.core.models import DatedFact, TenantModel, public_id_field


class Metric(TenantModel):
    """A thing that is measured. What counts for it, its versions say."""

    public_id = public_id_field()
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=10)  # count, currency, duration, percent, points
    decimals = models.SmallIntegerField(default=0)
    is_higher_better = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "metric"
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="metric_key_unique"),
        ]


class MetricVersion(DatedFact):
    """The rule of a metric on a range of days (definition: metrics.types.Definition as JSON)."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+")
    definition = models.JSONField()

    class Meta:
        db_table = "metric_version"
        constraints: ClassVar[list[Any]] = [*DatedFact.spans("metric_version")]


class ExchangeRate(DatedFact):
    """What one unit of a currency is worth in the organization's, on a range of days.

    One at a time for a currency (migration: EXCLUDE). `source` says where it was taken from.
    `rate_id` stays the same when the row is succeeded by one that was only cut shorter, so that
    credits which were converted by it need no rewriting.
    """

    rate_id = models.BigIntegerField(default=ids.new_id)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=80)

    class Meta:
        db_table = "exchange_rate"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("exchange_rate"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_above_nothing"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="exchange_rate_currency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "currency", "valid_from"],
                name="exchange_rate_known",
                condition=Q(known_until=db.OPEN),
            ),
            models.Index(fields=["organization", "rate_id"], name="exchange_rate_rate"),
        ]
