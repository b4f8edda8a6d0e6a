"""Those the records name whom nobody has said who they are, and what lies with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from juara.core import db, scope
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums
from juara.people import queries as people
from juara.records import queries as records
from juara.records.likeness import Likely, Suggestion
from juara.records.types import UnknownOwner

_TOTALS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies with an unknown owner in one metric, and on which days."""

    metric: MetricFacts
    value: Decimal
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Stranger:
    """One unknown owner: what their records come to, and who they most likely are."""

    source_key: str
    source_name: str
    key: str
    name: str
    email: str
    records: int
    first_day: date | None
    last_day: date | None
    totals: tuple[Lying, ...]
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class Strangers:
    """A page of them, most records first; `sure` of all of them have an address that is known."""

    shown: tuple[Stranger, ...]
    count: int
    records: int
    sure: int


def strangers(*, limit: int, offset: int = 0, batch: int = db.LATEST) -> Strangers:
    """Return who was named without being known at a batch, with totals and suggestions."""
    found = records.unknown_owners(batch=batch)
    likely = Likely(people.members().values())
    page = found[offset : offset + limit]
    totals = _totals(page, batch)
    return Strangers(
        shown=tuple(_stranger(each, totals, likely) for each in page),
        count=len(found),
        records=sum(each.record_count for each in found),
        sure=len(_sure(found, likely)),
    )


def sure_matches() -> tuple[tuple[str, str, int], ...]:
    """Return (source, key, member id) of everybody whose address says who they are."""
    return _sure(records.unknown_owners(), Likely(people.members().values()))


def _sure(found: Sequence[UnknownOwner], likely: Likely) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (each.source_key, each.key, member.id)
        for each in found
        if (member := likely.sure_for(key=each.key, email=each.email))
    )


def _stranger(
    each: UnknownOwner,
    totals: dict[tuple[str, str], tuple[Lying, ...]],
    likely: Likely,
) -> Stranger:
    return Stranger(
        source_key=each.source_key,
        source_name=each.source_name,
        key=each.key,
        name=each.name,
        email=each.email,
        records=each.record_count,
        first_day=each.first_day,
        last_day=each.last_day,
        totals=totals.get((each.source_key, each.key), ()),
        suggestion=likely.member_for(key=each.key, name=each.name, email=each.email),
    )


# Nobody's credits all rest on assignment 0, by which the cells are indexed.
_TOTALS = """
    SELECT s.key, c.owner_key, c.metric_id, min(c.day), max(c.day),
           count(*), sum(c.share)::bigint, sum(c.value)
    FROM credit c JOIN source s ON s.organization_id = c.organization_id AND s.id = c.source_id
    WHERE c.organization_id = %(organization)s AND {known}
      AND c.metric_id = ANY(%(metrics)s) AND c.role = 0 AND c.assignment_id = 0
      AND c.owner_key = ANY(%(keys)s) AND c.reason = 'owner_unknown'
    GROUP BY 1, 2, 3
"""


def _totals(page: Sequence[UnknownOwner], batch: int) -> dict[tuple[str, str], tuple[Lying, ...]]:
    """Return what counts for each of them in the metrics that add up, money first."""
    every = {each.id: each for each in metrics.metrics(batch=batch) if each.aggregation.is_additive}
    found: dict[tuple[str, str], list[Lying]] = {}
    for source, key, metric_id, first, last, credits_, shares, total in db.rows(
        _TOTALS.format(known=db.known("c", batch)),
        {
            "organization": scope.current().organization_id,
            "metrics": list(every),
            "keys": [each.key for each in page],
        },
    ):
        metric = every[metric_id]
        value = calc.value_of(metric.aggregation, Sums(credits_, shares, total))
        found.setdefault((source, key), []).append(Lying(metric, value or Decimal(0), first, last))
    order = list(every)
    return {
        who: tuple(
            sorted(
                values,
                key=lambda each: (each.metric.unit != "currency", order.index(each.metric.id)),
            )
        )[:_TOTALS_SHOWN]
        for who, values in found.items()
    }
