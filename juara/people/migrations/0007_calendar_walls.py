"""The second wall around calendars, one fact at a time, and a default for who is here already."""

from django.db import migrations

from juara.core import ids
from juara.core.rowsecurity import enable_row_security, one_at_a_time


def add_defaults(apps, schema_editor):
    """Give every organization its default calendar, each inside its own wall."""
    organizations = apps.get_model("tenancy", "Organization").objects.values_list("id", flat=True)
    with schema_editor.connection.cursor() as cursor:
        for organization_id in list(organizations):
            cursor.execute(
                "SELECT set_config('juara.organization', %s, true)", [str(organization_id)]
            )
            cursor.execute(
                "INSERT INTO work_calendar (id, organization_id, public_id, name, is_default)"
                " SELECT %(id)s, %(organization)s, %(key)s, 'Standard', true WHERE NOT EXISTS"
                " (SELECT 1 FROM work_calendar WHERE organization_id = %(organization)s)",
                {"id": ids.new_id(), "organization": organization_id, "key": ids.new_public_id()},
            )
        cursor.execute("SELECT set_config('juara.organization', '', true)")


class Migration(migrations.Migration):
    dependencies = [("people", "0006_work_calendars"), ("tenancy", "0002_walls")]

    operations = [
        enable_row_security("work_calendar"),
        enable_row_security("work_pattern"),
        enable_row_security("calendar_day"),
        enable_row_security("holiday_fill"),
        enable_row_security("member_calendar"),
        enable_row_security("absence_entry"),
        enable_row_security("absence"),
        one_at_a_time("work_pattern", "calendar_id"),
        one_at_a_time("calendar_day", "calendar_id", "is_company::int"),
        one_at_a_time("holiday_fill", "calendar_id"),
        one_at_a_time("member_calendar", "member_id"),
        one_at_a_time("absence", "entry_id"),
        migrations.RunSQL(
            sql="ALTER TABLE work_pattern ADD CONSTRAINT work_pattern_weights CHECK"
            " (cardinality(weights) = 7 AND 0 <= ALL (weights) AND 1 >= ALL (weights))",
            reverse_sql="ALTER TABLE work_pattern DROP CONSTRAINT work_pattern_weights",
        ),
        migrations.RunPython(add_defaults, migrations.RunPython.noop),
    ]
