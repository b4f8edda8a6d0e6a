"""How far a sample company has been loaded."""

from django.db import models

from juara.core.models import TenantModel


class SampleLoad(TenantModel):
    """The loading of one sample company: from which seed, until when, and how far it has come.

    `batch_count` is committed with the batches it counts, so that a load that was interrupted
    goes on where it stopped: the same seed and moment tell the same story.
    """

    seed = models.BigIntegerField()
    until = models.DateTimeField()
    months = models.SmallIntegerField()
    batch_count = models.IntegerField(default=0)
    row_count = models.BigIntegerField(default=0)
    rows_expected = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sample_load"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="sample_load_one"),
        ]
