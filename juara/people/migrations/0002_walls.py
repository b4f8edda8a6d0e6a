"""The second wall, and what Django's own constraints cannot say."""

from django.db import migrations

from juara.core.rowsecurity import enable_row_security, one_at_a_time


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        enable_row_security("member"),
        enable_row_security("team"),
        enable_row_security("team_parent"),
        enable_row_security("assignment"),
        one_at_a_time("team_parent", "team_id"),
        one_at_a_time("assignment", "member_id"),
    ]
