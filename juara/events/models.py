"""What happened, left for those above to follow up."""

from django.db import models

from juara.core.models import HeavyModel, ScopedManager
from juara.tenancy.models import Organization


class DomainEvent(HeavyModel):
    """Something that happened, in the past tense with a dot, in the transaction of its cause."""

    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "domain_event"


class TopicVersion(models.Model):
    """How often what a topic shows has changed. The truth behind every live update."""

    pk = models.CompositePrimaryKey("organization_id", "topic")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    topic = models.CharField(max_length=80)
    version = models.BigIntegerField(default=0)

    objects = ScopedManager["TopicVersion"]()

    class Meta:
        db_table = "topic_version"
