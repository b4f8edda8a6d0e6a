"""The grain of a tally in one byte: its rows and their index are read and written faster."""

from django.db import migrations, models

from juara.core.models import OneByteField

_DAYS = models.Index(
    fields=["organization", "metric_id", "role", "assignment_id", "from_day"],
    name="tally_days_of_month",
    condition=models.Q(grain="d"),
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_cells")]

    operations = [
        # Its condition would go on comparing texts.
        migrations.RemoveIndex("tally", "tally_days_of_month"),
        migrations.AlterField("tally", "grain", OneByteField(max_length=1)),
        migrations.AddIndex("tally", _DAYS),
    ]
