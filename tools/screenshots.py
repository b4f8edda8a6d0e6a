"""Take pictures of every page, and those of the documents: `make demo`, then `make screenshots`.

What is only there at the beginning is taken of an installation of its own, begun and thrown away.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from juara.ops.postgres import places
from tools import every_page
from tools.every_page import EVERY_PAGE, Stage

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# A page of documents should not weigh more than what it shows.
MOST_BYTES = 250_000

DESKTOP = (1280, 800)
TELEVISION = (960, 540)
PHONE = (390, 844)
THEMES = ("light", "dark")

# Pages that documents show as they begin, on a desktop, light.
SHOWN = ("today", "team-now", "setup", "import-meaning", "metric-editor", "teams", "health")
EXAMPLE = (ROOT / "docs" / "example" / "people.csv", ROOT / "docs" / "example" / "deals.csv")
_START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo is served, and what it keeps beside its database."""

    address: str
    home: Path

    def account(self, role: str) -> dict[str, str]:
        accounts: list[dict[str, str]] = json.loads((self.home / "demo-accounts.json").read_text())
        return next(each for each in accounts if each["role"] == role)

    @property
    def slug(self) -> str:
        return str(self._state["slug"])

    @property
    def board(self) -> str:
        return f"{self.address}/o/{self.slug}/leaderboards/"

    @property
    def tv(self) -> str:
        return f"{self.address}/tv/{self.slug}/{self._state['screen_token']}/"

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
    page.wait_for_url("**/o/**")


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
        page.goto(demo.board)
        take(page, folder, "board")
    with page_of(browser, DESKTOP, is_dark=True) as page:
        sign_in(page, demo, "rep")
        page.goto(demo.board)
        take(page, folder, "board-dark")
    with page_of(browser, DESKTOP) as page:
        sign_in(page, demo, "executive")
        page.goto(demo.board)
        page.click(".rank-row:nth-child(2) .open-value")
        page.wait_for_selector("#drawer .record")
        take(page, folder, "drawer")
    with page_of(browser, PHONE, language="id-ID") as page:
        sign_in(page, demo, "rep")
        page.goto(demo.board)
        take(page, folder, "phone")
    with page_of(browser, TELEVISION) as page:
        page.goto(demo.tv)
        page.wait_for_selector(".tv-row")
        take(page, folder, "tv")


# --- Every page ---


@dataclass
class Album:
    """Takes a page in both themes on a desk and in a hand, and counts what it took."""

    folder: Path
    images: Path
    taken: int = 0
    missing: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str) -> None:
        page.evaluate("document.fonts.ready.then(() => true)")
        # What a page fetches of itself once it stands: a preview, a long list.
        page.wait_for_timeout(300)
        expect(page.locator(".htmx-request, .looking")).to_have_count(0, timeout=30_000)
        # No television is a phone.
        sizes = {"desk": DESKTOP} if name == "tv" else {"desk": DESKTOP, "phone": PHONE}
        for place, size in sizes.items():
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                page.wait_for_timeout(250)
                page.screenshot(path=self.folder / f"{name}-{place}-{theme}.png", full_page=True)
                self.taken += 1
                if name in SHOWN and (place, theme) == ("desk", "light"):
                    page.screenshot(path=self.images / f"{name}.png")


@contextmanager
def somebody(browser: Browser, demo: Demo | None = None, role: str = "") -> Iterator[Page]:
    with page_of(browser, DESKTOP) as page:
        if demo and role:
            sign_in(page, demo, role)
        yield page


def take_living(browser: Browser, demo: Demo, album: Album) -> None:
    """Take every page of a company that has been at it for a year."""
    known = {"slug": demo.slug, "token": demo.tv.rstrip("/").rpartition("/")[2]}
    pages = [each for each in EVERY_PAGE if each.stage is Stage.LIVING]
    for role in ("", "rep", "manager", "executive", "admin"):
        with somebody(browser, demo, role) as page:
            for each in (one for one in pages if one.role == role):
                address = every_page.find(each, demo.slug, known, _reader(page.context, demo))
                if address:
                    page.goto(demo.address + address)
                    album.take(page, each.name)
                else:
                    album.missing.append(each.name)


def _reader(context: BrowserContext, demo: Demo) -> Callable[[str, str], str]:
    """Read pages as whoever is signed in."""
    return lambda _role, address: context.request.get(demo.address + address).text()


# --- From the beginning ---


@contextmanager
def beginning() -> Iterator[str]:
    """Start an installation of nobody's; yield the link that begins it, and leave no trace."""
    home = Path(tempfile.mkdtemp(prefix="juara-shots-"))
    # As root the database runs as a user of its own, who must be able to enter.
    home.chmod(0o755)
    log = home / "log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("juara")), "run", "--port", str(_free_port())],
            stdout=out, stderr=out, env=kept | {"JUARA_HOME": str(home / "data")},
        )  # fmt: skip
    try:
        yield _link(log, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        for directory in (places.find(home / "data").base, home):
            shutil.rmtree(directory, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _link(log: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://\S+/begin/\S+", log.read_text()):
            return found[0]
        time.sleep(0.1)
    sys.exit(f"The installation to begin did not start:\n{log.read_text()}")


def take_beginning(browser: Browser, link: str, album: Album) -> None:
    """Walk from an empty installation to the removal of a sample company, taking pictures."""
    root = link.partition("/begin/")[0]
    with somebody(browser) as page:
        page.goto(f"{root}/begin/")
        album.take(page, "begin-waiting")
        page.goto(link)
        album.take(page, "begin")
        _begin(page)
        album.take(page, "setup")
        _import(page, album)
        _squad(page, root, album)
        _welcome(browser, page, root, album)
        _sample(page, root, album)


def _desk(page: Page) -> None:
    """Go back to a desk, where everything has its own button."""
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def _begin(page: Page) -> None:
    _desk(page)
    page.fill("input[name=name]", "Rina Hartono")
    page.fill("input[name=email]", "rina@example.com")
    page.fill("input[name=password]", "three small words")
    page.fill("input[name=organization]", "Acme Trading")
    page.click("main button[type=submit]")
    page.wait_for_url("**/set-up/")
    # Without the greeting before it.
    page.reload()


def _import(page: Page, album: Album) -> None:
    _desk(page)
    organization = page.url.partition("/set-up/")[0]
    page.goto(f"{organization}/sources/import/")
    page.set_input_files("input[type=file]", [str(each) for each in EXAMPLE])
    page.wait_for_url(re.compile(r"/import/\w+/(files|reading|check)/"))
    draft = page.url.partition("/import/")[2].partition("/")[0]
    for step in ("files", "reading", "meaning", "check"):
        page.goto(f"{organization}/sources/import/{draft}/{step}/")
        album.take(page, f"import-{step}")
    _desk(page)
    page.click("form[action$='/begin/'] button[type=submit]")
    page.wait_for_url("**/run/**")
    page.wait_for_selector("a[href*='/leaderboards/'].button", timeout=60_000)
    album.take(page, "import-run")
    _desk(page)
    page.click("form[action$='/keep/'] [name=next]")
    page.wait_for_url("**/schedules/new/*")
    album.take(page, "schedule-new")


def _squad(page: Page, root: str, album: Album) -> None:
    _desk(page)
    page.goto(f"{root}{_organization(page)}/teams/squads/")
    form = page.locator("form[action$='/squads/new/']")
    form.locator("input[name=name]").fill("Hunters")
    form.locator("button[type=submit]").click()
    page.wait_for_url(re.compile(r"/squads/\w{12}/"))
    album.take(page, "squad")


def _welcome(browser: Browser, page: Page, root: str, album: Album) -> None:
    _desk(page)
    page.goto(f"{root}{_organization(page)}/people/")
    for box in page.locator("input[type=checkbox][name=members]").all():
        box.check()
    page.locator("#bulk button[type=submit]").first.click()
    link = page.locator("input[readonly]").first.input_value()
    with somebody(browser) as guest:
        guest.goto(link)
        album.take(guest, "welcome")


def _organization(page: Page) -> str:
    found = re.search(r"/o/[\w-]+", page.url)
    return found[0] if found else ""


def _sample(page: Page, root: str, album: Album) -> None:
    _desk(page)
    page.goto(f"{root}{_organization(page)}/set-up/")
    page.click("form[action$='/sample/'] button")
    page.wait_for_url("**/sample/progress/")
    sample = page.url
    page.wait_for_timeout(3000)
    album.take(page, "sample")
    page.goto(f"{root}/")
    album.take(page, "home")
    _desk(page)
    page.goto(sample)
    page.locator("form[action$='/sample/remove/'] button").first.click()
    page.click("#confirm [data-confirm-yes]")
    page.wait_for_url("**/begin/removed/**")
    album.take(page, "removal")


# --- All of it ---


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
    parser.add_argument(
        "--into", type=Path, default=ROOT / "docs" / "images", help="the documents'"
    )
    parser.add_argument(
        "--all-into", type=Path, default=ROOT / "var" / "screenshots", help="those of every page"
    )
    given = parser.parse_args()
    if not (given.home / "demo.json").exists():
        sys.exit("There is no demo to take pictures of. Start one: make demo")
    shutil.rmtree(given.all_into, ignore_errors=True)
    for folder in (given.into, given.all_into):
        folder.mkdir(parents=True, exist_ok=True)
    album, demo = Album(given.all_into, given.into), Demo(given.address, given.home)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take_all(browser, demo, given.into)
        take_living(browser, demo, album)
        with beginning() as link:
            take_beginning(browser, link, album)
        browser.close()
    print(f"{album.taken} pictures are in {given.all_into}.")
    problems = too_large(given.into)
    problems += [f"Nothing leads to the page {name} in this demo." for name in album.missing]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
