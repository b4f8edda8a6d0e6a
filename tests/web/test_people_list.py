"""The page of people: who sees it, what is changed from it, and its export."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from juara.accounts.models import User
from juara.people import calendar_operations as calendars
from juara.people import operations as people
from juara.people.calendar_types import Pattern
from juara.people.models import Member
from juara.tenancy import scope
from tests import cast
from tests.people.test_pictures import picture
from tests.web import office
from tests.web.office import Office
from tests.web.reading import Document, read

SignedIn = Callable[[str], Client]


def page(client: Client, acme: Office, **asked: str) -> Document:
    return read(client.get(acme.path("people/"), asked))


def exported(client: Client, acme: Office, **asked: str) -> list[list[str]]:
    response = client.get(acme.path("people/export/"), asked)
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_everybody_is_listed_with_where_they_are(admin: Client, acme: Office) -> None:
    found = page(admin, acme)

    assert found.texts("person-name") == [
        "Adi", "Ana", "Budi", "Citra", "Dewi", "Eka", "Mira", "Reza", "Zul",
    ]  # fmt: skip
    assert found.texts("person-team")[:3] == ["Company", "North > Alpha", "North > Alpha"]
    assert found.texts("person-manager")[:4] == ["–", "Mira", "Mira", "Reza"]
    assert found.texts("person-seat")[-2:] == ["Signs in", "Not invited"]
    assert found.one(of="people-count").text == "9 people"
    assert len(found.find(of="button", data_variant="primary")) == 1


@pytest.mark.parametrize(
    ("name", "status"), [("ana", 403), ("mira", 200), ("eka", 200), ("adi", 200)]
)
def test_those_who_lead_may_look(signed_in: SignedIn, acme: Office, name: str, status: int) -> None:
    assert signed_in(name).get(acme.path("people/")).status_code == status
    assert signed_in(name).get(acme.path("people/export/")).status_code == status


def test_only_administrators_are_offered_changes(signed_in: SignedIn, acme: Office) -> None:
    found = page(signed_in("mira"), acme)

    assert found.find(of="bulk") == found.find(of="row-menu") == found.find(of="tick") == []
    assert "Add people" not in found.one("main").text
    # A manager opens the pages of their own people only.
    assert [each.text for each in found.find("a", of="person-name")] == ["Ana", "Budi", "Mira"]


def test_filters_and_order_come_from_the_address(admin: Client, acme: Office) -> None:
    north = acme.teams["North"].public_id
    shown = page(admin, acme, team=north, role="rep", order="name", way="down")

    assert shown.texts("person-name") == ["Citra", "Budi", "Ana"]
    assert shown.one("th", aria_sort="descending").text == "Name"
    assert page(admin, acme, q="nobody at all").texts("person-name") == []
    assert page(admin, acme, team="elsewhere").texts("person-name") == []
    assert page(admin, acme, role="king", page="x").one(of="people-count").text == "9 people"


def test_a_role_is_changed_from_the_list_and_the_list_is_gone_back_to(
    admin: Client, acme: Office
) -> None:
    back = acme.path("people/?role=rep&page=2")
    members = [acme.members["ana"].public_id, acme.members["budi"].public_id]
    response = admin.post(
        acme.path("people/role/"), {"members": members, "role": "manager", "back": back}
    )

    assert (response.status_code, response["Location"]) == (302, back)
    with scope.enter(acme.organization):
        roles = Member.objects.filter(public_id__in=members).values_list("role", flat=True)
        assert set(roles) == {"manager"}
    toast = page(admin, acme).one(of="toast").text
    assert "2 people have the role Manager now." in toast


def test_going_back_never_leads_elsewhere(admin: Client, acme: Office) -> None:
    for elsewhere in ("https://example.com/", "//example.com", "/o/globex/people/", ""):
        response = admin.post(
            acme.path("people/role/"),
            {"members": acme.members["ana"].public_id, "role": "rep", "back": elsewhere},
        )
        assert response["Location"] == "/o/acme/people/"


def test_the_last_administrator_keeps_their_role_with_a_word_why(
    admin: Client, acme: Office
) -> None:
    adi = acme.members["adi"].public_id
    for path, data in (
        ("people/role/", {"members": adi, "role": "rep"}),
        (f"people/{adi}/seat/take/", {}),
    ):
        response = admin.post(acme.path(path), data)
        assert response.status_code == 409
        assert "Make another person an administrator first." in read(response).one(of="toast").text
    assert admin.get(acme.path("people/")).status_code == 200


def test_who_loses_their_seat_is_out_at_their_next_request(
    admin: Client, signed_in: SignedIn, acme: Office
) -> None:
    ana = signed_in("ana")
    assert ana.get(acme.path("leaderboards/")).status_code == 200

    admin.post(acme.path(f"people/{acme.members['ana'].public_id}/seat/take/"))

    assert ana.get(acme.path("leaderboards/")).status_code == 404
    assert page(admin, acme, q="Ana").texts("person-seat") == ["Not invited"]
    assert User.objects.filter(id=acme.users["ana"].id).exists()


def test_an_export_holds_what_is_filtered(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        short = calendars.add_calendar(
            "Short", Pattern(), today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
        )
        calendars.choose_calendar(acme.members["reza"], short.id, moment=cast.NOW, actor=cast.ACTOR)
    rows = exported(admin, acme, role="manager")

    assert rows == [
        ["Name", "E-mail", "Team", "Role", "Manager", "Job profile", "Time zone", "Calendar",
         "Start date", "Sign-in"],
        ["Mira", "mira@example.com", "North > Alpha", "Manager", "", "", "UTC", "Standard", "",
         "Signs in"],
        ["Reza", "reza@example.com", "North", "Manager", "", "", "UTC", "Short", "", "Signs in"],
    ]  # fmt: skip


def test_an_export_longer_than_a_step_is_whole(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        office.crowd(1_001, "East")

    rows = exported(admin, acme)

    assert len(rows) == 1 + 9 + 1_001
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize("risky", ["=1+1", "+62 812", "-x", "@sum"])
def test_nothing_in_an_export_is_a_formula(admin: Client, acme: Office, risky: str) -> None:
    with scope.enter(acme.organization):
        people.ensure_member(name=risky, moment=cast.NOW, actor=cast.ACTOR)

    found = [row[0] for row in exported(admin, acme, place="nowhere")]
    book = admin.get(acme.path("people/export/"), {"place": "nowhere", "format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.getvalue())).get_sheet_by_index(0)

    assert found == ["Name", f"'{risky}"]
    assert [row[0] for row in sheet.to_python()] == found


@pytest.mark.parametrize("language", ["en", "id"])
def test_an_exported_list_pasted_back_changes_nothing(
    admin: Client, acme: Office, language: str
) -> None:
    with scope.enter(acme.organization):
        people.ensure_member(name="=Zed", moment=cast.NOW, actor=cast.ACTOR)
        cast.member("Yuni", "South > Gamma", until_day=cast.TODAY)
        people.place(
            acme.members["ana"], team=acme.teams["Beta"], manager=acme.members["zul"],
            zone="Asia/Jakarta", from_day=cast.at("2025-02-01T00:00").date(),
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    admin.cookies["juara_language"] = language
    text = admin.get(acme.path("people/export/")).getvalue().decode()
    book = admin.get(acme.path("people/export/"), {"format": "xlsx"}).getvalue()

    pasted = admin.post(acme.path("people/add/check/"), {"way": "paste", "text": text})
    file = io.BytesIO(book)
    file.name = "people.xlsx"
    sent = admin.post(acme.path("people/add/check/"), {"way": "file", "file": file})

    for response in (pasted, sent):
        assert response.status_code == 200
        assert response.context["checked"].counts == {"same": 11}


def test_pictures_are_shown_to_the_organization_alone(
    admin: Client, signed_in: SignedIn, acme: Office, globex: Office
) -> None:
    ana = acme.members["ana"].public_id
    file = io.BytesIO(picture())
    file.name = "me.jpg"
    response = admin.post(acme.path(f"people/{ana}/picture/"), {"picture": file})
    assert (response.status_code, response["Location"]) == (302, "/o/acme/people/")

    source = page(admin, acme, q="Ana").one("img").attributes["src"]
    shown = signed_in("dewi").get(source)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert shown["Cache-Control"] == "private, max-age=31536000, immutable"
    assert shown["X-Content-Type-Options"] == "nosniff"

    theirs = Client()
    theirs.force_login(globex.users["adi"])
    assert theirs.get(source).status_code == 404
    assert theirs.get(source.replace("/o/acme/", "/o/globex/")).status_code == 404
    assert Client().get(source).status_code == 302
    assert admin.get(source[:-3] + "aa/").status_code == 404

    admin.post(acme.path(f"people/{ana}/picture/"), {"remove": "1"})
    assert page(admin, acme, q="Ana").find("img") == []
    assert signed_in("dewi").get(source).status_code == 404


def test_a_bad_picture_is_refused_in_words(admin: Client, acme: Office) -> None:
    address = acme.path(f"people/{acme.members['ana'].public_id}/picture/")
    file = io.BytesIO(b"<svg/>")
    file.name = "me.png"

    wrong, none = admin.post(address, {"picture": file}), admin.post(address)

    assert (wrong.status_code, none.status_code) == (422, 422)
    assert read(wrong).one(of="field-error").text == (
        "This is not a picture we can read. Choose a JPEG, PNG, WebP or GIF."
    )
    assert read(none).one(of="field-error").text == "Choose a picture first."


def test_the_account_menu_shows_ones_own_picture(
    admin: Client, signed_in: SignedIn, acme: Office
) -> None:
    file = io.BytesIO(picture())
    file.name = "me.jpg"
    admin.post(acme.path(f"people/{acme.members['ana'].public_id}/picture/"), {"picture": file})

    board = read(signed_in("ana").get(acme.path("leaderboards/")))

    addresses = {each.attributes["src"] for each in board.find("img", of="avatar-picture")}
    assert len(addresses) == 1
    # In the menu, and on the board.
    assert len(board.find("img", of="avatar-picture")) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_every_length(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    asked = {1: "Ana", 3: "i@example"}[count]
    with django_assert_num_queries(13):
        response = admin.get(acme.path("people/"), {"q": asked})
    assert len(response.context["rows"]) == count
