"""Filters as SQL conditions that are always true or false, never unknown."""

from decimal import Decimal
from typing import Any

from juara.metrics import clauses, fragments
from juara.metrics.fragments import Fragment, Ground, joined
from juara.metrics.types import Clause, Group, Relative

_COMPARISONS = {
    "greater": ">", "greater_or_equal": ">=", "less": "<", "less_or_equal": "<=",
}  # fmt: skip


def condition(part: Group | Clause, ground: Ground) -> Fragment:
    """Return a filter as a condition that is always true or false, never unknown."""
    if isinstance(part, Clause):
        return _clause(part, ground)
    inner = [condition(child, ground) for child in part.parts]
    if part.joined_by == "not":
        return Fragment(f"(NOT {inner[0].sql})", inner[0].params)
    if not inner:
        return Fragment("TRUE")
    return joined(inner, " AND " if part.joined_by == "all" else " OR ")


def _clause(clause: Clause, ground: Ground) -> Fragment:
    kind = clauses.field_type(clause.field)
    if clause.operator in clauses.CHANGE_OPERATORS:
        return _change(clause, ground)
    if clause.operator in ("is_empty", "is_not_empty"):
        return _emptiness(clause, ground)
    if kind in ("text", "user"):
        return _text(clause, fragments.text(clause.field, ground))
    if kind == "date":
        return _ordered(clause, fragments.utc_day(clause.field, ground), "date", ground)
    if kind == "number":
        return _ordered(clause, fragments.number(clause.field, ground), "numeric", ground)
    return _attribute(clause, ground)


def _attribute(clause: Clause, ground: Ground) -> Fragment:
    """Compare a free field by the sort of value it is compared with."""
    first = clause.values[0]
    if isinstance(first, bool):
        name = clause.field.removeprefix(clauses.PARENT).removeprefix(clauses.ATTRIBUTE)
        found = fragments.column(
            clause.field, "{v}.attributes -> %s = to_jsonb(%s::boolean)", (name, first), ground
        )
        return _never_unknown(found.sql, found.params)
    if isinstance(first, Decimal):
        return _ordered(clause, fragments.number(clause.field, ground), "numeric", ground)
    column = fragments.text(clause.field, ground)
    if clause.operator in clauses.TEXT_OPERATORS:
        return _text(clause, column)
    # Text compared by order is a date in ISO form, whose order is the order of its letters.
    return _ordered(clause, Fragment(f"NULLIF({column.sql}, '')", column.params), "text", ground)


def _text(clause: Clause, column: Fragment) -> Fragment:
    """Compare text without regard to case.

    Both sides are lowered by the database: another's idea of small letters differs in places.
    """
    left = f"lower({column.sql})"
    values = clause.values
    params = (*column.params, *map(str, values))
    each = ", ".join(["lower(%s)"] * len(values))
    match clause.operator:
        case "equals":
            return Fragment(f"{left} = {each}", params)
        case "not_equals":
            return Fragment(f"{left} <> {each}", params)
        case "in":
            return Fragment(f"{left} IN ({each})", params)
        case "not_in":
            return Fragment(f"{left} NOT IN ({each})", params)
        case "contains":
            return Fragment(f"strpos({left}, {each}) > 0", params)
        case "starts_with":
            return Fragment(f"starts_with({left}, {each})", params)
        case _:
            raise AssertionError(clause.operator)


def _change(clause: Clause, ground: Ground) -> Fragment:
    """Say what a record of kind ``change`` tells: this field, to (or from what to) these values."""
    name = clause.field.removeprefix(clauses.ATTRIBUTE).removeprefix(clauses.USER)
    values = tuple(map(str, clause.values))
    if clause.operator == "changed_to":
        each = ", ".join(["lower(%s)"] * len(values))
        return Fragment(
            f"(lower(v.type) = lower(%s) AND lower(v.new_value) IN ({each}))", (name, *values)
        )
    before = _old_value(ground)
    return Fragment(
        f"(lower(v.type) = lower(%s) AND lower(v.new_value) = lower(%s)"
        f" AND lower({before.sql}) = lower(%s))",
        (name, values[1], *before.params, values[0]),
    )


def _old_value(ground: Ground) -> Fragment:
    """Return what a change says was there before; else what the change before it made of it."""
    here, there = (fragments.moment("occurred", ground, alias) for alias in ("v", "o"))
    return Fragment(
        "COALESCE(NULLIF(v.old_value, ''), (SELECT o.new_value FROM record_version o"
        " WHERE o.organization_id = v.organization_id AND o.source_id = v.source_id"
        f" AND o.parent = v.parent AND o.parent <> '' AND {ground.known('o')}"
        " AND NOT o.is_deleted AND o.kind = v.kind AND lower(o.type) = lower(v.type)"
        f" AND ({there.sql}, o.record_id) < ({here.sql}, v.record_id)"
        f" ORDER BY {there.sql} DESC, o.record_id DESC LIMIT 1), '')",
        (*there.params, *here.params, *there.params),
    )


def _operand(value: Any, cast: str, ground: Ground) -> Fragment:
    if not isinstance(value, Relative):
        return Fragment(f"%s::{cast}", (value,))
    if not value.field:
        return Fragment("(%s::date + %s::integer)", (ground.today, value.days))
    day = fragments.utc_day(value.field, ground)
    return Fragment(f"({day.sql} + %s::integer)", (*day.params, value.days))


def _ordered(clause: Clause, column: Fragment, cast: str, ground: Ground) -> Fragment:
    operands = [_operand(value, cast, ground) for value in clause.values]
    first, given = operands[0], tuple(value for each in operands for value in each.params)
    params = (*column.params, *given)
    match clause.operator:
        case "equals":
            return _never_unknown(f"{column.sql} = {first.sql}", params)
        case "not_equals":
            return Fragment(f"({column.sql} IS DISTINCT FROM {first.sql})", params)
        case "between":
            return _never_unknown(f"{column.sql} BETWEEN {first.sql} AND {operands[1].sql}", params)
        case "in" | "not_in":
            listed = ", ".join(each.sql for each in operands)
            found = _never_unknown(f"{column.sql} IN ({listed})", params)
            is_in = clause.operator == "in"
            return found if is_in else Fragment(f"(NOT {found.sql})", found.params)
        case operator:
            return _never_unknown(f"{column.sql} {_COMPARISONS[operator]} {first.sql}", params)


def _never_unknown(sql: str, params: tuple[Any, ...]) -> Fragment:
    return Fragment(f"COALESCE({sql}, FALSE)", params)


def _emptiness(clause: Clause, ground: Ground) -> Fragment:
    kind = clauses.field_type(clause.field)
    bare = clause.field.removeprefix(clauses.PARENT)
    if kind == "date":
        column = fragments.column(
            clause.field, f"COALESCE({{v}}.{bare}_at::date, {{v}}.{bare}_on)", (), ground
        )
        empty = Fragment(f"({column.sql} IS NULL)", column.params)
    elif kind == "number":
        column = fragments.number(clause.field, ground)
        empty = Fragment(f"({column.sql} IS NULL)", column.params)
    else:
        column = fragments.text(clause.field, ground)
        empty = Fragment(f"({column.sql} = '')", column.params)
    if clause.operator == "is_empty":
        return empty
    return Fragment(f"(NOT {empty.sql})", empty.params)
