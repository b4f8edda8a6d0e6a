"""What a machine can find of what keeps somebody out, on every kind of page."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser.conftest import Guest, Visit
from tests.web import office
from tests.web.office import Office

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
_AXE = Axe()


@pytest.fixture(scope="module")
def acme(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Office]:
    """One organization for all: nothing here changes it."""
    with django_db_blocker.unblock(), office.standing(owner_url) as both:
        yield both[0]


def findings(page: Page) -> list[str]:
    # A colour half-way from one theme to the other is nobody's choice.
    page.evaluate("""() => Promise.allSettled(document.getAnimations()
      .filter((each) => each.effect.getTiming().iterations !== Infinity)
      .map((each) => each.finished))""")
    found = _AXE.run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
        for each in found
        for node in each["nodes"]
    ]


def sign_in(guest: Guest, acme: Office, board: str) -> Page:
    return guest.open("/sign-in/")


def leaderboard(guest: Guest, acme: Office, board: str) -> Page:
    return guest.sign_in(acme.users["ana"]).open(board)


def drawer(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.sign_in(acme.users["adi"]).open(board)
    page.locator("a.open-value").first.click()
    expect(page.locator("dialog#drawer .record")).to_have_count(2)
    return page


def menu(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.sign_in(acme.users["adi"]).open(board)
    page.locator("summary.menu-open").click()
    return page


def palette(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.sign_in(acme.users["adi"]).open(board)
    page.keyboard.press("Control+k")
    page.keyboard.type("re")
    expect(page.locator("#palette [role=option]", has_text="Revenue won")).to_be_visible()
    return page


def more(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.sign_in(acme.users["adi"]).open(board)
    page.set_viewport_size({"width": 390, "height": 900})
    page.locator(".more summary").click()
    return page


def offline(guest: Guest, acme: Office, board: str) -> Page:
    return guest.open("/offline/")


def dialog(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.open("/design/")
    page.locator("[data-opens=sample-light]").click()
    return page


def screens_page(guest: Guest, acme: Office, board: str) -> Page:
    return guest.sign_in(acme.users["adi"]).open("/o/acme/screens/")


def refused_screen(guest: Guest, acme: Office, board: str) -> Page:
    guest.expects = ("422",)
    page = guest.sign_in(acme.users["adi"]).open("/o/acme/screens/")
    page.locator("#new-screen button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    return page


def gallery(guest: Guest, acme: Office, board: str) -> Page:
    return guest.open("/design/")


def records(guest: Guest, acme: Office, board: str) -> Page:
    holder = acme.members["ana"].public_id
    return guest.sign_in(acme.users["adi"]).open(
        f"/o/acme/leaderboards/records/?period=2025-03&holder={holder}"
    )


def not_found(guest: Guest, acme: Office, board: str) -> Page:
    guest.expects = ("404",)
    return guest.open("/nowhere/")


PAGES: dict[str, Callable[[Guest, Office, str], Page]] = {
    "sign-in": sign_in,
    "leaderboard": leaderboard,
    "drawer": drawer,
    "menu": menu,
    "palette": palette,
    "more": more,
    "offline": offline,
    "dialog": dialog,
    "screens": screens_page,
    "refused screen": refused_screen,
    "gallery": gallery,
    "records": records,
    "not found": not_found,
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_either_theme_at_either_width(
    visit: Visit, acme: Office, board: str, name: str
) -> None:
    # Still, so that nothing is measured half-way through a fade.
    page = PAGES[name](visit(reduced_motion="reduce"), acme, board)
    for theme in ("light", "dark"):
        for width in WIDTHS:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(page) == [], f"{name} in {theme} at {width}"


def test_axe_finds_nothing_on_a_television(visit: Visit, acme: Office) -> None:
    page = visit(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce").open(
        f"/tv/acme/{acme.token}/"
    )

    assert findings(page) == []


@pytest.mark.parametrize("path", ["?period=2025-03", "?period=2025-03&by=branch", "screens/"])
def test_no_page_scrolls_sideways_at_any_width(visit: Visit, acme: Office, path: str) -> None:
    page = visit().sign_in(acme.users["adi"]).open(f"/o/acme/{path}")
    for width in (320, 390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})

        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_axe_would_find_is_found(visit: Visit, acme: Office, board: str) -> None:
    """So that finding nothing means something."""
    page = visit(reduced_motion="reduce").sign_in(acme.users["adi"]).open(board)
    page.evaluate("""() => document.querySelector('main').insertAdjacentHTML(
      'beforeend', '<p style="color: #999; background: #aaa">pale</p><img src="data:,">')""")

    assert {each.split(":")[0] for each in findings(page)} == {"color-contrast", "image-alt"}
