"""A canonical row as the values of table columns, in one order for all who store it."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from juara.connect.types import DATE_FIELDS, TEXT_FIELDS, USER_FIELDS, Attribute, RecordRow

# What a version says, in the order all statements here use. `known` columns are not among them.
CONTENT = (
    *TEXT_FIELDS, "amount", "duration_seconds",
    *(f"{name}_{suffix}" for name in DATE_FIELDS for suffix in ("at", "on")),
    "owner_key", "creator_key", "users", "user_keys", "attributes",
)  # fmt: skip
ARRIVAL = ("row_number", "kind", "external_id", "is_deleted", *CONTENT)


def as_arrival(row: RecordRow) -> tuple[Any, ...]:
    """Return a row as the values of the `ARRIVAL` columns."""
    texts, users = row.texts, row.users
    return (
        row.row_number, row.kind, row.external_id, row.is_deleted,
        *[texts.get(name, "") for name in TEXT_FIELDS],
        row.amount, row.duration_seconds,
        *_dates(row),
        users.get("owner", ""), users.get("creator", ""),
        _json({name: key for name, key in users.items() if name not in USER_FIELDS}),
        sorted({key for key in users.values() if key}),
        _json(row.attributes),
    )  # fmt: skip


def _dates(row: RecordRow) -> Iterator[Any]:
    for name in DATE_FIELDS:
        value = row.dates.get(name)
        if isinstance(value, datetime):
            yield from (value, None)
        else:
            yield from (None, value)


def _json(values: Mapping[str, Attribute]) -> str:
    """Write a flat object; decimals as they are, never through binary floating point."""
    if not values:
        return "{}"
    return (
        "{"
        + ",".join(
            f"{json.dumps(name)}:"
            + (format(value, "f") if isinstance(value, Decimal) else json.dumps(value))
            for name, value in values.items()
        )
        + "}"
    )
