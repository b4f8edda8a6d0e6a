"""What a password must be, and what is kept of it."""

import pytest
from django.db import IntegrityError

from juara.accounts import operations
from juara.accounts.models import User
from juara.core.errors import DomainError
from tests import cast


def create(email: str = "sari@example.com", password: str = "a long enough secret") -> User:
    return operations.create_user(email=email, password=password, moment=cast.NOW)


def test_only_an_argon2_hash_is_kept(db: None) -> None:
    kept = create().password

    assert kept.startswith("argon2$argon2id$")
    assert "secret" not in kept
    assert create(email="dewi@example.com").password != kept


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 10 characters"),
        ("", "at least 10 characters"),
        ("1234567890123", "entirely numeric"),
        ("qwertyuiop", "too common"),
        ("password123", "too common"),
    ],
)
def test_a_weak_password_is_refused_in_words(db: None, password: str, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        create(password=password)

    assert User.objects.count() == 0


@pytest.mark.parametrize("email", ["", "sari", "sari@", "@example.com", "a b@example.com"])
def test_what_is_no_address_is_refused(db: None, email: str) -> None:
    with pytest.raises(DomainError, match="valid email address"):
        create(email=email)

    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "password", ["päßwörter und mehr", "暗号は長くなければ駄目です", "  spaces around  "]
)
def test_any_character_may_stand_in_a_password(db: None, password: str) -> None:
    made = create(password=password)

    assert (
        operations.sign_in(email=made.email, password=password, network="", moment=cast.NOW) == made
    )


def test_the_database_keeps_addresses_in_small_letters(db: None) -> None:
    assert create(email="Sari@Example.COM").email == "sari@example.com"

    with pytest.raises(IntegrityError, match="account_user_email_lower"):
        User(email="Dewi@example.com", created_at=cast.NOW).save(force_insert=True)
