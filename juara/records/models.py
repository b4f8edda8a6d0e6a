"""CRM rows as they were known, and whose they are."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from juara.connect.models import RecordContent
from juara.core import db
from juara.core.models import DatedFact, HeavyModel, TenantModel
from juara.people.models import Member


class Record(HeavyModel):
    """One CRM row by its identity; what it says is in its versions."""

    source_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    external_id = models.CharField(max_length=255)

    class Meta:
        db_table = "record"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source_id", "kind", "external_id"],
                name="record_external_unique",
            ),
        ]


class RecordVersion(RecordContent, HeavyModel):
    """A record as it was known during an interval; never edited, only succeeded.

    `run_id` is the import that brought it.
    """

    record_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    known_from = models.BigIntegerField()
    known_until = models.BigIntegerField(default=db.OPEN)
    run_id = models.BigIntegerField(null=True)
    is_deleted = models.BooleanField(default=False)

    class Meta:
        db_table = "record_version"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "record_id"],
                condition=Q(known_until=db.OPEN),
                name="record_version_one_open",
            ),
            models.CheckConstraint(
                condition=Q(known_from__lt=models.F("known_until")),
                name="record_version_known_span",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "record_id", "known_from"], name="record_version_history"
            ),
            # What belongs to a record: its changes, shares, activities.
            models.Index(
                fields=["organization", "source_id", "parent"],
                name="record_version_parent",
                condition=Q(known_until=db.OPEN) & ~Q(parent=""),
            ),
            models.Index(
                fields=["organization", "run_id"],
                name="record_version_run",
                condition=Q(run_id__isnull=False),
            ),
            models.Index(
                fields=["organization", "record_id"],
                name="record_version_entries",
                condition=Q(kind="entry", known_until=db.OPEN),
            ),
            # The newest of a kind, and how many there are.
            models.Index(
                fields=["organization", "kind", "id"],
                name="record_version_kind",
                condition=Q(known_until=db.OPEN, is_deleted=False),
            ),
            GinIndex(
                fields=["user_keys"],
                name="record_version_users",
                condition=Q(known_until=db.OPEN),
            ),
        ]


class SourceUser(TenantModel):
    """Somebody a source's rows name, by the key they name them with."""

    source_id = models.BigIntegerField()
    key = models.TextField()
    name = models.TextField(default="")
    email = models.TextField(default="")

    class Meta:
        db_table = "source_user"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source_id", "key"], name="source_user_unique"
            ),
        ]


class OwnerMatch(DatedFact):
    """Which member a source's user is, on these days. One at a time (migration: EXCLUDE)."""

    source_user = models.ForeignKey(SourceUser, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "owner_match"
        constraints: ClassVar[list[Any]] = [*DatedFact.spans("owner_match")]
