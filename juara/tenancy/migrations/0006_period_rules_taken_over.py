"""What organizations went by so far holds since always, and was known before every batch."""

from django.db import migrations

from juara.core import ids
from juara.core.db import OPEN

_ALWAYS, _FOREVER = "1900-01-01", "9999-12-31"


def take_over(apps, schema_editor):  # type: ignore[no-untyped-def]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, week_start, fiscal_start_month FROM organization"
            " WHERE week_start <> 0 OR fiscal_start_month <> 1"
        )
        for organization, week_start, month in cursor.fetchall():
            fact = [organization, _ALWAYS, _FOREVER, 0, OPEN]
            cursor.execute(
                "INSERT INTO week_rule (id, organization_id, valid_from, valid_until, known_from,"
                " known_until, week_start) VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [ids.new_id(), *fact, week_start],
            )
            cursor.execute(
                "INSERT INTO fiscal_rule (id, organization_id, valid_from, valid_until, known_from,"
                " known_until, start_month, pattern, last_weekday, close, named_after)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, 'months', 5, 'nearest', 'end')",
                [ids.new_id(), *fact, month],
            )
            cursor.execute(
                "UPDATE organization SET period_rules = jsonb_build_object("
                " 'weeks', jsonb_build_array(jsonb_build_array(%s::text, %s::int)),"
                " 'since', 0, 'fiscal', jsonb_build_array("
                "   jsonb_build_array(%s::text, %s::int, 'months', 5, 'nearest', 'end')))"
                " WHERE id = %s",
                [_ALWAYS, week_start, _ALWAYS, month, organization],
            )


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_period_rules")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
