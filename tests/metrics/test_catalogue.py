"""The ready metrics: each credits exactly the rows it says, on the right day, with their value."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.leaderboards import queries as boards
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.metrics.catalogue import CATALOGUE
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

WHEN = cast.at("2025-03-04T10:00")


def activity(
    external_id: str, kind: str, outcome: str = "", account: str = "", **changes: Any
) -> RecordRow:
    return cast.call(
        external_id, owner="ana", when=changes.pop("when", WHEN),
        texts={"type": kind, "outcome": outcome, "account": account}, **changes,
    )  # fmt: skip


def change(
    external_id: str, what: str, new_value: str, when: str, parent: str = "won"
) -> RecordRow:
    return RecordRow(
        row_number=1, kind=RecordKind.CHANGE, external_id=external_id,
        texts={"type": what, "new_value": new_value, "parent": parent},
        dates={"occurred": cast.at(when)}, users={"owner": "ana"},
    )  # fmt: skip


def deal(external_id: str, status: str, amount: str | None, **changes: Any) -> RecordRow:
    return cast.deal(
        external_id, owner=changes.pop("owner", "ana"), amount=amount,
        texts={"status": status} | changes.pop("texts", {}), **changes,
    )  # fmt: skip


ACTIVITIES = (
    activity("c-connected", "call", "connected", account="Acme"),
    activity("c-voicemail", "call", "voicemail", account="ACME "),
    activity("c-plain", "call", account="Bolt"),
    activity("c-upper", "CALL", "Connected"),
    activity("c-deleted", "call", "connected", is_deleted=True),
    activity("e", "email"),
    activity("m-held", "meeting", "held"),
    activity("m-no-show", "meeting", "no_show"),
    activity("m-cancelled", "meeting", "cancelled"),
    activity("m-plain", "meeting"),
    activity("d-held", "demo", "held"),
    activity("d-no-show", "demo", "no_show"),
    activity("t", "task", "held"),
    activity("n", "note", account="Cobalt"),
)
CHANGES = (
    change("to-demo", "stage", "Demo", "2025-03-03T09:00"),
    change("first", "stage", "Proposal", "2025-03-04T09:00"),
    change("back", "stage", "Demo", "2025-03-05T09:00"),
    change("again", "stage", "Proposal", "2025-03-06T09:00"),
    change("upper", "Stage", "PROPOSAL", "2025-03-07T09:00", parent="lost"),
    change("owner", "owner", "Proposal", "2025-03-07T09:00", parent="open"),
)
DEALS = (
    deal("won", "won", "100", dates={"created": date(2025, 3, 1), "closed": date(2025, 3, 5)}),
    deal("won-late", "won", "50.25", dates={"created": date(2025, 2, 1)}),
    deal("won-free", "won", None, dates={"created": date(2025, 3, 2)}),
    deal("lost", "lost", "70", dates={"created": date(2025, 3, 2)}),
    deal("open", "open", "30", dates={"created": date(2025, 3, 3), "closed": date(2025, 6, 1)}),
    deal("other", "won", "999", dates={"created": date(2025, 3, 4)}, texts={"currency": "EUR"}),
    deal("own", "won", "1", dates={"created": date(2025, 3, 4)}, texts={"currency": "USD"}),
)

MARCH_CREDITS = {
    "calls": {"c-connected": 1, "c-voicemail": 1, "c-plain": 1, "c-upper": 1},
    "connected_calls": {"c-connected": 1, "c-upper": 1},
    "emails": {"e": 1},
    "meetings_held": {"m-held": 1},
    "demos": {"d-held": 1},
    "opportunities_created": {"won": 1, "won-free": 1, "lost": 1, "open": 1, "other": 1, "own": 1},
    "pipeline_created": {"won": 100, "lost": 70, "open": 30, "own": 1},
    "deals_won": {"won": 1, "won-late": 1, "won-free": 1, "other": 1, "own": 1},
    "revenue_won": {"won": 100, "won-late": Decimal("50.25"), "own": 1},
    "deals_closed": {"won": 1, "won-late": 1, "won-free": 1, "lost": 1, "other": 1, "own": 1},
    "average_deal_size": {"won": 100, "won-late": Decimal("50.25"), "own": 1},
    "sales_cycle": {
        "won": 4 * 86_400, "won-late": 30 * 86_400, "won-free": 86_400,
        "other": -86_400, "own": -86_400,
    },
    "accounts_touched": {"c-connected": 1, "c-voicemail": 1, "c-plain": 1},
    # What began and ended within the month leaves nothing; what was open before it goes.
    "open_pipeline": {"won": 0, "won-late": Decimal("-50.25"), "lost": 0, "open": 30},
    "largest_deal": {"won": 100, "won-late": Decimal("50.25"), "own": 1},
    "proposals": {"first": 1, "upper": 1},
}  # fmt: skip
MARCH_VALUES = {
    "calls": "4", "connected_calls": "2", "emails": "1", "meetings_held": "1", "demos": "1",
    "opportunities_created": "6", "pipeline_created": "201", "deals_won": "5",
    "revenue_won": "151.25", "deals_closed": "6", "average_deal_size": "50.4167",
    "win_rate": "0.8333", "sales_cycle": "570240", "accounts_touched": "2",
    "open_pipeline": "30", "largest_deal": "100", "proposals": "2", "calls_per_day": "0.6667",
}  # fmt: skip


@pytest.fixture(autouse=True)
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def march(key: str) -> dict[str, Decimal]:
    found = dict[str, Decimal]()
    for each in reading.credits_of(key, "2025-03"):
        found[each.external_id] = found.get(each.external_id, Decimal(0)) + each.value
    return found


@pytest.mark.parametrize("key", MARCH_CREDITS)
def test_a_ready_metric_credits_exactly_its_rows(key: str) -> None:
    cast.member("Ana", "North")
    cast.deliver(*ACTIVITIES, *DEALS, *CHANGES)

    assert march(key) == MARCH_CREDITS[key]
    assert set(reading.holders(key).values()) == {"Ana"}
    assert verify().is_sound


@pytest.mark.parametrize("key", [entry["key"] for entry in CATALOGUE])
def test_a_board_of_a_ready_metric_shows_its_value(key: str) -> None:
    cast.member("Ana", "North")
    cast.deliver(*ACTIVITIES, *DEALS, *CHANGES)

    board = boards.board(boards.Asked(key, "2025-03"), now=cast.NOW)

    assert [(row.name, row.value) for row in board.rows] == [("Ana", Decimal(MARCH_VALUES[key]))]
    assert board.company == Decimal(MARCH_VALUES[key])


def test_opportunities_count_when_created_and_wins_when_closed() -> None:
    cast.member("Ana", "North")
    cast.deliver(*DEALS)

    assert reading.days("opportunities_created")["won-late"] == date(2025, 2, 1)
    assert reading.days("deals_won")["won-late"] == date(2025, 3, 3)
    assert "open" not in reading.days("deals_closed")


def test_an_amount_in_another_currency_is_counted_and_never_added() -> None:
    cast.member("Ana", "North")
    cast.deliver(
        deal("eur", "won", "999", texts={"currency": "EUR"}),
        deal("usd", "won", "7", texts={"currency": "USD"}),
    )

    assert march("revenue_won") == {"usd": 7}
    assert march("average_deal_size") == {"usd": 7}
    assert set(march("deals_won")) == {"eur", "usd"}


def test_a_sales_cycle_between_moments_is_counted_in_seconds() -> None:
    cast.member("Ana", "North")
    cast.deliver(
        deal("moments", "won", None, dates={
            "created": cast.at("2025-03-01T10:00"), "closed": cast.at("2025-03-03T12:30:15"),
        }),
        deal("days", "won", None, dates={
            "created": date(2025, 3, 1), "closed": date(2025, 3, 3),
        }),
        deal("mixed", "won", None, dates={
            "created": date(2025, 3, 1), "closed": cast.at("2025-03-03T23:59:59"),
        }),
        deal("never", "won", None),
    )  # fmt: skip

    two_days = 2 * 86_400
    assert march("sales_cycle") == {
        "moments": two_days + 9_015, "days": two_days, "mixed": two_days,
    }  # fmt: skip


def test_a_sales_cycle_over_a_change_of_clocks_is_the_time_that_passed() -> None:
    cast.member("Ana", "North", zone="America/New_York")
    cast.deliver(
        deal("spring", "won", None, dates={
            "created": cast.at("2025-03-09T05:00"), "closed": cast.at("2025-03-10T04:00"),
        }),
    )  # fmt: skip

    assert march("sales_cycle") == {"spring": 23 * 3_600}


def test_a_shorter_sales_cycle_is_better() -> None:
    cast.member("Slow", "North")
    cast.member("Swift", "North")
    cast.deliver(
        deal("a", "won", None, owner="slow", dates={"created": date(2025, 2, 1)}),
        deal("b", "won", None, owner="swift", dates={"created": date(2025, 3, 1)}),
    )

    board = boards.board(boards.Asked("sales_cycle", "2025-03"), now=cast.NOW)

    assert [(row.rank, row.name) for row in board.rows] == [(1, "Swift"), (2, "Slow")]


def test_the_catalogue_is_installed_once() -> None:
    assert len(queries.metrics()) == 18
    before = reading.contents()

    assert metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR) == 0
    assert reading.contents() == before


def test_the_catalogue_keeps_a_metric_that_has_been_changed() -> None:
    calls = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
    metrics.change_rule(
        "calls", definition=calls, from_day=date(2025, 3, 1), moment=cast.NOW, actor=cast.ACTOR
    )

    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)

    rule = queries.rule_on(queries.metric("calls").id, date(2025, 3, 1))
    assert rule == queries.metric("calls").definition
    assert len(queries.rules(metric_ids=(queries.metric("calls").id,))) == 2
