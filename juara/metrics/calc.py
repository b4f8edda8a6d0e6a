"""Reading and writing definitions, and the arithmetic of values."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from juara.connect.types import DATE_FIELDS, DELIVERED_KINDS, NUMBER_FIELDS, TEXT_FIELDS
from juara.core.errors import DomainError
from juara.metrics.types import (
    Aggregation,
    Clause,
    Counting,
    CreditTo,
    Definition,
    Group,
    Ratio,
    Sums,
    TimeBetween,
)

TEXT_OPERATORS = (
    "equals", "not_equals", "in", "not_in", "contains", "starts_with", "is_empty", "is_not_empty",
)  # fmt: skip
ORDER_OPERATORS = (
    "equals", "not_equals", "greater", "greater_or_equal", "less", "less_or_equal", "between",
    "is_empty", "is_not_empty",
)  # fmt: skip
BOOLEAN_OPERATORS = ("equals", "is_empty", "is_not_empty")
OPERATORS = tuple(dict.fromkeys(TEXT_OPERATORS + ORDER_OPERATORS))
# What a field can be compared by, by its type.
OPERATORS_OF_FIELD: Mapping[str, tuple[str, ...]] = {
    "text": TEXT_OPERATORS,
    "user": TEXT_OPERATORS,
    "number": ORDER_OPERATORS,
    "date": ORDER_OPERATORS,
    "attribute": OPERATORS,
}
# What a free field can be compared by, by the sort of value it is compared with.
_OPERATORS_OF_SORT: Mapping[type, tuple[str, ...]] = {
    str: OPERATORS,
    Decimal: (*ORDER_OPERATORS, "in", "not_in"),
    bool: BOOLEAN_OPERATORS,
}
ATTRIBUTE = "attributes."
USER = "users."
VALUE_PLACES = Decimal("0.0001")
WHOLE_SHARE = 10_000
# So many one entry may count at once: a credit's share is held in four bytes.
MOST_AT_ONCE = 100_000

_GROUPS = ("all", "any", "not")
_DEPTH = 8


class DefinitionError(DomainError):
    """A rule that cannot be right, with the place in it and the reason."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__("metric.definition", f"{where}: {reason}", where=where)


def field_type(name: str) -> str | None:
    """Return text, number, date or user for a canonical field, `attribute` for a free one.

    None when there is no such field.
    """
    if name in TEXT_FIELDS:
        return "text"
    if name in NUMBER_FIELDS:
        return "number"
    if name in DATE_FIELDS:
        return "date"
    if name in ("owner", "creator") or (name.startswith(USER) and len(name) > len(USER)):
        return "user"
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        return "attribute"
    return None


def parse_definition(data: Any) -> Definition:
    """Read a definition from its JSON form; DefinitionError says where and why it cannot be."""
    body = _object(data, "definition")
    aggregation = body.get("aggregation")
    if aggregation not in [member.value for member in Aggregation]:
        raise DefinitionError("aggregation", f"choose one of {', '.join(Aggregation)}")
    if aggregation == Aggregation.RATIO:
        _only(body, {"aggregation", "numerator", "denominator"}, "definition")
        return _parse_ratio(body)
    _only(body, {"aggregation", "kinds", "where", "date", "credit", "value"}, "definition")
    return _parse_counting(body, Aggregation(aggregation))


def written(definition: Definition) -> dict[str, Any]:
    """Return the JSON form of a definition, from which `parse_definition` reads it back."""
    if isinstance(definition, Ratio):
        return {
            "aggregation": Aggregation.RATIO.value,
            "numerator": definition.numerator,
            "denominator": definition.denominator,
        }
    body: dict[str, Any] = {
        "aggregation": definition.aggregation.value,
        "kinds": list(definition.kinds),
        "where": _written_part(definition.where),
        "date": definition.date,
        "credit": [{"role": each.role, "field": each.field} for each in definition.credit],
    }
    if isinstance(definition.value, TimeBetween):
        body["value"] = {"time_between": [definition.value.from_date, definition.value.until_date]}
    elif definition.value is not None:
        body["value"] = definition.value
    return body


def _written_part(part: Clause | Group) -> dict[str, Any]:
    if isinstance(part, Group):
        parts = [_written_part(each) for each in part.parts]
        return {part.joined_by: parts[0] if part.joined_by == "not" else parts}
    body: dict[str, Any] = {"field": part.field, "operator": part.operator}
    if isinstance(part.value, tuple):
        body["value"] = [_written_value(each) for each in part.value]
    elif part.value is not None:
        body["value"] = _written_value(part.value)
    return body


def _written_value(value: str | Decimal | bool) -> str | int | float | bool:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _parse_ratio(body: Mapping[str, Any]) -> Ratio:
    for part in ("numerator", "denominator"):
        if not isinstance(body.get(part), str) or not body[part]:
            raise DefinitionError(part, "name the metric by its key")
    return Ratio(body["numerator"], body["denominator"])


def _parse_counting(body: Mapping[str, Any], aggregation: Aggregation) -> Counting:
    kinds = body.get("kinds")
    known = {kind.value for kind in DELIVERED_KINDS}
    if not isinstance(kinds, list) or not kinds or not set(map(str, kinds)) <= known:
        raise DefinitionError("kinds", f"list one or more of {', '.join(sorted(known))}")
    date = body.get("date")
    if date not in DATE_FIELDS:
        raise DefinitionError("date", f"choose one of {', '.join(DATE_FIELDS)}")
    return Counting(
        aggregation=aggregation,
        kinds=tuple(kinds),
        where=_parse_group(body.get("where", {"all": []}), "where", depth=0),
        date=date,
        credit=_parse_credit(body.get("credit", [{"role": "owner", "field": "owner"}])),
        value=_parse_value(body.get("value"), aggregation),
    )


def _parse_credit(data: Any) -> tuple[CreditTo, ...]:
    if not isinstance(data, list) or not 1 <= len(data) <= 10:
        raise DefinitionError("credit", "list between 1 and 10 roles, the leading one first")
    found = []
    for index, item in enumerate(data):
        body = _object(item, f"credit[{index}]")
        _only(body, {"role", "field"}, f"credit[{index}]")
        role, name = body.get("role"), body.get("field")
        if not isinstance(role, str) or not role.strip():
            raise DefinitionError(f"credit[{index}].role", "give the role a name")
        if not isinstance(name, str) or field_type(name) != "user":
            raise DefinitionError(
                f"credit[{index}].field", "must be owner, creator or users.<name>"
            )
        found.append(CreditTo(role.strip(), name))
    if len({credit.role for credit in found}) < len(found):
        raise DefinitionError("credit", "each role can stand there once")
    return tuple(found)


def _parse_value(data: Any, aggregation: Aggregation) -> str | TimeBetween | None:
    if aggregation is Aggregation.COUNT:
        if data is not None:
            raise DefinitionError("value", "a count has none; remove it or choose sum or average")
        return None
    if isinstance(data, str):
        kind = field_type(data)
        if kind in ("number", "attribute"):
            return data
        raise DefinitionError("value", f"“{data}” is {kind or 'no field'}; it must be a number")
    body = _object(data, "value")
    _only(body, {"time_between"}, "value")
    ends = body.get("time_between")
    if not isinstance(ends, list) or len(ends) != 2 or not set(map(str, ends)) <= set(DATE_FIELDS):
        raise DefinitionError("value.time_between", f"give two of {', '.join(DATE_FIELDS)}")
    return TimeBetween(ends[0], ends[1])


def _parse_group(data: Any, where: str, *, depth: int) -> Group:
    body = _object(data, where)
    if depth > _DEPTH:
        raise DefinitionError(where, f"groups are nested more than {_DEPTH} deep")
    if len(body) != 1 or next(iter(body)) not in _GROUPS:
        raise DefinitionError(where, "a group has exactly one of all, any, not")
    joined_by, parts = next(iter(body.items()))
    listed = [parts] if joined_by == "not" else parts
    if not isinstance(listed, list):
        raise DefinitionError(f"{where}.{joined_by}", "must be a list of conditions")
    return Group(
        joined_by,
        tuple(
            _parse_part(part, f"{where}.{joined_by}[{index}]", depth=depth + 1)
            for index, part in enumerate(listed)
        ),
    )


def _parse_part(data: Any, where: str, *, depth: int) -> Clause | Group:
    body = _object(data, where)
    if "field" in body:
        return parse_clause(body, where)
    return _parse_group(data, where, depth=depth)


def parse_clause(body: Mapping[str, Any], where: str) -> Clause:
    """Read one condition; DefinitionError says at `where` why it cannot be."""
    _only(body, {"field", "operator", "value"}, where)
    name, operator = body["field"], body.get("operator")
    kind = field_type(name) if isinstance(name, str) else None
    if kind is None:
        raise DefinitionError(where, f"there is no field “{name}”")
    allowed = OPERATORS_OF_FIELD[kind]
    if operator not in allowed:
        raise DefinitionError(where, f"{name} takes one of {', '.join(allowed)}")
    value = _parse_operand(body.get("value"), operator, kind, where)
    return Clause(name, operator, value)


def _parse_operand(value: Any, operator: str, kind: str, where: str) -> Any:
    if operator in ("is_empty", "is_not_empty"):
        if value is not None:
            raise DefinitionError(where, f"{operator} takes no value")
        return None
    if operator in ("in", "not_in", "between"):
        if not isinstance(value, list) or not value:
            raise DefinitionError(where, f"{operator} takes a list")
        if operator == "between" and len(value) != 2:
            raise DefinitionError(where, "between takes two values, both included")
        values = tuple(_parse_scalar(item, kind, where) for item in value)
        if kind == "attribute":
            _check_sort(values, operator, where)
        return values
    single = _parse_scalar(value, kind, where)
    if kind == "attribute":
        _check_sort((single,), operator, where)
    return single


def _check_sort(values: tuple[str | Decimal | bool, ...], operator: str, where: str) -> None:
    """Refuse comparing a free field with several sorts at once, or by what a sort has not."""
    sorts = {type(value) for value in values}
    if len(sorts) > 1:
        raise DefinitionError(where, "compare with texts only, or with numbers only")
    allowed = _OPERATORS_OF_SORT[sorts.pop()]
    if operator not in allowed:
        raise DefinitionError(where, f"such a value takes one of {', '.join(allowed)}")


def _parse_scalar(value: Any, kind: str, where: str) -> str | Decimal | bool:
    if isinstance(value, bool):
        if kind != "attribute":
            raise DefinitionError(where, f"a {kind} is not compared with yes or no")
        return value
    if isinstance(value, int | float | Decimal):
        if kind not in ("number", "attribute"):
            raise DefinitionError(where, f"a {kind} is not compared with a number")
        return Decimal(str(value))
    if isinstance(value, str):
        if kind == "number":
            raise DefinitionError(where, "write the number without quotes")
        if kind == "date":
            _check_day(value, where)
        return value
    raise DefinitionError(where, "give a value to compare with")


def _check_day(value: str, where: str) -> None:
    try:
        dt.date.fromisoformat(value)
    except ValueError as error:
        raise DefinitionError(where, f"“{value}” is not a day like 2017-10-05") from error


def _object(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise DefinitionError(where, "must be an object")
    return data


def _only(body: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if extra := sorted(set(body) - allowed):
        raise DefinitionError(
            where, f"does not know {', '.join(extra)}; it takes {', '.join(sorted(allowed))}"
        )


def clauses(group: Group) -> Iterator[Clause]:
    """Yield every condition of a filter, in the order it is written."""
    for part in group.parts:
        if isinstance(part, Group):
            yield from clauses(part)
        else:
            yield part


def value_of(aggregation: Aggregation, sums: Sums) -> Decimal | None:
    """Return a metric's value from its sums; None is *no value*, which is not 0.

    count = Σ share, sum = Σ value, average = Σ value ÷ Σ share, rounded half-even to 4 places.
    """
    if aggregation is Aggregation.COUNT:
        return (Decimal(sums.shares) / WHOLE_SHARE).quantize(VALUE_PLACES)
    if aggregation is Aggregation.SUM:
        return sums.total.quantize(VALUE_PLACES)
    if sums.shares == 0:
        return None
    return (sums.total * WHOLE_SHARE / sums.shares).quantize(VALUE_PLACES, ROUND_HALF_EVEN)


def ratio_of(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Divide at the last moment: no denominator is *no value*, never 0. Rounded to 4 places."""
    if numerator is None or not denominator:
        return None
    return (numerator / denominator).quantize(VALUE_PLACES, ROUND_HALF_EVEN)
