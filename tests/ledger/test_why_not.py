"""Why a metric passes a record over: the first condition unmet, of the rule of its own day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.core.calendar import ALWAYS
from juara.ledger import record_credits
from juara.ledger.why_not import REASONS, WhyNot, why_not
from juara.metrics import operations as metrics
from juara.metrics.types import Clause, Counting, Group
from juara.records import history
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast

WON: dict[str, Any] = {"field": "status", "operator": "equals", "value": "won"}
LARGE: dict[str, Any] = {"field": "amount", "operator": "greater_or_equal", "value": 100}
SOLD: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
    "where": {"all": [WON, {"any": [LARGE, {"field": "stage", "operator": "equals",
                                            "value": "Signed"}]}]},
}  # fmt: skip


@pytest.fixture(autouse=True)
def company(inside: Organization) -> None:
    cast.member("Ana", "North")


def why(external_id: str = "d", *, batch: int = history.LATEST) -> dict[str, WhyNot]:
    """Return why not by metric, of a record by the id its source calls it."""
    (found,) = history.with_id(external_id, members=None, limit=2)
    record = history.records([found.record_id])[found.record_id]
    version = history.known_at([record.id], batch=batch)[record.id]
    credits_ = record_credits.credits_of(record.id, batch=batch)
    missed = why_not(
        record, version, credited={each.metric_id for each in credits_}, today=cast.TODAY,
        batch=batch,
    )  # fmt: skip
    assert {each.reason for each in missed} <= set(REASONS)
    return {each.metric.key: each for each in missed}


def deal(amount: str | None = "100", **more: Any) -> RecordRow:
    return cast.deal("d", owner="ana", amount=amount, **more)


def test_what_counts_has_no_reason_not_to() -> None:
    cast.metric("sold", SOLD)
    cast.deliver(deal())

    assert why() == {}


def test_what_counts_for_nobody_counts() -> None:
    cast.metric("sold", SOLD)
    cast.deliver(replace(deal(), users={"owner": "ghost"}))

    assert why() == {}


def test_of_several_conditions_the_first_unmet_is_the_reason() -> None:
    cast.metric("sold", SOLD)
    cast.deliver(deal("5", texts={"status": "lost"}))

    found = why()["sold"]

    assert (found.reason, found.part) == ("filter", Clause("status", "equals", "won"))


def test_of_alternatives_that_are_all_unmet_the_whole_is_the_reason() -> None:
    cast.metric("sold", SOLD)
    cast.deliver(deal("99.99"))

    found = why()["sold"]

    assert found.reason == "filter"
    assert isinstance(found.part, Group)
    assert (found.part.joined_by, len(found.part.parts)) == ("any", 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (deal(dates={}), "filter"),
        (deal("100", texts={"stage": "Signed", "currency": "EUR"}), "currency"),
        (deal(None, texts={"stage": "Signed"}), "value"),
    ],
)
def test_past_the_filter_come_date_value_and_currency(row: RecordRow, reason: str) -> None:
    cast.metric("sold", SOLD)
    if reason == "filter":
        row, reason = replace(row, dates={}), "date"
    cast.deliver(row)

    assert why()["sold"].reason == reason


def test_a_record_of_another_kind_and_a_deleted_one_say_so() -> None:
    cast.metric("sold", SOLD)
    cast.metric("calls", {"aggregation": "count", "kinds": ["activity"], "date": "occurred"})
    cast.deliver(deal())
    assert {key: each.reason for key, each in why().items()} == {"calls": "kind"}

    cast.deliver(replace(deal(), is_deleted=True))

    assert {key: each.reason for key, each in why().items()} == {"calls": "kind", "sold": "deleted"}


def test_before_its_first_day_a_metric_says_when_it_begins() -> None:
    cast.metric("sold", SOLD, from_day=date(2025, 4, 1))
    cast.deliver(deal())

    found = why()["sold"]

    assert (found.reason, found.day, found.from_day) == (
        "days", date(2025, 3, 3), date(2025, 4, 1),
    )  # fmt: skip


def test_the_rule_of_the_records_own_day_is_asked_and_at_a_moment_the_one_of_then() -> None:
    cast.metric("sold", SOLD)
    cast.deliver(deal("50"))
    then = knowledge.last_number()
    metrics.change_rule(
        "sold", definition={**SOLD, "where": {"all": [{**LARGE, "value": 60}]}}, from_day=ALWAYS,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    metrics.change_rule(
        "sold", definition={**SOLD, "where": {"all": [{**LARGE, "value": 70}]}},
        from_day=date(2025, 3, 4), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    cast.deliver()

    assert why()["sold"].part == Clause("amount", "greater_or_equal", Decimal(60))
    assert isinstance(why(batch=then)["sold"].part, Group)


def test_a_rule_that_has_not_been_taken_in_yet_says_so() -> None:
    cast.deliver(deal())
    cast.metric("sold", SOLD)

    assert why()["sold"].reason == "waiting"


def test_a_condition_on_what_it_belongs_to_is_asked_of_that_record() -> None:
    asked = {"field": "parent.status", "operator": "equals", "value": "won"}
    cast.metric(
        "calls",
        {
            "aggregation": "count", "kinds": ["activity"], "date": "occurred",
            "where": {"all": [asked]},
        },
    )  # fmt: skip
    cast.deliver(
        deal(texts={"status": "lost"}),
        cast.call("c", owner="ana", when=cast.TODAY, texts={"parent": "d"}),
    )

    found = why("c")["calls"]

    assert (found.reason, found.part) == ("filter", Clause("parent.status", "equals", "won"))


def test_only_the_first_change_counts_where_the_rule_says_so() -> None:
    cast.metric(
        "won",
        {"aggregation": "count", "kinds": ["change"], "date": "occurred", "occurrence": "first"},
    )
    cast.deliver(
        *(
            RecordRow(
                number, RecordKind.CHANGE, f"h{number}", texts={"type": "status", "parent": "d"},
                dates={"occurred": date(2025, 3, number)}, users={"owner": "ana"},
            )
            for number in (1, 2)
        )
    )  # fmt: skip

    assert why("h1") == {}
    assert why("h2")["won"].reason == "first"


def test_the_rule_that_was_asked_comes_along() -> None:
    cast.metric("sold", SOLD)
    cast.deliver(deal("5"))

    definition = why()["sold"].metric.definition

    assert isinstance(definition, Counting)
    assert definition.date == "closed"
