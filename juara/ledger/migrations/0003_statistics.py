"""Let the application refresh the planner's statistics of tables it does not own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_walls"), ("connect", "0002_walls")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION refresh_statistics() RETURNS void
                LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
                BEGIN
                    ANALYZE record, record_version, credit, tally, landing_row;
                END $$;
                REVOKE ALL ON FUNCTION refresh_statistics() FROM PUBLIC;
            """,
            reverse_sql="DROP FUNCTION refresh_statistics()",
        ),
    ]
