"""Rules that cannot be right beside the others, or for what records hold, are refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from juara.core.errors import ConflictError
from juara.metrics import operations, queries, refusing
from juara.metrics.calc import parse_definition
from juara.metrics.clauses import DefinitionError
from juara.metrics.words import refusal_word
from juara.tenancy.models import Organization
from tests import cast

CALLS: dict[str, Any] = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
DEALS: dict[str, Any] = {"aggregation": "count", "kinds": ["deal"], "date": "closed"}


def formula(expression: str) -> dict[str, Any]:
    return {"aggregation": "formula", "expression": expression}


def ratio(numerator: str, denominator: str) -> dict[str, Any]:
    return {"aggregation": "ratio", "numerator": numerator, "denominator": denominator}


def refused(key: str, definition: dict[str, Any], unit: str = "count") -> DefinitionError:
    with pytest.raises(DefinitionError) as found:
        refusing.check(key, parse_definition(definition), unit)
    return found.value


@pytest.fixture(autouse=True)
def three(inside: Organization) -> None:
    cast.metric("calls", CALLS)
    cast.metric("deals", DEALS)
    cast.metric("rate", ratio("deals", "calls"))


@pytest.mark.parametrize(
    ("key", "definition", "message"),
    [
        ("calls", formula("calls * 2"),
         "expression: a metric cannot be worked out from itself"),
        ("deals", formula("rate * 2"),
         "expression: it would be worked out from itself, through “rate”"),
        ("new", formula("cals / workdays"),
         "expression: there is no metric “cals”; did you mean “calls”?"),
        ("new", formula("calls / workday"),
         "expression: there is no metric “workday”; did you mean “workdays”?"),
        ("new", formula("zebra + 1"),
         "expression: there is no metric “zebra”; there are: calls, deals, rate"),
        ("new", ratio("deals", "rate"),
         "denominator: “rate” is itself worked out from others; write a formula"),
        ("deals", formula("calls * 2"),
         "expression: “rate” divides this metric; it must go on counting"),
    ],
)  # fmt: skip
def test_a_metric_is_worked_out_only_from_others_there_are(
    key: str, definition: dict[str, Any], message: str
) -> None:
    assert refused(key, definition).message == message


def test_a_formula_of_formulas_is_fine_and_one_in_a_circle_is_not() -> None:
    cast.metric("one", formula("calls + rate"))
    cast.metric("two", formula("one * 2"))

    message = refused("one", formula("two + 1")).message

    assert message == "expression: it would be worked out from itself, through “two”"
    assert queries.topics((queries.metric("calls").id,)) == tuple(
        queries.metric(key).topic for key in ("calls", "rate", "one", "two")
    )


def test_formulas_nested_too_deeply_are_refused() -> None:
    for step in range(8):
        cast.metric(f"f{step}", formula("calls + 1" if not step else f"f{step - 1} + 1"))
    assert "“f7” is nested too deeply" in refused("f8", formula("f7 + 1")).message


def test_a_formula_over_an_archived_metric_says_so() -> None:
    cast.metric("emails", CALLS)
    operations.archive("emails", moment=cast.NOW, actor=cast.ACTOR)
    message = refused("new", formula("emails + 1")).message
    assert message == "expression: “emails” is archived; bring it back first"


def test_what_a_formula_needs_cannot_be_archived() -> None:
    cast.metric("twice", formula("calls * 2"))
    with pytest.raises(ConflictError, match="“Twice”"):
        operations.archive("calls", moment=cast.NOW, actor=cast.ACTOR)
    assert queries.metric("calls").archived_at is None


@pytest.mark.parametrize("aggregation", ["sum", "average", "minimum", "maximum"])
def test_a_text_cannot_be_added_up(aggregation: str) -> None:
    cast.deliver(
        cast.deal("1", attributes={"size": "large"}), cast.deal("2", attributes={"size": "small"})
    )
    by_size = DEALS | {"aggregation": aggregation, "value": "attributes.size"}

    assert refused("new", by_size).message == (
        "value: “size” is a text in every record that has it (2), so nothing can be added up;"
        " import it as a number"
    )


def test_a_field_with_some_numbers_or_that_nobody_knows_yet_can_be_added_up() -> None:
    cast.deliver(
        cast.deal("1", attributes={"size": "large"}),
        cast.deal("2", attributes={"size": Decimal(5)}),
    )
    for name in ("size", "unseen"):
        definition = DEALS | {"aggregation": "sum", "value": f"attributes.{name}"}
        refusing.check("new", parse_definition(definition), "count")


def test_different_things_are_no_money() -> None:
    accounts = DEALS | {"aggregation": "distinct", "value": "account"}
    assert refused("new", accounts, "currency").data["where"] == "unit"


def test_a_refusal_is_said_in_the_readers_words() -> None:
    refusal = refused("new", formula("cals + 1"))
    with translation.override("id"):
        assert refusal_word(refusal).startswith(("tidak ada metrik", "there is no metric “cals”"))
    assert refusal_word(refusal) == "there is no metric “cals”; did you mean “calls”?"
