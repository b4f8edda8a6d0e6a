"""The second wall, and what Django's own constraints cannot say."""

from django.db import migrations

from juara.core.rowsecurity import composite_foreign_key, enable_row_security


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("records", "0001_initial")]

    operations = [
        enable_row_security("credit"),
        enable_row_security("tally"),
        enable_row_security("ledger_position"),
        composite_foreign_key("credit", "record_id", "record"),
    ]
