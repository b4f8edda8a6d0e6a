"""Adding people in the browser: three ways, one check, and nothing stored before it."""

import csv
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.people.models import Member, Team
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.web.reading import Document, read

LIST = (
    "Name,E-mail,Team,Role\n"
    "Putri,putri@example.com,North > Alpha,\n"
    "Joko,joko@example.com,East,manager\n"
    "Ana,ana@example.com,South,\n"
    "Budi,budi@example.com,,\n"
    "Rudi,rudi@@example,,\n"
)


def send(client: Client, acme: Office, step: str, **data: object) -> object:
    return client.post(acme.path(f"people/add/{step}/"), data)


def checked(client: Client, acme: Office, **data: object) -> Document:
    response = send(client, acme, "check", **data)
    assert response.status_code == 200  # type: ignore[attr-defined]
    return read(response)


def names(acme: Office) -> set[str]:
    with scope.enter(acme.organization):
        return set(Member.objects.values_list("name", flat=True))


def upload(content: bytes, name: str = "people.csv") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize("way", ["paste", "file", "one", "nonsense"])
def test_each_way_has_its_page(admin: Client, acme: Office, way: str) -> None:
    page = read(admin.get(acme.path("people/add/"), {"way": way}))

    assert page.one("input", name="way").attributes["value"] == (
        way if way != "nonsense" else "paste"
    )
    assert [each.text for each in page.find("button", data_variant="primary")] == ["Check the list"]


@pytest.mark.parametrize("name", ["ana", "mira", "eka"])
@pytest.mark.parametrize("path", ["people/add/", "people/add/check/", "people/add/store/",
                                  "people/add/problems/"])  # fmt: skip
def test_only_administrators_add_people(
    signed_in: object, acme: Office, name: str, path: str
) -> None:
    client = signed_in(name)  # type: ignore[operator]
    ask = client.get if path == "people/add/" else client.post

    assert ask(acme.path(path), {"text": "Nia"}).status_code == 403
    assert "Nia" not in names(acme)


def test_the_check_says_what_would_happen_and_stores_nothing(admin: Client, acme: Office) -> None:
    before = names(acme)
    page = checked(admin, acme, way="paste", text=LIST)

    assert [each.text for each in page.find(of="intake-count")] == [
        "2 new", "1 will change", "1 here already, unchanged", "1 left out",
    ]  # fmt: skip
    assert page.find("button", data_variant="primary")[-1].text == "Add 2 and change 1"
    main = page.one("main").text
    assert "New teams that will be made: East" in main
    assert "“rudi@@example” is not an e-mail address." in main
    assert "North > Alpha becomes South" in main
    assert names(acme) == before


def test_what_was_checked_is_stored_in_one_step(admin: Client, acme: Office) -> None:
    page = checked(admin, acme, way="paste", text=LIST)
    store = page.find("textarea", name="text")[-1].words[0]

    response = send(admin, acme, "store", text=store)

    assert (response.status_code, response["Location"]) == (302, "/o/acme/people/")  # type: ignore[attr-defined,index]
    assert {"Putri", "Joko"} <= names(acme)
    assert "Rudi" not in names(acme)
    with scope.enter(acme.organization):
        assert Team.objects.filter(name="East").count() == 1
        assert Member.objects.get(name="Joko").role == "manager"
    toast = read(admin.get(acme.path("people/"))).one(of="toast").text
    assert "2 added, 1 changed." in toast


def test_those_added_can_be_invited_in_the_same_step(admin: Client, acme: Office) -> None:
    response = send(admin, acme, "store", text="Nia,nia@example.com\nOmar,", invite="1")
    page = read(response)

    links = [each.attributes["value"] for each in page.find("input", type="text", readonly="")]
    assert len(links) == 1
    assert links[0].startswith("http://testserver/me/welcome/")
    assert "Omar" in page.one("main").text
    assert "no-store" in response["Cache-Control"]  # type: ignore[index]


def test_one_person_goes_the_same_way(admin: Client, acme: Office) -> None:
    one = {
        "way": "one", "name": "Putri, S.E.", "email": "putri@example.com", "team": "North > Beta",
        "role": "manager", "manager": "reza@example.com", "starts_on": "2025-02-01", "zone": "",
    }  # fmt: skip
    page = checked(admin, acme, **one)

    assert page.find("button", data_variant="primary")[-1].text == "Add 1 person"
    send(admin, acme, "store", text=page.find("textarea", name="text")[-1].words[0])
    with scope.enter(acme.organization):
        assert Member.objects.get(name="Putri, S.E.").role == "manager"


def test_one_person_without_a_name_is_asked_for_it(admin: Client, acme: Office) -> None:
    response = send(admin, acme, "check", way="one", email="not an address")
    page = read(response)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert page.texts("field-error") == [
        "Write the name of the person.", "This does not look like an e-mail address.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"way": "paste", "text": ""}, "There is nothing here yet. Paste at least one name."),
        ({"way": "paste", "text": "Ana\n" * 100_000}, "A list may have up to 5,000 people; this "
         "one has more. Divide it into several."),
        ({"way": "file"}, "Choose a file first."),
        ({"way": "file", "file": b"%PDF-1.7 ..."}, "people.csv is not a table but a PDF document."),
        ({"way": "file", "file": b"x" * (10 * 1024 * 1024 + 1)}, "The file is larger than 10 MB. "
         "Keep only the columns of the list and try again."),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_in_words(
    admin: Client, acme: Office, data: dict[str, object], problem: str
) -> None:
    if isinstance(content := data.get("file"), bytes):
        data = data | {"file": upload(content)}
    before = names(acme)
    response = send(admin, acme, "check", **data)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert read(response).one(of="banner").text == problem
    assert names(acme) == before


def test_what_was_pasted_stands_there_again_after_a_refusal(admin: Client, acme: Office) -> None:
    response = send(admin, acme, "check", way="paste", text="12\n13 & 14\n")

    assert read(response).one("textarea", name="text").text == "12 13 & 14"


def test_a_name_is_never_markup(admin: Client, acme: Office) -> None:
    page = checked(admin, acme, way="paste", text="<script>alert(1)</script>,a@example.com")

    assert page.find("script", src="") == []
    assert "<script>alert(1)</script>" in page.one("main").text


def test_bad_rows_can_be_taken_away_with_why(admin: Client, acme: Office) -> None:
    response = send(admin, acme, "problems", text=LIST + "=cmd,x@,,\n")
    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))  # type: ignore[attr-defined]

    assert rows == [
        ["Name", "E-mail", "Team", "Role", "Row", "What to mend"],
        ["Rudi", "rudi@@example", "", "", "6",
         "“rudi@@example” is not an e-mail address. Correct it, or leave it empty."],
        ["'=cmd", "x@", "", "", "7", "“x@” is not an e-mail address. Correct it, or leave it "
         "empty."],
    ]  # fmt: skip


def test_the_last_administrator_stays_one_and_nothing_is_stored(
    admin: Client, acme: Office
) -> None:
    before = names(acme)
    text = "Name,E-mail,Role\nAdi,adi@example.com,rep\nNia,nia@example.com,"
    response = send(admin, acme, "store", text=text)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert read(response).find(of="banner")[0].text == (
        "Somebody has to administer the organization. Make another person an administrator first."
    )
    assert names(acme) == before


def test_another_organizations_people_and_teams_are_nobodys(
    admin: Client, acme: Office, globex: Office
) -> None:
    with scope.enter(globex.organization):
        cast.member("Theo", "Secret team", email="theo@example.com", role="manager")
    page = checked(admin, acme, way="paste", text="Name,E-mail,Manager\nTheo,theo@example.com,\n"
                   "Nia,,Theo Secret")  # fmt: skip

    assert "Add 1 person" in page.one("main").text
    form = read(admin.get(acme.path("people/add/"), {"way": "one"}))
    assert "Secret team" not in form.one("main").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_check_costs_the_same_for_every_length(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    text = "".join(f"Rep {number},rep{number}@example.com,North\n" for number in range(count))
    with django_assert_num_queries(17):
        response = send(admin, acme, "check", way="paste", text=text)
    assert len(response.context["checked"].rows) == count  # type: ignore[attr-defined]
