"""The first page of an installation, and the last of an organization."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from juara.accounts import first_run, removal
from juara.accounts.models import User
from juara.core.calendar import FiscalYear, PeriodRules
from juara.people.models import Member
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.jobs.running import run_waiting
from tests.web.reading import read

GIVEN = {
    "name": "Rina Hartono", "email": "rina@example.com", "password": "makan-siang-jam-12",
    "organization": "Acme Söhne", "slug": "", "zone": "Asia/Jakarta", "currency": "IDR",
    "week_start": "monday", "fiscal_start_month": "4",
}  # fmt: skip


def link() -> str:
    return f"/begin/{first_run.token()}/"


def begun(client: Client, **changes: str) -> Any:
    return client.post(link(), GIVEN | changes)


def shown(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == status
    return read(response).one("h1").text


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/begin/", "/o/acme/leaderboards/"])
def test_without_anybody_who_can_sign_in_every_way_leads_to_the_terminal(
    client: Client, db: None, path: str
) -> None:
    assert shown(client, path) == "Nobody can sign in yet"


def test_a_stranger_with_a_wrong_link_learns_no_more_and_can_do_no_more(
    client: Client, db: None
) -> None:
    assert shown(client, f"/begin/{'0' * 40}/", 404) == "Nobody can sign in yet"
    response = client.post(f"/begin/{'0' * 40}/", GIVEN)

    assert response.status_code == 404
    assert first_run.token() not in response.content.decode()
    assert User.objects.count() == 0


def test_one_form_makes_everything_and_signs_in(client: Client, db: None) -> None:
    response = begun(client)

    assert (response.status_code, response["Location"]) == (302, "/o/acme-sohne/set-up/")
    made = Organization.objects.get()
    assert (made.name, made.zone, made.currency) == ("Acme Söhne", "Asia/Jakarta", "IDR")
    assert made.rules == PeriodRules.always(fiscal=FiscalYear(start_month=4))
    with scope.enter(made):
        assert Member.objects.get().role == "admin"
    assert read(client.get("/o/acme-sohne/set-up/")).one("h1").text == "Set-up"


def test_once_begun_there_is_nothing_at_the_address(client: Client, db: None) -> None:
    address = link()
    begun(client)

    for path in (address, "/begin/"):
        assert Client().get(path).status_code == 404
    assert Client().post(address, GIVEN).status_code == 404
    assert User.objects.count() == 1


def test_what_the_browser_speaks_is_guessed_from(client: Client, db: None) -> None:
    page = read(client.get(link(), headers={"Accept-Language": "id-ID,en;q=0.5"}))

    chosen = [
        each.attributes["value"] for each in page.find("option") if "selected" in each.attributes
    ]
    assert chosen == ["IDR", "sunday", "1"]
    assert page.one("input", name="zone").attributes["list"] == "zones"
    assert "Asia/Jakarta" in {each.attributes["value"] for each in page.find("option")}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "1234567890123"}, "password"),
        ({"email": "rina"}, "email"),
        ({"name": " "}, "name"),
        ({"organization": ""}, "organization"),
        ({"slug": "Not an address"}, "slug"),
        ({"zone": "Mars"}, "zone"),
        ({"currency": "XXX1"}, "currency"),
    ],
)
def test_what_could_not_work_is_said_at_its_field_and_nothing_is_made(
    client: Client, db: None, wrong: Mapping[str, str], field: str
) -> None:
    response = begun(client, **wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert read(response).one(id=f"id_{field}").attributes["aria-invalid"] == "true"
    assert (User.objects.count(), Organization.objects.count()) == (0, 0)


@pytest.mark.parametrize("written", ["asia/jakarta", "Jakarta", " asia/jakarta "])
def test_a_zone_is_understood_as_people_write_it(client: Client, db: None, written: str) -> None:
    begun(client, zone=written)

    assert Organization.objects.get().zone == "Asia/Jakarta"


def test_a_name_that_makes_no_address_gets_one(client: Client, db: None) -> None:
    begun(client, organization="株式会社")

    assert Organization.objects.get().slug == "company"


def test_who_removed_the_only_organization_begins_again(client: Client, committed: None) -> None:
    begun(client)
    made = Organization.objects.get()
    with scope.enter(made):
        ticket = removal.ask(made, typed=made.name, moment=cast.NOW, actor=cast.ACTOR)

    before = read(client.get(f"/begin/removed/{ticket}/"))
    run_waiting()
    after = read(client.get(f"/begin/removed/{ticket}/"))

    assert before.one("h1").text == "Removing “Acme Söhne”"
    assert after.one("h1").text == "“Acme Söhne” is gone"
    assert after.one("a", href=link()).text == "Begin again"
    assert User.objects.count() == 0


def test_a_ticket_nobody_was_given_shows_nothing(client: Client, db: None) -> None:
    assert client.get("/begin/removed/eyJhIjoiYiJ9:1abc:nothing/").status_code == 404
