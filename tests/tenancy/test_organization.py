"""Creating an organization, and refusing in words what could not work."""

from typing import Any

import pytest

from juara.core.calendar import PLAIN, PeriodRules
from juara.core.errors import ConflictError, DomainError
from juara.tenancy import operations
from juara.tenancy.models import Organization
from tests import cast


def create(slug: str = "acme", name: str = "Acme", **changes: Any) -> Organization:
    return operations.create_organization(slug=slug, name=name, **changes, moment=cast.NOW)


def test_what_is_not_said_has_a_default(db: None) -> None:
    made = create()

    assert (made.slug, made.name, made.zone, made.currency, made.rules) == (
        "acme", "Acme", "UTC", "USD", PLAIN,
    )  # fmt: skip
    assert len(made.public_id) == 12


def test_everything_can_be_said(db: None) -> None:
    made = create(zone="Asia/Jakarta", currency="IDR", week_start="Sunday")

    assert (made.zone, made.currency) == ("Asia/Jakarta", "IDR")
    assert made.rules == PeriodRules.always(week_start=6)


@pytest.mark.parametrize("slug", ["a", "a1", "a-b", "x" * 40, "1st"])
def test_an_address_may_be_of_small_letters_digits_and_hyphens(db: None, slug: str) -> None:
    assert create(slug).slug == slug


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"slug": ""}, "cannot be part of an address"),
        ({"slug": "Acme"}, "cannot be part of an address"),
        ({"slug": "a b"}, "cannot be part of an address"),
        ({"slug": "-a"}, "cannot be part of an address"),
        ({"slug": "a-"}, "cannot be part of an address"),
        ({"slug": "a/b"}, "cannot be part of an address"),
        ({"slug": "a\n"}, "cannot be part of an address"),
        ({"slug": "x" * 41}, "cannot be part of an address"),
        ({"slug": "päris"}, "cannot be part of an address"),
        ({"currency": "usd"}, "“usd” is not a currency like USD."),
        ({"currency": "EURO"}, "is not a currency"),
        ({"week_start": "someday"}, "Choose one of monday, tuesday"),
        ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
        ({"zone": "../../etc/passwd"}, "is not a time zone"),
        ({"zone": ""}, "is not a time zone"),
    ],
)
def test_what_could_not_work_is_refused_in_words(
    db: None, given: dict[str, str], words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        create(**given)

    assert Organization.objects.count() == 0


def test_an_address_is_taken_once(db: None) -> None:
    create("acme")

    with pytest.raises(ConflictError, match=r"There already is an organization “acme”\."):
        create("acme", name="Another")
    assert Organization.objects.get().name == "Acme"
