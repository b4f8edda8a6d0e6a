"""Which organizations somebody may enter."""

import pytest

from juara.accounts import queries
from juara.accounts.models import Seat, User
from tests import cast


@pytest.fixture
def sari(db: None) -> User:
    user = User(email="sari@example.com", created_at=cast.NOW)
    user.save(force_insert=True)
    for slug, name in (("zeta", "Zeta"), ("acme", "Acme")):
        Seat.objects.create(user=user, organization=cast.organization(slug, name=name))
    cast.organization("globex")
    return user


def test_organizations_come_by_name_and_only_with_a_seat(sari: User) -> None:
    assert [each.slug for each in queries.organizations_of(sari.id)] == ["acme", "zeta"]
    assert queries.organizations_of(sari.id + 1) == ()


@pytest.mark.parametrize(
    ("slug", "found"),
    [("acme", "acme"), ("ACME", "acme"), ("globex", None), ("nowhere", None), ("", None)],
)
def test_an_address_opens_only_with_a_seat(sari: User, slug: str, found: str | None) -> None:
    organization = queries.organization_of(sari.id, slug)

    assert (organization.slug if organization else None) == found
