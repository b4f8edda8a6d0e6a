"""Pieces of SQL, what they stand on, and the columns a definition's field names mean.

Everything is said of a version called ``v``. A field of the record it belongs to is looked up from
there, so that whoever asks something of a version needs no further tables in the query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from juara.connect.types import PARENT_KINDS
from juara.core import db, money
from juara.metrics import clauses


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL and the parameters of its placeholders, in order."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules are worked out on, beside the records: whose, where, in which money, as of when.

    `today` is the day relative dates start from; `has_rates` says whether any exchange rate is
    known at all. `batch` is the knowledge asked for; the newest unless said otherwise.
    """

    organization_id: int
    zone: str
    currency: str
    today: date
    has_rates: bool = False
    batch: int = db.LATEST

    @property
    def minor_units(self) -> int:
        """Return how many decimals amounts of the organization's money have."""
        return money.minor_units(self.currency)

    def known(self, alias: str) -> str:
        """Return the condition that a row was known at the batch."""
        return db.known(alias, self.batch)


def joined(parts: Sequence[Fragment], word: str) -> Fragment:
    return Fragment(
        "(" + word.join(part.sql for part in parts) + ")",
        tuple(value for part in parts for value in part.params),
    )


def column(field: str, expression: str, params: tuple[Any, ...], ground: Ground) -> Fragment:
    """Return an expression over a version, ``{v}``, for the one a field name speaks of.

    That is the version itself, or for ``parent.…`` the version of what it belongs to (NULL where
    there is none).
    """
    if not field.startswith(clauses.PARENT):
        return Fragment(expression.format(v="v"), params)
    kinds = ", ".join(f"'{kind}'" for kind in PARENT_KINDS)
    return Fragment(
        f"(SELECT {expression.format(v='p')} FROM record b JOIN record_version p"
        " ON p.organization_id = b.organization_id AND p.record_id = b.id"
        f" AND {ground.known('p')} AND NOT p.is_deleted"
        " WHERE b.organization_id = v.organization_id AND b.source_id = v.source_id"
        f" AND b.kind IN ({kinds}) AND b.external_id = v.parent AND v.parent <> ''"
        f" ORDER BY array_position(ARRAY[{kinds}], b.kind::text) LIMIT 1)",
        params,
    )


def text(field: str, ground: Ground) -> Fragment:
    """Return a text, a person's key or a free field as text; '' where there is none."""
    bare = field.removeprefix(clauses.PARENT)
    kind = clauses.field_type(bare)
    if bare in ("owner", "creator"):
        found = column(field, f"{{v}}.{bare}_key", (), ground)
    elif kind == "user":
        name = bare.removeprefix(clauses.USER)
        found = column(field, "COALESCE({v}.users ->> %s, '')", (name,), ground)
    elif kind == "attribute":
        name = bare.removeprefix(clauses.ATTRIBUTE)
        found = column(field, "COALESCE({v}.attributes ->> %s, '')", (name,), ground)
    else:
        found = column(field, f"{{v}}.{bare}", (), ground)
    if field == bare:
        return found
    return Fragment(f"COALESCE({found.sql}, '')", found.params)


def number(field: str, ground: Ground) -> Fragment:
    """Return a number, or a free field that is one; NULL otherwise."""
    bare = field.removeprefix(clauses.PARENT)
    if clauses.field_type(bare) == "number":
        return column(field, f"{{v}}.{bare}::numeric", (), ground)
    name = bare.removeprefix(clauses.ATTRIBUTE)
    return column(
        field,
        "CASE WHEN jsonb_typeof({v}.attributes -> %s) = 'number'"
        " THEN ({v}.attributes ->> %s)::numeric END",
        (name, name),
        ground,
    )


def utc_day(field: str, ground: Ground) -> Fragment:
    """Return a date's calendar day, in UTC where it is a moment.

    A filter must not change its answer with the person who is looking.
    """
    bare = field.removeprefix(clauses.PARENT)
    return column(
        field, f"COALESCE({{v}}.{bare}_on, ({{v}}.{bare}_at AT TIME ZONE 'UTC')::date)", (), ground
    )


def organization_day(name: str, ground: Ground, alias: str = "v") -> Fragment:
    """Return the day a date lies on: a day without a time stays, a moment is the organization's."""
    return Fragment(
        f"COALESCE({alias}.{name}_on, ({alias}.{name}_at AT TIME ZONE %s)::date)", (ground.zone,)
    )


def moment(name: str, ground: Ground, alias: str = "v") -> Fragment:
    """Return the moment of a date: of a day without a time its end."""
    return Fragment(
        f"COALESCE({alias}.{name}_at, ({alias}.{name}_on + 1)::timestamp AT TIME ZONE %s)",
        (ground.zone,),
    )
