"""Where rows come from, and each time they came."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from juara.core.models import ScopedManager, TenantModel, public_id_field
from juara.tenancy.models import Organization


class Source(TenantModel):
    """One connected CRM account or feed. `last_received_at`: when it last delivered anything."""

    public_id = public_id_field()
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    vendor = models.CharField(max_length=30)
    last_received_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "source"
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="source_key_unique"),
        ]


class RunState(models.TextChoices):
    LANDING = "landing"
    DONE = "done"
    UNDONE = "undone"


class ImportRun(TenantModel):
    """One import of files. It is stored once all its rows have been read, with the rows.

    From then on it is landing: `landed_row` is how far it has come, committed with the rows it
    landed, so that an interrupted import goes on where it stopped.
    """

    public_id = public_id_field()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.LANDING)
    files = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=254)
    delete_missing = models.BooleanField(default=False)
    row_count = models.BigIntegerField(default=0)
    landed_count = models.BigIntegerField(default=0)
    landed_row = models.BigIntegerField(default=0)
    created_count = models.BigIntegerField(default=0)
    changed_count = models.BigIntegerField(default=0)
    deleted_count = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)

    class Meta:
        db_table = "import_run"
        constraints = [
            # Two imports of one source at a time would land in an order nobody chose.
            models.UniqueConstraint(
                fields=["organization", "source"],
                condition=Q(state=RunState.LANDING),
                name="import_run_one_landing",
            ),
        ]


class RecordContent(models.Model):
    """What a record says, in canonical fields (connect.types).

    Absent text is '', so that comparisons need no third case. Of each date at most one of
    ``_at`` (a moment) and ``_on`` (a day without time) is set. `user_keys` holds every person's
    key in the row, so that a change of who they are finds its records.
    """

    type = models.TextField(default="")
    stage = models.TextField(default="")
    status = models.TextField(default="")
    outcome = models.TextField(default="")
    name = models.TextField(default="")
    account = models.TextField(default="")
    product = models.TextField(default="")
    origin = models.TextField(default="")
    currency = models.TextField(default="")
    url = models.TextField(default="")
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    duration_seconds = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    created_on = models.DateField(null=True)
    occurred_at = models.DateTimeField(null=True)
    occurred_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    owner_key = models.TextField(default="")
    creator_key = models.TextField(default="")
    users = models.JSONField(default=dict)
    user_keys: "ArrayField[Any, Any]" = ArrayField(models.TextField(), default=list)
    attributes = models.JSONField(default=dict)

    class Meta:
        abstract = True


class LandingRow(RecordContent):
    """A canonical row read from a file and not yet landed. Gone once it is."""

    pk = models.CompositePrimaryKey("organization_id", "run_id", "row_number")
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    run_id = models.BigIntegerField()
    row_number = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    external_id = models.CharField(max_length=255)
    is_deleted = models.BooleanField(default=False)

    objects = ScopedManager["LandingRow"]()

    class Meta:
        db_table = "landing_row"
