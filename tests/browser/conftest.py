"""A real Chromium before the product's own web process, and people who sign in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from juara.accounts.models import User
from tests.live.server import Server, application_url, session_of
from tests.web import office
from tests.web.office import Office

CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


class Guest:
    """One person's browser: its pages, and what went wrong on them."""

    def __init__(self, browser: Browser, server: Server, **options: Any) -> None:
        given = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | options
        self.server = server
        self.context: BrowserContext = browser.new_context(base_url=server.url, **given)
        self.context.set_default_timeout(8000)
        self.problems: list[str] = []
        # What a browser complains of and a test is about.
        self.expects: tuple[str, ...] = ()

    def sign_in(self, user: User) -> "Guest":
        """Bring the cookie of a session; the form has a test of its own."""
        cookie = {"name": "juara_session", "value": session_of(user), "url": self.server.url}
        self.context.add_cookies([cookie])  # type: ignore[list-item]
        return self

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.goto(path)
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(each in text for each in self.expects):
            self.problems.append(f"{kind}: {text}")


Visit = Callable[..., Guest]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no {CHROMIUM} here to test in")
    # Playwright keeps a loop running in this thread, in which Django would refuse its database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def server(
    owner_url: str, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("browser")
    # As the demo, so that the gallery is there.
    running = Server(home, application_url(), {"JUARA_DEMO": "1"})
    running.start()
    yield running
    running.stop()


@pytest.fixture
def acme(committed: None) -> Office:
    return office.opened("acme", "Acme")


@pytest.fixture
def visit(chromium: Browser, server: Server, acme: Office) -> Iterator[Visit]:
    """Open browsers; a word of error in any console fails the test at its end."""
    guests: list[Guest] = []

    def make(**options: Any) -> Guest:
        guest = Guest(chromium, server, **options)
        guests.append(guest)
        return guest

    yield make
    for guest in guests:
        guest.context.close()
    assert [problem for guest in guests for problem in guest.problems] == []


@pytest.fixture
def board(acme: Office) -> str:
    """The address of the board that the deals are on."""
    return f"/o/acme/leaderboards/?metric={acme.metrics['revenue_won']}&period={office.PERIOD}"
