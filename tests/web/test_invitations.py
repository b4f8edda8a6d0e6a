"""Inviting in the browser, and coming in by a link."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from juara.accounts.models import Invitation, User
from juara.people import invitations
from juara.people import operations as people
from juara.people.models import Member
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.web.reading import Document, read

SignedIn = Callable[[str], Client]
PASSWORD = "a long enough secret"


@pytest.fixture
def nia(acme: Office) -> Member:
    with scope.enter(acme.organization):
        return cast.member("Nia", "North", email="nia@example.com")


def links(page: Document) -> list[str]:
    """Return the addresses a page of links shows, without host."""
    found = page.find("input", type="text", readonly="")
    return [urlsplit(each.attributes["value"]).path for each in found]


def invite(admin: Client, acme: Office, *members: Member) -> list[str]:
    ids = [each.public_id for each in members]
    return links(read(admin.post(acme.path("people/invite/"), {"members": ids})))


def come(address: str, client: Client | None = None, **said: str) -> object:
    return (client or Client()).post(
        address, {"name": "Nia Ramadhani", "password": PASSWORD} | said
    )


def test_a_link_is_shown_once_and_lets_in(admin: Client, acme: Office, nia: Member) -> None:
    (address,) = invite(admin, acme, nia)
    guest = Client()
    page = read(guest.get(address))

    assert page.one("h1").text == "Welcome to Acme"
    assert page.one("input", id="welcome-email").attributes["value"] == "nia@example.com"
    assert page.one("input", name="name").attributes["value"] == "Nia"
    response = come(address, guest)
    assert (response.status_code, response["Location"]) == (302, "/")  # type: ignore[attr-defined,index]
    board = guest.get(acme.path("leaderboards/"))
    assert board.status_code == 200
    assert "Nia Ramadhani" in read(board).one(of="account-who").text
    assert address.encode() not in admin.get(acme.path("people/")).content


def test_links_are_kept_by_no_cache(admin: Client, acme: Office, nia: Member) -> None:
    made = admin.post(acme.path("people/invite/"), {"members": nia.public_id})
    page = Client().get(links(read(made))[0])

    assert "no-store" in made["Cache-Control"]
    assert "no-store" in page["Cache-Control"]


def test_several_are_invited_at_once_and_the_others_named(
    admin: Client, acme: Office, nia: Member
) -> None:
    with scope.enter(acme.organization):
        omar = cast.member("Omar", "North", email="omar@example.com")
    chosen = [nia, omar, acme.members["ana"], acme.members["zul"]]
    response = admin.post(
        acme.path("people/invite/"), {"members": [each.public_id for each in chosen]}
    )
    page = read(response)

    assert len(set(links(page))) == 2
    assert [each.text for each in page.find(of="banner")][1:] == [
        "Not invited, since there is no e-mail address to sign in with: Zul",
        "Signing in already: Ana",
    ]
    assert page.one("a", download="invitations.csv").attributes["href"].startswith("data:text/csv")


def test_nobody_ticked_is_said(admin: Client, acme: Office) -> None:
    response = admin.post(acme.path("people/invite/"), {})

    assert response["Location"] == "/o/acme/people/"
    assert "Tick the people to invite first." in read(admin.get("/o/acme/people/")).one("body").text


@pytest.mark.parametrize("name", ["ana", "mira", "eka"])
def test_only_administrators_invite(
    signed_in: SignedIn, acme: Office, nia: Member, name: str
) -> None:
    client = signed_in(name)
    for path in ("invite/", f"{nia.public_id}/invite/withdraw/", f"{nia.public_id}/invite/reset/",
                 f"{nia.public_id}/seat/take/", "role/", f"{nia.public_id}/picture/"):  # fmt: skip
        response = client.post(
            acme.path(f"people/{path}"), {"members": nia.public_id, "role": "admin"}
        )
        assert response.status_code == 403

    with scope.enter(acme.organization):
        assert Invitation.objects.count() == 0
        assert Member.objects.get(id=nia.id).role == "rep"


def test_another_organizations_people_are_nobodys(
    admin: Client, acme: Office, globex: Office
) -> None:
    theirs = globex.members["zul"].public_id
    for path in ("invite/", f"{theirs}/invite/withdraw/", f"{theirs}/invite/reset/",
                 f"{theirs}/seat/take/", "role/", f"{theirs}/picture/"):  # fmt: skip
        response = admin.post(
            acme.path(f"people/{path}"), {"members": theirs, "role": "manager", "remove": "1"}
        )
        assert response.status_code == 404

    with scope.enter(globex.organization):
        assert Invitation.objects.count() == 0
        assert Member.objects.get(public_id=theirs).role == "rep"


def test_a_link_no_longer_good_says_so_and_what_to_do(
    admin: Client, acme: Office, nia: Member, time_machine: TimeMachineFixture
) -> None:
    (first,) = invite(admin, acme, nia)
    (second,) = invite(admin, acme, nia)
    replaced = Client().get(first)
    come(second)
    used = come(second, password="another long secret")
    with scope.enter(acme.organization):
        omar = cast.member("Omar", "North", email="omar@example.com")
    (third,) = invite(admin, acme, omar)
    time_machine.move_to(cast.NOW + timedelta(days=7), tick=False)
    expired = Client().get(third)

    found = [
        (each.status_code, read(each).one(of="lead").text)  # type: ignore[attr-defined]
        for each in (replaced, used, expired)
    ]
    assert found == [
        (410, "This link has been withdrawn. Ask your administrator whether there is a newer one."),
        (410, "This link has been used already. Sign in with your e-mail address and password."),
        (410, "This link is older than seven days. Ask your administrator for a new one."),
    ]
    assert User.objects.get(email="nia@example.com").check_password(PASSWORD)


def test_a_withdrawn_invitation_is_not_invited_any_more(
    admin: Client, acme: Office, nia: Member
) -> None:
    (address,) = invite(admin, acme, nia)
    seat = read(admin.get(acme.path("people/"), {"q": "Nia"})).texts("person-seat")
    admin.post(acme.path(f"people/{nia.public_id}/invite/withdraw/"))
    after = read(admin.get(acme.path("people/"), {"q": "Nia"})).texts("person-seat")

    assert (seat, after) == (["Invited"], ["Not invited"])
    assert Client().get(address).status_code == 410


def test_an_address_nobody_made_is_not_found_and_soon_slowed(acme: Office) -> None:
    guest = Client()
    address = f"/me/welcome/{acme.organization.public_id}guess/"

    assert [guest.get(address).status_code for _ in range(11)] == [404] * 10 + [429]


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "Write a password."),
        ("short", "This password is too short. It must contain at least 10 characters."),
        ("1234567890123", "This password is entirely numeric."),
    ],
)
def test_a_weak_password_is_refused_in_words(
    admin: Client, acme: Office, nia: Member, password: str, problem: str
) -> None:
    (address,) = invite(admin, acme, nia)
    response = come(address, password=password)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert problem in read(response).one(of="field-error").text
    assert not User.objects.filter(email="nia@example.com").exists()
    assert come(address).status_code == 302  # type: ignore[attr-defined]


def test_who_has_a_sign_in_brings_its_password(
    admin: Client, acme: Office, globex: Office, nia: Member
) -> None:
    with scope.enter(globex.organization):
        there = cast.member("Nia", "North", email="nia@example.com")
        user = User(email="nia@example.com", created_at=cast.NOW)
        user.set_password(PASSWORD)
        user.save(force_insert=True)
        people.give_seat(there, user, moment=cast.NOW, actor=cast.ACTOR)
    (address,) = invite(admin, acme, nia)

    wrong = come(address, password="not the right secret")
    right = Client()
    come(address, right)

    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert read(wrong).one(of="field-error").text == "This is not the password you sign in with."
    assert right.get(acme.path("leaderboards/")).status_code == 200
    assert right.get(globex.path("leaderboards/")).status_code == 200
    assert User.objects.filter(email="nia@example.com").count() == 1


def test_a_link_for_a_new_password_ends_the_sessions_of_the_old(
    admin: Client, signed_in: SignedIn, acme: Office
) -> None:
    ana = acme.members["ana"]
    before = signed_in("ana")
    (address,) = links(read(admin.post(acme.path(f"people/{ana.public_id}/invite/reset/"))))
    guest = Client()

    assert read(guest.get(address)).find("input", name="name") == []
    response = guest.post(address, {"password": "quite another secret"})

    assert response.status_code == 302
    assert guest.get(acme.path("leaderboards/")).status_code == 200
    assert before.get(acme.path("leaderboards/")).status_code == 302
    assert Client().get(address).status_code == 410


def test_who_belongs_elsewhere_too_gets_no_reset_link_from_here(
    admin: Client, acme: Office, globex: Office
) -> None:
    with scope.enter(globex.organization):
        guest = cast.member("Guest", "North")
        people.give_seat(guest, acme.users["ana"], moment=cast.NOW, actor=cast.ACTOR)
    response = admin.post(acme.path(f"people/{acme.members['ana'].public_id}/invite/reset/"))

    assert response.status_code == 409
    assert "also belongs to another organization" in read(response).one(of="toast").text
    with scope.enter(acme.organization):
        assert Invitation.objects.count() == 0


def test_the_welcome_speaks_the_guests_language_and_remembers_it(
    admin: Client, acme: Office, nia: Member
) -> None:
    with scope.enter(acme.organization):
        made = invitations.invite([nia.public_id], moment=cast.NOW, actor=cast.ACTOR)
    guest = Client(headers={"Accept-Language": "id"})
    response = come(f"/me/welcome/{made.links[0].token}/", guest)

    assert User.objects.get(email="nia@example.com").language == "id"
    assert response.cookies["juara_language"].value == "id"  # type: ignore[attr-defined]
