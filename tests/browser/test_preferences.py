"""What a person chooses stays chosen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.web.office import Office

pytestmark = pytest.mark.browser


def background(page: Page) -> str:
    shown: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return shown


def test_a_theme_holds_on_every_later_page(visit: Visit, acme: Office, board: str) -> None:
    guest = visit(color_scheme="light").sign_in(acme.users["adi"])
    page = guest.open(board)
    light = background(page)

    page.locator("summary.menu-open").click()
    page.locator("details.menu [data-theme-choice=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = background(page)
    page.reload()

    assert dark != light
    assert background(page) == dark
    assert background(guest.open("/o/acme/screens/")) == dark
    page.locator("summary.menu-open").click()
    expect(page.locator("details.menu [data-theme-choice=dark]")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator("details.menu [data-theme-choice=system]").click()
    assert background(page) == light


def test_without_a_choice_the_page_follows_the_system(
    visit: Visit, acme: Office, board: str
) -> None:
    light = background(visit(color_scheme="light").sign_in(acme.users["adi"]).open(board))
    dark = background(visit(color_scheme="dark").sign_in(acme.users["adi"]).open(board))

    assert light != dark


def test_indonesian_is_chosen_in_the_menu_and_stays(visit: Visit, acme: Office, board: str) -> None:
    guest = visit().sign_in(acme.users["adi"])
    page = guest.open(board)
    page.locator("summary.menu-open").click()
    page.locator("details.menu button[name=language][value=id]").click()

    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator(".side-nav [aria-current]")).to_have_text("Papan peringkat")
    assert page.url.endswith(board)
    assert guest.open("/o/acme/screens/").locator("html").get_attribute("lang") == "id"
    # The drawer, fetched by script, follows.
    page.locator("a.open-value:not(#open-total)").first.click()
    expect(page.locator("dialog#drawer .record-note").first).to_contain_text("10 Mar 2025")


def test_a_filter_changes_the_board_and_the_address_without_a_new_page(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    page.evaluate("document.documentElement.dataset.same = 'yes'")

    page.locator("select[name=metric]").select_option(label="Calls")
    expect(page.locator("h1")).to_have_text("Calls")
    expect(page.locator(".rank-row .who-name")).to_have_text(["Ana"])
    page.locator("input[name=by][value=branch]").check(force=True)
    expect(page.locator(".rank-row .who-name")).to_have_text(["North"])

    assert "by=branch" in page.url
    assert page.evaluate("document.documentElement.dataset.same") == "yes"
    page.go_back()
    expect(page.locator(".rank-row .who-name")).to_have_text(["Ana"])


def test_signing_out_takes_the_way_back(visit: Visit, acme: Office, board: str) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    page.locator("summary.menu-open").click()
    page.locator("details.menu button", has_text="Sign out").click()

    expect(page).to_have_title("Sign in · Juara")
    page.goto(board)
    expect(page).to_have_title("Sign in · Juara")


def test_a_screen_is_made_opened_and_revoked(visit: Visit, acme: Office) -> None:
    page = visit().sign_in(acme.users["adi"]).open("/o/acme/screens/")
    page.locator("input[name=name]").fill("Hall")
    page.locator("select[name=period]").select_option("this-year")
    page.locator("#new-screen button[type=submit]").click()
    address = page.locator("#screen-address").input_value()
    tv = visit(viewport={"width": 1920, "height": 1080}).open(address)
    expect(tv.locator("h1")).to_have_text("Calls")

    page.locator("li.tile", has_text="Hall").locator("button").click()
    expect(page.locator("dialog#confirm")).to_contain_text("Revoke “Hall”?")
    page.locator("dialog#confirm [data-confirm-yes]").click()

    expect(page.locator("h3")).to_have_text(["Lobby"])
    gone = tv.request.get(address)
    assert gone.status == 404
