"""What is asked of the company, of teams, of job profiles and of people: goals, dated."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from juara.core.models import DatedFact, TenantModel, public_id_field
from juara.goals.types import CUSTOM, GRAINS, Owner, RollUp
from juara.metrics.models import Metric
from juara.people.models import JobProfile, Member, Team


def _owned_by(owner: Owner, field: str) -> Q:
    others = {f"{each}": None for each in ("profile", "member", "team") if each != field}
    mine = Q(**{f"{field}__isnull": False}) if field else Q()
    return Q(owner=owner.value, **others) & mine


class Goal(TenantModel):
    """A metric over a length of time that somebody is measured by.

    It stands for as long as it has a target; its place and whether it is seen at a glance are
    how it is shown, and no input of any number. `from_day` and `until_day` are the days of a
    custom goal, half-open.
    """

    public_id = public_id_field()
    owner = models.CharField(max_length=7)
    profile = models.ForeignKey(JobProfile, on_delete=models.CASCADE, related_name="+", null=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", null=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", null=True)
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+", db_index=False)
    grain = models.CharField(max_length=14)
    from_day = models.DateField(null=True)
    until_day = models.DateField(null=True)
    position = models.IntegerField(default=0)
    is_primary = models.BooleanField(default=True)

    class Meta:
        db_table = "goal"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organization", "profile", "member", "team", "metric", "grain", "from_day",
                    "until_day",
                ],
                name="goal_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(grain__in=list(GRAINS)), name="goal_grain"),
            models.CheckConstraint(
                condition=_owned_by(Owner.COMPANY, "")
                | _owned_by(Owner.TEAM, "team")
                | _owned_by(Owner.PROFILE, "profile")
                | _owned_by(Owner.MEMBER, "member"),
                name="goal_owner",
            ),
            models.CheckConstraint(
                # A comparison with nothing would not refuse it.
                condition=Q(
                    grain=CUSTOM,
                    from_day__isnull=False,
                    from_day__lt=F("until_day"),
                    until_day__isnull=False,
                )
                | (~Q(grain=CUSTOM) & Q(from_day=None, until_day=None)),
                name="goal_days",
            ),
        ]  # fmt: skip


class GoalTarget(DatedFact):
    """What a goal asks for on a range of days. One at a time (migration: EXCLUDE).

    `value` is NULL where the target is the sum of what the people there are asked for. A target
    that is different for one period only is laid over the days of that period.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    roll_up = models.CharField(max_length=7, default=RollUp.OWN.value)
    is_prorated = models.BooleanField(default=True)
    weekdays = models.JSONField(null=True)
    counts_unassigned = models.BooleanField(default=True)
    serves = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+", null=True)

    class Meta:
        db_table = "goal_target"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("goal_target"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0), name="goal_target_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(roll_up=RollUp.OWN.value, value__isnull=False)
                | Q(roll_up=RollUp.MEMBERS.value, value=None),
                name="goal_target_roll_up",
            ),
        ]


class GoalSettings(DatedFact):
    """How an organization judges, on a range of days. One at a time (migration: EXCLUDE).

    From which share of the expectation somebody is on track, or behind rather than at risk; and
    whether managers set the goals of their own teams and people.
    """

    on_track = models.DecimalField(max_digits=6, decimal_places=4)
    behind = models.DecimalField(max_digits=6, decimal_places=4)
    managers_set = models.BooleanField(default=True)

    class Meta:
        db_table = "goal_settings"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("goal_settings"),
            models.CheckConstraint(
                condition=Q(behind__gt=0, behind__lte=F("on_track"), on_track__lte=2),
                name="goal_settings_shares",
            ),
        ]
