"""Where rows come from, and each time they came."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

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


class Upload(TenantModel):
    """A file somebody sent, or a feed brought. Its bytes are below the data directory."""

    public_id = public_id_field()
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    actor = models.CharField(max_length=254)

    class Meta:
        db_table = "upload"
        indexes = [models.Index(fields=["organization", "added_at"], name="upload_added")]


class SavedMapping(TenantModel):
    """A mapping of a source that was given a name. What it says are its versions."""

    public_id = public_id_field()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "saved_mapping"
        constraints = [
            models.UniqueConstraint(
                "organization", "source", Lower("name"), name="saved_mapping_name_unique"
            ),
        ]


class MappingVersion(TenantModel):
    """What a saved mapping said from a moment on. Never edited, only followed by another."""

    mapping = models.ForeignKey(SavedMapping, on_delete=models.CASCADE, related_name="+")
    number = models.IntegerField()
    text = models.TextField()
    saved_at = models.DateTimeField()
    actor = models.CharField(max_length=254)

    class Meta:
        db_table = "mapping_version"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "mapping", "number"], name="mapping_version_number_unique"
            ),
        ]


class FeedKind(models.TextChoices):
    FOLDER = "folder"
    ADDRESS = "address"


class Feed(TenantModel):
    """Where a source's files come from by themselves, and when to look again.

    Looked at every `every_minutes`, or daily at `daily_at` in the organization's zone. A worker
    claims it by moving `next_at` from the value it saw.
    """

    public_id = public_id_field()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    mapping = models.ForeignKey(SavedMapping, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=FeedKind.choices)
    place = models.CharField(max_length=1000)
    pattern = models.CharField(max_length=120, default="*")
    every_minutes = models.IntegerField(null=True)
    daily_at = models.TimeField(null=True)
    is_on = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    last_checked_at = models.DateTimeField(null=True)
    # What the address answered last (ETag and Last-Modified), to be asked for news only.
    last_seen = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    failure_count = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    actor = models.CharField(max_length=254)

    class Meta:
        db_table = "feed"
        constraints = [
            models.CheckConstraint(
                condition=Q(every_minutes__isnull=True, daily_at__isnull=False)
                | Q(every_minutes__gte=5, every_minutes__lte=1440, daily_at__isnull=True),
                name="feed_schedule",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_at"], name="feed_due", condition=Q(is_on=True)
            ),
        ]


class FeedFile(TenantModel):
    """A file a feed has brought. The same content is not brought twice."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    # What tells, without reading it, that a file is the one seen: its size and its time.
    size = models.BigIntegerField()
    changed_ns = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "feed_file"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "feed", "name", "sha256"], name="feed_file_unique"
            ),
        ]


class RunState(models.TextChoices):
    QUEUED = "queued"
    READING = "reading"
    LANDING = "landing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class ImportRun(TenantModel):
    """One import of files.

    One that a command does is stored once all its rows have been read, with the rows. One that a
    worker does is stored before, and waits; `uploads` and `mapping` are what it is to read. Once
    read it is landing: `landed_row` is how far it has come, committed with the rows it landed, so
    that an interrupted import goes on where it stopped.
    """

    public_id = public_id_field()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    feed = models.ForeignKey(Feed, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.LANDING)
    uploads = models.JSONField(default=list)
    mapping = models.TextField(default="")
    # What went wrong: a sentence with its data, and the id the log has it under.
    error = models.JSONField(default=dict)
    undo_asked_at = models.DateTimeField(null=True)
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


class ImportDraft(TenantModel):
    """An import being prepared: its files, what was chosen, the mapping that makes.

    `choices` is the preparer's own state, not looked into here. `check_run` is the last dry run:
    its state, its report, and what it looked at.
    """

    public_id = public_id_field()
    source_key = models.CharField(max_length=60, default="")
    source_name = models.CharField(max_length=120, default="")
    uploads = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    mapping = models.TextField(default="")
    check_run = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "import_draft"
        indexes = [models.Index(fields=["organization", "changed_at"], name="import_draft_changed")]


class ImportProgress(TenantModel):
    """How far an import or a dry run has come, and whether it is asked to stop.

    Apart from both, because it is written while the transaction that reads the files is open, on
    another connection.
    """

    subject = models.CharField(max_length=12)
    phase = models.CharField(max_length=10, default="")
    share = models.FloatField(default=0)
    rows_read = models.BigIntegerField(default=0)
    is_cancel_asked = models.BooleanField(default=False)

    class Meta:
        db_table = "import_progress"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "subject"], name="import_progress_subject_unique"
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
    parent = models.TextField(default="")
    old_value = models.TextField(default="")
    new_value = models.TextField(default="")
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
