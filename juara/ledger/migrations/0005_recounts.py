import django.db.models.deletion
import juara.core.ids
from django.db import migrations, models

from juara.core.rowsecurity import enable_row_security


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_entries_and_verifications'),
        ('tenancy', '0003_settings'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecountRun',
            fields=[
                ('id', models.BigIntegerField(default=juara.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('public_id', models.CharField(default=juara.core.ids.new_public_id, editable=False, max_length=12, unique=True)),
                ('metric_key', models.CharField(blank=True, max_length=60)),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='running', max_length=8)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('actor', models.CharField(max_length=254)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization')),
            ],
            options={
                'db_table': 'recount_run',
                'indexes': [models.Index(fields=['organization', '-started_at'], name='recount_run_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('organization', 'metric_key'), name='recount_run_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='RecountFill',
            fields=[
                ('id', models.BigIntegerField(default=juara.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('metric_id', models.BigIntegerField()),
                ('position', models.IntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('started', 'Started'), ('done', 'Done')], default='waiting', max_length=8)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('credits_made', models.BigIntegerField(default=0)),
                ('credits_ended', models.BigIntegerField(default=0)),
                ('tallies', models.BigIntegerField(default=0)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ledger.recountrun')),
            ],
            options={
                'db_table': 'recount_fill',
                'constraints': [models.UniqueConstraint(fields=('run', 'metric_id'), name='recount_fill_once')],
            },
        ),
        enable_row_security("recount_run"),
        enable_row_security("recount_fill"),
    ]
