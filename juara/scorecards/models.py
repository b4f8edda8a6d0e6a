"""What people, teams and the company are measured on, dated."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from juara.core.models import DatedFact
from juara.people.models import JobProfile, Team


class ScorecardRule(DatedFact):
    """What a job profile, a team, or else the company is measured on, on a range of days.

    One at a time (migration: EXCLUDE). `definition` is what `definitions` reads and writes; its
    lines name metrics by their public ids.
    """

    profile = models.ForeignKey(JobProfile, on_delete=models.CASCADE, related_name="+", null=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", null=True)
    definition = models.JSONField()

    class Meta:
        db_table = "scorecard_rule"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("scorecard_rule"),
            models.CheckConstraint(
                condition=Q(profile=None) | Q(team=None), name="scorecard_rule_one_owner"
            ),
        ]
