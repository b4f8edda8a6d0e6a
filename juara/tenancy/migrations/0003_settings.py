from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_walls")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="fiscal_start_month",
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="organization",
            name="needs_entry_approval",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="organization",
            name="setup_done_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="organization",
            name="is_sample",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fiscal_start_month__gte", 1), ("fiscal_start_month__lte", 12)
                ),
                name="organization_fiscal_start_month",
            ),
        ),
    ]
