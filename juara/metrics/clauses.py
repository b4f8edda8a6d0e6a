"""Filters as people write them: fields, operators, conditions, and how they are stored."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from juara.connect.types import DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from juara.core.errors import DomainError, filled, gettext_noop
from juara.metrics.types import Clause, Group, Relative

# Of records of kind ``change``: the field came to have a value, or went from one to another.
CHANGE_OPERATORS = ("changed_to", "changed_from_to")
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
# Before the name of a field: that of the record this one belongs to.
PARENT = "parent."

_GROUPS = ("all", "any", "not")
_DEPTH = 8
_FARTHEST_DAYS = 36_500


class DefinitionError(DomainError):
    """A rule that cannot be right, with the place in it and the reason.

    The reason is marked with gettext_noop, and has ``%(name)s`` where something of the data stands.
    """

    def __init__(self, where: str, reason: str, **data: Any) -> None:
        super().__init__(
            "metric.definition", "%(where)s: %(reason)s",
            where=where, reason=filled(reason, data), said=reason, filling=data,
        )  # fmt: skip


def field_type(name: str) -> str | None:
    """Return text, number, date or user for a canonical field, `attribute` for a free one.

    A field may be that of the record this one belongs to (``parent.amount``). None when there is
    no such field.
    """
    name = name.removeprefix(PARENT)
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


def written_part(part: Clause | Group) -> dict[str, Any]:
    """Return the JSON form of a filter, from which `parse_group` reads it back."""
    if isinstance(part, Group):
        parts = [written_part(each) for each in part.parts]
        return {part.joined_by: parts[0] if part.joined_by == "not" else parts}
    body: dict[str, Any] = {"field": part.field, "operator": part.operator}
    if isinstance(part.value, tuple):
        body["value"] = [_written_value(each) for each in part.value]
    elif part.value is not None:
        body["value"] = _written_value(part.value)
    return body


def _written_value(value: str | Decimal | bool | Relative) -> Any:
    if isinstance(value, Relative):
        if value.field:
            return {"field": value.field, "days": value.days}
        return {"today": value.days}
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def parse_group(data: Any, where: str, *, depth: int = 0) -> Group:
    """Read a filter; DefinitionError says at `where` why it cannot be."""
    body = an_object(data, where)
    if depth > _DEPTH:
        raise DefinitionError(
            where, gettext_noop("groups are nested more than %(most)s deep"), most=_DEPTH
        )
    if len(body) != 1 or next(iter(body)) not in _GROUPS:
        raise DefinitionError(where, gettext_noop("a group has exactly one of all, any, not"))
    joined_by, parts = next(iter(body.items()))
    listed = [parts] if joined_by == "not" else parts
    if not isinstance(listed, list):
        raise DefinitionError(f"{where}.{joined_by}", gettext_noop("must be a list of conditions"))
    return Group(
        joined_by,
        tuple(
            _parse_part(part, f"{where}.{joined_by}[{index}]", depth=depth + 1)
            for index, part in enumerate(listed)
        ),
    )


def _parse_part(data: Any, where: str, *, depth: int) -> Clause | Group:
    body = an_object(data, where)
    if "field" in body:
        return parse_clause(body, where)
    return parse_group(data, where, depth=depth)


def parse_clause(body: Mapping[str, Any], where: str) -> Clause:
    """Read one condition; DefinitionError says at `where` why it cannot be."""
    only(body, {"field", "operator", "value"}, where)
    name, operator = body["field"], body.get("operator")
    kind = field_type(name) if isinstance(name, str) else None
    if kind is None:
        raise DefinitionError(where, gettext_noop("there is no field “%(name)s”"), name=name)
    allowed = OPERATORS_OF_FIELD[kind] + (CHANGE_OPERATORS if kind != "date" else ())
    if operator not in allowed:
        raise DefinitionError(
            where,
            gettext_noop("%(name)s takes one of %(list)s"),
            name=name,
            list=", ".join(allowed),
        )
    value = _parse_operand(body.get("value"), operator, kind, where)
    return Clause(name, operator, value)


def _parse_operand(value: Any, operator: str, kind: str, where: str) -> Any:
    if operator in ("is_empty", "is_not_empty"):
        if value is not None:
            raise DefinitionError(
                where, gettext_noop("%(operator)s takes no value"), operator=operator
            )
        return None
    if operator in CHANGE_OPERATORS:
        return _parse_change(value, operator, where)
    if operator in ("in", "not_in", "between"):
        if not isinstance(value, list) or not value:
            raise DefinitionError(
                where, gettext_noop("%(operator)s takes a list"), operator=operator
            )
        if operator == "between" and len(value) != 2:
            raise DefinitionError(where, gettext_noop("between takes two values, both included"))
        values = tuple(_parse_scalar(item, kind, where) for item in value)
        if kind == "attribute":
            _check_sort(values, operator, where)
        return values
    single = _parse_scalar(value, kind, where)
    if kind == "attribute":
        _check_sort((single,), operator, where)
    return single


def _parse_change(value: Any, operator: str, where: str) -> Any:
    """Read what a field changed to (one or several), or from what to what."""
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each.strip() for each in listed):
        raise DefinitionError(
            where, gettext_noop("%(operator)s takes text, or a list of texts"), operator=operator
        )
    if operator == "changed_from_to" and len(listed) != 2:
        raise DefinitionError(
            where, gettext_noop("give two values: what it was, and what it became")
        )
    # One of a single value is that value.
    return tuple(listed) if len(listed) > 1 else listed[0]


def _check_sort(values: tuple[Any, ...], operator: str, where: str) -> None:
    """Refuse comparing a free field with several sorts at once, or by what a sort has not."""
    sorts = {type(value) for value in values}
    if len(sorts) > 1:
        raise DefinitionError(where, gettext_noop("compare with texts only, or with numbers only"))
    allowed = _OPERATORS_OF_SORT[sorts.pop()]
    if operator not in allowed:
        raise DefinitionError(
            where, gettext_noop("such a value takes one of %(list)s"), list=", ".join(allowed)
        )


def _parse_scalar(value: Any, kind: str, where: str) -> Any:
    if isinstance(value, dict):
        if kind != "date":
            raise DefinitionError(where, gettext_noop("only a date is compared with a day"))
        return _parse_relative(value, where)
    if isinstance(value, bool):
        if kind != "attribute":
            raise DefinitionError(
                where, gettext_noop("only a free field is compared with yes or no")
            )
        return value
    if isinstance(value, int | float | Decimal):
        if kind not in ("number", "attribute"):
            raise DefinitionError(where, gettext_noop("only a number is compared with a number"))
        return Decimal(str(value))
    if isinstance(value, str):
        if kind == "number":
            raise DefinitionError(where, gettext_noop("write the number without quotes"))
        if kind == "date":
            _check_day(value, where)
        return value
    raise DefinitionError(where, gettext_noop("give a value to compare with"))


def _parse_relative(body: Mapping[str, Any], where: str) -> Relative:
    days = body.get("today", body.get("days"))
    if set(body) not in ({"today"}, {"field", "days"}) or not isinstance(days, int):
        raise DefinitionError(
            where,
            gettext_noop('a relative day is {"today": -30} or {"field": "created", "days": 30}'),
        )
    if isinstance(days, bool) or abs(days) > _FARTHEST_DAYS:
        raise DefinitionError(
            where, gettext_noop("give days between -%(most)s and %(most)s"), most=_FARTHEST_DAYS
        )
    field = body.get("field", "")
    if "field" in body and (not isinstance(field, str) or field_type(field) != "date"):
        raise DefinitionError(
            where, gettext_noop("“%(name)s” is not a date of the record"), name=field
        )
    return Relative(days, field)


def _check_day(value: str, where: str) -> None:
    try:
        dt.date.fromisoformat(value)
    except ValueError as error:
        raise DefinitionError(
            where, gettext_noop("“%(value)s” is not a day like 2017-10-05"), value=value
        ) from error


def an_object(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise DefinitionError(where, gettext_noop("must be an object"))
    return data


def only(body: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if extra := sorted(set(body) - allowed):
        raise DefinitionError(
            where,
            gettext_noop("does not know %(extra)s; it takes %(list)s"),
            extra=", ".join(map(str, extra)),
            list=", ".join(sorted(allowed)),
        )


def clauses(group: Group) -> Iterator[Clause]:
    """Yield every condition of a filter, in the order it is written."""
    for part in group.parts:
        if isinstance(part, Group):
            yield from clauses(part)
        else:
            yield part
