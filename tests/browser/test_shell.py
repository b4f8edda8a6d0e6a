"""The frame in a real browser: its bars, what is typed and kept, no network, paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Guest, Visit
from tests.web.office import Office

pytestmark = pytest.mark.browser

NARROW = {"width": 390, "height": 844}
NAME = "#new-screen [name=name]"


# --- The bars ---


def test_a_wide_screen_has_the_ways_beside_the_page(visit: Visit, acme: Office, board: str) -> None:
    page = visit().sign_in(acme.users["adi"]).open(board)

    expect(page.locator(".side-nav")).to_be_visible()
    expect(page.locator(".bottom-nav")).not_to_be_visible()
    expect(page.locator(".side-nav [aria-current=page]")).to_have_text("Leaderboards")
    expect(page.locator(".frame-organization")).to_have_text("Acme")


def test_a_phone_has_them_below_and_the_rest_behind_the_last(
    visit: Visit, acme: Office, board: str
) -> None:
    page = visit(viewport=NARROW).sign_in(acme.users["adi"]).open(board)

    expect(page.locator(".side-nav")).not_to_be_visible()
    bar = page.locator(".bottom-nav")
    assert bar.locator("> a, > details > summary").all_inner_texts() == [
        "Team now", "Company", "Boards", "People", "More",
    ]  # fmt: skip
    # Each is a target that a thumb hits, and no word is cut.
    for each in bar.locator("> a, > details > summary").all():
        box = each.bounding_box()
        assert box is not None
        assert box["width"] >= 44
        assert box["height"] >= 44
        assert each.locator("span").evaluate("e => e.scrollWidth <= e.clientWidth")

    bar.locator("summary").click()
    expect(bar.get_by_text("Settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar.get_by_text("Settings")).not_to_be_visible()
    expect(bar.locator("summary")).to_be_focused()
    bar.locator("summary").click()
    bar.get_by_text("Screens").click()
    expect(page).to_have_title("Screens · Juara")


# --- Dialogs ---


def test_a_dialog_opens_on_what_is_to_be_filled_in_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit().open("/design/")
    opener = page.locator("[data-opens=sample-light]")

    opener.press("Enter")
    dialog = page.locator("#sample-light")
    expect(dialog).to_be_visible()
    expect(dialog.locator("input")).to_be_focused()
    page.keyboard.press("Escape")

    expect(dialog).not_to_be_visible()
    expect(opener).to_be_focused()


def test_files_dropped_or_chosen_are_named_with_their_size(visit: Visit, tmp_path: Path) -> None:
    page = visit().open("/design/")
    (tmp_path / "deals.csv").write_bytes(b"x" * 2500)
    (tmp_path / "calls.csv").write_bytes(b"x" * 900)
    drop = page.locator("#id_file-light")

    drop.set_input_files([tmp_path / "deals.csv", tmp_path / "calls.csv"])
    chosen = page.locator(".gallery-theme[data-scheme=light] .file-chosen")
    expect(chosen.locator(".file-name")).to_have_text(["deals.csv", "calls.csv"])
    expect(chosen.locator(".file-size")).to_have_text(["3 kB", "900 byte"])
    chosen.first.locator("button").click()

    expect(chosen.locator(".file-name")).to_have_text(["calls.csv"])
    assert drop.evaluate("field => [...field.files].map((file) => file.name)") == ["calls.csv"]


# --- Sending ---


def test_a_double_click_sends_once(visit: Visit, acme: Office) -> None:
    page = visit().sign_in(acme.users["adi"]).open("/o/acme/entries/")
    page.get_by_label("How much").fill("2")
    page.get_by_label("Reason").fill("The phone system was down")
    page.locator(".entry-form button[type=submit]").dblclick()

    expect(page.locator(".entry")).to_have_count(1)


# --- What is typed is kept ---


def kept_form(guest: Guest) -> Page:
    """Open the form for a new screen, which keeps what is typed."""
    return guest.open("/o/acme/screens/")


def test_what_was_typed_survives_a_reload_and_can_be_thrown_away(
    visit: Visit, acme: Office
) -> None:
    page = kept_form(visit().sign_in(acme.users["adi"]))
    page.locator(NAME).fill("The hall")
    page.locator("#new-screen [name=period]").select_option("today")
    page.reload()

    notice = page.locator("#new-screen .kept")
    expect(notice).to_contain_text("What you had typed is still here.")
    expect(page.locator(NAME)).to_have_value("The hall")
    expect(page.locator("#new-screen [name=period]")).to_have_value("today")

    notice.locator("[data-discard]").click()
    expect(notice).to_have_count(0)
    expect(page.locator(NAME)).to_have_value("")
    page.reload()
    expect(page.locator(NAME)).to_have_value("")
    expect(page.locator("#new-screen .kept")).to_have_count(0)


def test_what_was_accepted_is_not_offered_again(visit: Visit, acme: Office) -> None:
    page = kept_form(visit().sign_in(acme.users["adi"]))
    page.locator(NAME).fill("The hall")
    page.locator("#new-screen button[type=submit]").click()
    expect(page.locator(".created")).to_be_visible()

    page.goto("/o/acme/screens/")
    expect(page.locator(NAME)).to_have_value("")
    expect(page.locator(".kept")).to_have_count(0)


def test_what_was_refused_is_still_kept(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    guest.expects = ("422",)
    page = kept_form(guest)
    page.locator("#new-screen [name=period]").select_option("today")
    page.locator("#new-screen button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.locator(".kept")).to_have_count(0)

    page.goto("/o/acme/screens/")
    expect(page.locator("#new-screen [name=period]")).to_have_value("today")
    page.locator(NAME).fill("The hall")
    page.locator("#new-screen button[type=submit]").click()
    expect(page.locator(".created")).to_be_visible()
    page.goto("/o/acme/screens/")
    expect(page.locator(".kept")).to_have_count(0)


def test_an_expired_session_loses_no_text(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    page = kept_form(guest)
    page.locator(NAME).fill("The hall")
    guest.context.clear_cookies(name="juara_session")

    page.locator("#new-screen button[type=submit]").click()
    expect(page).to_have_title("Sign in · Juara")
    guest.sign_in(acme.users["adi"])
    page.goto("/sign-in/?" + page.url.partition("?")[2])

    expect(page).to_have_title("Screens · Juara")
    expect(page.locator(NAME)).to_have_value("The hall")
    expect(page.locator("#new-screen .kept")).to_be_visible()


def test_somebody_else_in_the_same_window_sees_nothing_of_it(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    page = kept_form(guest)
    page.locator(NAME).fill("The hall")
    # Signing out throws away whatever is kept.
    page.locator("summary.menu-open").click()
    page.locator("[data-forgets] button").click()
    expect(page).to_have_title("Sign in · Juara")

    assert page.evaluate("Object.keys(sessionStorage)") == []


# --- Without the network ---


def test_a_form_sent_without_the_network_says_so_and_stays(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    page = guest.open("/o/acme/screens/")
    page.locator(NAME).fill("The hall")
    guest.context.set_offline(True)

    page.locator("#new-screen button[type=submit]").click()

    expect(page.locator(".toast[data-tone=error]")).to_contain_text("nothing was sent")
    expect(page.locator(NAME)).to_have_value("The hall")


def test_a_page_asked_for_without_the_network_is_the_one_that_says_so(
    visit: Visit, acme: Office, board: str
) -> None:
    guest = visit().sign_in(acme.users["adi"])
    # The service worker may be on its way just then.
    guest.expects = ("ERR_INTERNET_DISCONNECTED", "fetching the script")
    page = guest.open(board)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    kept = """async () => {
      const found = [];
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) {
          found.push(new URL(request.url).pathname);
        }
      }
      return found.sort();
    }"""
    page.wait_for_function(f"({kept})().then((found) => found.includes('/offline/'))")
    guest.context.set_offline(True)
    page.goto("/o/acme/screens/")

    expect(page.locator("h1")).to_have_text("No connection")
    expect(page.locator("[lang=id] h2")).to_be_visible()
    # Of anybody's pages nothing was kept.
    assert [each for each in page.evaluate(kept) if not each.startswith("/static/ui/")] == [
        "/offline/"
    ]

    guest.context.set_offline(False)
    page.locator(".problem-ways a").first.click()
    expect(page).to_have_title("Screens · Juara")


def test_a_request_that_is_refused_says_why_and_changes_nothing(
    visit: Visit, acme: Office, board: str
) -> None:
    guest = visit().sign_in(acme.users["adi"])
    guest.expects = ("404",)
    page = guest.open(board)
    first = page.locator(".rank-row").first.inner_text()
    page.evaluate("document.querySelector('#filters [name=metric] option:checked').value = 'gone'")
    page.locator("#filters [name=by][value=team]").check(force=True)

    expect(page.locator(".toast[data-tone=error]")).to_have_text(
        "There is no metric “gone”. Go back and choose one from the list.×"
    )
    assert page.locator(".rank-row").first.inner_text() == first


# --- On paper ---


def test_on_paper_the_board_stands_alone_and_light(visit: Visit, acme: Office, board: str) -> None:
    page = visit(color_scheme="dark").sign_in(acme.users["adi"]).open(board)
    page.emulate_media(media="print")

    for gone in (".frame", ".bottom-nav", ".filters", ".skip"):
        expect(page.locator(gone).first).not_to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".rank-row").first).to_be_visible()
    ink = page.locator("h1").evaluate("e => getComputedStyle(e).color")
    assert ink == page.evaluate("""() => {
      document.documentElement.dataset.theme = 'light';
      return getComputedStyle(document.querySelector('h1')).color;
    }""")
