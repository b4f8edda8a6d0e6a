"""Which organizations a user may enter."""

from juara.accounts.models import Seat
from juara.tenancy.models import Organization


def organizations_of(user_id: int) -> tuple[Organization, ...]:
    """Return the organizations a user has a seat in, by name."""
    return tuple(
        Organization.objects.filter(
            id__in=Seat.objects.filter(user_id=user_id).values("organization_id")
        ).order_by("name")
    )


def organization_of(user_id: int, slug: str) -> Organization | None:
    """Return the organization at an address, None unless the user has a seat in it."""
    return Organization.objects.filter(
        slug__iexact=slug,
        id__in=Seat.objects.filter(user_id=user_id).values("organization_id"),
    ).first()
