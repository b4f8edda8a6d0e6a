"""What a row belongs to, and what changed from what to what."""

from django.db import migrations, models

_FIELDS = ("parent", "old_value", "new_value")


class Migration(migrations.Migration):
    dependencies = [("connect", "0004_background_walls")]

    operations = [
        migrations.AddField("landingrow", name, models.TextField(default="")) for name in _FIELDS
    ]
