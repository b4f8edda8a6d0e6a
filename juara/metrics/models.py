"""Metrics as data: what is counted, by which rule, on which days."""

from typing import Any, ClassVar

from django.db import models

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
