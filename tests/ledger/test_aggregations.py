"""Every way of counting, exactly: extremes, different items, what stands, ratios and formulas."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.core.calendar import ALWAYS
from juara.leaderboards import queries as boards
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

DEALS: dict[str, Any] = {"kinds": ["deal"], "date": "closed", "value": "amount"}
CALLS: dict[str, Any] = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
ACCOUNTS: dict[str, Any] = CALLS | {"aggregation": "distinct", "value": "account"}
PIPELINE: dict[str, Any] = {
    "aggregation": "latest", "kinds": ["deal"], "date": "created", "value": "amount",
    "ends": {"date": "closed", "where": {
        "all": [{"field": "status", "operator": "not_equals", "value": "open"}]}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def board(key: str, period: str, by: str = "member") -> dict[str, Decimal | None]:
    found = boards.board(boards.Asked(key, period, by=by), now=cast.NOW)
    return {row.name: row.value for row in found.rows} | {"company": found.company}


def call(number: str, owner: str, when: date, account: str) -> RecordRow:
    return cast.call(number, owner=owner, when=when, texts={"account": account})


def march(day: int) -> date:
    return date(2025, 3, day)


# --- Smallest and largest ---


def test_extremes_are_those_of_all_records_at_every_level() -> None:
    cast.metric("smallest", DEALS | {"aggregation": "minimum"})
    cast.metric("largest", DEALS | {"aggregation": "maximum"})
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        cast.deal("a", owner="ana", amount="30", dates={"closed": march(3)}),
        cast.deal("b", owner="ana", amount="-5", dates={"closed": march(20)}),
        cast.deal("c", owner="budi", amount="70", dates={"closed": date(2025, 2, 3)}),
        cast.deal("d", owner="budi", amount="40", dates={"closed": march(4)}),
    )

    assert board("largest", "2025-03") == {"Budi": 40, "Ana": 30, "company": 40}
    assert board("largest", "2025-Q1", by="team") == {"North": 70, "company": 70}
    assert board("smallest", "2025-03-01..2025-03-19") == {"Ana": 30, "Budi": 40, "company": 30}
    assert board("smallest", "2025", by="team") == {"North": -5, "company": -5}

    cast.deliver(cast.deal("c", owner="budi", amount="10", dates={"closed": date(2025, 2, 3)}))
    assert board("largest", "2025-Q1", by="team") == {"North": 40, "company": 40}
    assert verify().is_sound


# --- Different items ---


def test_different_accounts_are_counted_once_over_days_weeks_months_and_people() -> None:
    cast.metric("accounts", ACCOUNTS)
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.member("Citra", "South")
    cast.deliver(
        call("1", "ana", march(3), "Acme"),
        call("2", "ana", march(3), "ACME "),
        call("3", "ana", march(4), "Acme"),
        call("4", "ana", march(12), "Globex"),
        call("5", "budi", march(4), "Acme"),
        call("6", "citra", march(5), "Initech"),
        call("7", "citra", march(5), ""),
        call("8", "ghost", march(5), "Hooli"),
    )

    assert board("accounts", "2025-03-03") == {"Ana": 1, "company": 1}
    assert board("accounts", "2025-W10") == {"Ana": 1, "Budi": 1, "Citra": 1, "company": 3}
    assert board("accounts", "2025-03") == {"Ana": 2, "Budi": 1, "Citra": 1, "company": 4}
    # A team's accounts are those of its people together, each once.
    assert board("accounts", "2025-03", by="team") == {"North": 2, "South": 1, "company": 4}
    assert verify().is_sound


# --- What stands ---


def test_an_open_deal_stands_on_every_day_it_is_open() -> None:
    cast.metric("pipeline", PIPELINE)
    cast.member("Ana", "North")
    opened = {"created": date(2025, 1, 10)}
    cast.deliver(
        cast.deal("a", owner="ana", amount="100", texts={"status": "open"}, dates=opened),
        cast.deal("b", owner="ana", amount="40", dates=opened | {"closed": march(1)}),
        # An expected day of closing ends nothing.
        cast.deal("c", owner="ana", amount="7", texts={"status": "open"},
                  dates={"created": march(2), "closed": march(5)}),
    )  # fmt: skip

    def stands(day: date) -> Decimal | None:
        return board("pipeline", day.isoformat())["company"]

    assert stands(date(2025, 1, 9)) == 0
    assert stands(date(2025, 1, 10)) == 140
    assert stands(date(2025, 1, 31)) == stands(date(2025, 2, 28)) == 140
    assert stands(march(1)) == 100
    assert stands(march(9)) == 107
    # Never summed over days: a month's balance is that of its end, over a month's end as well.
    assert board("pipeline", "2025-02") == {"Ana": 140, "company": 140}
    assert board("pipeline", "2025-03") == {"Ana": 107, "company": 107}
    assert board("pipeline", "2025") == {"Ana": 107, "company": 107}

    cast.deliver(cast.deal("a", owner="ana", amount="100", dates=opened | {"closed": march(9)}))
    assert [stands(march(8)), stands(march(9))] == [107, 7]
    assert verify().is_sound


def test_what_stands_moves_with_whoever_it_belongs_to() -> None:
    cast.metric("pipeline", PIPELINE)
    ana = cast.member("Ana", "North")
    deal = cast.deal(
        "a", owner="ana", amount="100", texts={"status": "open"},
        dates={"created": date(2025, 1, 10), "closed": march(20)},
    )  # fmt: skip
    cast.deliver(deal)
    people.place(
        ana, team=cast.team("South"), zone="UTC", from_day=march(1), moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver()

    assert board("pipeline", "2025-02", by="team") == {"North": 100, "company": 100}
    assert board("pipeline", "2025-03", by="team") == {"South": 100, "North": 0, "company": 100}

    people.end_assignment(ana, from_day=march(8), moment=cast.NOW, actor=cast.ACTOR)
    cast.deliver()
    assert reading.totals("pipeline", "2025-03-07") == {"Ana": 100}
    assert reading.totals("pipeline", "2025-03-08") == {"Ana": 0, reading.NOBODY: 100}
    assert verify().is_sound


def test_a_balance_is_added_or_averaged_as_chosen_and_can_count() -> None:
    cast.metric("pipeline", PIPELINE)
    cast.metric("mean", PIPELINE | {"group": "average"})
    cast.metric("open", {key: PIPELINE[key] for key in PIPELINE if key != "value"})
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    opened = {"created": date(2025, 1, 10)}
    cast.deliver(*(
        cast.deal(number, owner=owner, amount=amount, texts={"status": "open"}, dates=opened)
        for number, owner, amount in (("1", "ana", "10"), ("2", "ana", "20"), ("3", "budi", "60"))
    ))  # fmt: skip

    assert board("pipeline", "2025-03", by="team") == {"North": 90, "company": 90}
    assert board("mean", "2025-03") == {"Budi": 60, "Ana": 15, "company": 30}
    assert board("open", "2025-03") == {"Ana": 2, "Budi": 1, "company": 3}
    assert board("mean", "2024") == {"company": None}


def snapshot(number: str, parent: str, when: date, amount: str) -> RecordRow:
    return RecordRow(
        1, RecordKind.SNAPSHOT, number, texts={"parent": parent}, amount=Decimal(amount),
        dates={"occurred": when}, users={"owner": "ana"},
    )  # fmt: skip


def test_a_snapshot_stands_until_the_next_of_the_same_thing() -> None:
    cast.metric("seats", {
        "aggregation": "latest", "kinds": ["snapshot"], "date": "occurred", "value": "amount",
        "series": True,
    })  # fmt: skip
    cast.member("Ana", "North")
    cast.deliver(snapshot("1", "acme", march(1), "10"), snapshot("2", "globex", march(2), "5"))
    cast.deliver(snapshot("3", "acme", march(5), "12"))

    values = [board("seats", march(day).isoformat())["company"] for day in (1, 2, 4, 5, 9)]
    assert values == [10, 15, 15, 17, 17]

    # One that arrives late finds its place between the others.
    cast.deliver(snapshot("4", "acme", march(3), "30"))
    values = [board("seats", march(day).isoformat())["company"] for day in (1, 2, 3, 4, 5)]
    assert values == [10, 15, 35, 35, 17]
    cast.deliver(RecordRow(1, RecordKind.SNAPSHOT, "4", is_deleted=True))
    assert board("seats", "2025-03-04")["company"] == 15

    # One that turns out to be of another thing ends nothing in the first any more.
    cast.deliver(snapshot("3", "globex", march(5), "12"))
    assert board("seats", "2025-03-05")["company"] == 22
    assert verify().is_sound


def test_a_changed_rule_ends_what_stood_by_the_old_one() -> None:
    cast.metric("pipeline", PIPELINE)
    cast.member("Ana", "North")
    cast.deliver(
        cast.deal("a", owner="ana", amount="100", texts={"status": "open", "product": "x"},
                  dates={"created": date(2025, 1, 10)}),
        cast.deal("b", owner="ana", amount="10", texts={"status": "open", "product": "y"},
                  dates={"created": date(2025, 1, 10)}),
    )  # fmt: skip
    only_x = {"all": [{"field": "product", "operator": "equals", "value": "x"}]}
    metrics.change_rule(
        "pipeline", definition=PIPELINE | {"where": only_x}, from_day=march(4), moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver()

    assert board("pipeline", "2025-03-03")["company"] == 110
    assert board("pipeline", "2025-03-04")["company"] == 100
    assert verify().is_sound


# --- Ratios and formulas ---


def test_a_ratio_or_formula_of_a_team_is_worked_out_from_the_teams_sums() -> None:
    cast.metric("won", {"aggregation": "count", "kinds": ["deal"], "date": "closed",
                        "where": {"all": [{"field": "status", "operator": "equals",
                                           "value": "won"}]}})  # fmt: skip
    cast.metric("closed", {"aggregation": "count", "kinds": ["deal"], "date": "closed"})
    cast.metric(
        "rate", {"aggregation": "ratio", "numerator": "won", "denominator": "closed"},
        unit="percent",
    )  # fmt: skip
    cast.metric("nested", {"aggregation": "formula", "expression": "floor(rate * 10) + won / 4"})
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.member("Citra", "South")
    lost = {"status": "lost"}
    cast.deliver(
        cast.deal("1", owner="ana"),
        *(cast.deal(f"b{n}", owner="budi", texts=lost if n else {}) for n in range(3)),
    )

    # The mean of 1 and 1/3 would be 2/3.
    assert board("rate", "2025-03", by="team") == {
        "North": Decimal("0.5"),
        "company": Decimal("0.5"),
    }
    assert board("nested", "2025-03") == {
        "Ana": Decimal("10.25"), "Budi": Decimal("3.25"), "company": Decimal("5.5"),
    }  # fmt: skip
    # No denominator is no value, not nothing at all.
    found = boards.board(boards.Asked("nested", "2025-03"), now=cast.NOW)
    assert [row.name for row in found.without_data] == ["Citra"]


def test_a_formula_may_name_people_and_the_working_days_they_had() -> None:
    cast.metric("calls", CALLS)
    cast.metric("pace", {"aggregation": "formula", "expression": "calls / people / workdays"})
    cast.member("Ana", "North")
    # From Thursday the 6th: two of the six working days up to Monday the 10th.
    cast.member("Budi", "North", from_day=march(6))
    cast.deliver(
        *(call(f"a{n}", "ana", march(3), "") for n in range(12)),
        *(call(f"b{n}", "budi", march(7), "") for n in range(9)),
    )

    # March 2025 begins on a Saturday; today, Monday the 10th, counts.
    assert board("pace", "2025-03") == {
        "Ana": Decimal(2), "Budi": Decimal(3), "company": Decimal("2.3333"),
    }  # fmt: skip
    assert board("pace", "2025-03", by="team")["North"] == Decimal("2.3333")
    assert board("pace", "2025-02")["company"] == 0


def test_nobody_is_there_yet_on_days_that_are_all_to_come() -> None:
    cast.metric("calls", CALLS)
    cast.metric("heads", {"aggregation": "formula", "expression": "calls * 0 + people"})
    cast.member("Ana", "North")
    cast.deliver(call("1", "ana", march(3), ""), call("2", "ana", march(28), ""))

    assert board("heads", "2025-03")["company"] == 1
    assert board("heads", "2025-03-24..2025-03-30") == {"Ana": 0, "company": 0}


def test_people_of_a_branch_are_those_under_it_on_the_days_asked_for() -> None:
    cast.metric("calls", CALLS)
    cast.metric("each", {"aggregation": "formula", "expression": "calls / people"})
    cast.member("Ana", "North")
    cast.member("Budi", "South")
    cast.deliver(*(call(f"a{n}", "ana", march(9), "") for n in range(12)))
    people.move_team(
        cast.team("South"), under=cast.team("North"), from_day=march(8), moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip

    assert board("each", "2025-03-08..2025-03-10", by="branch") == {"North": 6, "company": 6}
    assert board("each", "2025-03-09", by="team") == {"North": 12, "company": 6}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("calls / 0", None), ("calls / (calls - 2)", None), ("calls - calls", 0),
        ("ceil(calls / 3) + 0.1", Decimal("1.1")), ("-calls * 1.5", -3), ('"calls" + 1', 3),
        ("floor(calls / 3 * 3)", 2), ("calls / 3", Decimal("0.6667")),
    ],
)  # fmt: skip
def test_a_formula_is_worked_out_exactly(expression: str, value: Decimal | None) -> None:
    cast.metric("calls", CALLS)
    cast.metric("formula", {"aggregation": "formula", "expression": expression})
    cast.member("Ana", "North")
    cast.deliver(call("1", "ana", march(3), ""), call("2", "ana", march(3), ""))

    assert board("formula", "2025-03")["company"] == value


def test_changing_what_adds_up_for_all_time_counts_everything_anew() -> None:
    cast.metric("deals", DEALS | {"aggregation": "sum"})
    cast.member("Ana", "North")
    cast.deliver(*(cast.deal(str(n), owner="ana", amount=str(n)) for n in (1, 2, 9)))
    metrics.change_rule(
        "deals", definition=DEALS | {"aggregation": "minimum"}, from_day=ALWAYS, moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver()

    assert board("deals", "2025-03") == {"Ana": 1, "company": 1}


def test_what_stands_for_people_and_for_nobody_makes_up_the_total() -> None:
    cast.metric("pipeline", PIPELINE)
    cast.member("Ana", "North")
    opened = {"created": date(2025, 1, 10)}
    cast.deliver(
        cast.deal("a", owner="ana", amount="100", texts={"status": "open"}, dates=opened),
        cast.deal("b", owner="ghost", amount="40", texts={"status": "open"}, dates=opened),
        cast.deal("c", owner="ghost", amount="7", dates=opened | {"closed": march(1)}),
    )

    found = boards.board(boards.Asked("pipeline", "2025-03"), now=cast.NOW)

    assert [row.value for row in found.rows] == [100]
    assert [found.company, found.unassigned] == [140, 40]
    assert found.freshness.unassigned_records == 1
