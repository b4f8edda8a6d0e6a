"""The wizard in a real browser, by clicks alone: from files to the board."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Guest
from tests.flows import exports
from tests.live.server import REPOSITORY, Server
from tests.web import importing

_SOON = 30_000


@contextmanager
def working(server: Server) -> Iterator[None]:
    """Let a worker run beside the web process."""
    environment = os.environ | {
        "JUARA_HOME": str(server.home),
        "DATABASE_URL": server.database_url,
        "DJANGO_SETTINGS_MODULE": "juara.config.settings",
        "JUARA_SECRET_KEY": settings.SECRET_KEY,
    }
    with (server.home / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "juara.jobs.worker"],
            cwd=REPOSITORY, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(15)


def test_the_maven_files_are_on_the_board_by_clicks_alone(
    committed: None, chromium: Browser, server: Server
) -> None:
    files = exports.data_set(
        "maven", "maven-crm-opportunities",
        "sales_pipeline.csv", "sales_teams.csv", "accounts.csv", "products.csv",
    )  # fmt: skip
    acme = importing.empty()
    guest = Guest(chromium, server).sign_in(acme.user)
    with working(server):
        page = guest.open(acme.path(""))
        page.get_by_role("link", name="Import files").click()
        page.get_by_label("Drop the exports of your CRM here").set_input_files(
            [str(path) for path in files.files]
        )
        page.get_by_role("link", name="See what was understood").click()
        expect(page.get_by_text("8,800 rows")).to_be_visible()
        page.get_by_role("link", name="Next: what it means").click()
        expect(page.get_by_text("All that is needed is there.")).to_be_visible()

        # A change is kept at once, and the sentence follows.
        stage = page.get_by_role("combobox", name="engage_date", exact=True)
        stage.select_option(label="Keep as an extra field")
        expect(page.get_by_text("Your choice").first).to_be_visible()
        page.get_by_role("combobox", name="engage_date", exact=True).select_option("created")
        page.get_by_role("button", name="Check the rows").click()

        page.get_by_role("button", name="Import 8,800 rows").click()
        page.get_by_role("link", name="See the board").click(timeout=_SOON)
        leader = page.locator("#board li, #board tr").filter(has_text="Darcel Schlecht").first
        expect(leader).to_contain_text("1,153,214")
    guest.context.close()
    assert guest.problems == []
