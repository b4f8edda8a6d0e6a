"""What the records of a kind really hold: their free fields, the people they name, the values.

Read from the newest records, since a picker must answer at once however long the history is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juara.connect.types import DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, USER_FIELDS, RecordKind
from juara.core import db, scope

ATTRIBUTE = "attributes."
USER = "users."
# Before a field: what changes made of it, which stands in records of kind ``change``.
CHANGED = "changed."
# Enough to know what a feed sends; a value seen only before them can still be typed.
NEWEST = 10_000
# Taking every field of a record apart is dearer than reading one.
_NEWEST_FOR_FIELDS = 5_000
MOST_VALUES = 200
# Of each kind; what is more is only known to be more.
MOST_COUNTED = 20_000
# A free text of paragraphs is nothing to pick from.
_LONGEST = 200

# Kind by kind along the index that has each of them in the order of time: asked for together, all
# of history would be sorted to find the newest.
_NEWEST = f"""
    SELECT v.* FROM unnest(%(kinds)s::text[]) AS k (kind) CROSS JOIN LATERAL (
        SELECT * FROM record_version v
        WHERE v.organization_id = %(organization)s AND v.known_until = {db.OPEN}
          AND NOT v.is_deleted AND v.kind = k.kind
        ORDER BY v.id DESC LIMIT %(newest)s) v
    ORDER BY v.id DESC LIMIT %(newest)s
"""
_DATE = r"^\d{4}-\d{2}-\d{2}(T|$)"


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field that records have beyond the canonical ones: ``attributes.…`` or ``users.…``.

    `sort` is text, number, boolean, date (text that is always a day), or user.
    """

    name: str
    sort: str
    records: int


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value that stands in records, how often, and who it is where it is a person's key."""

    value: str
    records: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class FoundValues:
    """The most frequent values of a field; `is_cut` when there are more than these."""

    values: tuple[FoundValue, ...] = ()
    is_cut: bool = False


_FIELDS = f"""
    WITH v AS MATERIALIZED (SELECT v.users, v.attributes FROM ({_NEWEST}) v)
    SELECT 'users.' || u.key, 'user', count(*)
    FROM v CROSS JOIN LATERAL jsonb_each(v.users) u
    WHERE u.key <> ALL(%(canonical)s)
    GROUP BY u.key
    UNION ALL
    SELECT 'attributes.' || a.key,
           CASE WHEN bool_and(jsonb_typeof(a.value) = 'number') THEN 'number'
                WHEN bool_and(jsonb_typeof(a.value) = 'boolean') THEN 'boolean'
                WHEN bool_and(jsonb_typeof(a.value) = 'string' AND a.value #>> '{{}}' ~ %(date)s)
                    THEN 'date'
                ELSE 'text' END,
           count(*)
    FROM v CROSS JOIN LATERAL jsonb_each(v.attributes) a
    GROUP BY a.key
    ORDER BY 1
"""


def found_fields(
    kinds: Sequence[str], *, newest: int = _NEWEST_FOR_FIELDS
) -> tuple[FoundField, ...]:
    """Return the free fields and named people that the newest records of these kinds have."""
    asked = {**_asked(kinds, newest), "canonical": list(USER_FIELDS), "date": _DATE}
    with db.ledger_role():
        found = db.rows(_FIELDS, asked)
    return tuple(FoundField(*row) for row in found)


def counted_kinds(*, most: int = MOST_COUNTED) -> dict[str, int]:
    """Return how many records there are of each kind, deleted ones left out, none as no entry.

    Of a kind with more than `most` it says one more than that.
    """
    with db.ledger_role():
        found = db.rows(
            f"""SELECT k.kind, n.records
                FROM unnest(%(kinds)s::text[]) AS k (kind) CROSS JOIN LATERAL (
                    SELECT count(*) AS records FROM (
                        SELECT FROM record_version v WHERE v.organization_id = %(organization)s
                          AND v.known_until = {db.OPEN} AND NOT v.is_deleted AND v.kind = k.kind
                        LIMIT %(newest)s) v) n
                WHERE n.records > 0""",
            _asked([each.value for each in RecordKind], most + 1),
        )
    return dict(found)


def are_more_than(count: int, kinds: Sequence[str]) -> bool:
    """Say whether there are more than so many records of these kinds; looks no further."""
    with db.ledger_role():
        found = db.one(
            "SELECT count(*) FROM (SELECT FROM record_version WHERE organization_id = %s"
            f" AND known_until = {db.OPEN} AND NOT is_deleted AND kind = ANY(%s) LIMIT %s) v",
            [scope.current().organization_id, list(kinds), count + 1],
        )
    return bool(found[0] > count)


_VALUES = f"""
    SELECT %(field_{{n}})s, n.value, n.records FROM (
        SELECT {{column}} AS value, count(*) AS records FROM v
        WHERE {{column}} <> '' AND length({{column}}) <= {_LONGEST}
          AND (%(search_{{n}})s = '' OR strpos(lower({{column}}), lower(%(search_{{n}})s)) > 0)
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES + 1}) n
"""
# Whom a person's key means; a search finds them by name, too.
_USERS = f"""
    SELECT %(field_{{n}})s, n.value, n.records FROM (
        SELECT {{column}} AS value, count(*) AS records FROM v
        WHERE {{column}} <> '' AND length({{column}}) <= {_LONGEST}
          AND (%(search_{{n}})s = '' OR strpos(lower({{column}}), lower(%(search_{{n}})s)) > 0
               OR {{column}} IN (
                SELECT s.key FROM source_user s WHERE s.organization_id = %(organization)s
                  AND strpos(lower(s.name), lower(%(search_{{n}})s)) > 0))
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES + 1}) n
"""


def values_of(
    fields: Sequence[str],
    kinds: Sequence[str],
    *,
    search: Mapping[str, str] | None = None,
    newest: int = NEWEST,
) -> dict[str, FoundValues]:
    """Return the values of text-like fields with their counts, most frequent first.

    `search` by field keeps to values containing a text. One query for all of them, and one for
    the names of people where a field holds their keys. Numbers and dates have nothing to pick.
    """
    asked = [name for name in dict.fromkeys(fields) if _column(name, 0) is not None]
    if not asked or not kinds:
        return {}
    params: dict[str, object] = _asked(kinds, newest)
    parts = []
    for index, name in enumerate(asked):
        params[f"field_{index}"] = name
        bare = name.removeprefix(CHANGED)
        params[f"name_{index}"] = bare.removeprefix(ATTRIBUTE).removeprefix(USER)
        params[f"search_{index}"] = (search or {}).get(name, "").strip()
        template = _USERS if is_user(name) else _VALUES
        parts.append(template.format(n=index, column=_column(name, index)))
    union = " UNION ALL ".join(parts)
    with db.ledger_role():
        found = db.rows(f"WITH v AS MATERIALIZED ({_NEWEST}) {union} ORDER BY 1, 3 DESC, 2", params)
    labels = _names([row[1] for row in found if is_user(row[0])])
    every: dict[str, list[FoundValue]] = {name: [] for name in asked}
    for name, value, records in found:
        label = labels.get(value, "") if is_user(name) else ""
        every[name].append(FoundValue(value, records, label))
    return {
        name: FoundValues(tuple(values[:MOST_VALUES]), len(values) > MOST_VALUES)
        for name, values in every.items()
    }


def numbers_and_others(
    field: str, kinds: Sequence[str], *, newest: int = NEWEST
) -> tuple[int, int]:
    """Return how many of the newest records hold a number in a free field, and how many else."""
    name = field.removeprefix(ATTRIBUTE)
    with db.ledger_role():
        numbers, every = db.one(
            "SELECT count(*) FILTER (WHERE jsonb_typeof(v.attributes -> %(name)s) = 'number'),"
            f" count(*) FROM ({_NEWEST}) v WHERE v.attributes ? %(name)s",
            _asked(kinds, newest) | {"name": name},
        )
    return int(numbers), int(every) - int(numbers)


def is_user(field: str) -> bool:
    name = field.removeprefix(CHANGED)
    return name in USER_FIELDS or name.startswith(USER)


def is_measured(field: str) -> bool:
    """Say whether a field holds numbers or dates, which are compared rather than picked."""
    return field in NUMBER_FIELDS or field in DATE_FIELDS


def _column(field: str, index: int) -> str | None:
    """Return the SQL of a field's text; None where there is nothing to pick from."""
    if field.startswith(CHANGED):
        return f"CASE WHEN lower(v.type) = lower(%(name_{index})s) THEN v.new_value ELSE '' END"
    if field in TEXT_FIELDS:
        return f"v.{field}"
    if field in USER_FIELDS:
        return f"v.{field}_key"
    if field.startswith(USER):
        return f"COALESCE(v.users ->> %(name_{index})s, '')"
    if field.startswith(ATTRIBUTE):
        return f"COALESCE(v.attributes ->> %(name_{index})s, '')"
    return None


def _names(keys: Sequence[str]) -> dict[str, str]:
    """Return what sources call the people behind these keys, where any says."""
    if not keys:
        return {}
    found = db.rows(
        "SELECT s.key, max(s.name) FROM source_user s"
        " WHERE s.organization_id = %s AND s.key = ANY(%s) AND s.name <> '' GROUP BY s.key",
        [scope.current().organization_id, list(keys)],
    )
    return dict(found)


def _asked(kinds: Sequence[str], newest: int) -> dict[str, object]:
    return {
        "organization": scope.current().organization_id,
        "kinds": list(kinds),
        "newest": newest,
    }


def content_of(text: object) -> Mapping[str, object]:
    """Read a record's fields from JSON as the database writes them, numbers as they stand."""
    return dict(json.loads(text, parse_float=str)) if isinstance(text, str) else {}
