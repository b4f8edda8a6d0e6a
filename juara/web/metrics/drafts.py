"""A metric as it is being written: what the form holds, whole or not.

The form posts all of its state each time, so every button works without script. A condition is
addressed by its path: ``w`` is the filter itself, ``w-0`` its first part, ``w-0-1`` the second
part of that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import QueryDict

from juara.metrics import calc
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Clause, Counting, Definition, Group, TimeBetween

ROOT = "w"
JOINTS = ("all", "any", "none")
SORTS = ("text", "number", "date", "boolean")
WITHOUT_VALUE = ("is_empty", "is_not_empty")
WITH_SEVERAL = ("in", "not_in")
# What a select sends when the value is not among those it offers.
OTHER = "\x1fother"
TIME_BETWEEN = "time_between"

# More than anybody writes; what is beyond was not written by this form.
_MOST_PARTS = 60
_DEEPEST = 9
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """A condition as chosen so far. `sort` says as what a free field is compared."""

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    sort: str = ""
    search: str = ""
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """Conditions of which all, any or none must hold."""

    joined_by: str = "all"
    parts: "tuple[ClauseDraft | GroupDraft, ...]" = ()


Part = ClauseDraft | GroupDraft


@dataclass(frozen=True, slots=True)
class CreditDraft:
    role: str = ""
    field: str = "owner"


@dataclass(frozen=True, slots=True)
class Draft:
    """All the form holds."""

    name: str = ""
    key: str = ""
    key_suggested: str = ""
    description: str = ""
    unit: str = "count"
    unit_suggested: str = "count"
    decimals: str = "0"
    direction: str = "higher"
    aggregation: str = "count"
    kinds: tuple[str, ...] = ()
    where: GroupDraft = GroupDraft()
    date: str = ""
    value: str = ""
    value_from: str = "created"
    value_until: str = "closed"
    credit: tuple[CreditDraft, ...] = (CreditDraft("owner", "owner"),)
    numerator: str = ""
    denominator: str = ""

    @property
    def is_ratio(self) -> bool:
        return self.aggregation == "ratio"


def parts_of(group: GroupDraft, path: str = ROOT) -> Iterator[tuple[str, Part]]:
    """Yield every part below a group with its path, in the order it is written."""
    for index, part in enumerate(group.parts):
        here = f"{path}-{index}"
        yield here, part
        if isinstance(part, GroupDraft):
            yield from parts_of(part, here)


def clauses_of(group: GroupDraft) -> list[ClauseDraft]:
    return [part for _, part in parts_of(group) if isinstance(part, ClauseDraft)]


# --- From a stored metric ---


def draft_of(metric: MetricFacts) -> Draft:
    """Return a stored metric as a draft; nothing of its rule is lost by that."""
    presented = Draft(
        name=metric.name,
        key=metric.key,
        key_suggested=metric.key,
        description=metric.description,
        unit=metric.unit,
        unit_suggested="",
        decimals=str(metric.decimals),
        direction="higher" if metric.is_higher_better else "lower",
    )
    return with_rule(presented, metric.definition)


def with_rule(draft: Draft, definition: Definition) -> Draft:
    if not isinstance(definition, Counting):
        return replace(
            draft,
            aggregation="ratio",
            numerator=definition.numerator,
            denominator=definition.denominator,
        )
    value = definition.value
    ends = (value.from_date, value.until_date) if isinstance(value, TimeBetween) else None
    return replace(
        draft,
        aggregation=definition.aggregation.value,
        kinds=definition.kinds,
        where=_group(definition.where),
        date=definition.date,
        value=TIME_BETWEEN if ends else str(value or ""),
        value_from=ends[0] if ends else draft.value_from,
        value_until=ends[1] if ends else draft.value_until,
        credit=tuple(CreditDraft(each.role, each.field) for each in definition.credit),
    )


def _group(group: Group) -> GroupDraft:
    if group.joined_by != "not":
        return GroupDraft(group.joined_by, tuple(map(_part, group.parts)))
    inner = group.parts[0]
    if isinstance(inner, Group) and inner.joined_by == "any":
        return GroupDraft("none", tuple(map(_part, inner.parts)))
    return GroupDraft("none", (_part(inner),))


def _part(part: Clause | Group) -> Part:
    return _clause(part) if isinstance(part, Clause) else _group(part)


def _clause(clause: Clause) -> ClauseDraft:
    given = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    values = tuple(_written(value) for value in given if value is not None)
    return ClauseDraft(clause.field, clause.operator, values, sort=_sort_of(clause))


def _written(value: str | Decimal | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else value


def _sort_of(clause: Clause) -> str:
    if calc.field_type(clause.field) != "attribute":
        return ""
    first = clause.value[0] if isinstance(clause.value, tuple) else clause.value
    if isinstance(first, bool):
        return "boolean"
    if isinstance(first, Decimal):
        return "number"
    return "text" if first is None or clause.operator in calc.TEXT_OPERATORS else "date"


# --- From what a form sends ---


def read(data: QueryDict) -> Draft:
    """Read a draft from what the form sent; what it did not send is as a new metric has it."""
    fresh = Draft()

    def text(name: str, otherwise: str) -> str:
        return data.get(name, otherwise)[:_LONGEST]

    return Draft(
        name=text("name", ""),
        key=text("key", "").strip(),
        key_suggested=text("key_suggested", ""),
        description=text("description", ""),
        unit=text("unit", ""),
        unit_suggested=text("unit_suggested", ""),
        decimals=text("decimals", "0"),
        direction="lower" if data.get("direction") == "lower" else "higher",
        aggregation=text("aggregation", fresh.aggregation),
        kinds=tuple(dict.fromkeys(data.getlist("kinds")))[:_MOST_PARTS],
        where=_read_group(data, ROOT),
        date=text("date", ""),
        value=text("value", ""),
        value_from=text("value_from", fresh.value_from),
        value_until=text("value_until", fresh.value_until),
        credit=_read_credit(data) or fresh.credit,
        numerator=text("numerator", ""),
        denominator=text("denominator", ""),
    )


def _read_group(data: QueryDict, path: str) -> GroupDraft:
    joined_by = data.get(f"{path}.join", "all")
    parts = [_read_part(data, f"{path}-{index}") for index in range(_MOST_PARTS)]
    return GroupDraft(
        joined_by if joined_by in JOINTS else "all",
        tuple(part for part in parts if part is not None),
    )


def _read_part(data: QueryDict, path: str) -> Part | None:
    if f"{path}.field" in data:
        return _read_clause(data, path)
    if f"{path}.join" in data and path.count("-") < _DEEPEST:
        return _read_group(data, path)
    return None


def _read_clause(data: QueryDict, path: str) -> ClauseDraft:
    field, was = data.get(f"{path}.field", "")[:_LONGEST], data.get(f"{path}.was", "")
    operator = data.get(f"{path}.operator", "")
    if field != was and f"{path}.was" in data:
        # What was compared with belongs to another field.
        return ClauseDraft(field, operator)
    given = [value[:_LONGEST] for value in data.getlist(f"{path}.value")]
    more = data.get(f"{path}.more", "")[:_LONGEST].strip()
    is_typed = OTHER in given or data.get(f"{path}.typed") == "1"
    if operator != "between":
        given = [value for value in given if value not in ("", OTHER)]
    if more:
        given = [*given, more] if operator in WITH_SEVERAL else [more]
    values = tuple(dict.fromkeys(given)) if operator in WITH_SEVERAL else tuple(given)
    sort = data.get(f"{path}.sort", "")
    return ClauseDraft(
        field,
        operator,
        values,
        sort=sort if sort in SORTS else "",
        search=data.get(f"{path}.search", "")[:_LONGEST],
        is_typed=is_typed,
    )


def _read_credit(data: QueryDict) -> tuple[CreditDraft, ...]:
    roles, fields = data.getlist("credit.role"), data.getlist("credit.field")
    return tuple(
        CreditDraft(role[:60], field[:_LONGEST])
        for role, field in zip(roles[:10], fields, strict=False)
    )


def pairs(draft: Draft) -> list[tuple[str, str]]:
    """Return what a form holding this draft sends, for a page that only carries it on."""
    plain: Mapping[str, str] = {
        "name": draft.name, "key": draft.key, "key_suggested": draft.key_suggested,
        "description": draft.description, "unit": draft.unit,
        "unit_suggested": draft.unit_suggested, "decimals": draft.decimals,
        "direction": draft.direction, "aggregation": draft.aggregation, "date": draft.date,
        "value": draft.value, "value_from": draft.value_from, "value_until": draft.value_until,
        "numerator": draft.numerator, "denominator": draft.denominator,
    }  # fmt: skip
    found = [*plain.items(), *(("kinds", kind) for kind in draft.kinds)]
    for each in draft.credit:
        found += [("credit.role", each.role), ("credit.field", each.field)]
    found.append((f"{ROOT}.join", draft.where.joined_by))
    for path, part in parts_of(draft.where):
        if isinstance(part, GroupDraft):
            found.append((f"{path}.join", part.joined_by))
        else:
            found += [(f"{path}.field", part.field), (f"{path}.operator", part.operator)]
            found += [(f"{path}.sort", part.sort)]
            found += [(f"{path}.value", value) for value in part.values]
    return found


# --- What the buttons do ---

# So deep groups can be put into each other by the form; a stored rule may go deeper.
DEPTH = 4


def acted(draft: Draft, action: str) -> Draft:
    """Return the draft after a button: ``add:w-0``, ``group:w``, ``remove:…``, ``up:…`` …

    What names nothing there changes nothing.
    """
    verb, _, target = action.partition(":")
    if verb in ("credit", "uncredit", "lead"):
        return replace(draft, credit=_credit_acted(draft.credit, verb, target))
    steps = _steps(target)
    if steps is None:
        return draft
    if verb == "add":
        return replace(draft, where=_appended(draft.where, steps, ClauseDraft()))
    if verb == "group" and len(steps) < DEPTH:
        joined_by = "any" if _joint_at(draft.where, steps) != "any" else "all"
        made = GroupDraft(joined_by, (ClauseDraft(),))
        return replace(draft, where=_appended(draft.where, steps, made))
    if verb in ("remove", "up", "down") and steps:
        return replace(draft, where=_moved(draft.where, steps, verb))
    return draft


def _credit_acted(
    credit: tuple[CreditDraft, ...], verb: str, target: str
) -> tuple[CreditDraft, ...]:
    if verb == "credit":
        return (*credit, CreditDraft("", "")) if len(credit) < 10 else credit
    index = int(target) if target.isdecimal() and len(target) < 3 else -1
    if not 0 <= index < len(credit):
        return credit
    rest = credit[:index] + credit[index + 1 :]
    if verb == "uncredit":
        return rest or credit
    return (*rest[: max(index - 1, 0)], credit[index], *rest[max(index - 1, 0) :])


def _steps(path: str) -> tuple[int, ...] | None:
    root, *indexes = path.split("-")
    if root != ROOT or not all(each.isdecimal() and len(each) < 4 for each in indexes):
        return None
    return tuple(map(int, indexes))


def _joint_at(group: GroupDraft, steps: Sequence[int]) -> str:
    for step in steps:
        inner = group.parts[step] if step < len(group.parts) else None
        if not isinstance(inner, GroupDraft):
            break
        group = inner
    return group.joined_by


def _appended(group: GroupDraft, steps: Sequence[int], made: Part) -> GroupDraft:
    if not steps:
        return replace(group, parts=(*group.parts, made))
    return _with_inner(group, steps[0], lambda inner: _appended(inner, steps[1:], made))


def _moved(group: GroupDraft, steps: Sequence[int], verb: str) -> GroupDraft:
    if len(steps) > 1:
        return _with_inner(group, steps[0], lambda inner: _moved(inner, steps[1:], verb))
    index, parts = steps[0], list(group.parts)
    if index >= len(parts):
        return group
    part = parts.pop(index)
    if verb != "remove":
        parts.insert(max(index - 1, 0) if verb == "up" else index + 1, part)
    return replace(group, parts=tuple(parts))


def _with_inner(
    group: GroupDraft, index: int, change: Callable[[GroupDraft], GroupDraft]
) -> GroupDraft:
    parts = list(group.parts)
    inner = parts[index] if index < len(parts) else None
    if not isinstance(inner, GroupDraft):
        return group
    parts[index] = change(inner)
    return replace(group, parts=tuple(parts))
