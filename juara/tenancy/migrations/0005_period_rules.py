import datetime

import django.db.models.deletion
from django.db import migrations, models

import juara.core.ids


def _dated() -> list[tuple[str, models.Field]]:
    return [
        (
            "id",
            models.BigIntegerField(
                default=juara.core.ids.new_id, editable=False, primary_key=True, serialize=False
            ),
        ),
        ("valid_from", models.DateField(default=datetime.date(1900, 1, 1))),
        ("valid_until", models.DateField(default=datetime.date(9999, 12, 31))),
        ("known_from", models.BigIntegerField()),
        ("known_until", models.BigIntegerField(default=9223372036854775807)),
        (
            "organization",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenancy.organization",
            ),
        ),
    ]


def _spans(name: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=models.Q(("valid_from__lt", models.F("valid_until"))),
            name=f"{name}_valid_span",
        ),
        models.CheckConstraint(
            condition=models.Q(("known_from__lte", models.F("known_until"))),
            name=f"{name}_known_span",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_removal")]

    operations = [
        migrations.CreateModel(
            name="WeekRule",
            fields=[*_dated(), ("week_start", models.SmallIntegerField())],
            options={
                "db_table": "week_rule",
                "constraints": [
                    *_spans("week_rule"),
                    models.CheckConstraint(
                        condition=models.Q(("week_start__gte", 0), ("week_start__lte", 6)),
                        name="week_rule_weekday",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FiscalRule",
            fields=[
                *_dated(),
                ("start_month", models.SmallIntegerField()),
                ("pattern", models.CharField(max_length=6)),
                ("last_weekday", models.SmallIntegerField()),
                ("close", models.CharField(max_length=7)),
                ("named_after", models.CharField(max_length=5)),
            ],
            options={
                "db_table": "fiscal_rule",
                "constraints": [
                    *_spans("fiscal_rule"),
                    models.CheckConstraint(
                        condition=models.Q(("start_month__gte", 1), ("start_month__lte", 12)),
                        name="fiscal_rule_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_weekday__gte", 0), ("last_weekday__lte", 6)),
                        name="fiscal_rule_weekday",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("close__in", ["nearest", "last"]),
                            ("named_after__in", ["end", "begin"]),
                            ("pattern__in", ["months", "4-4-5", "4-5-4", "5-4-4"]),
                        ),
                        name="fiscal_rule_layout",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="organization",
            name="period_rules",
            field=models.JSONField(default=dict),
        ),
    ]
