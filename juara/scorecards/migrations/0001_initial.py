import datetime

import django.db.models.deletion
from django.db import migrations, models

import juara.core.ids
from juara.core.rowsecurity import enable_row_security, one_at_a_time


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0007_calendar_walls'),
        ('tenancy', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScorecardRule',
            fields=[
                ('id', models.BigIntegerField(default=juara.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField(default=datetime.date(1900, 1, 1))),
                ('valid_until', models.DateField(default=datetime.date(9999, 12, 31))),
                ('known_from', models.BigIntegerField()),
                ('known_until', models.BigIntegerField(default=9223372036854775807)),
                ('definition', models.JSONField()),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization')),
                ('profile', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.jobprofile')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.team')),
            ],
            options={
                'db_table': 'scorecard_rule',
            },
        ),
        migrations.AddConstraint(
            model_name='scorecardrule',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__lt', models.F('valid_until'))), name='scorecard_rule_valid_span'),
        ),
        migrations.AddConstraint(
            model_name='scorecardrule',
            constraint=models.CheckConstraint(condition=models.Q(('known_from__lte', models.F('known_until'))), name='scorecard_rule_known_span'),
        ),
        migrations.AddConstraint(
            model_name='scorecardrule',
            constraint=models.CheckConstraint(condition=models.Q(('profile', None), ('team', None), _connector='OR'), name='scorecard_rule_one_owner'),
        ),
        enable_row_security("scorecard_rule"),
        # The company's has neither: a range from NULL to NULL would be every number there is. One
        # organization's company is told from another's by the organization.
        one_at_a_time(
            "scorecard_rule", "organization_id", "coalesce(profile_id, 0)", "coalesce(team_id, 0)"
        ),
    ]
