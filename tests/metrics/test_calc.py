"""Definitions: what a rule may say, what is refused and where, and the arithmetic of values."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.metrics import calc, clauses
from juara.metrics.calc import parse_definition
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.clauses import DefinitionError
from juara.metrics.types import (
    Aggregation,
    Clause,
    Counting,
    CreditTo,
    Group,
    Ratio,
    Sums,
    TimeBetween,
)


def counting(**changes: Any) -> dict[str, Any]:
    """Return the smallest definition that can be right, changed."""
    return {"aggregation": "count", "kinds": ["deal"], "date": "closed"} | changes


def where(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    clause = {"field": field, "operator": operator}
    return counting(where={"all": [clause if value is None else {**clause, "value": value}]})


def refused(definition: Any) -> DefinitionError:
    with pytest.raises(DefinitionError) as found:
        parse_definition(definition)
    assert found.value.code == "metric.definition"
    assert found.value.message.startswith(f"{found.value.data['where']}: ")
    return found.value


def test_the_smallest_definition_counts_every_record_for_its_owner() -> None:
    assert parse_definition(counting()) == Counting(
        aggregation=Aggregation.COUNT,
        kinds=("deal",),
        where=Group("all", ()),
        date="closed",
        credit=(CreditTo("owner", "owner"),),
        value=None,
    )


def test_a_whole_definition_is_read_as_it_is_written() -> None:
    found = parse_definition(
        {
            "aggregation": "sum",
            "kinds": ["deal", "lead"],
            "where": {
                "any": [
                    {"field": "amount", "operator": "between", "value": [10, 20.5]},
                    {"not": {"field": "attributes.is_test", "operator": "equals", "value": True}},
                ]
            },
            "date": "created",
            "credit": [
                {"role": "closer", "field": "owner"}, {"role": "sdr", "field": "users.sdr"},
            ],
            "value": "attributes.points",
        }
    )  # fmt: skip

    assert found == Counting(
        aggregation=Aggregation.SUM,
        kinds=("deal", "lead"),
        where=Group(
            "any",
            (
                Clause("amount", "between", (Decimal(10), Decimal("20.5"))),
                Group("not", (Clause("attributes.is_test", "equals", value=True),)),
            ),
        ),
        date="created",
        credit=(CreditTo("closer", "owner"), CreditTo("sdr", "users.sdr")),
        value="attributes.points",
    )


def test_a_ratio_names_two_metrics() -> None:
    ratio = {"aggregation": "ratio", "numerator": "won", "denominator": "closed"}

    assert parse_definition(ratio) == Ratio("won", "closed")


def test_a_time_between_two_dates_is_a_value() -> None:
    found = parse_definition(
        counting(aggregation="average", value={"time_between": ["created", "closed"]})
    )

    assert isinstance(found, Counting)
    assert found.value == TimeBetween("created", "closed")


def test_every_ready_metric_can_be_read() -> None:
    assert len(CATALOGUE) == 18
    for entry in CATALOGUE:
        parse_definition(entry["definition"])


@pytest.mark.parametrize(
    ("definition", "place", "reason"),
    [
        (None, "definition", "must be an object"),
        ([], "definition", "must be an object"),
        ({}, "aggregation", "choose one of count, sum, average, minimum"),
        (counting(aggregation="median"), "aggregation", "choose one of"),
        (counting(aggregation=["count"]), "aggregation", "choose one of"),
        (counting(aggregation={}), "aggregation", "choose one of"),
        (counting(colour="red"), "definition", "does not know colour"),
        (counting(kinds=[]), "kinds", "list one or more of account, activity"),
        (counting(kinds="deal"), "kinds", "list one or more of"),
        (counting(kinds=["deal", "invoice"]), "kinds", "list one or more of"),
        (counting(kinds=[["deal"]]), "kinds", "list one or more of"),
        (counting(date="updated"), "date", "choose one of created, occurred, closed"),
        (counting(date=None), "date", "choose one of"),
        (counting(date=["closed"]), "date", "choose one of"),
        (counting(value="amount"), "value", "a count has none"),
        (counting(aggregation="sum"), "value", "must be an object"),
        (counting(aggregation="sum", value="name"), "value", "“name” is a text"),
        (counting(aggregation="sum", value="closed"), "value", "“closed” is a date"),
        (counting(aggregation="sum", value="owner"), "value", "“owner” is a person"),
        (counting(aggregation="sum", value="size"), "value", "no field “size”"),
        (counting(aggregation="sum", value="attributes."), "value", "is no field"),
        (
            counting(aggregation="sum", value={"time_between": ["created"]}),
            "value.time_between",
            "give two of created, occurred, closed",
        ),
        (
            counting(aggregation="sum", value={"time_between": ["created", "amount"]}),
            "value.time_between",
            "give two of",
        ),
        (counting(aggregation="sum", value={"between": []}), "value", "does not know between"),
        (counting(credit=[]), "credit", "list between 1 and 10 roles"),
        (counting(credit={}), "credit", "list between 1 and 10 roles"),
        (
            counting(credit=[{"role": f"r{n}", "field": "owner"} for n in range(11)]),
            "credit",
            "list between 1 and 10 roles",
        ),
        (counting(credit=["owner"]), "credit[0]", "must be an object"),
        (counting(credit=[{"role": " ", "field": "owner"}]), "credit[0].role", "a name"),
        (
            counting(credit=[{"role": "a", "field": "owner"}, {"role": "b", "field": "name"}]),
            "credit[1].field",
            "must be owner, creator or users.<name>",
        ),
        (counting(credit=[{"role": "a", "field": "users."}]), "credit[0].field", "must be owner"),
        (
            counting(credit=[{"role": "a", "field": "owner"}, {"role": "a ", "field": "creator"}]),
            "credit",
            "each role can stand there once",
        ),
        (
            counting(credit=[{"role": "a", "field": "owner", "share": 1}]),
            "credit[0]",
            "does not know share",
        ),
        (counting(where=[]), "where", "must be an object"),
        (counting(where={}), "where", "exactly one of all, any, not"),
        (counting(where={"all": [], "any": []}), "where", "exactly one of all, any, not"),
        (counting(where={"none": []}), "where", "exactly one of all, any, not"),
        (counting(where={"all": {}}), "where.all", "must be a list of conditions"),
        (counting(where={"all": ["won"]}), "where.all[0]", "must be an object"),
        (counting(where={"not": []}), "where.not[0]", "must be an object"),
        (where("colour", "equals", "red"), "where.all[0]", "there is no field “colour”"),
        (where("attributes.", "equals", "x"), "where.all[0]", "there is no field"),
        (where("name", "greater", "x"), "where.all[0]", "name takes one of equals, not_equals"),
        (where("owner", "between", ["a", "b"]), "where.all[0]", "owner takes one of"),
        (where("amount", "contains", "1"), "where.all[0]", "amount takes one of"),
        (where("closed", "starts_with", "2017"), "where.all[0]", "closed takes one of"),
        (where("amount", "equals", "1"), "where.all[0]", "write the number without quotes"),
        (where("amount", "equals", True), "where.all[0]", "only a free field is compared"),
        (where("name", "equals", 1), "where.all[0]", "only a number is compared"),
        (where("closed", "less", 2017), "where.all[0]", "only a number is compared"),
        (where("closed", "less", "soon"), "where.all[0]", "“soon” is not a day like 2017-10-05"),
        (where("name", "equals"), "where.all[0]", "give a value to compare with"),
        (where("name", "equals", ["a"]), "where.all[0]", "give a value to compare with"),
        (where("name", "in", "a"), "where.all[0]", "in takes a list"),
        (where("name", "in", []), "where.all[0]", "in takes a list"),
        (where("amount", "between", [1]), "where.all[0]", "between takes two values"),
        (where("amount", "between", [1, 2, 3]), "where.all[0]", "between takes two values"),
        (where("name", "is_empty", "x"), "where.all[0]", "is_empty takes no value"),
        (
            counting(where={"any": [{"all": []}, {"not": {"field": "x", "operator": "equals"}}]}),
            "where.any[1].not[0]",
            "there is no field “x”",
        ),
        ({"aggregation": "ratio"}, "numerator", "name the metric by its key"),
        (
            {"aggregation": "ratio", "numerator": "won", "denominator": 1},
            "denominator",
            "name the metric by its key",
        ),
        (
            {"aggregation": "ratio", "numerator": "a", "denominator": "b", "kinds": ["deal"]},
            "definition",
            "does not know kinds",
        ),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused_with_place_and_reason(
    definition: Any, place: str, reason: str
) -> None:
    error = refused(definition)

    assert error.data["where"] == place
    assert reason in error.message


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("greater", True), ("not_equals", True), ("in", [True, False]), ("contains", True),
        ("contains", 5), ("starts_with", 5), ("in", ["a", 1]), ("in", [1, "a"]),
        ("between", [1, "z"]), ("not_in", [True, "a"]), ("between", [False, True]),
    ],
)  # fmt: skip
def test_a_free_field_is_compared_with_values_of_one_sort_by_operators_they_have(
    operator: str, value: Any
) -> None:
    assert refused(where("attributes.x", operator, value)).data["where"] == "where.all[0]"


def test_groups_can_be_nested_eight_deep_and_no_deeper() -> None:
    def nested(depth: int) -> dict[str, Any]:
        group: dict[str, Any] = {"all": []}
        for _ in range(depth):
            group = {"not": group}
        return counting(where=group)

    parse_definition(nested(8))
    assert "nested more than 8 deep" in refused(nested(9)).message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False)
    | st.sampled_from(["deal", "amount", "owner", "closed", "all", "equals", "x", ""]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["field", "operator", "value", "all", "any", "not", "role", "x"]),
        inner, max_size=3,
    ),
    max_leaves=12,
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {"aggregation": st.sampled_from(["count", "sum", "average", "ratio"]) | JSON},
    optional={
        "kinds": st.just(["deal"]) | JSON,
        "where": JSON,
        "date": st.just("closed") | JSON,
        "credit": JSON,
        "value": st.just("amount") | JSON,
        "numerator": JSON,
        "denominator": JSON,
    },
)


@given(BODIES | JSON)
def test_whatever_is_written_is_read_or_refused_in_words(data: Any) -> None:
    try:
        parse_definition(data)
    except DefinitionError as error:
        refusal: DefinitionError | None = error
    else:
        refusal = None
    assert refusal is None or refusal.message


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("status", "text"), ("amount", "number"), ("duration_seconds", "number"),
        ("closed", "date"), ("owner", "user"), ("creator", "user"), ("users.sdr", "user"),
        ("attributes.region", "attribute"), ("users.", None), ("attributes.", None),
        ("closed_at", None), ("", None), ("known_until", None), ("organization_id", None),
    ],
)  # fmt: skip
def test_only_fields_of_the_closed_lists_have_a_type(field: str, kind: str | None) -> None:
    assert clauses.field_type(field) == kind


def test_conditions_are_listed_in_the_order_they_are_written() -> None:
    tree = Group(
        "all",
        (
            Clause("a", "is_empty"),
            Group("not", (Group("any", (Clause("b", "is_empty"), Clause("c", "is_empty"))),)),
            Clause("d", "is_empty"),
        ),
    )

    assert [clause.field for clause in clauses.clauses(tree)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("aggregation", "sums", "value"),
    [
        (Aggregation.COUNT, Sums(), "0"),
        (Aggregation.COUNT, Sums(3, 30_000, Decimal(99)), "3"),
        (Aggregation.COUNT, Sums(2, 13_333, Decimal(99)), "1.3333"),
        (Aggregation.SUM, Sums(), "0"),
        (Aggregation.SUM, Sums(3, 30_000, Decimal("99.5")), "99.5"),
        (Aggregation.AVERAGE, Sums(3, 30_000, Decimal(10)), "3.3333"),
        (Aggregation.AVERAGE, Sums(2, 15_000, Decimal(15)), "10"),
        (Aggregation.AVERAGE, Sums(1, 10_000, Decimal("-4.5")), "-4.5"),
        # Exactly between two neighbours: to the even one.
        (Aggregation.AVERAGE, Sums(2, 20_000, Decimal("0.0001")), "0"),
        (Aggregation.AVERAGE, Sums(2, 20_000, Decimal("0.0003")), "0.0002"),
    ],
)
def test_a_value_comes_from_sums(aggregation: Aggregation, sums: Sums, value: str) -> None:
    assert calc.value_of(aggregation, sums) == Decimal(value)


def test_an_average_of_nothing_is_no_value() -> None:
    assert calc.value_of(Aggregation.AVERAGE, Sums()) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [("1", "4", "0.25"), ("2", "3", "0.6667"), ("0", "4", "0"), ("-1", "3", "-0.3333")],
)
def test_a_ratio_divides(numerator: str, denominator: str, value: str) -> None:
    assert calc.ratio_of(Decimal(numerator), Decimal(denominator)) == Decimal(value)


def test_a_ratio_without_its_denominator_is_no_value() -> None:
    assert calc.ratio_of(Decimal(1), Decimal(0)) is None
    assert calc.ratio_of(Decimal(1), None) is None
    assert calc.ratio_of(None, Decimal(1)) is None
    assert calc.ratio_of(Decimal(0), Decimal("0.0000")) is None


AMOUNTS = st.decimals(-1_000_000, 1_000_000, places=4)
SUMS = st.builds(Sums, st.integers(0, 99), st.integers(0, 990_000), AMOUNTS)


@given(st.lists(SUMS, max_size=6), st.randoms(use_true_random=False))
def test_sums_add_up_in_any_order_and_grouping(items: list[Sums], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    cut = random.randint(0, len(items))

    def total(parts: list[Sums]) -> Sums:
        return sum(parts, Sums())

    assert total(items) == total(shuffled) == total(items[:cut]) + total(items[cut:])


@pytest.mark.parametrize(
    ("aggregation", "is_additive"),
    [("count", True), ("sum", True), ("average", False), ("ratio", False)],
)
def test_only_counts_and_sums_add_up_over_people(aggregation: str, *, is_additive: bool) -> None:
    assert Aggregation(aggregation).is_additive is is_additive
