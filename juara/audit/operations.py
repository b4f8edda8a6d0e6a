"""Writing the audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from juara.audit.models import AuditEntry


def record(*, actor: str, action: str, subject: str = "", at: datetime, **data: Any) -> None:
    """Note that `actor` did `action` (noun.verb) to `subject`, in the running transaction."""
    AuditEntry(actor=actor[:254], action=action, subject=subject[:254], at=at, data=data).save(
        force_insert=True
    )


def record_many(*, actor: str, action: str, subjects: Sequence[str], at: datetime) -> None:
    """Note the same of many subjects, one entry each."""
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=actor[:254], action=action, subject=subject[:254], at=at, data={})
        for subject in subjects
    )
