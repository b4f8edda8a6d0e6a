"""The command palette by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.web.office import Office

pytestmark = pytest.mark.browser


def options(page: Page) -> list[str]:
    return page.locator("#palette [role=option] > span:last-child").all_inner_texts()


def chosen(page: Page) -> str:
    """Return what the field points at, which must be what is marked."""
    pointed: str = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
        "?.innerText ?? ''"
    )
    marked = page.locator("#palette [aria-selected=true]").all_inner_texts()
    assert marked in ([pointed], [])
    return pointed.rsplit("\n", maxsplit=1)[-1]


def test_the_keyboard_alone_leads_to_a_page_a_person_and_a_board(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)

    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette-input")).to_be_focused()
    expect(page.locator("#palette-input")).to_have_attribute("aria-expanded", "true")
    assert options(page)[:2] == ["Team now", "Company"]
    assert chosen(page) == "Team now"

    page.keyboard.press("ArrowDown")
    assert chosen(page) == "Company"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert chosen(page) == options(page)[-1]

    # Enter means what was typed, even before the list has caught up.
    page.keyboard.type("scree")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Screens · Juara")

    page.keyboard.press("Control+k")
    page.keyboard.type("deal si")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Average deal size")


def test_esc_closes_it_and_gives_the_focus_back(visit: Visit, acme: Office, board: str) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    page.locator("a.open-value:not(#open-total)").first.focus()

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()
    expect(page.locator("a.open-value:not(#open-total)").first).to_be_focused()

    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).not_to_be_visible()


def test_the_button_opens_it_and_says_when_nothing_is_found(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit(viewport={"width": 390, "height": 800}).sign_in(acme.users["ana"]).open(board)

    page.locator(".search-open").click()
    page.keyboard.type("zzz")
    expect(page.locator("[data-palette-empty]")).to_have_text(
        "Nothing is called “zzz”. Try the beginning of a name, a page or a metric."
    )
    expect(page.locator("#palette-input")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_visible()

    page.locator("#palette-input").fill("bu")
    page.locator("#palette [role=option]", has_text="Budi").click()
    expect(page).to_have_url(f"{page.url.split('/o/')[0]}/o/acme/leaderboards/")


def test_without_the_network_it_says_so(visit: Visit, acme: Office, board: str) -> None:
    guest = visit().sign_in(acme.users["adi"])
    # The service worker may be on its way just then.
    guest.expects = ("ERR_INTERNET_DISCONNECTED", "fetching the script")
    page = guest.open(board)
    guest.context.set_offline(True)

    page.keyboard.press("Control+k")

    expect(page.locator("[data-palette-empty]")).to_have_text(
        "This could not be loaded. Check your connection and try again."
    )
