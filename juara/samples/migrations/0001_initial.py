import django.db.models.deletion
from django.db import migrations, models

import juara.core.ids
from juara.core.rowsecurity import enable_row_security


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenancy", "0004_removal")]

    operations = [
        migrations.CreateModel(
            name="SampleLoad",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=juara.core.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seed", models.BigIntegerField()),
                ("until", models.DateTimeField()),
                ("months", models.SmallIntegerField()),
                ("batch_count", models.IntegerField(default=0)),
                ("row_count", models.BigIntegerField(default=0)),
                ("rows_expected", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "db_table": "sample_load",
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="sample_load_one")
                ],
            },
        ),
        enable_row_security("sample_load"),
    ]
