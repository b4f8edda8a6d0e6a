"""The second wall, and what Django's own constraints cannot say."""

from django.db import migrations

from juara.core.rowsecurity import enable_row_security, one_at_a_time


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial")]

    operations = [
        enable_row_security("metric"),
        enable_row_security("metric_version"),
        one_at_a_time("metric_version", "metric_id"),
    ]
