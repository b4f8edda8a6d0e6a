"""Targets of job profiles become goals, which teams, people and the company have, too."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import juara.core.ids
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.db import OPEN
from juara.core.rowsecurity import enable_row_security, one_at_a_time
from juara.goals.types import CUSTOM, GRAINS


def _key(to):
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=to
    )


def _owned_by(owner, field):
    others = {each: None for each in ("profile", "member", "team") if each != field}
    mine = Q(**{f"{field}__isnull": False}) if field else Q()
    return Q(owner=owner, **others) & mine


class Migration(migrations.Migration):

    dependencies = [
        ("goals", "0001_initial"),
        ("metrics", "0002_walls"),
        ("people", "0004_member_picture"),
        ("tenancy", "0002_walls"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE target_value RENAME CONSTRAINT target_value_one_at_a_time"
            " TO goal_target_one_at_a_time",
            "ALTER TABLE target_value RENAME CONSTRAINT goal_target_one_at_a_time"
            " TO target_value_one_at_a_time",
        ),
        migrations.RemoveConstraint("targetline", "target_line_unique"),
        migrations.RemoveConstraint("targetline", "target_line_grain"),
        migrations.RemoveConstraint("targetvalue", "target_value_valid_span"),
        migrations.RemoveConstraint("targetvalue", "target_value_known_span"),
        migrations.RemoveConstraint("targetvalue", "target_value_not_negative"),
        migrations.RenameModel("TargetLine", "Goal"),
        migrations.AlterModelTable("goal", "goal"),
        migrations.RenameModel("TargetValue", "GoalTarget"),
        migrations.AlterModelTable("goaltarget", "goal_target"),
        migrations.RenameField("goaltarget", "line", "goal"),
        migrations.AddField(
            "goal", "owner", models.CharField(max_length=7, default="profile"),
            preserve_default=False,
        ),
        migrations.AlterField("goal", "profile", _key("people.jobprofile")),
        migrations.AddField("goal", "member", _key("people.member")),
        migrations.AddField("goal", "team", _key("people.team")),
        migrations.AlterField("goal", "grain", models.CharField(max_length=14)),
        migrations.AddField("goal", "from_day", models.DateField(null=True)),
        migrations.AddField("goal", "until_day", models.DateField(null=True)),
        migrations.AlterField(
            "goaltarget", "value", models.DecimalField(decimal_places=4, max_digits=20, null=True)
        ),
        migrations.AddField(
            "goaltarget", "roll_up", models.CharField(max_length=7, default="own")
        ),
        migrations.AddField("goaltarget", "is_prorated", models.BooleanField(default=True)),
        migrations.AddField("goaltarget", "weekdays", models.JSONField(null=True)),
        migrations.AddField("goaltarget", "counts_unassigned", models.BooleanField(default=True)),
        migrations.AddField("goaltarget", "serves", _key("goals.goal")),
        migrations.AddConstraint(
            "goal",
            models.UniqueConstraint(
                fields=[
                    "organization", "profile", "member", "team", "metric", "grain", "from_day",
                    "until_day",
                ],
                name="goal_unique", nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            "goal", models.CheckConstraint(condition=Q(grain__in=list(GRAINS)), name="goal_grain")
        ),
        migrations.AddConstraint(
            "goal",
            models.CheckConstraint(
                condition=_owned_by("company", "") | _owned_by("team", "team")
                | _owned_by("profile", "profile") | _owned_by("member", "member"),
                name="goal_owner",
            ),
        ),
        migrations.AddConstraint(
            "goal",
            models.CheckConstraint(
                condition=Q(grain=CUSTOM, from_day__isnull=False, from_day__lt=F("until_day"), until_day__isnull=False)
                | (~Q(grain=CUSTOM) & Q(from_day=None, until_day=None)),
                name="goal_days",
            ),
        ),
        migrations.AddConstraint(
            "goaltarget",
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="goal_target_valid_span"
            ),
        ),
        migrations.AddConstraint(
            "goaltarget",
            models.CheckConstraint(
                condition=Q(known_from__lte=F("known_until")), name="goal_target_known_span"
            ),
        ),
        migrations.AddConstraint(
            "goaltarget",
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0), name="goal_target_not_negative"
            ),
        ),
        migrations.AddConstraint(
            "goaltarget",
            models.CheckConstraint(
                condition=Q(roll_up="own", value__isnull=False) | Q(roll_up="members", value=None),
                name="goal_target_roll_up",
            ),
        ),
        migrations.CreateModel(
            name="GoalSettings",
            fields=[
                ("id", models.BigIntegerField(
                    default=juara.core.ids.new_id, editable=False, primary_key=True,
                    serialize=False,
                )),
                ("valid_from", models.DateField(default=ALWAYS)),
                ("valid_until", models.DateField(default=FOREVER)),
                ("known_from", models.BigIntegerField()),
                ("known_until", models.BigIntegerField(default=OPEN)),
                ("on_track", models.DecimalField(decimal_places=4, max_digits=6)),
                ("behind", models.DecimalField(decimal_places=4, max_digits=6)),
                ("managers_set", models.BooleanField(default=True)),
                ("organization", models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE,
                    related_name="+", to="tenancy.organization",
                )),
            ],
            options={"db_table": "goal_settings"},
        ),
        migrations.AddConstraint(
            "goalsettings",
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name="goal_settings_valid_span"
            ),
        ),
        migrations.AddConstraint(
            "goalsettings",
            models.CheckConstraint(
                condition=Q(known_from__lte=F("known_until")), name="goal_settings_known_span"
            ),
        ),
        migrations.AddConstraint(
            "goalsettings",
            models.CheckConstraint(
                condition=Q(behind__gt=0, behind__lte=F("on_track"), on_track__lte=2),
                name="goal_settings_shares",
            ),
        ),
        enable_row_security("goal_settings"),
        one_at_a_time("goal_settings", "organization_id"),
    ]
