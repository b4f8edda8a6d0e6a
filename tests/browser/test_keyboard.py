"""From signing in to the records behind a number without touching a mouse."""

import pytest
from playwright.sync_api import Page, expect

from juara.accounts import operations
from juara.people import operations as people
from juara.tenancy import scope
from tests import cast
from tests.browser.conftest import Visit
from tests.web.office import Office

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "sari@example.com", "a long enough secret"


def tab_to(page: Page, selector: str, *, most: int = 40) -> None:
    """Press Tab until what a selector names has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} steps of the keyboard")


@pytest.fixture
def sari(acme: Office) -> None:
    """Somebody who signs in with a password and may open every number."""
    with scope.enter(acme.organization):
        user = operations.create_user(email=EMAIL, password=PASSWORD, moment=cast.NOW)
        member = cast.member("Sari", role="executive", email=EMAIL)
        people.give_seat(member, user, moment=cast.NOW, actor=cast.ACTOR)


def test_the_keyboard_alone_leads_from_sign_in_to_the_records_and_back(
    visit: Visit, acme: Office, board: str, sari: None
) -> None:
    page = visit().open(board)
    expect(page).to_have_title("Sign in · Juara")

    tab_to(page, "input[name=email]")
    page.keyboard.type(EMAIL)
    tab_to(page, "input[name=password]", most=2)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Revenue won")

    tab_to(page, "a.open-value")
    opener = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    drawer = page.locator("dialog#drawer")
    expect(drawer.locator(".evidence-name")).to_have_text("Ana")
    expect(drawer.locator(".record-id")).to_have_text(["2", "1"])
    assert page.evaluate("document.getElementById('drawer').contains(document.activeElement)")

    page.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()
    assert opener == f"open-{acme.members['ana'].public_id}"
    assert page.evaluate("document.activeElement.id") == opener


def test_the_focus_stays_inside_the_open_drawer(visit: Visit, acme: Office, board: str) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    page.locator("a.open-value").first.press("Enter")
    expect(page.locator("dialog#drawer .evidence-name")).to_have_text("Ana")

    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.getElementById('drawer').contains(document.activeElement)"
        )


def test_the_first_step_leads_past_the_head_of_the_page(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)

    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_account_menu_opens_and_closes_by_keyboard(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    menu = page.locator("details.menu")

    tab_to(page, "summary.menu-open")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("summary.menu-open")).to_be_focused()
