"""The second wall before the rules of periods, and the columns they come from taken away."""

from django.db import migrations

from juara.core.rowsecurity import enable_row_security, one_at_a_time


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0006_period_rules_taken_over")]

    operations = [
        enable_row_security("week_rule"),
        enable_row_security("fiscal_rule"),
        one_at_a_time("week_rule", "organization_id"),
        one_at_a_time("fiscal_rule", "organization_id"),
        migrations.RemoveConstraint("organization", "organization_week_start"),
        migrations.RemoveConstraint("organization", "organization_fiscal_start_month"),
        migrations.RemoveField("organization", "week_start"),
        migrations.RemoveField("organization", "fiscal_start_month"),
    ]
