"""The one meaning of a metric: every operator on every sort of field, against real rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juara.connect.types import RecordKind, RecordRow
from juara.core import db, scope
from juara.ledger import crediting
from juara.metrics import calc, clauses
from juara.metrics import compile as compiler
from juara.metrics.types import Counting
from juara.tenancy.models import Organization
from tests import cast

WHEN: dict[str, date | datetime] = {"occurred": date(2025, 3, 3)}

ROWS = (
    RecordRow(
        1, RecordKind.LEAD, "one",
        texts={"product": "GTX Pro"}, amount=Decimal(100), duration_seconds=60,
        dates=WHEN | {"closed": date(2025, 3, 5)},
        users={"owner": "Ana", "creator": "ana", "sdr": "S-1"},
        attributes={
            "region": "North", "points": Decimal(10), "is_new": True, "due": "2025-03-05",
        },
    ),
    RecordRow(
        2, RecordKind.LEAD, "two",
        texts={"product": "gtx basic"}, amount=Decimal("250.5"), duration_seconds=3600,
        dates=WHEN | {"closed": cast.at("2025-03-05T23:30")},
        users={"owner": "Anastasia", "sdr": "s-2"},
        attributes={
            "region": "north-east", "points": Decimal("2.5"), "is_new": False,
            "due": "2025-04-01",
        },
    ),
    RecordRow(3, RecordKind.LEAD, "none", dates=dict(WHEN)),
    RecordRow(
        4, RecordKind.LEAD, "zero",
        texts={"product": "50% off_\\"}, amount=Decimal(0), duration_seconds=0,
        dates=WHEN | {"closed": date(2025, 4, 1)},
        users={"owner": "budi"},
        attributes={"region": "", "points": Decimal(0)},
    ),
    RecordRow(
        5, RecordKind.LEAD, "odd",
        texts={"product": "İL DE RÊ"}, amount=Decimal("-5"), duration_seconds=-1,
        dates=WHEN | {"closed": cast.at("2025-03-06T00:30")},
        users={"owner": "ÉMILE", "sdr": "ß"},
        attributes={"region": "ÎLE", "points": "10", "is_new": "true"},
    ),
)  # fmt: skip
EVERY = frozenset(row.external_id for row in ROWS)


@dataclass(frozen=True)
class Case:
    """A condition with the rows it must find."""

    field: str
    operator: str
    value: Any
    found: frozenset[str]

    @property
    def clause(self) -> dict[str, Any]:
        body = {"field": self.field, "operator": self.operator}
        return body if self.value is None else {**body, "value": self.value}

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {self.value}"


def case(field: str, operator: str, value: Any, found: str) -> Case:
    return Case(field, operator, value, frozenset(found.split()))


CASES = (
    # Text, without regard to case; a text that is not there is empty, and equal to nothing said.
    case("product", "equals", "gtx pro", "one"),
    case("product", "equals", "GTX PRO", "one"),
    case("product", "equals", "gtx", ""),
    case("product", "equals", "İL DE RÊ", "odd"),
    case("product", "not_equals", "gtx pro", "two none zero odd"),
    case("product", "in", ["GTX pro", "İL DE RÊ", "x"], "one odd"),
    case("product", "not_in", ["GTX pro", "İL DE RÊ", "x"], "two none zero"),
    case("product", "contains", "GTX", "one two"),
    case("product", "contains", "%", "zero"),
    case("product", "contains", "_", "zero"),
    case("product", "contains", "\\", "zero"),
    case("product", "contains", "De rê", "odd"),
    case("product", "contains", "İL", "odd"),
    case("product", "starts_with", "gtx ", "one two"),
    case("product", "starts_with", "50%", "zero"),
    case("product", "starts_with", "x", ""),
    case("product", "is_empty", None, "none"),
    case("product", "is_not_empty", None, "one two zero odd"),
    # A user, by the key their CRM has for them.
    case("owner", "equals", "ana", "one"),
    case("owner", "not_equals", "ana", "two none zero odd"),
    case("owner", "in", ["ANA", "émile"], "one odd"),
    case("owner", "not_in", ["ANA", "émile"], "two none zero"),
    case("owner", "contains", "nas", "two"),
    case("owner", "starts_with", "ana", "one two"),
    case("owner", "is_empty", None, "none"),
    case("owner", "is_not_empty", None, "one two zero odd"),
    case("creator", "equals", "ana", "one"),
    case("creator", "is_empty", None, "two none zero odd"),
    case("users.sdr", "equals", "s-1", "one"),
    case("users.sdr", "not_equals", "s-1", "two none zero odd"),
    case("users.sdr", "in", ["S-1", "S-2"], "one two"),
    case("users.sdr", "not_in", ["S-1", "S-2"], "none zero odd"),
    case("users.sdr", "contains", "-", "one two"),
    case("users.sdr", "starts_with", "s", "one two"),
    case("users.sdr", "is_empty", None, "none zero"),
    case("users.sdr", "is_not_empty", None, "one two odd"),
    case("users.nobody", "is_empty", None, "one two none zero odd"),
    # Numbers; one that is not there is neither more nor less than another, and not equal to it.
    case("amount", "equals", 100, "one"),
    case("amount", "equals", 250.5, "two"),
    case("amount", "equals", 0, "zero"),
    case("amount", "not_equals", 100, "two none zero odd"),
    case("amount", "greater", 100, "two"),
    case("amount", "greater_or_equal", 100, "one two"),
    case("amount", "less", 0, "odd"),
    case("amount", "less_or_equal", 0, "zero odd"),
    case("amount", "between", [0, 100], "one zero"),
    case("amount", "between", [100, 0], ""),
    case("amount", "is_empty", None, "none"),
    case("amount", "is_not_empty", None, "one two zero odd"),
    case("duration_seconds", "greater", 59.5, "one two"),
    case("duration_seconds", "equals", 3600, "two"),
    case("duration_seconds", "is_empty", None, "none"),
    # Dates: a moment is on its day in UTC, whatever the organization's zone.
    case("closed", "equals", "2025-03-05", "one two"),
    case("closed", "not_equals", "2025-03-05", "none zero odd"),
    case("closed", "greater", "2025-03-05", "zero odd"),
    case("closed", "greater_or_equal", "2025-03-05", "one two zero odd"),
    case("closed", "less", "2025-03-06", "one two"),
    case("closed", "less_or_equal", "2025-03-05", "one two"),
    case("closed", "between", ["2025-03-05", "2025-03-06"], "one two odd"),
    case("closed", "is_empty", None, "none"),
    case("closed", "is_not_empty", None, "one two zero odd"),
    case("created", "is_empty", None, "one two none zero odd"),
    # Free fields holding text; empty is the same as not there.
    case("attributes.region", "equals", "north", "one"),
    case("attributes.region", "equals", "îLE", "odd"),
    case("attributes.region", "not_equals", "NORTH", "two none zero odd"),
    case("attributes.region", "in", ["NORTH", "south"], "one"),
    case("attributes.region", "not_in", ["NORTH", "south"], "two none zero odd"),
    case("attributes.region", "contains", "EAST", "two"),
    case("attributes.region", "starts_with", "North", "one two"),
    case("attributes.region", "is_empty", None, "none zero"),
    case("attributes.region", "is_not_empty", None, "one two odd"),
    # … or a day, whose order is that of its letters.
    case("attributes.due", "greater", "2025-03-05", "two"),
    case("attributes.due", "greater_or_equal", "2025-03-05", "one two"),
    case("attributes.due", "less", "2025-04-01", "one"),
    case("attributes.due", "less_or_equal", "2025-04-01", "one two"),
    case("attributes.due", "between", ["2025-03-05", "2025-03-31"], "one"),
    # … or a number: text that looks like one is not one.
    case("attributes.points", "equals", 10, "one"),
    case("attributes.points", "equals", "10", "one odd"),
    case("attributes.points", "not_equals", 10, "two none zero odd"),
    case("attributes.points", "greater", 2, "one two"),
    case("attributes.points", "greater_or_equal", 2.5, "one two"),
    case("attributes.points", "less", 2.5, "zero"),
    case("attributes.points", "less_or_equal", 2.5, "two zero"),
    case("attributes.points", "between", [0, 2.5], "two zero"),
    case("attributes.points", "in", [10, 0], "one zero"),
    case("attributes.points", "not_in", [10, 0], "two none odd"),
    case("attributes.points", "is_empty", None, "none"),
    case("attributes.points", "is_not_empty", None, "one two zero odd"),
    # … or yes and no: no is not the same as not there.
    case("attributes.is_new", "equals", True, "one"),
    case("attributes.is_new", "equals", False, "two"),
    case("attributes.is_new", "is_empty", None, "none zero"),
    case("attributes.is_new", "is_not_empty", None, "one two odd"),
    case("attributes.nowhere", "is_empty", None, "one two none zero odd"),
    case("attributes.nowhere", "not_equals", "x", "one two none zero odd"),
)


@pytest.fixture
def rows(inside: Organization) -> None:
    cast.deliver(*ROWS)


def counted(where: dict[str, Any], **changes: Any) -> frozenset[str]:
    """Return which records a counting rule with this filter finds, through its SQL."""
    definition = calc.parse_definition(
        {"aggregation": "count", "kinds": ["lead"], "date": "occurred", "where": where} | changes
    )
    assert isinstance(definition, Counting)
    condition = compiler.counts(definition, crediting.ground_at(cast.TODAY, has_rates=False))
    found = db.rows(
        "SELECT r.external_id FROM record_version v"
        " JOIN record r ON r.organization_id = v.organization_id AND r.id = v.record_id"
        f" WHERE v.organization_id = %s AND v.known_until = {db.OPEN} AND {condition.sql}",
        [scope.current().organization_id, *condition.params],
    )
    return frozenset(row[0] for row in found)


@pytest.mark.parametrize("each", CASES, ids=str)
def test_a_condition_finds_exactly_its_rows_and_its_opposite_all_others(
    rows: None, each: Case
) -> None:
    assert counted({"all": [each.clause]}) == each.found
    assert counted({"not": each.clause}) == EVERY - each.found
    assert counted({"not": {"not": each.clause}}) == each.found


def test_every_operator_of_every_sort_of_field_has_a_case_above() -> None:
    tried = {(clauses.field_type(each.field), each.operator) for each in CASES}

    assert tried >= {
        *(("text", operator) for operator in clauses.TEXT_OPERATORS),
        *(("user", operator) for operator in clauses.TEXT_OPERATORS),
        *(("number", operator) for operator in clauses.ORDER_OPERATORS),
        *(("date", operator) for operator in clauses.ORDER_OPERATORS),
        *(("attribute", operator) for operator in clauses.OPERATORS),
    }


def test_a_filter_without_conditions_finds_everything(rows: None) -> None:
    assert counted({"all": []}) == EVERY


def test_groups_can_stand_in_groups(rows: None) -> None:
    is_gtx = {"field": "product", "operator": "starts_with", "value": "gtx"}
    is_dear = {"field": "amount", "operator": "greater", "value": 100}
    is_ownerless = {"field": "owner", "operator": "is_empty"}

    assert counted({"all": [is_gtx, is_dear]}) == {"two"}
    assert counted({"any": [is_gtx, is_ownerless]}) == {"one", "two", "none"}
    assert counted({"all": [is_gtx, {"not": is_dear}]}) == {"one"}
    assert counted({"not": {"any": [is_gtx, is_ownerless]}}) == {"zero", "odd"}
    assert counted({"any": [{"all": [is_gtx, is_dear]}, {"not": {"not": is_ownerless}}]}) == {
        "two", "none",
    }  # fmt: skip


Tree = tuple[dict[str, Any], frozenset[str]]


def _all(parts: list[Tree]) -> Tree:
    return {"all": [part[0] for part in parts]}, frozenset.intersection(*(p[1] for p in parts))


def _any(parts: list[Tree]) -> Tree:
    return {"any": [part[0] for part in parts]}, frozenset.union(*(part[1] for part in parts))


def _not(part: Tree) -> Tree:
    return {"not": part[0]}, EVERY - part[1]


TREES = st.recursive(
    st.sampled_from(CASES).map(lambda each: ({"all": [each.clause]}, each.found)),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(_all)
        | st.lists(inner, min_size=1, max_size=3).map(_any)
        | inner.map(_not)
    ),
    max_leaves=6,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREES)
def test_any_nesting_of_groups_is_the_algebra_of_its_conditions(rows: None, tree: Tree) -> None:
    where, found = tree
    try:
        assert counted(where) == found
    except clauses.DefinitionError as error:
        assert "deep" in error.message  # noqa: PT017


def test_only_the_kinds_asked_for_count(rows: None) -> None:
    cast.deliver(cast.deal("deal", dates={"occurred": date(2025, 3, 3)}))

    assert counted({"all": []}, kinds=["deal"]) == {"deal"}
    assert counted({"all": []}, kinds=["deal", "lead"]) == EVERY | {"deal"}
    assert counted({"all": []}, kinds=["account"]) == frozenset()


def test_a_record_without_the_date_that_places_it_does_not_count(rows: None) -> None:
    assert counted({"all": []}, date="closed") == EVERY - {"none"}
    assert counted({"all": []}, date="created") == frozenset()


def test_a_record_without_the_value_does_not_count_for_a_sum_and_zero_does(rows: None) -> None:
    assert counted({"all": []}, aggregation="sum", value="amount") == EVERY - {"none"}
    assert counted({"all": []}, aggregation="sum", value="duration_seconds") == EVERY - {"none"}
    assert counted({"all": []}, aggregation="average", value="attributes.points") == {
        "one", "two", "zero",
    }  # fmt: skip


def test_values_travel_as_parameters(rows: None) -> None:
    for nasty in ("'; DROP TABLE credit; --", "%s %(x)s %%", "{0}", "\\'"):
        for field in ("product", "users.sdr", "attributes.region", f"attributes.{nasty}"):
            clause = {"field": field, "operator": "equals", "value": nasty}
            assert counted({"all": [clause]}) == frozenset()
        assert counted({"all": []}, aggregation="sum", value=f"attributes.{nasty}") == frozenset()
        roles = [{"role": "r", "field": f"users.{nasty}"}]
        cast.metric(f"m{len(nasty)}", {
            "aggregation": "count", "kinds": ["lead"], "date": "occurred", "credit": roles,
        })  # fmt: skip
        cast.deliver()
