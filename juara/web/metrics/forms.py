"""A draft as the form sends it, and as it is carried on.

The form posts all of its state each time, so every button works without script.
"""

from collections.abc import Mapping

from django.http import QueryDict

from juara.web.metrics.drafts import (
    ENDS,
    JOINTS,
    MOST_SHARES,
    OTHER,
    ROOT,
    SORTS,
    WITH_SEVERAL,
    WITH_TWO,
    ClauseDraft,
    CreditDraft,
    Draft,
    GroupDraft,
    Part,
    ShareDraft,
    parts_of,
)

# More than anybody writes; what is beyond was not written by this form.
_MOST_PARTS = 60
_DEEPEST = 9
_LONGEST = 2000


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
        expression=text("expression", ""),
        owner_at="event" if data.get("owner_at") == "event" else "now",
        overlay=data.get("overlay") == "1",
        occurrence="first" if data.get("occurrence") == "first" else "each",
        split=split if (split := data.get("split", "")) in ("records", "fields") else "",
        split_type=text("split_type", ""),
        shares=_read_shares(data),
        stands="series" if data.get("stands") == "series" else "until",
        ends_date=text("ends_date", ""),
        ends_where=_read_group(data, ENDS),
        group="average" if data.get("group") == "average" else "sum",
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
    if operator not in WITH_TWO:
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
        anchors=tuple(each[:_LONGEST] for each in data.getlist(f"{path}.anchor")[:2]),
    )


def _read_credit(data: QueryDict) -> tuple[CreditDraft, ...]:
    roles, fields = data.getlist("credit.role"), data.getlist("credit.field")
    return tuple(
        CreditDraft(role[:60], field[:_LONGEST])
        for role, field in zip(roles[:10], fields, strict=False)
    )


def _read_shares(data: QueryDict) -> tuple[ShareDraft, ...]:
    fields, percents = data.getlist("share.field"), data.getlist("share.percent")
    return tuple(
        ShareDraft(field[:_LONGEST], percent[:_LONGEST])
        for field, percent in zip(fields[:MOST_SHARES], percents, strict=False)
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
        "expression": draft.expression, "owner_at": draft.owner_at,
        "overlay": "1" if draft.overlay else "", "occurrence": draft.occurrence,
        "split": draft.split, "split_type": draft.split_type, "stands": draft.stands,
        "ends_date": draft.ends_date, "group": draft.group,
    }  # fmt: skip
    found = [*plain.items(), *(("kinds", kind) for kind in draft.kinds)]
    for each in draft.credit:
        found += [("credit.role", each.role), ("credit.field", each.field)]
    for share in draft.shares:
        found += [("share.field", share.field), ("share.percent", share.percent)]
    for root, group in ((ROOT, draft.where), (ENDS, draft.ends_where)):
        found.append((f"{root}.join", group.joined_by))
        for path, part in parts_of(group, root):
            found += _part_pairs(path, part)
    return found


def _part_pairs(path: str, part: Part) -> list[tuple[str, str]]:
    if isinstance(part, GroupDraft):
        return [(f"{path}.join", part.joined_by)]
    return [
        (f"{path}.field", part.field),
        (f"{path}.operator", part.operator),
        (f"{path}.sort", part.sort),
        *((f"{path}.value", value) for value in part.values),
        *((f"{path}.anchor", anchor) for anchor in part.anchors),
    ]
