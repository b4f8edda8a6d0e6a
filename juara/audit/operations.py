"""Writing the audit trail."""

from datetime import datetime
from typing import Any

from juara.audit.models import AuditEntry


def record(*, actor: str, action: str, subject: str = "", at: datetime, **data: Any) -> None:
    """Note that `actor` did `action` (noun.verb) to `subject`, in the running transaction."""
    AuditEntry(actor=actor[:254], action=action, subject=subject[:254], at=at, data=data).save(
        force_insert=True
    )
