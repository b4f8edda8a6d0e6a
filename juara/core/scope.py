"""Which organization the current work belongs to.

Only the holder lives here, so that models below tenancy can refuse to be read without it; it is
entered through `juara.tenancy.scope`, which also opens the transaction and tells PostgreSQL.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from juara.core.calendar import PLAIN, PeriodRules


@dataclass(slots=True)
class Scope:
    """The organization entered, its settings that numbers depend on, and the open batch."""

    organization_id: int
    slug: str
    zone: str
    currency: str
    # What weeks and fiscal years go by, as known now.
    rules: PeriodRules = PLAIN
    # The batch that laid them: as of any later one they were the same.
    rules_since: int = 0
    needs_entry_approval: bool = False
    # The knowledge batch of the running transaction, if one has been opened (tenancy.knowledge).
    batch: Any = field(default=None)


class ScopeMissingError(RuntimeError):
    """Tenant data was asked for outside an organization. A loud error instead of a leak."""


_current: ContextVar[Scope | None] = ContextVar("juara_scope", default=None)


def current() -> Scope:
    """Return the entered scope; raise ScopeMissingError outside one."""
    scope = _current.get()
    if scope is None:
        raise ScopeMissingError(
            "Tenant data can only be read inside an organization: enter juara.tenancy.scope first."
        )
    return scope


def holder() -> ContextVar[Scope | None]:
    """Return the variable itself, for tenancy.scope alone."""
    return _current
