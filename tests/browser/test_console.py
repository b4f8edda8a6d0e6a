"""No page makes a browser complain: not of the content policy, not of anything else.

The fixture `visit` fails a test whose pages wrote a warning or an error.
"""

import pytest
from playwright.sync_api import expect

from juara.accounts.models import Seat
from tests.browser.conftest import Visit
from tests.web import office
from tests.web.office import Office

pytestmark = pytest.mark.browser


def test_every_page_opens_without_a_complaint(visit: Visit, acme: Office, board: str) -> None:
    guest = visit(locale="id-ID").sign_in(acme.users["adi"])
    holder = f"holder={acme.members['ana'].public_id}&period={office.PERIOD}"
    page = guest.open(board)
    for path in (
        f"{board}&by=team",
        f"{board}&as_of=2025-03-10T09:30",
        "/o/acme/?period=2024",
        f"/o/acme/leaderboards/records/?{holder}",
        "/o/acme/screens/",
        "/design/",
        f"/tv/acme/{acme.token}/",
    ):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "id")
    visit(locale="id-ID").open("/sign-in/")


def test_choosing_between_organizations_too(visit: Visit, acme: Office) -> None:
    Seat.objects.create(
        user=acme.users["ana"], organization=office.opened("globex", "Globex").organization
    )
    page = visit().sign_in(acme.users["ana"]).open("/")

    expect(page.locator(".link-card strong")).to_have_text(["Acme", "Globex"])


def test_a_page_of_an_error_complains_only_of_its_status(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    guest.expects = ("status of 404", "status of 400")
    page = guest.open("/nowhere/")

    for path in ("/o/acme/?metric=none", "/o/acme/?period=soon"):
        page.goto(path)
        expect(page.locator(".problem h1")).to_be_visible()


def test_the_policy_stops_what_a_page_did_not_bring(visit: Visit, acme: Office, board: str) -> None:
    guest = visit().sign_in(acme.users["adi"])
    guest.expects = ("Content Security Policy",)
    page = guest.open(board)

    page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'document.documentElement.dataset.stolen = 1';
      document.body.append(script);
      const picture = '<img src="data:,x" onerror="document.title=1">';
      document.body.insertAdjacentHTML('beforeend', picture);
    }""")

    expect(page).to_have_title("Revenue won · Juara")
    assert page.evaluate("document.documentElement.dataset.stolen") is None
