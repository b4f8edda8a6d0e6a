"""The pages of currencies: what the records are in, adding and withdrawing rates, files of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from juara.core import environment
from juara.ledger import rates as operations
from juara.metrics import rates
from juara.metrics.rates_changes import Quote
from juara.tenancy import scope
from tests import cast
from tests.ledger import reading
from tests.web.office import Office
from tests.web.reading import read

LIST = "date,currency,rate\n2025-03-03,EUR,1.1\n2025-03-05,EUR,1.25\n2025-03-05,GBP,1.3\n"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is sent in a place of the test's own."""
    monkeypatch.setattr(environment, "uploads", lambda: tmp_path / "uploads")


@pytest.fixture
def euros(acme: Office) -> Office:
    """Two deals of Ana's in euros, of the third and the sixth of March."""
    with scope.enter(acme.organization):
        cast.deliver(
            *(
                cast.deal(name, owner="ana", amount="100", texts={"currency": "EUR"},
                          dates={"closed": date(2025, 3, day)})
                for name, day in (("e3", 3), ("e6", 6))
            )
        )  # fmt: skip
    return acme


def lay(office: Office, day: int, rate: str, currency: str = "EUR") -> None:
    with scope.enter(office.organization):
        operations.lay(
            Quote(currency, date(2025, 3, day), Decimal(rate)),
            source="Bank", moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip


def ana(office: Office) -> Decimal:
    with scope.enter(office.organization):
        return reading.totals("revenue_won", "2025-03")["Ana"]


def known(office: Office, currency: str = "EUR") -> list[tuple[str, date]]:
    with scope.enter(office.organization):
        found = reversed(rates.rates(currency))
        return [(format(each.rate.normalize(), "f"), each.from_day) for each in found]


def add(client: Client, office: Office, **changes: str) -> Any:
    whole = {"currency": "EUR", "rate": "1.10", "day": "2025-03-03", "source": "Bank"}
    return client.post(office.path("currencies/rates/"), whole | changes)


def send(client: Client, office: Office, text: str, **more: str) -> Any:
    file = SimpleUploadedFile("rates.csv", text.encode())
    return client.post(office.path("currencies/upload/"), {"file": file, **more})


def test_the_page_says_which_currencies_the_records_are_in_and_what_lacks_a_rate(
    admin: Client, euros: Office
) -> None:
    before = read(admin.get(euros.path("currencies/records/")))
    lay(euros, 5, "1.2")
    after = read(admin.get(euros.path("currencies/records/")))
    lay(euros, 1, "1.1")
    covered = read(admin.get(euros.path("currencies/records/")))

    [item] = before.texts("currency-item")
    assert "Euro" in item
    assert "2 records · Mar 3 – 6, 2025" in item
    assert "no rate yet" in item
    assert [each.text for each in before.find(of="pill")] == ["Not counted"]
    [item] = after.texts("currency-item")
    assert "1 EUR = 1.20 USD · since Mar 5, 2025" in item.replace("\xa0", " ")
    assert "1 record is in no sum of money, on 1 day" in item
    assert [each.text for each in after.find(of="pill")] == ["Days without a rate"]
    assert [each.text for each in covered.find(of="pill")] == ["All converted"]


def test_a_rate_is_added_and_what_it_converts_counts_at_once(admin: Client, euros: Office) -> None:
    answer = add(admin, euros)

    assert (answer.status_code, answer.headers["Location"]) == (
        302, euros.path("currencies/EUR/"),
    )  # fmt: skip
    assert known(euros) == [("1.1", date(2025, 3, 3))]
    assert ana(euros) == Decimal(340)
    page = read(admin.get(euros.path("currencies/EUR/")))
    [said] = page.texts("rate-history")
    assert "1.10, from Mar 3, 2025" in said
    assert "adi@example.com" in said
    assert "Bank" in said


def test_a_rate_on_some_days_only_gives_back_what_held_behind_them(
    admin: Client, euros: Office
) -> None:
    lay(euros, 1, "1.1")

    add(admin, euros, rate="2", day="2025-03-03", last_day="2025-03-04", on="EUR")

    assert known(euros) == [
        ("1.1", date(2025, 3, 1)), ("2", date(2025, 3, 3)), ("1.1", date(2025, 3, 5)),
    ]  # fmt: skip
    assert ana(euros) == Decimal(430)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rate": "0"}, "A rate is more than 0."),
        ({"rate": "-1"}, "A rate is more than 0."),
        ({"rate": "much"}, "This is not a number."),
        ({"rate": "1.00000000001"}, "A rate has at most 10 decimals."),
        ({"rate": ""}, "Write what one unit is worth."),
        ({"source": " "}, "Say where the rate is from."),
        ({"day": "soon"}, "This is not a day. Write it like 2025-03-10."),
        ({"last_day": "2025-03-01"}, "The last day must not come before the first one."),
        ({"currency": "USD"}, "Select a valid choice."),
    ],
)
@pytest.mark.parametrize("on", ["", "EUR"])
def test_what_cannot_be_a_rate_comes_back_with_the_reason_beside_it(
    admin: Client, acme: Office, changes: dict[str, str], said: str, on: str
) -> None:
    answer = add(admin, acme, **changes, **({"on": on} if on else {}))

    assert answer.status_code == 422
    assert said in read(answer).one("main").text
    assert known(acme) == []


def test_a_rate_is_typed_as_the_reader_writes_numbers(admin: Client, acme: Office) -> None:
    admin.cookies["juara_language"] = "id"

    add(admin, acme, rate="1,0812")
    add(admin, acme, rate="1.0845", day="2025-03-04")

    assert [rate for rate, _ in known(acme)] == ["1.0812", "1.0845"]


def test_a_withdrawn_rate_no_longer_converts_and_stays_in_what_was_done(
    admin: Client, euros: Office
) -> None:
    lay(euros, 1, "1.1")
    lay(euros, 5, "1.2")

    answer = admin.post(euros.path("currencies/EUR/withdraw/"), {"from_day": "2025-03-05"})

    assert answer.status_code == 302
    assert known(euros) == [("1.1", date(2025, 3, 1))]
    assert ana(euros) == Decimal(230)
    page = read(admin.get(euros.path("currencies/EUR/")))
    assert "Withdrew 1.20, from Mar 5, 2025" in page.texts("rate-history")[0]
    assert "No rate: Mar 5 – 6, 2025" in page.one("main").text
    admin.post(euros.path("currencies/EUR/withdraw-all/"))
    assert known(euros) == []
    assert ana(euros) == Decimal(120)


def test_a_rate_somebody_else_changed_meanwhile_is_not_withdrawn(
    admin: Client, acme: Office
) -> None:
    lay(acme, 1, "1.1")

    for day in ("2025-03-05", "never", ""):
        answer = admin.post(acme.path("currencies/EUR/withdraw/"), {"from_day": day})
        assert answer.status_code == 404

    assert known(acme) == [("1.1", date(2025, 3, 1))]


@pytest.mark.parametrize("code", ["USD", "QQQ", "eur", "EURO"])
def test_there_is_no_page_of_the_own_currency_or_of_none(
    admin: Client, acme: Office, code: str
) -> None:
    assert admin.get(acme.path(f"currencies/{code}/")).status_code == 404


def test_a_file_is_checked_first_and_stored_when_told_so(admin: Client, euros: Office) -> None:
    lay(euros, 5, "1.2")
    check = read(send(admin, euros, LIST + "soon,EUR,1\n"))

    # Only the records' currencies; one day is new, one will change.
    [row] = [each.text for each in check.find("tr")][1:]
    assert row.replace("\xa0", " ") == ("EUR Euro Mar 3 – 5, 2025 1 EUR = 1.25 USD 2 1 1")
    assert "Row 5 “soon” is not a day." in check.texts("rate-problems")[0]
    assert known(euros) == [("1.2", date(2025, 3, 5))]

    fields = {each.attributes.get("name"): each for each in check.find("input")}
    sent = {name: fields[name].attributes["value"] for name in ("upload", "source")}
    refused = admin.post(euros.path("currencies/upload/store/"), sent)
    assert refused.status_code == 422
    assert known(euros) == [("1.2", date(2025, 3, 5))]

    answer = admin.post(euros.path("currencies/upload/store/"), sent | {"source": "Bank"})
    assert (answer.status_code, answer.headers["Location"]) == (302, euros.path("currencies/"))
    assert known(euros) == [("1.1", date(2025, 3, 3)), ("1.25", date(2025, 3, 5))]
    assert known(euros, "GBP") == []
    assert ana(euros) == Decimal(355)
    # The file is gone with it.
    assert admin.post(euros.path("currencies/upload/store/"), sent).status_code == 404


def test_every_currency_of_a_file_is_taken_where_asked_for(admin: Client, euros: Office) -> None:
    check = read(send(admin, euros, LIST, all="1"))

    assert [each.text[:3] for each in check.find("tr")][1:] == ["EUR", "GBP"]
    assert "Store 3 rates" in [each.text for each in check.find("button")]


def test_a_table_over_the_euro_names_who_publishes_it(admin: Client, acme: Office) -> None:
    check = read(send(admin, acme, "Date,USD,JPY\n2025-03-10,1.0854,159.75\n", all="1"))

    assert check.one("input", name="source").attributes["value"] == "European Central Bank"
    assert "1 EUR = 1.0854 USD" in check.one("main").text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("name,team\nAna,North\n", "These are no exchange rates."),
        ("Date,JPY\n2025-03-10,159\n", "has no column USD"),
    ],
)
def test_a_file_without_rates_is_refused_in_words(
    admin: Client, acme: Office, text: str, said: str
) -> None:
    answer = send(admin, acme, text)

    assert answer.status_code == 422
    assert said in read(answer).one("main").text


def test_nothing_chosen_is_said(admin: Client, acme: Office) -> None:
    answer = admin.post(acme.path("currencies/upload/"))

    assert answer.status_code == 422
    assert "Choose a file first." in read(answer).one("main").text


def test_data_health_counts_only_amounts_without_a_rate_and_leads_to_the_rates(
    admin: Client, euros: Office
) -> None:
    lay(euros, 5, "1.2")
    part = read(admin.get(euros.path("health/records/")))
    lay(euros, 1, "1.1")
    covered = read(admin.get(euros.path("health/records/")))

    [said] = [each.text for each in part.find(of="banner")]
    assert said.startswith("1 record has its amount in EUR, €100 in all")
    assert part.find("a", href=euros.path("currencies/"))
    assert covered.find(of="banner") == []


def test_the_settings_say_that_rates_go_with_the_currency(admin: Client, acme: Office) -> None:
    lay(acme, 1, "1.1")
    lay(acme, 5, "1.2")
    lay(acme, 5, "0.0067", "JPY")

    page = read(admin.get(acme.path("set-up/settings/")))

    said = "You have 3 exchange rates (EUR, JPY) to USD. With another currency they are withdrawn."
    assert said in page.one("main").text


def test_what_another_organization_knows_stays_there(
    admin: Client, acme: Office, globex: Office
) -> None:
    lay(globex, 1, "1.1")

    assert read(admin.get(acme.path("currencies/records/"))).find(of="currency-item") == []
    assert admin.get(globex.path("currencies/EUR/")).status_code == 404
    assert admin.post(globex.path("currencies/EUR/withdraw-all/")).status_code == 404
    assert known(globex) == [("1.1", date(2025, 3, 1))]


def test_a_currencys_page_costs_the_same_with_one_rate_and_with_many(
    admin: Client, euros: Office
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(euros.path("currencies/EUR/"))
            admin.get(euros.path("currencies/records/"))
        return len(queries)

    lay(euros, 1, "1.1")
    cost()
    one = cost()
    for day in range(2, 9):
        lay(euros, day, f"1.{day}1")

    assert cost() == one


def test_a_converted_record_tells_its_amount_its_rate_and_where_that_is_from(
    admin: Client, euros: Office
) -> None:
    lay(euros, 1, "1.1")
    lay(euros, 5, "1.0812")

    address = euros.path("leaderboards/records/")
    holder = euros.members["ana"].public_id
    page = read(admin.get(address, {"holder": holder, "period": "2025-03"}))

    told = sorted(each[each.index("€") :] for each in page.texts("record-note") if "€" in each)
    assert told == [
        "€100.00 at 1.0812, the rate from Mar 5, 2025 (Bank)",
        "€100.00 at 1.10, the rate from Mar 1, 2025 (Bank)",
    ]
