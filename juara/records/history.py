"""One record and all that was ever known of it, and finding records."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from juara.connect.content import CONTENT
from juara.connect.types import DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, USER_FIELDS, RecordKind
from juara.core import db, ids, scope

LATEST = db.LATEST

Value = str | Decimal | bool | date | datetime

_OF_VERSION = ", ".join(f"v.{name}" for name in CONTENT)


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record by its identity."""

    id: int
    source_id: int
    source_key: str
    source_name: str
    kind: str
    external_id: str

    @property
    def public_id(self) -> str:
        return ids.encode_public(self.id)


@dataclass(frozen=True, slots=True)
class Version:
    """What was known of a record during an interval, and how it came to be known.

    `fields` holds what is filled in, by canonical name (``amount``, ``closed``, ``owner``,
    ``users.sdr``, ``attributes.region``); a date is a moment or a bare day. `reason` is the
    batch's; `run` the public id of the import that brought it, '' where none did.
    """

    record_id: int
    known_from: int
    known_until: int
    known_at: datetime
    reason: str
    run: str
    is_deleted: bool
    fields: Mapping[str, Value]

    def text(self, name: str) -> str:
        return str(self.fields.get(name, ""))

    @property
    def is_current(self) -> bool:
        return self.known_until == db.OPEN


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field said before and what it says after; None is empty."""

    field: str
    before: Value | None
    after: Value | None


def changes(before: Version, after: Version) -> tuple[FieldChange, ...]:
    """Return in which fields two versions differ, canonical fields first."""
    names = [*after.fields, *(name for name in before.fields if name not in after.fields)]
    order = {name: place for place, name in enumerate(_CANONICAL)}
    return tuple(
        FieldChange(name, before.fields.get(name), after.fields.get(name))
        for name in sorted(names, key=lambda name: (order.get(name, len(order)), name))
        if before.fields.get(name) != after.fields.get(name)
    )


_CANONICAL = (*TEXT_FIELDS, *NUMBER_FIELDS, *DATE_FIELDS, *USER_FIELDS)

_RECORDS = """
    SELECT r.id, r.source_id, s.key, s.name, r.kind, r.external_id
    FROM record r JOIN source s ON s.organization_id = r.organization_id AND s.id = r.source_id
    WHERE r.organization_id = %(organization)s AND r.id = ANY(%(records)s)
"""


def records(record_ids: Collection[int]) -> dict[int, RecordFacts]:
    """Return records by id; one that is not there is left out."""
    found = db.rows(
        _RECORDS, {"organization": scope.current().organization_id, "records": [*record_ids]}
    )
    return {row[0]: RecordFacts(*row) for row in found}


_VERSIONS = f"""
    SELECT v.record_id, v.known_from,
           CASE WHEN v.known_until > %(batch)s THEN {db.OPEN} ELSE v.known_until END,
           b.committed_at, b.reason,
           COALESCE(u.public_id, ''), v.is_deleted, {_OF_VERSION}
    FROM record_version v
    JOIN batch b ON b.organization_id = v.organization_id AND b.number = v.known_from
    LEFT JOIN import_run u ON u.organization_id = v.organization_id AND u.id = v.run_id
    WHERE v.organization_id = %(organization)s AND v.record_id = ANY(%(records)s)
      AND v.known_from <= %(batch)s
"""


def versions(record_id: int, *, batch: int = LATEST, limit: int, offset: int = 0) -> tuple[
    Version, ...
]:  # fmt: skip
    """Return what was known of a record up to a batch, the latest first."""
    found = db.rows(
        _VERSIONS + " ORDER BY v.known_from DESC LIMIT %(limit)s OFFSET %(offset)s",
        {
            "organization": scope.current().organization_id, "records": [record_id],
            "batch": batch, "limit": limit, "offset": offset,
        },
    )  # fmt: skip
    return tuple(_version(row) for row in found)


def known_at(record_ids: Collection[int], *, batch: int = LATEST) -> dict[int, Version]:
    """Return what was known of records at a batch, deleted ones too, by their ids."""
    found = db.rows(
        _VERSIONS + " AND v.known_until > %(batch)s",
        {
            "organization": scope.current().organization_id, "records": [*record_ids],
            "batch": batch,
        },
    )  # fmt: skip
    return {row[0]: _version(row) for row in found}


def _version(row: db.Row) -> Version:
    content = dict(zip(CONTENT, row[7:], strict=True))
    return Version(row[0], row[1], row[2], row[3], row[4], row[5], row[6], _fields(content))


def _fields(content: Mapping[str, Any]) -> dict[str, Value]:
    found: dict[str, Any] = {name: content[name] for name in (*TEXT_FIELDS, *NUMBER_FIELDS)}
    found |= {name: content[f"{name}_on"] or content[f"{name}_at"] for name in DATE_FIELDS}
    found |= {name: content[f"{name}_key"] for name in USER_FIELDS}
    found |= {f"users.{name}": key for name, key in _object(content["users"]).items()}
    found |= {f"attributes.{name}": each for name, each in _object(content["attributes"]).items()}
    return {
        name: Decimal(value) if _is_number(value) else value
        for name, value in found.items()
        if value is not None and value != ""
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _object(value: Any) -> dict[str, Any]:
    # Django registers no JSON loader on raw cursors: text comes back as it is stored.
    found = json.loads(value, parse_float=Decimal) if isinstance(value, str) else value
    return dict(found or {})


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a record names: as what, by which key, what the source calls them, who they are.

    `member_id` is 0 where nobody is matched to the key.
    """

    field: str
    key: str
    name: str
    member_id: int


_NAMED = """
    SELECT s.key, s.name, COALESCE((
        SELECT m.member_id FROM owner_match m
        WHERE m.organization_id = s.organization_id AND m.source_user_id = s.id
          AND m.known_from <= %(batch)s AND m.known_until > %(batch)s
        -- On other days it may be another; the day the record is of decides.
        ORDER BY m.valid_from <= %(day)s AND m.valid_until > %(day)s DESC, m.valid_until DESC
        LIMIT 1), 0)
    FROM source_user s
    WHERE s.organization_id = %(organization)s AND s.source_id = %(source)s
      AND s.key = ANY(%(keys)s)
"""


def named(record: RecordFacts, version: Version, *, day: date, batch: int = LATEST) -> tuple[
    Named, ...
]:  # fmt: skip
    """Return whom a version names, and who they were known to be on a day."""
    fields = {
        name: str(value)
        for name, value in version.fields.items()
        if name in USER_FIELDS or name.startswith("users.")
    }
    found = db.rows(
        _NAMED,
        {
            "organization": scope.current().organization_id, "source": record.source_id,
            "keys": [*fields.values()], "batch": batch, "day": day,
        },
    )  # fmt: skip
    known = {key: (name, member) for key, name, member in found}
    return tuple(Named(field, key, *known.get(key, ("", 0))) for field, key in fields.items())


_NAMED_MEMBERS = f"""
    SELECT DISTINCT m.member_id
    FROM record_version v
    JOIN source_user s ON s.organization_id = v.organization_id AND s.source_id = v.source_id
      AND s.key = ANY(v.user_keys)
    JOIN owner_match m ON m.organization_id = v.organization_id AND m.source_user_id = s.id
      AND m.known_until = {db.OPEN}
    WHERE v.organization_id = %(organization)s AND v.record_id = %(record)s
      AND v.known_until = {db.OPEN}
"""


def members_named(record_id: int) -> frozenset[int]:
    """Return whom the record names now, of those who are matched to anybody."""
    found = db.rows(
        _NAMED_MEMBERS, {"organization": scope.current().organization_id, "record": record_id}
    )
    return frozenset(row[0] for row in found)


@dataclass(frozen=True, slots=True)
class Found:
    """A record in a list of those that were looked for."""

    record_id: int
    external_id: str
    kind: str
    source_name: str
    name: str
    account: str
    day: date | None
    at: datetime | None
    is_deleted: bool

    @property
    def public_id(self) -> str:
        return ids.encode_public(self.record_id)


_FOUND = """
    SELECT r.id, r.external_id, r.kind, s.name, v.name, v.account,
           COALESCE(v.occurred_on, v.closed_on, v.created_on),
           COALESCE(v.occurred_at, v.closed_at, v.created_at), v.is_deleted
"""
# How many names are looked through while somebody waits.
NEWEST = 20_000
# Of these people only: whom one of their keys names.
_THEIRS = f"""
    (%(members)s::bigint[] IS NULL OR EXISTS (
        SELECT 1 FROM source_user u
        JOIN owner_match m ON m.organization_id = u.organization_id AND m.source_user_id = u.id
          AND m.known_until = {db.OPEN} AND m.member_id = ANY(%(members)s)
        WHERE u.organization_id = v.organization_id AND u.source_id = v.source_id
          AND u.key = ANY(v.user_keys)))
"""
# An id is looked up in the index of identities, source by source and kind by kind.
_BY_ID = f"""
    {_FOUND}
    FROM source s CROSS JOIN unnest(%(kinds)s::text[]) AS k (kind)
    CROSS JOIN LATERAL (
        SELECT * FROM record r WHERE r.organization_id = s.organization_id AND r.source_id = s.id
          AND r.kind = k.kind AND r.external_id = %(text)s OFFSET 0) r
    JOIN record_version v ON v.organization_id = r.organization_id AND v.record_id = r.id
      AND v.known_until = {db.OPEN}
    WHERE s.organization_id = %(organization)s AND {_THEIRS}
    ORDER BY v.known_from DESC, r.id DESC LIMIT %(limit)s
"""
_KNOWN = f"""
    SELECT * FROM record_version v
    WHERE v.organization_id = %(organization)s AND v.known_until = {db.OPEN}
"""
# Whose records are few are found by the index of whom records name.
_KNOWN_OF_THEM = f"""
    {_KNOWN} AND v.user_keys && (SELECT array_agg(t.key) FROM theirs t) AND EXISTS (
        SELECT FROM theirs t WHERE t.source_id = v.source_id AND t.key = ANY(v.user_keys))
"""
_KEYS_OF_THEM = f"""
    theirs AS MATERIALIZED (
        SELECT u.source_id, u.key FROM source_user u
        JOIN owner_match m ON m.organization_id = u.organization_id AND m.source_user_id = u.id
          AND m.known_until = {db.OPEN}
        WHERE u.organization_id = %(organization)s AND m.member_id = ANY(%(members)s)),
"""
# The identities are looked up of what is shown, not of all that fits.
_BY_NAME = f"""
    WITH {{theirs}} fitting AS MATERIALIZED (
        SELECT v.* FROM ({{known}}) v
        WHERE strpos(lower(v.name), lower(%(text)s)) > 0
           OR strpos(lower(v.account), lower(%(text)s)) > 0
        ORDER BY v.id DESC LIMIT %(limit)s)
    {_FOUND}
    FROM fitting v
    JOIN record r ON r.organization_id = v.organization_id AND r.id = v.record_id
    JOIN source s ON s.organization_id = v.organization_id AND s.id = v.source_id
    ORDER BY v.id DESC
"""


def with_id(text: str, *, members: Collection[int] | None, limit: int) -> tuple[Found, ...]:
    """Return the records a source calls by this id; with `members` only those that name them."""
    return _found(_BY_ID, text, members, limit)


def with_name(
    text: str, *, members: Collection[int] | None, limit: int, newest: int | None = None
) -> tuple[Found, ...]:
    """Return records whose name or account holds a text, the last that changed first.

    With `members` all records that name them are looked at; without, as many of the `newest`, or
    every one: bound its time.
    """
    known = _KNOWN if members is None else _KNOWN_OF_THEM
    if newest is not None:
        known += f" ORDER BY v.id DESC LIMIT {newest:d}"
    sql = _BY_NAME.format(theirs="" if members is None else _KEYS_OF_THEM, known=known)
    with db.ledger_role():
        return _found(sql, text, members, limit)


def _found(sql: str, text: str, members: Collection[int] | None, limit: int) -> tuple[Found, ...]:
    rows: Sequence[db.Row] = db.rows(
        sql,
        {
            "organization": scope.current().organization_id,
            "text": text.strip(),
            "kinds": [kind.value for kind in RecordKind],
            "members": None if members is None else [*members],
            "limit": limit,
        },
    )
    return tuple(_listed(row) for row in rows)


def _listed(row: db.Row) -> Found:
    record, external_id, kind, source, name, account, day, at, is_deleted = row
    # A date without time is told rather than a moment that stands beside it.
    moment = None if day else at
    return Found(record, external_id, kind, source, name, account, day, moment, is_deleted)


_PARENT = """
    SELECT r.id FROM unnest(%(kinds)s::text[]) AS k (kind)
    CROSS JOIN LATERAL (
        SELECT r.id FROM record r WHERE r.organization_id = %(organization)s
          AND r.source_id = %(source)s AND r.kind = k.kind AND r.external_id = %(parent)s
        OFFSET 0) r
    WHERE r.id <> %(record)s LIMIT 1
"""


def parent_of(record: RecordFacts, version: Version, *, batch: int = LATEST) -> Version | None:
    """Return what was known of the record that another belongs to, None where it is not here."""
    found = db.rows(
        _PARENT,
        {
            "organization": scope.current().organization_id, "source": record.source_id,
            "record": record.id, "parent": version.text("parent"),
            "kinds": [kind.value for kind in RecordKind],
        },
    ) if version.text("parent") else []  # fmt: skip
    known = known_at([row[0] for row in found], batch=batch) if found else {}
    return next(iter(known.values()), None)


def members_of_keys(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return who a source's keys (source, key) are known to be now, as matched last."""
    found = db.rows(
        f"""SELECT DISTINCT ON (s.source_id, s.key) s.source_id, s.key, m.member_id
            FROM source_user s
            JOIN owner_match m ON m.organization_id = s.organization_id
              AND m.source_user_id = s.id AND m.known_until = {db.OPEN}
            WHERE s.organization_id = %s AND (s.source_id, s.key) IN (
                SELECT * FROM unnest(%s::bigint[], %s::text[]))
            ORDER BY s.source_id, s.key, m.valid_until DESC""",
        [
            scope.current().organization_id,
            [source for source, _ in keys],
            [key for _, key in keys],
        ],
    )
    return {(source, key): member for source, key, member in found}
