"""Signing in below the page: who is let in, and how guessers are kept slow."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from juara.accounts import operations
from juara.accounts.models import SignInAttempt, User
from juara.core.errors import ConflictError, DomainError, LimitError
from tests import cast

EMAIL, PASSWORD = "sari@example.com", "a long enough secret"
HOME, ELSEWHERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture(scope="module")
def hashed() -> str:
    """Hash the password once: that a hash costs time is the point of it."""
    return make_password(PASSWORD)


@pytest.fixture
def sari(db: None, hashed: str) -> User:
    user = User(email=EMAIL, password=hashed, created_at=cast.NOW)
    user.save(force_insert=True)
    return user


def attempt(
    *,
    email: str = EMAIL,
    password: str = PASSWORD,
    network: str = HOME,
    after: timedelta = timedelta(),
) -> User:
    return operations.sign_in(
        email=email, password=password, network=network, moment=cast.NOW + after
    )


def failed(count: int, *, key: str, after: timedelta = timedelta()) -> None:
    """Note failures without the cost of a hash for each."""
    for _ in range(count):
        moment = cast.NOW + after
        operations.note_failure([key], moment=moment)


def refusal(**given: str) -> DomainError:
    with pytest.raises(DomainError) as caught:
        attempt(**given)  # type: ignore[arg-type]
    return caught.value


def test_the_right_password_returns_the_user(sari: User) -> None:
    assert attempt() == sari
    assert attempt(email=" SARI@example.com ") == sari


@pytest.mark.parametrize(
    "given",
    [
        {"password": "wrong"},
        {"email": "nobody@example.com"},
        {"password": ""},
        {"email": ""},
        {"email": "' OR 1=1 --"},
    ],
)
def test_wrong_and_unknown_are_told_the_same(sari: User, given: dict[str, str]) -> None:
    found = refusal(**given)

    assert (found.code, found.message) == (
        "sign_in.refused",
        "The e-mail address or the password is not right.",
    )


def test_ten_failures_make_an_address_wait(sari: User) -> None:
    for _ in range(10):
        assert refusal(password="wrong", network=ELSEWHERE).code == "sign_in.refused"

    with pytest.raises(LimitError) as caught:
        attempt(network=HOME)

    assert caught.value.message == "Too many attempts. Wait fifteen minutes and try again."


def test_nine_failures_do_not(sari: User) -> None:
    failed(9, key=f"email:{EMAIL}")

    assert attempt() == sari


def test_ten_failures_make_a_network_wait_whatever_the_address(sari: User) -> None:
    failed(10, key=f"network:{HOME}")

    with pytest.raises(LimitError):
        attempt(network=HOME)
    assert attempt(network=ELSEWHERE) == sari


def test_an_unknown_address_is_counted_like_a_known_one(db: None) -> None:
    refusal(email="nobody@example.com", password="x")

    assert dict(SignInAttempt.objects.values_list("key", "count")) == {
        "email:nobody@example.com": 1,
        f"network:{HOME}": 1,
    }


def test_the_wait_ends_with_the_window(sari: User) -> None:
    failed(10, key=f"email:{EMAIL}")

    with pytest.raises(LimitError):
        attempt(after=timedelta(minutes=14, seconds=59))
    assert attempt(after=timedelta(minutes=15)) == sari


def test_a_new_window_begins_to_count_from_one(sari: User) -> None:
    failed(9, key=f"email:{EMAIL}")
    failed(1, key=f"email:{EMAIL}", after=timedelta(minutes=16))

    assert SignInAttempt.objects.get(key=f"email:{EMAIL}").count == 1


def test_waiting_attempts_do_not_make_the_wait_longer(sari: User) -> None:
    failed(10, key=f"email:{EMAIL}")
    with pytest.raises(LimitError):
        attempt(after=timedelta(minutes=10))

    assert SignInAttempt.objects.get(key=f"email:{EMAIL}").count == 10
    assert attempt(after=timedelta(minutes=15)) == sari


def test_success_forgets_the_failures_of_the_address_but_not_of_the_network(sari: User) -> None:
    refusal(password="wrong")
    attempt()

    assert dict(SignInAttempt.objects.values_list("key", "count")) == {f"network:{HOME}": 1}


def test_the_same_key_can_be_as_long_as_an_address_can_be(db: None) -> None:
    refusal(email="x" * 2000, password="x")

    assert {len(key) for key in SignInAttempt.objects.values_list("key", flat=True)} == {
        300,
        len(f"network:{HOME}"),
    }


def test_an_address_belongs_to_one_sign_in(sari: User) -> None:
    with pytest.raises(ConflictError) as caught:
        operations.create_user(email="Sari@Example.com", password=PASSWORD, moment=cast.NOW)

    assert caught.value.message == "sari@example.com already has a sign-in."
    assert User.objects.count() == 1
