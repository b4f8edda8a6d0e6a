"""Everything without touching a mouse: from signing in to the records, and every page's stops."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from juara.accounts import operations
from juara.people import operations as people
from juara.tenancy import scope
from tests import cast
from tests.browser.conftest import Guest, Visit
from tests.live.server import Server
from tests.web import office
from tests.web.office import Office
from tests.whole import furnished
from tests.whole.furnished import Batch, Furnished

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

    tab_to(page, "a.open-value:not(#open-total)")
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
    page.locator("a.open-value:not(#open-total)").first.press("Enter")
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
    menu = page.locator("details.account")

    tab_to(page, "summary.menu-open")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("summary.menu-open")).to_be_focused()


# --- Every page ---

# What is seen of an element when it has the focus: at itself, or at what stands for it.
_RECORD = """() => {
  const looks = (each) => {
    const of = (one, part) => {
      if (!one) return '';
      const s = getComputedStyle(one, part);
      const ring = s.outlineStyle === 'none' ? '' : s.outlineWidth + s.outlineColor;
      return [ring, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine].join();
    };
    const label = each.closest('label') ?? each.labels?.[0];
    return [of(each), of(each, '::after'), of(each.nextElementSibling), of(each.parentElement),
      of(label)].join('|');
  };
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { transition: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary,'
    + ' [tabindex], [contenteditable], [role=button], [role=link], [role=treeitem]')];
  const seen = (each) => each.checkVisibility({visibilityProperty: true}) && !each.disabled
    && each.type !== 'hidden' && !each.closest('[inert]');
  // Of radio buttons of a name, and of what arrows walk through, one is a stop of the keyboard.
  const group = (each) => (each.type === 'radio' && each.name)
    || each.closest('[role=tree], [role=listbox], [role=tablist], [role=menu]');
  // What stands out of sight for the key Enter alone is nothing to walk to.
  const stops = all.filter((each) => seen(each) && !group(each)
    && !each.matches('.visually-hidden[tabindex="-1"]')
    && !(each.tabIndex < 0 && each.matches('main, dialog, h1, h2, section, div, [role=status]')));
  const groups = [...new Set(all.filter((each) => seen(each) && group(each)).map(group))];
  const before = new Map(all.map((each) => [each, looks(each)]));
  const reached = new Set(), unseen = [];
  const name = (each) => each.outerHTML.slice(0, 140);
  document.addEventListener('focusin', ({target}) => {
    reached.add(target);
    if (before.has(target) && looks(target) === before.get(target)) unseen.push(name(target));
  });
  window.walked = () => ({
    missed: stops.filter((each) => each.isConnected && !reached.has(each)).map(name),
    groups: groups.filter((one) => ![...reached].some((each) => group(each) === one))
      .map((one) => one.outerHTML ? name(one) : one),
    unseen: [...new Set(unseen)],
    positive: all.filter((each) => each.tabIndex > 0).map(name),
  });
  return stops.length + groups.length;
}"""


@pytest.fixture(scope="module")
def everything(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Furnished]:
    with django_db_blocker.unblock(), office.standing(owner_url) as both:
        yield furnished.furnished(*both)


def walk(page: Page) -> dict[str, list[str]]:
    """Press Tab from the head of a page to its end and beyond; return what was wrong on the way."""
    # What the page fetches of itself is part of it.
    expect(page.locator(".htmx-request")).to_have_count(0)
    stops = page.evaluate(_RECORD)
    # A field for a date or a time has a stop for each of its parts.
    stops += 4 * page.locator("input[type^=date], input[type=time], input[type=month]").count()
    # Whatever the page begins with, and once out of it and in again.
    for _ in range(stops + 6):
        page.keyboard.press("Tab")
    found = page.evaluate("walked()")
    return {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("pages", furnished.BATCHES, ids=furnished.batch_name)
def test_every_stop_of_every_page_is_reached_and_shown(
    chromium: Browser, server: Server, everything: Furnished, pages: Batch
) -> None:
    guest = Guest(chromium, server, reduced_motion="reduce")
    if role := pages[0].role:
        guest.sign_in(everything.office.users[furnished.WHO[role]])
    page = guest.open("/offline/")
    found = {}
    for each in pages:
        page.goto(everything.address(each) + furnished.IN_MARCH.get(each.name, ""))
        found[each.name] = walk(page)
    guest.context.close()

    assert {name: each for name, each in found.items() if each} == {}
    assert guest.problems == []
