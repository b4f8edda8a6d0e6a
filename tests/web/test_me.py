"""My settings: what somebody changes about themselves."""

import io

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from juara.accounts.models import User
from juara.people import operations as people
from juara.people import pictures
from juara.people.models import Member
from juara.tenancy import scope
from tests import cast
from tests.people.test_pictures import picture
from tests.web.office import Office
from tests.web.reading import read

PASSWORD = "a long enough secret"


@pytest.fixture(scope="module")
def hashed() -> str:
    return make_password(PASSWORD)


@pytest.fixture
def ana(acme: Office, hashed: str) -> User:
    user = acme.users["ana"]
    user.password = hashed
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def mine(ana: User) -> Client:
    client = Client()
    client.force_login(ana)
    return client


def name_in(office: Office, member: Member) -> str:
    with scope.enter(office.organization):
        return Member.objects.get(id=member.id).name


@pytest.fixture
def double(ana: User, globex: Office) -> Member:
    """Let Ana belong to Globex, too, as Annie."""
    with scope.enter(globex.organization):
        member = cast.member("Annie", "North", email="annie@globex.example")
        people.give_seat(member, ana, moment=cast.NOW, actor=cast.ACTOR)
    return member


@pytest.mark.parametrize("path", ["", "name/", "picture/", "language/", "password/", "sign-out/"])
def test_strangers_are_sent_to_sign_in(acme: Office, path: str) -> None:
    response = Client().get("/me/") if not path else Client().post(f"/me/{path}")

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_the_page_shows_who_and_where_one_is(mine: Client, double: Member) -> None:
    page = read(mine.get("/me/"))

    assert page.one("input", name="name").attributes["value"] == "Ana"
    assert [each.text for each in page.find(of="me-organization")] == [
        "Acme Sales rep", "Globex Sales rep",
    ]  # fmt: skip
    assert "no-store" in mine.get("/me/")["Cache-Control"]


def test_a_name_is_changed_in_every_organization(
    mine: Client, acme: Office, globex: Office, double: Member
) -> None:
    response = mine.post("/me/name/", {"name": "  Ana   Putri "})

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert name_in(acme, acme.members["ana"]) == "Ana Putri"
    assert name_in(globex, double) == "Ana Putri"
    assert name_in(acme, acme.members["budi"]) == "Budi"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_a_bad_name_is_refused(mine: Client, acme: Office, name: str) -> None:
    assert mine.post("/me/name/", {"name": name}).status_code == 422
    assert name_in(acme, acme.members["ana"]) == "Ana"


def test_ones_own_picture_is_set_and_removed(
    mine: Client, acme: Office, globex: Office, double: Member
) -> None:
    file = io.BytesIO(picture())
    file.name = "me.jpg"
    assert mine.post("/me/picture/", {"picture": file})["Location"] == "/me/"
    for office, member in ((acme, acme.members["ana"]), (globex, double)):
        with scope.enter(office.organization):
            assert list(pictures.fingerprints()) == [member.id]
    source = read(mine.get("/me/")).one("img", of="avatar-picture").attributes["src"]
    assert mine.get(source)["Content-Type"] == "image/webp"

    mine.post("/me/picture/", {"remove": "1"})
    assert read(mine.get("/me/")).find("img", of="avatar-picture") == []


def test_a_bad_picture_is_refused_in_words(mine: Client, acme: Office) -> None:
    file = io.BytesIO(b"GIF89a nothing")
    file.name = "me.gif"
    response = mine.post("/me/picture/", {"picture": file})

    assert response.status_code == 422
    assert read(response).one(of="field-error").text == (
        "This is not a picture we can read. Choose a JPEG, PNG, WebP or GIF."
    )


def test_a_password_is_changed_and_other_sessions_end(
    mine: Client, ana: User, acme: Office
) -> None:
    elsewhere = Client()
    elsewhere.force_login(ana)
    response = mine.post("/me/password/", {"old": PASSWORD, "new": "quite another secret"})

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert mine.get(acme.path("leaderboards/")).status_code == 200
    assert elsewhere.get(acme.path("leaderboards/")).status_code == 302
    ana.refresh_from_db()
    assert ana.check_password("quite another secret")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("not my password", "quite another secret", "This is not your present password."),
        (PASSWORD, "short", "This password is too short. It must contain at least 10 characters."),
        (PASSWORD, "", "Write a new password."),
        ("", "quite another secret", "Write your present password."),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    mine: Client, ana: User, old: str, new: str, problem: str
) -> None:
    response = mine.post("/me/password/", {"old": old, "new": new})

    assert response.status_code == 422
    assert read(response).one(of="field-error").text == problem
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_guessing_the_old_password_is_slowed(mine: Client, ana: User) -> None:
    wrong = {"old": "not my password", "new": "quite another secret"}
    for _ in range(10):
        mine.post("/me/password/", wrong)
    response = mine.post("/me/password/", wrong | {"old": PASSWORD})

    assert read(response).one(of="banner").text == (
        "Too many attempts. Wait fifteen minutes and try again."
    )
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_signing_out_everywhere_ends_every_session(mine: Client, ana: User, acme: Office) -> None:
    elsewhere = Client()
    elsewhere.force_login(ana)
    response = mine.post("/me/sign-out/")

    assert response["Location"] == "/sign-in/"
    for client in (mine, elsewhere):
        assert client.get(acme.path("leaderboards/")).status_code == 302


def test_a_language_is_kept_with_the_sign_in_and_spoken_at_the_next(
    mine: Client, ana: User, acme: Office
) -> None:
    back = acme.path("leaderboards/?period=2025-03")
    response = mine.post("/me/language/", {"language": "id", "next": back})
    assert (response["Location"], response.cookies["juara_language"].value) == (back, "id")
    ana.refresh_from_db()
    assert ana.language == "id"

    fresh = Client(headers={"Accept-Language": "en"})
    fresh.post("/sign-in/", {"email": ana.email, "password": PASSWORD})

    assert read(fresh.get("/me/")).one("html").attributes["lang"] == "id"


@pytest.mark.parametrize("language", ["xx", "<b>", "en-gb"])
def test_an_unknown_language_is_refused(mine: Client, ana: User, language: str) -> None:
    assert mine.post("/me/language/", {"language": language}).status_code == 400
    ana.refresh_from_db()
    assert ana.language == ""


def test_going_back_from_a_language_never_leads_elsewhere(mine: Client) -> None:
    response = mine.post("/me/language/", {"language": "en", "next": "https://example.com/"})

    assert response["Location"] == "/me/"
