from django.db import migrations, models

import juara.core.ids


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_settings")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="setup_skipped",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="organization",
            name="removal_began_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Removal",
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
                ("subject", models.BigIntegerField(unique=True)),
                ("sign_ins", models.JSONField(default=list)),
                ("rows_before", models.BigIntegerField(null=True)),
                ("rows_removed", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
            ],
            options={"db_table": "organization_removal"},
        ),
    ]
