"""The editor of a metric in a real browser: by hand, and through an expired session."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.web.office import Office

pytestmark = pytest.mark.browser


def test_a_rule_grows_condition_by_condition_and_shows_what_it_keeps(
    visit: Visit, acme: Office
) -> None:
    page = visit().sign_in(acme.users["adi"]).open("/o/acme/metrics/new/")
    page.get_by_label("Name", exact=True).fill("Large deals")
    page.locator("[name=do][value='add:w']").click()
    page.locator("[name='w-0.field']").select_option("amount")
    page.locator("[name='w-0.operator']").select_option("greater")
    page.locator("[name='w-0.value']").fill("80")
    page.locator("[name='w-0.value']").press("Tab")

    expect(page.locator(".rule-echo")).to_contain_text("amount is more than 80")
    expect(page.locator("#metric-preview")).to_contain_text("1")


def test_an_expired_session_loses_nothing_of_the_rule(visit: Visit, acme: Office) -> None:
    guest = visit().sign_in(acme.users["adi"])
    page = guest.open("/o/acme/metrics/new/")
    page.get_by_label("Name", exact=True).fill("Large deals")
    page.locator("[name=do][value='add:w']").click()
    page.locator("[name='w-0.field']").select_option("status")
    expect(page.locator("[name='w-0.was']")).to_have_value("status")
    guest.context.clear_cookies(name="juara_session")
    page.locator("[name=do][value='add:w']").click()
    expect(page).to_have_title("Sign in · Juara")

    guest.sign_in(acme.users["adi"])
    page.goto("/sign-in/?" + page.url.partition("?")[2])

    expect(page.get_by_label("Name", exact=True)).to_have_value("Large deals")
    expect(page.locator("[name='w-0.field']")).to_have_value("status")
    expect(page.locator(".kept")).to_be_visible()
    # Left on purpose, it is forgotten.
    page.goto("/o/acme/metrics/")
    page.goto("/o/acme/metrics/new/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_a_formula_takes_metrics_at_the_caret_and_is_judged_while_it_is_typed(
    visit: Visit, acme: Office
) -> None:
    page = visit().sign_in(acme.users["adi"]).open("/o/acme/metrics/new/?ready=calls_per_day")
    box = page.locator("#expression")
    expect(box).to_have_value("calls / people / workdays")
    box.press("Home")
    box.press_sequentially("(")
    page.locator("[data-put=emails]").click()
    expect(box).to_have_value("(emails calls / people / workdays")
    expect(page.locator("#expression_error")).to_contain_text("cannot be read")

    box.fill("(calls + emails) / workday")
    expect(page.locator("#expression_error")).to_contain_text("did you mean “workdays”?")
    box.press_sequentially("s")

    expect(page.locator("#expression_error")).to_have_count(0)
    expect(page.locator(".rule-echo")).to_contain_text("(Calls + E-mails) ÷ working days")


def test_what_was_unfolded_stays_so_when_the_form_is_drawn_anew(visit: Visit, acme: Office) -> None:
    page = visit().sign_in(acme.users["adi"]).open("/o/acme/metrics/new/")
    page.locator("#sharing summary").click()
    page.locator("[name=do][value='add:w']").click()
    expect(page.locator("[name='w-0.field']")).to_be_visible()
    expect(page.locator("#overlay")).to_be_visible()
