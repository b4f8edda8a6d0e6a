"""What a machine can find of what keeps somebody out, on every page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from tests.browser.conftest import Guest, Visit
from tests.live.server import Server
from tests.web import office
from tests.web.office import Office
from tests.whole import furnished
from tests.whole.furnished import Batch, Furnished

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
THEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
CONTRAST = "color-contrast"
AXE_SCRIPT = Path(axe_playwright_python.__file__).parent / "axe.min.js"


@pytest.fixture(scope="module")
def everything(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Furnished]:
    """One organization with one of everything for all: nothing here changes it."""
    with django_db_blocker.unblock(), office.standing(owner_url) as both:
        yield furnished.furnished(*both)


@pytest.fixture(scope="module")
def acme(everything: Furnished) -> Office:
    return everything.office


# A colour half-way from one theme to the other is nobody's choice.
_STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { transition: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
}"""
_LOOK = """async ([rules, isOnlyNew]) => {
  await Promise.allSettled(document.getAnimations()
    .filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished));
  const only = rules.length ? {runOnly: {type: 'rule', values: rules}} : {};
  const shown = [...document.body.querySelectorAll('*')].filter((each) => each.checkVisibility());
  window.seen ??= new Set();
  const fresh = shown.filter((each) => !window.seen.has(each));
  const where = isOnlyNew ? fresh : document;
  shown.forEach((each) => window.seen.add(each));
  if (isOnlyNew && !fresh.length) return [];
  return (await axe.run(where, {resultTypes: ['violations'], ...only})).violations;
}"""


def findings(page: Page, *rules: str, is_only_new: bool = False) -> list[str]:
    """Return what axe finds on a page as it stands, of all its rules unless some are named.

    `is_only_new` looks only at what was in sight at no time before.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT.read_text())
        page.evaluate(_STILL)
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
        for each in page.evaluate(_LOOK, [list(rules), is_only_new])
        for node in each["nodes"]
    ]


def findings_everywhere(page: Page, name: str) -> list[str]:
    """Look in both themes at both widths, without asking for the page again.

    A theme changes colours only, so in the second one nothing else is looked for; and a colour
    does not depend on the width, so at the second one of what has come into sight with it.
    """
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            rules = (CONTRAST,) if theme == "dark" else ()
            is_only_new = theme == "dark" and width != WIDTHS[0]
            looked = findings(page, *rules, is_only_new=is_only_new)
            found += [f"{name} in {theme} at {width}: {each}" for each in looked]
    return found


def leaderboard(guest: Guest, acme: Office, board: str) -> Page:
    return guest.sign_in(acme.users["ana"]).open(board)


def drawer(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.sign_in(acme.users["adi"]).open(board)
    page.locator("a.open-value:not(#open-total)").first.click()
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


def dialog(guest: Guest, acme: Office, board: str) -> Page:
    page = guest.open("/design/")
    page.locator("[data-opens=sample-light]").click()
    return page


def refused_screen(guest: Guest, acme: Office, board: str) -> Page:
    guest.expects = ("422",)
    page = guest.sign_in(acme.users["adi"]).open("/o/acme/screens/")
    page.locator("#new-screen button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    return page


def not_found(guest: Guest, acme: Office, board: str) -> Page:
    guest.expects = ("404",)
    return guest.open("/nowhere/")


STATES: dict[str, Callable[[Guest, Office, str], Page]] = {
    "leaderboard": leaderboard,
    "drawer": drawer,
    "menu": menu,
    "palette": palette,
    "more": more,
    "dialog": dialog,
    "refused screen": refused_screen,
    "not found": not_found,
}


def test_axe_finds_nothing_before_anybody_has_begun(
    chromium: Browser, server: Server, committed: None
) -> None:
    # First, as long as nothing of the others stands.
    guest = Guest(chromium, server, reduced_motion="reduce")
    guest.expects = ("404",)
    for each in furnished.BEFORE:
        page = guest.open(each.below("", furnished.beginning()))
        assert findings_everywhere(page, each.name) == []
    guest.context.close()
    assert guest.problems == []


@pytest.mark.parametrize("pages", furnished.BATCHES, ids=furnished.batch_name)
def test_axe_finds_nothing_on_any_page_in_either_theme_at_either_width(
    visit: Visit, everything: Furnished, pages: Batch
) -> None:
    guest = visit(reduced_motion="reduce")
    if role := pages[0].role:
        guest.sign_in(everything.office.users[furnished.WHO[role]])
    page = guest.open("/offline/")
    found = []
    for each in pages:
        page.goto(everything.address(each) + furnished.IN_MARCH.get(each.name, ""))
        found += findings_everywhere(page, each.name)

    assert found == []


@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_in_what_opens_on_a_page(
    visit: Visit, acme: Office, board: str, name: str
) -> None:
    # Still, so that nothing is measured half-way through a fade.
    page = STATES[name](visit(reduced_motion="reduce"), acme, board)

    assert findings_everywhere(page, name) == []


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
