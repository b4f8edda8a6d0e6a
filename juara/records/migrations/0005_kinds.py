"""An index that has the records of each kind in the order of time."""

from django.db import migrations, models

from juara.core.db import OPEN


class Migration(migrations.Migration):
    dependencies = [("records", "0004_belonging")]

    operations = [
        migrations.AddIndex(
            "recordversion",
            models.Index(
                fields=["organization", "kind", "id"],
                name="record_version_kind",
                condition=models.Q(known_until=OPEN, is_deleted=False),
            ),
        ),
    ]
