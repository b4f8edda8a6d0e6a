"""A chart in a real browser: drawn where there is one, moved rather than made anew."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Visit
from tests.web.office import Office

pytestmark = pytest.mark.browser

_FIRST = "juara-chart#chart-light-1"


def bars(page: Page) -> list[float]:
    """Return how high the bars are, from left to right."""
    found: list[float] = page.evaluate(
        """selector => {
            const paths = [...document.querySelector(selector).shadowRoot.querySelectorAll("path")];
            const drawn = paths.filter(each => each.getAttribute("fill")?.startsWith("#facade")
                && each.getBBox().width > 10 && each.getBBox().height > 20);
            return drawn.map(each => Math.round(each.getBBox().height));
        }""",
        _FIRST,
    )
    return found


def colour(page: Page) -> str:
    found: str = page.evaluate(
        """selector => getComputedStyle(
            document.querySelector(selector).shadowRoot.querySelector("text")).fill""",
        _FIRST,
    )
    return found


def test_a_chart_is_drawn_moves_to_new_numbers_and_follows_the_theme(visit: Visit) -> None:
    guest = visit(color_scheme="light", reduced_motion="reduce")
    page = guest.open("/design/")
    page.locator(f"{_FIRST} svg").wait_for()

    first = bars(page)
    assert len(first) == 8  # nine weeks, one of them without a number
    assert max(first) == first[-1]

    # What the page says of it, and the same numbers as a table.
    expect(page.locator(_FIRST)).to_have_attribute(
        "aria-label",
        "Calls connected, week by week. Calls connected: from 184 to 262, lowest 176,"
        " highest 262. Target: 220",
    )
    numbers = page.locator("#chart-light-1-numbers")
    numbers.locator("summary").click()
    expect(numbers.locator("tbody tr").last).to_have_text("Nov 2262220")

    # A refresh of the part around it: the same drawing, with another number, its table still open.
    page.evaluate(f"document.querySelector('{_FIRST}').shadowRoot.querySelector('svg').was = true")

    def changed(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=text.replace("251,262", "251,131"), content_type="text/html")

    page.route("**/design/", changed)
    page.evaluate(
        "htmx.ajax('GET', '/design/', {target: '#charts', select: '#charts', swap: 'outerMorph'})"
    )
    expect(page.locator(_FIRST)).to_have_attribute("data-chart", re.compile("251,131"))
    assert bars(page)[-1] == pytest.approx(first[-1] / 2, abs=2)
    assert page.evaluate(
        f"document.querySelector('{_FIRST}').shadowRoot.querySelector('svg').was === true"
    )
    assert numbers.get_attribute("open") is not None

    # The other theme reaches into the drawing by itself.
    light = colour(page)
    page.evaluate("document.querySelector('#charts .gallery-theme').dataset.scheme = 'dark'")
    assert colour(page) != light


def test_a_page_without_charts_loads_nothing_of_them(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    asked: list[str] = []
    guest.context.on("request", lambda request: asked.append(_name(request)))

    page = guest.open("/o/acme/leaderboards/")
    page.wait_for_load_state("load")
    page.evaluate("new Promise(done => requestIdleCallback(done))")

    assert "app.js" in asked
    assert not {"charts.js", "histogram.js"} & set(asked)


def _name(request: Request) -> str:
    return request.url.rpartition("/")[2].partition("?")[0]
