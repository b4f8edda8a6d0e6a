"""What is counted of a cell stands in its index, where its credits lie side by side."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_grain")]

    operations = [
        migrations.RemoveIndex("credit", "credit_cell"),
        migrations.AddIndex(
            "credit",
            models.Index(
                fields=["organization", "metric_id", "role", "day", "assignment_id", "known_until"],
                include=["value", "share"],
                name="credit_cell",
            ),
        ),
    ]
