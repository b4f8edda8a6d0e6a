"""Creating organizations."""

import re
from datetime import datetime

from juara.core import zones
from juara.core.errors import ConflictError, DomainError
from juara.tenancy.models import Organization

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def create_organization(
    *,
    slug: str,
    name: str,
    zone: str = "UTC",
    currency: str = "USD",
    week_start: str = "monday",
    moment: datetime,
) -> Organization:
    """Create a tenant. Raises DomainError, in words, for anything it could not work with."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]|[a-z0-9]", slug):
        raise DomainError(
            "organization.slug",
            f"“{slug}” cannot be part of an address. Use small letters, digits and hyphens.",
        )
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise DomainError("organization.currency", f"“{currency}” is not a currency like USD.")
    if week_start.lower() not in WEEKDAYS:
        raise DomainError("organization.week_start", f"Choose one of {', '.join(WEEKDAYS)}.")
    if zone not in zones.names():
        raise DomainError(
            "zone.unknown", f"“{zone}” is not a time zone. Write one like Asia/Jakarta."
        )
    if Organization.objects.filter(slug__iexact=slug).exists():
        raise ConflictError("organization.exists", f"There already is an organization “{slug}”.")
    made = Organization(
        slug=slug,
        name=name.strip()[:120] or slug,
        zone=zone,
        currency=currency,
        week_start=WEEKDAYS.index(week_start.lower()),
        created_at=moment,
    )
    made.save(force_insert=True)
    return made
