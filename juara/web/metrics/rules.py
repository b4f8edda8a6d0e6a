"""From a draft to a definition, and where in the draft something is still missing or wrong."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from juara.connect.types import DELIVERED_KINDS
from juara.metrics import calc, queries
from juara.metrics.calc import DefinitionError
from juara.metrics.operations import LONGEST_NAME, MOST_DECIMALS, Presentation
from juara.metrics.types import Definition
from juara.web.metrics.drafts import (
    ROOT,
    SORTS,
    TIME_BETWEEN,
    WITH_SEVERAL,
    WITHOUT_VALUE,
    ClauseDraft,
    Draft,
    GroupDraft,
    Part,
    parts_of,
)

# What a record of a kind usually stands on a day by, and adds up.
_USUAL_DATE = {"activity": "occurred", "deal": "closed", "change": "occurred"}
_USUAL_VALUE = {"activity": "duration_seconds", "deal": "amount"}


@dataclass(slots=True)
class Built:
    """What a draft comes to. Errors stand by the path or the name of the control they belong to.

    `unfinished` holds the paths of what was left out because it is not yet whole. `places` leads
    from places in the definition to paths.
    """

    body: dict[str, Any] | None = None
    definition: Definition | None = None
    errors: dict[str, str] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)


def settled(draft: Draft, sorts: Mapping[str, str], *, taken_key: str = "") -> Draft:
    """Fill in what follows from what was chosen: usual fields, operators that fit, unit, key.

    `sorts` says of what sort free fields are; `taken_key` is the key of the metric being edited.
    """
    where = _settled_group(draft.where, sorts)
    first = draft.kinds[0] if draft.kinds else ""
    date = draft.date or _USUAL_DATE.get(first, "created")
    value = draft.value
    if draft.aggregation in ("sum", "average"):
        value = value or _USUAL_VALUE.get(first, "amount")
    found = replace(draft, where=where, date=date, value=value)
    unit = _usual_unit(found)
    if draft.unit == draft.unit_suggested or not draft.unit:
        found = replace(found, unit=unit)
    if draft.unit_suggested or not taken_key:
        found = replace(found, unit_suggested=unit)
    if taken_key:
        return replace(found, key=taken_key)
    suggested = _free_key(draft.name)
    if draft.key in ("", draft.key_suggested):
        found = replace(found, key=suggested)
    return replace(found, key_suggested=suggested)


def _usual_unit(draft: Draft) -> str:
    if draft.is_ratio:
        return "percent"
    if draft.aggregation == "count":
        return "count"
    if draft.value == "amount":
        return "currency"
    return "duration" if draft.value in ("duration_seconds", TIME_BETWEEN) else "count"


def _free_key(name: str) -> str:
    """Return a key nobody has, made of the name."""
    base = slugify(name).replace("-", "_").strip("_")[:50]
    if not base:
        return ""
    key, number = base, 2
    while queries.is_key_taken(key) and number < 50:
        key, number = f"{base}_{number}", number + 1
    return key


def _settled_group(group: GroupDraft, sorts: Mapping[str, str]) -> GroupDraft:
    return replace(group, parts=tuple(_settled_part(part, sorts) for part in group.parts))


def _settled_part(part: Part, sorts: Mapping[str, str]) -> Part:
    if isinstance(part, GroupDraft):
        return _settled_group(part, sorts)
    kind = calc.field_type(part.field)
    if kind is None:
        return replace(part, operator="", values=())
    sort = part.sort or sorts.get(part.field, "text") if kind == "attribute" else ""
    allowed = operators_of(part.field, sort)
    operator = part.operator if part.operator in allowed else allowed[0]
    values = part.values
    if operator in WITHOUT_VALUE:
        values = ()
    elif operator == "between":
        values = (*values, "", "")[:2]
    elif operator not in WITH_SEVERAL:
        values = values[:1]
    return replace(part, operator=operator, values=values, sort=sort)


def operators_of(name: str, sort: str) -> tuple[str, ...]:
    """Return the operators a field takes; of a free one by the sort it is compared as."""
    kind = calc.field_type(name)
    if kind != "attribute":
        return calc.OPERATORS_OF_FIELD[kind] if kind else ()
    return {
        "number": (*calc.ORDER_OPERATORS, "in", "not_in"),
        "boolean": calc.BOOLEAN_OPERATORS,
        "date": calc.ORDER_OPERATORS,
    }.get(sort, calc.TEXT_OPERATORS)


def sort_of(clause: ClauseDraft) -> str:
    """Return as what a condition compares: text, number, date or boolean."""
    kind = calc.field_type(clause.field)
    if kind == "attribute":
        return clause.sort if clause.sort in SORTS else "text"
    return kind if kind in ("number", "date") else "text"


# --- Building ---


def built(draft: Draft, *, is_strict: bool) -> Built:
    """Return the definition of a draft.

    Strict, everything missing is an error and there is no definition then; otherwise what is
    unfinished is left out and said.
    """
    found = Built()
    body = _ratio_body(draft, found) if draft.is_ratio else _counting_body(draft, found, is_strict)
    if found.errors:
        return found
    try:
        found.definition = calc.parse_definition(body)
        found.body = body
    except DefinitionError as error:
        found.errors[_control(error.data["where"], found)] = _reason(error)
    return found


def _reason(error: DefinitionError) -> str:
    where, message = str(error.data["where"]), error.message
    return message.removeprefix(f"{where}: ").capitalize()


def _control(where: str, found: Built) -> str:
    """Return the control that a place in a definition belongs to, the nearest above it."""
    if where in found.places:
        return found.places[where]
    if where.startswith("where"):
        shorter = re.sub(r"\.?[^.]*$", "", where)
        return _control(shorter, found) if shorter.startswith("where") else ROOT
    return re.split(r"[.\[]", where, maxsplit=1)[0]


def _ratio_body(draft: Draft, found: Built) -> dict[str, Any]:
    for name in ("numerator", "denominator"):
        if not getattr(draft, name):
            found.errors[name] = _("Choose a metric.")
    return {
        "aggregation": "ratio",
        "numerator": draft.numerator,
        "denominator": draft.denominator,
    }


def _counting_body(draft: Draft, found: Built, is_strict: bool) -> dict[str, Any]:
    if not set(draft.kinds) & set(DELIVERED_KINDS):
        found.errors["kinds"] = _("Choose which records count.")
    where = _group_body(draft.where, ROOT, "where", found)
    for path, part in parts_of(draft.where):
        problem = problem_of(part)
        if problem:
            found.unfinished.add(path)
            if is_strict:
                found.errors[path] = problem
    body: dict[str, Any] = {
        "aggregation": draft.aggregation,
        "kinds": list(draft.kinds),
        "where": where,
        "date": draft.date,
        "credit": _credit_body(draft, found, is_strict),
    }
    if draft.aggregation in ("sum", "average"):
        body["value"] = (
            {TIME_BETWEEN: [draft.value_from, draft.value_until]}
            if draft.value == TIME_BETWEEN
            else draft.value
        )
    return body


def _credit_body(draft: Draft, found: Built, is_strict: bool) -> list[dict[str, str]]:
    if len(draft.credit) == 1:
        only = draft.credit[0]
        return [{"role": only.role.strip() or "owner", "field": only.field}]
    body, seen = [], set[str]()
    for index, each in enumerate(draft.credit):
        role = each.role.strip()
        problem = ""
        if not each.field:
            problem = _("Choose who earns it.")
        elif not role:
            problem = _("Name the role, such as closer.")
        elif role in seen:
            problem = _("There already is a role of this name.")
        if problem and is_strict:
            found.errors[f"credit-{index}"] = problem
        if not problem:
            seen.add(role)
            body.append({"role": role, "field": each.field})
    return body


def _group_body(group: GroupDraft, path: str, where: str, found: Built) -> dict[str, Any]:
    """Return a group's JSON, what is unfinished left out, and note where its parts stand."""
    found.places[where] = path
    whole = [
        (f"{path}-{index}", part) for index, part in enumerate(group.parts) if not problem_of(part)
    ]
    if not whole:
        return {"all": []}
    if group.joined_by == "none":
        if len(whole) == 1:
            return {"not": _part_body(whole[0][1], whole[0][0], f"{where}.not[0]", found)}
        return {"not": {"any": _parts_body(whole, f"{where}.not[0].any", found)}}
    return {group.joined_by: _parts_body(whole, f"{where}.{group.joined_by}", found)}


def _parts_body(parts: list[tuple[str, Part]], where: str, found: Built) -> list[dict[str, Any]]:
    return [
        _part_body(part, path, f"{where}[{index}]", found)
        for index, (path, part) in enumerate(parts)
    ]


def _part_body(part: Part, path: str, where: str, found: Built) -> dict[str, Any]:
    if isinstance(part, GroupDraft):
        return _group_body(part, path, where, found)
    found.places[where] = path
    body: dict[str, Any] = {"field": part.field, "operator": part.operator}
    if part.operator in WITHOUT_VALUE:
        return body
    values = [_value(value, sort_of(part)) for value in part.values]
    is_list = part.operator in (*WITH_SEVERAL, "between")
    return body | {"value": values if is_list else values[0]}


def _value(text: str, sort: str) -> str | int | float | bool:
    if sort == "boolean":
        return text == "true"
    if sort == "number":
        number = Decimal(text)
        return int(number) if number == number.to_integral_value() else float(number)
    return text


def problem_of(part: Part) -> str:
    """Say what a condition or group still lacks, '' when it is whole."""
    if isinstance(part, GroupDraft):
        return "" if part.parts else _("Add a condition, or remove the group.")
    if calc.field_type(part.field) is None:
        return _("Choose a field.")
    given = [value for value in part.values if value]
    if part.operator in WITHOUT_VALUE:
        problem = ""
    elif not given:
        problem = _("Give a value to compare with.")
    elif part.operator == "between" and len(given) < 2:
        problem = _("Give both ends.")
    else:
        problem = _wrong_value(part, given)
    return problem


def _wrong_value(clause: ClauseDraft, given: list[str]) -> str:
    sort = sort_of(clause)
    if sort == "number" and not all(map(_is_number, given)):
        return _("Write a number.")
    if calc.field_type(clause.field) == "date" and not all(map(_is_day, given)):
        return _("Choose a day.")
    if sort == "boolean" and given[0] not in ("true", "false"):
        return _("Choose yes or no.")
    return ""


def _is_whole(part: Part) -> bool:
    """Say whether there is anything in a part that can be asked."""
    if isinstance(part, GroupDraft):
        return any(map(_is_whole, part.parts))
    return not problem_of(part)


def _is_number(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    # What JSON cannot carry exactly would be compared as another number.
    return number.is_finite() and (
        (number == number.to_integral_value() and abs(number) < 10**18)
        or Decimal(str(float(number))) == number
    )


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


# --- How it is shown ---


def presentation(draft: Draft, found: Built) -> Presentation:
    """Return how the metric is called and shown, and note what is wrong with that."""
    if not draft.name.strip():
        found.errors["name"] = _("Give it a name.")
    elif len(draft.name.strip()) > LONGEST_NAME:
        found.errors["name"] = _("At most %(count)s characters.") % {"count": LONGEST_NAME}
    is_decimal = draft.decimals.isdecimal() and len(draft.decimals) < 3
    decimals = int(draft.decimals) if is_decimal else -1
    if not 0 <= decimals <= MOST_DECIMALS:
        found.errors["decimals"] = _("From 0 to %(most)s.") % {"most": MOST_DECIMALS}
    if draft.unit == "currency" and draft.aggregation == "count":
        found.errors["unit"] = _("A count is no money: add up or average an amount instead.")
    return Presentation(
        name=draft.name.strip(),
        description=draft.description.strip(),
        unit=draft.unit,
        decimals=decimals,
        is_higher_better=draft.direction == "higher",
    )


def check_key(draft: Draft, found: Built) -> None:
    """Note what is wrong with the key of a new metric."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", draft.key):
        found.errors["key"] = _("Use up to 60 small letters, digits, _ and -.")
    elif queries.is_key_taken(draft.key):
        found.errors["key"] = _("Another metric has this key.")


def is_same_rule(draft: Draft, stored: Draft) -> bool:
    """Say whether a draft means what is stored, however the two are written."""
    return built(draft, is_strict=False).definition == built(stored, is_strict=False).definition
