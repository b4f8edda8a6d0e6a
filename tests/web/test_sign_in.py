"""The sign-in page: in, out, and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import make_password
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from juara.accounts.models import SignInAttempt, User
from juara.people import operations as people
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.web.reading import read

EMAIL, PASSWORD = "sari@example.com", "a long enough secret"
REFUSED = "The e-mail address or the password is not right."


@pytest.fixture(scope="module")
def hashed() -> str:
    """Hash the password once: that a hash costs time is the point of it."""
    return make_password(PASSWORD)


@pytest.fixture
def sari(acme: Office, hashed: str) -> Office:
    """Let Sari in with a password of her own."""
    with scope.enter(acme.organization):
        user = User(email=EMAIL, password=hashed, created_at=cast.NOW)
        user.save(force_insert=True)
        member = cast.member("Sari", "North", email=EMAIL)
        people.give_seat(member, user, moment=cast.NOW, actor=cast.ACTOR)
    return acme


def sign_in(client: Client, email: str = EMAIL, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def is_in(client: Client, office: Office) -> bool:
    return client.get(office.path()).status_code == 200


def test_the_right_password_leads_to_the_only_organization(client: Client, sari: Office) -> None:
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/")["Location"] == "/o/acme/today/"
    assert is_in(client, sari)


def test_the_address_may_be_written_in_any_case(client: Client, sari: Office) -> None:
    sign_in(client, email="  Sari@Example.COM ")

    assert is_in(client, sari)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "a wrong secret"),
        (EMAIL, PASSWORD.upper()),
        (EMAIL, f" {PASSWORD}"),
        ("nobody@example.com", PASSWORD),
    ],
)
def test_wrong_and_unknown_are_refused_with_the_same_sentence(
    client: Client, sari: Office, email: str, password: str
) -> None:
    response = sign_in(client, email=email, password=password)
    page = read(response)

    assert response.status_code == 422
    assert page.one(of="banner").text == REFUSED
    assert page.one("input", name="password").attributes.get("value", "") == ""
    assert not is_in(client, sari)
    assert configured.SESSION_COOKIE_NAME not in response.cookies


def test_somebody_turned_off_is_refused_with_the_same_sentence(
    client: Client, sari: Office
) -> None:
    User.objects.filter(email=EMAIL).update(is_active=False)

    assert read(sign_in(client)).one(of="banner").text == REFUSED
    assert not is_in(client, sari)


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("", PASSWORD, "Write your e-mail address."),
        ("sari", PASSWORD, "This does not look like an e-mail address."),
        (EMAIL, "", "Write your password."),
        ("x" * 250 + "@example.com", PASSWORD, "at most 254 characters"),
        ("a\x00b@example.com", PASSWORD, "Null characters are not allowed."),
    ],
)
def test_a_form_that_cannot_be_right_says_why(
    client: Client, sari: Office, email: str, password: str, words: str
) -> None:
    response = sign_in(client, email=email, password=password)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not is_in(client, sari)


def test_after_the_tenth_failure_even_the_right_password_waits(
    client: Client, sari: Office, time_machine: TimeMachineFixture
) -> None:
    noted = {"window_from": cast.NOW, "count": 9}
    SignInAttempt.objects.create(key=f"email:{EMAIL}", **noted)
    assert REFUSED in sign_in(client, password="guess").content.decode()

    waiting = sign_in(client)
    time_machine.move_to(cast.NOW + timedelta(minutes=15, seconds=1), tick=False)
    afterwards = sign_in(client)

    assert read(waiting).one(of="banner").text == (
        "Too many attempts. Wait fifteen minutes and try again."
    )
    assert waiting.status_code == 422
    assert afterwards.status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example",
        "\\\\evil.example", "http:evil.example", "javascript:alert(1)", "https:///evil.example",
        " //evil.example", "/\t/evil.example", "http://testserver@evil.example/",
        "ftp://testserver/",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(acme: Office, target: str) -> None:
    client = Client()
    assert client.get("/sign-in/", {"next": target}).context["next"] == ""
    refused = client.post("/sign-in/", {"next": target})
    assert refused.context["next"] == ""

    # Who is in already is sent on without the form, and no further.
    client.force_login(acme.users["ana"])
    assert client.get("/sign-in/", {"next": target})["Location"] == "/"


def test_nobody_is_led_elsewhere_by_the_right_password(client: Client, sari: Office) -> None:
    assert sign_in(client, next="//evil.example/")["Location"] == "/"


@pytest.mark.parametrize("target", ["/o/acme/leaderboards/?by=team", "http://testserver/o/acme/"])
def test_who_was_sent_to_sign_in_goes_back_to_where_they_were(
    client: Client, sari: Office, target: str
) -> None:
    asked = read(client.get("/sign-in/", {"next": target}))

    assert asked.find("input", name="next")[0].attributes["value"] == target
    assert sign_in(client, next=target)["Location"] == target


def test_an_address_inside_sends_to_sign_in_and_back(client: Client, sari: Office) -> None:
    response = client.get("/o/acme/leaderboards/?period=today")

    assert response["Location"] == ("/sign-in/?next=%2Fo%2Facme%2Fleaderboards%2F%3Fperiod%3Dtoday")


def test_who_is_in_does_not_see_the_form_again(client: Client, sari: Office) -> None:
    sign_in(client)

    assert client.get("/sign-in/", {"next": "/o/acme/"})["Location"] == "/o/acme/"
    assert client.get("/sign-in/", {"next": "//evil.example"})["Location"] == "/"


def test_signing_out_takes_a_form(client: Client, sari: Office) -> None:
    sign_in(client)

    assert client.get("/sign-out/").status_code == 405
    assert is_in(client, sari)

    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_in(client, sari)


def test_a_session_ended_is_ended_for_every_copy_of_its_cookie(
    client: Client, sari: Office
) -> None:
    sign_in(client)
    copy = Client()
    copy.cookies[configured.SESSION_COOKIE_NAME] = client.cookies[
        configured.SESSION_COOKIE_NAME
    ].value
    assert is_in(copy, sari)

    client.post("/sign-out/")

    assert not is_in(copy, sari)


def test_a_session_has_another_key_after_signing_in(client: Client, sari: Office) -> None:
    client.session["before"] = True
    before = client.cookies[configured.SESSION_COOKIE_NAME].value
    sign_in(client)

    assert client.cookies[configured.SESSION_COOKIE_NAME].value != before


def test_a_new_password_ends_the_sessions_of_the_old(client: Client, sari: Office) -> None:
    sign_in(client)
    user = User.objects.get(email=EMAIL)
    user.set_password("quite another secret")
    user.save()

    assert not is_in(client, sari)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: Client, sari: Office
) -> None:
    cookie = sign_in(client).cookies["juara_session"]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert (cookie["path"], cookie["max-age"]) == ("/", 14 * 24 * 3600)


def test_over_https_the_cookies_never_travel_without_it(
    client: Client, sari: Office, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    form = client.get("/sign-in/")
    response = sign_in(client)

    assert form.cookies["juara_csrf"]["secure"] is True
    assert response.cookies["juara_session"]["secure"] is True


def test_a_session_ends_after_two_weeks(
    client: Client, sari: Office, time_machine: TimeMachineFixture
) -> None:
    sign_in(client)

    time_machine.move_to(cast.NOW + timedelta(days=14, seconds=-1), tick=False)
    assert is_in(client, sari)
    time_machine.move_to(cast.NOW + timedelta(days=14, seconds=1), tick=False)
    assert not is_in(client, sari)


def test_nothing_of_the_way_in_is_kept_by_a_cache(client: Client, sari: Office) -> None:
    for response in (client.get("/sign-in/"), sign_in(client), client.get("/")):
        assert "no-store" in response["Cache-Control"]


def test_who_belongs_nowhere_is_told_what_to_do(client: Client, db: None) -> None:
    user = User(email=EMAIL, created_at=cast.NOW)
    user.save(force_insert=True)
    client.force_login(user)

    page = read(client.get("/"))

    assert page.one("h1").text == "Your organizations"
    assert "You belong to no organization yet" in page.one("main").text
