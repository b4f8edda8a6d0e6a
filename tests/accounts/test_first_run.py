"""The link that begins an installation."""

from django.test import override_settings

from juara.accounts import first_run
from juara.accounts.models import User
from tests import cast


def somebody() -> None:
    User(email="rina@example.com", created_at=cast.NOW).save(force_insert=True)


def test_the_token_opens_an_empty_installation(db: None) -> None:
    assert len(first_run.token()) == 40
    assert first_run.opens(first_run.token())


def test_no_other_token_does(db: None) -> None:
    token = first_run.token()

    assert not first_run.opens("")
    assert not first_run.opens(token[:-1])
    assert not first_run.opens(token[:-1] + ("0" if token[-1] != "0" else "1"))


def test_another_installation_has_another_token(db: None) -> None:
    token = first_run.token()

    with override_settings(SECRET_KEY="another installation's own"):
        assert not first_run.opens(token)


def test_it_opens_nothing_once_somebody_can_sign_in(db: None) -> None:
    token = first_run.token()
    somebody()

    assert first_run.token() == ""
    assert not first_run.opens(token)
