"""The same overtake on two people's pages and on a television, by itself."""

import pytest
from playwright.sync_api import Page, expect

from juara.tenancy import scope
from tests import cast
from tests.browser.conftest import Visit
from tests.live.server import Server
from tests.web.office import Office

pytestmark = pytest.mark.browser

# "Within a second", on a machine that runs three browsers, a server and a database on two cores.
SOON = 3500


def overtake(acme: Office) -> None:
    """Let Budi pass Ana: 140 to 120."""
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("new", owner="budi", amount="50"))


def is_connected(page: Page) -> None:
    expect(page.locator("html[data-live=on]")).to_be_attached()


def test_an_overtake_shows_on_two_pages_and_a_television_by_itself(
    visit: Visit, acme: Office, board: str
) -> None:
    admin = visit().sign_in(acme.users["adi"]).open(board)
    rep = visit(viewport={"width": 390, "height": 800}).sign_in(acme.users["ana"]).open(board)
    tv = visit(viewport={"width": 1920, "height": 1080}).open(f"/tv/acme/{acme.token}/")
    for page in (admin, rep, tv):
        is_connected(page)
    for page in (admin, rep):
        expect(page.locator(".rank-row .who-name").first).to_contain_text("Ana")

    overtake(acme)

    for page in (admin, rep):
        expect(page.locator(".rank-row .who-name").first).to_contain_text("Budi", timeout=SOON)
        expect(page.locator(".rank-row .rank-value").first).to_contain_text("$140", timeout=SOON)
        expect(page.locator("[data-roll=total]")).to_have_text("$357", timeout=SOON)
    expect(tv.locator(".tv-name").first).to_have_text("Budi", timeout=SOON)
    expect(tv.locator(".tv-value").first).to_have_text("$140", timeout=SOON)
    expect(tv.locator(".tv-row").nth(1).locator(".tv-name")).to_have_text("Ana")
    # Whose place it is moved with the row.
    expect(rep.locator("[data-me] .who-name")).to_contain_text("Ana")
    expect(rep.locator(".mine-rank")).to_have_text("#2")


def test_what_has_the_focus_keeps_it_through_a_change(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    is_connected(page)
    dewi = f"#open-{acme.members['dewi'].public_id}"
    page.locator(dewi).focus()

    overtake(acme)

    expect(page.locator(".rank-row .who-name").first).to_contain_text("Budi", timeout=SOON)
    expect(page.locator(dewi)).to_be_focused()


def test_an_open_drawer_stays_open_through_a_change(visit: Visit, acme: Office, board: str) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)
    is_connected(page)
    page.locator("a.open-value:not(#open-total)").first.click()
    expect(page.locator("dialog#drawer .evidence-name")).to_have_text("Ana")

    overtake(acme)

    expect(page.locator(".rank-row .who-name").first).to_contain_text("Budi", timeout=SOON)
    expect(page.locator("dialog#drawer .evidence-name")).to_have_text("Ana")
    expect(page.locator("dialog#drawer")).to_be_visible()


def test_a_page_of_the_past_stays_as_it_was(visit: Visit, acme: Office, board: str) -> None:
    guest = visit().sign_in(acme.users["adi"])
    past = guest.open(f"{board}&as_of=2025-03-10T09:30")
    now = guest.open(board)
    is_connected(now)

    overtake(acme)

    expect(now.locator(".rank-row .who-name").first).to_contain_text("Budi", timeout=SOON)
    expect(past.locator(".rank-row .who-name").first).to_contain_text("Ana")


def test_pages_say_when_the_server_is_gone_and_go_on_when_it_is_back(
    visit: Visit, server: Server, acme: Office, board: str
) -> None:
    person, office_tv = visit(), visit(viewport={"width": 1920, "height": 1080})
    person.expects = office_tv.expects = ("net::ERR_", "Failed to fetch")
    page = person.sign_in(acme.users["adi"]).open("/sign-in/")
    tv = office_tv.open("/sign-in/")
    for each, path in ((page, board), (tv, f"/tv/acme/{acme.token}/")):
        # Only the waiting is made shorter; the connection is real.
        each.clock.install()
        each.goto(path)
        is_connected(each)

    server.kill()
    try:
        for each in (page, tv):
            expect(each.locator("html[data-live=off]")).to_be_attached()
            each.clock.fast_forward(9000)
        banner, notice = page.locator("[data-live-banner]"), tv.locator("[data-tv-offline]")
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("Not connected since")
        expect(notice).to_be_visible()
        expect(notice).to_contain_text("last numbers shown")
        # What was known stays on both.
        expect(page.locator(".rank-row .who-name").first).to_contain_text("Ana")
        expect(tv.locator(".tv-name").first).to_have_text("Ana")
        overtake(acme)
    finally:
        server.start()
    for each in (page, tv):
        each.clock.fast_forward(30_000)
        is_connected(each)

    expect(banner).not_to_be_visible()
    expect(notice).not_to_be_visible()
    expect(page.locator(".rank-row .who-name").first).to_contain_text("Budi", timeout=SOON)
    expect(tv.locator(".tv-name").first).to_have_text("Budi", timeout=SOON)
