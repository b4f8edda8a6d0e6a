"""Data health: what is listed, and what can be put right from there."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from juara.ledger import strangers, verifications
from juara.tenancy import scope
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.office import PERIOD, Office
from tests.web.reading import read


def unknown(office: Office) -> list[str]:
    with scope.enter(office.organization):
        return [each.key for each in strangers.strangers(limit=50).shown]


def stray(office: Office, *owners: str) -> None:
    with scope.enter(office.organization):
        cast.deliver(*(cast.deal(f"s{owner}", owner=owner, amount="10") for owner in owners))


@pytest.mark.parametrize("who", ["ana", "mira", "eka"])
def test_only_an_administrator_sees_it(acme: Office, signed_in: SignedIn, who: str) -> None:
    for path in ("health/", "health/records/", "health/records/deal/", "health/verifications/"):
        assert signed_in(who).get(acme.path(path)).status_code == 403


def test_an_unknown_owner_stands_with_what_lies_with_them(admin: Client, acme: Office) -> None:
    stray(acme, "phantom")
    page = read(admin.get(acme.path("health/")))
    row = next(each for each in page.find(of="stranger") if "phantom" in each.text)
    assert "1 record" in row.text
    assert "Revenue won $10" in row.text
    links = [each.attributes["href"] for each in page.find("a")]
    behind = read(admin.get(next(each for each in links if "owner=phantom" in each)))
    assert "Deal sphantom" in behind.one("main").text
    assert "Deal 1" not in behind.one("main").text


def test_an_address_that_is_known_is_suggested_and_matched_in_one_go(
    admin: Client, acme: Office
) -> None:
    address = acme.members["ana"].email
    stray(acme, address, "phantom")
    page = read(admin.get(acme.path("health/")))
    row = next(each for each in page.find(of="stranger") if address in each.text)
    assert "Suggested: the same e-mail address" in row.text

    response = admin.post(acme.path("health/match-sure/"))
    assert response.status_code == 302
    assert address not in unknown(acme)
    assert "phantom" in unknown(acme)


def test_matching_credits_the_past(admin: Client, acme: Office) -> None:
    stray(acme, "phantom")
    admin.post(
        acme.path("health/match/"),
        {"source": "crm", "key": "phantom", "member": acme.members["budi"].public_id},
    )
    board = read(admin.get(acme.path(f"leaderboards/?metric=revenue_won&period={PERIOD}")))
    row = board.one("li", id=f"place-{acme.members['budi'].public_id}")
    assert "$100" in row.text


def test_somebody_new_is_added_from_what_the_records_say(admin: Client, acme: Office) -> None:
    stray(acme, "lia.tan@example.com")
    admin.post(
        acme.path("health/introduce/"),
        {"source": "crm", "key": "lia.tan@example.com", "name": "Lia Tan"},
    )
    assert "lia.tan@example.com" not in unknown(acme)
    board = read(admin.get(acme.path(f"leaderboards/?metric=revenue_won&period={PERIOD}")))
    assert any("Lia Tan" in each.text and "$10" in each.text for each in board.find(of="rank-row"))


def test_somebody_without_a_name_is_not_added(admin: Client, acme: Office) -> None:
    stray(acme, "phantom")
    response = admin.post(
        acme.path("health/introduce/"), {"source": "crm", "key": "phantom", "name": " "}
    )
    assert response.status_code == 422
    assert "Write the name of the person to add." in response.content.decode()
    assert "phantom" in unknown(acme)


def test_another_organizations_person_is_nobody_to_match(
    admin: Client, acme: Office, globex: Office
) -> None:
    stray(acme, "phantom")
    response = admin.post(
        acme.path("health/match/"),
        {"source": "crm", "key": "phantom", "member": globex.members["budi"].public_id},
    )
    assert response.status_code == 404
    assert "phantom" in unknown(acme)


def test_records_in_no_number_are_counted_by_kind_and_listed_with_reasons(
    admin: Client, acme: Office
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("lost", owner="ana", texts={"status": "lost"}, dates={"closed": None})
        )
    part = read(admin.get(acme.path("health/records/")))
    assert any("1 of 7 are in no number" in each.text for each in part.find(of="coverage-kind"))
    page = read(admin.get(acme.path("health/records/deal/")))
    reasons = page.one(of="reasons").text
    assert "Deals won : its conditions are not met" in reasons
    assert "Deals closed : the date it counts on is missing" in reasons


def test_a_kind_that_is_none_is_nothing(admin: Client, acme: Office) -> None:
    assert admin.get(acme.path("health/records/entry/")).status_code == 404
    assert admin.get(acme.path("health/records/nonsense/")).status_code == 404


def test_verifying_is_asked_for_once(admin: Client, acme: Office) -> None:
    assert admin.post(acme.path("health/verify/")).status_code == 302
    assert admin.post(acme.path("health/verify/")).status_code == 409


def test_the_last_verification_is_told_in_a_word(admin: Client, acme: Office) -> None:
    assert "Nothing has been verified yet." in admin.get(acme.path("health/")).content.decode()
    verifications.run(acme.organization, actor="adi@example.com", clock=lambda: cast.NOW)
    page = read(admin.get(acme.path("health/")))
    assert page.one(of="verdict-word").text == "Nothing differs"
    assert len(page.find(of="verdict")) == 1


def test_the_cost_of_the_page_does_not_grow_with_strangers(admin: Client, acme: Office) -> None:
    stray(acme, "a")
    one = _queries(admin, acme)
    stray(acme, "b", "c")
    assert (one, _queries(admin, acme)) == (23, 23)


def _queries(client: Client, office: Office) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(office.path("health/")).status_code == 200
    return len(seen)
