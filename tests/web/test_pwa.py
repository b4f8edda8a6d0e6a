"""What makes the pages an application: manifest, icons, service worker, the page for no network."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from juara.ui import assets
from tests.web.office import Office
from tests.web.reading import read

needs_build = pytest.mark.skipif(
    not (assets.BUILT / "service-worker.js").exists(), reason="not built: tools/assets.py"
)


def built(address: str) -> Path:
    found = finders.find(address.partition("?")[0].removeprefix("/static/"))
    assert isinstance(found, str), address
    return Path(found)


@needs_build
def test_the_manifest_names_icons_that_are_as_large_as_it_says(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    told = response.json()

    assert response["Content-Type"] == "application/manifest+json"
    assert (told["name"], told["scope"], told["start_url"]) == ("Juara", "/", "/")
    assert told["display"] == "standalone"
    by_size = {(each["sizes"], each.get("purpose")): each["src"] for each in told["icons"]}
    for size, purpose in ((192, "any"), (512, "any"), (512, "maskable")):
        with Image.open(built(by_size[f"{size}x{size}", purpose])) as picture:
            assert picture.size == (size, size)
    assert built(by_size["any", None]).suffix == ".svg"


@needs_build
def test_every_page_names_the_manifest_an_icon_and_the_colour_of_each_theme(
    admin: Client, acme: Office
) -> None:
    page = read(admin.get(acme.path("leaderboards/")))

    assert page.one("link", rel="manifest").attributes["href"] == "/manifest.webmanifest"
    with Image.open(built(page.one("link", rel="apple-touch-icon").attributes["href"])) as icon:
        assert icon.size == (180, 180)
    colours = page.find("meta", name="theme-color")
    assert [each.attributes["media"] for each in colours] == [
        "(prefers-color-scheme: light)",
        "(prefers-color-scheme: dark)",
    ]


@needs_build
def test_the_worker_carries_the_version_of_the_assets_and_is_asked_for_anew(
    client: Client,
) -> None:
    response = client.get("/service-worker.js")
    text = response.content.decode()

    assert response["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response["Cache-Control"]
    assert f'"version": "{assets.version()}"' in text
    assert f'"/static/ui/app.css?v={assets.version()}"' in text
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    assert "Set-Cookie" not in response


def test_another_content_is_another_version(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    before = assets.address("ui/app.css")
    (tmp_path / ".built-from").write_text("0123456789abcdef0123")

    assert before == "/static/ui/app.css?v=0"
    assert assets.address("ui/app.css") == "/static/ui/app.css?v=0123456789ab"


@needs_build
def test_the_page_for_no_network_speaks_both_languages_and_is_of_nobody(
    admin: Client, acme: Office
) -> None:
    response = admin.get(reverse("offline"))
    page = read(response)

    assert [each.attributes["lang"] for each in page.find("section")] == ["en", "id"]
    assert page.one("h1").text == "No connection"
    assert "Nothing you had saved is lost." in page.one("main").text
    # Whoever asks for it: no name, no organization, no token.
    text = response.content.decode()
    assert [word for word in ("Adi", "adi@", "Acme", "csrf") if word in text] == []
    assert response.cookies == {}
    assert text == Client(headers={"Accept-Language": "id"}).get("/offline/").content.decode()
