"""Who a user is, and which organizations they may enter."""

from juara.accounts.models import Seat, User
from juara.accounts.types import UserFacts
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


def user(user_id: int) -> UserFacts:
    """Return a user who exists."""
    row = User.objects.values_list("id", "email", "language").get(id=user_id)
    return UserFacts(*row)


def has_sign_in(email: str) -> bool:
    """Say whether somebody signs in with this address already, here or elsewhere."""
    return bool(User.objects.filter(email=email.strip().lower()).exists())


def has_seat_elsewhere(user_id: int, organization_id: int) -> bool:
    """Say whether a user belongs to another organization, too."""
    return Seat.objects.filter(user_id=user_id).exclude(organization_id=organization_id).exists()


def has_users() -> bool:
    """Say whether anybody can sign in at all: until then the installation is to be begun."""
    return bool(User.objects.exists())
