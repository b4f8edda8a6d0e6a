"""From a draft to a definition, and where in the draft something is still missing or wrong."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from juara.connect.types import DELIVERED_KINDS
from juara.metrics import calc, clauses, queries, refusing
from juara.metrics.clauses import DefinitionError
from juara.metrics.operations import LONGEST_NAME, MOST_DECIMALS, Presentation
from juara.metrics.types import Aggregation, Counting, Definition
from juara.metrics.words import refusal_word
from juara.ui import formats
from juara.web.metrics.drafts import (
    ENDS,
    ROOT,
    TIME_BETWEEN,
    TODAY,
    WITH_SEVERAL,
    WITH_TWO,
    WITHOUT_VALUE,
    ClauseDraft,
    Draft,
    GroupDraft,
    Part,
    parts_of,
)
from juara.web.metrics.settling import sort_of

_MOST_DAYS = 36_500


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


# --- Building ---


def built(draft: Draft, *, is_strict: bool) -> Built:
    """Return the definition of a draft.

    Strict, everything missing is an error and there is no definition then; otherwise what is
    unfinished is left out and said.
    """
    found = Built()
    if draft.is_ratio:
        body = _ratio_body(draft, found)
    elif draft.is_formula:
        body = {"aggregation": "formula", "expression": draft.expression}
    else:
        body = _counting_body(draft, found, is_strict)
    if found.errors:
        return found
    try:
        found.definition = calc.parse_definition(body)
        found.body = body
    except DefinitionError as error:
        note(error, found)
    return found


def check_beside_others(key: str, found: Built) -> None:
    """Note why a rule cannot be beside the other metrics, or for what the records hold."""
    try:
        if isinstance(found.definition, Counting):
            refusing.check_value(found.definition)
        elif found.definition is not None:
            refusing.check_parts(key, found.definition)
    except DefinitionError as error:
        note(error, found)
        found.definition = None


def note(error: DefinitionError, found: Built) -> None:
    """Note a refusal at the control it belongs to, in the reader's language."""
    text = refusal_word(error)
    found.errors[_control(str(error.data["where"]), found)] = text[:1].upper() + text[1:]


_FILTERS = {"where": ROOT, "ends.where": ENDS}


def _control(where: str, found: Built) -> str:
    """Return the control that a place in a definition belongs to, the nearest above it."""
    if where in found.places:
        return found.places[where]
    for place, path in _FILTERS.items():
        if where.startswith(f"{place}."):
            shorter = re.sub(r"\.?[^.]*$", "", where)
            return _control(shorter, found) if shorter.startswith(place) else path
    if where in _FILTERS:
        return _FILTERS[where]
    if found_share := re.match(r"split\.fields\[(\d+)\]", where):
        return f"share-{found_share[1]}"
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
    for root, group in draft.filters:
        for path, part in parts_of(group, root):
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
    if draft.has_value and draft.value:
        body["value"] = (
            {TIME_BETWEEN: [draft.value_from, draft.value_until]}
            if draft.value == TIME_BETWEEN
            else draft.value
        )
    return body | _options_body(draft, found, is_strict)


def _options_body(draft: Draft, found: Built, is_strict: bool) -> dict[str, Any]:
    """Return what was chosen beyond the usual, of what fits the rest of the rule."""
    body: dict[str, Any] = {}
    if draft.owner_at == "event" and draft.can_ask_owner_then:
        body["owner_at"] = "event"
    if draft.overlay and not draft.is_balance:
        body["overlay"] = True
    if draft.occurrence == "first" and draft.is_history:
        body["occurrence"] = "first"
    if draft.split and draft.can_be_shared:
        body["split"] = _split_body(draft, found, is_strict)
    if draft.is_balance:
        if draft.stands == "series":
            body["series"] = True
        else:
            where = _group_body(draft.ends_where, ENDS, "ends.where", found)
            body["ends"] = {"date": draft.ends_date, "where": where}
        if draft.group == "average":
            body["group"] = "average"
    return {name: value for name, value in body.items() if value is not None}


def _split_body(draft: Draft, found: Built, is_strict: bool) -> dict[str, Any] | None:
    if draft.split == "records":
        return {"records": draft.split_type.strip() or True}
    body = []
    for index, each in enumerate(draft.shares):
        problem = ""
        if not each.field:
            problem = _("Choose who has the share.")
        elif not each.percent:
            problem = _("Choose the field that holds the percentage.")
        if problem:
            found.unfinished.add(f"share-{index}")
            if is_strict:
                found.errors[f"share-{index}"] = problem
        else:
            body.append({"field": each.field, "percent": each.percent})
    if not body and is_strict and not found.errors:
        found.errors["split"] = _("Add at least one share.")
    return {"fields": body} if body else None


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
    anchors = part.anchors or ("",) * len(part.values)
    values = [
        _relative(value, anchor) if anchor else _value(value, sort_of(part))
        for value, anchor in zip(part.values, anchors, strict=False)
    ]
    is_list = part.operator in (*WITH_SEVERAL, *WITH_TWO)
    return body | {"value": values if is_list else values[0]}


def _relative(text: str, anchor: str) -> dict[str, Any]:
    """Return a day by its distance: ``-today`` before today, ``+created`` after that date."""
    days, of = int(text) * (-1 if anchor[0] == "-" else 1), anchor[1:]
    return {"today": days} if of == TODAY else {"field": of, "days": days}


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
    if clauses.field_type(part.field) is None:
        return _("Choose a field.")
    given = [value for value in part.values if value]
    if part.operator in WITHOUT_VALUE:
        problem = ""
    elif not given:
        problem = _("Give a value to compare with.")
    elif part.operator == "between" and len(given) < 2:
        problem = _("Give both ends.")
    elif part.operator == "changed_from_to" and len(given) < 2:
        problem = _("Give what it was and what it became.")
    else:
        problem = _wrong_value(part, given)
    return problem


def _wrong_value(clause: ClauseDraft, given: list[str]) -> str:
    sort = sort_of(clause)
    if sort == "number" and not all(map(_is_number, given)):
        return _("Write a number.")
    if clauses.field_type(clause.field) == "date":
        return _wrong_day(clause, given)
    if sort == "boolean" and given[0] not in ("true", "false"):
        return _("Choose yes or no.")
    return ""


def _wrong_day(clause: ClauseDraft, given: list[str]) -> str:
    anchors = clause.anchors or ("",) * len(given)
    for value, anchor in zip(given, anchors, strict=False):
        if not anchor and not _is_day(value):
            return _("Choose a day.")
        is_count = value.isascii() and value.isdecimal() and len(value) < 6
        if anchor and not (is_count and int(value) <= _MOST_DAYS):
            return _("Write how many days, up to %(most)s.") % {"most": formats.number(_MOST_DAYS)}
        if anchor and (anchor[0] not in "+-" or not _is_date(anchor[1:])):
            return _("Choose what the days are counted from.")
    return ""


def _is_date(name: str) -> bool:
    return name == TODAY or clauses.field_type(name) == "date"


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
    if draft.unit == "currency" and is_plain_count(draft):
        found.errors["unit"] = _("A count is no money: add up or average an amount instead.")
    return Presentation(
        name=draft.name.strip(),
        description=draft.description.strip(),
        unit=draft.unit,
        decimals=decimals,
        is_higher_better=draft.direction == "higher",
    )


def is_plain_count(draft: Draft) -> bool:
    """Say whether a draft counts how many, of records or of different things."""
    is_many = not draft.has_value or draft.aggregation == Aggregation.DISTINCT or not draft.value
    return draft.reads_records and is_many


def check_key(draft: Draft, found: Built) -> None:
    """Note what is wrong with the key of a new metric."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", draft.key):
        found.errors["key"] = _("Use up to 60 small letters, digits, _ and -.")
    elif queries.is_key_taken(draft.key):
        found.errors["key"] = _("Another metric has this key.")


def is_same_rule(draft: Draft, stored: Draft) -> bool:
    """Say whether a draft means what is stored, however the two are written."""
    return built(draft, is_strict=False).definition == built(stored, is_strict=False).definition
