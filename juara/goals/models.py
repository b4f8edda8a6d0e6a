"""What a job profile is asked for: lines, and the target of each, dated."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from juara.core.models import DatedFact, TenantModel, public_id_field
from juara.goals.types import GRAINS
from juara.metrics.models import Metric
from juara.people.models import JobProfile


class TargetLine(TenantModel):
    """A metric over a length of time that people of a job profile are measured by.

    It stands for as long as it has a target; its place and weight are how it is shown, and no
    input of any number.
    """

    public_id = public_id_field()
    profile = models.ForeignKey(JobProfile, on_delete=models.CASCADE, related_name="+")
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+", db_index=False)
    grain = models.CharField(max_length=7)
    position = models.IntegerField(default=0)
    is_primary = models.BooleanField(default=True)

    class Meta:
        db_table = "target_line"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "profile", "metric", "grain"], name="target_line_unique"
            ),
            models.CheckConstraint(condition=Q(grain__in=list(GRAINS)), name="target_line_grain"),
        ]


class TargetValue(DatedFact):
    """The target of a line on a range of days. One at a time (migration: EXCLUDE)."""

    line = models.ForeignKey(TargetLine, on_delete=models.CASCADE, related_name="+")
    value = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        db_table = "target_value"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("target_value"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_value_not_negative"),
        ]
