"""Choosing the language."""

import pytest
from django.test import Client

from tests.web.office import Office
from tests.web.pages import PAGES, Page
from tests.web.reading import read


def choose(client: Client, language: str, target: str = "/sign-in/") -> str:
    response = client.post("/language/setlang/", {"language": language, "next": target})
    return str(response["Location"])


def test_the_choice_holds_on_every_later_page(admin: Client, acme: Office) -> None:
    assert choose(admin, "id", acme.path()) == acme.path()

    chosen = read(admin.get(acme.path()))
    choose(admin, "en")

    assert chosen.one("html").attributes["lang"] == "id"
    assert read(admin.get(acme.path())).one("html").attributes["lang"] == "en"


def test_numbers_and_days_follow_the_language(admin: Client, acme: Office) -> None:
    query = {"holder": acme.members["ana"].public_id, "metric": "average_deal_size"}
    choose(admin, "id")
    page = read(admin.get(acme.path("leaderboards/records/"), query))

    assert page.one(of="evidence-total").text.replace("\xa0", " ") == "US$60"
    assert "10 Mar 2025" in page.texts("record-note")[0]


def test_the_browser_is_asked_first(client: Client, db: None) -> None:
    response = client.get("/sign-in/", headers={"Accept-Language": "id-ID,id;q=0.9,en;q=0.5"})

    assert read(response).one("html").attributes["lang"] == "id"


@pytest.mark.parametrize("language", ["xx", "de", "../id", ""])
def test_a_language_there_is_not_changes_nothing(client: Client, db: None, language: str) -> None:
    choose(client, language)

    assert read(client.get("/sign-in/")).one("html").attributes["lang"] == "en"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_switch_leads_nowhere_else(client: Client, target: str) -> None:
    assert choose(client, "id", target) == "/"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_switch_leads_back_to_a_page_there_is(admin: Client, acme: Office, page: Page) -> None:
    shown = read(page.response(admin, acme))
    switches = [
        form for form in shown.find("form") if "language/" in form.attributes.get("action", "")
    ]
    back = [each.attributes["value"] for each in shown.find("input", name="next")]

    assert bool(back) == bool(switches)
    for address in back:
        assert admin.get(address, follow=True).status_code == 200


def test_looking_at_the_address_of_the_switch_changes_nothing(client: Client, db: None) -> None:
    response = client.get("/language/setlang/", {"language": "id"})

    assert "juara_language" not in response.cookies
    assert read(client.get("/sign-in/")).one("html").attributes["lang"] == "en"
