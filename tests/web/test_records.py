"""A record's own page: what it says, what counts it, why other metrics do not, who may look."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from juara.core import db, ids
from juara.core import scope as core_scope
from juara.records import history
from juara.tenancy import scope
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

LATER = cast.at("2025-03-10T09:30")


def record_id(external_id: str) -> str:
    """Return the public id of the record a source calls so, inside a scope."""
    found = db.rows(
        "SELECT id FROM record WHERE organization_id = %s AND external_id = %s",
        [core_scope.current().organization_id, external_id],
    )
    return ids.encode_public(found[0][0])


def id_of(office: Office, external_id: str) -> str:
    with scope.enter(office.organization):
        return record_id(external_id)


def opened(client: Client, office: Office, external_id: str, **query: str) -> Any:
    return client.get(office.path(f"records/{id_of(office, external_id)}/"), query)


def missed(page: Document) -> dict[str, str]:
    """Return why not by metric, as the page says it."""
    names = [each.text for each in page.find("dt")]
    texts = [each.text for each in page.find("dd")]
    return dict(zip(names, texts, strict=True))


def test_a_record_shows_what_it_says_and_which_numbers_it_is_in(
    admin: Client, acme: Office
) -> None:
    page = read(opened(admin, acme, "1"))

    says = missed(page)
    assert page.one("h1").text == "Deal 1"
    assert (says["Owner"], says["Status"], says["Amount"]) == ("Ana ana", "won", "70")
    credits_ = [" ".join(each.text.split()) for each in page.find("li", of="record-credit")]
    assert "Revenue won Ana , Alpha · Mar 3, 2025 $70" in credits_
    assert "Deals won Ana , Alpha · Mar 3, 2025 1" in credits_


def test_a_number_leads_to_its_place_on_the_board_of_its_month(admin: Client, acme: Office) -> None:
    page = read(opened(admin, acme, "1"))

    links = {link.text: link.attributes["href"] for link in page.find("a", of="record-metric")}
    ana = acme.members["ana"].public_id
    metric = acme.metrics["revenue_won"]
    assert links["Revenue won"] == (
        f"/o/acme/leaderboards/?metric={metric}&period=2025-03#place-{ana}"
    )


@pytest.mark.parametrize(
    ("row", "metric", "why"),
    [
        (
            cast.call("x", owner="ana", when=cast.NOW, texts={"outcome": "no_answer"}),
            "Connected calls", "outcome is “no answer”; it must be “connected”",
        ),
        (
            cast.call("x", owner="ana", when=cast.NOW), "Connected calls",
            "outcome is empty; it must be “connected”",
        ),
        (
            cast.deal("x", owner="ana", amount="5", dates={"closed": None}), "Deals won",
            "“closed” is empty, and that is the day it would count on",
        ),
        (
            cast.deal("x", owner="ana"), "Revenue won",
            "“amount” is empty or no number: there is nothing to count",
        ),
        (
            cast.deal("x", owner="ana", amount="5", texts={"currency": "EUR"}), "Revenue won",
            "its amount is in EUR, and no exchange rate is known for its day",
        ),
        (
            cast.deal("x", owner="ana", amount="5", texts={"status": "lost"}), "Revenue won",
            "status is “lost”; it must be “won”",
        ),
        (cast.deal("x", owner="ana", amount="5"), "Calls", "only activities"),
    ],
)  # fmt: skip
def test_every_metric_that_passes_a_record_over_says_why(
    admin: Client, acme: Office, row: Any, metric: str, why: str
) -> None:
    row = replace(row, dates={name: day for name, day in row.dates.items() if day})
    with scope.enter(acme.organization):
        cast.deliver(row)

    assert missed(read(opened(admin, acme, "x")))[metric] == why


def test_a_credit_to_nobody_says_why_and_leads_to_putting_it_right(
    signed_in: SignedIn, acme: Office
) -> None:
    page = read(opened(signed_in("adi"), acme, "6"))

    first = page.find("li", of="record-credit")[0].text
    assert "Nobody : nobody is matched to “ghost”" in first
    assert "Put it right" in first
    assert "Put it right" not in read(opened(signed_in("eka"), acme, "6")).one("main").text


def test_the_history_tells_each_change_from_and_to(
    admin: Client, acme: Office, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(cast.at("2025-03-10T10:00"), tick=False)
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("1", owner="budi", amount="41", dates={"closed": date(2025, 3, 3)}),
            moment=LATER,
        )
        cast.deliver(replace(cast.deal("1"), is_deleted=True), moment=LATER)

    page = read(opened(admin, acme, "1"))

    assert [each.text for each in page.find("p", of="timeline-title")] == [
        "Deleted where it came from", "Changed", "First known",
    ]  # fmt: skip
    changes = [each.text for each in page.find("ul", of="record-changes")]
    assert "amount: $70 → $41" in changes[0].replace("70 → 41", "$70 → $41")
    assert "owner: ana → budi" in changes[0]
    assert "No number." in page.one("main").text
    assert "It is deleted where it came from, so it counts nowhere." in page.one("main").text


def test_as_of_a_moment_it_is_what_was_known_then(
    admin: Client, acme: Office, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(cast.at("2025-03-10T10:00"), tick=False)
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("1", owner="budi", amount="41", texts={"status": "lost"}), moment=LATER
        )

    then = read(opened(admin, acme, "1", as_of="2025-03-10T09:15"))
    now = read(opened(admin, acme, "1"))
    before = read(opened(admin, acme, "1", as_of="2025-03-09T09:15"))

    assert (missed(then)["Amount"], missed(now)["Amount"]) == ("70", "41")
    assert "Revenue won" not in missed(then)
    assert missed(now)["Revenue won"] == "status is “lost”; it must be “won”"
    assert "Nothing was known of it yet" in before.one("main").text


def test_the_way_to_the_crm_is_a_web_address_only(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        cast.deliver(
            cast.deal("good", amount="1", texts={"url": "https://crm.example/1"}),
            cast.deal("evil", amount="1", texts={"url": "javascript:alert(1)"}),
        )

    good, evil = (read(opened(admin, acme, key)) for key in ("good", "evil"))

    links = [each for each in good.find("a") if "Open in the CRM" in each.text]
    assert links[0].attributes["href"] == "https://crm.example/1"
    assert [each for each in evil.find("a") if "javascript" in each.attributes["href"]] == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("ana", 200), ("budi", 403), ("mira", 200), ("reza", 200), ("eka", 200), ("adi", 200)],
)
def test_a_record_is_open_to_its_person_their_managers_and_executives(
    signed_in: SignedIn, acme: Office, name: str, status: int
) -> None:
    assert opened(signed_in(name), acme, "1").status_code == status


def test_a_record_no_metric_counts_is_open_to_whom_it_names(
    signed_in: SignedIn, acme: Office
) -> None:
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("x", owner="ana", amount="5", texts={"status": "lost"}))

    assert opened(signed_in("ana"), acme, "x").status_code == 200
    assert opened(signed_in("budi"), acme, "x").status_code == 403
    assert opened(signed_in("ana"), acme, "6").status_code == 403


def test_another_organizations_record_is_not_there(
    admin: Client, acme: Office, globex: Office
) -> None:
    with scope.enter(globex.organization):
        # Ids are made within an organization: one that this one has not come to yet.
        for amount in range(9):
            cast.deliver(cast.deal("theirs", owner="ana", amount=str(amount + 1)))
        cast.deliver(cast.deal("later", owner="ana", amount="1"))
        theirs = record_id("later")
    assert id_of(acme, "1") != theirs

    for key in (theirs, "nothing", "0", "z" * 13):
        assert admin.get(acme.path(f"records/{key}/")).status_code == 404


@pytest.mark.parametrize(
    ("name", "asked", "shown"),
    [
        ("adi", "1", ["Deal 1"]), ("adi", "deal", ["Deal 1", "Deal 2", "Deal 3", "Deal 4", "Deal 5",
                                                  "Deal 6"]),
        ("ana", "deal", ["Deal 1", "Deal 2"]), ("ana", "3", []),
        ("mira", "deal", ["Deal 1", "Deal 2", "Deal 3"]), ("adi", "nothing", []),
    ],
)  # fmt: skip
def test_records_are_found_by_id_or_name_among_those_one_may_open(
    signed_in: SignedIn, acme: Office, name: str, asked: str, shown: list[str]
) -> None:
    page = read(signed_in(name).get(acme.path("records/"), {"q": asked}))

    assert sorted(each.text for each in page.find("strong") if "Deal" in each.text) == shown


def test_a_name_is_looked_for_among_the_newest_and_among_all_when_that_is_asked(
    signed_in: SignedIn, acme: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "NEWEST", 3)

    def found(name: str, asked: str, **more: str) -> tuple[list[str], bool]:
        page = read(signed_in(name).get(acme.path("records/"), {"q": asked} | more))
        shown = sorted(each.text for each in page.find("strong") if "Deal" in each.text)
        links = [each.attributes["href"] for each in page.find("a") if "through all" in each.text]
        return shown, links == [f"?q={asked}&all=1"]

    assert found("adi", "Deal") == (["Deal 5", "Deal 6"], True)
    assert found("adi", "Deal", all="1")[0] == [f"Deal {number}" for number in range(1, 7)]
    assert found("adi", "nothing") == ([], True)
    # What names oneself is looked through whole.
    assert found("ana", "Deal") == (["Deal 1", "Deal 2"], False)


@pytest.mark.parametrize("count", [1, 3])
def test_a_record_costs_the_same_whatever_is_known_of_it(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with scope.enter(acme.organization):
        for step in range(1, count):
            cast.deliver(cast.deal("3", owner="budi", amount=f"9{step}"))
    address = acme.path(f"records/{id_of(acme, '3')}/")
    admin.get(address)

    with django_assert_num_queries(21):
        page = read(admin.get(address))

    assert len(page.find("p", of="timeline-title")) == count


def test_a_call_around_midnight_keeps_its_moment(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        when = datetime(2025, 3, 7, 23, 59, 59, tzinfo=UTC)
        cast.deliver(cast.call("late", owner="ana", when=when))

    page = read(opened(admin, acme, "late"))

    assert missed(page)["Occurred"] == "Mar 7, 2025, 11:59 PM"
    assert page.find("time", datetime=when.isoformat())[0].text == "Mar 7, 2025"
