"""The second wall, and what Django's own constraints cannot say."""

from django.db import migrations

from juara.core.rowsecurity import enable_row_security


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        enable_row_security("audit_entry"),
    ]
