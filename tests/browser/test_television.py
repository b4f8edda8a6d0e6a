"""A television: everything on it seen at once, from eight metres."""

import re

import pytest
from playwright.sync_api import Page, expect

from juara.screens import operations as screens
from juara.tenancy import scope
from tests import cast
from tests.browser.conftest import Visit
from tests.web import office
from tests.web.office import Office

pytestmark = pytest.mark.browser

# What any element shows beyond the screen, or shows of a scrollbar.
_OUTSIDE = """() => {
  const seen = [...document.querySelectorAll('.tv *')].filter((e) => e.getClientRects().length);
  return seen
    .filter((e) => !e.closest('.visually-hidden, .tv-fill'))
    .map((e) => [e.className, e.getBoundingClientRect()])
    .filter(([, r]) => r.bottom > innerHeight + 1 || r.right > innerWidth + 1 || r.top < -1)
    .map(([name]) => String(name));
}"""
_SCROLLS = """() => {
  const e = document.documentElement;
  return [e.scrollHeight > innerHeight, e.scrollWidth > innerWidth];
}"""
_CUT = """() => [...document.querySelectorAll('.tv-value, .tv-rank, .tv-total strong')]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
  .map((e) => e.textContent.trim())"""
_SMALLEST = """() => Math.min(...[...document.querySelectorAll('.tv *')]
  .filter((e) => !e.closest('.visually-hidden, svg') && e.getClientRects().length)
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture
def crowded(acme: Office) -> Office:
    """Fourteen on the board, with names as long as names are."""
    with scope.enter(acme.organization):
        crowd = office.crowd(10, "South", "Key accounts and strategic partnerships")
        for number, member in enumerate(crowd):
            type(member).objects.filter(pk=member.pk).update(
                name=f"Raden Ajeng Kartini Djojoadhiningrat van der Hoogenband {number}"
            )
        cast.deliver(
            *(
                cast.deal(f"c{n}", owner=f"rep {n:03}", amount=str(1234567 * (n + 1)))
                for n in range(10)
            )
        )
    return acme


def size(page: Page, selector: str) -> float:
    found: float = page.locator(selector).first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    return found


def test_ten_rows_fit_without_a_scrollbar_and_can_be_read_from_eight_metres(
    visit: Visit, crowded: Office
) -> None:
    page = visit(viewport={"width": 1920, "height": 1080}).open(f"/tv/acme/{crowded.token}/")

    expect(page.locator(".tv-row")).to_have_count(10)
    for width, height in ((1920, 1080), (3840, 2160), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_OUTSIDE) == []
        assert page.evaluate(_SCROLLS) == [False, False]
        # A value too long for its row would be cut, and a cut number is a wrong one.
        assert page.evaluate(_CUT) == []
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert size(page, "[data-leader] .tv-value") >= 0.12 * 1080
    assert page.evaluate(_SMALLEST) >= 0.025 * 1080


def test_with_few_on_the_board_nothing_is_out_of_place(visit: Visit, acme: Office) -> None:
    page = visit(viewport={"width": 1920, "height": 1080}).open(f"/tv/acme/{acme.token}/")

    expect(page.locator(".tv-name")).to_have_text(["Ana", "Budi", "Citra", "Dewi"])
    assert page.evaluate(_OUTSIDE) == []
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"^\d{1,2}:\d{2}\s(AM|PM)$"))
    expect(page.locator("[data-tv-state]")).to_contain_text("As of")
    expect(page.locator(".tv-where")).to_have_text("Acme · Lobby")


def test_an_empty_board_says_what_will_stand_there(visit: Visit, acme: Office) -> None:
    with scope.enter(acme.organization):
        made = screens.create_screen(
            name="Hall", metric_key="demos", moment=cast.NOW, actor=cast.ACTOR
        )
    page = visit(viewport={"width": 1920, "height": 1080}).open(f"/tv/acme/{made.token}/")

    expect(page.locator(".tv-empty")).to_have_text(
        "The first result of this period will stand here."
    )
    assert page.evaluate(_OUTSIDE) == []


def test_a_revoked_television_says_so_instead_of_old_numbers(visit: Visit, acme: Office) -> None:
    guest = visit(viewport={"width": 1920, "height": 1080})
    page = guest.open(f"/tv/acme/{acme.token}/")
    expect(page.locator("html[data-live=on]")).to_be_attached()
    # The refusal of its part is what tells it.
    guest.expects = ("404 (Not Found)",)
    with scope.enter(acme.organization):
        screens.revoke_screen(acme.screen_id, moment=cast.NOW, actor=cast.ACTOR)
        cast.deliver(cast.deal("new", owner="budi", amount="50"))

    expect(page.locator("h1")).to_have_text("There is nothing here")
