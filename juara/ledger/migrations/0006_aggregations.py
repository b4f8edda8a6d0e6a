"""What further aggregations need: parts of a record's credit, items, rates, extremes, a day."""

from django.db import migrations, models


def _amount() -> "models.DecimalField[object, object]":
    return models.DecimalField(max_digits=20, decimal_places=4, null=True)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_recounts")]

    operations = [
        migrations.AddField("credit", "part", models.SmallIntegerField(default=0)),
        migrations.AddField("credit", "item", models.TextField(default="")),
        migrations.AddField("credit", "rate_id", models.BigIntegerField(null=True)),
        migrations.AddField("tally", "lowest", _amount()),
        migrations.AddField("tally", "highest", _amount()),
        migrations.AddField("ledgerposition", "day", models.DateField(null=True)),
    ]
