"""Records no metric counts, and why."""

from datetime import date
from decimal import Decimal

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.ledger import coverage
from juara.metrics import operations as metrics
from juara.tenancy.models import Organization
from tests import cast


@pytest.fixture
def records(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Ana", "North")
    cast.deliver(
        cast.call("c1", owner="ana", when=date(2025, 3, 3)),
        # A task is an activity that no ready metric asks for.
        RecordRow(
            1, RecordKind.ACTIVITY, "t1", texts={"type": "task", "name": "Tidy up"},
            dates={"occurred": date(2025, 3, 4)}, users={"owner": "ana"},
        ),
        # Lost, without the day it was made or closed.
        cast.deal("d1", owner="ana", texts={"status": "lost"}, dates={"closed": None}),
        # Counted for nobody is counted.
        cast.deal("d2", owner="stranger", amount="10"),
        RecordRow(1, RecordKind.LEAD, "l1", dates={"created": date(2025, 3, 1)}),
    )  # fmt: skip


@pytest.mark.usefixtures("records")
def test_each_kind_says_how_many_nothing_counts() -> None:
    found = {each.kind: (each.records, each.uncounted, each.has_metric) for each in
             coverage.coverage()}  # fmt: skip
    assert found == {
        "activity": (2, 1, True), "deal": (2, 1, True), "lead": (1, 1, False),
    }  # fmt: skip


@pytest.mark.usefixtures("records")
def test_each_metric_says_which_condition_was_not_met() -> None:
    (task,) = coverage.uncounted("activity", day=cast.TODAY, limit=10)
    assert (task.external_id, task.name, task.day) == ("t1", "Tidy up", date(2025, 3, 4))
    assert set(task.reasons) == {
        ("Calls", "filter"), ("Connected calls", "filter"), ("E-mails", "filter"),
        ("Meetings held", "filter"), ("Demos", "filter"), ("Accounts touched", "filter"),
    }  # fmt: skip

    (deal,) = coverage.uncounted("deal", day=cast.TODAY, limit=10)
    assert dict(deal.reasons)["Deals won"] == "filter"
    assert dict(deal.reasons)["Deals closed"] == "date"
    assert dict(deal.reasons)["Opportunities created"] == "date"


@pytest.mark.usefixtures("records")
def test_a_kind_nobody_measures_has_no_reasons_to_list() -> None:
    (lead,) = coverage.uncounted("lead", day=cast.TODAY, limit=10)
    assert lead.reasons == ()


@pytest.mark.usefixtures("records")
def test_another_currency_and_a_missing_amount_are_told_apart() -> None:
    cast.metric("won_only", {
        "aggregation": "sum", "kinds": ["account"], "where": {"all": []}, "date": "created",
        "credit": [{"role": "owner", "field": "owner"}], "value": "amount",
    })  # fmt: skip
    born = {"created": date(2025, 3, 1)}
    cast.deliver(
        RecordRow(1, RecordKind.ACCOUNT, "a1", dates=born),
        RecordRow(1, RecordKind.ACCOUNT, "a2", dates=born, amount=Decimal(5),
                  texts={"currency": "EUR"}),
    )  # fmt: skip
    found = coverage.uncounted("account", day=cast.TODAY, limit=10)
    assert {each.external_id: dict(each.reasons)["Won_Only"] for each in found} == {
        "a1": "value", "a2": "currency",
    }  # fmt: skip


@pytest.mark.usefixtures("records")
def test_amounts_in_another_currency_are_told_with_what_they_come_to() -> None:
    cast.deliver(
        cast.deal("e1", owner="ana", amount="70", texts={"currency": "EUR"}),
        cast.deal("e2", owner="ana", amount="5.50", texts={"currency": "EUR"}),
        cast.deal("e3", owner="ana", amount="1", texts={"currency": "IDR"}),
        cast.deal("e4", owner="ana", amount="2", texts={"currency": "USD"}),
    )
    assert [(each.currency, each.records, each.total) for each in coverage.foreign_amounts()] == [
        ("EUR", 2, Decimal("75.50")), ("IDR", 1, Decimal(1)),
    ]  # fmt: skip


@pytest.mark.usefixtures("records")
def test_entries_and_what_is_deleted_are_not_listed() -> None:
    cast.deliver(RecordRow(1, RecordKind.LEAD, "l1", is_deleted=True))
    assert "lead" not in {each.kind for each in coverage.coverage()}
    assert coverage.uncounted("lead", day=cast.TODAY, limit=10) == ()
