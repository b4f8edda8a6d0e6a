"""The second wall, and what Django's own constraints cannot say."""

from django.db import migrations

from juara.core.rowsecurity import composite_foreign_key, enable_row_security, one_at_a_time


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        enable_row_security("record"),
        enable_row_security("record_version"),
        enable_row_security("source_user"),
        enable_row_security("owner_match"),
        one_at_a_time("owner_match", "source_user_id"),
        composite_foreign_key("record_version", "record_id", "record"),
    ]
