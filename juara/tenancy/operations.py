"""Creating organizations, and what is decided about one as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from juara.core import db, zones
from juara.core.calendar import FiscalYear
from juara.core.errors import ConflictError, DomainError
from juara.tenancy import periods, scope
from juara.tenancy.models import Organization, Removal

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


# What an administrator may change; each is a column of the organization.
SETTINGS = ("name", "zone", "currency", "needs_entry_approval")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole organization, whatever the day; see also tenancy.periods."""

    name: str
    zone: str
    currency: str
    needs_entry_approval: bool


def create_organization(
    *,
    slug: str,
    name: str,
    zone: str = "UTC",
    currency: str = "USD",
    week_start: str = "monday",
    fiscal_start_month: int = 1,
    is_sample: bool = False,
    moment: datetime,
) -> Organization:
    """Create a tenant. Raises DomainError, in words, for anything it could not work with."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]|[a-z0-9]", slug):
        raise DomainError(
            "organization.slug",
            f"“{slug}” cannot be part of an address. Use small letters, digits and hyphens.",
            slug=slug,
        )
    _check_currency(currency)
    if week_start.lower() not in WEEKDAYS:
        raise DomainError("organization.week_start", f"Choose one of {', '.join(WEEKDAYS)}.")
    _check_zone(zone)
    fiscal = FiscalYear(start_month=fiscal_start_month)
    periods.check(fiscal=fiscal)
    if Organization.objects.filter(slug__iexact=slug).exists():
        raise ConflictError(
            "organization.exists", f"There already is an organization “{slug}”.", slug=slug
        )
    made = Organization(
        slug=slug,
        name=name.strip()[:120] or slug,
        zone=zone,
        currency=currency,
        is_sample=is_sample,
        created_at=moment,
    )
    with db.transaction():
        made.save(force_insert=True)
        with scope.enter(made):
            periods.begin_with(week_start=WEEKDAYS.index(week_start.lower()), fiscal=fiscal)
        made.refresh_from_db(fields=["period_rules"])
    return made


def _check_currency(currency: str) -> None:
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise DomainError("organization.currency", f"“{currency}” is not a currency like USD.")


def _check_zone(zone: str) -> None:
    if zone not in zones.names():
        raise DomainError(
            "zone.unknown", f"“{zone}” is not a time zone. Write one like Asia/Jakarta."
        )


def check(wanted: Settings) -> None:
    """Raise DomainError, in words, for settings an organization could not work with."""
    _check_zone(wanted.zone)
    _check_currency(wanted.currency)
    if not wanted.name.strip():
        raise DomainError("organization.name", "Write the name of the organization.")


def settings_of(organization_id: int) -> Settings:
    """Return an organization's settings as they are now, whatever the scope was entered with."""
    return Settings(*Organization.objects.values_list(*SETTINGS).get(id=organization_id))


def change_settings(organization_id: int, wanted: Settings) -> dict[str, tuple[Any, Any]]:
    """Write an organization's settings; return what was changed, each before and after.

    What follows for its numbers is the caller's part (ledger.settings). Raises DomainError for
    anything it could not work with.
    """
    check(wanted)
    with db.transaction():
        Organization.objects.select_for_update().get(id=organization_id)
        before = settings_of(organization_id)
        changed = {
            name: (getattr(before, name), getattr(wanted, name))
            for name in SETTINGS
            if getattr(before, name) != getattr(wanted, name)
        }
        if changed:
            Organization.objects.filter(id=organization_id).update(
                **{name: after for name, (_, after) in changed.items()}
            )
    return changed


def skip_step(organization_id: int, step: str, *, is_skipped: bool) -> None:
    """Leave a step of the set-up checklist out, or take it up again."""
    with db.transaction():
        organization = Organization.objects.select_for_update().get(id=organization_id)
        others = [each for each in organization.setup_skipped if each != step]
        organization.setup_skipped = [*others, step] if is_skipped else others
        organization.save(update_fields=["setup_skipped"])


def finish_setup(organization_id: int, *, moment: datetime | None) -> None:
    """Put the set-up checklist away, or with None bring it back."""
    Organization.objects.filter(id=organization_id).update(setup_done_at=moment)


def begin_removal(organization_id: int, *, sign_ins: Sequence[int], moment: datetime) -> Removal:
    """Note that an organization is being taken away: from now on it takes nothing in.

    ConflictError when that has begun already.
    """
    with db.transaction():
        began = Organization.objects.filter(id=organization_id, removal_began_at=None)
        if not began.update(removal_began_at=moment):
            raise ConflictError(
                "organization.removing", gettext_noop("This organization is being removed.")
            )
        removal = Removal(subject=organization_id, sign_ins=list(sign_ins), began_at=moment)
        removal.save(force_insert=True)
    return removal
