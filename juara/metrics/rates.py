"""What other currencies are worth in the organization's, on which days: reading it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from juara.core import db, scope


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency is worth from a day until a day (exclusive), and who says so."""

    rate_id: int
    currency: str
    rate: Decimal
    source: str
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class RateFacts:
    """A rate as a converted credit tells of it; `from_day` is the day it was laid from."""

    rate_id: int
    currency: str
    rate: Decimal
    source: str
    from_day: date


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which a currency's rate became another, or came or went."""

    currency: str
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class RateChange:
    """Something that was done to a currency's rates, by whom.

    Of one rate `rate` and `before` tell what holds from the day and what held; of several at once
    they are None, and `count` says how many. The days reach from the first to the last of them.
    """

    at: datetime
    actor: str
    is_withdrawal: bool
    count: int
    from_day: date
    until_day: date
    rate: Decimal | None
    before: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class CurrencyRates:
    """How far a currency's rates reach; `latest` holds from `last_day` on."""

    currency: str
    count: int
    first_day: date
    last_day: date
    until_day: date
    latest: Decimal


_KNOWN = (
    "organization_id = %(organization)s AND known_from <= %(batch)s AND known_until > %(batch)s"
)


def rates(
    currency: str, batch: int = db.LATEST, *, limit: int | None = None, offset: int = 0
) -> tuple[Rate, ...]:
    """Return the rates of a currency that were known at a batch, the latest first."""
    found = db.rows(
        f"SELECT rate_id, currency, rate, source, valid_from, valid_until FROM exchange_rate"
        f" WHERE {_KNOWN} AND currency = %(currency)s"
        " ORDER BY valid_from DESC LIMIT %(limit)s OFFSET %(offset)s",
        _params(batch=batch, currency=currency, limit=limit, offset=offset),
    )
    return tuple(Rate(*row) for row in found)


def rate_on(currency: str, day: date, batch: int = db.LATEST) -> Rate | None:
    """Return the rate that holds on a day, None where there is none."""
    found = db.rows(
        f"SELECT rate_id, currency, rate, source, valid_from, valid_until FROM exchange_rate"
        f" WHERE {_KNOWN} AND currency = %(currency)s"
        " AND valid_from <= %(day)s AND valid_until > %(day)s",
        _params(batch=batch, currency=currency, day=day),
    )
    return Rate(*found[0]) if found else None


def currencies() -> tuple[CurrencyRates, ...]:
    """Return the currencies that have rates now, by their codes."""
    found = db.rows(
        f"SELECT currency, count(*), min(valid_from), max(valid_from), max(valid_until),"
        " (array_agg(rate ORDER BY valid_from DESC))[1] FROM exchange_rate"
        f" WHERE {_KNOWN} GROUP BY currency ORDER BY currency",
        _params(batch=db.LATEST),
    )
    return tuple(CurrencyRates(*row) for row in found)


def facts(rate_ids: Sequence[int]) -> dict[int, RateFacts]:
    """Return rates by their ids, those included that hold no longer; unknown ids are left out."""
    if not rate_ids:
        return {}
    found = db.rows(
        "SELECT DISTINCT ON (rate_id) rate_id, currency, rate, source, valid_from"
        " FROM exchange_rate WHERE organization_id = %(organization)s"
        " AND rate_id = ANY(%(rates)s) ORDER BY rate_id, known_from, valid_from",
        _params(rates=list(rate_ids)),
    )
    return {row[0]: RateFacts(*row) for row in found}


# What is in a row of both sides has not changed; a row that was only cut keeps its rate_id on
# the days it kept.
_CHANGED = f"""
    WITH before AS (
        SELECT currency, rate_id, range_agg(daterange(valid_from, valid_until)) AS days
        FROM exchange_rate
        WHERE organization_id = %(organization)s AND known_from <= %(batch)s
          AND known_until > %(batch)s AND known_until < {db.OPEN}
        GROUP BY currency, rate_id
    ), after AS (
        SELECT currency, rate_id, range_agg(daterange(valid_from, valid_until)) AS days
        FROM exchange_rate
        WHERE organization_id = %(organization)s AND known_from > %(batch)s
          AND known_until = {db.OPEN}
        GROUP BY currency, rate_id
    ), moved AS (
        SELECT currency,
               COALESCE(b.days, '{{}}') - COALESCE(a.days, '{{}}')
               + (COALESCE(a.days, '{{}}') - COALESCE(b.days, '{{}}')) AS days
        FROM before b FULL JOIN after a USING (currency, rate_id)
    )
    SELECT currency, lower(span), upper(span)
    FROM (SELECT currency, unnest(range_agg(each)) AS span
          FROM (SELECT currency, unnest(days) AS each FROM moved) u GROUP BY currency) s
    ORDER BY currency, span
"""


def rates_changed_since(batch: int) -> tuple[Span, ...]:
    """Return the days on which other rates hold now than were known at a batch."""
    return tuple(Span(*row) for row in db.rows(_CHANGED, _params(batch=batch)))


def is_any_known() -> bool:
    """Say whether there is any rate now."""
    return bool(
        db.one(
            f"SELECT EXISTS (SELECT 1 FROM exchange_rate WHERE {_KNOWN})",
            _params(batch=db.LATEST),
        )[0]
    )


_HISTORY = """
    SELECT at, actor, action, data FROM audit_entry
    WHERE organization_id = %(organization)s AND subject = %(currency)s
      AND action IN ('rate.laid', 'rate.withdrawn')
    ORDER BY at DESC, id DESC LIMIT %(limit)s
"""


def history(currency: str, *, limit: int) -> tuple[RateChange, ...]:
    """Return what was done to a currency's rates, the latest first."""
    return tuple(
        _change(*row) for row in db.rows(_HISTORY, _params(currency=currency, limit=limit))
    )


def _change(at: datetime, actor: str, action: str, data: Any) -> RateChange:
    told = json.loads(data) if isinstance(data, str) else data
    return RateChange(
        at=at,
        actor=actor,
        is_withdrawal=action == "rate.withdrawn",
        count=told["count"],
        from_day=date.fromisoformat(told["from_day"]),
        until_day=date.fromisoformat(told["until_day"]),
        rate=None if told["rate"] is None else Decimal(told["rate"]),
        before=None if told["before"] is None else Decimal(told["before"]),
        source=told["source"],
    )


def _params(**values: object) -> dict[str, object]:
    return {"organization": scope.current().organization_id, **values}
