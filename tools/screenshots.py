"""Take the pictures of the documents from a running demo: `make demo`, then `make screenshots`."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# A page of documents should not weigh more than what it shows.
MOST_BYTES = 250_000

DESKTOP = (1280, 800)
TELEVISION = (960, 540)
PHONE = (390, 844)


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo is served, and what it keeps beside its database."""

    address: str
    home: Path

    def account(self, role: str) -> dict[str, str]:
        accounts: list[dict[str, str]] = json.loads((self.home / "demo-accounts.json").read_text())
        return next(each for each in accounts if each["role"] == role)

    @property
    def board(self) -> str:
        return f"{self.address}/o/{self._state['slug']}/leaderboards/"

    @property
    def tv(self) -> str:
        return f"{self.address}/tv/{self._state['slug']}/{self._state['screen_token']}/"

    @property
    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "demo.json").read_text())
        return found


@contextmanager
def page_of(
    browser: Browser, size: tuple[int, int], *, language: str = "en-US", is_dark: bool = False
) -> Iterator[Page]:
    """Open a page as somebody with such a screen, language and taste has it, without motion."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def sign_in(page: Page, demo: Demo, role: str) -> None:
    account = demo.account(role)
    page.goto(f"{demo.address}/sign-in/")
    page.fill("input[name=email]", account["email"])
    page.fill("input[name=password]", account["password"])
    page.click("button[type=submit].button[data-size=large]")
    page.wait_for_selector(".rank-row")


def take(page: Page, folder: Path, name: str) -> None:
    """Save what is seen as a picture once its fonts are there."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.mouse.move(0, 0)
    page.screenshot(path=folder / f"{name}.png")


def take_all(browser: Browser, demo: Demo, folder: Path) -> None:
    with page_of(browser, DESKTOP) as page:
        page.goto(f"{demo.address}/sign-in/")
        take(page, folder, "sign-in")
        sign_in(page, demo, "rep")
        take(page, folder, "board")
    with page_of(browser, DESKTOP, is_dark=True) as page:
        sign_in(page, demo, "rep")
        take(page, folder, "board-dark")
    with page_of(browser, DESKTOP) as page:
        sign_in(page, demo, "executive")
        page.click(".rank-row:nth-child(2) .open-value")
        page.wait_for_selector("#drawer .record")
        take(page, folder, "drawer")
    with page_of(browser, PHONE, language="id-ID") as page:
        sign_in(page, demo, "rep")
        take(page, folder, "phone")
    with page_of(browser, TELEVISION) as page:
        page.goto(demo.tv)
        page.wait_for_selector(".tv-row")
        take(page, folder, "tv")


def too_large(folder: Path) -> list[str]:
    return [
        f"{path.name} has {path.stat().st_size:,} bytes, more than {MOST_BYTES:,}."
        for path in sorted(folder.glob("*.png"))
        if path.stat().st_size > MOST_BYTES
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the demo is")
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "demo", help="its data")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    given = parser.parse_args()
    if not (given.home / "demo.json").exists():
        sys.exit("There is no demo to take pictures of. Start one: make demo")
    given.into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take_all(browser, Demo(given.address, given.home), given.into)
        browser.close()
    if problems := too_large(given.into):
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
