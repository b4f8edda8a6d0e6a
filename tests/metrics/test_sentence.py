"""A rule as a sentence: what it says, in both languages, and nothing left out."""

from typing import Any

import pytest
from django.utils import translation

from juara.metrics import calc
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
        assert all(clause.field for clause in calc.clauses(definition.where))


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
