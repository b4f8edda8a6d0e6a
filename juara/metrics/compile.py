"""From a definition to SQL: the one meaning of a metric.

The incremental path, the full recompute, the preview and `verify` all run what stands here.
Every value travels as a parameter; only names from closed lists become SQL text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from juara.connect.types import RecordKind
from juara.core.db import OPEN
from juara.metrics import calc
from juara.metrics.types import Aggregation, Clause, Counting, Group, Rule, TimeBetween


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL and the parameters of its placeholders, in order."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One condition a record must meet to count; `where` names its place in the definition.

    Places are those a DefinitionError names (``where.all[0]``, ``date``, ``value``), and
    ``currency`` for amounts in another than the organization's. `part` is the condition asked.
    """

    where: str
    test: Fragment
    part: Clause | Group | None = None


# A date-only value stays a day; a moment becomes the organization's day, until the member's own
# zone is known. Placeholders: the organization's zone.
_ORGANIZATION_DAY = "COALESCE(v.{name}_on, (v.{name}_at AT TIME ZONE %s)::date)"

_OPEN_VERSIONS = f"v.organization_id = %s AND v.known_until = {OPEN} AND NOT v.is_deleted"
# A batch's versions are fetched once for all rules, each through its index (OFFSET 0 keeps it
# so); of the whole history nothing is copied.
_TOUCHED_VERSIONS = (
    "MATERIALIZED (SELECT v.* FROM touched t CROSS JOIN LATERAL (SELECT v.* FROM record_version v"
    " WHERE v.organization_id = %s AND v.record_id = t.record_id OFFSET 0) v"
    f" WHERE v.known_until = {OPEN} AND NOT v.is_deleted)"
)
_ALL_VERSIONS = f"NOT MATERIALIZED (SELECT v.* FROM record_version v WHERE {_OPEN_VERSIONS})"
_NO_CANDIDATES = (
    "SELECT 0::bigint, 0::smallint, 0::bigint, 0::bigint, '', NULL::date,"
    " NULL::timestamptz, 0::numeric, 0, NULL::date, NULL::date WHERE false"
)

# Rounded to four places it would need 17 digits before them; credits hold 16.
_TOO_LARGE = "9999999999999999.99995"

_COMPARISONS = {
    "greater": ">", "greater_or_equal": ">=", "less": "<", "less_or_equal": "<=",
}  # fmt: skip


def candidates(
    rules: Sequence[Rule], *, organization_id: int, zone: str, currency: str, touched: bool
) -> Fragment:
    """Return the query for every credit the rules call for, before it is known who earned it.

    Columns: metric_id, role, record_id, source_id, owner_key, organization_day, occurred_at,
    value, share (in ten-thousandths), from_day, until_day. Reads the open version of each
    record; with `touched` only of the records in the temporary table ``touched``. A rule that
    reads no records adds nothing; no rule at all gives an empty result of the same shape.
    """
    parts = [
        _of_role(rule, definition, role, field, zone, currency)
        for rule in rules
        if isinstance(definition := rule.definition, Counting)
        for role, field in enumerate(credit.field for credit in definition.credit)
    ]
    if not parts:
        return Fragment(_NO_CANDIDATES)
    parts.append(_entries(rules, currency))
    source = _TOUCHED_VERSIONS if touched else _ALL_VERSIONS
    return Fragment(
        f"WITH v AS {source} " + " UNION ALL ".join(part.sql for part in parts),
        (organization_id, *(value for part in parts for value in part.params)),
    )


def _of_role(
    rule: Rule, definition: Counting, role: int, user_field: str, zone: str, currency: str
) -> Fragment:
    name = definition.date
    day = _ORGANIZATION_DAY.format(name=name)
    owner = _user(user_field)
    value = _value(definition, zone)
    where = counts(definition, zone=zone, currency=currency)
    return Fragment(
        f"SELECT %s::bigint, %s::smallint, v.record_id, v.source_id, {owner.sql}, {day},"
        f" v.{name}_at, {value.sql}, {calc.WHOLE_SHARE}, %s::date, %s::date FROM v"
        f" WHERE {where.sql}",
        (
            rule.metric_id, role, *owner.params, zone, *value.params,
            rule.from_day, rule.until_day, *where.params,
        ),
    )  # fmt: skip


def _entries(rules: Sequence[Rule], currency: str) -> Fragment:
    """Return the query for what was entered by hand: it names its metric, which adds it up.

    Of a count an entry is so many at once, hence its share; of a sum it is one amount. Only the
    leading role takes entries, and only metrics whose values add up. An entry made under another
    rule or currency of its metric may no longer mean anything: then it is not counted.
    """
    wanted = [
        (rule, definition.aggregation is Aggregation.COUNT, definition.value == "amount")
        for rule in rules
        if isinstance(definition := rule.definition, Counting)
        and definition.aggregation.is_additive
    ]
    if not wanted:
        return Fragment(_NO_CANDIDATES)
    places = "(%s::bigint, %s::text, %s::boolean, %s::boolean, %s::date, %s::date)"
    return Fragment(
        "SELECT e.metric_id, 0::smallint, v.record_id, v.source_id, v.owner_key, v.occurred_on,"
        " NULL::timestamptz, v.amount, (CASE WHEN e.is_count THEN v.amount ELSE 1 END"
        f" * {calc.WHOLE_SHARE})::integer, e.from_day, e.until_day"
        f" FROM v JOIN (VALUES {', '.join([places] * len(wanted))})"
        " AS e (metric_id, type, is_count, is_money, from_day, until_day)"
        f" ON v.type = e.type WHERE v.kind = '{RecordKind.ENTRY}'"
        # What no share can hold would be the end of every absorption.
        f" AND (NOT e.is_count OR abs(v.amount) <= {calc.MOST_AT_ONCE}"
        " AND v.amount = trunc(v.amount))"
        " AND (NOT e.is_money OR v.currency IN ('', %s))",
        (
            *(
                value
                for rule, is_count, is_money in wanted
                for value in (
                    rule.metric_id, str(rule.metric_id), is_count, is_money,
                    rule.from_day, rule.until_day,
                )
            ),
            currency,
        ),
    )  # fmt: skip


def counts(definition: Counting, *, zone: str, currency: str) -> Fragment:
    """Return the condition under which a version counts: kind, filter, date, value, currency."""
    every = (of_kinds(definition.kinds), *(step.test for step in steps(definition, zone, currency)))
    return _joined(every, " AND ")


def of_kinds(kinds: Sequence[str]) -> Fragment:
    """Return the condition that a version is of one of these kinds."""
    return Fragment("v.kind = ANY(%s)", (list(kinds),))


def steps(definition: Counting, zone: str, currency: str) -> tuple[Step, ...]:
    """Return what a record of the kinds must meet to count, in the order it is asked.

    All of them together are `counts`, so the first one a record fails is why it does not count.
    """
    name = definition.date
    found = [
        *_steps_of(definition.where, "where"),
        Step("date", Fragment(f"(v.{name}_at IS NOT NULL OR v.{name}_on IS NOT NULL)")),
    ]
    if definition.value is not None:
        value = _value(definition, zone)
        found.append(Step("value", Fragment(f"{value.sql} IS NOT NULL", value.params)))
    if definition.value == "amount":
        # Amounts of different currencies are never added.
        found.append(Step("currency", Fragment("v.currency IN ('', %s)", (currency,))))
    return tuple(found)


def _steps_of(part: Group | Clause, where: str) -> list[Step]:
    """Take a filter apart where all of several conditions must hold; else it is one step."""
    if isinstance(part, Clause) or part.joined_by != "all":
        return [Step(where, condition(part), part)]
    return [
        step
        for index, child in enumerate(part.parts)
        for step in _steps_of(child, f"{where}.all[{index}]")
    ]


def condition(part: Group | Clause) -> Fragment:
    """Return a filter as a condition that is always true or false, never unknown."""
    if isinstance(part, Clause):
        return _clause(part)
    inner = [condition(child) for child in part.parts]
    if part.joined_by == "not":
        return Fragment(f"(NOT {inner[0].sql})", inner[0].params)
    if not inner:
        return Fragment("TRUE")
    return _joined(inner, " AND " if part.joined_by == "all" else " OR ")


def _joined(parts: Sequence[Fragment], word: str) -> Fragment:
    return Fragment(
        "(" + word.join(part.sql for part in parts) + ")",
        tuple(value for part in parts for value in part.params),
    )


def _clause(clause: Clause) -> Fragment:
    kind = calc.field_type(clause.field)
    if clause.operator in ("is_empty", "is_not_empty"):
        return _emptiness(clause)
    if kind in ("text", "user"):
        return _text(clause, _text_column(clause.field))
    if kind == "date":
        return _ordered(clause, _date_column(clause.field), "date")
    if kind == "number":
        return _ordered(clause, Fragment(f"v.{clause.field}"), "numeric")
    return _attribute(clause)


def _attribute(clause: Clause) -> Fragment:
    """Compare a free field by the sort of value it is compared with."""
    first = clause.value[0] if isinstance(clause.value, tuple) else clause.value
    name = clause.field.removeprefix(calc.ATTRIBUTE)
    if isinstance(first, bool):
        return Fragment(
            "COALESCE(v.attributes -> %s = to_jsonb(%s::boolean), FALSE)", (name, first)
        )
    if isinstance(first, Decimal):
        return _ordered(clause, _number_attribute(name), "numeric")
    if clause.operator in calc.TEXT_OPERATORS:
        return _text(clause, Fragment("COALESCE(v.attributes ->> %s, '')", (name,)))
    # Text compared by order is a date in ISO form, whose order is the order of its letters.
    return _ordered(clause, Fragment("NULLIF(v.attributes ->> %s, '')", (name,)), "text")


def _number_attribute(name: str) -> Fragment:
    return Fragment(
        "CASE WHEN jsonb_typeof(v.attributes -> %s) = 'number'"
        " THEN (v.attributes ->> %s)::numeric END",
        (name, name),
    )


def _text(clause: Clause, column: Fragment) -> Fragment:
    """Compare text without regard to case.

    Both sides are lowered by the database: another's idea of small letters differs in places.
    """
    left = f"lower({column.sql})"
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
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


def _ordered(clause: Clause, column: Fragment, cast: str) -> Fragment:
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    match clause.operator:
        case "equals":
            return _never_unknown(f"{column.sql} = %s::{cast}", (*column.params, values[0]))
        case "not_equals":
            return Fragment(
                f"{column.sql} IS DISTINCT FROM %s::{cast}", (*column.params, values[0])
            )
        case "between":
            return _never_unknown(
                f"{column.sql} BETWEEN %s::{cast} AND %s::{cast}", (*column.params, *values)
            )
        case "in":
            return _never_unknown(f"{column.sql} = ANY(%s::{cast}[])", (*column.params, [*values]))
        case "not_in":
            return Fragment(
                f"NOT COALESCE({column.sql} = ANY(%s::{cast}[]), FALSE)",
                (*column.params, [*values]),
            )
        case operator:
            sign = _COMPARISONS[operator]
            return _never_unknown(f"{column.sql} {sign} %s::{cast}", (*column.params, values[0]))


def _never_unknown(sql: str, params: tuple[Any, ...]) -> Fragment:
    return Fragment(f"COALESCE({sql}, FALSE)", params)


def _emptiness(clause: Clause) -> Fragment:
    kind = calc.field_type(clause.field)
    if kind in ("text", "user"):
        column = _text_column(clause.field)
        empty = Fragment(f"{column.sql} = ''", column.params)
    elif kind == "date":
        empty = Fragment(f"(v.{clause.field}_at IS NULL AND v.{clause.field}_on IS NULL)")
    elif kind == "number":
        empty = Fragment(f"v.{clause.field} IS NULL")
    else:
        name = clause.field.removeprefix(calc.ATTRIBUTE)
        empty = Fragment("COALESCE(v.attributes ->> %s, '') = ''", (name,))
    if clause.operator == "is_empty":
        return empty
    return Fragment(f"(NOT {empty.sql})", empty.params)


def _text_column(name: str) -> Fragment:
    return _user(name) if calc.field_type(name) == "user" else Fragment(f"v.{name}")


def _date_column(name: str) -> Fragment:
    # A filter compares calendar days in UTC where a moment is given: a rule must not change its
    # answer with the person who is looking.
    return Fragment(f"COALESCE(v.{name}_on, (v.{name}_at AT TIME ZONE 'UTC')::date)")


def _user(name: str) -> Fragment:
    if name in ("owner", "creator"):
        return Fragment(f"v.{name}_key")
    return Fragment("COALESCE(v.users ->> %s, '')", (name.removeprefix(calc.USER),))


def _value(definition: Counting, zone: str) -> Fragment:
    value = definition.value
    if value is None:
        return Fragment("1::numeric")
    if isinstance(value, TimeBetween):
        start, end = value.from_date, value.until_date
        return Fragment(
            f"round(COALESCE(extract(epoch FROM v.{end}_at - v.{start}_at),"
            f" ({_ORGANIZATION_DAY.format(name=end)} - {_ORGANIZATION_DAY.format(name=start)})"
            " * 86400), 4)",
            (zone, zone),
        )
    if value.startswith(calc.ATTRIBUTE):
        inner = _number_attribute(value.removeprefix(calc.ATTRIBUTE))
        # A number no credit can hold is no value, rather than the end of every absorption.
        return Fragment(
            f"CASE WHEN abs({inner.sql}) < {_TOO_LARGE} THEN round({inner.sql}, 4) END",
            (*inner.params, *inner.params),
        )
    return Fragment(f"v.{value}::numeric")
