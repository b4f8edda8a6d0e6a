"""Who did what, in words, kept as it was written."""

from django.db import models

from juara.core.models import TenantModel


class AuditEntry(TenantModel):
    """One thing somebody did. `actor` is a person's e-mail or the command that acted."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    action = models.CharField(max_length=60)  # noun.verb
    subject = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"
        indexes = [models.Index(fields=["organization", "-at"], name="audit_entry_at")]
