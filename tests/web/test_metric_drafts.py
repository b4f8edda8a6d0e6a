"""The form of the metric editor holds every rule there can be, and gives it back unchanged."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from juara.connect.types import DATE_FIELDS, DELIVERED_KINDS
from juara.metrics import calc, clauses
from juara.metrics.types import Definition
from juara.web.metrics import buttons, forms, rules, settling
from juara.web.metrics.drafts import Draft, with_rule

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)
NUMBERS = st.integers(-999, 999) | st.sampled_from([0.5, 2.25, 1_000_000.75])
DAYS = st.dates().map(lambda day: f"{day:%Y}".zfill(4) + f"-{day:%m-%d}")
RELATIVE = st.integers(-400, 400).flatmap(
    lambda days: st.sampled_from(
        [{"today": days}, *({"field": name, "days": days} for name in DATE_FIELDS)]
    )
)
TEXTS = ["type", "stage", "account", "parent", "old_value", "new_value", "parent.status"]
USERS = ["owner", "creator", "users.sdr", "parent.owner"]
NUMERIC = ["amount", "duration_seconds", "parent.amount"]
FREE = ["attributes.region", "parent.attributes.tier"]


def clause(name: str, operators: tuple[str, ...], value: st.SearchStrategy[Any]) -> Any:
    def body(operator: str) -> Any:
        head = {"field": name, "operator": operator}
        if operator in ("is_empty", "is_not_empty"):
            return st.just(head)
        if operator in ("in", "not_in"):
            values: Any = st.lists(value, min_size=1, max_size=3, unique=True)
        elif operator == "between":
            values = st.lists(value, min_size=2, max_size=2)
        else:
            values = value
        return values.map(lambda each: head | {"value": each})

    return st.sampled_from(operators).flatmap(body)


def of(names: list[str], operators: tuple[str, ...], value: st.SearchStrategy[Any]) -> Any:
    return st.sampled_from(names).flatmap(lambda name: clause(name, operators, value))


CLAUSES = st.one_of(
    of(TEXTS + USERS, clauses.TEXT_OPERATORS, WORDS),
    of(NUMERIC, clauses.ORDER_OPERATORS, NUMBERS),
    of([*DATE_FIELDS, "parent.created"], clauses.ORDER_OPERATORS, DAYS | RELATIVE),
    of(FREE, clauses.OPERATORS, WORDS),
    of(FREE, (*clauses.ORDER_OPERATORS, "in"), NUMBERS),
    of(FREE, ("equals",), st.booleans()),
)
TWO_WORDS = st.lists(WORDS, min_size=2, max_size=2, unique=True)
CHANGED = st.one_of(
    of(["stage", "owner", "amount", "attributes.region"], ("changed_to",), WORDS),
    of(["stage", "users.sdr"], ("changed_to", "changed_from_to"), TWO_WORDS),
)


def filters(leaves: Any) -> Any:
    parts = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda each: {"all": each}),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: {"any": each}),
            inner.map(lambda each: {"not": each}),
        ),
        max_leaves=5,
    )
    return st.lists(parts, max_size=3).map(lambda each: {"all": each})


ROLES = st.lists(st.sampled_from(USERS), min_size=1, max_size=3).map(
    lambda fields: [{"role": f"role {n}", "field": name} for n, name in enumerate(fields)]
)
SPLITS = st.one_of(
    st.just({"records": True}),
    WORDS.map(lambda each: {"records": each}),
    st.lists(
        st.fixed_dictionaries(
            {"field": st.sampled_from(USERS), "percent": st.sampled_from(FREE + NUMERIC)}
        ),
        min_size=1, max_size=3,
    ).map(lambda each: {"fields": each}),
)  # fmt: skip
BETWEEN = st.lists(st.sampled_from(DATE_FIELDS), min_size=2, max_size=2).map(
    lambda each: {"time_between": each}
)
KINDS = st.lists(
    st.sampled_from([each.value for each in DELIVERED_KINDS]), min_size=1, max_size=3, unique=True
)


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """Return a definition in which everything there is can stand, as far as it may together."""
    aggregation = draw(st.sampled_from(["count", "sum", "average", "minimum", "maximum",
                                        "distinct", "latest"]))  # fmt: skip
    is_history = draw(st.booleans())
    kinds = ["change"] if is_history else draw(KINDS)
    body = {
        "aggregation": aggregation,
        "kinds": kinds,
        "where": draw(filters(CLAUSES | CHANGED if kinds == ["change"] else CLAUSES)),
        "date": draw(st.sampled_from(DATE_FIELDS)),
        "credit": draw(ROLES),
        "overlay": aggregation != "latest" and draw(st.booleans()),
    }
    if aggregation == "distinct":
        body["value"] = draw(st.sampled_from(TEXTS + USERS + FREE))
    elif aggregation != "count" and not (aggregation == "latest" and draw(st.booleans())):
        body["value"] = draw(st.sampled_from(NUMERIC + FREE) | BETWEEN)
    if aggregation in ("count", "sum", "average") and draw(st.booleans()):
        body["split"] = draw(SPLITS)
    elif aggregation != "latest" and body["credit"][0]["field"] in ("owner", "parent.owner"):
        body["owner_at"] = draw(st.sampled_from(["now", "event"]))
    if kinds == ["change"]:
        body["occurrence"] = draw(st.sampled_from(["each", "first"]))
    if aggregation == "latest":
        body["group"] = draw(st.sampled_from(["sum", "average"]))
        if draw(st.booleans()):
            body["series"] = True
        else:
            body["ends"] = {"date": draw(st.sampled_from(DATE_FIELDS)),
                            "where": draw(filters(CLAUSES))}  # fmt: skip
    return body


WORKED_OUT = st.sampled_from(
    [
        {"aggregation": "ratio", "numerator": "won", "denominator": "closed"},
        {"aggregation": "formula", "expression": 'floor(calls / people) * 2 - "deals-won"'},
    ]
)


def through_the_form(definition: Definition) -> rules.Built:
    """Return what a rule comes to that was opened in the form, sent and read again."""
    sent = urlencode(forms.pairs(with_rule(Draft(), definition)))
    return rules.built(settling.settled(forms.read(QueryDict(sent)), {}), is_strict=True)


@given(definitions() | WORKED_OUT)
def test_every_rule_comes_through_the_form_unchanged(body: dict[str, Any]) -> None:
    definition = calc.parse_definition(body)
    found = through_the_form(definition)
    assert found.errors == {}
    assert found.definition == definition


@given(st.sampled_from(["w", "e", "w-0", "e-0", "w-0-0"]), st.sampled_from(
    ["add", "group", "remove", "up", "down", "share", "unshare", "put", "credit", "uncredit"]
), definitions())  # fmt: skip
def test_no_button_breaks_a_draft(path: str, verb: str, body: dict[str, Any]) -> None:
    draft = with_rule(Draft(), calc.parse_definition(body))
    for target in (path, "0"):
        acted = buttons.acted(draft, f"{verb}:{target}")
        rules.built(settling.settled(acted, {}), is_strict=False)


@pytest.mark.parametrize(
    ("pairs", "where", "text"),
    [
        ([("aggregation", "formula"), ("expression", "calls +")], "expression",
         "This cannot be read."),
        ([("aggregation", "formula"), ("expression", "2 * 3")], "expression",
         "Name at least one metric by its key"),
        ([("aggregation", "formula"), ("expression", "calls.delete()")], "expression",
         "has no place in a formula"),
        ([("kinds", "deal"), ("split", "fields"), ("share.field", "owner"),
          ("share.percent", "")], "share-0", "Choose the field that holds the percentage."),
        ([("kinds", "deal"), ("split", "fields"), ("share.field", "name"),
          ("share.percent", "amount")], "share-0", "Must be owner, creator or users.<name>"),
        ([("kinds", "deal"), ("w-0.field", "created"), ("w-0.operator", "less"),
          ("w-0.value", "soon"), ("w-0.anchor", "-today")], "w-0", "Write how many days"),
        ([("kinds", "deal"), ("w-0.field", "created"), ("w-0.operator", "less"),
          ("w-0.value", "3"), ("w-0.anchor", "+name")], "w-0", "Choose what the days"),
        ([("kinds", "change"), ("w-0.field", "stage"), ("w-0.operator", "changed_from_to"),
          ("w-0.value", "Demo"), ("w-0.value", "")], "w-0", "Give what it was and what it became."),
        ([("kinds", "deal"), ("aggregation", "latest"), ("ends_date", "never")], "ends",
         "Choose one of created, occurred, closed"),
        ([("kinds", "deal"), ("aggregation", "latest"), ("e-0.field", "status"),
          ("e-0.operator", "equals"), ("e-0.value", "")], "e-0", "Give a value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(
    pairs: list[tuple[str, str]], where: str, text: str
) -> None:
    draft = settling.settled(forms.read(QueryDict(urlencode(pairs))), {})
    found = rules.built(draft, is_strict=True)
    assert text in found.errors[where]
    assert found.definition is None
