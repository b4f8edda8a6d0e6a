"""The page of values entered by hand: who may, who decides, what is said."""

import pytest

from juara.ledger import entry_queries
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests.web.conftest import SignedIn
from tests.web.office import PERIOD, Office
from tests.web.reading import read


def asked(office: Office, who: str = "ana", **changes: str) -> dict[str, str]:
    return {
        "metric": "calls", "member": office.members[who].public_id, "day": "2025-03-07",
        "quantity": "3", "reason": "The phone system was down",
    } | changes  # fmt: skip


def kept(office: Office) -> list[tuple[str, str, str]]:
    with scope.enter(office.organization):
        page = entry_queries.entries(of=None, limit=50)
        return [(each.member_name, str(each.quantity), each.state) for each in page.entries]


def approval(office: Office, *, needed: bool) -> None:
    Organization.objects.filter(id=office.organization.id).update(needs_entry_approval=needed)


def test_a_rep_enters_for_themselves_and_it_counts(acme: Office, signed_in: SignedIn) -> None:
    approval(acme, needed=False)
    client = signed_in("ana")
    response = client.post(acme.path("entries/new/"), asked(acme))

    assert (response.status_code, response["Location"]) == (302, acme.path("entries/"))
    assert kept(acme) == [("Ana", "3.0000", "counted")]
    records = read(
        client.get(
            acme.path("leaderboards/records/"),
            {"metric": "calls", "period": PERIOD, "holder": acme.members["ana"].public_id},
        )
    )
    assert "The phone system was down" in records.one(of="records").text
    assert records.one(of="evidence-total").text == "4"


def test_a_rep_may_not_enter_for_somebody_else(acme: Office, signed_in: SignedIn) -> None:
    response = signed_in("ana").post(acme.path("entries/new/"), asked(acme, "budi"))
    assert response.status_code == 422
    assert kept(acme) == []


def test_where_approval_is_asked_for_it_waits_for_the_manager(
    acme: Office, signed_in: SignedIn
) -> None:
    approval(acme, needed=True)
    ana, mira = signed_in("ana"), signed_in("mira")
    ana.post(acme.path("entries/new/"), asked(acme))
    assert kept(acme) == [("Ana", "3.0000", "waiting")]
    with scope.enter(acme.organization):
        public_id = entry_queries.entries(of=None, limit=1).entries[0].public_id

    assert ana.post(acme.path(f"entries/{public_id}/approve/")).status_code == 403
    assert kept(acme) == [("Ana", "3.0000", "waiting")]
    assert mira.post(acme.path(f"entries/{public_id}/approve/")).status_code == 302
    assert kept(acme) == [("Ana", "3.0000", "counted")]


def test_a_manager_does_not_approve_their_own(acme: Office, signed_in: SignedIn) -> None:
    approval(acme, needed=True)
    mira = signed_in("mira")
    mira.post(acme.path("entries/new/"), asked(acme, "mira"))
    with scope.enter(acme.organization):
        public_id = entry_queries.entries(of=None, limit=1).entries[0].public_id
    assert mira.post(acme.path(f"entries/{public_id}/approve/")).status_code == 403
    assert kept(acme) == [("Mira", "3.0000", "waiting")]


def test_a_manager_of_other_people_finds_nothing(acme: Office, signed_in: SignedIn) -> None:
    approval(acme, needed=True)
    signed_in("dewi").post(acme.path("entries/new/"), asked(acme, "dewi"))
    with scope.enter(acme.organization):
        public_id = entry_queries.entries(of=None, limit=1).entries[0].public_id
    assert signed_in("mira").post(acme.path(f"entries/{public_id}/approve/")).status_code == 404
    assert read(signed_in("mira").get(acme.path("entries/"))).find(of="entry") == []


def test_refusing_needs_a_reason_and_shows_it(acme: Office, signed_in: SignedIn) -> None:
    approval(acme, needed=True)
    ana, mira = signed_in("ana"), signed_in("mira")
    ana.post(acme.path("entries/new/"), asked(acme))
    with scope.enter(acme.organization):
        public_id = entry_queries.entries(of=None, limit=1).entries[0].public_id
    refused = mira.post(acme.path(f"entries/{public_id}/refuse/"), {"note": " "}, follow=True)
    assert "Say why, so that the person knows what to do." in refused.content.decode()
    assert kept(acme) == [("Ana", "3.0000", "waiting")]

    mira.post(acme.path(f"entries/{public_id}/refuse/"), {"note": "They are in the CRM"})
    assert kept(acme) == [("Ana", "3.0000", "refused")]
    assert "They are in the CRM" in read(ana.get(acme.path("entries/"))).one(of="entry").text


def test_who_entered_it_takes_it_back(acme: Office, signed_in: SignedIn) -> None:
    approval(acme, needed=False)
    ana = signed_in("ana")
    ana.post(acme.path("entries/new/"), asked(acme))
    with scope.enter(acme.organization):
        public_id = entry_queries.entries(of=None, limit=1).entries[0].public_id
    assert signed_in("budi").post(acme.path(f"entries/{public_id}/withdraw/")).status_code == 404
    assert ana.post(acme.path(f"entries/{public_id}/withdraw/")).status_code == 302
    assert kept(acme) == [("Ana", "3.0000", "withdrawn")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quantity": "many"}, "This is not a number."),
        ({"quantity": "0"}, "Enter a number other than 0."),
        ({"quantity": "1.5"}, "This metric counts: enter a whole number."),
        ({"day": "2025-03-11"}, "That day is still to come."),
        ({"day": "soon"}, "This is not a day. Write it like 2025-03-10."),
        ({"reason": ""}, "Say why: the reason stands beside the number."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    acme: Office, signed_in: SignedIn, changes: dict[str, str], said: str
) -> None:
    response = signed_in("ana").post(acme.path("entries/new/"), asked(acme, **changes))
    page = read(response)
    assert response.status_code == 422
    assert said in response.content.decode()
    kept_quantity = page.one("input", name="quantity").attributes["value"]
    assert kept_quantity == changes.get("quantity", "3")
    assert kept(acme) == []


def test_only_what_adds_up_can_be_entered(acme: Office, signed_in: SignedIn) -> None:
    page = read(signed_in("ana").get(acme.path("entries/")))
    offered = {each.attributes["value"] for each in page.find("option")}
    assert {"calls", "revenue_won"} <= offered
    assert not {"win_rate", "average_deal_size", "sales_cycle"} & offered
