"""What follows from what was chosen: usual fields, operators that fit, unit, key."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.text import slugify

from juara.connect.types import RecordKind
from juara.metrics import clauses, queries
from juara.metrics.types import Aggregation
from juara.web.metrics.drafts import (
    SORTS,
    TIME_BETWEEN,
    WITH_SEVERAL,
    WITH_TWO,
    WITHOUT_VALUE,
    ClauseDraft,
    Draft,
    GroupDraft,
    Part,
    ShareDraft,
)

# What a record of a kind usually stands on a day by, and adds up.
_USUAL_DATE = {
    "activity": "occurred", "deal": "closed", "change": "occurred", "snapshot": "occurred",
}  # fmt: skip
_USUAL_VALUE = {"activity": "duration_seconds", "change": "parent.amount"}
# What a change usually tells of.
_OFTEN_CHANGED = ("stage", "status", "owner", "amount")


def settled(draft: Draft, sorts: Mapping[str, str], *, taken_key: str = "") -> Draft:
    """Fill in what follows from what was chosen.

    `sorts` says of what sort free fields are; `taken_key` is the key of the metric being edited.
    """
    found = _settled_rule(draft, sorts)
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


def _settled_rule(draft: Draft, sorts: Mapping[str, str]) -> Draft:
    settle = _Settling(sorts, is_history=draft.is_history)
    first = draft.kinds[0] if draft.kinds else ""
    usual = "created" if draft.is_balance and first == "deal" else _USUAL_DATE.get(first, "created")
    found = replace(
        draft,
        where=settle.group(draft.where),
        ends_where=settle.group(draft.ends_where),
        date=draft.date or usual,
        ends_date=draft.ends_date or "closed",
        value=_settled_value(draft, first),
    )
    if found.split == "fields" and not found.shares:
        return replace(found, shares=(ShareDraft("owner", ""), ShareDraft("", "")))
    return found


def _settled_value(draft: Draft, first: str) -> str:
    """Return the value chosen if the way of counting takes it, else the usual one."""
    if not draft.has_value:
        return draft.value
    kind = clauses.field_type(draft.value)
    if draft.aggregation == Aggregation.DISTINCT:
        return draft.value if kind in ("text", "user", "attribute") else "account"
    if draft.value == TIME_BETWEEN or kind in ("number", "attribute"):
        return draft.value
    if draft.is_balance and not draft.value:
        return ""
    return _USUAL_VALUE.get(first, "amount")


def _usual_unit(draft: Draft) -> str:
    if draft.is_ratio:
        return "percent"
    if not draft.has_value or draft.aggregation == Aggregation.DISTINCT:
        return "count"
    bare = draft.value.removeprefix(clauses.PARENT)
    if bare == "amount":
        return "currency"
    return "duration" if bare in ("duration_seconds", TIME_BETWEEN) else "count"


def _free_key(name: str) -> str:
    """Return a key nobody has, made of the name."""
    base = slugify(name).replace("-", "_").strip("_")[:50]
    if not base:
        return ""
    key, number = base, 2
    while queries.is_key_taken(key) and number < 50:
        key, number = f"{base}_{number}", number + 1
    return key


class _Settling:
    """Settles filters: `sorts` of free fields, and whether changes alone are read."""

    def __init__(self, sorts: Mapping[str, str], *, is_history: bool) -> None:
        self._sorts, self._is_history = sorts, is_history

    def group(self, group: GroupDraft) -> GroupDraft:
        return replace(group, parts=tuple(map(self._part, group.parts)))

    def _part(self, part: Part) -> Part:
        if isinstance(part, GroupDraft):
            return self.group(part)
        kind = clauses.field_type(part.field)
        if kind is None:
            return replace(part, operator="", values=(), anchors=())
        sort = part.sort or self._sorts.get(part.field, "text") if kind == "attribute" else ""
        allowed = operators_of(part.field, sort, is_history=self._is_history)
        operator = part.operator if part.operator in allowed else allowed[0]
        values = part.values
        if operator in WITHOUT_VALUE:
            values = ()
        elif operator in WITH_TWO:
            values = (*values, "", "")[:2]
        elif operator not in WITH_SEVERAL:
            values = values[:1]
        anchors = (*part.anchors, "", "")[: max(len(values), 1)] if kind == "date" else ()
        return replace(
            part,
            operator=operator,
            values=values,
            sort=sort,
            anchors=anchors if any(anchors) and operator not in WITHOUT_VALUE else (),
        )


def operators_of(name: str, sort: str, *, is_history: bool = False) -> tuple[str, ...]:
    """Return the operators a field takes; of a free one by the sort it is compared as.

    Where changes alone are read, what changed to what can be asked, too.
    """
    kind = clauses.field_type(name)
    if kind is None:
        return ()
    plain = clauses.OPERATORS_OF_FIELD[kind]
    if kind == "attribute":
        plain = {
            "number": (*clauses.ORDER_OPERATORS, "in", "not_in"),
            "boolean": clauses.BOOLEAN_OPERATORS,
            "date": clauses.ORDER_OPERATORS,
        }.get(sort, clauses.TEXT_OPERATORS)
    if not is_history or kind == "date" or name.startswith(clauses.PARENT):
        return plain
    if name in _OFTEN_CHANGED:
        return (*clauses.CHANGE_OPERATORS, *plain)
    return (*plain, *clauses.CHANGE_OPERATORS)


def sort_of(clause: ClauseDraft) -> str:
    """Return as what a condition compares: text, number, date or boolean."""
    if clause.operator in clauses.CHANGE_OPERATORS:
        return "text"
    kind = clauses.field_type(clause.field)
    if kind == "attribute":
        return clause.sort if clause.sort in SORTS else "text"
    return kind if kind in ("number", "date") else "text"


# What belongs to another record, whose fields can then be asked, too.
BELONGING = frozenset(
    (RecordKind.ACTIVITY, RecordKind.CHANGE, RecordKind.SPLIT, RecordKind.SNAPSHOT)
)


def has_parents(draft: Draft) -> bool:
    return draft.reads_records and bool(BELONGING & set(draft.kinds))
