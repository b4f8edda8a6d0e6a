"""The second wall of the tables that imports in the background need."""

from django.db import migrations

from juara.core.rowsecurity import enable_row_security


class Migration(migrations.Migration):
    dependencies = [("connect", "0003_background_imports")]

    operations = [
        enable_row_security("upload"),
        enable_row_security("saved_mapping"),
        enable_row_security("mapping_version"),
        enable_row_security("feed"),
        enable_row_security("feed_file"),
        enable_row_security("import_draft"),
        enable_row_security("import_progress"),
    ]
