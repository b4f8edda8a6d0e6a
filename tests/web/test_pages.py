"""What holds for every page: it renders in both languages, under the content policy."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from juara.config import settings as configured
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.pages import PAGES, Page
from tests.web.reading import Document, read

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def policy(header: str) -> set[str]:
    return {part.strip() for part in header.split(";") if part.strip()}


@every_page
@pytest.mark.parametrize("language", ["en", "id"])
def test_it_renders_in_the_language_chosen(
    admin: Client, acme: Office, page: Page, language: str
) -> None:
    admin.cookies["juara_language"] = language
    response = page.response(admin, acme)

    assert response.status_code == page.status
    assert read(response).one("html").attributes["lang"] == language


@every_page
def test_it_comes_with_every_protection(admin: Client, acme: Office, page: Page) -> None:
    headers = page.response(admin, acme).headers

    assert policy(headers["Content-Security-Policy"]) == POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@every_page
def test_it_holds_nothing_the_policy_forbids(admin: Client, acme: Office, page: Page) -> None:
    document = read(page.response(admin, acme))

    assert [each for each in document.find("script") if not each.attributes.get("src")] == []
    assert document.find("style") == []
    events = [name for each in document.elements for name in each.attributes if name[:2] == "on"]
    assert events == []
    assert [name for each in document.elements for name in each.attributes if "hx-on" in name] == []
    # A style attribute carries a number or a name to the stylesheet, nothing else.
    styles = [each.attributes["style"] for each in document.elements if "style" in each.attributes]
    assert [style for style in styles if not re.fullmatch(r"(--[a-z-]+: [^;]+;? ?)+", style)] == []


@every_page
def test_it_loads_only_from_here(admin: Client, acme: Office, page: Page) -> None:
    for address in loaded(read(page.response(admin, acme))):
        assert address.startswith("/static/ui/") or address == "/manifest.webmanifest", address


def loaded(document: Document) -> list[str]:
    links = [each.attributes["href"] for each in document.find("link")]
    return links + [each.attributes["src"] for each in document.find("script")]


@every_page
def test_it_can_be_read_by_a_machine_that_reads_aloud(
    admin: Client, acme: Office, page: Page
) -> None:
    document = read(page.response(admin, acme))

    assert len(document.find("h1")) == 1
    assert len(document.find("main")) == 1
    assert document.one("title").text
    ids = [each.attributes["id"] for each in document.elements if "id" in each.attributes]
    assert sorted(ids) == sorted(set(ids)), "an id twice"


def test_the_policy_is_the_one_configured(admin: Client, acme: Office) -> None:
    directives = configured.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert {f"{name} {' '.join(values)}" for name, values in directives.items()} == POLICY


@pytest.mark.parametrize("name", ["leaderboard", "television"])
def test_the_style_and_script_of_a_page_weigh_less_than_150_kb(
    admin: Client, acme: Office, name: str
) -> None:
    page = next(page for page in PAGES if page.name == name)
    weight = 0
    for asked in loaded(read(page.response(admin, acme))):
        address = asked.partition("?")[0]
        if address.endswith((".css", ".js")):
            asset = finders.find(address.removeprefix("/static/"))
            assert isinstance(asset, str), f"{address} is not built: tools/assets.py"
            weight += Path(asset).stat().st_size

    assert 10_000 < weight < 150_000


def test_the_gallery_is_not_for_the_public(client: Client) -> None:
    assert client.get(reverse("design")).status_code == 404


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_gallery_shows_in_the_demo(client: Client, settings: Settings, language: str) -> None:
    settings.IS_DEMO = True
    client.cookies["juara_language"] = language
    response = client.get(reverse("design"))

    assert response.status_code == 200
    assert policy(response["Content-Security-Policy"]) == POLICY
    assert read(response).find("script", src="") == []


def test_only_the_demo_offers_its_accounts(
    client: Client, acme: Office, settings: Settings, tmp_path: Path
) -> None:
    """The file alone does not make a demo."""
    account = {
        "name": "Adi",
        "role": "admin",
        "email": "adi@example.com",
        "password": "open sesame",
    }
    (tmp_path / "demo-accounts.json").write_text(json.dumps([account]))
    settings.HOME = tmp_path

    elsewhere = client.get("/sign-in/").content.decode()
    settings.IS_DEMO = True
    demo = client.get("/sign-in/").content.decode()

    assert ("open sesame" in elsewhere, "adi@example.com" in elsewhere) == (False, False)
    assert "open sesame" in demo


def test_a_page_says_who_is_looking_and_where(signed_in: SignedIn, acme: Office) -> None:
    page = read(signed_in("mira").get(acme.path()))

    assert page.one(of="frame-organization").text == "Acme"
    assert page.one(of="menu-who").text == "Mira mira@example.com"
