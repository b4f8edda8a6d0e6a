"""What a record belongs to, and what changed from what to what."""

from django.db import migrations, models

from juara.core.db import OPEN

_FIELDS = ("parent", "old_value", "new_value")


class Migration(migrations.Migration):
    dependencies = [("records", "0003_entries")]

    operations = [
        *[
            migrations.AddField("recordversion", name, models.TextField(default=""))
            for name in _FIELDS
        ],
        migrations.AddIndex(
            "recordversion",
            models.Index(
                fields=["organization", "source_id", "parent"],
                name="record_version_parent",
                condition=models.Q(known_until=OPEN) & ~models.Q(parent=""),
            ),
        ),
    ]
