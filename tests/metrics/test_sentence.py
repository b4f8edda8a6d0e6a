"""A rule as a sentence: what it says, in both languages, and nothing left out."""

from typing import Any

import pytest
from django.utils import translation

from juara.metrics import calc, clauses
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.sentence import sentence
from juara.metrics.types import Counting

CALLS: dict[str, Any] = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}


def said(definition: dict[str, Any], **names: str) -> str:
    return str(sentence(calc.parse_definition(definition), names))


def where(*conditions: dict[str, Any]) -> dict[str, Any]:
    return CALLS | {"where": {"all": list(conditions)}}


def test_a_rule_is_said_with_its_filter_day_and_owner() -> None:
    definition = where({"field": "outcome", "operator": "equals", "value": "connected"})
    found = sentence(calc.parse_definition(definition))

    assert str(found) == (
        "Count activities where outcome is connected, on the day of occurred, credited to owner"
    )
    assert [part.text for part in found.parts if part.is_term] == [
        "activities", "outcome", "connected", "occurred", "owner",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "type", "operator": "in", "value": ["call"]}, "type is call"),
        ({"field": "type", "operator": "not_in", "value": ["a", "b"]}, "type is none of a or b"),
        ({"field": "amount", "operator": "between", "value": [1000, 2500.5]},
         "amount is between 1,000 and 2,500.5"),
        ({"field": "created", "operator": "greater_or_equal", "value": "2025-03-01"},
         "created is on or after Mar 1, 2025"),
        ({"field": "duration_seconds", "operator": "greater", "value": 90},
         "duration is more than 1m 30s"),
        ({"field": "attributes.Recorded", "operator": "equals", "value": True},
         "Recorded is yes"),
        ({"field": "users.sdr", "operator": "is_empty"}, "sdr is empty"),
        ({"field": "type", "operator": "in", "value": list("abcdefg")},
         "type is one of a, b, c, d or 3 more"),
        ({"not": {"field": "type", "operator": "equals", "value": "task"}}, "not (type is task)"),
        ({"any": [{"field": "type", "operator": "in", "value": ["a", "b"]},
                  {"field": "stage", "operator": "is_empty"}]},
         "type is one of a or b, or stage is empty"),
    ],
)  # fmt: skip
def test_each_condition_is_said_in_words(condition: dict[str, Any], expected: str) -> None:
    assert f"where {expected}, on the day" in said(where(condition))


def test_groups_keep_their_brackets_where_they_are_needed() -> None:
    either = {"any": [{"field": "type", "operator": "equals", "value": "a"},
                      {"field": "type", "operator": "equals", "value": "b"}]}  # fmt: skip
    definition = where(either, {"field": "stage", "operator": "is_not_empty"})
    assert "where (type is a, or type is b) and stage is filled in, on" in said(definition)


def test_roles_and_values_are_said() -> None:
    definition = CALLS | {
        "aggregation": "average", "kinds": ["deal", "lead"],
        "value": {"time_between": ["created", "closed"]},
        "credit": [{"role": "closer", "field": "owner"}, {"role": "SDR", "field": "users.sdr"}],
    }  # fmt: skip
    assert said(definition) == (
        "Average time from created to closed of deals and leads, on the day of occurred,"
        " credited to owner as closer and sdr as SDR"
    )


DEALS: dict[str, Any] = {"kinds": ["deal"], "date": "created", "value": "amount"}
UNTIL_CLOSED = {
    "date": "closed",
    "where": {"all": [{"field": "status", "operator": "not_equals", "value": "open"}]},
}
CHANGES: dict[str, Any] = {
    "aggregation": "count", "kinds": ["change"], "date": "occurred",
    "where": {"all": [{"field": "stage", "operator": "changed_to", "value": "Proposal"}]},
}  # fmt: skip
OWNED = ", on the day of created, credited to owner"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (DEALS | {"aggregation": "minimum"}, "Lowest amount of deals" + OWNED),
        (DEALS | {"aggregation": "maximum"}, "Highest amount of deals" + OWNED),
        (DEALS | {"aggregation": "distinct", "value": "account"},
         "Count the different accounts of deals" + OWNED),
        (DEALS | {"aggregation": "distinct", "value": "attributes.region"},
         "Count the different values of region of deals" + OWNED),
        (DEALS | {"aggregation": "latest", "ends": UNTIL_CLOSED},
         "The open amount of deals, from created until closed where status is not open,"
         " credited to owner"),
        ({"aggregation": "latest", "kinds": ["deal"], "date": "created", "group": "average",
          "ends": {"date": "closed"}},
         "How many deals are open, from created until closed, credited to owner,"
         " averaged over several people"),
        ({"aggregation": "latest", "kinds": ["snapshot"], "date": "occurred", "value": "amount",
          "series": True},
         "The latest amount of snapshots, from occurred until the next one, credited to owner"),
        (CHANGES | {"occurrence": "first", "owner_at": "event"},
         "Count changes where stage changed to Proposal, only the first of each record,"
         " on the day of occurred, credited to owner at the time"),
        (CHANGES | {"where": {"all": [
            {"field": "stage", "operator": "changed_from_to", "value": ["Demo", "Won"]},
            {"field": "parent.amount", "operator": "greater", "value": 5}]}},
         "Count changes where stage changed from Demo to Won and amount of the record it belongs"
         " to is more than 5, on the day of occurred, credited to owner"),
        (DEALS | {"aggregation": "sum", "overlay": True, "split": {"records": True}},
         "Add up amount of deals" + OWNED
         + ", shared by its splits, and also to the managers above (indirect)"),
        (DEALS | {"aggregation": "sum", "split": {"records": "revenue"}},
         "Add up amount of deals" + OWNED + ", shared by its splits of type revenue"),
        (DEALS | {"aggregation": "sum", "split": {"fields": [
            {"field": "owner", "percent": "attributes.p1"},
            {"field": "users.second", "percent": "attributes.p2"}]}},
         "Add up amount of deals" + OWNED
         + ", shared by fields: owner with p1 percent and second with p2 percent"),
    ],
)  # fmt: skip
def test_all_a_rule_can_say_is_said(definition: dict[str, Any], expected: str) -> None:
    assert said(definition) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"today": -30}, "30 days ago"), ({"today": -1}, "1 day ago"), ({"today": 0}, "today"),
        ({"today": 7}, "in 7 days"), ({"field": "created", "days": 30}, "30 days after created"),
        ({"field": "created", "days": -1}, "1 day before created"),
        ({"field": "created", "days": 0}, "the day of created"),
    ],
)  # fmt: skip
def test_a_relative_day_is_said_by_its_distance(value: dict[str, Any], expected: str) -> None:
    condition = {"field": "closed", "operator": "greater_or_equal", "value": value}
    assert f"where closed is on or after {expected}, on" in said(where(condition))


def test_a_formula_is_said_by_the_names_of_its_metrics() -> None:
    expression = 'floor(calls / people) * 2 - "deals-won" / workdays'
    found = sentence(
        calc.parse_definition({"aggregation": "formula", "expression": expression}),
        {"calls": "Calls", "deals-won": "Deals won"},
    )
    assert str(found) == ("rounded down(Calls ÷ people) × 2 − Deals won ÷ working days")
    assert [part.text for part in found.parts if part.is_term] == [
        "rounded down", "Calls", "people", "Deals won", "working days",
    ]  # fmt: skip


def test_a_ratio_is_said_by_the_names_of_its_metrics() -> None:
    ratio = {"aggregation": "ratio", "numerator": "won", "denominator": "closed"}
    assert said(ratio, won="Deals won") == "Deals won divided by closed"


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry["key"])
def test_every_ready_metric_can_be_said_and_is_written_back_as_it_was(
    entry: dict[str, Any],
) -> None:
    definition = calc.parse_definition(entry["definition"])
    assert calc.parse_definition(calc.written(definition)) == definition
    with translation.override("id"):
        text = str(sentence(definition))
    assert text
    if isinstance(definition, Counting):
        assert all(clause.field for clause in clauses.clauses(definition.where))


@pytest.mark.parametrize(
    ("field", "stored", "word"),
    [
        ("outcome", "no_answer", "tidak diangkat"),
        ("status", "won", "menang"),
        # A word of the source is nobody's to translate.
        ("stage", "won", "won"),
        ("outcome", "Interested", "Interested"),
    ],
)
def test_our_own_words_for_values_are_said_in_the_readers_language(
    field: str, stored: str, word: str
) -> None:
    definition = where({"field": field, "operator": "equals", "value": stored})

    with translation.override("id"):
        found = sentence(calc.parse_definition(definition))

    assert [part.text for part in found.parts if part.is_term][2] == word
